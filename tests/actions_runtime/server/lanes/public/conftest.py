"""The services by the lane that they are not served by unless told to."""

from collections.abc import Callable
from functools import partial

import pytest

from tests.server_process import Server


@pytest.fixture(scope="session")
def start_server(start_server: Callable[..., Server]) -> Callable[..., Server]:
    """Starts a server of one's own whose calls come in by the public lane."""
    return partial(start_server, lane="public")


@pytest.fixture(scope="session")
def server(start_server: Callable[..., Server]) -> Server:
    """One server on the public lane, shared by all tests here."""
    return start_server()
