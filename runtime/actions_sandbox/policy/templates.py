"""``str.format`` without its escape: fields name arguments and items of them, never attributes.

Runs in: worker / developer's machine.

The built-in method reads ``{0.__class__}`` in C, past every guard (CVE-2023-41039, CVE-2026-76825). This one
parses with the same parser and looks items up itself.
"""

import operator
import string
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

_PARSER: Final = string.Formatter()
_NESTING: Final = 2
"""Levels of fields: a format specification may hold fields, and those may not (as in Python)."""

_CONVERSIONS: Final[Mapping[str | None, Callable[[Any], Any]]] = {"s": str, "r": repr, "a": ascii}


def bind_format(template: str) -> Callable[..., str]:
    """Return what ``template.format`` stands for in a script."""

    def fill(*args: Any, **kwargs: Any) -> str:
        return format_template(template, args, kwargs)

    return fill


def format_template(template: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> str:
    """Fill the fields of a template.

    Args:
        template: Text in the syntax of ``str.format``.
        args: Values of numbered fields.
        kwargs: Values of named fields.

    Returns:
        The filled text.

    Raises:
        ValueError: The template is malformed, or a field reads an attribute.
        IndexError: A numbered field has no argument.
        KeyError: A named field has no argument.
    """
    return "".join(_Filler(args, kwargs).fill(template, _NESTING))


class _Filler:
    """One call of ``format``: its arguments and the automatic numbering."""

    __slots__ = ("_args", "_kwargs", "_manual", "_next")

    def __init__(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
        self._args = args
        self._kwargs = kwargs
        self._next = 0
        self._manual: bool | None = None

    def fill(self, template: str, nesting: int) -> Iterator[str]:
        """Yield the pieces of the filled text."""
        if nesting == 0:
            raise ValueError("Max string recursion exceeded")
        for literal, field, specification, conversion in _PARSER.parse(template):
            yield literal
            if field is None:
                continue
            value = self._convert(self._find(field), conversion)
            inner = "".join(self.fill(specification or "", nesting - 1)) if specification else ""
            yield format(value, inner)

    def _convert(self, value: Any, conversion: str | None) -> Any:
        """Apply ``!s``, ``!r`` or ``!a``."""
        if conversion is None:
            return value
        if conversion not in _CONVERSIONS:
            raise ValueError(f"Unknown conversion specifier {conversion!r}")
        return _CONVERSIONS[conversion](value)

    def _find(self, field: str) -> Any:
        """Return the value that a field names."""
        first, rest = _split_field(field)
        value = self._args[self._number(first)] if _is_number(first) else self._kwargs[first]
        for key in rest:
            value = operator.getitem(value, key)
        return value

    def _number(self, first: str) -> int:
        """Return the number of a positional field, counting the ones without a number."""
        manual = first != ""
        if self._manual is not None and self._manual is not manual:
            kinds = ("manual field specification", "automatic field numbering")
            old, new = kinds if self._manual else reversed(kinds)
            raise ValueError(f"cannot switch from {old} to {new}")
        self._manual = manual
        number = int(first) if manual else self._next
        self._next += not manual
        if number >= len(self._args):
            raise IndexError(f"Replacement index {number} out of range for positional args tuple")
        return number


def _is_number(first: str) -> bool:
    """Tell whether a field is positional."""
    return first == "" or (first.isascii() and first.isdigit())


def _split_field(field: str) -> tuple[str, list[int | str]]:
    """Split ``cart[items][0]`` into its argument and its keys.

    Raises:
        ValueError: An attribute is read, or the brackets do not match.
    """
    first, bracket, rest = field.partition("[")
    keys: list[int | str] = []
    while bracket:
        key, closing, rest = rest.partition("]")
        if not closing:
            raise ValueError("expected ']' before end of string")
        if not key:
            raise ValueError("Empty attribute in format string")
        keys.append(int(key) if _is_number(key) else key)
        bracket, rest = rest[:1], rest[1:]
        if bracket not in ("", "[", "."):
            raise ValueError("Only '.' or '[' may follow ']' in format field specifier")
        if bracket == ".":
            raise ValueError(_attribute_text(field))
    if "." in first:
        raise ValueError(_attribute_text(field))
    return first, keys


def _attribute_text(field: str) -> str:
    """Say what to write instead of an attribute in a field."""
    return (
        f"the field {{{field[:100]}}} reads an attribute, which format fields may not do;"
        " pass the value itself or use an f-string"
    )
