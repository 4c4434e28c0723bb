"""Sessions in an SQL database, opened as the runtime opens its own.

Runs in: auth server.

The table is made when the store is first used, without migrations: it lies in the auth server's database, whose
migrations are not ours to number, and holds what lives for some weeks. A changed layout gets a table of another name,
and the old one runs dry.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import Column, MetaData, Row, String, Table, Text, delete, insert, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from actions_runtime.errors import Unavailable
from actions_runtime.store.engine import open_engine
from actions_runtime.store.tables import NAMING, UtcDateTime
from actions_sdk.anonymous.records import StoredSession
from actions_sdk.anonymous.store import EMPTY

_log = logging.getLogger(__name__)

_metadata = MetaData(naming_convention=NAMING)

_sessions = Table(
    "anonymous_sessions",
    _metadata,
    Column("session_id", String(64), primary_key=True),
    Column("user_id", String(64), nullable=False),
    Column("client_id", String(200), nullable=False),
    Column("metadata_json", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False, index=True),
    Column("ended_at", UtcDateTime),
)


class SqlSessionStore:
    """Keeps sessions in an SQL database that several processes may share.

    Args:
        url: The database, e.g. ``sqlite:///var/lib/auth/sessions.db``; the file is made for its owner alone.

    Raises:
        ValueError: The URL is of no supported database, or names no usable file.
    """

    def __init__(self, url: str) -> None:
        self._engine, self._reading, self._writing = open_engine(url)
        self._ready = False
        self._making = asyncio.Lock()

    async def add(self, session: StoredSession) -> None:
        """Keep a new session.

        Raises:
            Unavailable: The database cannot be reached.
        """
        row = {column.name: getattr(session, column.name) for column in _sessions.columns}
        async with self._begin(self._writing) as connection:
            await connection.execute(insert(_sessions).values(row))

    async def get(self, session_id: str) -> StoredSession | None:
        """Return a session; None when there is none.

        Raises:
            Unavailable: The database cannot be reached.
        """
        async with self._begin(self._reading) as connection:
            found = await connection.execute(select(_sessions).where(_sessions.c.session_id == session_id))
            row = found.one_or_none()
        return None if row is None else _read(row)

    async def replace(self, session_id: str, metadata_json: str, now: datetime, expires_at: datetime) -> bool:
        """Write a live session's metadata and times; tells whether there was one.

        Raises:
            Unavailable: The database cannot be reached.
        """
        live = (_sessions.c.session_id == session_id, _sessions.c.ended_at.is_(None), _sessions.c.expires_at > now)
        written = {"metadata_json": metadata_json, "updated_at": now, "expires_at": expires_at}
        async with self._begin(self._writing) as connection:
            return (await connection.execute(update(_sessions).where(*live).values(written))).rowcount == 1

    async def end(self, session_id: str, now: datetime) -> bool:
        """End a session and forget its metadata; tells whether there was one to end.

        Raises:
            Unavailable: The database cannot be reached.
        """
        going_on = (_sessions.c.session_id == session_id, _sessions.c.ended_at.is_(None))
        written = {"metadata_json": EMPTY, "ended_at": now}
        async with self._begin(self._writing) as connection:
            return (await connection.execute(update(_sessions).where(*going_on).values(written))).rowcount == 1

    async def purge(self, before: datetime) -> int:
        """Delete the sessions that were over before a time; tells how many.

        Raises:
            Unavailable: The database cannot be reached.
        """
        async with self._begin(self._writing) as connection:
            return (await connection.execute(delete(_sessions).where(_sessions.c.expires_at < before))).rowcount

    async def close(self) -> None:
        """Give back every connection."""
        await self._engine.dispose()

    @asynccontextmanager
    async def _begin(self, options: Mapping[str, Any]) -> AsyncIterator[AsyncConnection]:
        try:
            await self._make_table()
            async with self._connect(options) as connection:
                yield connection
        except SQLAlchemyError as error:
            # A statement's error repeats its values, which are a guest's: only its kind is told.
            _log.error("the anonymous sessions cannot be reached: %s", type(error).__qualname__)
            raise Unavailable("The anonymous sessions cannot be reached now. Try again.") from None

    @asynccontextmanager
    async def _connect(self, options: Mapping[str, Any]) -> AsyncIterator[AsyncConnection]:
        async with self._engine.connect() as connection:
            await connection.execution_options(**options)
            async with connection.begin():
                yield connection

    async def _make_table(self) -> None:
        if self._ready:
            return
        async with self._making:
            if not self._ready:
                async with self._connect(self._writing) as connection:
                    await connection.run_sync(_metadata.create_all)
                self._ready = True


def _read(row: Row[Any]) -> StoredSession:
    return StoredSession(**row._mapping)
