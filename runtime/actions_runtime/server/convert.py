"""Executions on the wire: enums to words, results to messages, one table from command kinds to builders.

Runs in: server.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from actions.v1 import commands_pb2 as commands
from actions.v1 import execution_pb2 as execution
from actions_runtime.errors import InvalidArgument, Violation
from actions_runtime.events import LoginFlow
from actions_runtime.execution.records import (
    ActionError,
    ActionResult,
    Decision,
    Denial,
    FlowResult,
    Warning,
)
from actions_sandbox.contract import CommandKind, Outcome, Trigger

TRIGGERS: Final[Mapping[int, Trigger]] = MappingProxyType(
    {
        execution.TRIGGER_POST_LOGIN: Trigger.POST_LOGIN,
        execution.TRIGGER_PRE_USER_REGISTRATION: Trigger.PRE_USER_REGISTRATION,
    }
)
"""Triggers by their number on the wire."""

TRIGGER_NUMBERS: Final[Mapping[Trigger, execution.Trigger.ValueType]] = MappingProxyType(
    {
        Trigger.POST_LOGIN: execution.TRIGGER_POST_LOGIN,
        Trigger.PRE_USER_REGISTRATION: execution.TRIGGER_PRE_USER_REGISTRATION,
    }
)
"""Numbers of the triggers on the wire."""

_LOGIN_FLOWS: Final[Mapping[int, LoginFlow | None]] = MappingProxyType(
    {
        execution.LOGIN_FLOW_UNSPECIFIED: None,
        execution.LOGIN_FLOW_INTERACTIVE: LoginFlow.INTERACTIVE,
        execution.LOGIN_FLOW_DEVICE_CODE: LoginFlow.DEVICE_CODE,
        execution.LOGIN_FLOW_CIBA: LoginFlow.CIBA,
        execution.LOGIN_FLOW_TOKEN_EXCHANGE: LoginFlow.TOKEN_EXCHANGE,
        execution.LOGIN_FLOW_REFRESH_TOKEN: LoginFlow.REFRESH_TOKEN,
        execution.LOGIN_FLOW_PASSWORD_RESET: LoginFlow.PASSWORD_RESET,
    }
)
_DECISIONS: Final[Mapping[Decision, execution.Decision.ValueType]] = MappingProxyType(
    {
        Decision.CONTINUE: execution.DECISION_CONTINUE,
        Decision.DENY: execution.DECISION_DENY,
        Decision.FAIL: execution.DECISION_FAIL,
    }
)
_OUTCOMES: Final[Mapping[Outcome, execution.Outcome.ValueType]] = MappingProxyType(
    {outcome: execution.Outcome.Value(f"OUTCOME_{outcome.value}") for outcome in Outcome}
)
_TOKENS: Final[Mapping[str, commands.Token.ValueType]] = MappingProxyType(
    {"access": commands.TOKEN_ACCESS, "id": commands.TOKEN_ID}
)


def read_trigger(number: int) -> Trigger:
    """Turn a number of the wire into a trigger.

    Raises:
        InvalidArgument: It stands for none.
    """
    trigger = TRIGGERS.get(number)
    if trigger is None:
        raise _unknown("trigger", number, "TRIGGER_POST_LOGIN or TRIGGER_PRE_USER_REGISTRATION")
    return trigger


def read_login_flow(number: int) -> LoginFlow | None:
    """Turn a number of the wire into a login flow; None when it is not stated.

    Raises:
        InvalidArgument: It stands for none. An unknown flow is not taken for an unstated one, which could
            hand a session to a flow that must not have it.
    """
    if number not in _LOGIN_FLOWS:
        raise _unknown("login_flow", number, "a value of LoginFlow that this server knows")
    return _LOGIN_FLOWS[number]


def _unknown(field: str, number: int, expected: str) -> InvalidArgument:
    problem = f"{number} is no value that this server knows" if number else "it is not set"
    return InvalidArgument(
        f"The field {field} cannot be used: {problem}; expected {expected}.",
        [Violation(field, f"{problem}; expected {expected}.")],
    )


def build_response(execution_id: str, result: FlowResult) -> execution.ExecuteFlowResponse:
    """Build the answer to an execution.

    Args:
        execution_id: The execution's id.
        result: How its flow ended.
    """
    response = execution.ExecuteFlowResponse(execution_id=execution_id, decision=_DECISIONS[result.decision])
    add_command = response.commands.add  # in place: a message that is built and then copied costs twice as much
    for action, version, body in result.commands:
        _BUILDERS[body["kind"]](add_command(action=action, version=version), body)
    for one in result.results:
        _fill_result(response.results.add(), one)
    if result.denial is not None:
        response.denial.CopyFrom(_build_denial(result.denial))
    if result.warnings:
        response.warnings.extend(map(_build_warning, result.warnings))
    return response


def _build_denial(denial: Denial) -> execution.Denial:
    return execution.Denial(
        action=denial.action, code=denial.code, reason=denial.reason, user_message=denial.user_message
    )


def _fill_result(message: execution.ActionResult, result: ActionResult) -> None:
    message.action = result.action
    message.version = result.version
    message.outcome = _OUTCOMES[result.outcome]
    if result.logs_truncated:
        message.logs_truncated = True
    if result.duration_us is not None:
        duration = message.duration
        duration.seconds, micros = divmod(result.duration_us, 1_000_000)
        duration.nanos = micros * 1_000
    if result.error is not None:
        message.error.CopyFrom(_build_error(result.error))
    for level, text in result.logs:
        message.logs.add(level=level, text=text)


def _build_error(error: ActionError) -> execution.ActionError:
    return execution.ActionError(
        type=error.type, message=error.message, file=error.file, line=error.line, column=error.column
    )


def _build_warning(warning: Warning) -> execution.Warning:
    return execution.Warning(code=warning.code, message=warning.message, action=warning.action)


_Body = Mapping[str, Any]


def _set_app_metadata(message: commands.Command, body: _Body) -> None:
    target = message.set_app_metadata
    target.key = body["key"]
    target.value_json = body["value_json"]


def _set_user_metadata(message: commands.Command, body: _Body) -> None:
    target = message.set_user_metadata
    target.key = body["key"]
    target.value_json = body["value_json"]


def _set_transaction_metadata(message: commands.Command, body: _Body) -> None:
    target = message.set_transaction_metadata
    target.key = body["key"]
    target.value_json = body["value_json"]


def _set_custom_claim(message: commands.Command, body: _Body) -> None:
    target = message.set_custom_claim
    target.token = _TOKENS[body["token"]]
    target.name = body["name"]
    target.value_json = body["value_json"]


def _add_scope(message: commands.Command, body: _Body) -> None:
    message.add_scope.scope = body["scope"]


def _remove_scope(message: commands.Command, body: _Body) -> None:
    message.remove_scope.scope = body["scope"]


def _enable_multifactor(message: commands.Command, body: _Body) -> None:
    target = message.enable_multifactor
    target.provider = body["provider"]
    target.options_json = body["options_json"]


def _factor(body: _Body) -> commands.Factor:
    return commands.Factor(type=body["type"], options_json=body["options_json"])


def _challenge_with(message: commands.Command, body: _Body) -> None:
    message.challenge_with.factor.CopyFrom(_factor(body["factor"]))
    message.challenge_with.additional_factors.extend(map(_factor, body["additional_factors"]))


def _challenge_with_any(message: commands.Command, body: _Body) -> None:
    message.challenge_with_any.factors.extend(map(_factor, body["factors"]))


def _enroll_with(message: commands.Command, body: _Body) -> None:
    message.enroll_with.factor.CopyFrom(_factor(body["factor"]))
    message.enroll_with.additional_factors.extend(map(_factor, body["additional_factors"]))


def _enroll_with_any(message: commands.Command, body: _Body) -> None:
    message.enroll_with_any.factors.extend(map(_factor, body["factors"]))


_BUILDERS: Final[Mapping[CommandKind, Callable[[commands.Command, _Body], None]]] = MappingProxyType(
    {
        CommandKind.SET_APP_METADATA: _set_app_metadata,
        CommandKind.SET_USER_METADATA: _set_user_metadata,
        CommandKind.SET_CUSTOM_CLAIM: _set_custom_claim,
        CommandKind.ADD_SCOPE: _add_scope,
        CommandKind.REMOVE_SCOPE: _remove_scope,
        CommandKind.SET_TRANSACTION_METADATA: _set_transaction_metadata,
        CommandKind.ENABLE_MULTIFACTOR: _enable_multifactor,
        CommandKind.CHALLENGE_WITH: _challenge_with,
        CommandKind.CHALLENGE_WITH_ANY: _challenge_with_any,
        CommandKind.ENROLL_WITH: _enroll_with,
        CommandKind.ENROLL_WITH_ANY: _enroll_with_any,
    }
)
