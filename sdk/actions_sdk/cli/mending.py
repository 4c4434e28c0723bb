"""What to do about an error of a script that ran.

Runs in: developer's machine.

Python's messages say what happened; these say what to write instead. Where a message says it already there is
nothing to add.
"""

import ast
import re
from collections.abc import Callable
from difflib import get_close_matches
from typing import Final

_NAME: Final = re.compile(r"\w+")
_NAMES: Final = 2_000
"""Names of a source that are compared with a misspelled one; comparing takes time."""


def suggest_mend(kind: str, message: str, source: str) -> str:
    """Return what to write instead; empty when there is nothing to add.

    Args:
        kind: Type of the exception, e.g. ``KeyError``.
        message: What it says.
        source: The author's Python.
    """
    for pattern, kinds, suggest in _MENDS:
        found = pattern.search(message) if kind in kinds else None
        if found is not None:
            return suggest(found, source)
    return ""


def _suggest_key(found: re.Match[str], _source: str) -> str:
    if found[0].lstrip("-").isdigit():
        return "a dict has keys and no positions: read it by a key, or loop over .items()"
    return f"read it with .get({found[0]}) and say what happens when it is None"


def _suggest_name(found: re.Match[str], source: str) -> str:
    names = {name for name in _NAME.findall(source) if name != found[1]}
    close = get_close_matches(found[1], sorted(names)[:_NAMES], 1, 0.7)
    return f"did you mean {close[0]!r}?" if close else "give it a value before it is read"


def _suggest_member(found: re.Match[str], _source: str) -> str:
    close = get_close_matches(found[1], found[2].split(", "), 1)
    return f"did you mean {close[0]!r}?" if close else ""


def _suggest_arguments(found: re.Match[str], source: str) -> str:
    return (
        f"call it as {found[1]}({', '.join(_read_parameters(found[1], source) or _PARAMETERS.get(found[1], ('…',)))})"
    )


def _read_parameters(name: str, source: str) -> tuple[str, ...]:
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == name:
            return tuple(one.arg for one in (*node.args.posonlyargs, *node.args.args) if one.arg != "self")
    return ()


def _say(text: str) -> Callable[[re.Match[str], str], str]:
    return lambda _found, _source: text


_PARAMETERS: Final = {
    **dict.fromkeys(("set_app_metadata", "setAppMetadata", "set_user_metadata", "setUserMetadata"), ("key", "value")),
    **dict.fromkeys(("set_metadata", "setMetadata"), ("key", "value")),
    **dict.fromkeys(("set_custom_claim", "setCustomClaim"), ("name", "value")),
    **dict.fromkeys(("add_scope", "addScope", "remove_scope", "removeScope"), ("scope",)),
    **dict.fromkeys(("enable",), ("provider",)),
    **dict.fromkeys(("deny",), ("reason",)),
    **dict.fromkeys(("error",), ("code", "message")),
}
"""Required arguments of the calls that record, as the contract lists them."""

_MENDS: Final[tuple[tuple[re.Pattern[str], frozenset[str], Callable[[re.Match[str], str], str]], ...]] = tuple(
    (re.compile(pattern), frozenset(kinds.split()), suggest)
    for pattern, kinds, suggest in (
        (r"^.+$", "KeyError", _suggest_key),
        (r"^name '(\w+)' is not defined", "NameError", _suggest_name),
        (r"variable '(\w+)'", "UnboundLocalError", _say("give it a value on every way that leads here")),
        (r"has no '(\w+)'; it has: (.+)$", "AttributeError", _suggest_member),
        (r"(\w+)\(\) (?:missing|takes|got)", "TypeError", _suggest_arguments),
        (
            r"can only concatenate|unsupported operand|must be str, not|not supported between instances",
            "TypeError",
            _say("make both of one kind, with str(...) or int(...)"),
        ),
        (r"not subscriptable", "TypeError", _say("it has no parts: test what it is with isinstance(...)")),
        (r"not iterable", "TypeError", _say("it cannot be looped over: test what it is with isinstance(...)")),
        (r"key must be text", "TypeError", _say("write the key in quotes, or str(...) around it")),
        (r"out of range", "IndexError", _say("test len(...) first, or loop over the values")),
        (r"invalid literal for int", "ValueError", _say("test it with .isdecimal() first")),
        (
            r"the claim .* is restricted",
            "ValueError",
            _say("choose a name of your own, such as https://shop.example/id"),
        ),
        (r"key .* is reserved", "ValueError", _say("choose another key")),
        (r"", "ZeroDivisionError", _say("test that the divisor is not 0 first")),
        (r"", "TIMED_OUT", _say("bound the loop, and the size of what it works on")),
        (r"", "OUT_OF_MEMORY", _say("bound the size of what it makes")),
    )
)
"""Pattern of the message, types of exceptions, and what makes a suggestion; the first that fits is taken."""
