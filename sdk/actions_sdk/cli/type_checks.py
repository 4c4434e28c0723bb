"""Types of actions, judged by mypy where it is installed.

Runs in: developer's machine.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from actions_sdk.cli.problems import Place
from actions_sdk.harness.places import read_line, shorten_path

_SECONDS: Final = 120


@dataclass(frozen=True, slots=True)
class TypeReport:
    """What mypy found.

    Attributes:
        places: The lines at fault.
        skipped: Why types were not checked; empty when they were.
    """

    places: tuple[Place, ...] = ()
    skipped: str = ""


def check_types(files: Sequence[Path], root: Path) -> TypeReport:
    """Check the types of files with the settings of their project.

    Args:
        files: The sources.
        root: The project's folder, where mypy runs and finds its settings.
    """
    if find_spec("mypy") is None:
        return TypeReport(skipped="mypy is not installed; `pip install mypy` adds it")
    command = [sys.executable, "-m", "mypy", "--output=json", "--no-error-summary", "--explicit-package-bases"]
    try:
        done = subprocess.run(  # noqa: S603 - a tool of the developer's own, named in full
            [*command, *(str(file.absolute()) for file in files)],
            cwd=root,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return TypeReport(skipped=f"mypy took more than {_SECONDS} s")
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode not in (0, 1) or (done.returncode and not lines):
        said = (done.stdout + done.stderr).strip().splitlines()
        return TypeReport(skipped=f"mypy failed: {said[-1] if said else done.returncode}")
    chosen = {file.resolve() for file in files}
    facts = [fact for fact in map(json.loads, lines) if fact["severity"] == "error"]
    found = [_locate(fact, root) for fact in facts]
    return TypeReport(tuple(place for path, place in found if path in chosen))


def _locate(fact: dict[str, Any], root: Path) -> tuple[Path, Place]:
    path = (root / fact["file"]).resolve()
    line = max(fact["line"], 0)
    text = read_line(path.read_text(encoding="utf-8", errors="replace"), line) if path.is_file() else ""
    rule = f"type: {fact['code']}" if fact["code"] else "type"
    place = Place(rule, fact["message"], fact["hint"] or "", shorten_path(str(path)), line, fact["column"] + 1, text)
    return path, place
