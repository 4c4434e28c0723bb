"""Runs flows and checks sources in the workers of this server.

Runs in: server / developer's machine.
"""

import marshal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from actions_runtime.commands import (
    Acceptance,
    ReplyRefused,
    StepResult,
    accept_denial,
    accept_diagnostics,
)
from actions_runtime.errors import FailedPrecondition, InvalidArgument
from actions_runtime.execution.flow import StepEnd, compose, describe_end, goes_on
from actions_runtime.execution.job import Job, WorkerEnd
from actions_runtime.execution.owner import PoolSettings
from actions_runtime.execution.pool import Pool
from actions_runtime.execution.records import Decision, FlowResult, FlowStep
from actions_runtime.execution.spawner import Spawner
from actions_sandbox.contract import (
    CheckRequest,
    Diagnostic,
    Isolation,
    Limits,
    Outcome,
    RunRequest,
    Step,
    Trigger,
)

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
        """Run a flow for one event.

        A worker that is lost takes one step with it: under ``SKIP`` the rest of the flow goes on in another one.

        Args:
            tenant: Whose workers run it.
            trigger: The event's trigger.
            steps: The flow in order.
            event: The validated event.
            deadline: ``time.monotonic()`` at which the caller gives up; None for never.
            isolation: Whether a worker that has served the tenant before may run it.

        Raises:
            ResourceExhausted: Too many executions of this tenant wait already.
            DeadlineExceeded: The caller's deadline passed.
            Unavailable: There are no workers, or the server is stopping.
        """
        if not steps:
            return _NO_STEPS
        run = _Run(
            self._running(), tenant, isolation, trigger, tuple(steps), marshal.dumps(event), self._limits, deadline
        )
        while run.is_open():
            await run.advance()
        return compose(trigger, run.steps, run.ends)

    async def check(
        self,
        tenant: str,
        action: str,
        trigger: Trigger,
        source: str,
        *,
        isolation: Isolation = Isolation.WORKER,
    ) -> tuple[Diagnostic, ...]:
        """Compile a source in a worker of its tenant and judge it.

        Args:
            tenant: Whose worker compiles it.
            action: Names the file in messages.
            trigger: The trigger whose handler it must define.
            source: The Python source.
            isolation: Whether a worker that has served the tenant before may compile it.

        Returns:
            Every reason for refusal; empty when the source is accepted.

        Raises:
            InvalidArgument: The source is too costly to judge.
        """
        request = CheckRequest(0, trigger, action, source)
        limit = self._limits.flow_ms
        job = Job(request, {}, accept_diagnostics, limit_ms=limit, step_limit_ms=limit, deadline=None)
        answer = await self._running().run(tenant, job, isolation)
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


class _Run:
    """One execution on its way through one or more workers."""

    __slots__ = (
        "_acceptance",
        "_deadline",
        "_event",
        "_isolation",
        "_limits",
        "_pool",
        "_run_us",
        "_tenant",
        "_trigger",
        "ends",
        "steps",
    )

    def __init__(
        self,
        pool: Pool,
        tenant: str,
        isolation: Isolation,
        trigger: Trigger,
        steps: tuple[FlowStep, ...],
        event: bytes,
        limits: Limits,
        deadline: float | None,
    ) -> None:
        self._pool = pool
        self._tenant = tenant
        self._isolation = isolation
        self._trigger = trigger
        self._event = event
        self._limits = limits
        self._deadline = deadline
        self._run_us = 0
        self._acceptance = Acceptance(trigger, limits)
        self.steps = steps
        self.ends: list[StepEnd] = []

    def is_open(self) -> bool:
        """Whether a step is still to be run."""
        return len(self.ends) < len(self.steps) and (not self.ends or goes_on(self.ends[-1]))

    async def advance(self) -> None:
        """Run the steps that are left in one worker, as far as it gets."""
        left_ms = self._limits.flow_ms - self._run_us // 1_000
        if left_ms <= 0:
            self._end(describe_end(Outcome.TIMED_OUT, 0, None))
            return
        rest = self.steps[len(self.ends) :]
        answer = await self._pool.run(self._tenant, self._build_job(rest, left_ms), self._isolation)
        if isinstance(answer, WorkerEnd):
            self._take_end(answer, rest)
        else:
            self.ends += answer

    def _build_job(self, rest: tuple[FlowStep, ...], limit_ms: int) -> Job:
        request = RunRequest(
            0,
            self._trigger,
            self._event,
            tuple(Step(step.version.key, step.on_error) for step in rest),
            prior=self._collect_prior(),
            limits=replace(self._limits, log_bytes=self._acceptance.log_bytes_left) if self.ends else self._limits,
        )
        return Job(
            request,
            {step.version.key: step.version for step in rest},
            lambda body: self._accept(body, rest),
            limit_ms=limit_ms,
            step_limit_ms=self._limits.action_ms,
            deadline=self._deadline,
        )

    def _accept(self, body: bytes, rest: tuple[FlowStep, ...]) -> list[StepEnd]:
        """Accept an answer that stops where the flow stops, neither before nor after."""
        results = self._acceptance.accept_steps(body, len(rest))
        ends = [StepEnd(step, result) for step, result in zip(rest, results, strict=False)]
        if not all(map(goes_on, ends[:-1])) or (len(ends) < len(rest) and goes_on(ends[-1])):
            raise ReplyRefused("the flow was stopped at the wrong step")
        return ends

    def _collect_prior(self) -> tuple[dict[str, Any], ...]:
        return tuple(body for end in self.ends if not end.result.outcome.failed for body in end.result.commands)

    def _take_end(self, end: WorkerEnd, rest: tuple[FlowStep, ...]) -> None:
        """Take what a lost worker had finished, and put its end to the step that was running."""
        self._run_us += end.run_us
        try:
            finished = [
                StepEnd(step, self._acceptance.accept_step(result))
                for step, result in zip(rest[:-1], end.results, strict=False)
            ]
            if not all(map(goes_on, finished)):
                raise ReplyRefused("the flow went on after a step that stops it")
        except ReplyRefused:
            self._end(describe_end(Outcome.CRASHED, end.elapsed_us, None))
            return
        self.ends += finished
        self._end(describe_end(end.cause, end.elapsed_us, accept_denial(end.note)))

    def _end(self, result: StepResult) -> None:
        self.ends.append(StepEnd(self.steps[len(self.ends)], result))
