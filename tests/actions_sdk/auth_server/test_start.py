"""The process: what it keeps, what it shares, what it refuses to start with."""

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.actions_sdk.auth_server.browser import Application, Browser, make_guest
from tests.actions_sdk.auth_server.conftest import name_user
from tests.actions_sdk.auth_server.process import AuthServer
from tests.server_process import Tenant

Start = Callable[..., AuthServer]


def test_it_says_loudly_what_it_is_not(auth_server: AuthServer) -> None:
    """Nobody runs it for users by mistake."""
    assert "NOT FOR PRODUCTION" in auth_server.log_file.read_text()


def test_it_stops_when_it_is_told_to(runtime: Tenant, start: Start) -> None:
    """SIGTERM ends it well."""
    assert start(runtime).stop() == 0


def test_with_a_file_everything_is_there_after_a_start_on_the_same_port(
    runtime: Tenant, start: Start, tmp_path: Path
) -> None:
    """Accounts, refresh tokens, signing keys and guest sessions."""
    file = tmp_path / "auth.db"
    first = start(runtime, "--database", str(file))
    email, browser, shop = name_user("ada"), Browser(first.address), Application(first.address)
    guest = make_guest(browser, {})
    tokens = shop.tokens(shop.sign_up(browser, email))
    assert first.stop() == 0
    port = first.address.rpartition(":")[2]
    second = start(runtime, "--database", str(file), "--port", port)
    answer = shop.post(grant_type="refresh_token", client_id="shop", refresh_token=tokens["refresh_token"])
    assert shop.read(answer)["access"]["logins"] == 2
    token = guest["anonymous_session_token"]
    Application(second.address).log_in(Browser(second.address), email, anonymous_session_token=token)
    account = second.account(email)
    assert account is not None
    assert account["user_metadata"]["last"]["session"] == guest["session"]["user_id"]
    assert (tmp_path / "auth.db-keys.json").stat().st_mode & 0o077 == 0


def test_two_processes_on_one_file_lose_no_update(runtime: Tenant, start: Start, tmp_path: Path) -> None:
    """A login whose user was written by the other process in between is run again."""
    servers = [start(runtime, "--database", str(tmp_path / "auth.db")) for _ in range(2)]
    email, many = name_user("ada"), 3
    Application(servers[0].address).sign_up(Browser(servers[0].address), email)
    ready = threading.Barrier(2 * many)

    def log_in(number: int) -> bool:
        server = servers[number % 2]
        application, browser = Application(server.address), Browser(server.address)
        page = application.begin(browser)
        ready.wait()
        return "code" in browser.send(page, "login-form", email=email, password="correct horse").callback

    with ThreadPoolExecutor(2 * many) as pool:
        done = sum(pool.map(log_in, range(2 * many)))
    account = servers[0].account(email)
    assert account is not None
    # One that was overtaken every time is refused; whoever got in has been counted.
    last = account["user_metadata"]["last"]
    assert account["app_metadata"]["logins"] == last["count"] == done + 1
    assert done >= many


def test_a_guest_session_lives_as_long_as_it_is_told(runtime: Tenant, start: Start) -> None:
    """Seconds from its creation."""
    server = start(runtime, "--anonymous-seconds", "7")
    assert make_guest(Browser(server.address), {})["expires_in"] == 7


def test_tokens_can_be_signed_with_rsa(runtime: Tenant, start: Start) -> None:
    """RS256 is what every application can read (OpenID Connect Core, section 15.1)."""
    server = start(runtime, "--algorithm", "RS256")
    shop = Application(server.address)
    tokens = shop.tokens(shop.sign_up(Browser(server.address), name_user("ada")))
    assert tokens["id"]["greeting"] == "☕"


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--host", "0.0.0.0"], "is not of this machine"),
        (["--algorithm", "none"], "neither ES256 nor RS256"),
        (["--unreachable-login", "perhaps"], "neither deny nor go-on"),
        (["--runtime", "nowhere"], "host:port"),
        (["--database", "/no/such/folder/auth.db"], "/no/such/folder"),
    ],
    ids=lambda value: str(value[0]) if isinstance(value, list) else "",
)
def test_a_start_that_makes_no_sense_ends_with_a_sentence(options: list[str], reason: str) -> None:
    """Status 1, one line, no trace."""
    arguments = ["--runtime", "127.0.0.1:1", *options]
    done = subprocess.run(
        [sys.executable, "-m", "actions_sdk.auth_server", *arguments], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 1
    assert done.stderr.startswith("error: ")
    assert reason in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_the_greeting_names_both_applications(auth_server: AuthServer) -> None:
    """For whoever starts it from a program."""
    assert auth_server.facts.keys() == {
        "address",
        "issuer",
        "client_id",
        "backend_client_id",
        "backend_client_secret",
    }
    assert json.dumps(auth_server.facts)
