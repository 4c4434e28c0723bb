import json
from decimal import Decimal
from enum import IntEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions_sandbox.event import Secrets
from actions_sandbox.values import INTEGER_BITS, OutputTooLarge, encode_value
from tests.actions_sandbox.in_process import InProcess, login


def _encode(value: Any, most_bytes: int = 10_000, depth: int = 8) -> str:
    return encode_value(value, "value", most_bytes=most_bytes, depth=depth)


_TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8)
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | _TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXT, inner, max_size=4),
    max_leaves=12,
)


@given(JSON_VALUES)
def test_what_json_can_carry_comes_back_as_itself_with_its_types(value: Any) -> None:
    assert repr(json.loads(_encode(value, depth=64))) == repr(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        (1, "1"),
        (1.0, "1.0"),
        (-0.0, "-0.0"),
        (9007199254740993, "9007199254740993"),
        ('ü\n"', '"ü\\n\\""'),
        ("", '""'),
        ({}, "{}"),
        ([], "[]"),
        ((1, (2,)), "[1,[2]]"),
        ({"a.b": {"$c": [1]}}, '{"a.b":{"$c":[1]}}'),
    ],
)
def test_values_are_written_compactly_and_exactly(value: Any, text: str) -> None:
    assert _encode(value) == text


class _Text(str):
    pass


class _List(list):  # type: ignore[type-arg]
    def __iter__(self) -> Any:
        raise AssertionError("no method of a value may run")


class _Dict(dict):  # type: ignore[type-arg]
    def items(self) -> Any:
        raise AssertionError("no method of a value may run")


class _Number(IntEnum):
    ONE = 1


class _Object:
    __slots__ = ()

    def __repr__(self) -> str:
        raise AssertionError("no method of a value may run")


@pytest.mark.parametrize(
    "value",
    [
        _Text("a"),
        _List([1]),
        _Dict(a=1),
        _Number.ONE,
        _Object(),
        Decimal("1"),
        b"bytes",
        {1, 2},
        frozenset([1]),
        object,
        len,
        range(3),
        iter([1]),
        1j,
        ...,
    ],
)
def test_a_value_of_any_other_type_is_refused_without_running_its_methods(value: Any) -> None:
    with pytest.raises(TypeError, match=r"^value: an? \w+ is not a JSON value"):
        _encode(value)
    with pytest.raises(TypeError, match=r"^value\.a\[1\]: "):
        _encode({"a": [0, value]})


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_nan_and_infinity_are_refused_with_their_place(number: float) -> None:
    with pytest.raises(ValueError, match=r"^value\.a\[0\]\.b: JSON has no NaN or Infinity$"):
        _encode({"a": [{"b": number}]})


@pytest.mark.parametrize("key", [1, None, True, 1.5, (1,), b"k", _Text("k")])
def test_keys_that_are_not_text_are_refused_and_never_converted(key: Any) -> None:
    with pytest.raises(TypeError, match=r"^value\.a: a key is an? \w+; JSON keys are text$"):
        _encode({"a": {key: 1}})


@pytest.mark.parametrize("text", ["\0", "a\0b", "\ud800", "x\udfff", "\udc00\ud800"])
def test_nul_and_lone_surrogates_are_refused_in_text_and_in_keys(text: str) -> None:
    for value in (text, [text], {text: 1}, {"a": {text: 1}}):
        with pytest.raises(ValueError, match="NUL or a lone surrogate"):
            _encode(value)


def test_integers_are_exact_up_to_a_size_that_text_can_carry() -> None:
    largest = 2**INTEGER_BITS - 1
    assert json.loads(_encode(largest)) == largest
    assert json.loads(_encode(-largest)) == -largest
    with pytest.raises(ValueError, match="integer is too large"):
        _encode(largest + 1)
    with pytest.raises(ValueError, match="integer is too large"):
        _encode([1 << 10_000_000])


def _nest(levels: int, make: Any) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = make(value)
    return value


@pytest.mark.parametrize("make", [lambda v: [v], lambda v: (v,), lambda v: {"k": v}], ids=["list", "tuple", "dict"])
def test_nesting_ends_at_the_depth_and_not_before(make: Any) -> None:
    assert _encode(_nest(8, make))
    with pytest.raises(ValueError, match="nested deeper than 8 levels"):
        _encode(_nest(9, make))


def test_a_cycle_ends_by_the_depth() -> None:
    ring: list[Any] = []
    ring.append(ring)
    loop: dict[str, Any] = {}
    loop["self"] = loop
    for value in (ring, loop):
        with pytest.raises(ValueError, match="nested deeper"):
            _encode(value, depth=64)


def test_a_bomb_of_shared_parts_ends_by_its_size() -> None:
    """2**40 leaves in 40 lists of two references each."""
    bomb: Any = ["lol"]
    for _ in range(40):
        bomb = [bomb, bomb]
    with pytest.raises(OutputTooLarge):
        _encode(bomb, depth=64)


@pytest.mark.parametrize(
    "value",
    [
        [0] * 100_000,
        (None,) * 100_000,
        [(0,) * 100_000],
        dict.fromkeys(map(str, range(100_000))),
        "x" * 100_000,
        {"x" * 100_000: 1},
    ],
    ids=["list", "tuple", "tuple in a list", "dict", "text", "key"],
)
def test_a_value_over_the_size_is_given_up_before_it_is_copied(value: Any) -> None:
    with pytest.raises(OutputTooLarge, match="larger than one execution may return"):
        _encode([value])


def test_the_path_of_a_refusal_is_cut() -> None:
    with pytest.raises(TypeError) as caught:
        _encode({"k" * 5_000: {1}})
    assert len(str(caught.value)) < 400


def test_a_secret_never_becomes_part_of_a_value() -> None:
    assert _encode([Secrets({"KEY": "hidden"})]) == '[{"KEY":"***"}]'


def test_a_record_of_the_event_is_written_as_the_object_it_is(at_login: InProcess) -> None:
    source = login("api.user.setAppMetadata('a', [event.user, event.anonymous_session])")
    event = {"user": {"user_id": "u", "more": [1]}, "anonymous_session": {"user_id": "a", "session_id": "s"}}
    (command,) = at_login.run(source, event=event)["commands"]
    assert command["value"] == [
        {"user_id": "u", "more": [1], "app_metadata": {}, "user_metadata": {}},
        {"user_id": "a", "session_id": "s", "metadata": {}},
    ]


def test_a_value_changed_after_the_call_stays_as_it_was(at_login: InProcess) -> None:
    source = login(
        "cart = {'items': [1]}",
        "api.user.setAppMetadata('cart', cart)",
        "cart['items'].append(2)",
        "cart['late'] = True",
        "api.idToken.setCustomClaim('cart', cart)",
    )
    first, second = at_login.run(source)["commands"]
    assert first["value"] == {"items": [1]}
    assert second["value"] == {"items": [1, 2], "late": True}


def test_a_value_of_very_many_parts_is_one_text() -> None:
    """Up to Python 3.11 the encoder in C hands over such a value in several pieces."""
    value = [1] * 200_000
    assert encode_value(value, "value", most_bytes=10**6, depth=64) == json.dumps(value, separators=(",", ":"))
