"""Every kind of command: its fields, its rules and its limits."""

import json
from typing import Any

import pytest

from actions_runtime.commands import (
    Acceptance,
    ReplyRefused,
    acceptance,
)
from actions_sandbox.contract import (
    COMMANDS,
    RESTRICTED_CLAIMS,
    CommandKind,
    Limits,
    Outcome,
    Trigger,
)
from tests.actions_runtime.commands.answers import (
    ERROR,
    FACTOR,
    FIELDS,
    SOUND,
    VALUED,
    accept,
    make_command,
    make_step,
    refuse,
    spell,
)


def test_every_kind_of_command_has_a_rule_and_a_case_here() -> None:
    assert set(acceptance._RULES) == set(SOUND) == set(CommandKind)


@pytest.mark.parametrize("kind", CommandKind)
def test_a_sound_command_is_accepted_as_it_came(kind: CommandKind) -> None:
    (result,) = accept(make_step(make_command(kind)))
    assert result.outcome is Outcome.COMPLETED
    assert spell(result.commands) == spell([make_command(kind)])


@pytest.mark.parametrize("kind", VALUED)
def test_a_value_goes_on_as_text_and_as_nothing_else(kind: CommandKind) -> None:
    (command,) = accept(make_step(make_command(kind)))[0].commands
    assert command.keys() == {"kind", "value_json"} | SOUND[kind].keys() - {"value"}
    assert json.loads(command["value_json"]) == SOUND[kind]["value"]


@pytest.mark.parametrize("kind", VALUED)
def test_a_text_of_a_workers_own_never_goes_on(kind: CommandKind) -> None:
    refuse(make_step(make_command(kind, value_json="1")), match="value_json")
    body = {name: value for name, value in make_command(kind).items() if name != "value"}
    refuse(make_step({**body, "value_json": "1"}), match="value")


@pytest.mark.parametrize("trigger", Trigger)
@pytest.mark.parametrize("kind", CommandKind)
def test_a_command_of_another_trigger_is_refused(trigger: Trigger, kind: CommandKind) -> None:
    if kind in COMMANDS[trigger]:
        assert accept(make_step(make_command(kind)), trigger=trigger)
    else:
        refuse(make_step(make_command(kind)), trigger=trigger, match=f"{kind} is not allowed at {trigger}")


@pytest.mark.parametrize("kind", CommandKind)
def test_a_command_with_a_field_too_many_is_refused(kind: CommandKind) -> None:
    refuse(make_step(make_command(kind, extra=1)), match="extra")


@pytest.mark.parametrize(("kind", "name"), FIELDS)
def test_a_command_that_lacks_a_field_is_refused(kind: CommandKind, name: str) -> None:
    body = make_command(kind)
    del body[name]
    refuse(make_step(body), match=name)


@pytest.mark.parametrize("wrong", [None, 1, True, 1.5, {"a": 1}, ["a"], [["a"]]])
@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, name in FIELDS if name != "value"])
def test_a_field_of_a_wrong_type_is_refused_and_never_converted(kind: CommandKind, name: str, wrong: Any) -> None:
    refuse(make_step(make_command(kind, **{name: wrong})), match=name)


@pytest.mark.parametrize("kind", ["", "deny", "SET_APP_METADATA", "set_app_metadata ", None, 1, ["add_scope"]])
def test_an_unknown_kind_is_refused(kind: Any) -> None:
    refuse(make_step({"kind": kind, "key": "k", "value": 1}))


@pytest.mark.parametrize("kind", ["set_app_metadata", "set_user_metadata"])
@pytest.mark.parametrize("key", ["", "a.b", "$a", "a\0", "k" * 257])
def test_a_metadata_key_is_held_to_the_facades_rules(kind: str, key: str) -> None:
    refuse(make_step(make_command(kind, key=key)))


def test_a_reserved_key_is_refused_in_app_metadata_alone() -> None:
    refuse(make_step(make_command("set_app_metadata", key="blocked")), match="reserved")
    assert accept(make_step(make_command("set_user_metadata", key="blocked")))


@pytest.mark.parametrize("name", ["", "scope", "https://auth0.com/x", *sorted(RESTRICTED_CLAIMS)])
def test_a_claim_is_held_to_the_facades_rules(name: str) -> None:
    refuse(make_step(make_command("set_custom_claim", name=name)))


@pytest.mark.parametrize(
    "body",
    [
        make_command("set_custom_claim", token="refresh"),
        make_command("add_scope", scope="a b"),
        make_command("add_scope", scope=""),
        make_command("remove_scope", scope="a\n"),
        make_command("enable_multifactor", provider="sms"),
        make_command("enable_multifactor", options_json="[]"),
        make_command("enable_multifactor", options_json="1"),
        make_command("enable_multifactor", options_json="{"),
        make_command("challenge_with", factor={"type": "", "options_json": "{}"}),
        make_command("challenge_with", factor={"type": "a\0", "options_json": "{}"}),
        make_command("challenge_with", factor={"type": "x" * 65, "options_json": "{}"}),
        make_command("challenge_with", factor={"type": "otp", "options_json": "null"}),
        make_command("challenge_with", factor={"type": "otp", "options_json": "{}", "more": 1}),
        make_command("challenge_with", additional_factors=[FACTOR] * 10),
        make_command("enroll_with", additional_factors=[{"type": "otp", "options_json": "["}]),
        make_command("enroll_with_any", factors=[]),
        make_command("challenge_with_any", factors=[FACTOR] * 11),
        make_command("set_transaction_metadata", key="k" * 65),
        make_command("set_transaction_metadata", key=""),
        make_command("set_transaction_metadata", value={}),
        make_command("set_transaction_metadata", value=[1]),
        make_command("set_transaction_metadata", value=[]),
        make_command("set_transaction_metadata", value={"a": 1}),
        make_command("set_transaction_metadata", value="x" * 8_192),
        make_command("set_transaction_metadata", value="ü" * 4_096),
    ],
)
def test_what_the_facade_would_not_record_is_refused(body: dict[str, Any]) -> None:
    refuse(make_step(body))


@pytest.mark.parametrize(
    ("kind", "size"),
    [
        ("set_app_metadata", 32_000),
        ("set_user_metadata", 32_000),
        ("set_custom_claim", 100_000),
        ("set_transaction_metadata", 8_192),
    ],
)
def test_a_value_is_accepted_up_to_its_limit_and_not_beyond(kind: str, size: int) -> None:
    name_bytes = 0 if kind == "set_transaction_metadata" else 1
    assert accept(make_step(make_command(kind, value="x" * (size - 2 - name_bytes))))
    refuse(make_step(make_command(kind, value="x" * (size - 1 - name_bytes))))


def test_totals_count_over_the_steps_of_a_flow() -> None:
    steps = [make_step(make_command("set_app_metadata", key=key, value="x" * 20_000)) for key in "ab"]
    refuse(*steps, match="app metadata set by one flow")
    assert accept(steps[0], steps[0])


def test_totals_count_over_the_workers_of_a_flow() -> None:
    acceptance = Acceptance(Trigger.POST_LOGIN, Limits())
    first, second = (
        json.dumps(make_step(make_command("set_custom_claim", name=name, value="x" * 60_000))).encode() for name in "ab"
    )
    assert acceptance.accept_step(first)
    with pytest.raises(ReplyRefused, match="custom claims"):
        acceptance.accept_step(second)


def test_the_commands_of_a_failed_step_are_judged_and_not_counted() -> None:
    big = make_command("set_app_metadata", value="x" * 31_000)
    failed = make_step(big, outcome="RAISED", error=ERROR)
    assert accept(failed, make_step({**big, "key": "other"}))
    refuse(make_step(make_command("add_scope", scope=""), outcome="RAISED", error=ERROR))


def test_more_commands_than_one_execution_may_record_are_refused() -> None:
    options = json.dumps({"k": "x" * 30_000})
    factor = {"type": "otp", "options_json": options}
    for command in (
        make_command("enable_multifactor", options_json=options),
        make_command("challenge_with", factor=factor, additional_factors=[]),
        make_command("enroll_with", additional_factors=[factor]),
        make_command("challenge_with_any", factors=[factor]),
        make_command("set_app_metadata", value="x" * 30_000),
    ):
        assert accept(make_step(*[command] * 30))
        refuse(make_step(*[command] * 40), match="more commands than one execution may record")
    assert accept(make_step(*[make_command("add_scope")] * 1_000))
    refuse(make_step(*[make_command("add_scope")] * 1_001), match="more commands than one execution may record")
