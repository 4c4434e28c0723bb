"""Finds the trigger of a source by the names of its handlers.

Runs in: developer's machine.
"""

import ast
import re
from collections.abc import Iterator

from actions_sandbox.contract import HANDLERS, Trigger


def find_triggers(source: str) -> list[Trigger]:
    """Return the triggers whose handlers a source defines at its top level.

    The text alone is searched when it is not Python, so that whoever compiles it gets to say what is wrong with it.

    Args:
        source: The author's Python.
    """
    try:
        names = set(_list_names(ast.parse(source)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        names = set(re.findall(r"^(?:async\s+)?def\s+(\w+)", source, re.MULTILINE))
    return [trigger for trigger, handlers in HANDLERS.items() if names.intersection(handlers)]


def _list_names(module: ast.Module) -> Iterator[str]:
    for statement in module.body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            yield statement.name
        elif isinstance(statement, ast.Assign):
            yield from (target.id for target in statement.targets if isinstance(target, ast.Name))
