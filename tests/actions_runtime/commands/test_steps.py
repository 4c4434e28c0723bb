"""A step's result beside its commands: outcome, denial, error, log, and bytes that are none of it."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions_runtime.commands import (
    Acceptance,
    ReplyRefused,
    accept_denial,
    accept_diagnostics,
)
from actions_sandbox.contract import (
    CommandKind,
    Limits,
    Trigger,
)
from tests.actions_runtime.commands.answers import (
    DENIAL,
    ERROR,
    accept,
    make_command,
    make_step,
    refuse,
    spell,
)


@pytest.mark.parametrize(
    "step",
    [
        make_step(outcome="DENIED"),
        make_step(denial=DENIAL),
        make_step(outcome="COMPLETED", error=ERROR),
        make_step(outcome="DENIED", denial=DENIAL, error=ERROR),
        make_step(outcome="RAISED"),
        make_step(outcome="TIMED_OUT"),
    ],
    ids=["denied without", "completed with", "completed error", "denied error", "raised without", "late without"],
)
def test_an_outcome_must_fit_the_denial_and_the_error(step: dict[str, Any]) -> None:
    refuse(step, match="does not fit")


@pytest.mark.parametrize("outcome", ["RAISED", "TIMED_OUT", "OUT_OF_MEMORY", "OUTPUT_TOO_LARGE", "POLICY_VIOLATION"])
@pytest.mark.parametrize("denial", [None, DENIAL])
def test_a_failure_may_stand_beside_a_denial(outcome: str, denial: dict[str, str] | None) -> None:
    (result,) = accept(make_step(outcome=outcome, error=ERROR, denial=denial))
    assert result.outcome == outcome
    assert (result.denial is None) == (denial is None)


@pytest.mark.parametrize("outcome", ["CRASHED", "NOT_RUN", "completed", "", "OK", None, 0])
def test_an_outcome_that_a_worker_cannot_tell_is_refused(outcome: Any) -> None:
    refuse(make_step(outcome=outcome, error=ERROR), match="outcome")


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
    refuse(make_step(outcome="DENIED", denial=denial))
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
    refuse(make_step(**{**outcome, **change}))


def test_more_log_than_one_execution_may_write_is_refused_over_all_steps() -> None:
    half = make_step(logs=[["log", "x" * 8_191]])
    assert accept(half, half)
    refuse(half, half, make_step(logs=[["log", ""]]), match="more log")
    refuse(make_step(logs=[["log", ""]] * 16_385), match="more log")


def test_what_is_left_of_the_log_is_told() -> None:
    acceptance = Acceptance(Trigger.POST_LOGIN, Limits(log_bytes=10))
    acceptance.accept_step(json.dumps(make_step(logs=[["log", "ü"]])).encode())
    assert acceptance.log_bytes_left == 7


@pytest.mark.parametrize("count", [0, 4])
def test_a_number_of_results_that_does_not_fit_the_flow_is_refused(count: int) -> None:
    refuse(*[make_step()] * count, match=f"{count} results for a flow of 3")


def test_fewer_results_than_steps_are_accepted_since_a_flow_may_stop() -> None:
    assert len(accept(make_step(), make_step())) == 2


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
        json.dumps([make_step()]).encode()[:-1],
        json.dumps([make_step()]).encode() + b"x",
        json.dumps([make_step(make_command("add_scope"))]).encode().replace(b"read:cart", b"\xed\xa0\x80"),
        json.dumps([make_step(make_command("set_app_metadata"))]).encode().replace(b'"k"', b'"\\ud800"'),
    ],
)
def test_bytes_that_are_no_answer_are_refused(body: bytes) -> None:
    with pytest.raises(ReplyRefused):
        Acceptance(Trigger.POST_LOGIN, Limits()).accept_steps(body, 3)


@given(st.binary(max_size=200))
def test_any_bytes_are_accepted_or_refused_and_nothing_else(body: bytes) -> None:
    for take in (
        lambda: Acceptance(Trigger.POST_LOGIN, Limits()).accept_steps(body, 3),
        lambda: Acceptance(Trigger.POST_LOGIN, Limits()).accept_step(body),
        lambda: accept_diagnostics(body),
    ):
        with suppress(ReplyRefused):
            take()


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.floats() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(CommandKind), st.data())
def test_a_command_with_any_field_replaced_is_accepted_or_refused(kind: CommandKind, data: st.DataObject) -> None:
    body = make_command(kind)
    name = data.draw(st.sampled_from(sorted(body)))
    body[name] = data.draw(_JSON | st.sampled_from([json.dumps(data.draw(_JSON), allow_nan=True)]))
    try:
        (result,) = accept(make_step(body))
    except ReplyRefused:
        return
    assert spell(result.commands) == spell([body])


def test_a_refusal_repeats_nothing_of_what_it_refuses_by_shape() -> None:
    with pytest.raises(ReplyRefused) as caught:
        accept(make_step(make_command("add_scope", scope=["s3cret"])))
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b"[1]", b"[{}]", b'[{"rule":"r","message":"m","hint":"","line":-1,"column":0,"source_line":""}]'],
)
def test_an_answer_to_a_check_of_another_shape_is_refused(body: bytes) -> None:
    with pytest.raises(ReplyRefused):
        accept_diagnostics(body)
