"""The last look at a transformed tree, which trusts nothing that came before.

Runs in: worker / developer's machine.

Every hole of RestrictedPython so far began with a bare string that some method forgot. Here every field of
every node is looked at, whatever its kind, so that a forgotten one refuses the source.
"""

import ast
from collections.abc import Iterator
from typing import Any, Final

from actions_sandbox.policy.names import MAGIC_METHODS
from actions_sandbox.policy.nodes import is_marked

GUARD_NAMES: Final = frozenset(["_getattr_", "_getiter_", "_write_", "_apply_", "__metaclass__"])
"""Names that generated code loads."""

_FREE_TEXT: Final = frozenset({(ast.Constant, "value"), (ast.Constant, "kind")})
"""Fields whose text is data, not a name."""


def find_violation(tree: ast.AST) -> tuple[ast.AST, str] | None:
    """Look for something that the transformer should have refused or rewritten.

    Args:
        tree: A transformed tree.

    Returns:
        The node and what is wrong with it, or None.
    """
    for node, in_class in _walk(tree, False):
        text = _check_names(node, in_class) or _check_shape(node) or _check_context(node)
        if text:
            return node, text
    return None


def _walk(node: ast.AST, in_class: bool) -> Iterator[tuple[ast.AST, bool]]:
    """Yield every node and whether it stands directly in a class body."""
    waiting = [(node, in_class)]
    while waiting:
        node, in_class = waiting.pop()
        yield node, in_class
        direct = isinstance(node, ast.ClassDef)
        waiting.extend((child, direct) for child in ast.iter_child_nodes(node))


def _check_names(node: ast.AST, in_class: bool) -> str:
    """Check every text field of a node."""
    for field, value in ast.iter_fields(node):
        if (type(node), field) in _FREE_TEXT:
            continue
        for text in _texts(value):
            if text.startswith("_") and text != "_" and not _is_allowed(node, field, text, in_class):
                return f"{type(node).__name__}.{field} is {text!r}"
    return ""


def _texts(value: Any) -> Iterator[str]:
    """Yield the strings in a field."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        yield from (item for item in value if isinstance(item, str))


def _is_allowed(node: ast.AST, field: str, text: str, in_class: bool) -> bool:
    """Tell whether a private name is generated, or a special method of a class."""
    if isinstance(node, ast.Name) and is_marked(node):
        temporary = text.startswith("_tmp") and text[4:].isdecimal()
        return temporary or (text in GUARD_NAMES and isinstance(node.ctx, ast.Load))
    return isinstance(node, ast.FunctionDef) and field == "name" and in_class and text in MAGIC_METHODS


def _check_shape(node: ast.AST) -> str:
    """Check that reads, writes, calls and classes go through the guards."""
    if isinstance(node, (ast.Attribute, ast.Subscript)):
        reads_item = isinstance(node, ast.Subscript) and type(node.ctx) is ast.Load
        if not reads_item and (isinstance(node.ctx, ast.Load) or not _is_guarded(node.value, "_write_")):
            return f"a bare {type(node).__name__}"
    elif isinstance(node, (ast.For, ast.comprehension)):
        if not _is_guarded(node.iter, "_getiter_"):
            return "a bare loop"
    elif isinstance(node, ast.Call):
        unpacks = any(isinstance(arg, ast.Starred) for arg in node.args)
        unpacks = unpacks or any(keyword.arg is None for keyword in node.keywords)
        if unpacks and not _is_guard(node.func, "_apply_"):
            return "a bare call with unpacked arguments"
    elif isinstance(node, ast.ClassDef):
        if [(item.arg, _is_guard(item.value, "__metaclass__")) for item in node.keywords] != [("metaclass", True)]:
            return "a class without its metaclass"
    elif isinstance(node, ast.AnnAssign) or (isinstance(node, ast.AugAssign) and type(node.target) is not ast.Name):
        return f"a bare {type(node).__name__}"
    return ""


def _check_context(node: ast.AST) -> str:
    """Check that a place is read, written or deleted: the transformer asks for these three alone."""
    unknown = isinstance(node, ast.expr_context) and type(node) not in (ast.Load, ast.Store, ast.Del)
    return "an unknown context" if unknown else ""


def _is_guarded(node: ast.expr, guard: str) -> bool:
    """Tell whether a node is a call of a guard."""
    return isinstance(node, ast.Call) and _is_guard(node.func, guard)


def _is_guard(node: ast.expr, guard: str) -> bool:
    """Tell whether a node is the marked name of a guard."""
    return isinstance(node, ast.Name) and node.id == guard and is_marked(node)
