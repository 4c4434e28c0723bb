"""The auth server in a process of its own, against a real runtime."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx


@dataclass
class AuthServer:
    """A running auth server.

    Attributes:
        process: Its process.
        facts: The line that it printed at start.
        log_file: Where its standard error goes.
    """

    process: subprocess.Popen[str]
    facts: dict[str, Any]
    log_file: Path

    @property
    def address(self) -> str:
        """Its address and issuer."""
        return str(self.facts["address"])

    @property
    def backend(self) -> tuple[str, str]:
        """Id and secret of the application that has one."""
        return self.facts["backend_client_id"], self.facts["backend_client_secret"]

    def account(self, email: str) -> dict[str, Any] | None:
        """The account of an address, as the test view shows it; None when there is none."""
        shown = httpx.get(f"{self.address}/accounts/{email}")
        return None if shown.status_code == 404 else json.loads(shown.text)

    def mails(self, email: str) -> list[dict[str, str]]:
        """The mails to an address, oldest first."""
        return [mail for mail in httpx.get(f"{self.address}/outbox").json() if mail["to"] == email]

    def log_lines(self) -> list[dict[str, Any]]:
        """What it has logged so far."""
        lines = self.log_file.read_text().splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    def stop(self) -> int:
        """Stop it and return its exit code."""
        self.process.terminate()
        return self.process.wait(timeout=30)


def start_auth_server(runtime: str, key: str, log_file: Path, *options: str, views: bool = True) -> AuthServer:
    """Start an auth server on a free port."""
    arguments = ["--runtime", runtime, "--port", "0", "--json", "--password-work", "1", *options]
    with log_file.open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "actions_sdk.auth_server", *arguments, *(["--test-views"] if views else [])],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env={**os.environ, "ACTIONS_API_KEY": key},
        )
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        process.wait(timeout=30)
        raise RuntimeError(log_file.read_text())
    return AuthServer(process, json.loads(line), log_file)
