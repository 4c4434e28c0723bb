"""Which snapshots a run used, took and left over.

Runs in: developer's machine.

Under pytest-xdist each process keeps its own ledger; the one that started them merges all and is alone in writing.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from actions_sdk.pytest_plugin.snapshots import (
    FOLDER,
    SUFFIX,
    ItemSnapshots,
    Lists,
    locate_snapshots,
    read_snapshots,
    write_snapshots,
)


@dataclass(slots=True)
class Closing:
    """What came of the snapshots; each is named ``file: test / name``.

    Attributes:
        written: New ones that were written.
        updated: Those whose commands were replaced.
        unused: Those that no test uses any more.
        removed: Whether the unused ones were removed.
    """

    written: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)
    removed: bool = False


class Ledger:
    """Keeps which tests there are and what those that passed compared."""

    def __init__(self) -> None:
        self._tests: dict[str, set[str]] = {}
        self._compared: dict[str, dict[str, Lists]] = {}

    def add_test(self, module: Path, test: str) -> None:
        """Note that a test exists, whether it runs or not."""
        self._tests.setdefault(str(module), set()).add(test)

    def add_passed(self, module: Path, test: str, snapshots: ItemSnapshots | None) -> None:
        """Note that a test passed, and the lists that it compared."""
        self._compared.setdefault(str(module), {})[test] = snapshots.compared if snapshots else {}

    def collect(self) -> dict[str, Any]:
        """Return everything that has to do with snapshots as plain data."""
        tests = {module: sorted(tests) for module, tests in self._tests.items() if self._matters(module)}
        return {"tests": tests, "compared": {one: self._compared[one] for one in self._compared if self._matters(one)}}

    def _matters(self, module: str) -> bool:
        return any(self._compared.get(module, {}).values()) or (Path(module).parent / FOLDER).is_dir()

    def receive(self, facts: dict[str, Any]) -> None:
        """Add what another process kept, as :meth:`collect` returned it there."""
        for module, tests in facts["tests"].items():
            self._tests.setdefault(module, set()).update(tests)
        for module, compared in facts["compared"].items():
            self._compared.setdefault(module, {}).update(compared)

    def close(self, *, update: bool, write: bool, whole: bool) -> Closing:
        """Write what is to be written, and find what is left over.

        Args:
            update: Whether to replace commands that differ, and to remove what is unused.
            write: Whether to write new snapshots.
            whole: Whether all tests of the modules are known, so that what none of them is called is unused.

        Raises:
            OSError: A file cannot be read or written.
            ValueError: A file is no file of snapshots.
        """
        closing = Closing(removed=update)
        for module in sorted({*self._tests, *self._compared}):
            self._close_module(Path(module), closing, update=update, write=write, whole=whole)
        if whole:
            self._close_orphans(closing, update=update)
        return closing

    def _close_module(self, module: Path, closing: Closing, *, update: bool, write: bool, whole: bool) -> None:
        file = locate_snapshots(module)
        compared = self._compared.get(str(module), {})
        if not file.exists() and not any(compared.values()):
            return
        tests = read_snapshots(file)
        before = (len(closing.written), len(closing.updated))
        for test, lists in compared.items():
            _take(tests, test, lists, file, closing, update=update, write=write)
        known = self._tests.get(str(module), set())
        unused = [
            (test, name)
            for test, lists in tests.items()
            for name in lists
            if (name not in compared[test] if test in compared else whole and test not in known)
        ]
        closing.unused += [_name(file, test, name) for test, name in unused]
        if update:
            _drop(tests, unused)
        if before != (len(closing.written), len(closing.updated)) or (update and unused):
            write_snapshots(file, tests)

    def _close_orphans(self, closing: Closing, *, update: bool) -> None:
        for folder in sorted({Path(module).parent for module in self._tests}):
            for file in sorted((folder / FOLDER).glob(f"*{SUFFIX}")):
                if (folder / f"{file.name.removesuffix(SUFFIX)}.py").exists():
                    continue
                closing.unused += [
                    _name(file, test, name) for test, lists in read_snapshots(file).items() for name in lists
                ]
                if update:
                    file.unlink()


def _take(
    tests: dict[str, Lists], test: str, lists: Lists, file: Path, closing: Closing, *, update: bool, write: bool
) -> None:
    from actions_sdk.commands import is_same_json

    for name, got in lists.items():
        stored = tests.get(test, {}).get(name)
        if stored is None and write:
            closing.written.append(_name(file, test, name))
        elif stored is not None and update and not is_same_json(stored, got):
            closing.updated.append(_name(file, test, name))
        else:
            continue
        tests.setdefault(test, {})[name] = got


def _drop(tests: dict[str, Lists], unused: Iterable[tuple[str, str]]) -> None:
    for test, name in unused:
        del tests[test][name]
        if not tests[test]:
            del tests[test]


def _name(file: Path, test: str, name: str) -> str:
    return f"{file}: {test} / {name}"
