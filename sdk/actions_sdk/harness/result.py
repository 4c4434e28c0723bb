"""What came of a flow: the answer, and what an auth server makes of it.

Runs in: developer's machine.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from actions_runtime.execution import ActionResult, Decision, Denial, FlowResult, Warning
from actions_sandbox.contract import Limits, Outcome, Trigger
from actions_sdk.apply import State, Tokens, apply
from actions_sdk.commands import Command, is_same_json, read_body
from actions_sdk.harness.places import Failure, clean, locate_failure
from actions_sdk.harness.sources import Action


@dataclass(frozen=True, slots=True)
class ActionReport:
    """How one action of the flow ended.

    Attributes:
        action: The action's name.
        outcome: How it ended.
        error: What went wrong; None unless the outcome is a failure.
        logs: (level, text) pairs, secrets masked; the level is ``log``, ``info``, ``warn`` or ``error``.
        logs_truncated: Whether lines were cut at the limit of 16 KiB for one execution.
        duration_us: Wall-clock microseconds; None when it did not run. Not compared.
    """

    action: str
    outcome: Outcome
    error: Failure | None = None
    logs: tuple[tuple[str, str], ...] = ()
    logs_truncated: bool = False
    duration_us: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """What came of a flow. Two results are equal when their JSON is, wherever and how fast they came about.

    Attributes:
        decision: What the auth server must do.
        commands: What it applies, in recorded order.
        denial: Who denied and why; None unless the decision is ``DENY``.
        actions: One report for each action of the flow, in order.
        warnings: What the auth server's operator should know.
        state: User, tokens and transaction afterwards, as :func:`actions_sdk.apply.apply` says.
        event: The event that the actions got; without an anonymous session that was withheld.
        trigger: The trigger.
        mode: How it ran: ``worker`` or ``in-process``. Not compared.
        unenforced: What this run did not enforce, by name, with the reason. Not compared.
        seed: The seed of a built event; None for any other. Not compared.
    """

    decision: Decision
    commands: list[Command]
    denial: Denial | None
    actions: tuple[ActionReport, ...]
    warnings: tuple[Warning, ...]
    state: State
    event: dict[str, Any]
    trigger: Trigger
    mode: str = ""
    unenforced: Mapping[str, str] = field(default_factory=dict)
    seed: int | None = None

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Result):
            return NotImplemented
        mine, theirs = self._compared(), other._compared()
        return mine == theirs and is_same_json(self.event, other.event)

    def __hash__(self) -> int:
        return hash((self.decision, self.outcomes))

    def _compared(self) -> tuple[Any, ...]:
        # The commands and the event decide the state, and the commands compare as JSON does.
        recorded = [(one.action, one.version) for one in self.commands]
        return self.decision, self.commands, recorded, self.denial, self.actions, self.warnings, self.trigger

    @property
    def user(self) -> dict[str, Any]:
        """The user afterwards."""
        return self.state.user

    @property
    def tokens(self) -> Tokens:
        """The tokens that are issued; empty ones when none is."""
        return self.state.tokens or Tokens()

    @property
    def transaction(self) -> dict[str, Any]:
        """The transaction afterwards: ``metadata``, and ``multifactor`` and ``steps`` where actions asked for them."""
        return self.state.transaction

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """How each action ended, in order."""
        return tuple(report.outcome for report in self.actions)

    @property
    def logs(self) -> list[tuple[str, str, str]]:
        """Every log line: action, level, text."""
        return [(report.action, *line) for report in self.actions for line in report.logs]

    @property
    def error(self) -> Failure | None:
        """What went wrong in the first action that failed; None when none did."""
        return next((report.error for report in self.actions if report.error is not None), None)

    def render(self) -> str:
        """Return the whole as plain text that cannot steer a terminal, for people who look for a fault."""
        head = [f"decision: {self.decision}"]
        if self.denial is not None:
            head.append(f"denied by {self.denial.action}: {self.denial.code}: {self.denial.reason}")
            head.append(f"  the user is told: {self.denial.user_message or '(nothing)'}")
        head += [f"command: {_show_command(command)}" for command in self.commands]
        head += [f"warning: {warning.code}: {warning.message}" for warning in self.warnings]
        if self.seed is not None:
            head.append(f"event: seed={self.seed}")
        return clean("\n".join(head + [line for report in self.actions for line in _show_report(report)]))


def build_result(
    flow: Sequence[Action],
    trigger: Trigger,
    event: dict[str, Any],
    answer: FlowResult,
    *,
    withheld: Sequence[Warning],
    limits: Limits,
) -> Result:
    """Build the result out of the executor's answer.

    Args:
        flow: The flow.
        trigger: Its trigger.
        event: The event that the actions got.
        answer: The answer.
        withheld: Warnings about the event.
        limits: The limits that held.
    """
    commands = [read_body(one.body, action=one.action, version=one.version) for one in answer.commands]
    before = State.from_event(trigger, event)
    return Result(
        decision=answer.decision,
        commands=commands,
        denial=answer.denial,
        actions=tuple(_report(action, one) for action, one in zip(flow, answer.results, strict=True)),
        warnings=(*withheld, *answer.warnings),
        state=apply(before, commands, decision=answer.decision, trigger=trigger, limits=limits),
        event=event,
        trigger=trigger,
    )


def _report(action: Action, result: ActionResult) -> ActionReport:
    error = None if result.error is None else locate_failure(result.error, action.path, action.source)
    return ActionReport(action.name, result.outcome, error, result.logs, result.logs_truncated, result.duration_us)


def _show_command(command: Command) -> str:
    facts = ", ".join(f"{name}={value}" for name, value in command.to_body().items() if name != "kind")
    return f"{command.kind} {facts} <- {command.action}"


def _show_report(report: ActionReport) -> list[str]:
    took = "" if report.duration_us is None else f" in {report.duration_us / 1000:.2f} ms"
    lines = [f"{report.action}: {report.outcome}{took}"]
    if report.error is not None:
        lines += [f"  {line}" for line in report.error.render().split("\n")]
    lines += [f"  {level:5} {text}" for level, text in report.logs]
    return [*lines, "  more log lines were cut at the limit"] if report.logs_truncated else lines
