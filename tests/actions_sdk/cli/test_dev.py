"""The command that runs at every save, as a process of its own."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from actions_sdk.cli import watching
from actions_sdk.cli.watching import (
    choose_watch,
    list_changes,
    matters,
    read_settled_times,
    read_times,
    wait_for_time,
)
from tests.actions_sdk.conftest import Actions

HANDLER = "def on_execute_post_login(event, api):\n    print({0})\n"


class Dev:
    """A running `actions dev --json`."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def read(self, kind: str, **facts: Any) -> dict[str, Any]:
        """Return the next document of a kind with these facts."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            document: dict[str, Any] = json.loads(line)
            if document["kind"] == kind and facts.items() <= document.items():
                return document
        raise AssertionError(f"it ended without {kind}: {self.process.stderr and self.process.stderr.read()}")


@contextmanager
def _run_dev(*arguments: str) -> Iterator[Dev]:
    command = [sys.executable, "-m", "actions_sdk.cli", "dev", "--json", *arguments]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, env=os.environ | {"NO_COLOR": "1"}) as process:
        try:
            yield Dev(process)
        finally:
            process.send_signal(signal.SIGINT)
            process.stdout and process.stdout.read()
    assert process.returncode == 0


@pytest.mark.parametrize("arguments", [(), ("--poll",)], ids=["notified", "polling"])
def test_a_save_is_run_at_once(project: Path, arguments: tuple[str, ...]) -> None:
    """A change, a new file, a wrong file and a removed one; it says what it watches and what it read again."""
    with _run_dev("--no-playground", *arguments) as dev:
        assert dev.read("ran", action="merge-cart")["result"]["decision"] == "CONTINUE"
        watching = dev.read("watching")
        assert watching["folders"][:2] == [".", "actions"]
        assert ("as asked" in watching["how"]) == bool(arguments)

        file = project / "actions/it.py"
        file.write_text(HANDLER.format("1"))
        dev.read("reloaded", files=["actions/it.py"], actions=["it"])
        assert dev.read("ran", action="it")["result"]["results"][0]["logs"] == [{"level": "log", "text": "1"}]

        file.write_text(HANDLER.format("event.secrets.X") + "import os\n")
        (error,) = dev.read("ran", action="it")["errors"]
        assert [place["rule"] for place in error["diagnostics"]] == ["import-not-allowed"]

        file.unlink()
        assert dev.read("reloaded", actions=[])["files"] == ["actions/it.py (gone)"]

        event = project / "events/new_guest.json"
        event.write_text(event.read_text() + "\n")
        dev.read("reloaded", actions=["registration-copy"])
        dev.read("ran", action="registration-copy")


def test_a_wrong_project_file_is_told_and_the_right_one_read_again(project: Path) -> None:
    """A typo does not end it."""
    with _run_dev("--no-playground") as dev:
        dev.read("watching")
        file = project / "actions.toml"
        right = file.read_text()
        file.write_text("[action]\n")
        (error,) = dev.read("refused")["errors"]
        assert error["reason"] == "PROJECT_FILE_INVALID"
        file.write_text(right)
        dev.read("reloaded", actions=["merge-cart", "registration-copy"])


def test_the_playground_is_served_beside_it(project: Path) -> None:
    """Its address is told first; it is on this machine."""
    with _run_dev() as dev:
        assert dev.read("playground")["url"].startswith("http://127.0.0.1:")
        dev.read("watching")


def test_a_folder_without_actions_is_not_watched(
    run_offline: Actions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says why, and what to do."""
    monkeypatch.chdir(tmp_path)
    ended = run_offline("dev", "--no-playground")
    assert ended.exit_code == 1
    assert "nothing to watch" in ended.err
    assert "actions init" in ended.err


def test_it_polls_and_says_why_where_watchfiles_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An author who sees a slow answer knows what to install."""
    monkeypatch.setitem(sys.modules, "watchfiles", None)
    watch = choose_watch([tmp_path])
    assert watch.wait is wait_for_time
    assert "watchfiles cannot be loaded" in watch.how


def test_it_polls_and_says_why_where_the_system_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's reason is told: its limit of watches, for one, can be raised."""

    def refuse(*_: Any, **__: Any) -> Iterator[Any]:
        raise OSError("OS file watch limit reached.")

    monkeypatch.setattr(watching, "_watch", refuse)
    watch = choose_watch([tmp_path])
    assert watch.wait is wait_for_time
    assert "OS file watch limit reached." in watch.how


def test_new_changed_and_removed_files_are_found(tmp_path: Path) -> None:
    """By their own times, whoever gave notice; a folder that is missing holds none."""
    file = tmp_path / "a.py"
    folders = [tmp_path, tmp_path / "missing"]
    seen = read_times(folders)
    found = []
    for change in (lambda: file.write_text("1"), lambda: file.write_text("22"), file.unlink):
        change()
        now = read_settled_times(folders, seen, threading.Event())
        found.append(list_changes(seen, now))
        seen = now
    assert found == [{file}] * 3
    assert list_changes(seen, read_times(folders)) == set()


def test_polling_ends_when_it_is_told() -> None:
    """Nobody waits for it."""
    stop = threading.Event()
    stop.set()
    assert list(wait_for_time([], stop)) == []


@pytest.mark.parametrize(
    ("name", "expected"),
    [("a.py", True), ("e.json", True), ("actions.toml", True), (".#a.py", False), ("a.py~", False), ("a.pyc", False)],
)
def test_only_files_that_change_what_actions_do_matter(name: str, expected: bool) -> None:
    """Editors leave other files behind."""
    assert matters(f"/x/{name}") is expected
