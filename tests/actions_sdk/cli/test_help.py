import re

import pytest

from tests.actions_sdk.conftest import Actions

COMMANDS = (
    ("init",),
    ("run",),
    ("check",),
    ("test",),
    ("dev",),
    ("login",),
    ("push",),
    ("diff",),
    ("deploy",),
    ("bind",),
    ("trigger",),
    ("versions",),
    ("rollback",),
    ("secrets", "list"),
    ("secrets", "set"),
    ("secrets", "remove"),
)


def test_every_command_is_listed_and_none_that_is_not_there(run_offline: Actions) -> None:
    """The list is in the order of an author's day."""
    ended = run_offline("--help")
    listed = re.findall(r"^│ ([a-z]+)  ", ended.out, re.MULTILINE)
    assert listed == list(dict.fromkeys(name[0] for name in COMMANDS))


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_has_help_and_gives_json(run_offline: Actions, command: tuple[str, ...]) -> None:
    """Programs can use each of them."""
    ended = run_offline(*command, "--help")
    assert ended.exit_code == 0
    assert "--json" in ended.out


def test_a_misspelled_command_is_guessed(run_offline: Actions) -> None:
    """And exits with 2."""
    ended = run_offline("chekc")
    assert ended.exit_code == 2
    assert "Did you mean 'check'?" in ended.err
