"""Where in a source the transformer is.

Runs in: worker / developer's machine.
"""

import ast
from collections.abc import Iterator
from contextlib import contextmanager


class Scopes:
    """The stack of functions and classes around the node being visited."""

    __slots__ = ("_stack", "generators")

    def __init__(self) -> None:
        self._stack: list[tuple[str, ast.AST | None]] = []
        self.generators: set[ast.AST] = set()

    @property
    def kind(self) -> str:
        """The innermost scope's kind; ``module`` at the top."""
        return self._stack[-1][0] if self._stack else "module"

    @property
    def in_class(self) -> bool:
        """Whether the node stands directly in a class body."""
        return self.kind == "class"

    @property
    def in_function(self) -> bool:
        """Whether names bound here are local to a function."""
        return self.kind in ("function", "async function")

    @contextmanager
    def enter(self, kind: str, node: ast.AST | None = None) -> Iterator[None]:
        """Visit the inside of a scope.

        Args:
            kind: ``function``, ``async function``, ``lambda``, ``class`` or ``generator expression``.
            node: The function's definition.
        """
        self._stack.append((kind, node))
        try:
            yield
        finally:
            self._stack.pop()

    def note_yield(self) -> None:
        """Remember that the innermost function is a generator."""
        if self._stack and self._stack[-1][1] is not None:
            self.generators.add(self._stack[-1][1])
