"""The service, over every kind of store."""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from actions_runtime.errors import InvalidArgument
from actions_sdk.anonymous import (
    AnonymousSessions,
    KeyRing,
    LoginFlow,
    MemorySessionStore,
    SessionSettings,
    SessionStore,
    StoredSession,
    TokenRefused,
    Transfer,
    TransferReason,
    TransferRequest,
)
from tests.actions_sdk.anonymous.clock import Clock

CART = {"cart": {"items": [{"sku": "ITEM-001", "qty": 2}]}, "big": 9007199254740993}
DAY = timedelta(days=1)


def _log_in(token: str | None, **changes: Any) -> TransferRequest:
    given = {"query_token": token, "cookie_token": None, "login_flow": LoginFlow.INTERACTIVE, "client_id": "shop"}
    return TransferRequest(**{**given, **changes})


async def _refusal(sessions: AnonymousSessions, token: str, client_id: str | None = None) -> TransferReason:
    """Why a token is refused, everywhere alike."""
    reasons = []
    for call in (sessions.read(token, client_id), sessions.update(token, {}, client_id)):
        with pytest.raises(TokenRefused) as caught:
            await call
        assert token not in str(caught.value)
        reasons.append(caught.value.reason)
    assert len(set(reasons)) == 1
    assert not await sessions.logout(token, client_id)
    transfer = await sessions.transfer(_log_in(token, client_id=client_id))
    assert transfer == Transfer(None, reasons[0], "query")
    return reasons[0]


class TestLife:
    """From a session's creation to its end."""

    async def test_a_new_session_has_ids_that_nobody_can_guess(self, sessions: AnonymousSessions) -> None:
        made = [await sessions.create("shop", {}) for _ in range(3)]
        for issued in made:
            assert re.fullmatch(r"anon\|[0-9a-f]{32}", issued.session.user_id)
            assert re.fullmatch(r"sess_[0-9a-f]{32}", issued.session.session_id)
        assert len({issued.session.session_id for issued in made} | {issued.session.user_id for issued in made}) == 6

    async def test_a_session_is_read_by_its_token(self, sessions: AnonymousSessions) -> None:
        issued = await sessions.create("shop", CART)
        assert await sessions.read(issued.token) == issued.session
        assert issued.session.metadata == CART
        assert issued.session.client_id == "shop"

    async def test_an_update_replaces_the_whole_document(self, sessions: AnonymousSessions, clock: Clock) -> None:
        issued = await sessions.create("shop", {"cart": {"a": 1}, "theme": "dark"})
        clock.move(hours=1)
        updated = await sessions.update(issued.token, {"cart": {"b": 2}})
        assert updated.session.metadata == {"cart": {"b": 2}}
        assert await sessions.read(updated.token) == updated.session
        assert updated.session.session_id == issued.session.session_id
        assert updated.session.created_at == issued.session.created_at
        assert updated.session.updated_at == clock.now

    async def test_an_update_issues_a_new_token_and_the_one_before_goes_on(self, sessions: AnonymousSessions) -> None:
        issued = await sessions.create("shop", {})
        updated = await sessions.update(issued.token, {"a": 1})
        assert updated.token != issued.token
        assert await sessions.read(issued.token) == updated.session

    async def test_what_a_caller_does_to_metadata_reaches_no_other(self, sessions: AnonymousSessions) -> None:
        given: dict[str, Any] = {"items": []}
        issued = await sessions.create("shop", given)
        given["items"].append(1)
        issued.session.metadata["items"].append(2)
        (await sessions.read(issued.token)).metadata["items"].append(3)
        assert (await sessions.read(issued.token)).metadata == {"items": []}

    async def test_a_logout_ends_every_token_of_the_session(self, sessions: AnonymousSessions) -> None:
        """A kept token transfers no more."""
        issued = await sessions.create("shop", CART)
        updated = await sessions.update(issued.token, CART)
        assert await sessions.logout(updated.token)
        assert await _refusal(sessions, issued.token) is TransferReason.REVOKED
        assert await _refusal(sessions, updated.token) is TransferReason.REVOKED

    async def test_a_logout_ends_no_other_session(self, sessions: AnonymousSessions) -> None:
        ended, other = await sessions.create("shop", CART), await sessions.create("shop", CART)
        await sessions.logout(ended.token)
        assert await sessions.read(other.token) == other.session

    async def test_a_logout_may_be_repeated(self, sessions: AnonymousSessions) -> None:
        issued = await sessions.create("shop", {})
        assert [await sessions.logout(issued.token) for _ in range(3)] == [True, False, False]

    async def test_a_token_of_no_session_brings_none_into_being(
        self, sessions: AnonymousSessions, keys: KeyRing, clock: Clock
    ) -> None:
        """Genuine, but of a store that lost the session, or of another one."""
        elsewhere = AnonymousSessions(MemorySessionStore(), keys, clock=clock)
        token = (await elsewhere.create("shop", CART)).token
        assert await _refusal(sessions, token) is TransferReason.REVOKED
        assert await _refusal(sessions, token) is TransferReason.REVOKED

    async def test_a_token_is_its_clients(self, sessions: AnonymousSessions) -> None:
        issued = await sessions.create("shop", CART)
        assert await _refusal(sessions, issued.token, "other") is TransferReason.FOREIGN
        assert await sessions.read(issued.token, "shop") == issued.session
        assert (await sessions.transfer(_log_in(issued.token, client_id=None))).reason is TransferReason.TRANSFERRED

    async def test_a_token_of_another_issuer_is_foreign(
        self, sessions: AnonymousSessions, store: SessionStore, keys: KeyRing, clock: Clock
    ) -> None:
        for settings in (SessionSettings(issuer="https://other.example"), SessionSettings(audience="other")):
            other = AnonymousSessions(store, keys, settings, clock)
            token = (await other.create("shop", CART)).token
            assert await _refusal(sessions, token) is TransferReason.FOREIGN

    async def test_tokens_outlive_a_rotation_and_end_with_their_key(
        self, sessions: AnonymousSessions, keys: KeyRing
    ) -> None:
        issued = await sessions.create("shop", CART)
        keys.rotate(keep=2)
        assert (await sessions.read(issued.token)).metadata == CART
        renewed = await sessions.update(issued.token, CART)
        keys.rotate(keep=2)
        assert await _refusal(sessions, issued.token) is TransferReason.MALFORMED
        assert await sessions.read(renewed.token) == renewed.session

    @pytest.mark.parametrize("client_id", ["", "a" * 201, "é", "a\n"])
    async def test_a_client_id_that_is_none_is_refused(self, sessions: AnonymousSessions, client_id: str) -> None:
        with pytest.raises(InvalidArgument) as caught:
            await sessions.create(client_id, {})
        assert caught.value.violations[0].field == "client_id"

    async def test_metadata_over_a_limit_changes_nothing(self, sessions: AnonymousSessions) -> None:
        issued = await sessions.create("shop", CART)
        with pytest.raises(InvalidArgument):
            await sessions.update(issued.token, {"a": "b" * 16_384})
        with pytest.raises(InvalidArgument):
            await sessions.create("shop", {"a": float("nan")})
        assert await sessions.read(issued.token) == issued.session

    def test_tokens_and_metadata_are_not_printed(self) -> None:
        request = TransferRequest("query-token", "cookie-token", LoginFlow.INTERACTIVE, "shop")
        assert "token'" not in repr(request)
        assert "metadata" not in repr(Transfer({"metadata": 1}, TransferReason.TRANSFERRED, "query"))


class TestTime:
    """Lifetimes; 30 days without an update and 90 in all, unless the settings say otherwise."""

    async def test_a_session_is_over_at_the_second_it_names(self, sessions: AnonymousSessions, clock: Clock) -> None:
        issued = await sessions.create("shop", CART)
        assert issued.session.expires_at == clock.now + 30 * DAY
        assert issued.expires_in == 30 * 86_400
        clock.now = issued.session.expires_at - timedelta(microseconds=1)
        assert await sessions.read(issued.token) == issued.session
        clock.now = issued.session.expires_at
        assert await _refusal(sessions, issued.token) is TransferReason.EXPIRED

    async def test_an_update_renews_the_idle_time_and_leaves_older_tokens_theirs(
        self, sessions: AnonymousSessions, clock: Clock
    ) -> None:
        issued = await sessions.create("shop", CART)
        clock.move(days=20)
        updated = await sessions.update(issued.token, CART)
        clock.move(days=20)
        assert await sessions.read(updated.token) == updated.session
        assert await _refusal(sessions, issued.token) is TransferReason.EXPIRED

    async def test_nothing_renews_a_session_beyond_its_absolute_end(
        self, sessions: AnonymousSessions, clock: Clock
    ) -> None:
        issued = await sessions.create("shop", CART)
        end = clock.now + 90 * DAY
        for _ in range(4):
            clock.move(days=20)
            issued = await sessions.update(issued.token, CART)
        assert issued.session.expires_at == end
        assert issued.expires_in == 10 * 86_400
        clock.now = end
        assert await _refusal(sessions, issued.token) is TransferReason.EXPIRED

    async def test_reading_and_transferring_renew_nothing(self, sessions: AnonymousSessions, clock: Clock) -> None:
        issued = await sessions.create("shop", CART)
        clock.move(days=29)
        await sessions.transfer(_log_in(issued.token))
        assert (await sessions.read(issued.token)).expires_at == issued.session.expires_at

    async def test_a_shortened_absolute_life_holds_at_once_for_new_sessions(
        self, store: SessionStore, keys: KeyRing, clock: Clock
    ) -> None:
        sessions = AnonymousSessions(store, keys, SessionSettings(idle_seconds=100, absolute_seconds=60), clock)
        assert (await sessions.create("shop", {})).expires_in == 60

    async def test_a_session_may_be_over_before_an_older_token(
        self, store: SessionStore, keys: KeyRing, clock: Clock
    ) -> None:
        """The operator shortened the idle time, and an update applied it to the session."""
        issued = await AnonymousSessions(store, keys, clock=clock).create("shop", CART)
        sessions = AnonymousSessions(store, keys, SessionSettings(idle_seconds=60), clock)
        updated = await sessions.update(issued.token, CART)
        assert updated.expires_in == 60
        clock.move(seconds=59)
        assert await sessions.read(issued.token) == updated.session
        clock.move(seconds=1)
        with pytest.raises(TokenRefused) as caught:
            await sessions.read(issued.token)
        assert caught.value.reason is TransferReason.EXPIRED

    async def test_an_ended_session_is_known_as_revoked_until_it_would_be_over(
        self, sessions: AnonymousSessions, clock: Clock
    ) -> None:
        issued = await sessions.create("shop", CART)
        await sessions.logout(issued.token)
        clock.move(days=29)
        assert await sessions.purge() == 0
        assert await _refusal(sessions, issued.token) is TransferReason.REVOKED
        clock.move(days=1, seconds=1)
        assert await sessions.purge() == 1
        assert await _refusal(sessions, issued.token) is TransferReason.EXPIRED

    async def test_the_clock_may_be_of_any_time_zone(self, store: SessionStore, keys: KeyRing) -> None:
        east = datetime.fromisoformat("2026-05-14T12:30:00.999+02:00")
        sessions = AnonymousSessions(store, keys, clock=lambda: east)
        issued = await sessions.create("shop", {})
        assert issued.session.created_at == datetime(2026, 5, 14, 10, 30, tzinfo=UTC)
        assert issued.session.created_at.tzinfo is UTC
        assert issued.session.describe()["created_at"] == "2026-05-14T10:30:00Z"


class TestAtOnce:
    """Two calls at once."""

    async def test_of_two_updates_the_last_one_stays_whole(self, sessions: AnonymousSessions) -> None:
        issued = await sessions.create("shop", {})
        documents = [{"tab": number, "items": [number] * 50} for number in range(8)]
        updated = await asyncio.gather(*(sessions.update(issued.token, document) for document in documents))
        final = (await sessions.read(issued.token)).metadata
        assert final in documents
        for one in updated:
            assert (await sessions.read(one.token)).metadata == final

    async def test_an_update_never_revives_what_a_logout_ends(self, sessions: AnonymousSessions) -> None:
        for _ in range(8):
            issued = await sessions.create("shop", {})
            calls = [
                sessions.update(issued.token, CART),
                sessions.logout(issued.token),
                sessions.update(issued.token, CART),
            ]
            ended = await asyncio.gather(*calls, return_exceptions=True)
            assert ended[1] is True
            assert await _refusal(sessions, issued.token) is TransferReason.REVOKED

    async def test_an_update_that_comes_after_the_end_it_did_not_see_is_refused(
        self, keys: KeyRing, clock: Clock
    ) -> None:
        """The step that writes asks again: between reading and writing somebody logged out."""

        class EndedInBetween(MemorySessionStore):
            async def get(self, session_id: str) -> StoredSession | None:
                found = await super().get(session_id)
                await self.end(session_id, clock.now)
                return found

        sessions = AnonymousSessions(EndedInBetween(), keys, clock=clock)
        issued = await sessions.create("shop", {})
        with pytest.raises(TokenRefused) as caught:
            await sessions.update(issued.token, CART)
        assert caught.value.reason is TransferReason.REVOKED
