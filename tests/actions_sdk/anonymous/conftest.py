"""Sessions in every kind of store, at a time that a test decides."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from actions_sdk.anonymous import AnonymousSessions, KeyRing, MemorySessionStore, SessionStore, SqlSessionStore
from tests.actions_sdk.anonymous.clock import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def url(tmp_path: Path) -> str:
    """A place for a database; the file is not there yet."""
    return f"sqlite:///{tmp_path / 'sessions.db'}"


@pytest_asyncio.fixture(params=["memory", "sqlite"])
async def store(request: pytest.FixtureRequest, url: str) -> AsyncIterator[SessionStore]:
    """Every kind of store: what one promises, all keep."""
    opened: SessionStore = MemorySessionStore() if request.param == "memory" else SqlSessionStore(url)
    yield opened
    await opened.close()


@pytest.fixture
def keys() -> KeyRing:
    return KeyRing.generate()


@pytest.fixture
def sessions(store: SessionStore, keys: KeyRing, clock: Clock) -> AnonymousSessions:
    """The service over every kind of store."""
    return AnonymousSessions(store, keys, clock=clock)
