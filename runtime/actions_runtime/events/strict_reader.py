"""The strict JSON reader that knows where it is: it has the last word on a document and names its fault.

Runs in: server / developer's machine.

It reads many times slower than :mod:`actions_runtime.events.json_edge`, which asks it only when a document
is refused. Every character is looked at a fixed number of times, and the depth of its own calls is bounded by
the depth that a document may have.
"""

import json
import math
import re
from typing import Any, Final, NoReturn

from actions_runtime.errors import InvalidArgument, Violation
from actions_runtime.events.field_path import render_path

MAX_INTEGER_DIGITS: Final = 4_000
"""Decimal digits of an integer; CPython itself converts no more than 4 300 (``sys.int_info``)."""

_SPACE: Final = re.compile(r"[ \t\n\r]*")


class FaultError(ValueError):
    """A fault whose place the reader knows better than who found it."""


def refuse(field: str, description: str, *, reason: str = "INVALID_JSON") -> NoReturn:
    """Refuse a document for one field.

    Args:
        field: Path of the field, e.g. ``event.user.name``.
        description: What is wrong with it and what is expected; goes on from the field's name.
        reason: Stable name of the refusal, ``UPPER_SNAKE``.

    Raises:
        InvalidArgument: Always.
    """
    raise InvalidArgument(f"{field} {description}", (Violation(field, description),), reason=reason)


def read_fraction(digits: str) -> float:
    """Convert a number with a fraction or an exponent.

    Raises:
        FaultError: It lies beyond the range of a double.
    """
    number = float(digits)
    if math.isinf(number):
        raise FaultError("is a number beyond the range of a double (about 1.8e308)")
    return number


def read_integer(digits: str) -> int:
    """Convert an integer, exactly.

    Raises:
        FaultError: It has more than 4 000 digits.
    """
    if len(digits.lstrip("-")) > MAX_INTEGER_DIGITS:
        raise FaultError(f"is an integer of more than {MAX_INTEGER_DIGITS} digits")
    return int(digits)


def refuse_constant(name: str) -> NoReturn:
    """Refuse NaN, Infinity or -Infinity.

    Raises:
        FaultError: Always.
    """
    raise FaultError(f"is {name}, which JSON does not have")


def read_strictly(text: str, *, root: str, max_depth: int) -> Any:
    """Read a JSON document (RFC 8259) and refuse everything that another reader might understand differently.

    Args:
        text: The document.
        root: What the document is called in the path of a fault, e.g. ``event``.
        max_depth: Levels of nesting allowed; the outermost object or list is level 1.

    Returns:
        The document's value: integers exact, objects with their keys in the order of the text.

    Raises:
        InvalidArgument: The text is not JSON, or holds NaN, Infinity, a number beyond a double's range, an
            integer of more than 4 000 digits, a NUL, a lone surrogate or a key twice, or nests too deep.
    """
    return _Reader(text, root, max_depth).read_document()


class _Reader:
    """One pass over one text; ``_path`` holds the way to the value that is being read."""

    def __init__(self, text: str, root: str, max_depth: int) -> None:
        self._text = text
        self._root = root
        self._max_depth = max_depth
        self._path: list[str | int] = []
        self._decoder = json.JSONDecoder(
            parse_float=read_fraction, parse_int=read_integer, parse_constant=refuse_constant
        )

    def read_document(self) -> Any:
        value, position = self._read_value(self._skip_space(0), 1)
        if position != len(self._text):
            self._refuse_syntax(position, "expected the end of the text")
        return value

    def _read_value(self, position: int, level: int) -> tuple[Any, int]:
        first = self._text[position : position + 1]
        if first not in ("{", "["):
            value, position = self._read_scalar(position)
            return value, self._skip_space(position)
        if level > self._max_depth:
            self._refuse(f"nests deeper than {self._max_depth} levels")
        read = self._read_object if first == "{" else self._read_list
        value, position = read(self._skip_space(position + 1), level)
        return value, self._skip_space(position)

    def _read_object(self, position: int, level: int) -> tuple[dict[str, Any], int]:
        members: dict[str, Any] = {}
        if self._text.startswith("}", position):
            return members, position + 1
        while True:
            key, position = self._read_key(position)
            self._path.append(key)
            if key in members:
                self._refuse("appears more than once in the same object")
            self._check_text(key, "its name holds")
            position = self._skip_space(self._expect(position, ":"))
            members[key], position = self._read_value(position, level + 1)
            self._path.pop()
            if self._text.startswith("}", position):
                return members, position + 1
            position = self._skip_space(self._expect(position, ",", "}"))

    def _read_list(self, position: int, level: int) -> tuple[list[Any], int]:
        items: list[Any] = []
        if self._text.startswith("]", position):
            return items, position + 1
        while True:
            self._path.append(len(items))
            item, position = self._read_value(position, level + 1)
            items.append(item)
            self._path.pop()
            if self._text.startswith("]", position):
                return items, position + 1
            position = self._skip_space(self._expect(position, ",", "]"))

    def _read_key(self, position: int) -> tuple[str, int]:
        if not self._text.startswith('"', position):
            self._refuse_syntax(position, "expected a key in double quotes")
        key, position = self._decode(position)
        return key, self._skip_space(position)

    def _read_scalar(self, position: int) -> tuple[Any, int]:
        value, position = self._decode(position)
        if isinstance(value, str):
            self._check_text(value, "holds")
        return value, position

    def _decode(self, position: int) -> tuple[Any, int]:
        try:
            return self._decoder.raw_decode(self._text, position)
        except json.JSONDecodeError as fault:
            self._refuse_syntax(fault.pos, fault.msg[:1].lower() + fault.msg[1:])
        except FaultError as fault:
            self._refuse(str(fault))

    def _check_text(self, text: str, holds: str) -> None:
        if "\0" in text:
            self._refuse(f"{holds} a NUL character")
        if not text.isascii() and not _encodable(text):
            self._refuse(f"{holds} a lone surrogate, which is half of a character")

    def _skip_space(self, position: int) -> int:
        match = _SPACE.match(self._text, position)
        return match.end() if match else position

    def _expect(self, position: int, mark: str, other: str = "") -> int:
        if not self._text.startswith(mark, position):
            wanted = f'expected "{mark}" or "{other}"' if other else f'expected "{mark}"'
            self._refuse_syntax(position, wanted)
        return position + 1

    def _refuse(self, description: str) -> NoReturn:
        refuse(render_path(self._root, self._path), description)

    def _refuse_syntax(self, position: int, wanted: str) -> NoReturn:
        line = self._text.count("\n", 0, position) + 1
        column = position - self._text.rfind("\n", 0, position)
        self._refuse(f"is not JSON at line {line}, column {column}: {wanted}")


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
