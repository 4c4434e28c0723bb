"""Turns a script's value into JSON text at the moment of the call, by exact type.

Runs in: worker / developer's machine.

No method of a tenant's object runs here: what is not exactly one of JSON's own types is refused.
"""

import json
import math
import re
from json.encoder import c_make_encoder, encode_basestring  # type: ignore[attr-defined]
from typing import Any, Final, NoReturn

from actions_sandbox.policy import Record

INTEGER_BITS: Final = 13_000
"""Bits of the largest integer, about 3 900 decimal digits: below what Python's own text conversion allows."""

_UNTRANSPORTABLE: Final = re.compile("[\x00\ud800-\udfff]")
_CONTAINERS: Final = frozenset({dict, list, tuple})
_TOO_LARGE: Final = "the value is larger than one execution may return"
_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False, check_circular=False, separators=(",", ":"))
"""A cycle never comes this far: it is deeper than any limit."""

_write: Final = c_make_encoder(None, _ENCODER.default, encode_basestring, None, ":", ",", False, False, False)
"""What the encoder makes anew for every value."""


def _encode(value: Any) -> str:
    return encode_basestring(value) if type(value) is str else "".join(_write(value, 0))


class _Refused(Exception):
    """Carries the path of the refused part outwards."""

    def __init__(self, reason: str, kind: type[Exception]) -> None:
        super().__init__(reason)
        self.reason = reason
        self.kind = kind
        self.path = ""


class OutputTooLarge(ValueError):
    """Raised when an execution would return more than it may."""


class _Walk:
    __slots__ = ("_budget", "_depth")

    def __init__(self, budget: int, depth: int) -> None:
        self._budget = budget
        self._depth = depth

    def copy(self, value: Any, level: int) -> Any:
        """Copy a value by exact type; every part costs budget, so that a shared bomb ends early."""
        kind = type(value)
        self._budget -= 1
        if kind is str:
            return self._copy_text(value)
        if kind is int:
            return _copy_integer(value)
        if kind is bool or value is None:
            return value
        if kind is float:
            return value if math.isfinite(value) else _refuse("JSON has no NaN or Infinity", ValueError)
        if self._budget < 0:
            raise OutputTooLarge(_TOO_LARGE)
        if level >= self._depth:
            _refuse(f"nested deeper than {self._depth} levels", ValueError)
        return self._copy_container(value, kind, level + 1)

    def _copy_text(self, text: str) -> str:
        self._budget -= len(text)
        if self._budget < 0:
            raise OutputTooLarge(_TOO_LARGE)
        if "\0" in text or not (text.isascii() or not _UNTRANSPORTABLE.search(text)):
            _refuse("text must not hold NUL or a lone surrogate", ValueError)
        return text

    def _copy_container(self, value: Any, kind: type, level: int) -> Any:
        if kind in _CONTAINERS and len(value) > self._budget:
            raise OutputTooLarge(_TOO_LARGE)
        if kind is dict:
            return {self._copy_key(key): self._copy_part(item, key, level) for key, item in value.items()}
        if kind is list or kind is tuple:
            return [self._copy_part(item, index, level) for index, item in enumerate(value)]
        if isinstance(value, Record):
            return self.copy(value._plain(), level - 1)
        return _refuse(f"{_name(kind)} is not a JSON value; use text, numbers, booleans, None, lists and dicts")

    def _copy_key(self, key: Any) -> str:
        if type(key) is not str:
            _refuse(f"a key is {_name(type(key))}; JSON keys are text")
        return self._copy_text(key)

    def _copy_part(self, value: Any, step: str | int, level: int) -> Any:
        try:
            return self.copy(value, level)
        except _Refused as refused:
            refused.path = (f"[{step}]" if type(step) is int else f".{step}") + refused.path
            raise


def encode_value(value: Any, what: str, *, most_bytes: int, depth: int) -> str:
    """Encode a script's value as JSON text.

    Args:
        value: The value; dict, list, tuple, str, int, float, bool, None and records, exactly.
        what: How the refusal calls it, e.g. ``value``.
        most_bytes: About how large the text may become before it is given up.
        depth: Levels of nesting.

    Raises:
        TypeError: A part of it is of a type that JSON cannot carry.
        ValueError: A part of it is a value that JSON cannot carry.
        OutputTooLarge: It is larger than an execution may return.
    """
    text = _encode_plain(value, depth)
    if text is not None:
        if len(text) > most_bytes:
            raise OutputTooLarge(_TOO_LARGE)
        return text
    try:
        return _encode(_Walk(most_bytes, depth).copy(value, 0))
    except _Refused as refused:
        path = refused.path if len(refused.path) <= 200 else refused.path[:200] + "…"
        raise refused.kind(f"{what}{path}: {refused.reason}") from None


_SCALARS: Final = frozenset({bool, float, int, str, type(None)})
_TEXT: Final = {str}
_MOST_CONTAINERS: Final = 10_000
_SURE_CHARS: Final = 3_900
"""Characters up to which a text cannot hold an integer that is too large."""


def _encode_plain(value: Any, depth: int) -> str | None:
    """Encode a value whose parts are nothing but JSON's own types, judged container by container in C.

    Returns:
        The text; None where there is any doubt, and the careful walk has to decide or to say what is wrong.
    """
    if not _is_plain(value, depth):
        return None
    try:
        text = _encode(value)
    except (ValueError, MemoryError):
        return None
    if len(text) > _SURE_CHARS and _has_long_number(text):
        return None
    sound = text.isascii() or not _UNTRANSPORTABLE.search(text)
    return text if sound and "\\u0000" not in text else None


def _is_plain(value: Any, depth: int) -> bool:
    """Whether every part is exactly of one of JSON's own types, level by level down to the depth."""
    level = [value]
    if type(value) in _SCALARS:
        return True
    for _ in range(depth):
        below: list[Any] = []
        for container in level:
            kind = type(container)
            if kind is dict:
                if container and set(map(type, container)) != _TEXT:
                    return False
                parts = container.values()
            elif kind is list:
                parts = container
            else:
                return False
            if not _SCALARS.issuperset(map(type, parts)):
                below += [part for part in parts if type(part) not in _SCALARS]
        if not below:
            return True
        if len(below) > _MOST_CONTAINERS:
            return False
        level = below
    return False


_LONG_NUMBER: Final = re.compile(r"[0-9]{3900}")


def _has_long_number(text: str) -> bool:
    return _LONG_NUMBER.search(text) is not None


def _copy_integer(value: int) -> int:
    if value.bit_length() > INTEGER_BITS:
        _refuse("the integer is too large", ValueError)
    return value


def _refuse(reason: str, kind: type[Exception] = TypeError) -> NoReturn:
    raise _Refused(reason, kind)


def _name(kind: type) -> str:
    name = type.__dict__["__name__"].__get__(kind)
    return f"{'an' if name[:1] in 'aeiou' else 'a'} {name[:100]}"
