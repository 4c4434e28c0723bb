"""One executor a wall and test module, with what the honest action records in it."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.escapes.verdict import Range, find_truth
from tests.escapes.walls import BOTH_WALLS, LANGUAGE_WALL_ALONE, open_executor


async def _open_range(boot: str) -> AsyncIterator[Range]:
    async with open_executor(boot, action_ms=400) as executor:
        yield Range(executor, await find_truth(executor))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def both_walls() -> AsyncIterator[Range]:
    """Both walls, as servers have them."""
    async for one in _open_range(BOTH_WALLS):
        yield one


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def language_wall() -> AsyncIterator[Range]:
    """The language wall, with the kernel wall off."""
    async for one in _open_range(LANGUAGE_WALL_ALONE):
        yield one
