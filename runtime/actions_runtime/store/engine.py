"""Opens the engine for a database's URL and tells how it reads and writes.

Runs in: server.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from actions_runtime.store import sqlite


class Engine(NamedTuple):
    """A database and its ways.

    Attributes:
        engine: The database.
        reading: Execution options that give a connection one consistent state to read.
        writing: Execution options of a connection that is going to write.
    """

    engine: AsyncEngine
    reading: Mapping[str, Any]
    writing: Mapping[str, Any]


def open_engine(url: str) -> Engine:
    """Open an engine.

    Args:
        url: The database, e.g. ``sqlite:///var/lib/actions/actions.db``.

    Raises:
        ValueError: The URL is of no supported database, or names no usable file.
    """
    parsed = _parse(url)
    if parsed.get_backend_name() != "sqlite":
        raise ValueError(f"no such kind of database: {parsed.get_backend_name()!r}; expected sqlite:///path")
    sqlite.prepare_file(parsed)
    engine = create_async_engine(parsed.set(drivername="sqlite+aiosqlite"))
    sqlite.tune(engine)
    return Engine(engine, {}, {sqlite.WRITES: True})


def _parse(url: str) -> URL:
    try:
        return make_url(url)
    except ArgumentError:
        # The URL is not repeated: it may hold a password.
        raise ValueError("the store's URL is none: expected e.g. sqlite:///path/to/actions.db") from None
