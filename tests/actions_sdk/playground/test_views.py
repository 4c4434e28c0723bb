"""Values side by side."""

import json

import pytest

from actions_sdk.playground.views import compare, write_json


def kinds(before: object, after: object) -> list[str]:
    """The kinds of the rows that are not the same."""
    return [str(row["kind"]) for row in compare(before, after) if row["kind"] != "same"]


def test_rows_say_what_changed_came_and_went() -> None:
    """A value that changes, one that comes and one that goes each have their kind."""
    assert kinds({"a": 1}, {"a": 2}) == ["changed"]
    assert kinds({"a": 1}, {"a": 1, "b": 2}) == ["added"]
    assert kinds({"a": 1, "b": 2}, {"a": 1}) == ["removed"]
    assert kinds({"a": 1}, {"a": 1.0}) == ["changed"]
    assert kinds({"a": 1}, {"a": 1}) == []


def test_both_sides_are_whole() -> None:
    """Each side of the comparison is the value's JSON, line by line."""
    before, after = {"a": [1, {"b": "ü"}], "n": 9007199254740993}, {"a": [2], "c": None}
    rows = compare(before, after)
    for side, value in (("before", before), ("after", after)):
        assert json.loads("\n".join(row[side] for row in rows if row[side] is not None)) == value  # type: ignore[misc]


@pytest.mark.parametrize("text", ["\u202e", "\x07", "\u2028", "\U000e0041", "\x7f", "\ud800"])
def test_what_cannot_be_printed_is_an_escape(text: str) -> None:
    """A character that steers text or cannot be seen is shown, and the JSON stays the same."""
    written = write_json({"a": text})
    assert text not in written
    assert json.loads(written) == {"a": text}
