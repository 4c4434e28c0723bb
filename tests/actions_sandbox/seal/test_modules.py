"""What a sealed worker still finds of the modules that sealed it, seen by plain Python inside it."""

import json
import sys
from collections.abc import AsyncIterator
from typing import Any, Final

import pytest
import pytest_asyncio

from actions_runtime.execution import Executor, FlowStep
from actions_sandbox.contract import Trigger, Version
from actions_sandbox.seal import FORBIDDEN_MODULES
from actions_sandbox.seal.modules import is_forbidden
from tests.escapes.walls import KERNEL_WALL_ALONE, open_executor

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the kernel wall")

_LOOK: Final = """
import json, sys

def onExecutePostLogin(event, api):
    frames, frame = [], sys._getframe()
    while frame is not None:
        frames.append((frame.f_code.co_filename.rpartition("/")[2], sorted(frame.f_globals)))
        frame = frame.f_back
    zygote = [kind for kind in object.__subclasses__() if kind.__name__ == "Zygote"]
    print(json.dumps({
        "modules": sorted(sys.modules),
        "frames": [names for file, names in frames if file == "zygote.py"],
        "methods": [sorted(kind.run.__globals__) for kind in zygote],
    }))
"""


@pytest_asyncio.fixture
async def plain() -> AsyncIterator[Executor]:
    async with open_executor(KERNEL_WALL_ALONE) as executor:
        yield executor


async def test_a_worker_finds_no_module_of_its_sealing_and_no_forbidden_one(plain: Executor) -> None:
    """Not by name, and not by the names of the functions that are still under way: these are emptied."""
    seen = await _look(plain)
    assert [name for name in seen["modules"] if is_forbidden(name)] == []
    assert [name for name in seen["modules"] if name.startswith(("actions_sandbox.seal", "actions_sandbox.zy"))] == []
    assert "__main__" not in seen["modules"]
    assert len(seen["frames"]) >= 3
    assert not any(seen["frames"])
    assert seen["methods"] == [[]]


async def _look(executor: Executor) -> dict[str, Any]:
    step = FlowStep(Version("look", "look", 1, _LOOK))
    result = await executor.run_flow("t", Trigger.POST_LOGIN, [step], {"user": {"user_id": "u"}})
    (one,) = result.results
    assert one.error is None
    found: dict[str, Any] = json.loads(one.logs[0][1])
    return found


@pytest.mark.parametrize("name", ["socket", "ctypes.util", "urllib.request", "google.protobuf.json_format"])
def test_a_submodule_of_a_forbidden_module_is_forbidden(name: str) -> None:
    assert is_forbidden(name)


@pytest.mark.parametrize("name", ["urllib", "urllib.parse", "socketserver", "json"])
def test_other_modules_are_not(name: str) -> None:
    assert not is_forbidden(name)
    assert name not in FORBIDDEN_MODULES
