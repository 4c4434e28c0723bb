"""Makes syntax nodes, and marks the ones that the transformer made.

Runs in: worker / developer's machine.

The parser never marks a node. A name with an underscore that carries no mark came from the author, whatever
way it took, and :mod:`actions_sandbox.policy.invariant` refuses it.
"""

import ast
from typing import Any, TypeVar

_Node = TypeVar("_Node", bound=ast.AST)


def mark(node: _Node) -> _Node:
    """Mark a node as made by the transformer."""
    node.generated = True  # type: ignore[attr-defined]
    return node


def is_marked(node: ast.AST) -> bool:
    """Tell whether the transformer made the node."""
    return getattr(node, "generated", False) is True


def make_name(identifier: str, place: ast.AST, context: ast.expr_context | None = None) -> ast.Name:
    """Make a marked name at the place of a node; a load unless ``context`` says otherwise."""
    return ast.copy_location(mark(ast.Name(identifier, context or ast.Load())), place)


def make_call(guard: str, place: ast.AST, *args: ast.expr) -> ast.Call:
    """Make a call of a guard at the place of a node."""
    return ast.copy_location(ast.Call(make_name(guard, place), list(args), []), place)


def make_constant(value: Any, place: ast.AST) -> ast.Constant:
    """Make a constant at the place of a node."""
    return ast.copy_location(ast.Constant(value), place)


def make_assignment(target: ast.expr, value: ast.expr, place: ast.AST) -> ast.Assign:
    """Make an assignment at the place of a node."""
    return ast.copy_location(ast.Assign([target], value), place)


def is_super_call(node: ast.expr) -> bool:
    """Tell whether a node is ``super()`` without arguments."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "super"
        and not node.args
        and not node.keywords
    )


def is_literal(node: ast.expr) -> bool:
    """Tell whether a node is a constant, a negative number or a complex one."""
    if isinstance(node, ast.UnaryOp):
        return isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant)
    if isinstance(node, ast.BinOp):
        return is_literal(node.left) and is_literal(node.right)
    return isinstance(node, ast.Constant)
