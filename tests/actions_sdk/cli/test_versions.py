"""What runs, what ran, what differs, and secrets, in front of a real server."""

from pathlib import Path
from typing import Any

import pytest

from actions_sdk.cli.diff import compare
from actions_sdk.client import ActionsClient
from tests.actions_sdk.conftest import Actions

SOURCE = "def on_execute_post_login(event, api):\n    print({0})\n"


@pytest.fixture
def greet(actions: Actions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of an action with two versions, the second of which runs."""
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "actions/greet.py"
    file.parent.mkdir()
    for number in (1, 2):
        file.write_text(SOURCE.format(number))
        assert actions("push", str(file)).exit_code == 0
        assert actions("deploy", "greet", "--label", f"v{number}").exit_code == 0
    return file


def test_versions_are_listed_newest_first_with_the_one_that_runs(actions: Actions, greet: Path) -> None:
    """Number, time, label."""
    first, second = actions("versions", "greet").out.splitlines()
    assert first.startswith("2  20")
    assert first.endswith("  runs  v2")
    assert second.endswith("  v1")
    assert "runs" not in second
    found = actions("versions", "greet", "--json").document
    assert [(one["number"], one["deployed"]) for one in found["versions"]] == [(2, True), (1, False)]


def test_a_rollback_runs_the_old_content_under_a_new_number(
    actions: Actions, client: ActionsClient, greet: Path
) -> None:
    """The draft stays as it is."""
    ended = actions("rollback", "greet", "1")
    assert ended.out == "greet  version 3 runs, with the content of version 1\n"
    assert client.get_version("greet", 3).source == SOURCE.format(1)
    assert client.get_action("greet").source == SOURCE.format(2)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("versions", "nobody"), 1),
        (("rollback", "greet", "9"), 1),
        (("rollback", "greet", "0"), 2),
        (("rollback", "greet"), 2),
        (("diff", "nobody"), 1),
        (("diff", "nobody.py"), 1),
        (("secrets", "list", "nobody"), 1),
    ],
)
def test_what_is_not_there_is_told_with_advice(
    actions: Actions, greet: Path, arguments: tuple[str, ...], code: int
) -> None:
    """A failure says what to do; wrong usage exits with 2."""
    ended = actions(*arguments)
    assert ended.exit_code == code
    assert code == 2 or "what to do:" in ended.err


def test_an_action_without_versions_says_how_to_make_one(actions: Actions, tmp_path: Path) -> None:
    """An empty list would say nothing."""
    (tmp_path / "new.py").write_text(SOURCE.format(1))
    actions("push", str(tmp_path / "new.py"))
    assert actions("versions", "new").out == "new has no version; `actions deploy new` makes one\n"


def test_a_difference_is_shown_from_what_runs_to_the_file(actions: Actions, greet: Path) -> None:
    """Each step names the command that takes it."""
    assert actions("diff", "greet", "--exit-code").exit_code == 0
    greet.write_text(SOURCE.format(3))
    actions("push", "actions/greet.py")
    greet.write_text(SOURCE.format(4))
    ended = actions("diff", "greet")
    assert ended.exit_code == 0
    lines = ended.out.splitlines()
    assert "version 2 → draft: `actions deploy greet` makes this change" in lines
    assert "draft → actions/greet.py: `actions push actions/greet.py` makes this change" in lines
    assert [line for line in lines if line.startswith(("  -", "  +"))] == [
        "  -    print(2)",
        "  +    print(3)",
        "  -    print(3)",
        "  +    print(4)",
    ]
    assert actions("diff", "greet", "--exit-code").exit_code == 1
    steps: list[dict[str, Any]] = actions("diff", "greet", "--json").document["steps"]
    assert [step["changed"] for step in steps] == [True, True]


def test_an_action_without_a_file_here_is_compared_without_one(
    actions: Actions, greet: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """What the server has can be seen from anywhere."""
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    ended = actions("diff", "greet")
    assert ended.exit_code == 0
    assert "there is no file of this action here" in ended.out


def test_the_end_of_the_last_line_is_a_difference() -> None:
    """Two texts are told apart wherever they differ, and lines end at line feeds alone."""
    step = compare(("a", "x\n"), ("b", "x"), "c")
    assert step.changed
    assert step.diff.split("\n")[-2:] == ["-x", "+x  (no line end)"]
    assert compare(("a", "x\f\n"), ("b", "x\f\n"), "c").diff == ""
    assert compare(("a", ""), ("b", "x\n"), "c").diff.split("\n")[-1] == "+x"


def test_secrets_go_in_and_only_names_come_out(actions: Actions, client: ActionsClient, greet: Path) -> None:
    """From the environment and from standard input; removal leaves the others."""
    ended = actions("secrets", "set", "greet", "A", "B", A="value-a", B="value-b")
    assert ended.out == "greet  A, B\n"
    assert actions("secrets", "set", "greet", "C", "--stdin", stdin=b"value-c\n").exit_code == 0
    ended = actions("secrets", "list", "greet", "--json")
    assert ended.document == {"action": "greet", "secrets": ["A", "B", "C"], "warnings": []}
    assert actions("secrets", "remove", "greet", "B").out == "greet  A, C\n"
    assert list(client.get_action("greet").secret_names) == ["A", "C"]


def test_a_value_on_the_command_line_is_taken_with_a_warning(actions: Actions, greet: Path) -> None:
    """The shell remembers it; the value itself is not shown again."""
    ended = actions("secrets", "set", "greet", "A=value-a")
    assert ended.exit_code == 0
    assert "warning the value of A was on the command line" in ended.out
    assert "value-a" not in ended.out
    document = actions("secrets", "set", "greet", "A=value-a", "--json").document
    assert len(document["warnings"]) == 1


@pytest.mark.parametrize("arguments", [("NOT_THERE",), ("A", "B", "--stdin"), ("A=1", "--stdin"), ()])
def test_a_secret_without_a_value_is_wrong_usage(actions: Actions, greet: Path, arguments: tuple[str, ...]) -> None:
    """Without a terminal nobody is asked."""
    assert actions("secrets", "set", "greet", *arguments).exit_code == 2
