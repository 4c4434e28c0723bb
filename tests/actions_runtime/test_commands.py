import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions_runtime.commands import (
    Acceptance,
    ReplyRefused,
    StepResult,
    accept_denial,
    accept_diagnostics,
    acceptance,
)
from actions_runtime.events.strict_reader import read_strictly
from actions_sandbox.api import PostLoginApi, build_api
from actions_sandbox.contract import (
    COMMANDS,
    MULTIFACTOR_PROVIDERS,
    RESTRICTED_CLAIMS,
    CommandKind,
    Limits,
    Outcome,
    Trigger,
)
from actions_sandbox.recorder import Recorder
from actions_sandbox.rules import Tally

_FACTOR = {"type": "otp", "options_json": "{}"}
SOUND: dict[CommandKind, dict[str, Any]] = {
    CommandKind.SET_APP_METADATA: {"key": "k", "value": {"a": [1]}},
    CommandKind.SET_USER_METADATA: {"key": "k", "value": None},
    CommandKind.SET_CUSTOM_CLAIM: {"token": "access", "name": "c", "value": 1},
    CommandKind.ADD_SCOPE: {"scope": "read:cart"},
    CommandKind.REMOVE_SCOPE: {"scope": "read:cart"},
    CommandKind.SET_TRANSACTION_METADATA: {"key": "k", "value": "v"},
    CommandKind.ENABLE_MULTIFACTOR: {"provider": "any", "options_json": "{}"},
    CommandKind.CHALLENGE_WITH: {"factor": _FACTOR, "additional_factors": [_FACTOR]},
    CommandKind.CHALLENGE_WITH_ANY: {"factors": [_FACTOR]},
    CommandKind.ENROLL_WITH: {"factor": _FACTOR, "additional_factors": []},
    CommandKind.ENROLL_WITH_ANY: {"factors": [_FACTOR, _FACTOR]},
}


VALUED = [kind for kind, body in SOUND.items() if "value" in body]
"""The kinds that carry a value of free form."""

FIELDS = [(kind, name) for kind, body in SOUND.items() for name in body]
ROOMY = Limits(
    app_metadata_bytes=10**6,
    user_metadata_bytes=10**6,
    claims_bytes=10**6,
    transaction_bytes=10**6,
    transaction_value_bytes=10**6,
)
"""Limits that refuse no value for its size."""


def _command(kind: CommandKind | str, **changes: Any) -> dict[str, Any]:
    return {"kind": str(kind), **SOUND.get(CommandKind(kind), {}), **changes}


def _step(*recorded: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    step = {
        "outcome": "COMPLETED",
        "duration_us": 1,
        "error": None,
        "logs": [],
        "logs_truncated": False,
        "denial": None,
        "commands": list(recorded),
    }
    return {**step, **changes}


DENIAL = {"code": "access_denied", "reason": "no", "user_message": ""}
ERROR = {"type": "ValueError", "message": "m", "file": "a.py", "line": 1, "column": 1}


def _accept(
    *steps: Any, trigger: Trigger = Trigger.POST_LOGIN, limits: Limits | None = None, most: int = 3
) -> list[StepResult]:
    return Acceptance(trigger, limits or Limits()).accept_steps(json.dumps(list(steps)).encode(), most)


def _accept_value(kind: str, text: str, *, long: bool = False, limits: Limits = ROOMY) -> str:
    """Accept a command whose value a worker has written as this text, and return what goes on to the auth server.

    Args:
        kind: The command's kind.
        text: What stands in the place of the value.
        long: Whether the answer is so long that nothing in it is beyond doubt.
        limits: The limits of the execution.
    """
    step = json.dumps(_step(_command(kind, value="?"), logs=[["log", "x" * 5_000]] if long else []))
    body = step.replace('"?"', text).encode()
    (command,) = Acceptance(Trigger.POST_LOGIN, limits).accept_step(body).commands
    assert "value" not in command
    written: str = command["value_json"]
    return written


def _spell(recorded: Iterable[Mapping[str, Any]]) -> list[str]:
    """Write commands with their values as JSON inside JSON, so that 1, 1.0 and true are three different values."""
    spelled = []
    for command in recorded:
        body = dict(command)
        if "value_json" in body:
            body["value"] = json.loads(body.pop("value_json"))
        spelled.append(json.dumps(body, sort_keys=True))
    return spelled


def _refuse(*steps: Any, match: str = "", **rest: Any) -> None:
    with pytest.raises(ReplyRefused, match=match):
        _accept(*steps, **rest)


def test_every_kind_of_command_has_a_rule_and_a_case_here() -> None:
    assert set(acceptance._RULES) == set(SOUND) == set(CommandKind)


@pytest.mark.parametrize("kind", CommandKind)
def test_a_sound_command_is_accepted_as_it_came(kind: CommandKind) -> None:
    (result,) = _accept(_step(_command(kind)))
    assert result.outcome is Outcome.COMPLETED
    assert _spell(result.commands) == _spell([_command(kind)])


@pytest.mark.parametrize("kind", VALUED)
def test_a_value_goes_on_as_text_and_as_nothing_else(kind: CommandKind) -> None:
    (command,) = _accept(_step(_command(kind)))[0].commands
    assert command.keys() == {"kind", "value_json"} | SOUND[kind].keys() - {"value"}
    assert json.loads(command["value_json"]) == SOUND[kind]["value"]


@pytest.mark.parametrize("kind", VALUED)
def test_a_text_of_a_workers_own_never_goes_on(kind: CommandKind) -> None:
    _refuse(_step(_command(kind, value_json="1")), match="value_json")
    body = {name: value for name, value in _command(kind).items() if name != "value"}
    _refuse(_step({**body, "value_json": "1"}), match="value")


@pytest.mark.parametrize("trigger", Trigger)
@pytest.mark.parametrize("kind", CommandKind)
def test_a_command_of_another_trigger_is_refused(trigger: Trigger, kind: CommandKind) -> None:
    if kind in COMMANDS[trigger]:
        assert _accept(_step(_command(kind)), trigger=trigger)
    else:
        _refuse(_step(_command(kind)), trigger=trigger, match=f"{kind} is not allowed at {trigger}")


@pytest.mark.parametrize("kind", CommandKind)
def test_a_command_with_a_field_too_many_is_refused(kind: CommandKind) -> None:
    _refuse(_step(_command(kind, extra=1)), match="extra")


@pytest.mark.parametrize(("kind", "name"), FIELDS)
def test_a_command_that_lacks_a_field_is_refused(kind: CommandKind, name: str) -> None:
    body = _command(kind)
    del body[name]
    _refuse(_step(body), match=name)


@pytest.mark.parametrize("wrong", [None, 1, True, 1.5, {"a": 1}, ["a"], [["a"]]])
@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, name in FIELDS if name != "value"])
def test_a_field_of_a_wrong_type_is_refused_and_never_converted(kind: CommandKind, name: str, wrong: Any) -> None:
    _refuse(_step(_command(kind, **{name: wrong})), match=name)


@pytest.mark.parametrize("kind", ["", "deny", "SET_APP_METADATA", "set_app_metadata ", None, 1, ["add_scope"]])
def test_an_unknown_kind_is_refused(kind: Any) -> None:
    _refuse(_step({"kind": kind, "key": "k", "value": 1}))


@pytest.mark.parametrize("long", [False, True])
@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "nul",
        "{",
        "1 2",
        "NaN",
        "-NaN",
        "Infinity",
        "-Infinity",
        "[NaN]",
        '{"a":[Infinity]}',
        '["Infinity",1e999]',
        "1e400",
        "1e999",
        "-1e999",
        "[[1e999]]",
        "01",
        "'a'",
        '"\\u0000"',
        '{"\\u0000":1}',
        '["a\\\\\\u0000"]',
        '"\0"',
        '"\\ud800"',
        '{"\\udfff":1}',
        "[" * 65 + "]" * 65,
        '{"a":' * 65 + "1" + "}" * 65,
        "[" * 100_000,
        "9" * 4_001,
        "-" + "9" * 4_001,
        "[" + "9" * 4_001 + "]",
        "9" * 5_000,
        "\ufeff1",
        '"a\nb"',
    ],
    ids=lambda text: text[:20],
)
@pytest.mark.parametrize("kind", VALUED)
def test_a_value_that_two_readers_might_read_differently_is_refused(kind: str, text: str, long: bool) -> None:
    with pytest.raises(ReplyRefused):
        _accept_value(kind, text, long=long)


@pytest.mark.parametrize("long", [False, True])
@pytest.mark.parametrize(
    "value", ["NaN", "Infinity", "-Infinity", "1e999", ["NaN", "Infinity"], {"NaN": "Infinity"}, r"\u0000", "9" * 5_000]
)
def test_a_text_may_spell_what_a_number_must_not_be(value: Any, long: bool) -> None:
    assert json.loads(_accept_value("set_app_metadata", json.dumps(value), long=long)) == value


@pytest.mark.parametrize("long", [False, True])
@pytest.mark.parametrize("text", ["9" * 4_000, "-" + "9" * 4_000, "[" + "1" * 4_000 + "]"], ids=["plus", "minus", "in"])
@pytest.mark.parametrize("kind", ["set_app_metadata", "set_user_metadata", "set_custom_claim"])
def test_an_integer_is_exact_up_to_four_thousand_digits(kind: str, text: str, long: bool) -> None:
    assert _accept_value(kind, text, long=long) == text


@pytest.mark.parametrize("long", [False, True])
@pytest.mark.parametrize(
    "text",
    [
        "9007199254740993",
        "-9007199254740993",
        "0",
        "1",
        "1.0",
        "-0.0",
        "0.1",
        "1e16",
        "1e+16",
        "1e-7",
        "0.00001",
        "1e-05",
        "1.7976931348623157e308",
        "5e-324",
        "2.2250738585072014e-308",
        "123456789012345680.0",
        "true",
        "false",
        "null",
        '""',
        "[]",
        "{}",
    ],
)
def test_a_value_keeps_its_type_and_its_last_digit(text: str, long: bool) -> None:
    """1 is neither 1.0 nor true; what is no integer in JSON stays none, whichever way it is spelled."""
    written = _accept_value("set_custom_claim", text, long=long)
    assert repr(json.loads(written)) == repr(json.loads(text))


@pytest.mark.parametrize("text", ['{"a":1,"a":2}', '{"a":1,"b":0,"a":2}', '{"a":[1],"\\u0061":2}'])
def test_a_key_twice_arrives_once(text: str) -> None:
    """What goes to the auth server is written anew, so no reader there can choose between two."""
    written = _accept_value("set_app_metadata", text)
    assert written.count('"a"') == 1
    assert json.loads(written)["a"] == 2


def test_a_field_twice_is_judged_as_it_goes_on() -> None:
    """Whichever of two keys stands, it is the one that the rules have seen."""
    sound = json.dumps(_step(_command("set_app_metadata")))
    for twice in ('"key": "k", "key": "blocked"', '"key": "blocked", "key": "k"'):
        with suppress(ReplyRefused):
            body = sound.replace('"key": "k"', twice).encode()
            (command,) = Acceptance(Trigger.POST_LOGIN, Limits()).accept_step(body).commands
            assert command["key"] == "k"


@pytest.mark.parametrize("kind", ["set_app_metadata", "set_user_metadata", "set_custom_claim"])
@pytest.mark.parametrize(("opened", "closed"), [("[", "]"), ('{"a":', "}")])
@pytest.mark.parametrize("long", [False, True])
@pytest.mark.parametrize("depth", [5, 64])
def test_a_value_nests_as_deep_as_the_limit_and_no_deeper(
    kind: str, opened: str, closed: str, long: bool, depth: int
) -> None:
    limits = replace(ROOMY, value_depth=depth)

    def accept(levels: int) -> str:
        return _accept_value(kind, opened * levels + "0" + closed * levels, long=long, limits=limits)

    assert accept(depth).count(opened[0]) == depth
    with pytest.raises(ReplyRefused, match="nested too deep"):
        accept(depth + 1)


def test_many_values_beside_each_other_are_not_deep() -> None:
    value = [{"sku": str(number), "tags": []} for number in range(100)]
    assert json.loads(_accept_value("set_app_metadata", json.dumps(value))) == value


@pytest.mark.parametrize("kind", ["set_app_metadata", "set_user_metadata"])
@pytest.mark.parametrize("key", ["", "a.b", "$a", "a\0", "k" * 257])
def test_a_metadata_key_is_held_to_the_facades_rules(kind: str, key: str) -> None:
    _refuse(_step(_command(kind, key=key)))


def test_a_reserved_key_is_refused_in_app_metadata_alone() -> None:
    _refuse(_step(_command("set_app_metadata", key="blocked")), match="reserved")
    assert _accept(_step(_command("set_user_metadata", key="blocked")))


@pytest.mark.parametrize("name", ["", "scope", "https://auth0.com/x", *sorted(RESTRICTED_CLAIMS)])
def test_a_claim_is_held_to_the_facades_rules(name: str) -> None:
    _refuse(_step(_command("set_custom_claim", name=name)))


@pytest.mark.parametrize(
    "body",
    [
        _command("set_custom_claim", token="refresh"),
        _command("add_scope", scope="a b"),
        _command("add_scope", scope=""),
        _command("remove_scope", scope="a\n"),
        _command("enable_multifactor", provider="sms"),
        _command("enable_multifactor", options_json="[]"),
        _command("enable_multifactor", options_json="1"),
        _command("enable_multifactor", options_json="{"),
        _command("challenge_with", factor={"type": "", "options_json": "{}"}),
        _command("challenge_with", factor={"type": "a\0", "options_json": "{}"}),
        _command("challenge_with", factor={"type": "x" * 65, "options_json": "{}"}),
        _command("challenge_with", factor={"type": "otp", "options_json": "null"}),
        _command("challenge_with", factor={"type": "otp", "options_json": "{}", "more": 1}),
        _command("challenge_with", additional_factors=[_FACTOR] * 10),
        _command("enroll_with", additional_factors=[{"type": "otp", "options_json": "["}]),
        _command("enroll_with_any", factors=[]),
        _command("challenge_with_any", factors=[_FACTOR] * 11),
        _command("set_transaction_metadata", key="k" * 65),
        _command("set_transaction_metadata", key=""),
        _command("set_transaction_metadata", value={}),
        _command("set_transaction_metadata", value=[1]),
        _command("set_transaction_metadata", value=[]),
        _command("set_transaction_metadata", value={"a": 1}),
        _command("set_transaction_metadata", value="x" * 8_192),
        _command("set_transaction_metadata", value="ü" * 4_096),
    ],
)
def test_what_the_facade_would_not_record_is_refused(body: dict[str, Any]) -> None:
    _refuse(_step(body))


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
    assert _accept(_step(_command(kind, value="x" * (size - 2 - name_bytes))))
    _refuse(_step(_command(kind, value="x" * (size - 1 - name_bytes))))


def test_totals_count_over_the_steps_of_a_flow() -> None:
    steps = [_step(_command("set_app_metadata", key=key, value="x" * 20_000)) for key in "ab"]
    _refuse(*steps, match="app metadata set by one flow")
    assert _accept(steps[0], steps[0])


def test_totals_count_over_the_workers_of_a_flow() -> None:
    acceptance = Acceptance(Trigger.POST_LOGIN, Limits())
    first, second = (
        json.dumps(_step(_command("set_custom_claim", name=name, value="x" * 60_000))).encode() for name in "ab"
    )
    assert acceptance.accept_step(first)
    with pytest.raises(ReplyRefused, match="custom claims"):
        acceptance.accept_step(second)


def test_the_commands_of_a_failed_step_are_judged_and_not_counted() -> None:
    big = _command("set_app_metadata", value="x" * 31_000)
    failed = _step(big, outcome="RAISED", error=ERROR)
    assert _accept(failed, _step({**big, "key": "other"}))
    _refuse(_step(_command("add_scope", scope=""), outcome="RAISED", error=ERROR))


def test_more_commands_than_one_execution_may_record_are_refused() -> None:
    options = json.dumps({"k": "x" * 30_000})
    factor = {"type": "otp", "options_json": options}
    for command in (
        _command("enable_multifactor", options_json=options),
        _command("challenge_with", factor=factor, additional_factors=[]),
        _command("enroll_with", additional_factors=[factor]),
        _command("challenge_with_any", factors=[factor]),
        _command("set_app_metadata", value="x" * 30_000),
    ):
        assert _accept(_step(*[command] * 30))
        _refuse(_step(*[command] * 40), match="more commands than one execution may record")
    assert _accept(_step(*[_command("add_scope")] * 1_000))
    _refuse(_step(*[_command("add_scope")] * 1_001), match="more commands than one execution may record")


@pytest.mark.parametrize(
    "step",
    [
        _step(outcome="DENIED"),
        _step(denial=DENIAL),
        _step(outcome="COMPLETED", error=ERROR),
        _step(outcome="DENIED", denial=DENIAL, error=ERROR),
        _step(outcome="RAISED"),
        _step(outcome="TIMED_OUT"),
    ],
    ids=["denied without", "completed with", "completed error", "denied error", "raised without", "late without"],
)
def test_an_outcome_must_fit_the_denial_and_the_error(step: dict[str, Any]) -> None:
    _refuse(step, match="does not fit")


@pytest.mark.parametrize("outcome", ["RAISED", "TIMED_OUT", "OUT_OF_MEMORY", "OUTPUT_TOO_LARGE", "POLICY_VIOLATION"])
@pytest.mark.parametrize("denial", [None, DENIAL])
def test_a_failure_may_stand_beside_a_denial(outcome: str, denial: dict[str, str] | None) -> None:
    (result,) = _accept(_step(outcome=outcome, error=ERROR, denial=denial))
    assert result.outcome == outcome
    assert (result.denial is None) == (denial is None)


@pytest.mark.parametrize("outcome", ["CRASHED", "NOT_RUN", "completed", "", "OK", None, 0])
def test_an_outcome_that_a_worker_cannot_tell_is_refused(outcome: Any) -> None:
    _refuse(_step(outcome=outcome, error=ERROR), match="outcome")


@pytest.mark.parametrize(
    "change",
    [
        {"code": ""},
        {"reason": ""},
        {"code": "x" * 257},
        {"reason": "x" * 1_001},
        {"user_message": "x" * 1_001},
        {"reason": "a\0"},
        {"user_message": "a\0"},
        {"code": None},
        {"extra": "x"},
    ],
)
def test_a_denial_is_held_to_the_facades_rules(change: dict[str, Any]) -> None:
    denial = {**DENIAL, **change}
    _refuse(_step(outcome="DENIED", denial=denial))
    assert accept_denial(json.dumps(denial).encode()) is None


def test_a_noted_denial_is_read() -> None:
    denial = accept_denial(json.dumps({**DENIAL, "user_message": "sorry"}).encode())
    assert denial is not None
    assert (denial.code, denial.reason, denial.user_message) == ("access_denied", "no", "sorry")


@pytest.mark.parametrize("note", [b"", b"{", b"null", b"[]", b"{}", b"\xff", b"1" * 70_000, b"[" * 60_000])
def test_a_note_that_is_no_denial_is_none(note: bytes) -> None:
    assert accept_denial(note) is None


@pytest.mark.parametrize(
    "change",
    [
        {"duration_us": -1},
        {"duration_us": 2**31},
        {"duration_us": 1.5},
        {"duration_us": True},
        {"duration_us": "1"},
        {"logs": [["debug", "x"]]},
        {"logs": [["log"]]},
        {"logs": [["log", "x", "y"]]},
        {"logs": [["log", 1]]},
        {"logs": {"log": "x"}},
        {"logs": None},
        {"logs_truncated": 0},
        {"commands": None},
        {"commands": {}},
        {"commands": [None]},
        {"commands": [[]]},
        {"error": {**ERROR, "line": -1}},
        {"error": {**ERROR, "type": "x" * 101}},
        {"error": {**ERROR, "file": "x" * 101}},
        {"error": {**ERROR, "message": "x" * 1_001}},
        {"error": {**ERROR, "stack": "x"}},
        {"error": {}},
        {"version": 1},
    ],
)
def test_a_step_of_another_shape_is_refused(change: dict[str, Any]) -> None:
    outcome = {"outcome": "RAISED"} if change.get("error") is not None else {}
    _refuse(_step(**{**outcome, **change}))


def test_more_log_than_one_execution_may_write_is_refused_over_all_steps() -> None:
    half = _step(logs=[["log", "x" * 8_191]])
    assert _accept(half, half)
    _refuse(half, half, _step(logs=[["log", ""]]), match="more log")
    _refuse(_step(logs=[["log", ""]] * 16_385), match="more log")


def test_what_is_left_of_the_log_is_told() -> None:
    acceptance = Acceptance(Trigger.POST_LOGIN, Limits(log_bytes=10))
    acceptance.accept_step(json.dumps(_step(logs=[["log", "ü"]])).encode())
    assert acceptance.log_bytes_left == 7


@pytest.mark.parametrize("count", [0, 4])
def test_a_number_of_results_that_does_not_fit_the_flow_is_refused(count: int) -> None:
    _refuse(*[_step()] * count, match=f"{count} results for a flow of 3")


def test_fewer_results_than_steps_are_accepted_since_a_flow_may_stop() -> None:
    assert len(_accept(_step(), _step())) == 2


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"{}",
        b"[",
        b"[null]",
        b"[[]]",
        b"[1]",
        b"\xff\xfe",
        b'[{"outcome":"COMPLETED","outcome":"DENIED"}]',
        b"[" * 1_000_000,
        b'[{"outcome":' + b'{"a":' * 100_000,
        b"[" + b"1," * 500_000 + b"1]",
        json.dumps([_step()]).encode()[:-1],
        json.dumps([_step()]).encode() + b"x",
        json.dumps([_step(_command("add_scope"))]).encode().replace(b"read:cart", b"\xed\xa0\x80"),
        json.dumps([_step(_command("set_app_metadata"))]).encode().replace(b'"k"', b'"\\ud800"'),
    ],
)
def test_bytes_that_are_no_answer_are_refused(body: bytes) -> None:
    with pytest.raises(ReplyRefused):
        Acceptance(Trigger.POST_LOGIN, Limits()).accept_steps(body, 3)


@given(st.binary(max_size=200))
def test_any_bytes_are_accepted_or_refused_and_nothing_else(body: bytes) -> None:
    for accept in (
        lambda: Acceptance(Trigger.POST_LOGIN, Limits()).accept_steps(body, 3),
        lambda: Acceptance(Trigger.POST_LOGIN, Limits()).accept_step(body),
        lambda: accept_diagnostics(body),
    ):
        with suppress(ReplyRefused):
            accept()


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.floats() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(CommandKind), st.data())
def test_a_command_with_any_field_replaced_is_accepted_or_refused(kind: CommandKind, data: st.DataObject) -> None:
    body = _command(kind)
    name = data.draw(st.sampled_from(sorted(body)))
    body[name] = data.draw(_JSON | st.sampled_from([json.dumps(data.draw(_JSON), allow_nan=True)]))
    try:
        (result,) = _accept(_step(body))
    except ReplyRefused:
        return
    assert _spell(result.commands) == _spell([body])


def test_a_refusal_repeats_nothing_of_what_it_refuses_by_shape() -> None:
    with pytest.raises(ReplyRefused) as caught:
        _accept(_step(_command("add_scope", scope=["s3cret"])))
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b"[1]", b"[{}]", b'[{"rule":"r","message":"m","hint":"","line":-1,"column":0,"source_line":""}]'],
)
def test_an_answer_to_a_check_of_another_shape_is_refused(body: bytes) -> None:
    with pytest.raises(ReplyRefused):
        accept_diagnostics(body)


# What the facade can record is always accepted: the two sides hold the same rules.

_TEXT = st.text(max_size=12)
_VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.sampled_from([2**13_000 - 1]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXT, inner, max_size=4) | st.tuples(inner),
    max_leaves=10,
)
_OPTIONS = st.none() | st.dictionaries(_TEXT, _VALUE, max_size=3)
_FACTORS = st.fixed_dictionaries({"type": _TEXT}, optional={"options": _OPTIONS})
_CALLS: list[tuple[str, st.SearchStrategy[tuple[Any, ...]]]] = [
    ("user.set_app_metadata", st.tuples(_TEXT, _VALUE)),
    ("user.set_user_metadata", st.tuples(_TEXT, _VALUE)),
    ("access_token.set_custom_claim", st.tuples(_TEXT | st.sampled_from(["scope", "https://auth0.com"]), _VALUE)),
    ("id_token.set_custom_claim", st.tuples(_TEXT, _VALUE)),
    ("access_token.add_scope", st.tuples(_TEXT)),
    ("access_token.remove_scope", st.tuples(_TEXT)),
    ("transaction.set_metadata", st.tuples(_TEXT, _VALUE)),
    ("multifactor.enable", st.tuples(st.sampled_from(sorted(MULTIFACTOR_PROVIDERS)), _OPTIONS)),
    (
        "authentication.challenge_with",
        st.tuples(_FACTORS, st.none() | st.fixed_dictionaries({"additionalFactors": st.lists(_FACTORS, max_size=2)})),
    ),
    ("authentication.enroll_with", st.tuples(_FACTORS)),
    ("authentication.challenge_with_any", st.tuples(st.lists(_FACTORS, max_size=3))),
    ("authentication.enroll_with_any", st.tuples(st.lists(_FACTORS, max_size=3))),
    ("access.deny", st.tuples(_TEXT, st.none() | _TEXT)),
    ("validation.error", st.tuples(_TEXT, _TEXT)),
]
_CALL = st.sampled_from(_CALLS).flatmap(lambda call: st.tuples(st.just(call[0]), call[1]))


@given(st.lists(_CALL, min_size=1, max_size=6))
def test_whatever_the_facade_records_is_accepted(calls: list[tuple[str, tuple[Any, ...]]]) -> None:
    limits = Limits(commands_bytes=20_000)
    recorder = Recorder(limits, Tally(limits), lambda _: None)
    api = build_api(Trigger.POST_LOGIN, recorder, {"user": {}}, limits)
    assert isinstance(api, PostLoginApi)
    for path, arguments in calls:
        namespace, name = path.split(".")
        try:
            assert getattr(getattr(api, namespace), name)(*arguments) is api
        except (ValueError, TypeError):
            continue
    outcome = "DENIED" if recorder.denial else "COMPLETED"
    head = json.dumps(_step(outcome=outcome) | {"commands": 0, "denial": 1}, ensure_ascii=False)
    text = head.replace('"commands": 0', f'"commands": [{",".join(recorder.encoded)}]')
    body = text.replace('"denial": 1', f'"denial": {recorder.denial or "null"}').encode()
    (result,) = Acceptance(Trigger.POST_LOGIN, limits).accept_steps(b"[" + body + b"]", 1)
    assert _spell(result.commands) == _spell(map(json.loads, recorder.encoded))


_NUMBERS = st.integers() | st.integers(-(2**13_000), 2**13_000) | st.floats(allow_nan=False, allow_infinity=False)
_TRICKY = st.sampled_from(
    [
        "NaN",
        "Infinity",
        "-Infinity",
        r"\u0000",
        "\\",
        '"',
        '","value":1',
        "9" * 4_001,
        "\u2028",
        "\x7f",
        "\x1f",
        "é",
        "😀",
    ]
)
_CARRIED = st.recursive(
    st.none() | st.booleans() | _NUMBERS | st.text(max_size=20) | _TRICKY,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXT | _TRICKY, inner, max_size=4) | st.tuples(inner),
    max_leaves=10,
)


@given(st.sampled_from(VALUED), st.lists(_CARRIED, min_size=1, max_size=3))
def test_a_recorded_value_comes_out_as_an_equal_value_to_every_reader(kind: CommandKind, values: list[Any]) -> None:
    recorder = Recorder(ROOMY, Tally(ROOMY), lambda _: None)
    recorded = []
    for value in values:
        if kind is CommandKind.SET_TRANSACTION_METADATA and isinstance(value, (dict, list, tuple)):
            continue
        with suppress(ValueError):
            body = {**_command(kind), "value_json": recorder.encode(value)}
            del body["value"]
            recorder.record(body)
            recorded.append(json.dumps(value, sort_keys=True))
    step = json.dumps(_step()).replace('"commands": []', f'"commands": [{",".join(recorder.encoded)}]')
    result = Acceptance(Trigger.POST_LOGIN, ROOMY).accept_step(step.encode())
    texts = [command["value_json"] for command in result.commands]
    assert [json.dumps(json.loads(text), sort_keys=True) for text in texts] == recorded
    for text in texts:
        assert repr(read_strictly(text, root="value", max_depth=64)) == repr(json.loads(text))


@pytest.mark.parametrize("number", [1e-05, 1.2345678901234568e-05, 9.9e-05, 1e-07, 1e16, 1e22, 1e-320, 5e-324])
def test_a_value_is_no_longer_on_its_way_out_than_the_facade_counted_it(number: float) -> None:
    """An honest action at its limit would have crashed if the server counted another spelling of its numbers."""
    limits = Limits()
    value = [number] * ((limits.app_metadata_bytes - 2) // (len(repr(number)) + 1))
    recorder = Recorder(limits, Tally(limits), lambda _: None)
    api = build_api(Trigger.POST_LOGIN, recorder, {"user": {}}, limits)
    assert isinstance(api, PostLoginApi)
    api.user.set_app_metadata("k", value)
    step = json.dumps(_step()).replace('"commands": []', f'"commands": [{",".join(recorder.encoded)}]')
    (command,) = Acceptance(Trigger.POST_LOGIN, limits).accept_step(step.encode()).commands
    assert json.loads(command["value_json"]) == value
