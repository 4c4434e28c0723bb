import sys
from pathlib import Path

import pytest

from actions_sdk.cli import test as command
from tests.actions_sdk.conftest import Actions


def _write(project: Path, body: str) -> None:
    for file in (project / "tests").iterdir():
        file.unlink()
    (project / "tests/test_it.py").write_text(body)


def test_the_projects_tests_run(run_offline: Actions, project: Path) -> None:
    """Each test is in the document; what pytest says does not get into it."""
    _write(project, "def test_one(): pass\ndef test_two(): assert 1 == 2\n")
    ended = run_offline("test", "--json")
    assert ended.exit_code == 1
    outcomes = {case["name"]: case["outcome"] for case in ended.document["tests"]}
    assert outcomes == {"tests.test_it::test_one": "passed", "tests.test_it::test_two": "failed"}
    messages = {case["outcome"]: case["message"] for case in ended.document["tests"]}
    assert messages == {"passed": "", "failed": "assert 1 == 2"}


def test_arguments_reach_pytest_unread(run_offline: Actions, project: Path) -> None:
    """Options of pytest need no separator."""
    _write(project, "def test_one(): pass\ndef test_two(): assert 1 == 2\n")
    ended = run_offline("test", "-k", "one", "--json")
    assert ended.exit_code == 0
    assert [case["name"] for case in ended.document["tests"]] == ["tests.test_it::test_one"]


def test_no_tests_and_wrong_usage_are_told_apart(run_offline: Actions, project: Path) -> None:
    """Nothing to run is a failure; an option that pytest does not have is wrong usage."""
    _write(project, "")
    assert run_offline("test").exit_code == 1
    assert run_offline("test", "--no-such-option").exit_code == 2


def test_a_missing_pytest_says_how_to_install_it(
    run_offline: Actions, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the interpreter that would run it."""
    monkeypatch.setattr(command, "find_spec", lambda name: None)
    ended = run_offline("test")
    assert ended.exit_code == 1
    assert f"{Path(sys.executable).name} -m pip install 'actions-runtime[testing]'" in ended.err
