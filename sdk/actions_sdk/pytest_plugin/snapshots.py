"""Snapshots: the commands that a test got, to be compared with those it gets the next time.

Runs in: developer's machine.

A test module's snapshots lie beside it, in ``__snapshots__/<module>.commands.json``: by test, by the list's name,
the commands as plain JSON. Which action recorded a command is not kept, as it takes no part in comparing commands.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeGuard

import pytest

from actions_sdk.pytest_plugin.options import Settings

FOLDER: Final = "__snapshots__"
SUFFIX: Final = ".commands.json"
DEFAULT: Final = "commands"
"""The name of a test's list that has none of its own."""

Lists = dict[str, list[dict[str, Any]]]
"""By name: the commands of a list."""


def locate_snapshots(module: Path) -> Path:
    """Return the file of a test module's snapshots."""
    return module.parent / FOLDER / f"{module.stem}{SUFFIX}"


def read_snapshots(file: Path) -> dict[str, Lists]:
    """Return a file's lists by test; none when there is no such file.

    Raises:
        ValueError: The file is no file of snapshots.
    """
    try:
        text = file.read_bytes().decode()
    except FileNotFoundError:
        return {}
    found = json.loads(text)
    if not _holds_lists(found):
        raise ValueError("it is not an object of tests, each with its lists of commands")
    return found


def _holds_lists(found: Any) -> TypeGuard[dict[str, Lists]]:
    return isinstance(found, dict) and all(
        isinstance(lists, dict) and all(isinstance(one, list) for one in lists.values()) for lists in found.values()
    )


def write_snapshots(file: Path, tests: Mapping[str, Mapping[str, Any]]) -> None:
    """Write a file's lists, or remove the file when there is none left."""
    if not tests:
        file.unlink(missing_ok=True)
        return
    ordered = {test: dict(sorted(lists.items())) for test, lists in sorted(tests.items())}
    file.parent.mkdir(exist_ok=True)
    # A lone surrogate is no UTF-8; its escape is JSON's own.
    file.write_bytes((json.dumps(ordered, ensure_ascii=False, indent=2) + "\n").encode(errors="backslashreplace"))


@dataclass(slots=True)
class ItemSnapshots:
    """The snapshots of one test.

    Attributes:
        file: Where they lie.
        test: The test's name in its module, with class and parameters.
        stored: What was there when the test began.
        settings: Whether to write.
        compared: The lists that the test got, by name.
    """

    file: Path
    test: str
    stored: Lists
    settings: Settings
    compared: Lists = field(default_factory=dict)


class Snapshot:
    """Equals the list of commands that the test got when the snapshot was taken.

    Args:
        test: The test's snapshots.
        name: The list's name.
    """

    __hash__ = None  # type: ignore[assignment] # what it equals changes with the first comparison

    def __init__(self, test: ItemSnapshots, name: str = DEFAULT) -> None:
        self._test = test
        self.name = name

    def __call__(self, name: str) -> "Snapshot":
        """Return the snapshot of another list of the same test.

        Args:
            name: What the list is called in the file.
        """
        return Snapshot(self._test, name)

    def __eq__(self, other: object) -> bool:
        from actions_sdk.commands import is_same_json
        from actions_sdk.pytest_plugin.explanation import describe_commands, is_commands

        if not is_commands(other):
            return False
        got = describe_commands(other)
        self._test.compared.setdefault(self.name, got)
        expected = self.expected
        return expected is not None and is_same_json(expected, got)

    def __repr__(self) -> str:
        return f"<snapshot {self._test.test} / {self.name}>"

    @property
    def expected(self) -> list[dict[str, Any]] | None:
        """The commands to get; None when none are known."""
        stored = self._test.stored.get(self.name)
        if self._test.settings.update_snapshots or (stored is None and self._test.settings.write_snapshots):
            return self._test.compared.get(self.name)
        return stored

    def is_taken_twice(self, got: list[dict[str, Any]]) -> bool:
        """Tell whether the test compared another list with this snapshot before."""
        from actions_sdk.commands import is_same_json

        return not is_same_json(self._test.compared.get(self.name), got)

    def explain_missing(self) -> str:
        """Return what to do about a snapshot that is not there."""
        file, test = self._test.file.name, self._test.test
        return (
            f"there is no snapshot {self.name!r} of {test} in {FOLDER}/{file}, and none is taken in CI"
            " or with --actions-seed: run the test on your own machine, or with --actions-update-snapshots,"
            " and commit the file"
        )


KEY: Final = pytest.StashKey[ItemSnapshots]()


def name_test(item: pytest.Item) -> str:
    """Return a test's name in its module: without what pytest-xdist adds to tell groups."""
    return "::".join(node.name for node in item.listchain() if isinstance(node, pytest.Class | pytest.Item))


def open_snapshots(item: pytest.Item, settings: Settings) -> Snapshot:
    """Return a test's snapshot, reading the file of its module.

    Raises:
        pytest.fail.Exception: The file is no file of snapshots.
    """
    file = locate_snapshots(item.path)
    try:
        stored = read_snapshots(file).get(name_test(item), {})
    except (OSError, ValueError) as error:
        pytest.fail(f"{file} cannot be read: {error}\nrestore it, or delete it to take new ones", pytrace=False)
    item.stash[KEY] = ItemSnapshots(file, name_test(item), stored, settings)
    return Snapshot(item.stash[KEY])
