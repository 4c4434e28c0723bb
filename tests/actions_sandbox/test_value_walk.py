"""The two ways in which a value becomes JSON text: the fast one for what is plain, the careful one for the rest."""

from typing import Any

import pytest

from actions_sandbox import values
from actions_sandbox.policy import Record
from actions_sandbox.values import INTEGER_BITS, OutputTooLarge, encode_value

NO_JSON = "is not a JSON value; use text, numbers, booleans, None, lists and dicts"
TOO_LARGE = "the value is larger than one execution may return"


class Note(Record):
    """A record as the event has them."""

    __slots__ = ("_value",)

    def __init__(self, value: Any) -> None:
        self._value = value

    def _plain(self) -> Any:
        return self._value


def _walk(value: Any, budget: int = 1_000, depth: int = 8) -> Any:
    return values._Walk(budget, depth).copy(value, 0)


def _refusal(value: Any, error: type[Exception], **options: int) -> str:
    with pytest.raises(error) as caught:
        encode_value(value, "value", most_bytes=options.get("most_bytes", 1_000), depth=options.get("depth", 8))
    return str(caught.value)


PLAIN: list[Any] = [
    None,
    True,
    1,
    1.5,
    "a",
    "ü",
    {},
    [],
    {"a": [1, {"b": None}], "c": "x"},
    [[], {}],
    [{"k": "v"}, "y", 2],
]


@pytest.mark.parametrize("value", PLAIN, ids=repr)
def test_a_plain_value_takes_the_fast_way_and_both_say_the_same(value: Any) -> None:
    fast = values._encode_plain(value, 8)
    assert fast == values._encode(_walk(value))
    assert fast == encode_value(value, "value", most_bytes=1_000, depth=8)


@pytest.mark.parametrize(
    "value",
    [
        (), b"x", {1: 2}, {"a": 1, 2: 3}, [()], [{"a": {1}}], {"a": (1,)}, float("nan"), "\0", "\ud800", [float("inf")],
        Note({}), [Note(1)], {"k": Note(1)}, "\\u0000 in a text", {"a\0": 1},
    ],
    ids=repr,
)  # fmt: skip
def test_any_other_value_is_left_to_the_careful_way(value: Any) -> None:
    assert values._encode_plain(value, 8) is None


@pytest.mark.parametrize("value", [{1: 2}, (), b"", Note({}), {"a": {1: 2}}, [()]], ids=repr)
def test_a_part_of_another_type_is_seen_at_every_level(value: Any) -> None:
    assert values._is_plain(value, 8) is False


@pytest.mark.parametrize("depth", [1, 2, 5])
def test_the_fast_way_goes_down_to_the_depth_and_no_further(depth: int) -> None:
    value: Any = {}
    for _ in range(depth - 1):
        value = [value]
    assert values._is_plain(value, depth) is True
    assert values._is_plain([value], depth) is False
    assert _walk(value, depth=depth) == value
    assert _refusal([value], ValueError, depth=depth).endswith(f": nested deeper than {depth} levels")


def test_the_fast_way_leaves_very_many_containers_to_the_careful_one() -> None:
    most = values._MOST_CONTAINERS
    assert values._is_plain([[] for _ in range(most)], 8) is True
    assert values._is_plain([[] for _ in range(most + 1)], 8) is False
    assert most == 10_000


def test_a_long_number_is_looked_at_digit_by_digit() -> None:
    """Below so many digits no integer can be too large; above, the careful way counts its bits."""
    largest = 2**INTEGER_BITS - 1
    assert values._encode_plain(int("9" * 3_899), 8) == "9" * 3_899
    assert values._encode_plain(int("9" * 3_900), 8) == "9" * 3_900
    assert values._encode_plain(int("9" * 3_901), 8) is None
    assert values._encode_plain([int("9" * 3_900)], 8) is None
    assert values._encode_plain("x" * 5_000, 8) == f'"{"x" * 5_000}"'
    assert _walk(largest) == largest
    assert _refusal([largest + 1], ValueError) == "value[0]: the integer is too large"
    assert INTEGER_BITS == 13_000


@pytest.mark.parametrize(
    "value", [[], {}, "abcd", ["a", "b"], {"a": 1, "b": ""}, [1, 2, 3, 4], (None, (1, 2)), {"abc": ""}]
)
def test_every_part_and_every_character_costs_its_share(value: Any) -> None:
    """A budget that just reaches lets a value through that ends in text or a container; one less does not."""
    cost = next(budget for budget in range(1, 20) if _fits(value, budget))
    assert cost == _cost(value)


def _fits(value: Any, budget: int) -> bool:
    try:
        _walk(value, budget)
    except OutputTooLarge:
        return False
    return True


def _cost(value: Any) -> int:
    """Count a value's parts and characters."""
    if isinstance(value, str):
        return 1 + len(value)
    if isinstance(value, dict):
        return 1 + sum(len(key) + _cost(item) for key, item in value.items())
    if isinstance(value, (list, tuple)):
        return 1 + sum(map(_cost, value))
    return 1


def test_the_size_of_a_plain_text_is_its_limit() -> None:
    assert encode_value("abc", "value", most_bytes=5, depth=8) == '"abc"'
    assert _refusal("abcd", OutputTooLarge, most_bytes=5) == TOO_LARGE


@pytest.mark.parametrize(
    ("value", "error", "sentence"),
    [
        ({"a": [0, {1}]}, TypeError, f"value.a[1]: a set {NO_JSON}"),
        ([float("nan")], ValueError, "value[0]: JSON has no NaN or Infinity"),
        ({"a": {2: 1}}, TypeError, "value.a: a key is an int; JSON keys are text"),
        (["\0"], ValueError, "value[0]: text must not hold NUL or a lone surrogate"),
        (["é\ud800"], ValueError, "value[0]: text must not hold NUL or a lone surrogate"),
        (type("N" * 200, (), {})(), TypeError, f"value: a {'N' * 100} {NO_JSON}"),
        ({"k" * 199: {1}}, TypeError, f"value.{'k' * 199}: a set {NO_JSON}"),
        ({"k" * 200: {1}}, TypeError, f"value.{'k' * 199}…: a set {NO_JSON}"),
    ],
    ids=range(8),
)  # fmt: skip
def test_a_refusal_says_where_and_why(value: Any, error: type[Exception], sentence: str) -> None:
    assert _refusal(value, error) == sentence


def test_a_record_counts_as_the_object_it_is_and_no_level_more() -> None:
    assert _walk(Note({"a": [1]}), depth=2) == {"a": [1]}
    assert _refusal(Note({"a": [[1]]}), ValueError, depth=2) == "value.a[0]: nested deeper than 2 levels"


def test_a_container_larger_than_what_is_left_is_given_up_before_its_parts_are_looked_at() -> None:
    assert _refusal((object(),) * 100, OutputTooLarge, most_bytes=50) == TOO_LARGE
    assert _refusal(dict.fromkeys("abcdef", object()), OutputTooLarge, most_bytes=6) == TOO_LARGE
    assert NO_JSON in _refusal((object(),) * 49, TypeError, most_bytes=50)


def test_a_value_over_its_size_is_given_up_whatever_stands_next() -> None:
    assert _refusal(["ab", {1}], OutputTooLarge, most_bytes=4) == TOO_LARGE
    assert NO_JSON in _refusal(["ab", {1}], TypeError, most_bytes=5)


def test_text_beyond_ascii_is_written_as_it_is() -> None:
    assert encode_value({"é": ("ü", "\U0001f600")}, "value", most_bytes=100, depth=8) == '{"é":["ü","\U0001f600"]}'
