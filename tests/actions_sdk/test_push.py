from pathlib import Path

import pytest
import typer

from actions_sandbox.contract import Trigger
from actions_sdk.cli.problems import Problem
from actions_sdk.cli.push import read_secrets
from actions_sdk.cli.sources import choose_trigger, list_files, name_action, read_text
from actions_sdk.handlers import find_triggers


@pytest.mark.parametrize(
    ("file", "action"),
    [
        ("merge_cart.py", "merge-cart"),
        ("a/b/cart.py", "cart"),
        ("merge-cart", "merge-cart"),
        ("x1_y.py", "x1-y"),
    ],
)
def test_an_action_is_named_after_its_file(file: str, action: str) -> None:
    """Underscores of file names become the hyphens of ids."""
    assert name_action(file) == action


@pytest.mark.parametrize("file", ["1cart.py", "Cart.py", "_cart.py", "cärt.py", "a" * 64, ".py", "a b.py"])
def test_a_file_name_that_is_no_id_is_refused_with_advice(file: str) -> None:
    """The refusal names the file and what a name may be."""
    with pytest.raises(Problem) as caught:
        name_action(file)
    assert caught.value.subject == file
    assert "lower-case" in caught.value.advice


@pytest.mark.parametrize(
    ("source", "triggers"),
    [
        ("def onExecutePostLogin(event, api): ...", [Trigger.POST_LOGIN]),
        ("async def on_execute_post_login(event, api): ...", [Trigger.POST_LOGIN]),
        ("async def onExecutePreUserRegistration(e, a): ...", [Trigger.PRE_USER_REGISTRATION]),
        ("def f(e, a): ...\non_execute_pre_user_registration = f", [Trigger.PRE_USER_REGISTRATION]),
        ("def on_execute_post_login(event, api):\n    return (", [Trigger.POST_LOGIN]),
        ("class A:\n    def on_execute_post_login(self, event): ...", []),
        ("'def on_execute_post_login'", []),
        ("def on_execute_post_logins(event, api): ...", []),
        ("x = '\0'", []),
        ("", []),
    ],
)
def test_the_trigger_is_found_from_the_handler_at_top_level(source: str, triggers: list[Trigger]) -> None:
    """Both spellings count, functions and assignments, also in a file that does not parse."""
    assert find_triggers(source) == triggers


def test_a_file_for_two_triggers_is_refused() -> None:
    """An action has one trigger; which one is not guessed."""
    source = "def onExecutePostLogin(e, a): ...\ndef onExecutePreUserRegistration(e, a): ..."
    with pytest.raises(Problem, match="post-login and pre-user-registration"):
        choose_trigger(source)


def test_a_directory_gives_its_actions_in_order_and_nothing_else(tmp_path: Path) -> None:
    """Tests, hidden and private files beside actions are no actions."""
    for name in ("b.py", "a.py", "_c.py", ".d.py", "test_a.py", "conftest.py", "e.txt"):
        (tmp_path / name).touch()
    assert [file.name for file in list_files([tmp_path])] == ["a.py", "b.py"]


def test_a_directory_without_actions_is_refused(tmp_path: Path) -> None:
    """Nothing to do must not look like success."""
    with pytest.raises(Problem, match="no source"):
        list_files([tmp_path])


def test_a_file_that_is_not_utf8_is_refused_with_the_byte(tmp_path: Path) -> None:
    """The place is named; a byte order mark is taken off."""
    (tmp_path / "a.py").write_bytes(b"x = '\xff'")
    with pytest.raises(Problem, match="byte 5"):
        read_text(tmp_path / "a.py")
    (tmp_path / "b.py").write_bytes(b"\xef\xbb\xbfx = 1\r\n")
    assert read_text(tmp_path / "b.py") == "x = 1\r\n"


def test_a_secret_comes_from_the_option_or_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A value may hold = and be empty; a missing name is wrong usage."""
    monkeypatch.setenv("FROM_ENV", "e")
    monkeypatch.delenv("MISSING", raising=False)
    assert read_secrets(["A=b=c", "FROM_ENV", "EMPTY="]) == {"A": "b=c", "FROM_ENV": "e", "EMPTY": ""}
    with pytest.raises(typer.BadParameter, match="MISSING"):
        read_secrets(["MISSING"])
