"""Coverage of the actions' own lines and branches, by coverage.py.

Runs in: developer's machine.

Only the files of a flow are measured, and only while it runs: another tool that measures the tests goes on
before and after it. Files of coverage.py's settings are not read; ``# pragma: no cover`` counts.
"""

import ast
import io
import os
import re
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from coverage import Coverage

from actions_sdk.handlers import find_triggers

_GLOB: Final = re.compile(r"[*?\[\]]")
Arcs = dict[str, list[tuple[int, int]]]
"""By file: the steps from line to line that were taken."""


@dataclass(frozen=True, slots=True)
class Covered:
    """What was measured.

    Attributes:
        percentage: Lines and branches that ran, of all; None when there is no file.
        table: The report, a line for each file.
    """

    percentage: float | None
    table: str


class Measurement:
    """Measures flows, one at a time."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._meters: dict[frozenset[str], Coverage] = {}
        self._received: list[Mapping[str, Any]] = []

    @contextmanager
    def watch(self, files: Iterable[str]) -> Iterator[None]:
        """Measure the given files while the context is open; files that are none of the author's do not count."""
        watched = frozenset(os.path.realpath(file) for file in files)
        if not watched:
            yield
            return
        with self._lock:
            meter = self._meters.setdefault(watched, _make_coverage(watched))
            meter.start()
            try:
                yield
            finally:
                meter.stop()

    def receive(self, arcs: Mapping[str, Any]) -> None:
        """Add what another process measured, as :meth:`collect` returned it there."""
        self._received.append(arcs)

    def collect(self) -> Arcs:
        """Return what was measured here and received."""
        found: dict[str, set[tuple[int, int]]] = {}
        for files, meter in self._meters.items():
            data = meter.get_data()
            for file in files:
                found.setdefault(file, set()).update(data.arcs(file) or ())
        for received in self._received:
            for file, arcs in received.items():
                found.setdefault(file, set()).update((start, end) for start, end in arcs)
        return {file: sorted(arcs) for file, arcs in found.items()}

    def report(self, folders: Iterable[Path]) -> Covered:
        """Return the coverage of what ran, and of the actions in the given folders that did not."""
        actions = [file for folder in folders for file in _list_actions(folder)]
        unreadable = [file for file in actions if not _is_python(file)]
        arcs = {file: taken for file, taken in self.collect().items() if _is_python(file)}
        files = sorted({*arcs, *actions}.difference(unreadable))
        told = "".join(f"\nnot measured, no Python in UTF-8: {file}" for file in unreadable)
        if not files:
            return Covered(None, told.strip())
        total = _make_coverage(files)
        data = total.get_data()
        data.add_arcs(arcs)
        data.touch_files(files)
        table = io.StringIO()
        percentage = total.report(file=table, show_missing=True, precision=1, ignore_errors=True)
        return Covered(percentage, table.getvalue().rstrip() + told)


def _make_coverage(files: Iterable[str]) -> Coverage:
    # A pattern has no way to escape a bracket; any one character is close enough.
    patterns = [_GLOB.sub("?", file) for file in files]
    made = Coverage(data_file=None, branch=True, config_file=False, include=patterns, messages=False)
    made.set_option("run:disable_warnings", ["no-data-collected", "trace-changed"])
    return made


def _is_python(file: str) -> bool:
    """Tell whether coverage.py can read a file, which may have gone since it ran."""
    try:
        ast.parse(Path(file).read_bytes().decode("utf-8-sig"))
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _list_actions(folder: Path) -> Iterator[str]:
    """List the files below a folder that define a handler."""
    for file in sorted(folder.rglob("*.py")):
        if find_triggers(file.read_text(encoding="utf-8-sig", errors="replace")):
            yield os.path.realpath(file)
