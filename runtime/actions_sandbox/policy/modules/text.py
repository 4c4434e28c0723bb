"""Modules about text: re, string, textwrap, html, unicodedata.

Runs in: zygote / worker / developer's machine.
"""

import html
import re
import string
import textwrap
import unicodedata
from collections.abc import Callable
from typing import Any, Final

from actions_sandbox.policy.modules.facade import SCALARS, Module, exact, make_module, pick, pick_exact
from actions_sandbox.policy.surface import expose

# ``groupindex`` is a mappingproxy: comparing it hands the dict inside to a script's ``__eq__``, and the
# pattern lives on in a cache.
expose(re.Pattern, "findall finditer flags fullmatch groups match pattern search split sub subn")
expose(
    re.Match,
    "end endpos expand group groupdict groups lastgroup lastindex pos re regs span start string",
)
expose(re.error, "args colno lineno msg pattern pos")

_PATTERNS: Final = frozenset({str, bytes, re.Pattern})


def _compile(pattern: Any, flags: int = 0) -> Any:
    """Compile a pattern; only exact types may become keys of the module's cache."""
    if type(pattern) not in _PATTERNS:
        raise TypeError(f"a pattern is text or bytes, not {type(pattern).__name__[:100]!r}")
    if type(flags) is not int:
        raise TypeError("flags are numbers such as re.IGNORECASE")
    return re.compile(pattern, flags)


def _take_flags(name: str) -> Callable[..., Any]:
    """Return a function of ``re`` that calls the same method of the compiled pattern."""

    def call(pattern: Any, string: Any, flags: int = 0) -> Any:
        return getattr(_compile(pattern, flags), name)(string)

    call.__name__ = call.__qualname__ = name
    return call


def _split(pattern: Any, string: Any, maxsplit: int = 0, flags: int = 0) -> Any:
    """Split text at a pattern."""
    return _compile(pattern, flags).split(string, maxsplit)


def _sub(pattern: Any, repl: Any, string: Any, count: int = 0, flags: int = 0) -> Any:
    """Replace a pattern."""
    return _compile(pattern, flags).sub(repl, string, count)


def _subn(pattern: Any, repl: Any, string: Any, count: int = 0, flags: int = 0) -> Any:
    """Replace a pattern and count."""
    return _compile(pattern, flags).subn(repl, string, count)


_FLAGS: Final = "A ASCII DOTALL I IGNORECASE M MULTILINE S U UNICODE VERBOSE X"
"""Given as numbers: combining members of the real enumeration makes new members that stay."""

MODULES: Final[tuple[Module, ...]] = (
    make_module(
        "re",
        pick(re, "Match Pattern error"),
        {name: int(getattr(re, name)) for name in _FLAGS.split()},
        {name: _take_flags(name) for name in ("findall", "finditer", "fullmatch", "match", "search")},
        {
            "compile": _compile,
            "escape": exact(re.escape, *SCALARS),
            "split": _split,
            "sub": _sub,
            "subn": _subn,
        },
        refused={"purge": "the cache needs no care", "Scanner": "use finditer() with named groups"},
    ),
    make_module(
        "string",
        pick(
            string,
            """ascii_letters ascii_lowercase ascii_uppercase digits hexdigits octdigits printable punctuation
            whitespace""",
        ),
        refused={
            "Formatter": "use an f-string or str.format: the class reads attributes past the guards",
            "Template": "use an f-string or str.format",
            "capwords": "use str.title() or split() and capitalize()",
        },
    ),
    make_module(
        "textwrap",
        pick_exact(textwrap, "dedent fill shorten wrap", *SCALARS),
        {"indent": exact(textwrap.indent, str)},
        refused={"TextWrapper": "use wrap() and fill()"},
    ),
    make_module("html", pick_exact(html, "escape unescape", *SCALARS)),
    make_module(
        "unicodedata",
        pick(
            unicodedata,
            """bidirectional category combining decimal decomposition digit east_asian_width is_normalized
            lookup mirrored name normalize numeric unidata_version""",
        ),
    ),
)
"""The facades of this file."""
