from pathlib import Path

import pytest

from actions_sdk.cli.mending import suggest_mend
from tests.golden.wrong_code import FILE, WRONG, Wrong, tell, write


def test_every_message_is_the_one_agreed_on() -> None:
    """Change a message and read it here: `python -m tests.golden.wrong_code` writes the file anew."""
    assert "\n".join(write()) == FILE.read_text(encoding="utf-8")


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: wrong.title)
def test_every_message_names_the_line(wrong: Wrong, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a caret below the column; a handler that is nowhere has no line."""
    monkeypatch.chdir(tmp_path)
    told = tell(wrong)
    assert wrong.title == "a handler of another platform" or ("actions/cart.py:" in told and "^" in told)


@pytest.mark.parametrize(
    ("kind", "message", "mend"),
    [
        ("KeyError", "'qty'", ".get('qty')"),
        ("KeyError", "0", "no positions"),
        ("IndexError", "list index out of range", "len(...)"),
        ("NameError", "name 'evnt' is not defined", "'event'"),
        ("NameError", "name 'zzzzz' is not defined", "a value"),
        ("TypeError", "add() missing 1 required positional argument: 'b'", "add(a, b)"),
        ("TypeError", "add() takes 2 positional arguments but 3 were given", "add(a, b)"),
        ("TypeError", "Access.deny() missing 1 required positional argument: 'reason'", "deny(reason)"),
        ("TypeError", "'NoneType' object is not iterable", "isinstance"),
        ("ZeroDivisionError", "division by zero", "not 0"),
        ("TIMED_OUT", "the action took more than 1000 ms", "loop"),
        ("RuntimeError", "out of range", ""),
    ],
)
def test_a_mend_is_suggested_for_what_a_script_raised(kind: str, message: str, mend: str) -> None:
    """By type and message; where nothing is known nothing is said."""
    found = suggest_mend(kind, message, "def add(a, b):\n    return event\n")
    assert mend in found
    assert bool(mend) == bool(found)
