import asyncio
import os
import sqlite3
import stat
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from actions_runtime.store.engine import open_engine
from actions_runtime.store.migrations import migrate
from actions_runtime.store.sql import open_store
from actions_runtime.store.tables import metadata


async def test_the_steps_lead_to_exactly_the_tables(url: str) -> None:
    """After all steps nothing is left to do: types, keys, constraints and indexes are those of the tables."""
    await migrate(url)

    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        found: list[object] = compare_metadata(context, metadata)
        return found

    engine = open_engine(url).engine
    async with engine.connect() as connection:
        found = await connection.run_sync(differences)
    await engine.dispose()

    assert found == []


async def test_the_steps_make_the_same_sql_as_the_tables(url: str, tmp_path: Path) -> None:
    """What the comparison cannot see (constraint names, delete rules) is the same as well."""
    await migrate(url)
    direct = open_engine(f"sqlite:///{tmp_path / 'direct.db'}").engine
    async with direct.begin() as connection:
        await connection.run_sync(metadata.create_all)
    await direct.dispose()

    def schema(name: str) -> dict[str, set[str]]:
        with sqlite3.connect(tmp_path / name) as connection:
            rows = connection.execute(
                "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name != 'alembic_version'"
            ).fetchall()
        return {name: {line.strip(" \t,") for line in sql.splitlines()} for name, sql in rows}

    assert schema("actions.db") == schema("direct.db")


async def test_migrating_again_changes_nothing(url: str) -> None:
    """Every start runs the steps; a database that has them keeps its rows."""
    await migrate(url)
    store = open_store(url)
    async with store.transaction():
        pass
    await migrate(url)

    assert await store.revision() == 1
    await store.close()


async def test_servers_that_start_together_wait_for_one_another(url: str) -> None:
    """The steps are taken once, and nobody fails."""
    await asyncio.gather(*(migrate(url) for _ in range(4)))

    store = open_store(url)
    assert await store.revision() == 0
    await store.close()


async def test_the_file_is_its_owners_alone(url: str) -> None:
    """Sources are in it: no other account of the machine may read it, whatever the umask says."""
    before = os.umask(0)
    try:
        await migrate(url)
    finally:
        os.umask(before)

    assert stat.S_IMODE(Path(url.removeprefix("sqlite:///")).stat().st_mode) == 0o600


def test_the_steps_are_one_line() -> None:
    """There is one first and one last step; two heads would leave it open which one is meant."""
    scripts = ScriptDirectory("runtime/actions_runtime/store/migrations")

    assert len(scripts.get_heads()) == len(scripts.get_bases()) == 1


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("sqlite:////nowhere/at/all/actions.db", "does not exist: /nowhere/at/all"),
        ("mysql://user:hush@host/db", "no such kind of database: 'mysql'"),
        ("hush", "the store's URL is none"),
    ],
)
def test_an_unusable_url_is_refused(url: str, message: str) -> None:
    """The refusal says what is expected and does not repeat a password."""
    with pytest.raises(ValueError, match=message) as refused:
        open_store(url)

    assert "hush" not in str(refused.value)
