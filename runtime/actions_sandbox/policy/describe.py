"""What is told about an exception that a script raised.

Runs in: worker / developer's machine.

An exception of a tenant is hostile: its ``__str__`` would run, and its arguments may take all memory when
written out. Type, message and place are read here without calling anything of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from types import CodeType, TracebackType
from typing import Final

from actions_sandbox.policy.diagnostics import character_column, split_lines
from actions_sandbox.policy.render import render_message

TYPE_CHARS: Final = 100
MESSAGE_CHARS: Final = 1000

_read_traceback: Final = BaseException.__dict__["__traceback__"].__get__
_read_name: Final = type.__dict__["__name__"].__get__


@dataclass(frozen=True, slots=True)
class ErrorInfo:
    """An exception as its author sees it.

    Attributes:
        type: The name of its class, at most 100 characters.
        message: What it says, at most 1 000 characters.
        file: The author's file where it arose; empty when no frame is the author's.
        line: 1-based line in that file; 0 when unknown.
        column: 1-based column in characters; 0 when unknown.
    """

    type: str
    message: str
    file: str = ""
    line: int = 0
    column: int = 0


def describe_exception(exc: BaseException, sources: Mapping[str, str]) -> ErrorInfo:
    """Describe an exception by the innermost frame of the author's own files.

    Args:
        exc: The exception.
        sources: The author's files: the name given to ``compile_source``, and the source.

    Returns:
        Type, message and place.
    """
    kind = str(_read_name(type(exc)))[:TYPE_CHARS].encode("utf-8", "replace").decode()
    message = render_message(exc, MESSAGE_CHARS)
    file, line, column = _find_place(_read_traceback(exc), sources)
    return ErrorInfo(kind, message, file, line, column)


def _find_place(traceback: TracebackType | None, sources: Mapping[str, str]) -> tuple[str, int, int]:
    """Return file, line and column of the innermost frame that is the author's."""
    found: TracebackType | None = None
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename in sources:
            found = traceback
        traceback = traceback.tb_next
    if found is None:
        return "", 0, 0
    code = found.tb_frame.f_code
    line, offset = _read_position(code, found.tb_lasti, found.tb_lineno or 0)
    lines = split_lines(sources[code.co_filename])
    text = lines[line - 1] if 0 < line <= len(lines) else ""
    return code.co_filename, line, character_column(text, offset)


def _read_position(code: CodeType, offset: int, line: int) -> tuple[int, int | None]:
    """Return line and UTF-8 byte offset of the instruction at ``offset``."""
    position = next(islice(code.co_positions(), offset // 2, None), None)
    if position is None or position[0] is None:
        return line, None
    return position[0], position[2]
