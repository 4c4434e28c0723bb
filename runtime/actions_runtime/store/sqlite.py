"""All that is particular to SQLite.

Runs in: server.
"""

import contextlib
import os
import sqlite3
import time
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, event
from sqlalchemy.ext.asyncio import AsyncEngine

_PRAGMAS: Final = (
    "PRAGMA busy_timeout=10000",  # first of all: what follows waits for other processes as well
    "PRAGMA foreign_keys=ON",
    "PRAGMA synchronous=FULL",  # a revocation that was answered survives a power cut
)

_SWITCH_SECONDS: Final = 10.0
_SWITCH_PAUSE_SECONDS: Final = 0.01

WRITES: Final = "actions_writes"
"""Execution option of a connection that is going to write."""


def prepare_file(url: URL) -> None:
    """Create the database's file for its owner alone: it holds the tenants' sources.

    Raises:
        ValueError: The URL names no file, or one whose folder does not exist.
    """
    if not url.database or url.database == ":memory:":
        raise ValueError("the SQLite URL names no file: expected sqlite:///path/to/actions.db")
    path = Path(url.database)
    if not path.parent.is_dir():
        raise ValueError(f"the folder of the SQLite file does not exist: {path.parent}")
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    _keep_write_ahead_log(path)


def _keep_write_ahead_log(path: Path) -> None:
    """Let readers go on while one writes; the file keeps this mode for ever.

    SQLite does not wait for other processes when it changes the mode, whatever its busy timeout says: of servers that
    start together on a new file only one would come through.
    """
    end = time.monotonic() + _SWITCH_SECONDS
    with contextlib.closing(sqlite3.connect(path)) as connection:
        while True:
            try:
                connection.execute("PRAGMA journal_mode=WAL")
            except sqlite3.DatabaseError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                    return  # what is wrong with the file is told by its first use
                time.sleep(_SWITCH_PAUSE_SECONDS)
            else:
                return


def tune(engine: AsyncEngine) -> None:
    """Set up every connection, and begin writes with the write lock taken.

    A transaction that took the lock only at its first write would have read before what another one changes.
    """

    @event.listens_for(engine.sync_engine, "connect")
    def set_up(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the driver must not begin transactions of its own
        cursor = connection.cursor()
        for pragma in _PRAGMAS:
            cursor.execute(pragma)
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(WRITES)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
