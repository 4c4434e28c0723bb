"""Flows of short scripts for a real executor, with limits that keep the tests fast."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from actions_runtime.execution import (
    ExecutionSettings,
    Executor,
    FlowResult,
    FlowStep,
    PoolSettings,
)
from actions_runtime.execution.pool import Pool
from actions_runtime.execution.worker import Worker
from actions_sandbox.contract import Limits, OnError, Trigger, Version

SHORT: Final = Limits(action_ms=300, flow_ms=1_000)
PATIENCE_S: Final = 20.0
"""How long a test waits for what must come; far beyond every limit of the executor."""

EVENT: Final[dict[str, Any]] = {"user": {"user_id": "u|1"}}
_keys = itertools.count(1)


def login(*lines: str) -> str:
    """Write a login handler of these lines."""
    return "def onExecutePostLogin(event, api):\n" + "".join(f"    {line}\n" for line in lines)


def registration(*lines: str) -> str:
    """Write a registration handler of these lines."""
    return "def onExecutePreUserRegistration(event, api):\n" + "".join(f"    {line}\n" for line in lines)


ENDLESS: Final = login("while True:", "    try:", "        while True: pass", "    except:", "        pass")
BUSY: Final = login("for i in range(10**9):", "    pass")
CRASH: Final = login("t = ()", "for i in range(200_000):", "    t = (t,)", "hash(t)")
HONEST: Final = login("api.user.setAppMetadata('who', event.user.user_id)")


def make_step(source: str, on_error: OnError = OnError.DENY, name: str = "act") -> FlowStep:
    """Make a step of a version with a key of its own."""
    return FlowStep(Version(f"v{next(_keys)}", name, 1, source), on_error)


@dataclass
class Runs:
    """An executor and the ways in which tests drive it."""

    executor: Executor

    @property
    def pool(self) -> Pool:
        """The pool, to look at its workers."""
        pool = self.executor._pool
        assert pool is not None
        return pool

    def workers(self, tenant: str) -> list[Worker]:
        """Return the living workers of a tenant, the warm ones first."""
        owners = (self.pool._warm.get(tenant), self.pool._single_use.get(tenant))
        return [worker for owner in owners if owner is not None for worker in owner.workers]

    def pids(self, tenant: str = "") -> set[int]:
        """Return the processes of a tenant, or of everybody."""
        return {worker.pid for worker in (self.workers(tenant) if tenant else self.pool.supply.workers)}

    async def run(self, *sources: str | FlowStep, tenant: str = "acme", **rest: Any) -> FlowResult:
        """Run a flow of sources that must end within the test's patience."""
        on_error = rest.pop("on_error", OnError.DENY)
        steps = [one if isinstance(one, FlowStep) else make_step(one, on_error) for one in sources]
        trigger = rest.pop("trigger", Trigger.POST_LOGIN)
        event: Mapping[str, Any] = rest.pop("event", EVENT)
        async with asyncio.timeout(PATIENCE_S):
            return await self.executor.run_flow(tenant, trigger, steps, dict(event), **rest)

    def begin(self, *sources: str | FlowStep, **rest: Any) -> "asyncio.Task[FlowResult]":
        """Start a flow without waiting for it."""
        return asyncio.create_task(self.run(*sources, **rest))


@asynccontextmanager
async def start_executor(limits: Limits = SHORT, **pool: Any) -> AsyncIterator[Runs]:
    """Start an executor of one's own; its loop must not see an exception that nobody handles."""
    faults: list[dict[str, Any]] = []
    loop = asyncio.get_running_loop()
    before = loop.get_exception_handler()
    loop.set_exception_handler(lambda _, context: faults.append(context))
    executor = Executor(ExecutionSettings(limits=limits, pool=PoolSettings(**pool)))
    executor.start_zygote()
    try:
        await executor.start()
        yield Runs(executor)
    finally:
        await executor.stop(0)
        loop.set_exception_handler(before)
    assert not faults


async def until(condition: Callable[[], object]) -> None:
    """Wait until a condition holds; fail when it does not within the test's patience."""
    async with asyncio.timeout(PATIENCE_S):
        while not condition():
            await asyncio.sleep(0.002)


def list_outcomes(result: FlowResult) -> list[str]:
    """Return the outcomes of a flow's actions."""
    return [one.outcome.value for one in result.results]


def list_values(result: FlowResult) -> list[tuple[str, str]]:
    """Return (kind, value or scope) of a flow's commands."""
    return [(c.body["kind"], c.body.get("value_json", c.body.get("scope"))) for c in result.commands]


def is_running(pid: int) -> bool:
    """Tell whether a process lives; one that only waits to be reaped by somebody else does not."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(")")[2].split()[0] not in "ZX"
