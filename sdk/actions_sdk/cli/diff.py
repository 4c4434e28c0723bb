"""``actions diff``: the author's file, the draft and the version that runs.

Runs in: developer's machine.
"""

import difflib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from actions_sdk.cli.answers import Answer
from actions_sdk.cli.problems import Problem, clean
from actions_sdk.cli.project import find_project
from actions_sdk.cli.sources import name_action, read_text
from actions_sdk.client import ActionsClient
from actions_sdk.harness.places import shorten_path

_STYLES = {"+": "green", "-": "red", "@": "cyan"}


@dataclass(frozen=True, slots=True)
class Step:
    """One step from what runs to what the author has.

    Attributes:
        before: What the older text is.
        after: What the newer text is.
        changed: Whether they differ.
        diff: The difference in the unified format; empty when there is none.
        command: The command that takes this step.
    """

    before: str
    after: str
    changed: bool
    diff: str
    command: str


def compare(before: tuple[str, str], after: tuple[str, str], command: str) -> Step:
    """Compare two texts.

    Args:
        before: What the older text is, and the text.
        after: The same of the newer one.
        command: The command that makes the newer one out of the older.
    """
    lines = difflib.unified_diff(_split(before[1]), _split(after[1]), before[0], after[0], lineterm="")
    return Step(before[0], after[0], before[1] != after[1], "\n".join(lines), command)


def _split(text: str) -> list[str]:
    """Split a text into lines; a last line without an end is another line than one with it."""
    *lines, last = text.split("\n")
    return [*lines, f"{last}  (no line end)"] if last else lines


def compare_action(client: ActionsClient, action: str, file: Path | None) -> list[Step]:
    """Compare what runs with the draft, and the draft with the author's file where there is one.

    Raises:
        ActionsClientError: The server refused.
        Problem: The file cannot be read.
    """
    current = client.get_action(action)
    running = current.deployed_version
    source = client.get_version(action, running).source if running else ""
    deployed = f"version {running}" if running else "nothing deployed"
    steps = [compare((deployed, source), ("draft", current.source), f"actions deploy {action}")]
    if file is not None:
        shown = shorten_path(str(file.absolute()))
        steps.append(compare(("draft", current.source), (shown, read_text(file)), f"actions push {shown}"))
    return steps


def find_file(name: str) -> tuple[str, Path | None]:
    """Return an action's name and its file on this machine, if it has one.

    Raises:
        Problem: The file that was named does not exist.
    """
    path = Path(name)
    project = find_project(path.absolute().parent if path.suffix == ".py" else None)
    try:
        entry = project.find(name)
    except Problem:
        if path.suffix == ".py":
            raise
        return name_action(name), None
    return entry.name, entry.file


def diff(
    client: ActionsClient,
    name: Annotated[str, typer.Argument(metavar="ACTION", help="The action or its file, e.g. merge-cart.")],
    exit_code: Annotated[bool, typer.Option("--exit-code", help="Exit with 1 when there is a difference.")] = False,
) -> Answer:
    """Show what differs between the version that runs, the draft and the file on this machine."""
    action, file = find_file(name)
    steps = compare_action(client, action, file)
    document = {"action": action, "file": file and str(file), "steps": [asdict(step) for step in steps]}
    changed = any(step.changed for step in steps)
    return Answer(document, lambda console: _show(console, steps, file), failed=exit_code and changed)


def _show(console: Console, steps: Sequence[Step], file: Path | None) -> None:
    for step in steps:
        title = Text(f"{step.before} → {step.after}: ", style="bold")
        change = f"`{step.command}` makes this change" if step.changed else "no difference"
        console.print(title.append(clean(change), style=""))
        for line in step.diff.split("\n")[2:]:
            console.print(Text(clean(f"  {line}"), style=_STYLES.get(line[:1], "")))
    if file is None:
        console.print(Text("there is no file of this action here", style="dim"))
