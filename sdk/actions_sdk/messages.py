"""The protocol's messages as plain facts, and plain words as the protocol's values.

Runs in: developer's machine.
"""

import json
from typing import Any

from actions.v1 import commands_pb2, execution_pb2, management_pb2
from actions_runtime.events import LoginFlow
from actions_sandbox.contract import OnError, Trigger
from actions_sdk.refusals import UnknownCommandError


def encode_trigger(trigger: Trigger) -> execution_pb2.Trigger.ValueType:
    """Return a trigger's value in messages."""
    return execution_pb2.Trigger.Value(f"TRIGGER_{trigger.name}")


def decode_trigger(value: execution_pb2.Trigger.ValueType) -> Trigger:
    """Return the trigger that a message names.

    Raises:
        KeyError: The value is unspecified, or newer than this client.
    """
    return Trigger[execution_pb2.Trigger.Name(value).removeprefix("TRIGGER_")]


def encode_login_flow(login_flow: LoginFlow | None) -> execution_pb2.LoginFlow.ValueType:
    """Return a login flow's value in messages; unspecified for None."""
    name = "UNSPECIFIED" if login_flow is None else login_flow.name
    return execution_pb2.LoginFlow.Value(f"LOGIN_FLOW_{name}")


def encode_on_error(on_error: OnError) -> management_pb2.OnError.ValueType:
    """Return the value in messages of what happens when an action fails."""
    return management_pb2.OnError.Value(f"ON_ERROR_{on_error.name}")


def read_bindings(bindings: management_pb2.Bindings) -> list[tuple[str, OnError]]:
    """Return a list of bindings as pairs of an action's id and what happens when it fails."""
    skip = management_pb2.ON_ERROR_SKIP
    return [
        (binding.action.rpartition("/")[2], OnError.SKIP if binding.on_error == skip else OnError.DENY)
        for binding in bindings.bindings
    ]


def read_command(command: commands_pb2.Command) -> dict[str, Any]:
    """Return a command as plain facts.

    Args:
        command: A command of an answer.

    Returns:
        ``action``, ``version``, ``kind`` and the fields of that kind's message. JSON texts are parsed, under
        the field's name without ``_json``: integers stay exact. ``token`` is ``access`` or ``id``.

    Raises:
        UnknownCommandError: The kind is newer than this client: the whole answer must be refused.
    """
    kind = command.WhichOneof("kind")
    if kind is None:
        raise UnknownCommandError(command.action)
    facts = {"action": command.action, "version": command.version, "kind": kind}
    return facts | _read_fields(getattr(command, kind))


def _read_fields(message: Any) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for field in message.DESCRIPTOR.fields:
        value = getattr(message, field.name)
        if field.name.endswith("_json"):
            facts[field.name.removesuffix("_json")] = json.loads(value)
        elif field.enum_type is not None:
            facts[field.name] = commands_pb2.Token.Name(value).removeprefix("TOKEN_").lower()
        elif field.message_type is None:
            facts[field.name] = value
        elif field.is_repeated:
            facts[field.name] = [_read_fields(item) for item in value]
        else:
            facts[field.name] = _read_fields(value)
    return facts


def describe_answer(response: execution_pb2.ExecuteFlowResponse) -> dict[str, Any]:
    """Return an answer as plain facts with exact numbers.

    Args:
        response: The answer of ``ExecuteFlow``.

    Returns:
        ``execution_id``, ``decision``, ``commands``, ``denial`` (None when there is none), ``results`` and
        ``warnings``, in the words of the protocol.

    Raises:
        UnknownCommandError: A command is of a kind newer than this client.
    """
    denial = response.denial
    return {
        "execution_id": response.execution_id,
        "decision": execution_pb2.Decision.Name(response.decision).removeprefix("DECISION_"),
        "commands": [read_command(command) for command in response.commands],
        "denial": {
            "action": denial.action,
            "code": denial.code,
            "reason": denial.reason,
            "user_message": denial.user_message,
        }
        if response.HasField("denial")
        else None,
        "results": [_describe_result(result) for result in response.results],
        "warnings": [
            {"code": warning.code, "message": warning.message, "action": warning.action}
            for warning in response.warnings
        ],
    }


def _describe_result(result: execution_pb2.ActionResult) -> dict[str, Any]:
    error = result.error
    return {
        "action": result.action,
        "version": result.version,
        "outcome": execution_pb2.Outcome.Name(result.outcome).removeprefix("OUTCOME_"),
        "duration_us": result.duration.ToMicroseconds() if result.HasField("duration") else None,
        "error": {
            "type": error.type,
            "message": error.message,
            "file": error.file,
            "line": error.line,
            "column": error.column,
        }
        if result.HasField("error")
        else None,
        "logs": [{"level": line.level, "text": line.text} for line in result.logs],
        "logs_truncated": result.logs_truncated,
    }
