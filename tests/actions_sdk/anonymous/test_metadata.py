"""A session's metadata: JSON under limits, exact, and refused with the place of the fault."""

import json
import math
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actions_runtime.errors import InvalidArgument
from actions_sdk.anonymous import SessionSettings
from actions_sdk.anonymous.metadata import decode_metadata, encode_metadata

SETTINGS = SessionSettings()
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)
OBJECTS = st.dictionaries(TEXT, VALUES, max_size=6)
ROOMY = SessionSettings(metadata_depth=32)


def _refusal(metadata: Any, limits: SessionSettings = SETTINGS) -> InvalidArgument:
    with pytest.raises(InvalidArgument) as caught:
        encode_metadata(metadata, limits)
    return caught.value


def _nest(levels: int) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for _ in range(levels - 1):
        value = {"a": value}
    return value


@settings(deadline=None)
@given(OBJECTS)
def test_what_json_can_carry_comes_back_as_it_was(metadata: dict[str, Any]) -> None:
    """1 stays 1 and 1.0 stays 1.0: their texts are compared, since both are equal as numbers."""
    again = decode_metadata(encode_metadata(metadata, ROOMY))
    assert json.dumps(again) == json.dumps(metadata)


def test_whole_numbers_are_exact_at_any_size() -> None:
    metadata = {"cart": 9007199254740993, "long": 10**3999}
    assert decode_metadata(encode_metadata(metadata, SETTINGS)) == metadata


def test_any_mapping_and_tuples_are_taken() -> None:
    metadata = MappingProxyType({"cart": MappingProxyType({"items": ("a", "b")})})
    assert encode_metadata(metadata, SETTINGS) == '{"cart":{"items":["a","b"]}}'


@settings(deadline=None)
@given(OBJECTS, st.integers(2, 200))
def test_the_limit_of_bytes_is_held_to_the_byte(metadata: dict[str, Any], limit: int) -> None:
    size = len(json.dumps(metadata, ensure_ascii=False, separators=(",", ":")).encode())
    limits = SessionSettings(metadata_depth=32, metadata_bytes=limit)
    if size <= limit:
        encode_metadata(metadata, limits)
    else:
        assert _refusal(metadata, limits).reason == "JSON_TOO_LARGE"


@pytest.mark.parametrize("depth", [1, 2, 10, 32])
def test_the_limit_of_depth_is_held_to_the_level(depth: int) -> None:
    limits = SessionSettings(metadata_depth=depth)
    encode_metadata(_nest(depth), limits)
    refusal = _refusal(_nest(depth + 1), limits)
    assert f"at most {depth} levels" in refusal.message
    assert refusal.violations[0].field == ".".join(["metadata"] + ["a"] * depth)


def test_lists_count_as_levels() -> None:
    limits = SessionSettings(metadata_depth=2)
    encode_metadata({"a": [1]}, limits)
    assert "nested too deep" in _refusal({"a": [[1]]}, limits).message


def test_the_keys_of_all_objects_count_together() -> None:
    limits = SessionSettings(metadata_keys=4)
    encode_metadata({"a": {"b": 1}, "c": [{"d": 1}]}, limits)
    assert "over its 4 keys" in _refusal({"a": {"b": 1}, "c": [{"d": 1, "e": 1}]}, limits).message


def test_an_object_that_holds_itself_is_refused() -> None:
    metadata: dict[str, Any] = {}
    metadata["self"] = metadata
    assert "nested too deep" in _refusal(metadata).message


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (math.nan, "metadata.cart[1] is NaN"),
        (math.inf, "metadata.cart[1] is Infinity"),
        ("a\0b", "NUL"),
        ("\ud800", "metadata.cart[1]"),
        ({"\udfff": 1}, "metadata.cart[1]"),
        ({"a\0": 1}, "NUL"),
        ({1: 1}, "metadata.cart[1] has a key that is not text"),
        ({None: 1}, "metadata.cart[1] has a key that is not text"),
        ({1, 2}, "metadata.cart[1] is no JSON"),
        (b"bytes", "metadata.cart[1] is no JSON"),
        (object(), "metadata.cart[1] is no JSON"),
        (10**4000, "is an integer of more than 4000 digits"),
        (10**5000, "holds a whole number of more than 4000 digits"),
    ],
    ids="nan infinity nul surrogate surrogate-key nul-key number-key none-key set bytes object long longer".split(),
)
def test_what_json_cannot_carry_is_refused_with_its_place(value: object, expected: str) -> None:
    refusal = _refusal({"cart": [1, value]})
    assert expected in refusal.message
    assert refusal.violations


@pytest.mark.parametrize("metadata", [None, [], "text", 1])
def test_metadata_is_an_object(metadata: object) -> None:
    assert _refusal(metadata).message == "metadata must be an object"


@pytest.mark.parametrize(
    "wrong",
    [
        {"idle_seconds": 0},
        {"absolute_seconds": -1},
        {"metadata_bytes": 0},
        {"metadata_depth": 0},
        {"metadata_depth": 33},
        {"metadata_keys": 0},
        {"store_timeout_seconds": 0},
        {"issuer": ""},
        {"issuer": "é"},
        {"audience": "a" * 201},
        {"audience": "a\n"},
    ],
)
def test_settings_that_make_no_sense_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        SessionSettings(**wrong)
