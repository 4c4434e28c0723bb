import json
from pathlib import Path

import pytest

from actions_sandbox.contract import Trigger
from actions_sdk.cli.init import TEMPLATE, list_template
from actions_sdk.handlers import find_triggers
from tests.actions_sdk.conftest import Actions


def test_a_new_project_holds_all_that_an_author_needs(
    run_offline: Actions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An action for each trigger, events, tests, settings of editors; and it says what to do next."""
    monkeypatch.chdir(tmp_path)
    ended = run_offline("init", "shop")
    assert (ended.exit_code, ended.err) == (0, "")
    assert "cd shop" in ended.out
    sources = [path.read_text() for path in (tmp_path / "shop/actions").glob("*.py")]
    assert sorted(trigger for source in sources for trigger in find_triggers(source)) == sorted(Trigger)
    for file in ("actions.toml", "pyrightconfig.json", ".vscode/settings.json", "events/new_guest.json"):
        assert (tmp_path / "shop" / file).is_file()


def test_a_new_project_is_accepted_and_runs(run_offline: Actions, project: Path) -> None:
    """Nothing has to be changed before the first run."""
    assert run_offline("check", "--no-types").exit_code == 0
    for action in ("merge-cart", "registration-copy"):
        document = run_offline("run", action, "--mode", "in-process", "--json").document
        assert document["decision"] == "CONTINUE"
        assert document["commands"]


def test_nothing_is_overwritten(run_offline: Actions, tmp_path: Path) -> None:
    """One file that is there already stops all of it."""
    (tmp_path / "actions.toml").write_text("# mine\n")
    ended = run_offline("init", str(tmp_path))
    assert ended.exit_code == 1
    assert "already actions.toml" in ended.err
    assert "what to do:" in ended.err
    assert [path.name for path in tmp_path.iterdir()] == ["actions.toml"]


def test_what_was_written_is_json_when_asked(run_offline: Actions, tmp_path: Path) -> None:
    """Programs get the list of files."""
    document = run_offline("init", str(tmp_path / "x"), "--json").document
    assert "actions/merge_cart.py" in document["files"]
    assert all((tmp_path / "x" / file).is_file() for file in document["files"])


def test_a_folder_that_cannot_be_made_is_told(run_offline: Actions, tmp_path: Path) -> None:
    """The reason is the system's."""
    (tmp_path / "file").touch()
    ended = run_offline("init", str(tmp_path / "file" / "x"))
    assert ended.exit_code == 1
    assert "Not a directory" in ended.err


def test_the_template_has_no_leftovers_and_valid_settings() -> None:
    """Caches of the template's own tests never reach an author; editors can read their settings."""
    files = [file.as_posix() for file in list_template()]
    assert not [file for file in files if "cache" in file]
    for file in files:
        if file.endswith(".json"):
            assert json.loads((TEMPLATE / file).read_text())
