"""The kernel wall with the language wall switched off: plain Python with the real built-ins meets the seal.

Every execution gets a worker of its own: between the actions of one worker only the language stands. Programs after
the interpreter's insides reach them here and are left out; those after a later execution may do to their own process
what they like, and must leave nothing behind. A header ``# kernel:`` names the ways in which a program must end here,
joined by ``|``.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final

import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from actions_runtime.execution import ExecutionSettings, Executor, FlowResult, FlowStep, PoolSettings
from actions_runtime.execution.spawner import Spawner
from actions_sandbox.contract import Limits, OnError, Outcome, Trigger, Version
from tests.escapes.corpus import Program, load_programs
from tests.escapes.walls import ACTION_MS, KERNEL_WALL_ALONE, MEMORY_BYTES

PROGRAMS: Final = load_programs("outside", "resource", "state")
BATCH: Final = 8
"""Programs that run at the same time: their limits are in wall-clock time, and most only wait for it."""

BATCHES: Final = [PROGRAMS[first : first + BATCH] for first in range(0, len(PROGRAMS), BATCH)]
SETTINGS: Final = ExecutionSettings(
    limits=Limits(action_ms=ACTION_MS, flow_ms=2 * ACTION_MS, memory_bytes=MEMORY_BYTES),
    pool=PoolSettings(workers_per_tenant=1, max_workers=2 * BATCH + 2, standby_workers=2, worker_executions=1),
)
EVENT: Final = {"user": {"user_id": "auth0|1"}, "transaction": {"metadata": {}}}
HONEST: Final = """
import json

def on_execute_post_login(event, api):
    api.user.set_app_metadata("honest", json.loads(json.dumps([event["user"]["user_id"], sum(range(10))])))
"""
HARMLESS: Final = '["auth0|1",45]'

pytestmark = pytest.mark.asyncio(loop_scope="module")


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a program ended, what it says it reached, and what its tenant's next execution got."""

    end: str
    evidence: tuple[str, ...]
    after: str


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def kernel_wall() -> AsyncIterator[Executor]:
    """An executor whose workers run plain Python."""
    executor = Executor(SETTINGS, Spawner(MEMORY_BYTES, KERNEL_WALL_ALONE))
    executor.start_zygote()
    try:
        await executor.start()
        yield executor
    finally:
        await executor.stop(1.0)


async def run_source(executor: Executor, tenant: str, source: str) -> FlowResult:
    """Run a source as the only action of a tenant's flow."""
    step = FlowStep(Version(f"{tenant}:{hash(source)}", "program", 1, source), OnError.SKIP)
    return await executor.run_flow(tenant, Trigger.POST_LOGIN, [step], EVENT)


async def judge(executor: Executor, program: Program) -> Verdict:
    """Run a program, and then its own tenant's honest action."""
    result = await run_source(executor, program.name, program.source)
    after = await run_honest(executor, program.name)
    (ended,) = result.results
    end = str(ended.outcome)
    if ended.error is not None and ended.error.type == "PolicyViolation":
        end = "refused"
    elif ended.outcome is Outcome.RAISED and ended.error is not None:
        end = f"RAISED:{ended.error.type}"
    evidence = tuple(str(one.body["value_json"]) for one in result.commands if one.body.get("key") == "escaped")
    return Verdict(end, evidence, after)


async def run_honest(executor: Executor, tenant: str) -> str:
    """Run the honest action, again where a busy machine was too slow for it, and return what it recorded."""
    for _ in range(5):
        result = await run_source(executor, tenant, HONEST)
        if result.results[0].outcome is not Outcome.TIMED_OUT:
            break
    return read_honest(result)


def find_fault(program: Program, verdict: Verdict) -> str:
    """Say what is wrong with a verdict; empty when nothing is."""
    if verdict.after != HARMLESS:
        return f"the next execution was harmed: {verdict.after}"
    if verdict.evidence and program.goal != "state":
        return f"it reached {verdict.evidence}"
    due = read_due(program)
    return "" if not due or verdict.end in due else f"it ended as {verdict.end}"


def read_honest(result: FlowResult) -> str:
    """Return what an honest action recorded, or how it failed."""
    values = [str(one.body["value_json"]) for one in result.commands if one.body.get("key") == "honest"]
    return values[0] if len(values) == 1 else str(result)


def read_due(program: Program) -> frozenset[str]:
    """Return the ways in which a program must end here; empty when it may end in any."""
    found = re.search("^# kernel: (.*)$", program.source, re.MULTILINE)
    return frozenset(part.strip() for part in found[1].split("|")) if found else frozenset()


async def test_the_language_wall_is_off(kernel_wall: Executor) -> None:
    """The other tests of this file prove something only while an action reaches what the language hides."""
    source = "import sys\ndef on_execute_post_login(event, api):\n    print(sys._getframe().f_back.f_code.co_name)\n"
    (result,) = (await run_source(kernel_wall, "plain", source)).results
    assert result.logs == (("log", "_call"),)


@pytest.mark.parametrize("batch", BATCHES, ids=lambda batch: f"{batch[0].name}..{batch[-1].name}")
async def test_programs_reach_nothing_beyond_their_process(batch: list[Program], kernel_wall: Executor) -> None:
    """A program reaches nothing outside, takes no more than its limits, and leaves nothing behind.

    Another tenant has what it asks for beside them. Each one that the kernel ended for a forbidden system call counts.
    """
    events = kernel_wall.security_events
    beside = asyncio.create_task(run_honest(kernel_wall, "neighbour"))
    verdicts = await asyncio.gather(*(judge(kernel_wall, program) for program in batch))
    assert await beside == HARMLESS
    found = {one.name: find_fault(one, verdict) for one, verdict in zip(batch, verdicts, strict=True)}
    assert {name: fault for name, fault in found.items() if fault} == {}
    violations = [verdict for verdict in verdicts if verdict.end == Outcome.POLICY_VIOLATION]
    assert kernel_wall.security_events == events + len(violations)


async def test_nothing_stays_for_the_next_execution(kernel_wall: Executor) -> None:
    """A mark in the interpreter's own built-ins is gone in the same tenant's next execution."""
    source = (
        "import builtins\n"
        "def on_execute_post_login(event, api):\n"
        "    print(hasattr(builtins, 'mark'))\n"
        "    builtins.mark = 1\n"
    )
    for _ in range(2):
        (result,) = (await run_source(kernel_wall, "marker", source)).results
        assert result.logs == (("log", "False"),)


async def test_a_forbidden_system_call_is_a_security_event(kernel_wall: Executor) -> None:
    """The server logs it as an error that names tenant, action and version, and what the call was for its flow."""
    source = "import os\ndef on_execute_post_login(event, api):\n    os.fork()\n"
    honest = FlowStep(Version("honest", "greet", 3, HONEST), OnError.SKIP)
    hostile = FlowStep(Version("hostile", "fork", 7, source), OnError.SKIP)
    events = kernel_wall.security_events
    with capture_logs() as logs:
        result = await kernel_wall.run_flow("evil", Trigger.POST_LOGIN, [honest, hostile, honest], EVENT)
    assert [one.outcome for one in result.results] == ["COMPLETED", "POLICY_VIOLATION", "COMPLETED"]
    assert kernel_wall.security_events == events + 1
    (event,) = [one for one in logs if one["event"] == "security event"]
    told = {name: event[name] for name in ("log_level", "tenant", "action", "version", "fault")}
    assert told == {
        "log_level": "error",
        "tenant": "evil",
        "action": "fork",
        "version": 7,
        "fault": "forbidden system call",
    }


async def test_every_program_of_this_wall_names_its_end() -> None:
    """A program that is after the outside says how the kernel ends it, so that a hole cannot hide in a crash."""
    silent = [one.name for one in PROGRAMS if one.goal == "outside" and not read_due(one)]
    assert silent == []
