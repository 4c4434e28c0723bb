"""Brings a database's tables to the present shape, step by step.

Runs in: server.

The steps are under ``versions``; a new one is added for every change of ``store/tables.py``, and none is ever
edited once it was released.
"""

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from actions_runtime.store.engine import open_engine


async def migrate(url: str) -> None:
    """Bring a database to the present shape; does nothing when it has it.

    All steps are one transaction: a failure leaves the database as it was. Servers that start together wait
    for one another.

    Args:
        url: The database, as for ``open_store``.

    Raises:
        ValueError: The URL is of no supported database, or names no usable file.
    """
    engine, _, writing = open_engine(url)
    try:
        async with engine.connect() as connection:
            await connection.execution_options(**writing)
            async with connection.begin():
                await connection.run_sync(_upgrade)
    finally:
        await engine.dispose()


def _upgrade(connection: Connection) -> None:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", "actions_runtime.store:migrations")
    config.set_main_option("path_separator", "os")
    command.upgrade(config, "head")
