"""What the parts of anonymous sessions hand to each other.

Runs in: auth server.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final, Literal, NamedTuple

from actions_runtime.events import LoginFlow

_DAY: Final = 86_400
_MAX_NAME: Final = 200
_MAX_DEPTH: Final = 32


class TransferReason(StrEnum):
    """How an attempt to hand a session over ended; for the log."""

    TRANSFERRED = "TRANSFERRED"
    NO_TOKEN = "NO_TOKEN"  # noqa: S105 - a reason, no secret
    """The login came without a token."""
    EXPIRED = "EXPIRED"
    """The token's or the session's time is over."""
    REVOKED = "REVOKED"
    """The session was ended, or is no longer kept."""
    MALFORMED = "MALFORMED"
    """No key of this server opens the token: damaged, forged, or sealed with a key that was dropped."""
    FOREIGN = "FOREIGN"
    """A genuine token of another issuer, audience or client."""
    UNSUPPORTED_FLOW = "UNSUPPORTED_FLOW"
    """The login is of a kind that hands nothing over."""
    STORE_UNAVAILABLE = "STORE_UNAVAILABLE"
    """The sessions could not be read in time; the login goes on without."""


class TokenRefused(Exception):
    """A token that gives access to no session.

    Args:
        reason: Why: EXPIRED, REVOKED, MALFORMED or FOREIGN. The message says the same and never repeats the token.
    """

    def __init__(self, reason: TransferReason) -> None:
        super().__init__(_SENTENCES[reason])
        self.reason = reason


_SENTENCES: Final = {
    TransferReason.EXPIRED: "The anonymous session is over: its time has passed. Create a new one.",
    TransferReason.REVOKED: "The anonymous session was ended. Create a new one.",
    TransferReason.MALFORMED: "This is not an anonymous session token of this server. Send one as it was issued.",
    TransferReason.FOREIGN: "The anonymous session token was issued for another issuer, audience or client.",
}


@dataclass(frozen=True, slots=True)
class SessionSettings:
    """Lifetimes and limits; every one has a default.

    Attributes:
        issuer: Name of the server that issues tokens, 1 to 200 printable ASCII characters; its URL is a good one.
        audience: Whom a token is for, likewise; the issuer when empty.
        idle_seconds: Seconds from the last create or update to a session's end. Reading and transferring renew nothing.
        absolute_seconds: Seconds from a session's creation to its end, whatever happens to it.
        metadata_bytes: UTF-8 bytes of the metadata, written without spaces.
        metadata_depth: Levels of nesting, 1 to 32; the metadata object itself is level 1.
        metadata_keys: Keys of all objects in the metadata together.
        store_timeout_seconds: Seconds that a login waits for the store before it goes on without the session.
    """

    issuer: str = "urn:actions:anonymous-sessions"
    audience: str = ""
    idle_seconds: int = 30 * _DAY
    absolute_seconds: int = 90 * _DAY
    metadata_bytes: int = 16_384
    metadata_depth: int = 10
    metadata_keys: int = 1_000
    store_timeout_seconds: float = 2.0

    def __post_init__(self) -> None:
        for name in ("idle_seconds", "absolute_seconds", "metadata_bytes", "metadata_depth", "metadata_keys"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1")
        if self.store_timeout_seconds <= 0:
            raise ValueError("store_timeout_seconds must be more than 0")
        if self.metadata_depth > _MAX_DEPTH:
            raise ValueError(f"metadata_depth must be at most {_MAX_DEPTH}")
        if not is_name(self.issuer) or not is_name(self.audience or self.issuer):
            raise ValueError(f"issuer and audience take 1 to {_MAX_NAME} printable ASCII characters")


def is_name(text: str) -> bool:
    """Whether a text can name an issuer, an audience or a client in a token: 1 to 200 printable ASCII characters.

    Client ids consist of these characters by RFC 6749, appendix A.1; the length keeps a token small enough for a
    cookie.
    """
    return 0 < len(text) <= _MAX_NAME and text.isascii() and text.isprintable()


@dataclass(frozen=True, slots=True)
class StoredSession:
    """A session as a store keeps it; times are whole seconds in UTC.

    Attributes:
        session_id: ``sess_`` and 128 random bits in hexadecimal.
        user_id: ``anon|`` and 128 random bits in hexadecimal.
        client_id: The client it was created for.
        metadata_json: The metadata, JSON text of an object.
        created_at: When it was created.
        updated_at: When its metadata was last written.
        expires_at: The instant from which it is over.
        ended_at: When it was ended by logout; None while it was not.
    """

    session_id: str
    user_id: str
    client_id: str
    metadata_json: str = field(repr=False)
    created_at: datetime
    updated_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AnonymousSession:
    """A live session, for the application.

    Attributes:
        user_id: Id of the anonymous user, ``anon|…``; not the id of an account.
        session_id: Id of the session, ``sess_…``. It opens nothing: the token does.
        client_id: The client it was created for.
        created_at: When it was created, UTC.
        updated_at: When its metadata was last written, UTC.
        expires_at: The instant from which it is over, UTC.
        metadata: What the application stored; a copy. Written by somebody who was not logged in.
    """

    user_id: str
    session_id: str
    client_id: str
    created_at: datetime
    updated_at: datetime
    expires_at: datetime
    metadata: dict[str, Any] = field(repr=False)

    def describe(self) -> dict[str, Any]:
        """Return the session as an event's ``anonymous_session``; times are ISO 8601 text."""
        return {
            "user_id": self.user_id,
            "session_id": self.session_id,
            "created_at": write_time(self.created_at),
            "expires_at": write_time(self.expires_at),
            "metadata": self.metadata,
        }


def write_time(time: datetime) -> str:
    """Write a UTC time as events have it, e.g. ``2026-05-14T10:30:00Z``."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True, slots=True)
class IssuedSession:
    """A session with a token just made for it.

    Attributes:
        session: The session.
        token: The token, at most 4 000 ASCII characters; whoever holds it may read, change, end and transfer the
            session.
        expires_in: Seconds until the token's and the session's end.
    """

    session: AnonymousSession
    token: str = field(repr=False)
    expires_in: int


class PresentedTokens(NamedTuple):
    """The tokens that came with a request, each None when there is none."""

    query_token: str | None
    cookie_token: str | None


@dataclass(frozen=True, slots=True)
class TransferRequest:
    """What a login says about an anonymous session.

    Attributes:
        query_token: The authorization request's ``anonymous_session_token``; empty means none.
        cookie_token: The cookie ``anon``; empty means none.
        login_flow: How the user came to the login.
        client_id: The client that asked for the login; a token of another client is FOREIGN. None asks no such
            question.
    """

    query_token: str | None = field(repr=False)
    cookie_token: str | None = field(repr=False)
    login_flow: LoginFlow
    client_id: str | None


@dataclass(frozen=True, slots=True)
class Transfer:
    """What became of the transfer.

    Attributes:
        session: The event's ``anonymous_session``: user_id, session_id, created_at, expires_at and metadata. None
            unless the reason is TRANSFERRED; then the event gets no such field.
        reason: What happened, for the log.
        source: Where the token came from that was looked at; None when there was none.
    """

    session: dict[str, Any] | None = field(repr=False)
    reason: TransferReason
    source: Literal["query", "cookie"] | None
