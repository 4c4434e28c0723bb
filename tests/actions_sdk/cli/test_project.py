from pathlib import Path

import pytest

from actions_sandbox.contract import OnError
from actions_sdk.cli.problems import Problem
from actions_sdk.cli.project import find_project, read_project

HANDLER = "def on_execute_post_login(event, api):\n    pass\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder with two sources in `actions` and an empty project file."""
    (tmp_path / "actions").mkdir()
    for name in ("merge_cart", "greet"):
        (tmp_path / f"actions/{name}.py").write_text(HANDLER)
    (tmp_path / "actions.toml").touch()
    return tmp_path


def _refuse(root: Path, text: str) -> Problem:
    (root / "actions.toml").write_text(text)
    with pytest.raises(Problem) as caught:
        read_project(root)
    return caught.value


def test_a_project_is_found_from_any_folder_in_it(root: Path) -> None:
    """An author may stand anywhere in it."""
    project = find_project(root / "actions")
    assert (project.root, project.configured) == (root, True)
    assert sorted(project.entries) == ["greet", "merge-cart"]


def test_a_folder_without_a_file_still_has_its_actions(tmp_path: Path) -> None:
    """The file is optional; what it would declare is not known then."""
    (tmp_path / "actions").mkdir()
    (tmp_path / "actions/greet.py").write_text(HANDLER)
    project = find_project(tmp_path)
    assert not project.configured
    assert list(project.entries) == ["greet"]


def test_the_file_says_event_secrets_and_what_happens_on_errors(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Values of secrets come from the environment alone; one that is missing is told."""
    (root / "actions.toml").write_text(
        '[actions.greet]\nevent = "events/e.json"\nsecrets = ["A_B", "MISSING_C"]\non_error = "skip"\n'
    )
    monkeypatch.setenv("A_B", "value")
    monkeypatch.delenv("MISSING_C", raising=False)
    entry = read_project(root).find("greet")
    assert entry.event == root / "events/e.json"
    action = entry.load()
    assert (action.secrets, action.on_error) == ({"A_B": "value"}, OnError.SKIP)
    assert entry.missing_secrets == ("MISSING_C",)


def test_an_action_is_found_by_its_name_and_by_its_file(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both spellings of a name, and a path from where the author stands."""
    monkeypatch.chdir(root)
    project = find_project()
    entry = project.entries["merge-cart"]
    assert project.find("merge-cart") == project.find("merge_cart") == project.find("actions/merge_cart.py") == entry


def test_a_misspelled_action_is_guessed(root: Path) -> None:
    """The refusal names the near one and all there are."""
    with pytest.raises(Problem) as caught:
        read_project(root).find("merge-crat")
    assert "Did you mean merge-cart?" in caught.value.advice
    assert "greet, merge-cart" in caught.value.advice


@pytest.mark.parametrize(
    ("text", "line", "message", "hint"),
    [
        ("[actions.greet]\nsecretz = []\n", 2, "no key 'secretz'", "did you mean secrets?"),
        ("[action.greet]\n", 1, "no table 'action'", "did you mean actions?"),
        ('[actions.greet]\n\nsecrets = "A"\n', 3, "must be a list", 'secrets = ["API_TOKEN"]'),
        ("[actions.greet]\nevent = 1\n", 2, "must be a text", 'event = "..."'),
        ('[actions.greet]\non_error = "stop"\n', 2, "deny or skip", 'on_error = "deny"'),
        ("[actions.nobody]\n", 1, "has no file", "make it"),
        ('[actions.greet]\nfile = "x.py"\n', 2, "has no file", "make it"),
        ('[actions.merge_cart]\nfile = "actions/merge_cart.py"\n', 1, "hyphens: merge-cart", "[actions.merge-cart]"),
        ("actions = 1\n", 1, "must be a table", "[actions.merge-cart]"),
        ("[actions.greet]\nsecrets = [\n", 2, "not TOML", ""),
    ],
)
def test_what_is_wrong_in_the_file_is_told_with_its_line(
    root: Path, text: str, line: int, message: str, hint: str
) -> None:
    """A typo is found where it stands, with what to write instead."""
    problem = _refuse(root, text)
    (place,) = problem.places
    assert message in place.message
    assert hint in place.hint
    if "not TOML" not in message:
        assert place.line == line
        assert place.source_line == text.splitlines()[line - 1]
