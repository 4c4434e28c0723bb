"""``actions test``: the project's tests, run by pytest.

Runs in: developer's machine.
"""

# ruff: noqa: PT028 - `test` is a command, and no test

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any, Final
from xml.etree import ElementTree

import typer
from rich.console import Console

from actions_sdk.cli.answers import Answer
from actions_sdk.cli.problems import Problem
from actions_sdk.cli.project import find_project

PLUGIN: Final = "actions"
"""Name under which the pytest plugin for actions is installed."""

_STDERR: Final = 2
_NO_TESTS: Final = 5
_FAILED: Final = 1


@dataclass(frozen=True, slots=True)
class Ran:
    """A run of pytest.

    Attributes:
        exit_code: What pytest exited with.
        cases: One document per test: ``name``, ``outcome`` (passed, failed, error, skipped), ``seconds``, ``message``.
    """

    exit_code: int
    cases: tuple[dict[str, Any], ...]


def run_tests(root: Path, arguments: Sequence[str], *, quiet: bool = False) -> Ran:
    """Run the tests of a project in a process of their own.

    Args:
        root: The project's folder, where pytest runs.
        arguments: What pytest is told.
        quiet: Whether its output goes to standard error, so that standard output stays free for a document.

    Raises:
        Problem: pytest is not installed.
    """
    if find_spec("pytest") is None:
        raise Problem(
            "FAILED_PRECONDITION",
            "pytest is not installed.",
            advice=f"Install it: `{Path(sys.executable).name} -m pip install 'actions-runtime[testing]'`.",
        )
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", *_name_plugin(), f"--junit-xml={report}", *arguments]
        done = subprocess.run(command, cwd=root, stdout=_STDERR if quiet else None, check=False)  # noqa: S603 - the developer's own tests
        return Ran(done.returncode, tuple(_read_report(report)) if report.exists() else ())


def _name_plugin() -> list[str]:
    """Name the plugin, which pytest would not load by itself where such loading is switched off."""
    return ["-p", PLUGIN] if entry_points(group="pytest11", name=PLUGIN) else []


def _read_report(report: Path) -> list[dict[str, Any]]:
    cases = []
    for case in ElementTree.parse(report).getroot().iter("testcase"):  # noqa: S314 - pytest has just written it
        bad = next((part for part in case if part.tag in ("failure", "error", "skipped")), None)
        outcome = "passed" if bad is None else {"failure": "failed"}.get(bad.tag, bad.tag)
        cases.append(
            {
                "name": f"{case.get('classname', '')}::{case.get('name', '')}",
                "outcome": outcome,
                "seconds": float(case.get("time", 0)),
                "message": "" if bad is None else bad.get("message", ""),
            }
        )
    return cases


def test(
    arguments: Annotated[
        list[str] | None, typer.Argument(metavar="[PYTEST ARGUMENT…]", help="Passed to pytest, e.g. -k cart.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON document, also on failure; pytest's own words go to stderr.")
    ] = False,
) -> Answer:
    """Run the project's tests with pytest."""
    project = find_project()
    ran = run_tests(project.root, arguments or (), quiet=as_json)
    problems = () if ran.exit_code == 0 else (_explain(ran.exit_code),)
    document = {"project": str(project.root), "tests": list(ran.cases)}
    return Answer(document, _show_nothing, problems)


def _show_nothing(_console: Console) -> None:
    """Pytest has said it all."""


def _explain(exit_code: int) -> Problem:
    if exit_code == _FAILED:
        return Problem("FAILED_PRECONDITION", "At least one test failed.", advice="See above.")
    if exit_code == _NO_TESTS:
        return Problem("NOT_FOUND", "There are no tests here.", advice="Write one in tests/; `actions init` shows how.")
    return Problem(
        "INVALID_ARGUMENT",
        f"pytest ended with code {exit_code}.",
        advice="See above.",
        exit_code=2 if exit_code == 4 else 1,
    )
