from collections.abc import AsyncIterator

import pytest_asyncio

from tests.actions_runtime.execution.flows import Runs, start_executor


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def runs() -> AsyncIterator[Runs]:
    """A real executor that a module's tests share; use a tenant of your own where workers matter."""
    async with start_executor() as started:
        yield started
