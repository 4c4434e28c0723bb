"""A server's part of the sandbox in a process of its own: prints what holds its workers, then waits to be killed."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from actions_runtime.execution import ExecutionSettings, Executor, FlowStep, PoolSettings
from actions_sandbox.contract import Limits, Trigger, Version

REPOSITORY: Final = Path(__file__).parents[3]
UNPRIVILEGED_ID: Final = 65_534
_MAIN: Final = "from tests.actions_sandbox.seal.holder import main; main()"
_BUSY: Final = "def onExecutePostLogin(event, api):\n    while True:\n        pass\n"


def start_holder(*, unprivileged: bool = False) -> tuple[subprocess.Popen[str], dict[str, Any]]:
    """Start it and read what it printed: ``layers``, ``missing``, ``zygote`` and ``worker``, which is busy.

    Args:
        unprivileged: Whether it runs as a user without privileges; the caller must be root then.
    """
    options: dict[str, Any] = {}
    if unprivileged:
        options = {"user": UNPRIVILEGED_ID, "group": UNPRIVILEGED_ID, "extra_groups": []}
    command = [sys.executable, "-B", "-c", _MAIN]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=REPOSITORY, **options)
    assert process.stdout is not None
    line = process.stdout.readline()
    return process, json.loads(line) if line else {}


def main() -> None:
    """Start an executor, keep one worker busy, and print what holds it."""
    asyncio.run(_hold())


async def _hold() -> None:
    settings = ExecutionSettings(
        limits=Limits(action_ms=600_000, flow_ms=600_000), pool=PoolSettings(standby_workers=1, workers_per_tenant=1)
    )
    executor = Executor(settings)
    executor.start_zygote()
    await executor.start()
    step = FlowStep(Version("v", "busy", 1, _BUSY))
    running = asyncio.create_task(executor.run_flow("t", Trigger.POST_LOGIN, [step], {"user": {"user_id": "u"}}))
    worker = await _find_busy(executor.zygote_pid)
    told = {"layers": executor.layers, "missing": dict(executor.missing_layers)}
    print(json.dumps({**told, "zygote": executor.zygote_pid, "worker": worker, "uid": os.getuid()}), flush=True)
    await running


async def _find_busy(zygote: int) -> int:
    """Return the zygote's child that uses the processor."""
    while True:
        for pid in read_children(zygote):
            if read_ticks(pid) > 5:
                return pid
        await asyncio.sleep(0.01)


def read_children(pid: int) -> list[int]:
    """Return the children of a single-threaded process."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def read_ticks(pid: int) -> int:
    """Return the processor time that a process has used, in the system's ticks."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])
