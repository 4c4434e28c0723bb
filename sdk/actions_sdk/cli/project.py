"""A project of actions: the folder with ``actions.toml``, and what that file says.

Runs in: developer's machine.
"""

import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, NoReturn

from actions_sandbox.contract import OnError
from actions_sdk.cli.problems import Place, Problem
from actions_sdk.cli.sources import is_action_file, name_action
from actions_sdk.harness.places import shorten_path
from actions_sdk.harness.sources import Action, load_action

FILE: Final = "actions.toml"
"""Name of a project's file, which stands at its top."""

FOLDER: Final = "actions"
"""Folder of a project's actions."""

_KEYS: Final = ("file", "event", "secrets", "on_error")
_AT_LINE: Final = re.compile(r" \(at line (\d+), column (\d+)\)$")


@dataclass(frozen=True, slots=True)
class Entry:
    """What a project knows of one action.

    Attributes:
        name: The action's name.
        file: Its file.
        event: The event that it is tried with when no other is named: a file; None when none is.
        secrets: Names of the secrets that it reads.
        on_error: What happens when it fails.
    """

    name: str
    file: Path
    event: Path | None = None
    secrets: tuple[str, ...] = ()
    on_error: OnError = OnError.DENY

    def load(self) -> Action:
        """Load the action with those secrets that the environment holds.

        Raises:
            actions_sdk.harness.HarnessError: The file cannot be read.
        """
        values = {name: os.environ[name] for name in self.secrets if name in os.environ}
        return load_action(self.file, name=self.name, secrets=values, on_error=self.on_error)

    @property
    def missing_secrets(self) -> tuple[str, ...]:
        """Declared secrets that the environment does not hold."""
        return tuple(name for name in self.secrets if name not in os.environ)


@dataclass(frozen=True, slots=True)
class Project:
    """A folder of actions.

    Attributes:
        root: The folder.
        configured: Whether it has an ``actions.toml``.
        entries: The actions by name: those that the file names, and every source in the folder ``actions``.
    """

    root: Path
    configured: bool = False
    entries: Mapping[str, Entry] = field(default_factory=dict)

    def find(self, name: str) -> Entry:
        """Return an action by its name or its file.

        Raises:
            Problem: There is none.
        """
        path = Path(name)
        if path.suffix == ".py":
            return self._find_file(path)
        entry = self.entries.get(name_action(name))
        return entry if entry is not None else self._miss(name)

    def _find_file(self, path: Path) -> Entry:
        if not path.is_file():
            self._miss(str(path))
        for entry in self.entries.values():
            if entry.file.exists() and entry.file.samefile(path):
                return entry
        return Entry(name_action(path.name), path)

    def _miss(self, name: str) -> NoReturn:
        names = sorted(self.entries)
        close = get_close_matches(name.replace("_", "-"), names, 1)
        advice = f"Did you mean {close[0]}? " if close else ""
        advice += f"There are: {', '.join(names)}." if names else "Name a file, or make a project with `actions init`."
        raise Problem("NOT_FOUND", "There is no such action here.", advice=advice, subject=name)


def find_project(start: Path | None = None) -> Project:
    """Return the project around a folder; the folder itself when there is no ``actions.toml`` at or above it.

    Args:
        start: The folder; the current one when omitted.

    Raises:
        Problem: ``actions.toml`` is not valid; names the line.
    """
    folder = (start or Path.cwd()).absolute()
    for root in (folder, *folder.parents):
        if (root / FILE).is_file():
            return read_project(root)
    return Project(folder, entries={entry.name: entry for entry in _list_sources(folder / FOLDER)})


def read_project(root: Path) -> Project:
    """Read the project of a folder with an ``actions.toml``.

    Raises:
        Problem: The file is not valid; names the line.
    """
    path = root / FILE
    try:
        text = path.read_text(encoding="utf-8")
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        _refuse_toml(path, text, error)
    except (OSError, UnicodeDecodeError):
        raise Problem(
            "INVALID_ARGUMENT", "The file cannot be read as UTF-8.", subject=shorten_path(str(path))
        ) from None
    reader = _Reader(path, text)
    reader.require_keys(document, ("actions",), "")
    entries = {entry.name: entry for entry in _list_sources(root / FOLDER)}
    for name, facts in reader.read_table(document, "actions").items():
        entries[name] = reader.read_entry(name, facts)
    return Project(root, True, entries)


def _list_sources(folder: Path) -> Iterable[Entry]:
    if folder.is_dir():
        for file in sorted(folder.glob("*.py")):
            if is_action_file(file.name):
                yield Entry(name_action(file.name), file)


def _refuse_toml(path: Path, text: str, error: tomllib.TOMLDecodeError) -> NoReturn:
    found = _AT_LINE.search(str(error))
    message = _AT_LINE.sub("", str(error))
    line, column = (int(found[1]), int(found[2])) if found else (0, 0)
    _refuse(path, text, f"This is not TOML: {message}.", line, column)


def _refuse(path: Path, text: str, message: str, line: int, column: int = 0, hint: str = "") -> NoReturn:
    lines = text.splitlines()
    shown = lines[line - 1][:200] if 0 < line <= len(lines) else ""
    file = shorten_path(str(path))
    place = Place("project-file", message.rstrip("."), hint, file, line, column, shown)
    raise Problem(
        "INVALID_ARGUMENT",
        f"{FILE} is not valid.",
        reason="PROJECT_FILE_INVALID",
        advice="Change the line named above.",
        places=(place,),
        subject=file,
    )


class _Reader:
    """Reads the tables of a project's file and names the line of what is wrong."""

    def __init__(self, path: Path, text: str) -> None:
        self._path = path
        self._text = text

    def read_entry(self, name: str, facts: Any) -> Entry:
        """Read what the file says of one action."""
        if not isinstance(facts, dict):
            self._refuse(name, f"{name!r} must be a table", f"write [actions.{name}]")
        self.require_keys(facts, _KEYS, f"[actions.{name}] ")
        root = self._path.parent
        stem = name.replace("-", "_")
        file = root / self._read_text(facts, "file", f"{FOLDER}/{stem}.py")
        if not file.is_file():
            key = "file" if "file" in facts else name
            self._refuse(key, f"the action {name!r} has no file {shorten_path(str(file))}", "make it, or name another")
        event = self._read_text(facts, "event", "")
        if name_action(name) != name:
            self._refuse(
                name, f"an action's name has hyphens: {name_action(name)}", f"write [actions.{name_action(name)}]"
            )
        return Entry(
            name, file, root / event if event else None, self._read_names(facts, "secrets"), self._read_on_error(facts)
        )

    def read_table(self, document: dict[str, Any], key: str) -> dict[str, Any]:
        """Return a table; empty when there is none."""
        table = document.get(key, {})
        if not isinstance(table, dict):
            self._refuse(key, f"{key!r} must be a table", f"write [{key}.merge-cart]")
        return table

    def require_keys(self, table: dict[str, Any], known: tuple[str, ...], where: str) -> None:
        """Refuse keys that mean nothing, which are typos."""
        for key in table:
            if key not in known:
                close = get_close_matches(key, known, 1)
                hint = f"did you mean {close[0]}?" if close else f"there are: {', '.join(known)}"
                self._refuse(key, f"{where}has no key {key!r}" if where else f"there is no table {key!r}", hint)

    def _read_text(self, facts: dict[str, Any], key: str, default: str) -> str:
        value = facts.get(key, default)
        if not isinstance(value, str):
            self._refuse(key, f"{key!r} must be a text", f'write {key} = "{default or "..."}"')
        return value

    def _read_names(self, facts: dict[str, Any], key: str) -> tuple[str, ...]:
        value = facts.get(key, [])
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            self._refuse(key, f"{key!r} must be a list of names", f'write {key} = ["API_TOKEN"]')
        return tuple(value)

    def _read_on_error(self, facts: dict[str, Any]) -> OnError:
        value = facts.get("on_error", "deny")
        if not isinstance(value, str) or value.upper() not in OnError.__members__:
            self._refuse("on_error", "'on_error' must be deny or skip", 'write on_error = "deny"')
        return OnError[value.upper()]

    def _refuse(self, key: str, message: str, hint: str) -> NoReturn:
        pattern = re.compile(rf"^\s*(?:\[.*\b)?[\"']?{re.escape(key)}\b")
        lines = self._text.splitlines()
        line = next((number for number, text in enumerate(lines, 1) if pattern.search(text)), 0)
        column = lines[line - 1].index(key) + 1 if line else 0
        _refuse(self._path, self._text, message, line, column, hint)
