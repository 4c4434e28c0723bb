"""Looks for the handler of a trigger in a source.

Runs in: worker / developer's machine.
"""

import ast
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Final

from actions_sandbox.contract import HANDLERS, Trigger
from actions_sandbox.policy.diagnostics import Report

_Function = ast.FunctionDef | ast.AsyncFunctionDef
_NAMES: Final = 500
"""Names of a file that are compared with the handler's; comparing takes time."""

_NAME_CHARS: Final = 60
_DEFINITIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_SCOPES: Final = (*_DEFINITIONS, ast.Lambda)


def check_handler(tree: ast.Module, generators: set[ast.AST], trigger: Trigger, report: Report) -> None:
    """Report a handler that is missing or cannot be called with an event and an api.

    What is bound by an assignment, an import, a decorator or inside another statement is left to run time.

    Args:
        tree: The file's syntax tree.
        generators: Functions that contain a ``yield`` of their own.
        trigger: The trigger whose handler is looked for.
        report: Takes the refusals.
    """
    names = HANDLERS[trigger]
    found = [node for node in tree.body if isinstance(node, _Function) and node.name in names]
    if not found:
        if not any(name in names for name in _bound_names(tree)):
            _report_missing(tree, trigger, report)
        return
    for node in found:
        if not node.decorator_list:
            _check_signature(node, node in generators, report)


def _check_signature(node: _Function, is_generator: bool, report: Report) -> None:
    """Report a handler that does not take two positional arguments."""
    hint = f"write {_header(node)} {node.name}(event, api):"
    if is_generator:
        message = f"the handler {node.name!r} contains 'yield', so calling it would run nothing"
        report.add_at(node, "handler-signature", message, "move the 'yield' into a function of its own")
        return
    arguments = node.args
    positional = len(arguments.posonlyargs) + len(arguments.args)
    required = positional - len(arguments.defaults)
    if required > 2 or (positional < 2 and arguments.vararg is None):
        message = f"the handler {node.name!r} must take two arguments, it takes {positional}"
        report.add_at(node, "handler-signature", message, hint)
    elif any(default is None for default in arguments.kw_defaults):
        message = f"the handler {node.name!r} has a required keyword argument, which nobody passes"
        report.add_at(node, "handler-signature", message, hint)


def _header(node: _Function) -> str:
    """Return the words before a function's name."""
    return "async def" if isinstance(node, ast.AsyncFunctionDef) else "def"


def _report_missing(tree: ast.Module, trigger: Trigger, report: Report) -> None:
    """Report that there is no handler, with the likeliest reason."""
    camel, snake = HANDLERS[trigger]
    hint = f"write def {snake}(event, api): (or {camel}) at the top level"
    bound = set(_bound_names(tree))
    for other, names in HANDLERS.items():
        for name in names:
            if other is not trigger and name in bound:
                hint += f"; {name} is the handler of the trigger {other.value}"
    near = _find_near_miss(bound, HANDLERS[trigger])
    found = _find_function(tree, (near,) if near else (camel, snake))
    if near:
        hint += f"; {near!r} is close, but spelled differently"
    elif found is not None:
        hint += "; the handler stands inside another function or class"
    message = f"there is no handler for the trigger {trigger.value}"
    if found is None:
        report.add("missing-handler", message, hint)
    else:
        report.add_at(found, "missing-handler", message, hint)


def _find_near_miss(bound: set[str], names: tuple[str, ...]) -> str:
    """Return a name that was probably meant to be the handler's."""
    foreign = {name for pair in HANDLERS.values() for name in pair}
    own = [name for name in sorted(bound - foreign) if len(name) <= _NAME_CHARS][:_NAMES]
    candidates = {name.lower().replace("_", ""): name for name in own}
    for name in names:
        close = get_close_matches(name.lower().replace("_", ""), list(candidates), 1, 0.75)
        if close:
            return candidates[close[0]]
    return ""


def _bound_names(tree: ast.Module) -> Iterator[str]:
    """Yield names that the module's own code may bind, inside its statements too."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, _DEFINITIONS):
            yield node.name
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.alias):
            yield node.asname or node.name.partition(".")[0]
        if not isinstance(node, _SCOPES):
            waiting.extend(ast.iter_child_nodes(node))
    yield from (name for node in ast.walk(tree) if isinstance(node, ast.Global) for name in node.names)


def _find_function(tree: ast.Module, names: tuple[str, ...]) -> _Function | None:
    """Return the first function of these names, wherever it stands."""
    return next((node for node in ast.walk(tree) if isinstance(node, _Function) and node.name in names), None)
