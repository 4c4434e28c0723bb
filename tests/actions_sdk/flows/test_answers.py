"""What is made of a response: a whole answer, or none."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from actions.v1 import commands_pb2, execution_pb2
from actions_runtime.execution import Decision, Warning
from actions_runtime.execution.records import Command, FlowResult
from actions_runtime.server.convert import build_response
from actions_sandbox.contract import CommandKind, Outcome, Trigger
from actions_sdk.apply import CommandsRefused, State
from actions_sdk.commands import CLASSES, SetAppMetadata
from actions_sdk.flows import ActionsClientError, Counts, UnknownCommandError, WhenUnreachable
from actions_sdk.flows.answers import read_answer
from tests.actions_sdk.flows.conftest import Answer, Open, Scripted

_FACTOR = {"type": "otp", "options_json": '{"a":9007199254740993}'}
BODIES: dict[CommandKind, dict[str, Any]] = {
    CommandKind.SET_APP_METADATA: {"key": "a", "value_json": "[1,1.0,true,null]"},
    CommandKind.SET_USER_METADATA: {"key": "a", "value_json": "9007199254740993"},
    CommandKind.SET_CUSTOM_CLAIM: {"token": "id", "name": "a", "value_json": "null"},
    CommandKind.ADD_SCOPE: {"scope": "read"},
    CommandKind.REMOVE_SCOPE: {"scope": "write"},
    CommandKind.SET_TRANSACTION_METADATA: {"key": "a", "value_json": '"b"'},
    CommandKind.ENABLE_MULTIFACTOR: {"provider": "any", "options_json": '{"b":[]}'},
    CommandKind.CHALLENGE_WITH: {"factor": _FACTOR, "additional_factors": [_FACTOR, _FACTOR]},
    CommandKind.CHALLENGE_WITH_ANY: {"factors": [_FACTOR]},
    CommandKind.ENROLL_WITH: {"factor": _FACTOR, "additional_factors": []},
    CommandKind.ENROLL_WITH_ANY: {"factors": [_FACTOR, _FACTOR]},
}


@pytest.mark.parametrize("kind", CommandKind)
def test_every_kind_of_command_is_read_as_the_server_wrote_it(kind: CommandKind) -> None:
    body = {"kind": kind.value} | BODIES[kind]
    sent = build_response("e", FlowResult(Decision.CONTINUE, (Command("cart", 3, body),)))
    (command,) = read_answer(Trigger.POST_LOGIN, sent).commands
    assert type(command) is CLASSES[kind]
    assert command.to_body() == body
    assert (command.action, command.version) == ("cart", 3)


@pytest.mark.parametrize("decision", Decision)
def test_every_decision_is_read(decision: Decision) -> None:
    assert read_answer(Trigger.POST_LOGIN, build_response("e", FlowResult(decision))).decision is decision


@pytest.mark.parametrize("number", [0, 99])
def test_an_unknown_decision_is_not_guessed_at(number: int) -> None:
    response = execution_pb2.ExecuteFlowResponse.FromString(b"\x10" + bytes([number]))
    with pytest.raises(ActionsClientError) as caught:
        read_answer(Trigger.POST_LOGIN, response)
    assert (caught.value.code, caught.value.reason) == ("UNIMPLEMENTED", "DECISION_UNKNOWN")


@pytest.mark.parametrize(
    "text", ["", "{", "NaN", "1e400", '{"a":1,"a":2}', '"\\ud800"', '"\\u0000"', "[" * 65 + "]" * 65, "1 2"]
)
def test_a_value_that_two_readers_read_differently_refuses_the_list(text: str) -> None:
    """As ``CONFORMANCE.md`` says."""
    response = execution_pb2.ExecuteFlowResponse(decision=execution_pb2.DECISION_CONTINUE)
    response.commands.add(action="a").set_app_metadata.CopyFrom(commands_pb2.SetAppMetadata(key="k", value_json="1"))
    response.commands.add(action="b").set_app_metadata.CopyFrom(commands_pb2.SetAppMetadata(key="k", value_json=text))
    with pytest.raises(ActionsClientError) as caught:
        read_answer(Trigger.POST_LOGIN, response)
    assert (caught.value.code, caught.value.reason) == ("INTERNAL", "ANSWER_MALFORMED")
    assert "set_app_metadata of 'b'" in caught.value.message


@pytest.mark.parametrize("number", [0, 99])
def test_a_claim_of_an_unknown_token_refuses_the_list(number: int) -> None:
    response = execution_pb2.ExecuteFlowResponse(decision=execution_pb2.DECISION_CONTINUE)
    claim = commands_pb2.SetCustomClaim.FromString(b"\x08" + bytes([number]))
    claim.name, claim.value_json = "a", "1"
    response.commands.add(action="a").set_custom_claim.CopyFrom(claim)
    with pytest.raises(ActionsClientError) as caught:
        read_answer(Trigger.POST_LOGIN, response)
    assert caught.value.reason == "ANSWER_MALFORMED"


def test_an_unknown_outcome_is_told_of_and_changes_nothing() -> None:
    """Results are for logs: a newer server's word for an end of an action stops no login."""
    response = execution_pb2.ExecuteFlowResponse(decision=execution_pb2.DECISION_CONTINUE)
    response.results.add(action="a", outcome=execution_pb2.OUTCOME_COMPLETED)
    newer = execution_pb2.ActionResult.FromString(b"\x18\x63")
    newer.action = "b"
    response.results.append(newer)
    answer = read_answer(Trigger.POST_LOGIN, response)
    assert [(one.action, one.outcome) for one in answer.results] == [("a", Outcome.COMPLETED)]
    assert [(one.code, one.action) for one in answer.warnings] == [("OUTCOME_UNKNOWN", "b")]
    assert all(isinstance(one, Warning) for one in answer.warnings)


def _add_newer_kind(request: execution_pb2.ExecuteFlowRequest, _: Any) -> bytes:
    response = execution_pb2.ExecuteFlowResponse(
        execution_id=request.execution_id, decision=execution_pb2.DECISION_CONTINUE
    )
    known = commands_pb2.SetAppMetadata(key="k", value_json="1")
    response.commands.add(action="a").set_app_metadata.CopyFrom(known)
    newer = commands_pb2.Command(action="b").SerializeToString() + b"\xa2\x1f\x00"  # field 500, an empty message
    response.commands.append(commands_pb2.Command.FromString(newer))
    return response.SerializeToString()


async def test_a_kind_of_a_newer_server_refuses_the_whole_list(
    script: Callable[[Answer], Scripted], open_client: Open
) -> None:
    """Neither part of the list is handed out, nor does the user go on without it."""
    client = open_client(script(_add_newer_kind).address, when_unreachable=WhenUnreachable.GO_ON)
    with pytest.raises(UnknownCommandError) as caught:
        await client.run(Trigger.POST_LOGIN, {"user": {"user_id": "u"}})
    assert caught.value.reason == "COMMAND_UNKNOWN"
    assert client.counts == Counts(refused=1)


def test_commands_that_a_decision_forbids_are_not_applied() -> None:
    """The auth server has the last word: it judges again what it was sent."""
    body = {"kind": "set_app_metadata", "key": "a", "value_json": json.dumps(1)}
    sent = build_response("e", FlowResult(Decision.FAIL, (Command("cart", 1, body),)))
    answer = read_answer(Trigger.POST_LOGIN, sent)
    assert answer.commands == (SetAppMetadata("a", 1),)
    with pytest.raises(CommandsRefused):
        answer.apply(State())


def test_commands_of_the_other_trigger_are_not_applied() -> None:
    body = {"kind": "add_scope", "scope": "read"}
    sent = build_response("e", FlowResult(Decision.CONTINUE, (Command("cart", 1, body),)))
    with pytest.raises(CommandsRefused):
        read_answer(Trigger.PRE_USER_REGISTRATION, sent).apply(State(tokens=None))
