"""``actions init``: a new project that works.

Runs in: developer's machine.
"""

import os
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.text import Text

import actions_sdk
from actions_sdk.cli.answers import Answer
from actions_sdk.cli.problems import Problem

TEMPLATE: Final = Path(actions_sdk.__file__).parent / "template"
"""The example project, one file for each of a new one."""

_LEFT_OUT: Final = frozenset({"__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache"})


def make_project(folder: Path) -> list[str]:
    """Write a new project into a folder, which is made when there is none.

    Returns:
        The files written, relative to the folder.

    Raises:
        Problem: A file is there already, in which case nothing is written, or the folder cannot be written to.
    """
    files = list_template()
    present = [str(file) for file in files if (folder / file).exists()]
    if present:
        raise Problem(
            "ALREADY_EXISTS",
            f"There is already {' and '.join(present[:3])}{' and more' if len(present) > 3 else ''}.",
            advice="Name a new folder: `actions init my-actions`. Nothing was written.",
            subject=str(folder),
        )
    try:
        for file in files:
            target = folder / file
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes((TEMPLATE / file).read_bytes())
    except OSError as error:
        raise Problem(
            "FAILED_PRECONDITION",
            f"The project cannot be written: {error.strerror}.",
            advice="Name a folder that you may write to.",
            subject=str(folder),
        ) from None
    return [file.as_posix() for file in files]


def list_template() -> list[Path]:
    """Return the files of the example project, relative to it."""
    found: list[Path] = []
    for folder, folders, names in os.walk(TEMPLATE):
        folders[:] = sorted(set(folders) - _LEFT_OUT)
        found += [Path(folder, name).relative_to(TEMPLATE) for name in sorted(names)]
    return found


def init(
    folder: Annotated[
        Path, typer.Argument(metavar="[DIR]", file_okay=False, help="The new project's folder.")
    ] = Path(),
) -> Answer:
    """Make a project: an action for each trigger, events, tests that pass, and settings for editors."""
    files = make_project(folder)
    return Answer({"folder": str(folder), "files": files}, lambda console: _show(console, folder, files))


def _show(console: Console, folder: Path, files: list[str]) -> None:
    for file in files:
        console.print(Text(f"  {file}"))
    here = folder.resolve() == Path.cwd()
    console.print(Text("next:", style="bold"))
    for command in ([] if here else [f"cd {folder}"]) + ["actions run merge-cart", "actions test", "actions dev"]:
        console.print(Text(f"  {command}"))
