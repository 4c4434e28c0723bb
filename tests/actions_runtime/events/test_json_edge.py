import json
import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from actions_runtime.errors import InvalidArgument, Violation
from actions_runtime.events.json_edge import MAX_DEPTH, parse_json, read_again
from actions_runtime.events.strict_reader import read_strictly

LIMIT = 1 << 20

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(min_value=0, max_value=3_999).map(lambda digits: 7 * 10**digits)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts
    | st.sampled_from(["Infinity", "NaN", "\\u0000", "\\u003a", ":", '"', "\\", "{[", "é", "😀"])
)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=5) | st.dictionaries(texts, inner, max_size=5), max_leaves=25
)


def parse(data: bytes | str, **settings: Any) -> Any:
    return parse_json(data, max_bytes=LIMIT, root="event", **settings)


def refusal(data: bytes | str, **settings: Any) -> tuple[str, str]:
    with pytest.raises(InvalidArgument) as caught:
        parse(data, **settings)
    (violation,) = caught.value.violations
    assert caught.value.message == f"{violation.field} {violation.description}"
    return violation.field, violation.description


def nested(levels: int, leaf: str = "") -> str:
    return "[" * levels + leaf + "]" * levels


@pytest.mark.parametrize(
    ("data", "path", "description"),
    [
        (b'{"name": "\xff"}', "event", "is not UTF-8: the byte at offset 10 is part of no character"),
        (b'{"name": "\xed\xa0\x80"}', "event", "is not UTF-8: the byte at offset 10 is part of no character"),
        (b"\xef\xbb\xbf{}", "event", "begins with a byte order mark; send UTF-8 without one"),
        ("\ufeff{}", "event", "begins with a byte order mark; send UTF-8 without one"),
        (b"", "event", "is not JSON at line 1, column 1: expecting value"),
        (b'{"a": 1} x', "event", "is not JSON at line 1, column 10: expected the end of the text"),
        (b'{"a": 1,\n "b": tru}', "event.b", "is not JSON at line 2, column 7: expecting value"),
        (b"{'a': 1}", "event", "is not JSON at line 1, column 2: expected a key in double quotes"),
        (b'{"a" 1}', "event.a", 'is not JSON at line 1, column 6: expected ":"'),
        (b'{"a": [1 2]}', "event.a", 'is not JSON at line 1, column 10: expected "," or "]"'),
        (b'{"a": 1', "event", 'is not JSON at line 1, column 8: expected "," or "}"'),
        (b'{"a": 01}', "event", 'is not JSON at line 1, column 8: expected "," or "}"'),
        (b'{"a": "x}', "event.a", "is not JSON at line 1, column 7: unterminated string starting at"),
        (b'{"a": "\t"}', "event.a", "is not JSON at line 1, column 8: invalid control character at"),
        (b'{"a": "\0"}', "event.a", "is not JSON at line 1, column 8: invalid control character at"),
        (b'{"a": [0, NaN]}', "event.a[1]", "is NaN, which JSON does not have"),
        (b'{"a": {"b": Infinity}}', "event.a.b", "is Infinity, which JSON does not have"),
        (b'{"a": {"b": -Infinity}}', "event.a.b", "is -Infinity, which JSON does not have"),
        (b'{"a": 1e400}', "event.a", "is a number beyond the range of a double (about 1.8e308)"),
        (b'{"a": [-1E+999]}', "event.a[0]", "is a number beyond the range of a double (about 1.8e308)"),
        (
            f'{{"a": {"9" * 400}.5}}'.encode(),
            "event.a",
            "is a number beyond the range of a double (about 1.8e308)",
        ),
        (rb'{"a": {"b": ["x\u0000"]}}', "event.a.b[0]", "holds a NUL character"),
        (rb'{"a": "\\\u0000"}', "event.a", "holds a NUL character"),
        (rb'{"a": {"b\u0000": 1}}', 'event.a["b\\u0000"]', "its name holds a NUL character"),
        (rb'{"a": "\ud800"}', "event.a", "holds a lone surrogate, which is half of a character"),
        (rb'{"a": "\udc00\ud800"}', "event.a", "holds a lone surrogate, which is half of a character"),
        ('{"a": "\ud800"}', "event.a", "holds a lone surrogate, which is half of a character"),
        (
            rb'{"a": {"\udfff": 1}}',
            'event.a["\\udfff"]',
            "its name holds a lone surrogate, which is half of a character",
        ),
        (b'{"a": {"b": 1, "b": 1}}', "event.a.b", "appears more than once in the same object"),
        (rb'{"a": 1, "\u0061": 2}', "event.a", "appears more than once in the same object"),
        (rb'{"x": [{"a": 1, "a": "\u003a"}]}', "event.x[0].a", "appears more than once in the same object"),
        (rb'{"x": [{"a": 1, "a": "\u003A"}]}', "event.x[0].a", "appears more than once in the same object"),
        (b'{"": 1, "": 2}', 'event[""]', "appears more than once in the same object"),
        (b'{"a": 1' + b"0" * 4_000 + b"}", "event.a", "is an integer of more than 4000 digits"),
        (b'{"a": [-1' + b"0" * 4_299 + b"]}", "event.a[0]", "is an integer of more than 4000 digits"),
        (b'{"a": ' + b"1" * 9_000 + b"}", "event.a", "is an integer of more than 4000 digits"),
    ],
)
def test_a_fault_is_refused_with_its_path(data: bytes | str, path: str, description: str) -> None:
    """Each class of fault is refused, at its own place."""
    assert refusal(data) == (path, description)


def test_a_path_reads_like_the_way_to_the_field() -> None:
    """Keys, indexes and keys that are no names appear as an author would write them."""
    data = '{"user": {"app_metadata": {"cart": [1, 2, {"qty": NaN}], "x-y z": 1}}}'
    assert refusal(data)[0] == "event.user.app_metadata.cart[2].qty"
    assert refusal(data.replace("NaN", "1").replace("1}}}", "NaN}}}"))[0] == 'event.user.app_metadata["x-y z"]'


def test_the_root_is_called_what_the_caller_calls_it() -> None:
    """A command's value is no event."""
    with pytest.raises(InvalidArgument) as caught:
        parse_json("[NaN]", max_bytes=10)
    assert caught.value.violations[0].field == "value[0]"


def test_a_refusal_stays_short_whatever_the_keys_are() -> None:
    """The sender of hostile keys does not choose the size of the answer."""
    long_key = "k" * 100_000
    assert len(refusal(f'{{"{long_key}": NaN}}')[0]) < 120
    deep = "".join(f'{{"{level}{"k" * 70}": ' for level in range(60)) + "NaN" + "}" * 60
    assert len(refusal(deep)[0]) < 260


def test_bytes_are_counted_before_anything_is_read() -> None:
    """The limit is on bytes of UTF-8, and a document of exactly that size passes."""
    assert parse_json("[1]", max_bytes=3) == [1]
    with pytest.raises(InvalidArgument) as caught:
        parse_json('"é"', max_bytes=3, root="event")
    assert caught.value.reason == "JSON_TOO_LARGE"
    assert caught.value.violations[0].description == "has 4 bytes; at most 3 are allowed"


@pytest.mark.parametrize("leaf", ["", "1", '"]]]]"', '{"a": 1}', "[], {}"])
def test_nesting_is_counted_from_the_outermost_container(leaf: str) -> None:
    """Level 64 is allowed and level 65 is not, and brackets inside strings count for nothing."""
    inner = 1 if leaf[:1] in ("{", "[") else 0
    deepest = nested(MAX_DEPTH - inner, leaf)
    assert parse(deepest) == json.loads(deepest)
    path, description = refusal(f"[{deepest}]")
    assert (path, description) == ("event" + "[0]" * MAX_DEPTH, "nests deeper than 64 levels")


def test_objects_nest_as_deep_as_lists() -> None:
    """An object is a level like a list, also one that holds nothing."""
    assert parse('{"a":' * 63 + "{}" + "}" * 63)
    assert refusal('{"a":' * 64 + "{}" + "}" * 64)[0] == "event" + ".a" * 64


def test_the_depth_is_the_caller_s_choice() -> None:
    """Another limit holds as exactly as the default."""
    assert parse(nested(3), max_depth=3) == [[[]]]
    assert refusal(nested(4), max_depth=3)[1] == "nests deeper than 3 levels"


@pytest.mark.parametrize(
    "text",
    [
        '"Infinity"',
        '["NaN", "-Infinity", ":NaN,"]',
        r'"\\u0000"',
        r'"\\\\u0000"',
        r'"\u003a"',
        r'{"a\u003Ab": ":::"}',
        r'"\ud83d\ude00"',
        '"' + "1" * 9_000 + '"',
        "0." + "1" * 9_000,
        " \t\r\n[ 1 , 2 ] \n",
        "1" * 4_000,
        "-" + "9" * 4_000,
        "9007199254740993",
        "18446744073709551617",
        "-0.0",
        "1e308",
        '{"a": {"a": {"a": 1}}, "b": [{"a": 2}]}',
        "[" + "[[]]," * 2_000 + "1]",
    ],
)
def test_a_doubt_without_cause_refuses_nothing(text: str) -> None:
    """What only looks like a fault is read, and exactly."""
    assert repr(parse(text)) == repr(json.loads(text))


def test_numbers_keep_their_kind() -> None:
    """1 stays an integer and 1.0 a fraction."""
    assert repr(parse("[1, 1.0, 9007199254740993, 1e2]")) == "[1, 1.0, 9007199254740993, 100.0]"


@settings(max_examples=150, deadline=None)
@given(values, st.booleans(), st.sampled_from([None, 1]))
def test_json_comes_back_exactly(value: Any, ascii_only: bool, indent: int | None) -> None:
    """Whatever JSON can carry is read as it was written, by the fast reader and by those behind it."""
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    wanted = repr(value)
    assert repr(parse(text)) == wanted
    assert repr(parse(text.encode())) == wanted
    assert repr(read_again(text, root="event", max_depth=MAX_DEPTH)) == wanted
    assert repr(read_strictly(text, root="event", max_depth=MAX_DEPTH)) == wanted


@settings(max_examples=50, deadline=None)
@given(values, st.lists(st.booleans(), min_size=1, max_size=50))
def test_nesting_comes_back_exactly(value: Any, kinds: list[bool]) -> None:
    """Containers of both kinds, up to the limit, change nothing in what they hold."""
    for is_list in kinds:
        value = [value] if is_list else {"k": value}
    assert repr(parse(json.dumps(value))) == repr(value)


@settings(max_examples=400, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                *'{}[],:"',
                *('"a"', '"b":', '"a":', '{"a":1,', "1", "-", "0", ".", "e", "E+9", "1e400", "99999999999999999999"),
                *("NaN", "Infinity", "null", "true", " ", "\n", "/", "\\", "\\u", "\\n", "\\u0000", "\\u003a"),
                *("\\ud800", '"\\u003a"', "\ufeff", "\ud800", "\x01", "é"),
            ]
        ),
        max_size=14,
    ).map("".join)
    | values.map(json.dumps).flatmap(lambda text: st.integers(0, len(text)).map(lambda at: text[:at] + text[at + 1 :]))
)
@example('{"a":1,"a":"\\u003a"}')
@example('[{"a":":","a":1},"\\\\u003a"]')
def test_the_fast_reader_decides_as_the_strict_one(text: str) -> None:
    """No text is accepted, or understood, otherwise than by the reader that has the last word."""
    wanted, refused = outcome(lambda: read_strictly(text, root="event", max_depth=MAX_DEPTH))
    read, said = outcome(lambda: parse(text))
    assert read == wanted
    assert said == refused or text.startswith("\ufeff")


def outcome(read: Callable[[], Any]) -> tuple[str, tuple[Violation, ...]]:
    try:
        return repr(read()), ()
    except InvalidArgument as refused:
        return "refused", refused.violations


@pytest.mark.parametrize(
    "text",
    [
        "[" * 260_000,
        '{"a":' * 50_000,
        nested(60) + "," + nested(60),
        "[" + ",".join([nested(62)] * 2_000) + "]",
        "[" + "1e999," * 40_000 + "1]",
        '"' + r"\u0000" * 40_000 + '"',
        '"' + r"\ud800" * 40_000 + '"',
        '"' + "\\" * 250_001 + '"',
        "9" * 260_000,
        "0." + "9" * 250_000 + "e" + "9" * 9_000,
        "[" + "{}," * 80_000 + "NaN]",
        "{" + ",".join(f'"{number}": 1' for number in range(20_000)) + ', "0": 1}',
        " " * 260_000,
        "\n" * 260_000,
        '"' + "a" * 260_000,
    ],
)
def test_hostile_sizes_end(text: str) -> None:
    """A document made to cost much is refused or read, and never breaks the reader."""
    read, said = outcome(lambda: parse(text))
    if said:
        assert len(said[0].field) + len(said[0].description) < 500
    else:
        assert read == repr(json.loads(text))


def test_a_refusal_repeats_no_value() -> None:
    """What the event holds stays out of messages and so out of logs."""
    secret = "correct-horse-battery-staple"
    assert secret not in "".join(refusal(f'{{"a": "{secret}", "b": "{secret}\\u0000"}}'))


def test_a_double_is_the_nearest_one() -> None:
    """Fractions are converted with correct rounding, as the standard library does."""
    for digits in ("0.1", "2.2250738585072011e-308", "9007199254740993.0", "1.7976931348623157e308", "5e-324"):
        assert math.copysign(parse(digits), 1) == float(digits)
