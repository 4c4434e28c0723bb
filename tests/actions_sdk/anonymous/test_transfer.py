"""What a login gets of a guest session, whatever becomes of token and store."""

import asyncio
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from actions_runtime.errors import Unavailable
from actions_runtime.events import parse_event
from actions_sandbox.contract import Trigger
from actions_sdk.anonymous import (
    AnonymousSessions,
    KeyRing,
    LoginFlow,
    MemorySessionStore,
    SessionSettings,
    SqlSessionStore,
    StoredSession,
    Transfer,
    TransferReason,
    TransferRequest,
    read_token,
)
from tests.actions_sdk.anonymous.clock import Clock

CART = {"cart": {"items": [{"sku": "ITEM-001", "qty": 2}]}, "big": 9007199254740993}
DAY = timedelta(days=1)


def _log_in(token: str | None, **changes: Any) -> TransferRequest:
    given = {"query_token": token, "cookie_token": None, "login_flow": LoginFlow.INTERACTIVE, "client_id": "shop"}
    return TransferRequest(**{**given, **changes})


class TestTransfer:
    """What a login gets."""

    async def test_a_session_reaches_the_event_as_documented(self, sessions: AnonymousSessions) -> None:
        issued = await sessions.create("shop", CART)
        transfer = await sessions.transfer(_log_in(issued.token))
        assert transfer.reason is TransferReason.TRANSFERRED
        assert transfer.session == {
            "user_id": issued.session.user_id,
            "session_id": issued.session.session_id,
            "created_at": "2026-05-14T10:30:00Z",
            "expires_at": "2026-06-13T10:30:00Z",
            "metadata": CART,
        }

    async def test_the_runtime_takes_the_session_as_it_is(self, sessions: AnonymousSessions) -> None:
        transfer = await sessions.transfer(_log_in((await sessions.create("shop", CART)).token))
        event = {"user": {"user_id": "auth0|ada"}, "anonymous_session": transfer.session}
        assert parse_event(Trigger.POST_LOGIN, json.dumps(event).encode())["anonymous_session"] == transfer.session

    async def test_a_transfer_never_ends_the_session(self, sessions: AnonymousSessions) -> None:
        issued = await sessions.create("shop", CART)
        first = await sessions.transfer(_log_in(issued.token))
        assert await sessions.transfer(_log_in(issued.token)) == first
        assert await sessions.read(issued.token) == issued.session

    @pytest.mark.parametrize("login_flow", [flow for flow in LoginFlow if flow is not LoginFlow.INTERACTIVE])
    async def test_five_flows_get_nothing(self, sessions: AnonymousSessions, login_flow: LoginFlow) -> None:
        token = (await sessions.create("shop", CART)).token
        for presented in ({"query_token": token}, {"query_token": None, "cookie_token": token}):
            transfer = await sessions.transfer(_log_in(token, login_flow=login_flow, **presented))
            assert transfer.session is None
            assert transfer.reason is TransferReason.UNSUPPORTED_FLOW

    @pytest.mark.parametrize(
        ("query", "cookie"),
        list(product(["none", "empty", "good", "ended", "expired", "damaged", "foreign"], repeat=2)),
    )
    async def test_the_query_goes_before_the_cookie_and_is_then_the_only_one(
        self, keys: KeyRing, clock: Clock, query: str, cookie: str
    ) -> None:
        """A token in the query that is no good never falls back to the cookie: that may be another guest's."""
        sessions = AnonymousSessions(MemorySessionStore(), keys, clock=clock)
        tokens = {side: await _present_tokens(sessions, clock) for side in ("query", "cookie")}
        clock.move(days=25)
        transfer = await sessions.transfer(_log_in(tokens["query"][query], cookie_token=tokens["cookie"][cookie]))
        looked_at, state = ("query", query) if query not in ("none", "empty") else ("cookie", cookie)
        source = looked_at if state not in ("none", "empty") else None
        assert (transfer.reason, transfer.source) == (REASONS[state], source)
        assert (transfer.session or {}).get("metadata") == ({"of": 7} if state == "good" else None)
        if transfer.session is not None:
            good = await sessions.read(tokens[looked_at]["good"] or "")
            assert transfer.session["session_id"] == good.session_id


REASONS = {
    "none": TransferReason.NO_TOKEN,
    "empty": TransferReason.NO_TOKEN,
    "good": TransferReason.TRANSFERRED,
    "ended": TransferReason.REVOKED,
    "expired": TransferReason.EXPIRED,
    "damaged": TransferReason.MALFORMED,
    "foreign": TransferReason.FOREIGN,
}


async def _present_tokens(sessions: AnonymousSessions, clock: Clock) -> dict[str, str | None]:
    """Make a token in each state in which one may come, 25 days from now."""
    now = clock.now
    ended = (await sessions.create("shop", {})).token
    await sessions.logout(ended)
    clock.move(days=-10)
    expired = (await sessions.create("shop", {})).token
    clock.now = now
    return {
        "none": None,
        "empty": "",
        "good": (await sessions.create("shop", {"of": 7})).token,
        "ended": ended,
        "expired": expired,
        "damaged": ended[:-3] + "AAA",
        "foreign": (await sessions.create("other", {})).token,
    }


def test_tokens_are_found_in_query_and_cookie() -> None:
    assert read_token({}, {}) == (None, None)
    assert read_token({"anonymous_session_token": "q", "anon": "x"}, {"anon": "c", "anonymous_session_token": "y"}) == (
        "q",
        "c",
    )
    assert read_token({"anonymous_session_token": ""}, {"anon": ""}) == (None, None)


class _BrokenStore(MemorySessionStore):
    """A store that fails as it is told to when it is asked for a session."""

    def __init__(self, fail: Callable[[], StoredSession]) -> None:
        super().__init__()
        self._fail = fail

    async def get(self, session_id: str) -> StoredSession | None:
        return self._fail()


def _raise(error: Exception) -> Callable[[], StoredSession]:
    def fail() -> StoredSession:
        raise error

    return fail


class TestUnavailable:
    """A store that does not answer."""

    @pytest.mark.parametrize(
        "error", [Unavailable("gone"), ConnectionError("secret-host:5432"), TimeoutError(), ValueError("secret-host")]
    )
    async def test_a_login_goes_on_whatever_the_store_raises(
        self, keys: KeyRing, clock: Clock, caplog: pytest.LogCaptureFixture, error: Exception
    ) -> None:
        sessions = AnonymousSessions(_BrokenStore(_raise(error)), keys, clock=clock)
        token = (await sessions.create("shop", CART)).token
        transfer = await sessions.transfer(_log_in(token))
        assert transfer == Transfer(None, TransferReason.STORE_UNAVAILABLE, "query")
        assert type(error).__qualname__ in caplog.text
        assert token not in caplog.text
        assert "secret-host" not in caplog.text

    async def test_a_login_goes_on_when_what_was_kept_is_damaged(self, keys: KeyRing, clock: Clock) -> None:
        store = MemorySessionStore()
        sessions = AnonymousSessions(store, keys, clock=clock)
        issued = await sessions.create("shop", CART)
        await store.replace(issued.session.session_id, '{"cart":', clock.now, issued.session.expires_at)
        assert (await sessions.transfer(_log_in(issued.token))).reason is TransferReason.STORE_UNAVAILABLE

    @pytest.mark.timeout(8)
    async def test_a_login_does_not_wait_for_a_locked_database(
        self, url: str, keys: KeyRing, clock: Clock, tmp_path: Path
    ) -> None:
        """Somebody else holds the lock that the store needs to make its table; SQLite would wait 10 s for it."""
        maker = AnonymousSessions(MemorySessionStore(), keys, clock=clock)
        token = (await maker.create("shop", CART)).token
        store = SqlSessionStore(url)
        sessions = AnonymousSessions(store, keys, SessionSettings(store_timeout_seconds=0.05), clock)
        with closing(sqlite3.connect(tmp_path / "sessions.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            assert (await sessions.transfer(_log_in(token))).reason is TransferReason.STORE_UNAVAILABLE
            other.execute("ROLLBACK")
        assert (await sessions.create("shop", CART)).session.metadata == CART
        await store.close()

    @pytest.mark.timeout(8)
    async def test_a_login_does_not_wait_for_a_store_that_cannot_be_stopped(self, keys: KeyRing, clock: Clock) -> None:
        release = asyncio.Event()

        class Stubborn(MemorySessionStore):
            async def get(self, session_id: str) -> StoredSession | None:
                try:
                    await release.wait()
                except asyncio.CancelledError:
                    await release.wait()
                    raise ConnectionError("too late") from None
                return await super().get(session_id)

        sessions = AnonymousSessions(Stubborn(), keys, SessionSettings(store_timeout_seconds=0.01), clock)
        token = (await sessions.create("shop", CART)).token
        assert (await sessions.transfer(_log_in(token))).reason is TransferReason.STORE_UNAVAILABLE
        release.set()
        assert (await sessions.transfer(_log_in(token))).reason is TransferReason.TRANSFERRED

    async def test_a_login_that_is_given_up_gives_up_the_search(self, keys: KeyRing, clock: Clock) -> None:
        asked, stopped = asyncio.Event(), asyncio.Event()

        class Slow(MemorySessionStore):
            async def get(self, session_id: str) -> StoredSession | None:
                asked.set()
                try:
                    await asyncio.Event().wait()
                finally:
                    stopped.set()
                return None

        sessions = AnonymousSessions(Slow(), keys, clock=clock)
        login = asyncio.create_task(sessions.transfer(_log_in((await sessions.create("shop", CART)).token)))
        await asked.wait()
        login.cancel()
        with pytest.raises(asyncio.CancelledError):
            await login
        await stopped.wait()

    async def test_the_other_calls_say_that_the_store_is_unavailable(self, keys: KeyRing, clock: Clock) -> None:
        sessions = AnonymousSessions(_BrokenStore(_raise(Unavailable("gone"))), keys, clock=clock)
        token = (await sessions.create("shop", CART)).token
        for call in (sessions.read(token), sessions.update(token, {})):
            with pytest.raises(Unavailable):
                await call

    async def test_a_logout_that_did_not_happen_is_not_claimed(self, url: str, keys: KeyRing, tmp_path: Path) -> None:
        store = SqlSessionStore(url)
        sessions = AnonymousSessions(store, keys)
        issued = await sessions.create("shop", CART)
        with closing(sqlite3.connect(tmp_path / "sessions.db")) as connection:
            connection.execute("ALTER TABLE anonymous_sessions RENAME TO away")
        with pytest.raises(Unavailable):
            await sessions.logout(issued.token)
        await store.close()
