"""The reference semantics of an answer, held against the vectors that any implementation is held against."""

import copy
import json
from pathlib import Path
from typing import Any, Final

import pytest
from google.protobuf import json_format

from actions.v1 import commands_pb2
from actions_runtime.execution import Decision
from actions_sandbox.contract import CommandKind, Limits, Trigger
from actions_sdk.apply import _APPLIERS, CommandsRefused, State, Token, Tokens, apply, is_same_state
from actions_sdk.commands import AddScope, SetAppMetadata, SetCustomClaim
from actions_sdk.messages import read_command
from actions_sdk.refusals import UnknownCommandError

FOLDER: Final = Path(__file__).parents[2] / "proto" / "conformance"


def _load_vectors() -> list[Any]:
    found = []
    for path in sorted(FOLDER.glob("*.json")):
        for vector in json.loads(path.read_text(encoding="utf-8"))["vectors"]:
            found.append(pytest.param(vector, id=f"{path.stem}: {vector['name']}"))
    return found


VECTORS: Final = _load_vectors()


def _read_state(raw: dict[str, Any]) -> State:
    tokens = raw["tokens"] and Tokens(
        Token(raw["tokens"]["access"]["claims"], frozenset(raw["tokens"]["access"]["scopes"])),
        Token(raw["tokens"]["id"]["claims"]),
    )
    return State(raw["user"], tokens, raw["transaction"])


def _read_commands(vector: dict[str, Any]) -> list[dict[str, Any]]:
    """Read the messages as an auth server does, JSON texts kept as they came."""
    commands = []
    for raw in vector["commands"]:
        message = json_format.ParseDict(raw, commands_pb2.Command())
        kind = message.WhichOneof("kind")
        facts = (
            {}
            if kind is None
            else json_format.MessageToDict(
                getattr(message, kind), preserving_proto_field_name=True, always_print_fields_with_no_presence=True
            )
        )
        if "token" in facts:
            facts["token"] = facts["token"].removeprefix("TOKEN_").lower()
        commands.append({"action": message.action, "version": message.version, "kind": kind, **facts})
    return commands


@pytest.mark.parametrize("vector", VECTORS)
def test_the_reference_passes_every_vector(vector: dict[str, Any]) -> None:
    before = _read_state(vector["state"])
    kept = copy.deepcopy(before)
    named: Any = {
        "decision": Decision(vector["decision"].removeprefix("DECISION_")),
        "trigger": Trigger[vector["trigger"].removeprefix("TRIGGER_")],
    }
    expect = vector["expect"]
    if "refused" in expect:
        with pytest.raises(CommandsRefused) as refused:
            apply(before, _read_commands(vector), **named)
        assert refused.value.index == expect["refused"]["command"]
    else:
        after = apply(before, _read_commands(vector), **named)
        assert is_same_state(after, _read_state(expect["state"])), after
    assert is_same_state(before, kept), "the state before is not changed"


def test_the_vectors_cover_every_kind_decision_and_trigger() -> None:
    vectors = [param.values[0] for param in VECTORS]
    kinds = {kind for vector in vectors for command in vector["commands"] for kind in command}
    assert kinds - {"action", "version"} == {kind.value for kind in CommandKind}
    assert {vector["decision"] for vector in vectors} == {f"DECISION_{name}" for name in Decision.__members__}
    assert {vector["trigger"] for vector in vectors} == {f"TRIGGER_{name}" for name in Trigger.__members__}
    assert len(vectors) >= 40


def test_every_kind_has_an_effect_written_down() -> None:
    text = (FOLDER.parent / "CONFORMANCE.md").read_text(encoding="utf-8")
    assert set(_APPLIERS) == set(CommandKind)
    assert [kind.value for kind in CommandKind if f"`{kind.value}`" not in text] == []


def test_the_plain_facts_of_an_answer_apply_like_its_messages() -> None:
    """Whoever has parsed the JSON texts already gets the same state."""
    for param in VECTORS:
        (vector,) = param.values
        if "state" not in vector["expect"] or vector["decision"] != "DECISION_CONTINUE":
            continue
        messages = [json_format.ParseDict(raw, commands_pb2.Command()) for raw in vector["commands"]]
        after = apply(
            _read_state(vector["state"]),
            list(map(read_command, messages)),
            trigger=Trigger[vector["trigger"].removeprefix("TRIGGER_")],
        )
        assert is_same_state(after, _read_state(vector["expect"]["state"])), vector["name"]


def test_a_message_of_an_unknown_kind_is_refused_where_it_is_read() -> None:
    with pytest.raises(UnknownCommandError):
        read_command(commands_pb2.Command(action="cart"))


def test_the_limits_are_the_callers() -> None:
    """An auth server that was set up for more takes more."""
    command = SetAppMetadata("a", "x" * 40_000)
    with pytest.raises(CommandsRefused, match="32000 bytes"):
        apply(State(), [command])
    assert apply(State(), [command], limits=Limits(app_metadata_bytes=50_000)).user["app_metadata"]["a"]


def test_a_refusal_names_the_command_and_the_reason() -> None:
    with pytest.raises(CommandsRefused, match=r"command 1: the claim 'sub' is restricted"):
        apply(State(), [AddScope("a"), SetCustomClaim("id", "sub", "x")])


def test_a_state_is_made_of_an_event() -> None:
    """A login has the scopes that were asked for, a registration has no tokens; the event is not shared."""
    event: dict[str, Any] = {
        "user": {"user_id": "u", "app_metadata": {"a": 1}},
        "transaction": {"requested_scopes": ["openid"], "metadata": {"s": 1}},
    }
    state = State.from_event(Trigger.POST_LOGIN, event)
    assert state == State(event["user"], Tokens(Token(scopes=frozenset({"openid"}))), {"metadata": {"s": 1}})
    assert state.user is not event["user"]
    assert state.user["app_metadata"] is not event["user"]["app_metadata"]
    assert State.from_event(Trigger.PRE_USER_REGISTRATION, event).tokens is None
    assert State.from_event(Trigger.POST_LOGIN, {"user": None}) == State(transaction={"metadata": {}})
