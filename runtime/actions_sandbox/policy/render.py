"""Bounded text of any value, and plain copies of it, without running a tenant's code.

Runs in: worker / developer's machine.

``str`` and ``repr`` of a tenant's object call its methods, and of a nested list may take all memory there is.
Here the exact type decides how a value is written and a budget decides how much.
"""

import datetime
import decimal
import fractions
import ipaddress
import math
import uuid
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import Any, Final

from actions_sandbox.policy.surface import Facade, Record
from actions_sandbox.policy.tenant import TenantClass

TEXT_CHARS: Final = 4096
"""Characters of one log line; the rest is cut and said to be cut."""

_DEPTH: Final = 8
"""Levels of nesting that are written out."""

_INT_BITS: Final = 4096
"""Integers over this size are described, since decimal digits cost quadratic time."""

MAPPINGS: Final = frozenset({dict, OrderedDict, Counter, defaultdict})
SEQUENCES: Final = frozenset({list, tuple, deque})

_BRACKETS: Final[Mapping[type, tuple[str, str]]] = {
    list: ("[", "]"),
    tuple: ("(", ")"),
    set: ("{", "}"),
    frozenset: ("{", "}"),
    deque: ("[", "]"),
}

_OWN_TEXT: Final[frozenset[type]] = frozenset(
    {
        float,
        complex,
        datetime.datetime,
        datetime.date,
        datetime.time,
        datetime.timedelta,
        datetime.timezone,
        decimal.Decimal,
        fractions.Fraction,
        uuid.UUID,
        ipaddress.IPv4Address,
        ipaddress.IPv6Address,
        ipaddress.IPv4Network,
        ipaddress.IPv6Network,
    }
)
"""Types whose ``str`` is short and calls nothing of a tenant's."""


def render(value: Any, limit: int = TEXT_CHARS) -> str:
    """Write a value as text, never longer than ``limit`` and never by a tenant's methods.

    Args:
        value: Any object.
        limit: The most characters of the text, the mark of a cut included.

    Returns:
        Text that UTF-8 can carry; strings stand as they are, other values as Python writes them.
    """
    writer = _Writer(limit)
    if type(value) is str:
        writer.put(value)
    else:
        writer.write(value, _DEPTH)
    return writer.text()


class _FullError(Exception):
    """Raised to leave a nested value when the budget is used up."""


class _Writer:
    """Pieces of text up to a budget."""

    __slots__ = ("_left", "_limit", "_pieces")

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._left = limit
        self._pieces: list[str] = []

    def text(self) -> str:
        """Return the collected text, cut to the budget."""
        text = "".join(self._pieces)
        if self._left < 0:
            text = text[: max(self._limit - 1, 0)] + "…"
        return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")

    def put(self, piece: str) -> None:
        """Add a piece, at most one character more than the budget."""
        self._pieces.append(piece[: self._left + 1] if self._left >= 0 else "")
        self._left -= len(piece)

    def write(self, value: Any, depth: int) -> None:
        """Add a value; stop without a word when the budget is used up."""
        try:
            self._write(value, depth)
        except _FullError:
            return

    def _write(self, value: Any, depth: int) -> None:
        if self._left < 0:
            raise _FullError
        kind = type(value)
        if kind in _BRACKETS or kind in MAPPINGS or issubclass(kind, Record):
            self._write_nested(value, kind, depth)
        else:
            self.put(_render_flat(value, kind, self._left))

    def _write_nested(self, value: Any, kind: type, depth: int) -> None:
        if issubclass(kind, Record):
            value = value._plain()
            kind = type(value)
        if depth == 0:
            self.put("…")
        elif kind in MAPPINGS:
            self._write_mapping(value, depth)
        elif kind in _BRACKETS:
            self._write_items(value, kind, depth)
        else:
            self._write(value, depth)

    def _write_mapping(self, value: Any, depth: int) -> None:
        self.put("{")
        for index, (key, item) in enumerate(islice(dict.items(value), self._left + 1)):
            self.put(", " if index else "")
            self._write(key, depth - 1)
            self.put(": ")
            self._write(item, depth - 1)
        self.put("}")

    def _write_items(self, value: Iterable[Any], kind: type, depth: int) -> None:
        opening, closing = _BRACKETS[kind]
        self.put(opening)
        count = 0
        for count, item in enumerate(islice(value, self._left + 1), 1):
            self.put(", " if count > 1 else "")
            self._write(item, depth - 1)
        self.put("," + closing if kind is tuple and count == 1 else closing)


def _render_flat(value: Any, kind: type, limit: int) -> str:
    """Write a value that holds no others."""
    if kind in _FLAT:
        return _FLAT[kind](value, limit)
    if kind in _OWN_TEXT:
        return _render_own(value, kind)
    if issubclass(kind, BaseException):
        return render_exception(value, limit)
    if issubclass(kind, type):
        return f"<class {_name(value)}>"
    if type(kind) is TenantClass:
        return f"<{_name(kind)} object>"
    if issubclass(kind, Facade):
        return f"<{value._label()[:100]}>"
    return f"<{kind.__name__}>"


def _render_own(value: Any, kind: type) -> str:
    """Write a value by its own ``str``, which fails for a few (a fraction of 5 000 digits)."""
    try:
        return str(value)
    except (ValueError, TypeError):
        return f"<{kind.__name__}>"


def _render_int(value: int, _limit: int) -> str:
    """Write an integer, or its size when it is huge."""
    bits = value.bit_length()
    return str(value) if bits <= _INT_BITS else f"<int of {bits} bits>"


_FLAT: Final[Mapping[type, Callable[[Any, int], str]]] = {
    str: lambda value, limit: repr(value[: limit + 1]),
    bytes: lambda value, limit: repr(value[: limit + 1]),
    int: _render_int,
    bool: lambda value, _: str(value),
    type(None): lambda *_: "None",
    type(...): lambda *_: "...",
}


def _name(kind: type) -> str:
    """Return a class's name, cut to 100 characters."""
    return kind.__name__[:100]


_read_args: Final = BaseException.__dict__["args"].__get__


def render_message(exc: BaseException, limit: int) -> str:
    """Write what an exception says, from its arguments alone.

    Args:
        exc: Any exception, a tenant's included; none of its methods is called.
        limit: The most characters.

    Returns:
        The only argument as it is, or all of them separated by commas.
    """
    if isinstance(exc, UnicodeError) and type(type(exc)) is not TenantClass:
        return render(getattr(exc, "reason", ""), limit)
    args = _read_args(exc)
    if len(args) == 1:
        text = args[0]
        return render(text, limit) if not isinstance(exc, KeyError) else render((text,), limit)[1:-2]
    return render(args, limit)[1:-1] if args else ""


def render_exception(exc: BaseException, limit: int) -> str:
    """Write an exception as its type and what it says."""
    message = render_message(exc, limit)
    name = _name(type(exc))
    return f"{name}: {message}" if message else name


def to_plain(value: Any) -> Any:
    """Copy a value into what JSON can carry, by exact type.

    Args:
        value: A record, dict, list, tuple, deque, str, int, float, bool or None, nested at will.

    Returns:
        A fresh copy of dict, list, str, int, float, bool and None; a tuple becomes a list.

    Raises:
        TypeError: JSON has no place for the value or a key.
        RecursionError: The value contains itself or is nested too deep.
    """
    kind = type(value)
    if kind in _ATOMS:
        return value
    if kind in MAPPINGS:
        return {_to_key(key): to_plain(item) for key, item in dict.items(value)}
    if kind in SEQUENCES:
        return [to_plain(item) for item in value]
    if issubclass(kind, Record):
        return value._plain()
    raise TypeError(f"JSON has no place for a value of type {_name(kind)!r}")


_ATOMS: Final = frozenset({str, int, float, bool, type(None)})


def _to_key(key: Any) -> Any:
    """Return a key that JSON can carry."""
    if type(key) not in _ATOMS:
        raise TypeError(f"JSON keys are text, not {_name(type(key))!r}")
    if type(key) is float and not math.isfinite(key):
        raise TypeError("JSON keys cannot be NaN or infinite")
    return key
