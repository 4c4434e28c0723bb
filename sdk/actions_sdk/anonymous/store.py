"""Where sessions are kept: the interface, and the store of a single process.

Runs in: auth server.
"""

from dataclasses import replace
from datetime import datetime
from typing import Final, Protocol

from actions_sdk.anonymous.records import StoredSession

EMPTY: Final = "{}"


class SessionStore(Protocol):
    """What the service asks of a store; each call is one indivisible step.

    Every method may raise :class:`actions_runtime.errors.Unavailable`: the store cannot be reached now.
    """

    async def add(self, session: StoredSession) -> None:
        """Keep a new session; its id is new."""

    async def get(self, session_id: str) -> StoredSession | None:
        """Return a session, also one that is ended or over; None when there is none."""

    async def replace(self, session_id: str, metadata_json: str, now: datetime, expires_at: datetime) -> bool:
        """Write a live session's metadata in the place of what was there, its update time and its end.

        Of two at once the one that comes last stays, whole. A session that is ended, or over at ``now``, stays as it
        is.

        Returns:
            Whether there was such a live session.
        """

    async def end(self, session_id: str, now: datetime) -> bool:
        """End a session for good and forget its metadata; its row stays, so that tokens are known to be revoked.

        Returns:
            Whether there was one that was not ended yet.
        """

    async def purge(self, before: datetime) -> int:
        """Delete the sessions that were over before a time.

        Returns:
            How many there were.
        """

    async def close(self) -> None:
        """Give back what the store holds."""


class MemorySessionStore:
    """Keeps sessions in this process: for tests, demos and a single server whose guests may be forgotten."""

    def __init__(self) -> None:
        self._sessions: dict[str, StoredSession] = {}

    async def add(self, session: StoredSession) -> None:
        """Keep a new session."""
        self._sessions[session.session_id] = session

    async def get(self, session_id: str) -> StoredSession | None:
        """Return a session; None when there is none."""
        return self._sessions.get(session_id)

    async def replace(self, session_id: str, metadata_json: str, now: datetime, expires_at: datetime) -> bool:
        """Write a live session's metadata and times; tells whether there was one."""
        found = self._sessions.get(session_id)
        if found is None or found.ended_at is not None or found.expires_at <= now:
            return False
        self._sessions[session_id] = replace(found, metadata_json=metadata_json, updated_at=now, expires_at=expires_at)
        return True

    async def end(self, session_id: str, now: datetime) -> bool:
        """End a session and forget its metadata; tells whether there was one to end."""
        found = self._sessions.get(session_id)
        if found is None or found.ended_at is not None:
            return False
        self._sessions[session_id] = replace(found, metadata_json=EMPTY, ended_at=now)
        return True

    async def purge(self, before: datetime) -> int:
        """Delete the sessions that were over before a time; tells how many."""
        over = [key for key, session in self._sessions.items() if session.expires_at < before]
        for key in over:
            del self._sessions[key]
        return len(over)

    async def close(self) -> None:
        """Forget everything."""
        self._sessions.clear()
