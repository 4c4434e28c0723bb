"""The auth server's database: SQLite in a file or in memory.

Runs in: developer's machine.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from sqlalchemy import URL, AsyncAdaptedQueuePool, event
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from actions_sdk.auth_server.tables import metadata

Connection = AsyncConnection
"""A transaction under way."""

_BUSY_MS: Final = 10_000


class Database:
    """One connection, which everybody takes in turn; nothing is kept waiting while the runtime is asked.

    Use it as an asynchronous context manager.

    Args:
        file: The SQLite file, made when it is missing; None keeps all in memory for as long as it is open.
    """

    def __init__(self, file: Path | None = None) -> None:
        url = URL.create("sqlite+aiosqlite", database=str(file) if file else ":memory:")
        # With a pool of one connection a database in memory is one database, and its transactions do not mix.
        self._engine = create_async_engine(url, poolclass=AsyncAdaptedQueuePool, pool_size=1, max_overflow=0)
        event.listen(self._engine.sync_engine, "connect", _set_up)
        event.listen(self._engine.sync_engine, "begin", _begin)

    async def __aenter__(self) -> Self:
        async with self._engine.begin() as connection:
            await connection.run_sync(metadata.create_all)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._engine.dispose()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """Everything done inside is kept when it ends well, and nothing of it when it is left by an exception."""
        async with self._engine.begin() as connection:
            yield connection


def _set_up(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver must not begin transactions of its own
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={_BUSY_MS}")
    cursor.close()


def _begin(connection: Any) -> None:
    # Another process on the same file must not change what was read before it is written.
    connection.exec_driver_sql("BEGIN IMMEDIATE")
