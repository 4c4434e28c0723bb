"""How ``print`` and ``console`` write, and that values are written within bounds."""

from collections.abc import Callable
from typing import Any

import pytest

from actions_sandbox.policy import render, to_plain
from actions_sandbox.policy.render import TEXT_CHARS

Run = Callable[..., dict[str, Any]]


def test_lines_and_levels(run: Run, lines: list[tuple[str, str]]) -> None:
    """Each call is one line of its level."""
    run(
        "print('a', 1, sep='-'); print(); print('b', end='!'); console.log('c')\n"
        "console.info({'k': 'v'}, None); console.warn(1.5); console.error(ValueError('x'))"
    )
    assert lines == [
        ("log", "a-1"),
        ("log", ""),
        ("log", "b!"),
        ("log", "c"),
        ("info", "{'k': 'v'} None"),
        ("warn", "1.5"),
        ("error", "ValueError: x"),
    ]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("'plain'", "plain"),
        ("['nested', b'x', ..., True]", "['nested', b'x', ..., True]"),
        ("(1,)", "(1,)"),
        ("()", "()"),
        ("{1: {2}}", "{1: {2}}"),
        ("frozenset([1])", "{1}"),
        ("int", "<class int>"),
        ("len", "<builtin_function_or_method>"),
        ("lambda: 1", "<function>"),
        ("console", "<console>"),
        ("range(3)", "<range>"),
        ("10 ** 5000", "<int of 16610 bits>"),
        ("A", "<class A>"),
        ("A()", "<A object>"),
        ("[[[[[[[[[[1]]]]]]]]]]", "[[[[[[[[…]]]]]]]]"),
        ("chr(0xd800) + 'ü'", "?ü"),
        ("datetime.datetime(2026, 1, 2)", "2026-01-02 00:00:00"),
        ("fractions.Fraction(1, 3)", "1/3"),
        ("fractions.Fraction(1, 10 ** 5000)", "<Fraction>"),
        ("collections.OrderedDict(a=1)", "{'a': 1}"),
        ("json", "<module json>"),
    ],
)
def test_values_are_written_by_exact_type(run: Run, lines: list[tuple[str, str]], source: str, text: str) -> None:
    """The text of a value is short, has no addresses, and calls nothing of a tenant's."""
    run(f"import datetime, fractions, collections, json\nclass A: pass\nprint({source})")
    assert lines == [("log", text)]


@pytest.mark.parametrize(
    "value",
    ["x" * 10**6, ["x" * 100] * 10**5, {i: i for i in range(10**5)}, b"x" * 10**6, [[], []] * 10**5],
)
def test_text_is_bounded(value: Any) -> None:
    """A line has at most 4 096 characters and says that it was cut."""
    text = render(value)
    assert len(text) == TEXT_CHARS
    assert text.endswith("…")


def test_text_of_a_shared_bomb_is_bounded() -> None:
    """A value that is small in memory and huge in text costs no more than the budget."""
    bomb: list[Any] = ["x" * 1000]
    for _ in range(60):
        bomb = [bomb, bomb, "y"]
    assert len(render(bomb)) <= TEXT_CHARS


def test_print_of_many_values_is_bounded(run: Run, lines: list[tuple[str, str]]) -> None:
    """The whole line is bounded, not each value alone."""
    run("print(*['x' * 5000] * 5000)")
    assert len(lines[0][1]) == TEXT_CHARS


def test_text_fits_exactly() -> None:
    """A text of exactly the limit is not cut."""
    assert render("x" * TEXT_CHARS) == "x" * TEXT_CHARS
    assert render(["x"], 5) == "['x']"
    assert render(["x"], 4) == "['x…"


def test_plain_copy_is_fresh_and_exact() -> None:
    """``to_plain`` copies what JSON carries and refuses the rest."""
    value = {"a": (1, [2.5, None, True]), 1: "x"}
    copy = to_plain(value)
    assert copy == {"a": [1, [2.5, None, True]], 1: "x"}
    assert copy["a"][1] is not value["a"][1]
    for wrong in ({1}, b"x", object(), {(1,): 2}, {float("nan"): 1}, type("S", (str,), {})("x"), 1j):
        with pytest.raises(TypeError):
            to_plain(wrong)
    circular: list[Any] = []
    circular.append(circular)
    with pytest.raises(RecursionError):
        to_plain(circular)
