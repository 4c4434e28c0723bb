"""The runtime is killed: each login is whole or refused, as configured, and no list of commands is half applied."""

import json
import socket
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

import grpc
import pytest

from actions_sandbox.contract import Trigger
from tests.e2e.http_user import Person, Refused, Tokens
from tests.e2e.providers import Choice, Choices, Provider, open_provider
from tests.server_process import COMMAND, Server, make_operator_key

pytestmark = pytest.mark.timeout(240)  # servers start and end in each test, and some calls wait for one that is gone

METADATA: Final = {"cart": {"items": [{"sku": "ITEM-001", "qty": 1}]}}
PEOPLE: Final = 5

WRITE_AT_REGISTRATION: Final = """
def onExecutePreUserRegistration(event, api):
    api.user.setAppMetadata("x", 1).user.setAppMetadata("y", 1).user.setUserMetadata("z", 1)
"""
WRITE_AT_LOGIN: Final = """
def onExecutePostLogin(event, api):
    logins = (event.user.app_metadata.get("a") or 0) + 1
    for key in ("a", "b", "c"):
        api.user.setAppMetadata(key, logins)
    api.user.setUserMetadata("d", logins)
    api.accessToken.setCustomClaim("a", logins)
    api.idToken.setCustomClaim("a", logins)
"""
"""Both write one number to many places: where a list of commands is half applied, they differ."""


def _kill(server: Server) -> None:
    """Take the runtime away without a goodbye; its workers see their socket close and end."""
    server.process.kill()
    server.process.wait(timeout=30)


def _read_number(provider: Provider, person: Person) -> int:
    """Return the number that all places of an account show."""
    account = provider.read_account(person.email)
    assert account is not None
    places = [account["app_metadata"].get(key, 0) for key in ("a", "b", "c")]
    places.append((account["user_metadata"] or {}).get("d", 0))
    assert len(set(places)) == 1, f"half applied: {account}"
    return int(places[0])


def _try(enter: Callable[[Person], Tokens], person: Person) -> Tokens | None:
    """Sign up or log in; None when the provider refused, in words for users."""
    try:
        return enter(person)
    except Refused as caught:
        page = caught.page
    assert page.status in (403, 503)
    assert page.message.strip()
    return None


def _log_in_and_judge(provider: Provider, person: Person) -> str:
    """Log in once and compare the account and the tokens with the account before."""
    before = _read_number(provider, person)
    tokens = _try(Person.log_in, person)
    after = _read_number(provider, person)
    if tokens is None:
        assert after == before
        return "refused"
    assert tokens.access.get("a") == tokens.id.get("a")
    if "a" not in tokens.access:
        assert after == before
        return "bare"
    assert tokens.access["a"] == after == before + 1
    return "whole"


def _sign_up_and_judge(provider: Provider, choice: Choice) -> str:
    """Sign up somebody new and look at what is left of it."""
    with provider.meet() as person:
        tokens = _try(Person.sign_up, person)
        account = provider.read_account(person.email)
    if account is None:
        assert tokens is None
        return "refused"
    app_metadata, user_metadata = account["app_metadata"] or {}, account["user_metadata"] or {}
    written = [app_metadata.get("x"), app_metadata.get("y"), user_metadata.get("z")]
    assert written in ([1, 1, 1], [None, None, None]), f"half applied: {account}"
    # Where the runtime has to be there, there is no account that its actions did not see.
    assert choice == "go-on" or written == [1, 1, 1]
    assert choice == "deny" or tokens is not None
    return "whole" if written[0] else "bare"


@pytest.mark.parametrize("choice", ["deny", "go-on"])
def test_sign_ups_and_logins_in_flight_are_whole_or_as_configured(
    choice: Choice, kind: str, start_server: Callable[..., Server]
) -> None:
    """Killed among many of them: accounts and tokens show all of an answer or nothing of it, and then what is chosen.

    Denied, a user gets no tokens, a new user no account, and an account stays as it was. Going on, there are tokens
    and accounts with nothing of the actions'.
    """
    runtime = start_server()
    with open_provider(kind, runtime, Choices(choice, choice)) as provider, ThreadPoolExecutor(PEOPLE) as pool:
        provider.bind(Trigger.PRE_USER_REGISTRATION, write_at_registration=WRITE_AT_REGISTRATION)
        provider.bind(Trigger.POST_LOGIN, write_at_login=WRITE_AT_LOGIN)
        gone, rounds = threading.Event(), threading.Semaphore(0)
        afterwards = "refused" if choice == "deny" else "bare"

        def live(person: Person) -> Counter[str]:
            person.sign_up()
            seen: Counter[str] = Counter()
            last = False
            while not last:
                last = gone.is_set()
                outcomes = [_log_in_and_judge(provider, person), _sign_up_and_judge(provider, choice)]
                seen.update(outcomes)
                rounds.release()
                assert not last or outcomes == [afterwards, afterwards]
            return seen

        running = [pool.submit(live, provider.meet()) for _ in range(PEOPLE)]
        for _ in range(2 * PEOPLE):
            assert rounds.acquire(timeout=60)
        _kill(runtime)
        gone.set()
        seen = sum((each.result(timeout=90) for each in running), Counter[str]())
    assert seen["whole"] >= 2 * PEOPLE
    assert seen["bare" if choice == "deny" else "refused"] == 0


@contextmanager
def _serve(folder: Path, port: int) -> Iterator[Server]:
    """Run a runtime on a given port, with what it knew before; it is killed at the end."""
    operator_key = make_operator_key(folder)
    arguments = ("serve", "--json", "--address", f"127.0.0.1:{port}", "--data-dir", str(folder))
    log_file = folder / "stderr"
    with (
        log_file.open("a") as log,
        subprocess.Popen([*COMMAND, *arguments], stdout=subprocess.PIPE, stderr=log, text=True) as process,
    ):
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line, log_file.read_text()
            greeting = json.loads(line)
            with grpc.insecure_channel(greeting["address"]) as channel:
                yield Server(process, greeting, operator_key, log_file, channel)
        finally:
            process.kill()


def test_logins_come_right_when_the_runtime_is_back(kind: str, tmp_path: Path) -> None:
    """Nobody has to start the provider anew, and what the guest had was not lost in between."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    with ExitStack() as opened:
        with _serve(tmp_path, port) as runtime:
            provider = opened.enter_context(open_provider(kind, runtime))
            provider.bind(Trigger.POST_LOGIN, "merge_cart_once")
            person = provider.meet()
            person.sign_up()
            person.fill(METADATA)
        assert _try(Person.log_in, person) is None
        assert not provider.read_app_metadata(person.email)
        with _serve(tmp_path, port):
            deadline = time.monotonic() + 30
            while (tokens := _try(Person.log_in, person)) is None and time.monotonic() < deadline:
                time.sleep(0.2)  # the provider's channel waits longer and longer before it connects again
            assert tokens is not None
            assert tokens.access["cart"] == METADATA["cart"]
            assert provider.read_app_metadata(person.email)["cart"] == METADATA["cart"]
