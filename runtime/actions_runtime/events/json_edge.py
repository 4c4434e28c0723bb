"""JSON from outside: read fast, and refused with a path where two readers might understand it differently.

Runs in: server / developer's machine.

The fast way lets pydantic's parser read a document, then proves that nothing was lost on the way:

* The value is written back and its colons are counted. One colon stands for each key and the rest are inside
  strings, so that a key that appeared twice, and was dropped once, shows as a colon less. An escaped colon
  could make up for it: a document that has one is in doubt.
* Infinity and NaN show in what was written back.
* What can only come from certain bytes is looked for when they are there: a NUL from its escape, a long
  integer from a block of digits, deep nesting from more brackets than levels.

A document in doubt is read again by the standard library with a check on every object and number, and one
that fails there by :mod:`.strict_reader`, which has the last word and names the place. A
doubt without cause costs time and nothing else.
"""

import gc
import json
import math
import re
from collections.abc import Iterator
from typing import Any, Final

from pydantic_core import PydanticSerializationError, from_json, to_json

from actions_runtime.events.strict_reader import (
    MAX_INTEGER_DIGITS,
    FaultError,
    read_fraction,
    read_integer,
    read_strictly,
    refuse,
    refuse_constant,
)

MAX_DEPTH: Final = 64
"""Levels of nesting that a document may have; the outermost object or list is level 1."""

_BLOCK: Final = MAX_INTEGER_DIGITS // 2
_ESCAPES: Final = (b"\\u0000", b"\\u003a", b"\\u003A")
_LONG_INTEGER: Final = re.compile(rb"[0-9]{%d}" % (MAX_INTEGER_DIGITS + 1))
_INTEGER_BOUND: Final = 10**MAX_INTEGER_DIGITS
_NUL_ESCAPE: Final = "\\u0000"
_NUL: Final = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
_BOM: Final = "\ufeff"


def parse_json(data: bytes | str, *, max_bytes: int, max_depth: int = MAX_DEPTH, root: str = "value") -> Any:
    """Parse a JSON document from outside.

    Args:
        data: The document, UTF-8 when bytes.
        max_bytes: The most bytes of UTF-8 that it may have.
        max_depth: Levels of nesting that it may have; the outermost object or list is level 1.
        root: What the document is called in the path of a fault, e.g. ``event``.

    Returns:
        Its value; integers are exact at any size up to 4 000 digits.

    Raises:
        InvalidArgument: Too many bytes, not UTF-8, a byte order mark, not JSON, NaN, Infinity, a number
            beyond a double's range, an integer of more than 4 000 digits, a NUL or a lone surrogate in a
            string or key, a key twice in one object, or nesting that is too deep. Names the first fault's
            path.
    """
    raw = check_size(data, max_bytes, root)
    try:
        value = from_json(raw, allow_inf_nan=False)
    except ValueError:
        value = _DOUBT
    if value is not _DOUBT and is_faithful(raw, value, max_depth):
        return value
    return read_again(data, root=root, max_depth=max_depth)


def check_size(data: bytes | str, max_bytes: int, root: str) -> bytes:
    """Return a document's bytes if they are not too many.

    Text that UTF-8 cannot express is left to a reader, which knows the path.

    Raises:
        InvalidArgument: The document has more than ``max_bytes`` bytes of UTF-8.
    """
    raw = data if isinstance(data, bytes) else data.encode(errors="surrogatepass")
    if len(raw) > max_bytes:
        refuse(root, f"has {len(raw)} bytes; at most {max_bytes} are allowed", reason="JSON_TOO_LARGE")
    return raw


def is_faithful(raw: bytes, value: Any, max_depth: int) -> bool:
    """Whether a value is certain to be all that its document says, and allowed.

    Args:
        raw: The document; pydantic's parser took it for JSON.
        value: What the parser made of it.
        max_depth: Levels of nesting that it may have.

    Returns:
        False when in doubt; then :func:`read_again` decides.
    """
    if b"\\" in raw and b"\\u00" in raw and any(escape in raw for escape in _ESCAPES):
        return False
    try:
        written = to_json(value)
    except (PydanticSerializationError, ValueError):
        return False
    if written.count(b":") != raw.count(b":") or _may_hold_constant(written):
        return False
    if len(raw) > MAX_INTEGER_DIGITS and _may_hold_long_integer(raw):
        return False
    return raw.count(b"{") + raw.count(b"[") <= max_depth or _is_shallow(value, max_depth)


def is_faithful_value(value: Any, written: bytes, max_depth: int) -> bool:
    """Whether a value that came from a worker is one that every reader of JSON takes, and shallow enough.

    Args:
        value: The value, as pydantic's parser read it.
        written: The value written back, which is all that goes on: a key that came twice is no doubt here.
        max_depth: Levels of nesting that it may have.
    """
    doubt = _may_hold_constant(written) or (len(written) > MAX_INTEGER_DIGITS and _LONG_INTEGER.search(written))
    if doubt and not all(map(_is_sound_number, _list_numbers(value))):
        return False
    if b"\\u0000" in written and _NUL.search(written.decode()):
        return False
    return written.count(b"{") + written.count(b"[") <= max_depth or _is_shallow(value, max_depth)


def read_again(data: bytes | str, *, root: str, max_depth: int) -> Any:
    """Read a document that was refused or is in doubt.

    Returns:
        Its value, when there was no cause.

    Raises:
        InvalidArgument: As :func:`parse_json`.
    """
    text = data if isinstance(data, str) else _decode(data, root)
    if text.startswith(_BOM):
        refuse(root, "begins with a byte order mark; send UTF-8 without one")
    try:
        value = _CHECKING.decode(text)
        if _is_shallow(value, max_depth) and to_json(value) and not _holds_nul(text):
            return value
    except (ValueError, RecursionError, PydanticSerializationError):
        pass
    return read_strictly(text, root=root, max_depth=max_depth)


def _decode(raw: bytes, root: str) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError as fault:
        refuse(root, f"is not UTF-8: the byte at offset {fault.start} is part of no character")


def _holds_nul(text: str) -> bool:
    """Whether a JSON text holds the escape of a NUL, and not an escaped backslash before ``u0000``."""
    return _NUL_ESCAPE in text and _NUL.search(text) is not None


def _may_hold_constant(written: bytes) -> bool:
    return b"Infinity" in written or b"NaN" in written


def _is_sound_number(number: float) -> bool:
    return math.isfinite(number) if type(number) is float else abs(number) < _INTEGER_BOUND


def _list_numbers(value: Any) -> Iterator[float]:
    """Yield the numbers of a value; texts may spell what only a number must not be."""
    parts = [value]
    while parts:
        part = parts.pop()
        if type(part) is dict:
            parts += part.values()
        elif type(part) is list:
            parts += part
        elif type(part) in (int, float):
            yield part


def _may_hold_long_integer(raw: bytes) -> bool:
    """Whether some aligned block is all digits, as one inside any run of twice its length is."""
    return any(raw[start : start + _BLOCK].isdigit() for start in range(0, len(raw) - _BLOCK + 1, _BLOCK))


def _is_shallow(value: Any, max_depth: int) -> bool:
    """Whether a value nests no deeper than allowed.

    Goes down level by level through what the garbage collector tracks: every list, and every dict that holds
    a container. A dict that it does not track ends its branch: only the last level needs another look.
    """
    level = [value]
    for _ in range(max_depth - 1):
        level = list(filter(gc.is_tracked, gc.get_referents(*level)))
        if not level:
            return True
    return not any(isinstance(child, (dict, list)) for child in gc.get_referents(*level))


def _make_object(members: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(members)
    if len(made) != len(members):
        raise FaultError("has a key twice")
    return made


_DOUBT: Final = object()
_CHECKING: Final = json.JSONDecoder(
    object_pairs_hook=_make_object,
    parse_float=read_fraction,
    parse_int=read_integer,
    parse_constant=refuse_constant,
)
