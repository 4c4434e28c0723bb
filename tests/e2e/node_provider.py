"""The Node provider in a process of its own: an OpenID provider that shares no line with this project's Python."""

import json
import os
import shutil
import signal
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Literal, Self

import pytest

FOLDER: Final = Path(__file__).parent / "node"
"""Its sources, and its packages once ``npm ci`` ran there."""

AUDIENCE: Final = "https://api.example.com"
"""Identifier of the API that its access tokens are for."""

Choice = Literal["deny", "go-on"]


def find_node() -> str:
    """Return the path of Node.js; skips the test where it or the packages are missing.

    Where changes are judged (``CI=true``) both must be there.
    """
    node = shutil.which("node")
    missing = "no Node.js on this machine" if node is None else ""
    if not missing and not (FOLDER / "node_modules" / "oidc-provider").is_dir():
        missing = f"the provider's packages are not installed: npm ci --ignore-scripts --prefix {FOLDER}"
    if missing and os.environ.get("CI") == "true" and not os.environ.get("ACTIONS_NO_NODE"):
        pytest.fail(f"{missing}; or set ACTIONS_NO_NODE=1 where there can be none")
    if missing:
        pytest.skip(missing)
    return str(node)


@dataclass
class NodeProvider:
    """Runs the provider while the context is entered.

    Attributes:
        runtime_address: ``host:port`` of the runtime.
        api_key: A key of a tenant with the scope ``execute``.
        unreachable_login: What a login does when no runtime answers.
        unreachable_registration: What a sign-up does then.
        anonymous_seconds: Life of an anonymous session; None for the provider's own default.
        password_work: scrypt's cost N; little, so that runs with many users are fast.
        log_file: Where its standard error goes: one line of JSON for each transfer and answer; None for nowhere.
        audience: Identifier of the API that its access tokens are for.
    """

    runtime_address: str
    api_key: str = field(repr=False)
    unreachable_login: Choice = "deny"
    unreachable_registration: Choice = "deny"
    anonymous_seconds: int | None = None
    password_work: int = 2**10
    log_file: Path | None = None
    audience: str = AUDIENCE
    _process: subprocess.Popen[str] = field(init=False, repr=False)
    _greeting: dict[str, Any] = field(init=False, repr=False)

    def __enter__(self) -> Self:
        with (self.log_file or Path(os.devnull)).open("w") as log:
            self._process = subprocess.Popen(
                [find_node(), "provider.js"],
                cwd=FOLDER,
                env=self._environment(),
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, self.log_file.read_text() if self.log_file else "the provider did not start"
        self._greeting = json.loads(line)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def base_url(self) -> str:
        """Its address, which is its issuer as well, e.g. ``http://127.0.0.1:40001``."""
        return str(self._greeting["address"])

    @property
    def client_id(self) -> str:
        """The public client: authorization code with PKCE, refresh tokens, device code."""
        return str(self._greeting["client_id"])

    @property
    def backend_client_id(self) -> str:
        """The client with a secret: backchannel authentication and token exchange."""
        return str(self._greeting["backend_client_id"])

    @property
    def backend_client_secret(self) -> str:
        """That client's secret, for HTTP Basic."""
        return str(self._greeting["backend_client_secret"])

    def stop(self) -> int:
        """Stop it and return its exit code."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        code = self._process.wait(timeout=30)
        assert self._process.stdout is not None
        self._process.stdout.close()
        return code

    def _environment(self) -> dict[str, str]:
        environment = {
            **os.environ,
            "ACTIONS_SERVER": self.runtime_address,
            "ACTIONS_API_KEY": self.api_key,
            "PROVIDER_UNREACHABLE_LOGIN": self.unreachable_login,
            "PROVIDER_UNREACHABLE_REGISTRATION": self.unreachable_registration,
            "PROVIDER_PASSWORD_WORK": str(self.password_work),
        }
        if self.anonymous_seconds is not None:
            environment["PROVIDER_SESSION_SECONDS"] = str(self.anonymous_seconds)
        return environment
