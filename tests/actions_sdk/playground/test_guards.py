"""Who is kept out, and what cannot be reached."""

import http.client
import re
from pathlib import Path

import pytest

from actions_sdk.playground import PlaygroundError, serve
from actions_sdk.playground.guards import TOKEN_HEADER
from actions_sdk.playground.server import MAX_BODY_BYTES
from tests.actions_sdk.playground.conftest import Caller

CALLS = [("GET", "/api/files"), ("POST", "/api/run"), ("PUT", "/api/files/actions/greet.py")]


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.4", "example.com", "::", ""])
def test_only_loopback_is_listened_on(host: str) -> None:
    """No other machine can reach the playground."""
    with pytest.raises(PlaygroundError, match="loopback"):
        serve(None, host=host)


@pytest.mark.parametrize(("method", "path"), [*CALLS, ("GET", "/"), ("GET", "/playground.js")])
def test_foreign_host_gets_nothing(owner: Caller, method: str, path: str) -> None:
    """A foreign name that resolves to loopback is refused even with the token (DNS rebinding)."""
    token = owner.server.guard.token
    path = f"{path}?token={token}" if path == "/" else path
    answer = owner.send(method, path, b"{}", Host="evil.example.com", **{TOKEN_HEADER: token})
    assert answer.status == 403
    assert answer.document["code"] == "FOREIGN_HOST"


@pytest.mark.parametrize("origin", ["https://evil.example.com", "null", "http://127.0.0.1:1", "https://127.0.0.1"])
@pytest.mark.parametrize(("method", "path"), CALLS)
def test_foreign_origin_gets_nothing(owner: Caller, origin: str, method: str, path: str) -> None:
    """Another page cannot use the playground even with the token."""
    answer = owner.send(method, path, b"{}", Origin=origin, **{TOKEN_HEADER: owner.server.guard.token})
    assert answer.status == 403
    assert answer.document["code"] == "FOREIGN_ORIGIN"


@pytest.mark.parametrize("token", [None, "", "wrong", "ü"])
@pytest.mark.parametrize(("method", "path"), CALLS)
def test_call_without_the_token_gets_nothing(
    owner: Caller, project: Path, token: str | None, method: str, path: str
) -> None:
    """Another user of the machine, who has no token, cannot call."""
    headers = {} if token is None else {TOKEN_HEADER: token.encode().decode("latin-1")}
    answer = owner.send(method, path, b'{"text": "", "digest": null}', **headers)
    assert answer.status == 403
    assert (project / "actions" / "greet.py").read_text() != ""


def test_page_is_for_the_holder_of_the_link(caller: Caller) -> None:
    """Without the token in the link there is no page, and so no token to be read from it."""
    answer = caller.send("GET", "/")
    assert answer.status == 403
    assert caller.server.guard.token.encode() not in answer.content
    page = caller.send("GET", caller.server.url.removeprefix(caller.server.address))
    assert page.status == 200
    assert caller.server.guard.token.encode() in page.content


def test_tokens_are_new_at_each_start(caller: Caller) -> None:
    """A link of an earlier start is of no use."""
    with serve(None) as other:
        assert other.guard.token != caller.server.guard.token


def test_page_forbids_what_it_does_not_need(caller: Caller) -> None:
    """Nothing foreign is loaded, no text runs as code, nobody frames the page, nothing is kept."""
    page = caller.send("GET", caller.server.url.removeprefix(caller.server.address))
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'; script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Cache-Control"] == "no-store"
    nonce = re.search(r"'nonce-([^']+)'", policy)
    assert nonce
    assert nonce[1].encode() in page.content


def test_assets_name_no_foreign_address(caller: Caller) -> None:
    """The page works offline: the only addresses in its files are names of XML formats."""
    for name in ("playground.js", "results.js", "editor.js", "playground.css", "icon.svg"):
        answer = caller.send("GET", f"/{name}")
        assert answer.status == 200
        found = set(re.findall(rb"https?://[^\s\"'`)]+", answer.content))
        assert all(address.startswith(b"http://www.w3.org/") for address in found), (name, found)


@pytest.mark.parametrize(
    "path",
    ["/index.html", "/editor/editor.mjs", "/../server.py", "/%2e%2e/server.py", "//etc/passwd", "/assets/editor.js"],
)
def test_nothing_but_the_assets_is_served(caller: Caller, path: str) -> None:
    """No path leads out of the list of the page's files."""
    assert caller.send("GET", path).status == 404


def test_every_package_in_the_editor_has_its_licence(caller: Caller) -> None:
    """The licences of what is built into the editor are served beside it."""
    text = caller.send("GET", "/editor.LICENSE.txt").content.decode()
    for name in ("@codemirror/view", "@codemirror/lang-python", "@lezer/lr", "style-mod"):
        assert re.search(rf"^{re.escape(name)} [\d.]+ \(MIT\)$", text, re.MULTILINE)
    assert text.count("Permission is hereby granted") == len(re.findall(r"^\S+ [\d.]+ \(MIT\)$", text, re.MULTILINE))


def test_too_large_and_endless_calls_are_refused(caller: Caller) -> None:
    """A call says how long it is, and is no longer than the limit; nothing of it is read otherwise."""
    token = caller.server.guard.token
    for length in (str(MAX_BODY_BYTES + 1), "9" * 5000):
        answer = caller.send("POST", "/api/run", b"", Content_Length=length, **{TOKEN_HEADER: token})
        assert (answer.status, answer.document["code"]) == (413, "TOO_LARGE")
    answer = caller.send("POST", "/api/run", b"", Transfer_Encoding="chunked", **{TOKEN_HEADER: token})
    assert (answer.status, answer.document["code"]) == (411, "NO_LENGTH")
    answer = caller.send("POST", "/api/run", b"", Content_Length="-1", **{TOKEN_HEADER: token})
    assert answer.status == 411


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b"[" * 100_000])
def test_body_that_is_no_object_is_refused(caller: Caller, body: bytes) -> None:
    """Whatever is no JSON object is the caller's fault."""
    answer = caller.send("POST", "/api/run", body, **{TOKEN_HEADER: caller.server.guard.token})
    assert (answer.status, answer.document["code"]) == (400, "BAD_CALL")


def test_connection_is_kept_between_calls(caller: Caller) -> None:
    """A page's calls share a connection, also after a refusal."""
    guard = caller.server.guard
    connection = http.client.HTTPConnection(guard.host, guard.port, timeout=30)
    for path, status in (("profiles", 200), ("nonsense", 404), ("files", 200)):
        connection.request("GET", f"/api/{path}", headers={TOKEN_HEADER: guard.token})
        answer = connection.getresponse()
        answer.read()
        assert answer.status == status
    connection.close()
