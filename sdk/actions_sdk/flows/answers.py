"""From the response's message to an answer that can be applied, whole or not at all.

Runs in: auth server.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from actions.v1 import commands_pb2, execution_pb2
from actions_runtime.errors import InvalidArgument
from actions_runtime.events import parse_json
from actions_runtime.execution import ActionError, ActionResult, Decision, Denial, Warning
from actions_sandbox.contract import Limits, Outcome, Trigger
from actions_sdk.apply import State, apply
from actions_sdk.commands import Command, read_body
from actions_sdk.flows.unreachable import WhenUnreachable
from actions_sdk.refusals import ActionsClientError, UnknownCommandError

_VALUE_BYTES: Final = 4 * 1024 * 1024
"""Longer than any message that gRPC takes in."""


@dataclass(frozen=True, slots=True)
class FlowAnswer:
    """What an auth server has to do, and why.

    Attributes:
        trigger: The trigger whose flow was asked for.
        execution_id: The execution's id.
        decision: CONTINUE: apply the commands and go on. DENY: refuse the user and apply the commands. FAIL: refuse
            the user; there are no commands.
        commands: All commands in recorded order, each of a class of :mod:`actions_sdk.commands`.
        denial: Who denied and why; None unless the decision is DENY. Only ``user_message`` is for the end user.
        results: How each action ended, in order; for logs, never for the end user.
        warnings: What the operator should know.
        reached: Whether a replica answered; otherwise the decision is the configured one and there are no commands.
    """

    trigger: Trigger
    execution_id: str
    decision: Decision
    commands: tuple[Command, ...] = ()
    denial: Denial | None = None
    results: tuple[ActionResult, ...] = ()
    warnings: tuple[Warning, ...] = ()
    reached: bool = True

    def apply(self, state: State, *, limits: Limits | None = None) -> State:
        """Apply the answer: all of its commands, in order, or none.

        Args:
            state: What is known before; it is not changed.
            limits: The server's limits where they are not the defaults.

        Returns:
            What holds afterwards; ``tokens`` is None when none may be issued.

        Raises:
            CommandsRefused: A command may not be applied; see :func:`actions_sdk.apply.apply`.
        """
        return apply(state, self.commands, decision=self.decision, trigger=self.trigger, limits=limits)


def read_answer(trigger: Trigger, response: execution_pb2.ExecuteFlowResponse) -> FlowAnswer:
    """Read a response.

    Args:
        trigger: The trigger that was asked for.
        response: The response.

    Raises:
        UnknownCommandError: A command is of a kind newer than this client; none may be applied.
        ActionsClientError: The decision is unknown (UNIMPLEMENTED) or a command is malformed (INTERNAL).
    """
    denial = response.denial
    results, unknown = _read_results(response.results)
    return FlowAnswer(
        trigger,
        response.execution_id,
        _read_decision(response.decision),
        tuple(_read_command(command) for command in response.commands),
        Denial(denial.action, denial.code, denial.reason, denial.user_message) if response.HasField("denial") else None,
        results,
        (*(Warning(one.code, one.message, one.action) for one in response.warnings), *unknown),
    )


def make_unreached(
    trigger: Trigger, execution_id: str, choice: WhenUnreachable, error: ActionsClientError
) -> FlowAnswer:
    """Make the answer that stands in for one that did not come.

    Args:
        trigger: The trigger that was asked for.
        execution_id: The execution's id; a later call with it and the same event gets the answer that was missed.
        choice: What the auth server has chosen to do.
        error: How the last attempt ended.
    """
    told = Warning("RUNTIME_UNREACHABLE", f"No replica answered in time ({error.code}): {error.message}")
    return FlowAnswer(trigger, execution_id, choice.decision, warnings=(told,), reached=False)


def _read_decision(number: execution_pb2.Decision.ValueType) -> Decision:
    for decision in Decision:
        if number == execution_pb2.Decision.Value(f"DECISION_{decision}"):
            return decision
    raise ActionsClientError(
        "UNIMPLEMENTED",
        f"The answer's decision {number} is none that this client knows; nothing of it may be applied.",
        reason="DECISION_UNKNOWN",
    )


def _read_command(message: commands_pb2.Command) -> Command:
    kind = message.WhichOneof("kind")
    if kind is None:
        raise UnknownCommandError(message.action)
    try:
        body = {"kind": kind} | _read_fields(getattr(message, kind))
        return read_body(body, action=message.action, version=message.version)
    except (ValueError, TypeError, InvalidArgument) as fault:
        raise ActionsClientError(
            "INTERNAL",
            f"The answer's command {kind} of {message.action!r} is malformed ({fault}); none may be applied.",
            reason="ANSWER_MALFORMED",
        ) from None


def _read_fields(message: Any) -> dict[str, Any]:
    """Return a message's fields, JSON text as it is once it is known to be read alike by everybody."""
    facts: dict[str, Any] = {}
    for field in message.DESCRIPTOR.fields:
        value = getattr(message, field.name)
        if field.name.endswith("_json"):
            parse_json(value, max_bytes=_VALUE_BYTES, root=field.name)
            facts[field.name] = value
        elif field.enum_type is not None:
            facts[field.name] = _TOKENS[value]
        elif field.message_type is None:
            facts[field.name] = value
        elif field.is_repeated:
            facts[field.name] = [_read_fields(item) for item in value]
        else:
            facts[field.name] = _read_fields(value)
    return facts


class _Tokens(dict[int, str]):
    """Names of tokens by their numbers."""

    def __missing__(self, number: int) -> str:
        raise ValueError(f"the token {number} is unknown")


_TOKENS: Final[Mapping[int, str]] = _Tokens({commands_pb2.TOKEN_ACCESS: "access", commands_pb2.TOKEN_ID: "id"})


def _read_results(results: Any) -> tuple[tuple[ActionResult, ...], tuple[Warning, ...]]:
    """Read the results; one with an outcome that is newer than this client is told of and left out."""
    read = [_read_result(result) for result in results]
    return (
        tuple(one for one in read if isinstance(one, ActionResult)),
        tuple(one for one in read if isinstance(one, Warning)),
    )


def _read_result(result: execution_pb2.ActionResult) -> ActionResult | Warning:
    try:
        outcome = Outcome(execution_pb2.Outcome.Name(result.outcome).removeprefix("OUTCOME_"))
    except ValueError:
        message = f"The action ended in a way that this client does not know ({result.outcome})."
        return Warning("OUTCOME_UNKNOWN", message, result.action)
    error = result.error
    return ActionResult(
        result.action,
        result.version,
        outcome,
        result.duration.ToMicroseconds() if result.HasField("duration") else None,
        ActionError(error.type, error.message, error.file, error.line, error.column)
        if result.HasField("error")
        else None,
        tuple((line.level, line.text) for line in result.logs),
        result.logs_truncated,
    )
