"""Both lanes pass the same tests of the services: elsewhere they are run by the default lane, here by the other.

The tests are those of the modules named here, with the fixtures that they bring along.
"""

from types import ModuleType

import pytest

from tests.actions_runtime.server import test_access, test_execution, test_malformed, test_stop, test_tls
from tests.server_process import Server

MODULES: tuple[ModuleType, ...] = (test_access, test_execution, test_malformed, test_stop, test_tls)


def _is_of_a_test(name: str, thing: object, module: ModuleType) -> bool:
    """Whether something is a test or a fixture that its module defines."""
    wrapped = getattr(thing, "__wrapped__", thing)
    return getattr(wrapped, "__module__", "") == module.__name__ and (
        name.startswith("test_") or isinstance(thing, type(_example))
    )


@pytest.fixture
def _example() -> None:
    """What a fixture looks like."""


for _module in MODULES:
    for _name, _thing in vars(_module).items():
        if _is_of_a_test(_name, _thing, _module):
            globals()[_name if _name not in globals() else f"{_name}_of_{_module.__name__}"] = _thing


def test_the_server_is_on_the_public_lane(server: Server) -> None:
    assert [line["lane"] for line in server.log_lines() if line["event"] == "lane"] == ["public"]
