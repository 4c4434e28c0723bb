"""Which names a script may bind and read.

Runs in: worker / developer's machine.
"""

# ruff: noqa: N802 - ast.NodeVisitor finds its methods by these names

import ast
from collections import Counter
from typing import Final, TypeVar

from RestrictedPython.transformer import RestrictingNodeTransformer

from actions_sandbox.policy.builtins import NAME_HINTS
from actions_sandbox.policy.diagnostics import Report
from actions_sandbox.policy.nodes import is_marked
from actions_sandbox.policy.scopes import Scopes

_Node = TypeVar("_Node", bound=ast.AST)

MAGIC_METHODS: Final = frozenset(
    [
        "__init__",
        "__contains__",
        "__lt__",
        "__le__",
        "__eq__",
        "__ne__",
        "__gt__",
        "__ge__",
        "__enter__",
        "__exit__",
    ]
)
"""Special methods that a class may define. ``__enter__`` and ``__exit__`` are called by ``with`` alone, and
the traceback that the latter gets has no attribute a script may read."""


class NameChecker(RestrictingNodeTransformer):
    """Checks every binding, bare strings included, and remembers what a file binds.

    Args:
        report: Takes the refusals.
    """

    def __init__(self, report: Report) -> None:
        super().__init__()
        self.report = report
        self.scopes = Scopes()
        self.bound: Counter[str] = Counter()
        self._named: list[ast.Name] = []
        self._patterns: list[ast.Name] = []

    def error(self, node: ast.AST, info: str) -> None:
        """Report a refusal that RestrictedPython found and no method here words better."""
        self.report.add_at(node, "syntax-not-allowed", info)

    def warn(self, node: ast.AST, info: str) -> None:
        """Drop a warning; whatever is warned of is refused as well."""

    def _visit_parts(self, node: _Node) -> _Node:
        made: _Node = self.node_contents_visit(node)
        return made

    def _visit_body(self, body: list[ast.stmt]) -> list[ast.stmt]:
        """Visit statements, each of which may become several."""
        made: list[ast.stmt] = []
        for statement in body:
            visited = self.visit(statement)
            made.extend(visited if isinstance(visited, list) else [] if visited is None else [visited])
        return made

    def check_name(self, node: ast.AST, name: str | None, allow_magic_methods: bool = False) -> None:
        """Report a name that a script may not bind or read.

        Args:
            node: Where it stands.
            name: The name; None for nothing.
            allow_magic_methods: Whether it is a method's name.
        """
        if name is None:
            return
        self.bound[name] += 1
        if name == "super":
            self.report.add_at(node, "super-form", "the name 'super' cannot be bound", "choose another name")
        if not name.startswith("_") or name == "_":
            return
        if allow_magic_methods and name in MAGIC_METHODS and self.scopes.in_class:
            return
        self.report.add_at(node, "underscore-name", *_explain_name(name, allow_magic_methods))

    def visit_Name(self, node: ast.Name) -> ast.Name:
        """Check a name; what only built-in names can be is judged when all bindings are known."""
        if isinstance(node.ctx, ast.Load) and not node.id.startswith("_"):
            self._named.append(node)
        else:
            self.check_name(node, node.id)
        return node

    def check_known_names(self) -> None:
        """Report names that actions do not have and this file does not bind."""
        for node in self._named:
            if node.id not in self.bound and node.id in NAME_HINTS:
                message = f"the name {node.id!r} is not available"
                self.report.add_at(node, "name-not-available", message, NAME_HINTS[node.id])
            elif node.id == "super" and not is_marked(node):
                message = "'super' is available as super().method(...) only"
                self.report.add_at(node, "super-form", message, "call super() without arguments and use its method")
        for node in self._patterns:
            if node.id in self.bound:
                message = f"'case {node.id}()' needs the built-in {node.id}, which this file binds anew"
                self.report.add_at(node, "pattern-class", message, "choose another name for your own value")

    def visit_Global(self, node: ast.Global) -> ast.Global:
        """Check every name, which are bare strings."""
        self._check_names(node, node.names)
        return node

    def visit_Nonlocal(self, node: ast.Nonlocal) -> ast.Nonlocal:
        """Check every name, which are bare strings."""
        self._check_names(node, node.names)
        return node

    def _check_names(self, node: ast.AST, names: list[str]) -> None:
        for name in names:
            self.check_name(node, name)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> ast.ExceptHandler:
        """Check the name that the exception gets."""
        self.check_name(node, node.name)
        return self._visit_parts(node)

    def visit_keyword(self, node: ast.keyword) -> ast.keyword:
        """Check the name of a keyword argument, which could reach private options of a function."""
        if node.arg is not None and node.arg.startswith("_") and node.arg != "_":
            message = f"the keyword argument {node.arg!r} starts with an underscore"
            self.report.add_at(node, "underscore-keyword", message, "choose a name without the underscore")
        return self._visit_parts(node)


def _explain_name(name: str, is_method: bool) -> tuple[str, str]:
    """Return message and hint for a name with an underscore."""
    if is_method and name.startswith("__"):
        listed = ", ".join(sorted(MAGIC_METHODS))
        return f"the special method {name!r} is not available", f"classes may define {listed}"
    if name == "__import__":
        return "the name '__import__' is not available", "write an import statement"
    return f"the name {name!r} starts with an underscore", "choose a name without the underscore"
