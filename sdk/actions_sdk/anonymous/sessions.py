"""The service: create, read, update, end and transfer anonymous sessions.

Runs in: auth server.
"""

import asyncio
import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal

from actions_runtime.errors import InvalidArgument, Violation
from actions_runtime.events import LoginFlow
from actions_sdk.anonymous.keys import KeyRing
from actions_sdk.anonymous.metadata import decode_metadata, encode_metadata
from actions_sdk.anonymous.records import (
    AnonymousSession,
    IssuedSession,
    SessionSettings,
    StoredSession,
    TokenRefused,
    Transfer,
    TransferReason,
    TransferRequest,
    is_name,
)
from actions_sdk.anonymous.store import SessionStore
from actions_sdk.anonymous.tokens import Reference, Tokens

_log = logging.getLogger(__name__)

_ID_BYTES: Final = 16
"""128 bits: too many to guess."""


def _read_clock() -> datetime:
    return datetime.now(UTC)


class AnonymousSessions:
    """Issues anonymous sessions and hands them over.

    Args:
        store: Where sessions are kept.
        keys: What seals their tokens.
        settings: Lifetimes and limits.
        clock: Tells the time, with its time zone.
    """

    def __init__(
        self,
        store: SessionStore,
        keys: KeyRing,
        settings: SessionSettings = SessionSettings(),  # noqa: B008 - frozen
        clock: Callable[[], datetime] = _read_clock,
    ) -> None:
        self._store = store
        self._settings = settings
        self._tokens = Tokens(keys, settings.issuer, settings.audience or settings.issuer)
        self._clock = clock
        self._abandoned: set[asyncio.Task[StoredSession]] = set()

    @property
    def settings(self) -> SessionSettings:
        """The lifetimes and limits that hold."""
        return self._settings

    async def create(self, client_id: str, metadata: Mapping[str, Any]) -> IssuedSession:
        """Create a session for a new guest.

        Args:
            client_id: The client it is for, 1 to 200 printable ASCII characters; whether there is such a client is for
                the caller to know.
            metadata: What the application stores.

        Raises:
            InvalidArgument: The client id or the metadata is over a limit, or the metadata is no JSON.
            Unavailable: The store cannot be reached.
        """
        if not is_name(client_id):
            description = "must be 1 to 200 printable ASCII characters"
            raise InvalidArgument(f"client_id {description}", (Violation("client_id", description),))
        text = encode_metadata(metadata, self._settings)
        now = self._now()
        session = StoredSession(
            session_id=f"sess_{secrets.token_hex(_ID_BYTES)}",
            user_id=f"anon|{secrets.token_hex(_ID_BYTES)}",
            client_id=client_id,
            metadata_json=text,
            created_at=now,
            updated_at=now,
            expires_at=self._end_of(now, now),
        )
        await self._store.add(session)
        return self._issue(session, now)

    async def read(self, token: str, client_id: str | None = None) -> AnonymousSession:
        """Return the session of a token; renews nothing.

        Args:
            token: The token.
            client_id: The client that asks; a token of another one is FOREIGN. None asks no such question.

        Raises:
            TokenRefused: There is no such live session, or it is not this client's.
            Unavailable: The store cannot be reached.
        """
        return _present(await self._find(token, client_id, self._now()))

    def seconds_left(self, token: str) -> int:
        """Return the seconds until a token is good no longer; 0 when it is that already.

        Raises:
            TokenRefused: It is no token of this server.
        """
        return max(0, self._tokens.open(token).expires_at - int(self._now().timestamp()))

    async def update(self, token: str, metadata: Mapping[str, Any], client_id: str | None = None) -> IssuedSession:
        """Replace a session's metadata and renew its idle time.

        The metadata is one document that is written whole: keys that are not in it are gone, nothing is merged. Of two
        updates at once the one that reaches the store last stays, whole, and the other is overwritten: an application
        that adds to a cart from several tabs reads, adds and updates, or keeps its cart in one place. An update never
        revives a session that was ended meanwhile.

        The answer carries a new token with the new lifetime. Tokens issued before keep working until their own time is
        over or the session is ended, so that a lost answer or a second tab never costs a guest the cart.

        Args:
            token: The token.
            metadata: What the application stores from now on.
            client_id: As :meth:`read`.

        Raises:
            InvalidArgument: The metadata is over a limit or no JSON.
            TokenRefused: There is no such live session, or it is not this client's.
            Unavailable: The store cannot be reached.
        """
        text = encode_metadata(metadata, self._settings)
        now = self._now()
        found = await self._find(token, client_id, now)
        expires_at = self._end_of(found.created_at, now)
        if not await self._store.replace(found.session_id, text, now, expires_at):
            raise TokenRefused(TransferReason.REVOKED)
        return self._issue(replace(found, metadata_json=text, updated_at=now, expires_at=expires_at), now)

    async def logout(self, token: str, client_id: str | None = None) -> bool:
        """End a session for good: none of its tokens reads, updates or transfers any more, and its metadata is gone.

        Args:
            token: The token; one that is no good ends nothing.
            client_id: As :meth:`read`.

        Returns:
            Whether a live session was ended by this call; False the second time.

        Raises:
            Unavailable: The store cannot be reached, and the session may go on.
        """
        now = self._now()
        try:
            reference = self._accept(token, client_id, now)
        except TokenRefused:
            return False
        return await self._store.end(reference.session_id, now)

    async def transfer(self, request: TransferRequest) -> Transfer:
        """Hand a session over to a sign-up or login. Never ends it, never fails a login.

        A token in the query goes before the cookie, and is the only one looked at: the application named that guest,
        and falling back to the cookie when the token is no good would attribute another guest's data, e.g. of whoever
        used the browser before, to this user. An empty token is none (RFC 6749, 3.1).

        Only an interactive sign-up or login hands anything over: in device code, CIBA, token exchange, refresh token
        and password reset the guest and the user may be two people.

        Args:
            request: What the login says.

        Returns:
            The event's ``anonymous_session``, or why there is none.
        """
        token = request.query_token or request.cookie_token
        if not token:
            return Transfer(None, TransferReason.NO_TOKEN, None)
        source: Literal["query", "cookie"] = "query" if request.query_token else "cookie"
        if request.login_flow is not LoginFlow.INTERACTIVE:
            return Transfer(None, TransferReason.UNSUPPORTED_FLOW, source)
        try:
            found = await self._find_in_time(token, request.client_id)
            session = _present(found).describe()
        except TokenRefused as refusal:
            return Transfer(None, refusal.reason, source)
        except Exception as error:
            # Whatever a store does, a guest's session is no reason to refuse a user.
            _log.error("an anonymous session was not transferred: the store failed with %s", type(error).__qualname__)
            return Transfer(None, TransferReason.STORE_UNAVAILABLE, source)
        return Transfer(session, TransferReason.TRANSFERRED, source)

    async def purge(self) -> int:
        """Delete what is kept of sessions that are over; call it now and then, e.g. every hour.

        Returns:
            How many sessions there were.

        Raises:
            Unavailable: The store cannot be reached.
        """
        return await self._store.purge(self._now())

    def _now(self) -> datetime:
        return self._clock().astimezone(UTC).replace(microsecond=0)

    def _end_of(self, created_at: datetime, now: datetime) -> datetime:
        idle = now + timedelta(seconds=self._settings.idle_seconds)
        return min(idle, created_at + timedelta(seconds=self._settings.absolute_seconds))

    def _issue(self, session: StoredSession, now: datetime) -> IssuedSession:
        reference = Reference(
            session_id=session.session_id,
            user_id=session.user_id,
            client_id=session.client_id,
            issued_at=int(now.timestamp()),
            expires_at=int(session.expires_at.timestamp()),
        )
        expires_in = reference.expires_at - reference.issued_at
        return IssuedSession(_present(session), self._tokens.seal(reference), expires_in)

    def _accept(self, token: str, client_id: str | None, now: datetime) -> Reference:
        reference = self._tokens.open(token)
        if client_id is not None and reference.client_id != client_id:
            raise TokenRefused(TransferReason.FOREIGN)
        if now.timestamp() >= reference.expires_at:
            raise TokenRefused(TransferReason.EXPIRED)
        return reference

    async def _find(self, token: str, client_id: str | None, now: datetime) -> StoredSession:
        reference = self._accept(token, client_id, now)
        found = await self._store.get(reference.session_id)
        if found is None or found.ended_at is not None:
            raise TokenRefused(TransferReason.REVOKED)
        if found.expires_at <= now:
            raise TokenRefused(TransferReason.EXPIRED)
        return found

    async def _find_in_time(self, token: str, client_id: str | None) -> StoredSession:
        """Find a session, or give up on a store that takes too long.

        The search is cancelled and not waited for: a driver that sits in a lock ends when the lock does.
        """
        search = asyncio.create_task(self._find(token, client_id, self._now()))
        try:
            await asyncio.wait({search}, timeout=self._settings.store_timeout_seconds)
            if search.done():
                return search.result()
            raise TimeoutError
        finally:
            if not search.done():
                self._abandoned.add(search)
                search.add_done_callback(self._forget)
                search.cancel()

    def _forget(self, search: asyncio.Task[StoredSession]) -> None:
        self._abandoned.discard(search)
        if not search.cancelled():
            search.exception()  # nobody else asks, and asyncio would report it as lost


def _present(session: StoredSession) -> AnonymousSession:
    return AnonymousSession(
        user_id=session.user_id,
        session_id=session.session_id,
        client_id=session.client_id,
        created_at=session.created_at,
        updated_at=session.updated_at,
        expires_at=session.expires_at,
        metadata=decode_metadata(session.metadata_json),
    )
