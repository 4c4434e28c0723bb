"""The store in an SQL database, through SQLAlchemy Core.

Runs in: server.
"""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Final

import structlog
from sqlalchemy import select, update
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from actions_runtime.errors import Unavailable
from actions_runtime.store.engine import open_engine
from actions_runtime.store.reading import SqlReader
from actions_runtime.store.tables import revisions
from actions_runtime.store.writing import SqlTransaction

_log = structlog.get_logger(__name__)

_RETRY_MS: Final = 1_000


class SqlStore:
    """A store as :class:`~actions_runtime.store.interface.Store` describes it.

    Every transaction begins by raising the one revision, whose row stays locked until it ends: that makes
    transactions run one after another on every database, and revisions appear in their order.

    Args:
        engine: The database.
        reading: Execution options that give a connection one consistent state to read.
        writing: Execution options of a connection that is going to write.
    """

    def __init__(self, engine: AsyncEngine, reading: Mapping[str, Any], writing: Mapping[str, Any]) -> None:
        self._engine = engine
        self._reading = reading
        self._writing = writing

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[SqlTransaction]:
        """Open a transaction: left by an exception it leaves nothing, otherwise everything.

        Raises:
            Unavailable: The database cannot be reached or stays locked.
        """
        with _reachable():
            async with self._begin(self._writing) as connection:
                raised = update(revisions).values(value=revisions.c.value + 1).returning(revisions.c.value)
                revision = (await connection.execute(raised)).scalar_one()
                yield SqlTransaction(connection, revision)

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[SqlReader]:
        """Open a consistent state to read from.

        Raises:
            Unavailable: The database cannot be reached.
        """
        with _reachable():
            async with self._begin(self._reading) as connection:
                yield SqlReader(connection, await _read_revision(connection))

    async def revision(self) -> int:
        """Return the last change's number; cheap enough to be asked every second.

        Raises:
            Unavailable: The database cannot be reached.
        """
        with _reachable():
            async with self._begin(self._reading) as connection:
                return await _read_revision(connection)

    async def close(self) -> None:
        """Give back every connection."""
        await self._engine.dispose()

    @asynccontextmanager
    async def _begin(self, options: Mapping[str, Any]) -> AsyncIterator[AsyncConnection]:
        async with self._engine.connect() as connection:
            await connection.execution_options(**options)
            async with connection.begin():
                yield connection


def open_store(url: str) -> SqlStore:
    """Open a store; the first connection is made when it is first asked for something.

    Args:
        url: The database, e.g. ``sqlite:///var/lib/actions/actions.db``; its tables are there already.

    Raises:
        ValueError: The URL is of no supported database, or names no usable file.
    """
    return SqlStore(*open_engine(url))


async def _read_revision(connection: AsyncConnection) -> int:
    revision: int = (await connection.execute(select(revisions.c.value))).scalar_one()
    return revision


@contextmanager
def _reachable() -> Iterator[None]:
    """Turn a database that cannot be reached into an answer that a caller understands."""
    try:
        yield
    except (OperationalError, InterfaceError, PoolTimeout) as error:
        _log.error("store_unreachable", error=str(error.__cause__ or error))
        raise Unavailable("The store cannot be reached now. Try again.", retry_after_ms=_RETRY_MS) from error
