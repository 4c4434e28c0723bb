"""Real servers with empty stores of their own, for as long as they are needed.

Runs in: developer's machine.
"""

import json
import os
import selectors
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar, Final, Self

from actions_sdk.client import Connection

START_S: Final = 30.0
"""Seconds within which a server has to say where it listens."""
_STOP_S: Final = 10.0
_RUNTIME: Final = "from actions_runtime.server.cli import main; main()"
_MAX_LINE: Final = 65_536


class ServerFailedError(Exception):
    """A server did not start; the message holds the end of what it said."""


class _Process:
    """A server in a process of its own, with a temporary directory for its data and its log.

    Use it as a context manager: the server is stopped and its data removed at the end, whatever happens.

    Args:
        arguments: What follows the interpreter.
        environment: Added to the environment; of that nothing for actions reaches the server.

    Attributes:
        facts: What the server said about itself at its start: ``address``, ...
    """

    needed: ClassVar[tuple[str, ...]] = ("address",)

    def __init__(self, arguments: Sequence[str], environment: Mapping[str, str]) -> None:
        self._arguments = list(arguments)
        self._environment = dict(environment)
        self._temporary = tempfile.TemporaryDirectory(prefix="actions-")
        self._process: subprocess.Popen[bytes] | None = None
        self.facts: dict[str, Any] = {}

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def directory(self) -> Path:
        """Where its data and its log are."""
        return Path(self._temporary.name)

    @property
    def pid(self) -> int:
        """Its process id; 0 when it does not run."""
        return self._process.pid if self._process is not None else 0

    @property
    def log(self) -> str:
        """What the server logged so far."""
        return (self.directory / "log").read_text(encoding="utf-8", errors="replace")

    def _start(self) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("ACTIONS_")}
        with (self.directory / "log").open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603 - this interpreter, fixed arguments
                [sys.executable, *self._arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                env=kept | self._environment,
            )
        self.facts = self._read_facts()

    def _read_facts(self) -> dict[str, Any]:
        line = self._read_line()
        try:
            facts = json.loads(line)
        except ValueError:
            facts = None
        if not isinstance(facts, dict) or not all(facts.get(name) for name in self.needed):
            said = line.decode(errors="replace").strip() or self.log.strip() or "nothing"
            raise ServerFailedError(f"The server did not start. It said: {said[-2000:]}")
        return facts

    def _read_line(self) -> bytes:
        assert self._process is not None  # noqa: S101 - set just before
        assert self._process.stdout is not None  # noqa: S101 - a pipe was asked for
        descriptor, line = self._process.stdout.fileno(), b""
        until = time.monotonic() + START_S
        with selectors.DefaultSelector() as selector:
            selector.register(descriptor, selectors.EVENT_READ)
            while b"\n" not in line and len(line) < _MAX_LINE and selector.select(until - time.monotonic()):
                chunk = os.read(descriptor, _MAX_LINE)
                if not chunk:
                    break
                line += chunk
        return line.partition(b"\n")[0]

    def stop(self) -> None:
        """End the server and remove its data; does nothing the second time."""
        process, self._process = self._process, None
        if process is not None:
            process.terminate()
            try:
                process.wait(_STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            if process.stdout is not None:
                process.stdout.close()
        self._temporary.cleanup()


class ServerProcess(_Process):
    """Runs ``actions-runtime serve`` on a free port of this machine and with a temporary directory.

    Args:
        settings: Settings of the server by the name of their environment variable. No other setting of the
            environment reaches it.
    """

    needed = ("address", "api_key")

    def __init__(self, settings: Mapping[str, str] | None = None) -> None:
        super().__init__((), settings or {})
        data = str(self.directory / "data")
        self._arguments = ["-c", _RUNTIME, "serve", "--json", "--address", "127.0.0.1:0", "--data-dir", data]

    @property
    def connection(self) -> Connection:
        """How to reach the server with the key that it made."""
        return Connection(self.facts["address"], api_key=self.facts["api_key"])


class AuthServerProcess(_Process):
    """Runs the reference auth server on a free port of this machine, its accounts in memory.

    Args:
        runtime: The server that runs the actions.
    """

    def __init__(self, runtime: ServerProcess) -> None:
        options = ["--runtime", runtime.facts["address"], "--port", "0", "--test-views", "--json"]
        key = {"ACTIONS_API_KEY": runtime.facts["api_key"]}
        super().__init__(["-m", "actions_sdk.auth_server", *options], key)
