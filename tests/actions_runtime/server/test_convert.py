from typing import Any

import pytest

from actions.v1 import commands_pb2 as commands
from actions.v1 import execution_pb2 as execution
from actions_runtime.errors import InvalidArgument
from actions_runtime.events import LoginFlow
from actions_runtime.execution.records import (
    ActionError,
    ActionResult,
    Command,
    Decision,
    Denial,
    FlowResult,
    Warning,
)
from actions_runtime.server.convert import (
    TRIGGER_NUMBERS,
    build_response,
    read_login_flow,
    read_trigger,
)
from actions_sandbox.contract import CommandKind, Outcome, Trigger

_FACTOR = {"type": "otp", "options_json": "{}"}
_BODIES: dict[CommandKind, dict[str, Any]] = {
    CommandKind.SET_APP_METADATA: {"key": "k", "value_json": "9007199254740993"},
    CommandKind.SET_USER_METADATA: {"key": "k", "value_json": "null"},
    CommandKind.SET_CUSTOM_CLAIM: {"token": "id", "name": "https://x/c", "value_json": "1"},
    CommandKind.ADD_SCOPE: {"scope": "read:x"},
    CommandKind.REMOVE_SCOPE: {"scope": "read:x"},
    CommandKind.SET_TRANSACTION_METADATA: {"key": "k", "value_json": "true"},
    CommandKind.ENABLE_MULTIFACTOR: {"provider": "any", "options_json": "{}"},
    CommandKind.CHALLENGE_WITH: {"factor": _FACTOR, "additional_factors": [_FACTOR, _FACTOR]},
    CommandKind.CHALLENGE_WITH_ANY: {"factors": [_FACTOR]},
    CommandKind.ENROLL_WITH: {"factor": _FACTOR, "additional_factors": []},
    CommandKind.ENROLL_WITH_ANY: {"factors": [_FACTOR, _FACTOR]},
}


def _flatten(message: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for field in message.DESCRIPTOR.fields:
        value = getattr(message, field.name)
        if field.message_type is None:
            fields[field.name] = value
        elif field.is_repeated:
            fields[field.name] = [_flatten(one) for one in value]
        else:
            fields[field.name] = _flatten(value)
    return fields


def _convert(*recorded: Command) -> list[commands.Command]:
    return list(build_response("e", FlowResult(Decision.CONTINUE, recorded)).commands)


@pytest.mark.parametrize("kind", list(CommandKind))
def test_every_kind_of_command_becomes_its_own_message_with_all_its_fields(kind: CommandKind) -> None:
    (message,) = _convert(Command("cart", 3, {"kind": kind, **_BODIES[kind]}))
    assert (message.action, message.version, message.WhichOneof("kind")) == ("cart", 3, kind.value)
    sent = _flatten(getattr(message, kind.value))
    if "token" in sent:
        sent["token"] = {commands.TOKEN_ACCESS: "access", commands.TOKEN_ID: "id"}[sent["token"]]
    assert sent == _BODIES[kind]


def test_the_proto_has_exactly_the_kinds_of_the_contract() -> None:
    oneof = commands.Command.DESCRIPTOR.oneofs_by_name["kind"]
    assert {field.name for field in oneof.fields} == {kind.value for kind in CommandKind}


def test_a_kind_may_be_given_as_plain_text() -> None:
    (message,) = _convert(Command("cart", 3, {"kind": "add_scope", "scope": "x"}))
    assert message.add_scope.scope == "x"


def test_commands_keep_their_order_and_nothing_of_each_other() -> None:
    messages = _convert(*(Command(f"a{kind}", 1, {"kind": kind, **_BODIES[kind]}) for kind in CommandKind))
    assert [message.WhichOneof("kind") for message in messages] == [kind.value for kind in CommandKind]
    assert [message.action for message in messages] == [f"a{kind}" for kind in CommandKind]


def test_the_enums_of_the_proto_are_those_of_the_contract() -> None:
    assert set(execution.Outcome.keys()) == {"OUTCOME_UNSPECIFIED", *(f"OUTCOME_{o.value}" for o in Outcome)}
    assert set(execution.Decision.keys()) == {
        "DECISION_UNSPECIFIED",
        *(f"DECISION_{d.value}" for d in Decision),
    }
    flows = {f"LOGIN_FLOW_{flow.name}" for flow in LoginFlow}
    assert set(execution.LoginFlow.keys()) == {"LOGIN_FLOW_UNSPECIFIED", *flows}
    assert set(TRIGGER_NUMBERS) == set(Trigger)


@pytest.mark.parametrize("trigger", list(Trigger))
def test_a_trigger_is_read_as_it_is_written(trigger: Trigger) -> None:
    assert read_trigger(TRIGGER_NUMBERS[trigger]) is trigger


@pytest.mark.parametrize("flow", list(LoginFlow))
def test_a_login_flow_is_read_by_its_name(flow: LoginFlow) -> None:
    assert read_login_flow(execution.LoginFlow.Value(f"LOGIN_FLOW_{flow.name}")) is flow


@pytest.mark.parametrize("number", [0, 3, 99, -1])
def test_no_trigger_is_refused_with_its_field(number: int) -> None:
    with pytest.raises(InvalidArgument) as refusal:
        read_trigger(number)
    assert [v.field for v in refusal.value.violations] == ["trigger"]


def test_an_unknown_login_flow_is_not_taken_for_an_unstated_one() -> None:
    assert read_login_flow(0) is None
    with pytest.raises(InvalidArgument):
        read_login_flow(7)


def test_an_answer_says_everything_that_a_result_does() -> None:
    result = FlowResult(
        Decision.DENY,
        (Command("a", 1, {"kind": CommandKind.ADD_SCOPE, "scope": "x"}),),
        Denial("a", "access_denied", "reason", "message"),
        (
            ActionResult("a", 1, Outcome.DENIED, 1_500_001, None, (("info", "line"),), True),
            ActionResult("b", 2, Outcome.RAISED, 0, ActionError("ValueError", "m", "b.py", 3, 4)),
            ActionResult("c", 3, Outcome.NOT_RUN),
        ),
        (Warning("ACTION_SKIPPED", "m", "b"),),
    )
    response = build_response("exec_1", result)
    assert (response.execution_id, response.decision) == ("exec_1", execution.DECISION_DENY)
    assert response.denial == execution.Denial(
        action="a", code="access_denied", reason="reason", user_message="message"
    )
    first, second, third = response.results
    assert (first.duration.seconds, first.duration.nanos, first.logs_truncated) == (1, 500_001_000, True)
    assert first.logs[0] == execution.LogLine(level="info", text="line")
    assert second.HasField("duration")
    assert not first.HasField("error")
    error = execution.ActionError(type="ValueError", message="m", file="b.py", line=3, column=4)
    assert second.error == error
    assert (third.outcome, third.HasField("duration")) == (execution.OUTCOME_NOT_RUN, False)
    assert response.warnings[0] == execution.Warning(code="ACTION_SKIPPED", message="m", action="b")


def test_an_answer_without_denial_has_none() -> None:
    assert not build_response("e", FlowResult(Decision.CONTINUE)).HasField("denial")
