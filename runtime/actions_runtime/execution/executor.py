"""Runs flows and checks sources in the workers of this server.

Runs in: server / developer's machine.
"""

import asyncio
import marshal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from actions_runtime.errors import FailedPrecondition, InvalidArgument
from actions_runtime.execution.code import CodeShelf, Compiler
from actions_runtime.execution.job import WorkerEnd
from actions_runtime.execution.owner import PoolSettings
from actions_runtime.execution.pool import Pool
from actions_runtime.execution.records import Decision, FlowResult, FlowStep
from actions_runtime.execution.run import Done, Execution, FlowPlan
from actions_runtime.execution.spawner import Spawner
from actions_sandbox.contract import Diagnostic, Isolation, Limits, Trigger

_NO_STEPS: Final = FlowResult(Decision.CONTINUE)


@dataclass(frozen=True, slots=True)
class ExecutionSettings:
    """What executions may use, and the workers that run them."""

    limits: Limits = field(default_factory=Limits)
    insecure_sandbox: bool = False
    """Whether to run tenants' code although the floor of the sandbox is missing."""
    pool: PoolSettings = field(default_factory=PoolSettings)


class Executor:
    """The one door to the sandbox.

    :meth:`start_zygote` is called before gRPC starts, :meth:`start` on the running loop.

    Args:
        settings: Limits and numbers.
        spawner: The zygote to be; one of its own when omitted.
    """

    def __init__(self, settings: ExecutionSettings, spawner: Spawner | None = None) -> None:
        self._limits = settings.limits
        self._spawner = spawner or Spawner(settings.limits.memory_bytes)
        self._settings = settings
        self._pool: Pool | None = None
        self._compiler: Compiler | None = None

    @property
    def layers(self) -> tuple[str, ...]:
        """Names of the sandbox layers that hold the workers."""
        return self._running().wall.layers

    @property
    def missing_layers(self) -> Mapping[str, str]:
        """Names of the sandbox layers that this system does not give, with the reason."""
        return self._running().wall.missing

    @property
    def security_events(self) -> int:
        """How many workers the kernel has ended for a system call that the sandbox forbids."""
        return self._running().security_events

    @property
    def zygote_pid(self) -> int:
        """Process id of the zygote."""
        return self._spawner.pid

    def start_zygote(self) -> None:
        """Exec the zygote.

        Raises:
            Unavailable: It did not come up.
        """
        self._spawner.boot()

    async def start(self) -> None:
        """Attach to the running loop and make standby workers.

        Raises:
            FailedPrecondition: The floor of the sandbox is missing and ``insecure_sandbox`` is not set.
            Unavailable: No worker could be made ready.
        """
        self._pool = Pool(self._settings.pool, self._spawner)
        self._compiler = Compiler(self._pool, self._limits.flow_ms, CodeShelf())
        await self._pool.start()
        lacking = self._pool.wall.below_floor
        if lacking and not self._settings.insecure_sandbox:
            await self.stop(0)
            reasons = "; ".join(f"{name}: {reason}" for name, reason in lacking.items())
            raise FailedPrecondition(
                f"the sandbox lacks layers of its floor ({reasons}); use a system that has them, or set"
                " insecure_sandbox to run tenants' code without",
                reason="SANDBOX_BELOW_FLOOR",
            )

    async def stop(self, grace_s: float) -> None:
        """Let running executions end, then end every worker and the zygote.

        Args:
            grace_s: Seconds to wait for running executions.
        """
        if self._pool is None:
            self._spawner.stop()
        else:
            await self._pool.stop(grace_s)

    def plan(self, trigger: Trigger, steps: Sequence[FlowStep]) -> FlowPlan:
        """Make a flow ready to be run again and again.

        Args:
            trigger: The flow's trigger.
            steps: The flow in order, at least one step.
        """
        return FlowPlan(trigger, steps, self._limits)

    def begin(
        self,
        tenant: str,
        plan: FlowPlan,
        event: dict[str, Any],
        done: Done,
        *,
        deadline: float | None = None,
        isolation: Isolation = Isolation.WORKER,
    ) -> Execution:
        """Start one execution; no task and no thread is made for it.

        A worker that is lost takes one step with it: under ``SKIP`` the rest of the flow goes on in another one.

        Args:
            tenant: Whose workers run it.
            plan: The flow.
            event: The validated event.
            done: Called once, maybe before this returns: with the result, or with ``ResourceExhausted`` (too many
                executions of this tenant wait already), ``DeadlineExceeded`` (the caller's deadline passed) or
                ``Unavailable`` (there are no workers, or the server is stopping).
            deadline: ``time.monotonic()`` at which the caller gives up; None for never.
            isolation: Whether a worker that has served the tenant before may run it.

        Returns:
            The execution, which can be cancelled.
        """
        execution = Execution(
            self._running(), self._compiling(), tenant, isolation, plan, marshal.dumps(event), deadline, done
        )
        execution.advance()
        return execution

    async def run_flow(
        self,
        tenant: str,
        trigger: Trigger,
        steps: Sequence[FlowStep],
        event: dict[str, Any],
        *,
        deadline: float | None = None,
        isolation: Isolation = Isolation.WORKER,
    ) -> FlowResult:
        """Run a flow for one event; see :meth:`begin`.

        Args:
            tenant: Whose workers run it.
            trigger: The event's trigger.
            steps: The flow in order.
            event: The validated event.
            deadline: ``time.monotonic()`` at which the caller gives up; None for never.
            isolation: Whether a worker that has served the tenant before may run it.

        Raises:
            ActionsError: As :meth:`begin` gives to ``done``.
        """
        if not steps:
            return _NO_STEPS
        future: asyncio.Future[FlowResult] = asyncio.get_running_loop().create_future()
        plan = self.plan(trigger, steps)
        execution = self.begin(tenant, plan, event, partial(_resolve, future), deadline=deadline, isolation=isolation)
        try:
            return await future
        finally:
            execution.cancel()

    async def check(self, tenant: str, action: str, trigger: Trigger, source: str) -> tuple[Diagnostic, ...]:
        """Compile a source in a worker of its own and judge it; the code is kept for the tenant's workers.

        Args:
            tenant: Whose source it is.
            action: Names the file in messages.
            trigger: The trigger whose handler it must define.
            source: The Python source.

        Returns:
            Every reason for refusal; empty when the source is accepted.

        Raises:
            InvalidArgument: The source is too costly to judge.
        """
        answer = await self._compiling().check(tenant, trigger, action, source)
        if isinstance(answer, WorkerEnd):
            raise InvalidArgument(
                f"the source could not be judged within its limits ({answer.cause}); make it smaller and less"
                " deeply nested",
                reason="SOURCE_TOO_COSTLY",
            )
        return tuple(Diagnostic(**one) for one in answer)

    def _running(self) -> Pool:
        if self._pool is None:
            raise RuntimeError("the executor has not been started")
        return self._pool

    def _compiling(self) -> Compiler:
        if self._compiler is None:
            raise RuntimeError("the executor has not been started")
        return self._compiler


def _resolve(future: "asyncio.Future[FlowResult]", end: FlowResult | Exception) -> None:
    if future.done():
        return
    if isinstance(end, Exception):
        future.set_exception(end)
    else:
        future.set_result(end)
