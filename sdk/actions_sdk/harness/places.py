"""Places in the author's own files, and how they are shown: the line, a caret below the column, what to do.

Runs in: developer's machine.
"""

import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from actions_runtime.execution import ActionError
from actions_sandbox.contract import Diagnostic

_TAB: Final = 4


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason why a source is refused.

    Attributes:
        file: The author's file, absolute; named after the action when the source has none.
        rule: Stable name of the rule, e.g. ``import-not-allowed``.
        message: What is wrong, one sentence.
        hint: What to write instead; empty when there is nothing to add.
        line: 1-based; 0 when the source as a whole is meant.
        column: 1-based, in characters; 0 when the line as a whole is meant.
        source_line: The author's line, cut to 200 characters.
    """

    file: str
    rule: str
    message: str
    hint: str = ""
    line: int = 0
    column: int = 0
    source_line: str = ""

    @classmethod
    def locate(cls, file: str, diagnostic: Diagnostic) -> "Finding":
        """Put the author's file to a diagnostic."""
        one = diagnostic
        return cls(file, one.rule, one.message, one.hint, one.line, one.column, one.source_line)

    def render(self) -> str:
        """Return the place, the line with a caret and the hint, as plain text that cannot steer a terminal."""
        return _render(self, self.rule, self.hint)


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong in an action that ran.

    Attributes:
        type: Type of the exception, or the outcome's name where there was none.
        message: The message, with the action's secrets masked; at most 1 000 characters.
        file: The author's file, as in :class:`Finding`; empty when no line is known.
        line: 1-based; 0 when not known.
        column: 1-based, in characters; 0 when not known.
        source_line: The author's line, cut to 200 characters; empty when not known.
    """

    type: str
    message: str
    file: str = ""
    line: int = 0
    column: int = 0
    source_line: str = ""

    def render(self) -> str:
        """Return the place and the line with a caret, as plain text that cannot steer a terminal."""
        return _render(self, self.type, "")


def clean(text: str) -> str:
    """Return text that cannot steer a terminal: what is not printable is shown as an escape."""
    return "".join(one if one.isprintable() or one in "\n\t" else f"\\x{ord(one):02x}" for one in text)


def _render(place: Finding | Failure, title: str, hint: str) -> str:
    where = ":".join(str(part) for part in (shorten_path(place.file), place.line, place.column) if part)
    lines = [f"{where}: {title}: {place.message}" if where else f"{title}: {place.message}"]
    if place.source_line:
        lines.append(f"    {place.source_line.rstrip()}".expandtabs(_TAB))
        if 0 < place.column <= len(place.source_line) + 1:
            lines.append(f"    {' ' * _count_cells(place.source_line[: place.column - 1])}^")
    if hint:
        lines.append(f"    {hint}")
    return clean("\n".join(lines))


def shorten_path(file: str) -> str:
    """Return a file's path relative to the current folder where it lies below it."""
    try:
        return str(Path(file).relative_to(Path.cwd())) if file else ""
    except (ValueError, FileNotFoundError):
        return file


def _count_cells(text: str) -> int:
    """Count the columns of a terminal that a text takes up."""
    cells = 0
    for one in clean(text):
        if one == "\t":
            cells += _TAB - cells % _TAB
        elif not unicodedata.combining(one):
            cells += 2 if unicodedata.east_asian_width(one) in "WF" else 1
    return cells


def read_line(source: str, number: int) -> str:
    """Return a line of a source, cut to 200 characters; empty when there is no such line.

    Args:
        source: The author's Python.
        number: 1-based.
    """
    lines = source.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return lines[number - 1][:200] if 0 < number <= len(lines) else ""


def locate_failure(error: ActionError, file: str, source: str) -> Failure:
    """Put the author's file and line to an action's error.

    Args:
        error: The error, whose file is named after the action.
        file: The author's file.
        source: Its text.
    """
    line = read_line(source, error.line) if error.file else ""
    return Failure(error.type, error.message, file if error.file else "", error.line, error.column, line)
