"""What the facade can record is always accepted: the two sides hold the same rules."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions_runtime.commands import (
    Acceptance,
)
from actions_runtime.events.strict_reader import read_strictly
from actions_sandbox.api import PostLoginApi, build_api
from actions_sandbox.contract import (
    MULTIFACTOR_PROVIDERS,
    CommandKind,
    Limits,
    Trigger,
)
from actions_sandbox.recorder import Recorder
from actions_sandbox.rules import Tally
from tests.actions_runtime.commands.answers import (
    ROOMY,
    VALUED,
    make_command,
    make_step,
    spell,
)

_TEXT = st.text(max_size=12)
_VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.sampled_from([2**13_000 - 1]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXT, inner, max_size=4) | st.tuples(inner),
    max_leaves=10,
)
_OPTIONS = st.none() | st.dictionaries(_TEXT, _VALUE, max_size=3)
FACTORS = st.fixed_dictionaries({"type": _TEXT}, optional={"options": _OPTIONS})
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
        st.tuples(FACTORS, st.none() | st.fixed_dictionaries({"additionalFactors": st.lists(FACTORS, max_size=2)})),
    ),
    ("authentication.enroll_with", st.tuples(FACTORS)),
    ("authentication.challenge_with_any", st.tuples(st.lists(FACTORS, max_size=3))),
    ("authentication.enroll_with_any", st.tuples(st.lists(FACTORS, max_size=3))),
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
    head = json.dumps(make_step(outcome=outcome) | {"commands": 0, "denial": 1}, ensure_ascii=False)
    text = head.replace('"commands": 0', f'"commands": [{",".join(recorder.encoded)}]')
    body = text.replace('"denial": 1', f'"denial": {recorder.denial or "null"}').encode()
    (result,) = Acceptance(Trigger.POST_LOGIN, limits).accept_steps(b"[" + body + b"]", 1)
    assert spell(result.commands) == spell(map(json.loads, recorder.encoded))


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
            body = {**make_command(kind), "value_json": recorder.encode(value)}
            del body["value"]
            recorder.record(body)
            recorded.append(json.dumps(value, sort_keys=True))
    step = json.dumps(make_step()).replace('"commands": []', f'"commands": [{",".join(recorder.encoded)}]')
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
    step = json.dumps(make_step()).replace('"commands": []', f'"commands": [{",".join(recorder.encoded)}]')
    (command,) = Acceptance(Trigger.POST_LOGIN, limits).accept_step(step.encode()).commands
    assert json.loads(command["value_json"]) == value
