import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from actions_runtime.store.migrations import migrate
from tests.actions_runtime.management.world import OPERATOR, World


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with every table and no rows, to be copied."""
    import asyncio

    path = tmp_path_factory.mktemp("migrated") / "actions.db"
    asyncio.run(migrate(f"sqlite:///{path}"))
    return path


@pytest.fixture
def url(migrated: Path, tmp_path: Path) -> str:
    """A database of this test's own."""
    path = tmp_path / "actions.db"
    shutil.copy(migrated, path)
    return f"sqlite:///{path}"


@pytest.fixture
async def open_world(url: str) -> AsyncIterator[Callable[..., World]]:
    """Opens further processes' views of this test's database."""
    async with AsyncExitStack() as stack:

        def open_one(**options: Any) -> World:
            world = World(url, **options)
            stack.push_async_callback(world.store.close)
            return world

        yield open_one


@pytest.fixture
async def world(open_world: Callable[..., World]) -> World:
    """A server with one tenant, acme."""
    world = open_world()
    await world.directory.refresh()
    await world.tenants.create(OPERATOR, "acme", "Acme")
    return world
