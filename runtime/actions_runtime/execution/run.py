"""One execution: a flow's run for one event, in one worker or, where workers are lost, in several.

Runs in: server / developer's machine.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final, Protocol

from actions_runtime.commands import Acceptance, ReplyRefused, StepResult, accept_denial
from actions_runtime.errors import ActionsError
from actions_runtime.execution.flow import StepEnd, compose, describe_end, goes_on
from actions_runtime.execution.job import Job, WorkerEnd, take_sequence
from actions_runtime.execution.records import FlowResult, FlowStep
from actions_sandbox.contract import Isolation, Limits, Outcome, Step, Trigger, Version
from actions_sandbox.wire import encode_plan, frame_run

_SPOILING: Final = (Outcome.OUT_OF_MEMORY, Outcome.OUTPUT_TOO_LARGE)
"""Failures that a worker tells of itself and that are no plain exception; those that end it need no telling."""

Done = Callable[[FlowResult | Exception], None]
"""Takes what became of an execution: its result, or the error for its caller. Must not raise."""


Complete = Callable[[Version], Version]
"""Returns a version with its compiled code, where that is kept."""


class Queue(Protocol):
    """Takes jobs for workers."""

    def submit(self, tenant: str, job: Job, isolation: Isolation) -> None:
        """Have a job done by one of the tenant's workers.

        Raises:
            ActionsError: The job is not taken.
        """


class Codes(Protocol):
    """Knows what has been compiled already."""

    def complete(self, tenant: str, trigger: Trigger, version: Version) -> Version:
        """Return a version with its compiled code, where that is kept for the tenant."""


class FlowPlan:
    """A flow made ready to be run again and again: what goes to a worker beside the event is encoded once.

    Args:
        trigger: The flow's trigger.
        steps: The flow in order.
        limits: What one execution may use.
    """

    __slots__ = ("_encoded", "_keys", "_versions", "limits", "steps", "trigger")

    def __init__(self, trigger: Trigger, steps: Sequence[FlowStep], limits: Limits) -> None:
        self.trigger = trigger
        self.steps = tuple(steps)
        self.limits = limits
        self._versions = {step.version.key: step.version for step in steps}
        self._keys = frozenset(self._versions)
        self._encoded = encode_plan(trigger, map(_to_wire, steps), limits=limits)

    def encode(self, known: set[str], complete: Complete) -> bytes:
        """Encode for a worker, with the versions that it has not seen; they count as seen from now on."""
        return self._encoded if self._keys <= known else self.encode_rest(0, known, complete, (), self.limits)

    def encode_rest(
        self, first: int, known: set[str], complete: Complete, prior: tuple[dict[str, Any], ...], limits: Limits
    ) -> bytes:
        """Encode the steps from one on.

        Args:
            first: Index of the first step to run.
            known: As for :meth:`encode`.
            complete: Adds the code to a version that the worker has not seen.
            prior: Bodies of the commands of the steps before.
            limits: What is left for the rest.
        """
        rest = self.steps[first:]
        missing: dict[str, Version] = {s.version.key: s.version for s in rest if s.version.key not in known}
        known.update(missing)
        return encode_plan(self.trigger, map(_to_wire, rest), map(complete, missing.values()), prior, limits)


def _tell_nobody(_end: FlowResult | Exception) -> None:
    """Stand in where nobody waits."""


def _to_wire(step: FlowStep) -> Step:
    return Step(step.version.key, step.on_error)


class Execution(Job):
    """One execution on its way through one or more workers.

    Args:
        queue: Where workers are asked for.
        codes: Where compiled code is kept.
        tenant: Whose workers run it.
        isolation: Whether a worker that has served the tenant before may run it.
        plan: The flow.
        event: The validated event, ``marshal``-encoded.
        deadline: ``time.monotonic()`` at which the caller gives up; None for never.
        done: Called once with what became of it, unless it is cancelled.
    """

    __slots__ = (
        "_acceptance",
        "_codes",
        "_done",
        "_ends",
        "_event",
        "_isolation",
        "_plan",
        "_queue",
        "_run_us",
        "_tenant",
    )

    def __init__(
        self,
        queue: Queue,
        codes: Codes,
        tenant: str,
        isolation: Isolation,
        plan: FlowPlan,
        event: bytes,
        deadline: float | None,
        done: Done,
    ) -> None:
        limits = plan.limits
        super().__init__(limit_ms=limits.flow_ms, step_limit_ms=limits.action_ms, deadline=deadline)
        self._queue = queue
        self._codes = codes
        self._tenant = tenant
        self._isolation = isolation
        self._plan = plan
        self._event = event
        self._done = done
        self._acceptance = Acceptance(plan.trigger, limits)
        self._ends: list[StepEnd] = []
        self._run_us = 0

    def advance(self) -> None:
        """Run the steps that are left in one worker, as far as it gets."""
        if self.settled:
            return
        left_us = self._plan.limits.flow_ms * 1_000 - self._run_us
        if left_us < 1_000:
            while self._is_open():
                self._end(describe_end(Outcome.TIMED_OUT, 0, None))
            self.deliver()
            return
        self.limit_ns = left_us // 1_000 * 1_000_000
        self.attempts = 0
        try:
            self._queue.submit(self._tenant, self, self._isolation)
        except ActionsError as error:
            self.fail(error)

    def cancel(self) -> None:
        """Give up: nobody waits any more."""
        self.settled = True
        self._done = _tell_nobody

    def name_version(self, index: int) -> tuple[str, int]:
        """Name the action and the version of a step of those that this worker was given."""
        steps = self._plan.steps
        version = steps[min(len(self._ends) + index, len(steps) - 1)].version
        return version.action, version.number

    def encode(self, known: set[str]) -> bytes:
        """Encode the steps that are left under a new sequence."""
        self.sequence = take_sequence()
        if not self._ends:
            return frame_run(self.sequence, self._plan.encode(known, self._complete), self._event)
        prior = tuple(body for end in self._ends if not end.result.outcome.failed for body in end.result.commands)
        limits = replace(self._plan.limits, log_bytes=self._acceptance.log_bytes_left)
        plan = self._plan.encode_rest(len(self._ends), known, self._complete, prior, limits)
        return frame_run(self.sequence, plan, self._event)

    def _complete(self, version: Version) -> Version:
        return self._codes.complete(self._tenant, self._plan.trigger, version)

    def accept(self, body: bytes) -> bool:
        """Accept an answer that stops where the flow stops, neither before nor after."""
        steps, ends = self._plan.steps, self._ends
        first = len(ends)
        results = self._acceptance.accept_steps(body, len(steps) - first)
        accepted = [StepEnd(step, result) for step, result in zip(steps[first:], results, strict=False)]
        last = accepted[-1]
        if not all(map(goes_on, accepted[:-1])) or (first + len(accepted) < len(steps) and goes_on(last)):
            raise ReplyRefused("the flow was stopped at the wrong step")
        ends += accepted
        return not any(result.outcome in _SPOILING for result in results)

    def deliver(self) -> None:
        """Compose the answer and hand it over."""
        if not self.settled:
            self._settle(compose(self._plan.trigger, self._plan.steps, self._ends))

    def finish(self, end: WorkerEnd) -> None:
        """Take what a lost worker had finished, put its end to the step that was running, and go on elsewhere."""
        self._take_end(end)
        if self._is_open():  # in the next turn of the loop: the worker is still among its tenant's
            asyncio.get_running_loop().call_soon(self.advance)
        else:
            self.deliver()

    def fail(self, error: Exception) -> None:
        """Hand over an error."""
        if not self.settled:
            self._settle(error)

    def _settle(self, end: FlowResult | Exception) -> None:
        """Hand over the end, and let go of whoever waited: what it knows leads back here."""
        self.settled = True
        done, self._done = self._done, _tell_nobody
        done(end)

    def _is_open(self) -> bool:
        ends = self._ends
        return len(ends) < len(self._plan.steps) and (not ends or goes_on(ends[-1]))

    def _take_end(self, end: WorkerEnd) -> None:
        self._run_us += end.run_us
        rest = self._plan.steps[len(self._ends) :]
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
        self._ends += finished
        self._end(describe_end(end.cause, end.elapsed_us, accept_denial(end.note)))

    def _end(self, result: StepResult) -> None:
        self._ends.append(StepEnd(self._plan.steps[len(self._ends)], result))
