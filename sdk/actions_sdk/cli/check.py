"""``actions check``: what a server would refuse, what nobody declared, and types.

Runs in: developer's machine.
"""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from actions_sdk.cli.answers import Answer
from actions_sdk.cli.failures import say
from actions_sdk.cli.judging import judge_entry, name_file
from actions_sdk.cli.problems import Place, Problem
from actions_sdk.cli.project import FILE, Entry, Project, find_project
from actions_sdk.cli.sources import list_files
from actions_sdk.cli.type_checks import TypeReport, check_types
from actions_sdk.harness import Harness, HarnessError, Mode


def find_sources(files: Sequence[Path]) -> list[tuple[Project, Entry]]:
    """Return the actions of files and folders, each with the project around it; all of the project without files.

    Raises:
        Problem: There is none.
    """
    if files:
        found = []
        for file in list_files(files):
            project = find_project(file.absolute().parent)
            found.append((project, project.find(str(file))))
        return found
    project = find_project()
    if not project.entries:
        raise Problem(
            "NOT_FOUND", "There are no actions here.", advice="Name a file, or run `actions init my-actions`."
        )
    return [(project, entry) for entry in project.entries.values()]


def check(
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[FILE|DIR…]", exists=True, help="Sources; all of the project when omitted."),
    ] = None,
    types: Annotated[
        bool, typer.Option("--types/--no-types", help="Check types with mypy where it is installed.")
    ] = True,
) -> Answer:
    """Name every line that a server would refuse, secrets that nobody declared, and wrong types."""
    sources = find_sources(files or ())
    judged: dict[str, list[Place] | Problem] = {}
    with Harness(Mode.IN_PROCESS) as harness:
        for project, entry in sources:
            judged[name_file(entry.file)] = _judge(harness, project, entry)
    typed = _check_types(sources) if types else TypeReport(skipped="--no-types was given")
    for place in typed.places:
        found = judged.get(place.file)
        if isinstance(found, list):
            found.append(place)
            found.sort(key=lambda place: (place.line, place.column))
    notes = _note(sources, typed)
    problems = tuple(_explain(file, found) for file, found in judged.items() if found)
    document = {
        "files": [_describe(file, found) for file, found in judged.items()],
        "types_checked": not typed.skipped,
        "notes": notes,
    }
    return Answer(document, lambda console: _show(console, judged, notes), problems)


def _judge(harness: Harness, project: Project, entry: Entry) -> list[Place] | Problem:
    try:
        return judge_entry(harness, entry, configured=project.configured)[1]
    except HarnessError as error:
        return Problem("INVALID_ARGUMENT", say(str(error)), advice="Save the file anew.")


def _check_types(sources: Sequence[tuple[Project, Entry]]) -> TypeReport:
    reports = []
    for root in dict.fromkeys(project.root for project, _ in sources):
        reports.append(check_types([entry.file for project, entry in sources if project.root == root], root))
    skipped = next((report.skipped for report in reports if report.skipped), "")
    return TypeReport(tuple(place for report in reports for place in report.places), skipped)


def _note(sources: Sequence[tuple[Project, Entry]], typed: TypeReport) -> list[str]:
    notes = [f"types were not checked: {typed.skipped}"] if typed.skipped else []
    if not all(project.configured for project, _ in sources):
        notes.append(f"secrets were not checked: there is no {FILE} that declares them")
    return notes


def _explain(file: str, found: list[Place] | Problem) -> Problem:
    if isinstance(found, Problem):
        found.subject = file
        return found
    return Problem(
        "INVALID_ARGUMENT",
        f"{len(found)} thing{'s' if len(found) > 1 else ''} to change.",
        reason="SOURCE_REFUSED",
        places=tuple(found),
        subject=file,
    )


def _describe(file: str, found: list[Place] | Problem) -> dict[str, Any]:
    places = found.places if isinstance(found, Problem) else found
    return {"file": file, "accepted": not found, "diagnostics": [asdict(place) for place in places]}


def _show(console: Console, judged: dict[str, list[Place] | Problem], notes: list[str]) -> None:
    for file, found in judged.items():
        if not found:
            console.print(Text("ok  ", style="green").append(file, style=""))
    for note in notes:
        console.print(Text(f"note: {note}", style="dim"))
