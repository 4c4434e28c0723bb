"""Turns the ends of a flow's steps into one answer: the whole command list or none.

Runs in: server / developer's machine.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from actions_runtime.commands import DenialBody, StepResult
from actions_runtime.execution.records import (
    ActionError,
    ActionResult,
    Command,
    Decision,
    Denial,
    FlowResult,
    FlowStep,
    Warning,
)
from actions_sandbox.contract import SHOWN_KINDS, CommandKind, OnError, Outcome, Trigger

_KEPT_ON_DENIAL: Final = {
    Trigger.POST_LOGIN: SHOWN_KINDS,
    Trigger.PRE_USER_REGISTRATION: frozenset[CommandKind](),
}
"""What a denied user's commands come down to: metadata at login, nothing at registration."""

ENDED: Final = {
    Outcome.TIMED_OUT: "the action was stopped: it was over its time",
    Outcome.OUT_OF_MEMORY: "the action was stopped: it was over its memory",
    Outcome.CRASHED: "the action's process ended or answered wrongly",
    Outcome.POLICY_VIOLATION: "the action's process was stopped: it did what the sandbox forbids",
}
"""What an author is told about an action whose worker did not answer."""


class StepEnd(NamedTuple):
    """How a started step of a flow ended, whoever told it."""

    step: FlowStep
    result: StepResult

    @property
    def outcome(self) -> Outcome:
        """How it ended."""
        return self.result.outcome


def describe_end(cause: Outcome, elapsed_us: int, denial: DenialBody | None) -> StepResult:
    """Make the result of a step whose worker is gone."""
    error = {"type": cause.value, "message": ENDED[cause], "file": "", "line": 0, "column": 0}
    return StepResult(cause, elapsed_us, denial=denial, error=error)


def goes_on(end: StepEnd) -> bool:
    """Whether a flow goes on after a step."""
    if end.result.denial is not None:
        return False
    return not end.result.outcome.failed or end.step.on_error is OnError.SKIP


def compose(trigger: Trigger, steps: Sequence[FlowStep], ends: Sequence[StepEnd]) -> FlowResult:
    """Compose the answer out of the ends of those steps that started.

    Args:
        trigger: The flow's trigger.
        steps: The whole flow.
        ends: The ends of its first steps; the last one may have stopped it.
    """
    results = tuple(map(_to_result, ends)) + tuple(map(_to_not_run, steps[len(ends) :]))
    warnings = tuple(_warn_skipped(end) for end in ends if end.result.outcome.failed and _is_skipped(end))
    last = ends[-1]
    if last.result.outcome.failed and not _is_skipped(last):
        return FlowResult(Decision.FAIL, results=results, warnings=warnings)
    commands = tuple(command for end in ends for command in _to_commands(end))
    if last.result.denial is None:
        return FlowResult(Decision.CONTINUE, commands, results=results, warnings=warnings)
    kept = tuple(command for command in commands if command.body["kind"] in _KEPT_ON_DENIAL[trigger])
    denial = Denial(last.step.version.action, *last.result.denial)
    return FlowResult(Decision.DENY, kept, denial, results, warnings)


def _is_skipped(end: StepEnd) -> bool:
    return end.step.on_error is OnError.SKIP


def _to_commands(end: StepEnd) -> list[Command]:
    if end.result.outcome.failed:
        return []
    version = end.step.version
    return [Command(version.action, version.number, body) for body in end.result.commands]


def _to_result(end: StepEnd) -> ActionResult:
    version, result = end.step.version, end.result
    return ActionResult(
        version.action,
        version.number,
        result.outcome,
        result.duration_us,
        ActionError(**result.error) if result.error else None,
        result.logs,
        result.logs_truncated,
    )


def _to_not_run(step: FlowStep) -> ActionResult:
    return ActionResult(step.version.action, step.version.number, Outcome.NOT_RUN)


def _warn_skipped(end: StepEnd) -> Warning:
    outcome = end.result.outcome
    message = f"the action failed ({outcome}) and was skipped, as its binding says; its commands were dropped"
    return Warning("ACTION_SKIPPED", message, end.step.version.action)
