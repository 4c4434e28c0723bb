import io

import pytest
from rich.console import Console

from actions_sdk.cli.problems import (
    FAILED,
    UNREACHABLE,
    Place,
    Problem,
    clean,
    explain,
    show_place,
    show_problem,
)
from actions_sdk.refusals import ActionsClientError, ServerUnreachableError, Violation


def _print(place: Place) -> list[str]:
    out = io.StringIO()
    show_place(Console(file=out, soft_wrap=True, highlight=False), place)
    return out.getvalue().splitlines()


def test_a_place_shows_file_line_column_source_and_caret() -> None:
    """An author finds the fault without counting."""
    place = Place("import-not-allowed", "`os` cannot be imported.", "Use nothing.", "a.py", 3, 5, "x = os.x")
    assert _print(place) == [
        "  a.py:3:5: import-not-allowed: `os` cannot be imported.",
        "      x = os.x",
        "          ^",
        "      Use nothing.",
    ]


@pytest.mark.parametrize(
    ("line", "column", "caret"),
    [("\treturn os", 9, " " * 11 + "^"), ("商品 = os", 6, " " * 7 + "^"), ("os", 1, "^"), ("os", 3, "  ^")],
)
def test_the_caret_stands_below_its_column(line: str, column: int, caret: str) -> None:
    """Tabs and wide characters take the room they take on the screen."""
    assert _print(Place("r", "m", "", "a.py", 1, column, line))[2] == "      " + caret


def test_a_place_without_column_or_line_has_no_caret() -> None:
    """What is not known is not shown."""
    assert _print(Place("r", "m", "", "a.py", 2, 0, "x")) == ["  a.py:2: r: m", "      x"]
    assert _print(Place("r", "m", file="a.py")) == ["  a.py: r: m"]


def test_what_a_server_or_script_says_cannot_steer_the_terminal() -> None:
    """Escape sequences come from attackers' input and are shown as text; so is rich's markup."""
    assert clean("a\x1b[31mb\x07\u202e") == "a\\x1b[31mb\\x07\\x202e"
    assert _print(Place("r", "\x1b]0;x\x07[red]m[/red]")) == ["  r: \\x1b]0;x\\x07[red]m[/red]"]


def test_a_problem_tells_code_sentence_fields_and_advice() -> None:
    """Each refusal says what to do."""
    error = ActionsClientError(
        "INVALID_ARGUMENT", "The event is refused.", violations=(Violation("event.user", "is missing"),)
    )
    out = io.StringIO()
    show_problem(Console(file=out, soft_wrap=True), explain(error, subject="event.json"))
    assert out.getvalue().splitlines() == [
        "error INVALID_ARGUMENT: event.json: The event is refused.",
        "  event.user: is missing",
        "  what to do: Change what is named above.",
    ]


def test_exit_codes_tell_refused_from_unreachable() -> None:
    """Scripts wait for a server and give up on a refusal."""
    assert explain(ActionsClientError("ABORTED", "m")).exit_code == FAILED
    assert explain(ServerUnreachableError("UNAVAILABLE", "m")).exit_code == UNREACHABLE


def test_the_time_to_retry_is_the_advice() -> None:
    """What the server knows about it is passed on."""
    error = ActionsClientError("RESOURCE_EXHAUSTED", "m", retry_after_s=1.5)
    assert explain(error).advice == "Run the command again in 1.5 s."


def test_a_problem_is_a_json_document() -> None:
    """Programs get all that people get."""
    document = Problem("NOT_FOUND", "m", places=(Place("r", "m", "h", "a.py", 1, 2, "x"),)).to_document()
    assert document["code"] == "NOT_FOUND"
    assert document["diagnostics"][0] == {
        "rule": "r",
        "message": "m",
        "hint": "h",
        "file": "a.py",
        "line": 1,
        "column": 2,
        "source_line": "x",
    }
