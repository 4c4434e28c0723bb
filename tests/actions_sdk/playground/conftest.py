"""A playground that listens, a caller in front of it, and a browser where there is one."""

import http.client
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, sync_playwright

from actions_sdk.playground import Server, serve
from actions_sdk.playground.guards import TOKEN_HEADER

NAMES = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back over HTTP."""

    status: int
    headers: dict[str, str]
    content: bytes

    @property
    def document(self) -> Any:
        """The content as the JSON that it must be."""
        return json.loads(self.content)


@dataclass(frozen=True, slots=True)
class Caller:
    """Calls a playground as its page does."""

    server: Server

    def send(self, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
        """Send a request with exactly these headers, beside ``Host`` and ``Content-Length``."""
        connection = http.client.HTTPConnection(self.server.guard.host, self.server.guard.port, timeout=30)
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body or None, named)
            answer = connection.getresponse()
            return Answer(answer.status, dict(answer.headers), answer.read())
        finally:
            connection.close()

    def call(self, method: str, path: str, **members: Any) -> Answer:
        """Call ``/api/`` with the token."""
        body = json.dumps(members).encode() if method != "GET" else b""
        return self.send(method, f"/api/{quote(path)}", body, **{TOKEN_HEADER: self.server.guard.token})

    def run(self, source: str, event: str, **members: Any) -> Answer:
        """Run an action."""
        return self.call(
            "POST", "run", **({"source": source, "event": event, "name": "one", "mode": "worker"} | members)
        )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with an action, an event, and what nobody may open."""
    folder = tmp_path / "shop"
    (folder / "actions").mkdir(parents=True)
    (folder / ".venv").mkdir()
    (folder / "actions" / "greet.py").write_text("def on_execute_post_login(event, api):\n    print('hello')\n")
    (folder / "login.json").write_text('{"user": {"user_id": "auth0|1"}}')
    (folder / "notes.txt").write_text("mine")
    (folder / ".venv" / "hidden.py").write_text("x = 1\n")
    (tmp_path / "outside.py").write_text("secret = 1\n")
    (folder / "link.py").symlink_to(tmp_path / "outside.py")
    return folder


@pytest.fixture(scope="module")
def caller() -> Iterator[Caller]:
    """Calls a playground without a project."""
    with serve(None) as server:
        yield Caller(server)


@pytest.fixture
def owner(project: Path) -> Iterator[Caller]:
    """Calls a playground with the project."""
    with serve(project) as server:
        yield Caller(server)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium as the system has it; a missing one fails where changes are judged."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None and os.environ.get("CI") == "true" and not os.environ.get("ACTIONS_NO_BROWSER"):
        pytest.fail("no Chromium: apt-get install -y chromium, or set ACTIONS_NO_BROWSER=1 where there can be none")
    if path is None:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        # Chromium's own sandbox needs what containers rarely allow; the page under test is our own.
        opened = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield opened
        opened.close()
