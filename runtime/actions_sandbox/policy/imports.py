"""Which modules and members a script may import.

Runs in: worker / developer's machine.
"""

# ruff: noqa: N802 - ast.NodeVisitor finds its methods by these names

import ast
from typing import Final

from actions_sandbox.policy.diagnostics import Report
from actions_sandbox.policy.guards import is_denied
from actions_sandbox.policy.modules import MODULES, explain_module
from actions_sandbox.policy.modules.facade import Module
from actions_sandbox.policy.patterns import PatternChecker

_PATH_PARTS: Final = 4
"""More parts than the dotted name of any module; a longer chain of attributes is no module's."""


class ImportChecker(PatternChecker):
    """Checks imports against the table of modules, so that their author learns of it before they run."""

    def __init__(self, report: Report) -> None:
        super().__init__(report)
        self._imported: dict[str, list[Module]] = {}
        self._reads: list[tuple[ast.Attribute, list[str]]] = []

    def visit_Import(self, node: ast.Import) -> ast.Import:
        """Check every module against the table."""
        for alias in node.names:
            self._check_import(alias, alias.name, alias.asname or alias.name.partition(".")[0])
        return node

    def visit_If(self, node: ast.If) -> ast.If:
        """Drop what stands under ``if TYPE_CHECKING:``: it is for type checkers and never runs."""
        if _is_type_checking(node.test):
            node.body = [ast.copy_location(ast.Pass(), node.body[0])]
        return self._visit_parts(node)

    def _check_import(self, alias: ast.alias, module: str, bound: str) -> None:
        """Report a module that is not available."""
        self.check_name(alias, bound)
        if module == "urllib":
            hint = "write import urllib.parse"
            self.report.add_at(alias, "import-not-allowed", "the module 'urllib' has no parts of its own", hint)
        elif module not in MODULES:
            self._report_module(alias, module)
        else:
            self._note_import(bound, MODULES[module if alias.asname else bound])

    def _note_import(self, bound: str, module: Module) -> None:
        """Remember which module a name stands for."""
        self._imported.setdefault(bound, []).append(module)

    def _report_module(self, node: ast.AST, module: str) -> None:
        message = f"the module {module!r} is not available"
        self.report.add_at(node, "import-not-allowed", message, explain_module(module))

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.stmt:
        """Check module and members; ``from __future__`` does nothing, annotations are never evaluated."""
        for alias in node.names:
            self.check_name(alias, alias.asname or alias.name if alias.name != "*" else None)
        if node.level:
            hint = "write everything into this file"
            self.report.add_at(node, "relative-import", "relative imports are not available", hint)
        elif node.module == "__future__":
            return ast.copy_location(ast.Pass(), node)
        elif node.module is None or node.module not in MODULES:
            self._report_module(node, node.module or "")
        else:
            self._check_members(node, node.module)
        return node

    def _check_members(self, node: ast.ImportFrom, module: str) -> None:
        """Report members that a module's facade does not have."""
        facade = MODULES[module]
        for alias in node.names:
            if alias.name == "*":
                message = "importing everything from a module is not available"
                self.report.add_at(node, "star-import", message, f"write import {module}, or list the names")
            elif alias.name not in facade._members:
                message, _, hint = facade._missing(alias.name).partition("; ")
                self.report.add_at(alias, "member-not-allowed", message, hint)
            elif isinstance(facade._members[alias.name], Module):
                self._note_import(alias.asname or alias.name, facade._members[alias.name])

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        """Remember what is read by a dotted name, for :meth:`check_reads`."""
        path = _read_path(node.value)
        if path and isinstance(node.ctx, ast.Load):
            self._reads.append((node, path))
        return super().visit_Attribute(node)

    def check_reads(self) -> None:
        """Report members that modules do not have, where a name can be nothing but the module."""
        for node, path in self._reads:
            module = self._find_module(path)
            if module is None or node.attr in module._members or is_denied(node.attr):
                continue
            message, _, hint = module._missing(node.attr).partition("; ")
            self.report.add_before_end(node, len(node.attr.encode()), "member-not-allowed", message, hint)

    def _find_module(self, path: list[str]) -> Module | None:
        """Return the module that a dotted name stands for wherever it is used; None when unsure."""
        modules = self._imported.get(path[0], [])
        if len(set(modules)) != 1 or self.bound[path[0]] != len(modules):
            return None
        found: object = modules[0]
        for name in path[1:]:
            found = found._members.get(name) if isinstance(found, Module) else None
        return found if isinstance(found, Module) else None


def _is_type_checking(test: ast.expr) -> bool:
    """Tell whether a condition is ``TYPE_CHECKING``, which is False when an action runs."""
    return _read_path(test) in (["TYPE_CHECKING"], ["typing", "TYPE_CHECKING"])


def _read_path(node: ast.expr) -> list[str]:
    """Return the parts of a dotted name; empty when it is none, or longer than any module's."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute) and len(parts) < _PATH_PARTS:
        parts.append(node.attr)
        node = node.value
    return [node.id, *reversed(parts)] if isinstance(node, ast.Name) else []
