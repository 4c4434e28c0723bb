import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from actions_runtime.execution.spawner import Spawned, Spawner
from actions_sandbox.contract import FLOOR, MAX_REPLY_BYTES, POLICY_VERSION, WIRE_VERSION, Limits
from actions_sandbox.wire import FrameDecoder
from tests.actions_runtime.execution.flows import EVENT, Runs, list_outcomes, login

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc"),
]


async def _read_hello(spawned: Spawned) -> dict[str, Any]:
    decoder = FrameDecoder(MAX_REPLY_BYTES)
    while True:
        chunk = await asyncio.get_running_loop().sock_recv(spawned.channel, 65_536)
        assert chunk, "the worker ended before it greeted"
        for payload in decoder.feed(chunk):
            hello: dict[str, Any] = json.loads(payload)
            return hello


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def sealed() -> AsyncIterator[tuple[Spawned, dict[str, Any]]]:
    """A real worker under a real zygote, and its greeting."""
    spawner = Spawner(Limits().memory_bytes)
    spawner.boot()
    spawner.attach()
    spawned = await spawner.spawn()
    yield spawned, await _read_hello(spawned)
    spawned.kill()
    spawned.close()
    spawner.stop()


Sealed = tuple[Spawned, dict[str, Any]]


def _read(spawned: Spawned, name: str) -> str:
    return Path(f"/proc/{spawned.pid}/{name}").read_text()


def _read_status(spawned: Spawned) -> dict[str, str]:
    lines = _read(spawned, "status").splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


async def test_a_worker_greets_with_what_it_is(sealed: Sealed) -> None:
    _, hello = sealed
    assert (hello["wire"], hello["policy"]) == (WIRE_VERSION, POLICY_VERSION)
    assert set(FLOOR) <= set(hello["layers"])


async def test_a_worker_holds_no_module_that_could_reach_out(sealed: Sealed) -> None:
    assert sealed[1]["forbidden"] == []


async def test_a_worker_has_the_channel_and_no_other_descriptor(sealed: Sealed) -> None:
    spawned, _ = sealed
    (descriptor,) = Path(f"/proc/{spawned.pid}/fd").iterdir()
    assert descriptor.name == "3"
    assert str(descriptor.readlink()).startswith("socket:")


async def test_a_workers_environment_is_empty(sealed: Sealed) -> None:
    assert _read(sealed[0], "environ") == ""


@pytest.mark.parametrize(
    "name", ["Max open files", "Max file size", "Max core file size", "Max processes", "Max locked memory"]
)
async def test_a_worker_can_have_no_more_of(sealed: Sealed, name: str) -> None:
    (line,) = (line for line in _read(sealed[0], "limits").splitlines() if line.startswith(name))
    assert line[len(name) :].split()[:2] == ["0", "0"]


async def test_a_workers_memory_ends_at_what_it_may_use_above_its_idle_size(sealed: Sealed) -> None:
    spawned, _ = sealed
    (line,) = (line for line in _read(spawned, "limits").splitlines() if line.startswith("Max address space"))
    soft, hard = line.split()[3:5]
    used = int(_read(spawned, "statm").split()[0]) * os.sysconf("SC_PAGE_SIZE")
    assert soft == hard
    assert used < int(soft) <= used + Limits().memory_bytes + 16 * 1024 * 1024


async def test_a_worker_is_one_thread_without_new_privileges_under_a_filter(sealed: Sealed) -> None:
    status = _read_status(sealed[0])
    assert (status["Threads"], status["NoNewPrivs"], status["Seccomp"]) == ("1", "1", "2")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has a user to drop")
async def test_a_worker_of_a_root_server_is_nobody_without_capabilities(sealed: Sealed) -> None:
    status = _read_status(sealed[0])
    assert "0" not in status["Uid"].split() + status["Gid"].split()
    assert status["Groups"] == ""
    assert {int(status[name], 16) for name in ("CapEff", "CapPrm", "CapInh", "CapAmb")} == {0}


async def test_a_worker_is_in_a_session_of_its_own(sealed: Sealed) -> None:
    session = _read(sealed[0], "stat").rpartition(")")[2].split()[3]
    assert session == str(sealed[0].pid)
    assert int(session) != os.getsid(0)


@pytest.mark.parametrize(
    "line",
    [
        "open('/etc/passwd')",
        "import os",
        "import socket",
        "import ctypes",
        "import subprocess",
        "__import__('os')",
        "breakpoint()",
        "import asyncio",
    ],
)
async def test_an_action_reaches_neither_files_nor_sockets(runs: Runs, line: str) -> None:
    result = await runs.run(login(line), event=EVENT)
    assert list_outcomes(result)[0] in ("POLICY_VIOLATION", "RAISED")
    assert result.commands == ()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may look into a process that is not dumpable")
async def test_neither_worker_nor_zygote_has_a_library_of_the_trusted_side(runs: Runs) -> None:
    await runs.run(login("pass"))
    (worker,) = runs.workers("acme")
    for pid in (worker.pid, runs.executor.zygote_pid):
        mapped = Path(f"/proc/{pid}/maps").read_text()
        assert "libpython" in mapped or "python3" in mapped
        for library in ("cygrpc", "pydantic_core", "sqlalchemy", "_sqlite3", "_ssl", "uvloop", "cryptography"):
            assert library not in mapped


async def test_the_server_knows_its_layers(runs: Runs) -> None:
    assert set(FLOOR) <= set(runs.executor.layers)
    assert not set(runs.executor.layers) & set(runs.executor.missing_layers)
