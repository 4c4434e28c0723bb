"""Which patterns a ``match`` statement may use.

Runs in: worker / developer's machine.

Patterns read attributes and bind names in C, past the guards: ``case object(__class__=c)`` hands out a class,
``case {"a": _write_}`` rebinds a guard.
"""

# ruff: noqa: N802 - ast.NodeVisitor finds its methods by these names

import ast
from typing import Final

from actions_sandbox.policy.access import AccessRewriter
from actions_sandbox.policy.nodes import is_literal

PATTERN_CLASSES: Final = frozenset(["bool", "dict", "float", "int", "list", "str", "tuple"])
"""Classes of a ``case``: they bind their subject whole, while others read attributes in C."""


class PatternChecker(AccessRewriter):
    """Checks the patterns of ``match``."""

    def visit_Match(self, node: ast.Match) -> ast.Match:
        """Allow ``match``."""
        node.subject = self.visit(node.subject)
        for case in node.cases:
            case.pattern = self.visit(case.pattern)
            case.guard = None if case.guard is None else self.visit(case.guard)
            case.body = self._visit_body(case.body)
        return node

    def visit_MatchSingleton(self, node: ast.MatchSingleton) -> ast.MatchSingleton:
        """Allow None, True and False."""
        return node

    def visit_MatchValue(self, node: ast.MatchValue) -> ast.MatchValue:
        """Allow literals; a dotted name would be read in C."""
        if not is_literal(node.value):
            message = "a case compares with literals only"
            self.report.add_at(node, "pattern-value", message, "write 'case x if x == name'")
        return node

    def visit_MatchOr(self, node: ast.MatchOr) -> ast.MatchOr:
        """Allow alternatives."""
        return self._visit_parts(node)

    def visit_MatchSequence(self, node: ast.MatchSequence) -> ast.MatchSequence:
        """Allow sequences."""
        return self._visit_parts(node)

    def visit_MatchStar(self, node: ast.MatchStar) -> ast.MatchStar:
        """Check the name of the rest of a sequence, a bare string."""
        self.check_name(node, node.name)
        return node

    def visit_MatchAs(self, node: ast.MatchAs) -> ast.MatchAs:
        """Check the name of a capture, a bare string."""
        self.check_name(node, node.name)
        return self._visit_parts(node)

    def visit_MatchMapping(self, node: ast.MatchMapping) -> ast.MatchMapping:
        """Check the keys, which are literals, and the name of the rest, a bare string."""
        self.check_name(node, node.rest)
        for key in node.keys:
            if not is_literal(key):
                message = "the keys of a mapping pattern are literals"
                self.report.add_at(key, "pattern-value", message, "write the key itself")
        node.patterns = [self.visit(pattern) for pattern in node.patterns]
        return node

    def visit_MatchClass(self, node: ast.MatchClass) -> ast.MatchClass:
        """Allow ``str()`` and its like, with at most one capture: other classes have attributes read in C."""
        known = isinstance(node.cls, ast.Name) and node.cls.id in PATTERN_CLASSES
        if not known or node.kwd_attrs or node.kwd_patterns or len(node.patterns) > 1:
            message = f"a class pattern is one of {', '.join(sorted(PATTERN_CLASSES))} with one value at most"
            self.report.add_at(node, "pattern-class", message, "test with isinstance() in an if statement")
        if isinstance(node.cls, ast.Name):
            self._patterns.append(node.cls)
        node.patterns = [self.visit(pattern) for pattern in node.patterns]
        return node
