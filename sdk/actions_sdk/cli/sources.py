"""The author's files: which they are, what their actions are called, what they hold.

Runs in: developer's machine.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from actions_sandbox.contract import Trigger
from actions_sdk.cli.problems import Problem
from actions_sdk.handlers import find_triggers

_ACTION_ID: Final = re.compile(r"[a-z][a-z0-9-]{0,62}")


def name_action(file: str) -> str:
    """Return the action's id for a file or for an id written like one: ``merge_cart.py`` is ``merge-cart``.

    Raises:
        Problem: The name cannot be an id.
    """
    action = Path(file).name.removesuffix(".py").replace("_", "-")
    if not _ACTION_ID.fullmatch(action):
        raise Problem(
            "INVALID_ARGUMENT",
            f"{action!r} cannot be the id of an action.",
            advice="Use a name of up to 63 lower-case letters, digits and - or _ that begins with a letter.",
            subject=file,
        )
    return action


def choose_trigger(source: str) -> Trigger | None:
    """Return the one trigger that a source has a handler for; None when it has none.

    Raises:
        Problem: There are handlers of several triggers.
    """
    triggers = find_triggers(source)
    if len(triggers) > 1:
        raise Problem(
            "INVALID_ARGUMENT",
            f"The source has handlers for {' and '.join(triggers)}; an action has one trigger.",
            advice="Split the file, or name the trigger that is meant with --trigger.",
        )
    return triggers[0] if triggers else None


def list_files(paths: Sequence[Path]) -> list[Path]:
    """Return the files to push: files as named, and of a directory its ``*.py`` in order of name.

    Tests, and files whose name begins with ``_`` or ``.``, are not taken out of a directory.

    Raises:
        Problem: A directory holds no source.
    """
    files: list[Path] = []
    for path in paths:
        found = [path]
        if path.is_dir():
            found = [file for file in sorted(path.glob("*.py")) if is_action_file(file.name)]
        if not found:
            raise Problem("NOT_FOUND", "There is no source in this directory.", subject=str(path))
        files += found
    return files


def is_action_file(name: str) -> bool:
    """Tell whether a file of a folder of actions is one: tests and private files are not."""
    return not name.startswith(("_", ".", "test_")) and name != "conftest.py"


def read_text(file: Path) -> str:
    """Return a source file's text.

    Raises:
        Problem: The file cannot be read or is not UTF-8.
    """
    try:
        return file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise Problem("NOT_FOUND", f"The file cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError as error:
        raise Problem(
            "INVALID_ARGUMENT",
            f"The file is not UTF-8: byte {error.start} cannot be read.",
            advice="Save the file as UTF-8.",
        ) from None
