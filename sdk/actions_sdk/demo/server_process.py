"""A real server with an empty store of its own, for as long as it is needed.

Runs in: developer's machine.
"""

import json
import os
import selectors
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from actions_sdk.client import Connection

START_S: Final = 30.0
"""Seconds within which the server has to say where it listens."""
_STOP_S: Final = 10.0
_COMMAND: Final = "from actions_runtime.server.cli import main; main()"
_MAX_LINE: Final = 65_536


class ServerFailedError(Exception):
    """The server did not start; the message holds the end of what it said."""


class ServerProcess:
    """Runs ``actions-runtime serve`` on a free port of this machine and with a temporary directory.

    Use it as a context manager: the server is stopped and its data removed at the end, whatever happens.

    Args:
        settings: Settings of the server by the name of their environment variable. No other setting of the
            environment reaches it.

    Attributes:
        facts: What the server said about itself at its start: ``address``, ``tenant``, ``api_key``, ...
    """

    def __init__(self, settings: Mapping[str, str] | None = None) -> None:
        self._settings = dict(settings or {})
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
    def connection(self) -> Connection:
        """How to reach the server with the key that it made."""
        return Connection(self.facts["address"], api_key=self.facts["api_key"])

    @property
    def log(self) -> str:
        """What the server logged so far."""
        return (self.directory / "log").read_text(encoding="utf-8", errors="replace")

    def _start(self) -> None:
        directory = self.directory
        arguments = ["serve", "--json", "--address", "127.0.0.1:0", "--data-dir", str(directory / "data")]
        kept = {name: value for name, value in os.environ.items() if not name.startswith("ACTIONS_")}
        with (directory / "log").open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603 - this interpreter, fixed arguments
                [sys.executable, "-c", _COMMAND, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                env=kept | self._settings,
            )
        self.facts = self._read_facts()

    def _read_facts(self) -> dict[str, Any]:
        line = self._read_line()
        try:
            facts = json.loads(line)
        except ValueError:
            facts = None
        if not isinstance(facts, dict) or not facts.get("address") or not facts.get("api_key"):
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
