"""Each provider, started once, in front of one real runtime; what a test bound is unbound before the next."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.e2e.providers import KINDS, Provider, open_provider
from tests.server_process import Server


@pytest.fixture(scope="session")
def find_provider(server: Server) -> Iterator[Callable[[str], Provider]]:
    """Gives a provider by its name and starts it at the first use."""
    with ExitStack() as stack:
        started: dict[str, Provider] = {}

        def find(kind: str) -> Provider:
            if kind not in started:
                started[kind] = stack.enter_context(open_provider(kind, server))
            return started[kind]

        yield find


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """Each provider's name in turn."""
    return str(request.param)


@pytest.fixture
def provider(kind: str, find_provider: Callable[[str], Provider]) -> Provider:
    """Each provider in turn, with nothing bound."""
    found = find_provider(kind)
    found.unbind()
    return found
