"""Collects the reasons why a source is refused, each with its place.

Runs in: worker / developer's machine.
"""

import ast
import re
from typing import Final

from actions_sandbox.contract import Diagnostic

MAX_DIAGNOSTICS: Final = 100
"""Refusals told at once; the rest is counted."""

_LINE_CHARS: Final = 200
_LINE_END: Final = re.compile(r"\r\n|\r|\n")


def split_lines(source: str) -> list[str]:
    """Split a source where Python does, unlike ``str.splitlines``."""
    return _LINE_END.split(source)


def character_column(text: str, offset: int | None) -> int:
    """Turn a UTF-8 byte offset, as syntax trees and code carry it, into a 1-based column.

    Args:
        text: The line.
        offset: 0-based byte offset; None when unknown.

    Returns:
        The column in characters; 0 when unknown.
    """
    if offset is None or offset < 0:
        return 0
    if text.isascii():
        return offset + 1
    return len(text.encode("utf-8", "replace")[:offset].decode("utf-8", "ignore")) + 1


class Report:
    """The refusals of one source.

    Args:
        source: The author's text, for the lines that are shown.
    """

    __slots__ = ("_found", "_lines")

    def __init__(self, source: str) -> None:
        self._lines = split_lines(source)
        self._found: dict[tuple[int, int, str, str], Diagnostic] = {}

    def __bool__(self) -> bool:
        return bool(self._found)

    def add(self, rule: str, message: str, hint: str = "", *, line: int = 0, column: int = 0) -> None:
        """Add a refusal; the same one at the same place counts once.

        Args:
            rule: Stable name of the rule.
            message: What is wrong, one sentence.
            hint: What to write instead.
            line: 1-based line, 0 for the whole source.
            column: 1-based column in characters, 0 for the whole line.
        """
        shown = self.line(line)[:_LINE_CHARS].encode("utf-8", "replace").decode()
        found = Diagnostic(rule, message, hint, line, column, shown)
        self._found.setdefault((line, column, rule, message), found)

    def add_at(self, node: ast.AST, rule: str, message: str, hint: str = "") -> None:
        """Add a refusal where a node starts."""
        line, offset = getattr(node, "lineno", 0), getattr(node, "col_offset", None)
        self.add(rule, message, hint, line=line, column=character_column(self.line(line), offset))

    def add_before_end(self, node: ast.expr, width: int, rule: str, message: str, hint: str = "") -> None:
        """Add a refusal for the last ``width`` bytes of a node, such as an attribute's name."""
        line, end = node.end_lineno or 0, node.end_col_offset or 0
        column = character_column(self.line(line), max(end - width, 0))
        self.add(rule, message, hint, line=line, column=column)

    def line(self, number: int) -> str:
        """Return a line by its 1-based number; empty when there is none."""
        return self._lines[number - 1] if 0 < number <= len(self._lines) else ""

    def close(self) -> tuple[Diagnostic, ...]:
        """Return the refusals in the order of their places."""
        ordered = sorted(self._found.values(), key=lambda item: (item.line, item.column, item.rule))
        if len(ordered) <= MAX_DIAGNOSTICS:
            return tuple(ordered)
        more = len(ordered) - MAX_DIAGNOSTICS
        note = Diagnostic("too-many-diagnostics", f"{more} more refusals are not shown")
        return (*ordered[:MAX_DIAGNOSTICS], note)
