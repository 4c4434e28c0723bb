from pathlib import Path
from typing import Final

import pytest

from actions_sdk.cli import type_checks
from actions_sdk.cli.judging import SecretRead, find_secret_reads
from tests.actions_sdk.conftest import Actions

TYPED: Final = """from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from actions_sdk.types import PostLoginApi, PostLoginEvent


def on_execute_post_login(event: "PostLoginEvent", api: "PostLoginApi") -> None:
    count: int = event.user.email
    api.user.set_app_metdata("count", count)
"""


def _write(project: Path, text: str) -> None:
    (project / "actions/it.py").write_text(text)


def test_every_file_of_the_project_is_judged(run_offline: Actions, project: Path) -> None:
    """One refusal does not hide the others; the exit code says that there is one."""
    _write(project, "import os\ndef on_execute_post_login(event, api): pass\n")
    ended = run_offline("check", "--no-types")
    assert ended.exit_code == 1
    assert "ok  actions/merge_cart.py" in ended.out
    assert "actions/it.py:1:8: import-not-allowed" in ended.err


def test_files_and_folders_can_be_named(run_offline: Actions, project: Path) -> None:
    """Only those are judged."""
    ended = run_offline("check", "--no-types", "actions/merge_cart.py", "--json")
    assert [file["file"] for file in ended.document["files"]] == ["actions/merge_cart.py"]
    ended = run_offline("check", "--no-types", "actions", "--json")
    assert len(ended.document["files"]) == 2


def test_types_are_checked_where_mypy_is(run_offline: Actions, project: Path) -> None:
    """Wrong types and misspelled calls are found before anything runs, in the order of their lines."""
    _write(project, TYPED)
    ended = run_offline("check", "actions/it.py", "--json")
    assert ended.exit_code == 1
    (file,) = ended.document["files"]
    assert ended.document["types_checked"]
    assert [(place["rule"], place["line"], place["column"]) for place in file["diagnostics"]] == [
        ("type: assignment", 8, 18),
        ("type: attr-defined", 9, 5),
    ]
    assert 'maybe "set_app_metadata"' in file["diagnostics"][1]["message"]


def test_it_says_when_types_were_not_checked(
    run_offline: Actions, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Silence would look like success."""
    monkeypatch.setattr(type_checks, "find_spec", lambda name: None)
    ended = run_offline("check")
    assert ended.exit_code == 0
    assert "note: types were not checked: mypy is not installed; `pip install mypy` adds it" in ended.out


def test_a_secret_that_is_not_declared_is_refused_with_its_place(run_offline: Actions, project: Path) -> None:
    """At a server it would be missing; the project says which there are."""
    _write(project, "def on_execute_post_login(event, api):\n    print(event.secrets['TOKEN'])\n")
    ended = run_offline("check", "--no-types", "actions/it.py")
    assert ended.exit_code == 1
    assert "actions/it.py:2:25: secret-not-declared: the secret 'TOKEN'" in ended.err
    assert 'add "TOKEN" to secrets under [actions.it]' in ended.err
    with (project / "actions.toml").open("a") as file:
        file.write('[actions.it]\nsecrets = ["TOKEN"]\n')
    assert run_offline("check", "--no-types", "actions/it.py").exit_code == 0


def test_without_a_project_file_it_says_that_secrets_were_not_checked(run_offline: Actions, tmp_path: Path) -> None:
    """A single file somewhere can be judged all the same."""
    file = tmp_path / "greet.py"
    file.write_text("def on_execute_post_login(event, api):\n    print(event.secrets.X)\n")
    ended = run_offline("check", "--no-types", str(file))
    assert ended.exit_code == 0
    assert "note: secrets were not checked: there is no actions.toml" in ended.out


def test_a_folder_without_actions_is_told(
    run_offline: Actions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing to do must not look like success."""
    monkeypatch.chdir(tmp_path)
    ended = run_offline("check")
    assert ended.exit_code == 1
    assert "actions init" in ended.err


def test_a_file_that_is_no_text_is_told_beside_the_others(run_offline: Actions, project: Path) -> None:
    """The place is the byte."""
    (project / "actions/it.py").write_bytes(b"x = '\xff'\n")
    ended = run_offline("check", "--no-types")
    assert ended.exit_code == 1
    assert "not UTF-8: byte 5" in ended.err
    assert "ok  actions/merge_cart.py" in ended.out


@pytest.mark.parametrize(
    ("line", "reads"),
    [
        ("event.secrets.A", [("A", 1)]),
        ("event.secrets['A']", [("A", 15)]),
        ("event.secrets.get('A')", [("A", 19)]),
        ("e.secrets.A + x.secrets.B", [("A", 1), ("B", 15)]),
        ("'ü', event.secrets.A", [("A", 6)]),
        ("event.secrets.keys()", []),
        ("event.secrets[name]", []),
        ("event.user.secrets.A", []),
        ("secrets.A", []),
        ("(", []),
    ],
)
def test_reads_of_secrets_are_found(line: str, reads: list[tuple[str, int]]) -> None:
    """By attribute, by key and by `get`; what is computed is not known."""
    assert find_secret_reads(line) == [SecretRead(name, 1, column) for name, column in reads]


def test_a_name_for_the_secrets_is_followed() -> None:
    """Authors write `secrets = event.secrets` first."""
    assert find_secret_reads("s = event.secrets\ns.A\ns.get('B')") == [SecretRead("A", 2, 1), SecretRead("B", 3, 7)]
