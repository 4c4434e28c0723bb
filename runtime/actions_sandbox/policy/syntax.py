"""The language of actions: what may be written, and what the compiler turns it into.

Runs in: worker / developer's machine.

Built on RestrictedPython's transformer, whose ``generic_visit`` refuses every kind of node it has no method
for, so that new syntax of a new Python stays out until somebody lets it in. Every name that the transformer
makes itself is marked; :mod:`actions_sandbox.policy.invariant` refuses any other name with an underscore.
"""

# ruff: noqa: N802 - ast.NodeVisitor finds its methods by these names

import ast
from typing import Final

from actions_sandbox.policy.imports import ImportChecker
from actions_sandbox.policy.nodes import make_name

_Function = ast.FunctionDef | ast.AsyncFunctionDef

_UNKNOWN: Final = ("syntax-not-allowed", "this syntax is not available in actions", "")

_NODES: Final[dict[str, tuple[str, str, str]]] = {
    "AsyncFor": ("async-loop", "'async for' is not available", "use a plain for loop"),
    "AsyncWith": ("async-with", "'async with' is not available", "use a plain with statement"),
    "TryStar": ("except-star", "'except*' is not available", "use 'except' with a tuple of exceptions"),
    "TypeAlias": ("type-parameters", "the 'type' statement is not available", "write Name = ..."),
    "TypeVar": ("type-parameters", "type parameters are not available", "leave the square brackets out"),
    "ParamSpec": ("type-parameters", "type parameters are not available", "leave the square brackets out"),
    "TypeVarTuple": ("type-parameters", "type parameters are not available", "leave the square brackets out"),
    "TemplateStr": ("template-string", "template strings are not available", "use an f-string"),
    "Interpolation": ("template-string", "template strings are not available", "use an f-string"),
}


class Transformer(ImportChecker):
    """Turns an author's syntax tree into one that calls the guards, and reports what is refused."""

    def transform(self, tree: ast.Module) -> ast.Module:
        """Transform a whole file.

        Args:
            tree: What the parser made of the author's source; changed in place.

        Returns:
            The tree to compile when nothing was reported.
        """
        made: ast.Module = self.visit(tree)
        self.check_known_names()
        self.check_reads()
        return made

    def not_allowed(self, node: ast.AST) -> None:
        """Report a kind of node that actions do not have."""
        rule, message, hint = _NODES.get(type(node).__name__, _UNKNOWN)
        if rule == "syntax-not-allowed":
            message = f"{type(node).__name__}: {message}"
        self.report.add_at(node, rule, message, hint)

    def visit_TemplateStr(self, node: ast.AST) -> None:
        """Refuse template strings (Python 3.14), whose parts keep the values themselves."""
        self.not_allowed(node)

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> ast.GeneratorExp:
        """Remember the scope, in which ``await`` would make an asynchronous generator."""
        with self.scopes.enter("generator expression"):
            super().visit_GeneratorExp(node)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        """Check the names of a function and drop its annotations."""
        self._visit_function(node, "function")
        return node

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AsyncFunctionDef:
        """Check an ``async def`` like a ``def``."""
        self._visit_function(node, "async function")
        return node

    def _visit_function(self, node: _Function, kind: str) -> None:
        self.check_name(node, node.name, allow_magic_methods=kind == "function")
        node.returns = None
        node.type_comment = None
        node.decorator_list = [self.visit(item) for item in node.decorator_list]
        self._visit_type_params(node)
        node.args = self.visit(node.args)
        with self.scopes.enter(kind, node):
            node.body = self._visit_body(node.body)

    def _visit_type_params(self, node: ast.AST) -> None:
        """Report type parameters (Python 3.12)."""
        for item in getattr(node, "type_params", ()):
            self.visit(item)

    def visit_Lambda(self, node: ast.Lambda) -> ast.Lambda:
        """Check the names of a lambda's arguments."""
        node.args = self.visit(node.args)
        with self.scopes.enter("lambda"):
            node.body = self.visit(node.body)
        return node

    def visit_arg(self, node: ast.arg) -> ast.arg:
        """Check an argument of any kind, positional-only ones included (CVE-2026-55830)."""
        self.check_name(node, node.arg)
        node.annotation = None
        node.type_comment = None
        return node

    def visit_Await(self, node: ast.Await) -> ast.Await:
        """Allow ``await`` where it makes no asynchronous generator."""
        if self.scopes.kind == "generator expression":
            message = "'await' inside a generator expression is not available"
            self.report.add_at(node, "async-generator", message, "use a list comprehension")
        return self._visit_parts(node)

    def visit_Yield(self, node: ast.Yield) -> ast.Yield:
        """Allow ``yield`` in plain functions."""
        self._note_yield(node)
        return self._visit_parts(node)

    def visit_YieldFrom(self, node: ast.YieldFrom) -> ast.YieldFrom:
        """Allow ``yield from`` in plain functions."""
        self._note_yield(node)
        return self._visit_parts(node)

    def _note_yield(self, node: ast.AST) -> None:
        """Report an asynchronous generator, and remember a plain one."""
        if self.scopes.kind == "async function":
            message = "'yield' inside 'async def' is not available"
            self.report.add_at(node, "async-generator", message, "collect the values in a list and return it")
        self.scopes.note_yield()

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:
        """Give a class the metaclass of tenants' classes."""
        self.check_name(node, node.name)
        for keyword in node.keywords:
            message = f"the class argument {(keyword.arg or '**')!r} is not available"
            self.report.add_at(keyword, "class-keyword", message, "list base classes only")
        for base in node.bases:
            if isinstance(base, ast.Starred):
                message = "base classes cannot be unpacked from a sequence"
                self.report.add_at(base, "class-bases", message, "name them one by one")
        self._visit_type_params(node)
        node.decorator_list = [self.visit(item) for item in node.decorator_list]
        node.bases = [self.visit(item) for item in node.bases]
        with self.scopes.enter("class"):
            node.body = self._visit_body(node.body)
        node.keywords = [ast.copy_location(ast.keyword("metaclass", make_name("__metaclass__", node)), node)]
        return node

    def visit_Module(self, node: ast.Module) -> ast.Module:
        """Visit a whole file."""
        node.body = self._visit_body(node.body)
        return node
