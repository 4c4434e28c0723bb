"""Turns reads, writes, calls and loops into calls of the guards.

Runs in: worker / developer's machine.
"""

# ruff: noqa: N802 - ast.NodeVisitor finds its methods by these names

import ast

from actions_sandbox.policy.guards import DENIED_ATTRIBUTES
from actions_sandbox.policy.names import NameChecker
from actions_sandbox.policy.nodes import (
    is_super_call,
    make_call,
    make_constant,
    make_name,
    mark,
)

_Visited = ast.AST | list[ast.stmt] | None


class AccessRewriter(NameChecker):
    """Rewrites what touches an object."""

    def _check_attribute(self, node: ast.Attribute) -> None:
        """Report an attribute that no object gives away."""
        name, width = node.attr, len(node.attr.encode())
        if name.startswith("_") and name != "_":
            message, hint = _explain_attribute(name)
            self.report.add_before_end(node, width, "underscore-attribute", message, hint)
        elif name in DENIED_ATTRIBUTES:
            hint = "use an f-string or .format(...)" if name == "format_map" else ""
            message = f"the attribute {name!r} is not available"
            self.report.add_before_end(node, width, "attribute-not-allowed", message, hint)

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        """Read through ``_getattr_``, write and delete through ``_write_``."""
        if self._is_super_init(node):
            return self._read_super_init(node)
        self._check_attribute(node)
        self._allow_super(node)
        value = self.visit(node.value)
        if isinstance(node.ctx, ast.Load):
            return make_call("_getattr_", node, value, make_constant(node.attr, node))
        node.value = make_call("_write_", node.value, value)
        return node

    def _is_super_init(self, node: ast.Attribute) -> bool:
        """Tell whether the node reads ``super().__init__``."""
        return node.attr == "__init__" and isinstance(node.ctx, ast.Load) and is_super_call(node.value)

    def _read_super_init(self, node: ast.Attribute) -> ast.expr:
        """Read ``super().__init__`` through the guard, which knows this one private name."""
        self._allow_super(node)
        return make_call("_getattr_", node, self.visit(node.value), make_constant("__init__", node))

    def _allow_super(self, node: ast.Attribute) -> None:
        """Mark the name in ``super().method``; anywhere else ``super`` is refused."""
        if is_super_call(node.value):
            mark(node.value.func)  # type: ignore[attr-defined]

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        """Write and delete through ``_write_``; a read guards nothing, see the module ``guards``."""
        value, node.slice = self.visit(node.value), self.visit(node.slice)
        node.value = value if isinstance(node.ctx, ast.Load) else make_call("_write_", node.value, value)
        return node

    def visit_Assign(self, node: ast.Assign) -> ast.Assign:
        """Leave unpacking to the interpreter: iteration guards nothing, see the module ``guards``."""
        return self._visit_parts(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> _Visited:
        """Drop the annotation, which is never evaluated."""
        if node.value is not None:
            made = ast.Assign([node.target], node.value)
            return self.visit(ast.copy_location(made, node))  # type: ignore[no-any-return]
        self.visit(node.target)
        if isinstance(node.target, ast.Name) and self.scopes.in_function:
            return self._declare(node.target)
        return ast.copy_location(ast.Pass(), node)

    def _declare(self, target: ast.Name) -> ast.stmt:
        """Keep a name local to its function that is annotated but never assigned."""
        return ast.copy_location(
            ast.If(
                make_constant(False, target),
                [ast.copy_location(ast.Assign([target], make_constant(None, target)), target)],
                [],
            ),
            target,
        )

    def visit_AugAssign(self, node: ast.AugAssign) -> _Visited:
        """Leave ``x += v`` to the interpreter, and let it do so on a name where the target is part of an object."""
        self._refuse_starred(node.value)
        if isinstance(node.target, ast.Name):
            return self._visit_parts(node)
        self.visit(node.op)
        if isinstance(node.target, ast.Subscript):
            return self._augment_item(node, node.target)
        return self._augment_attribute(node, node.target)

    def _refuse_starred(self, node: ast.expr) -> None:
        """Report ``*x`` where the parser lets it pass and only the untransformed tree would not compile."""
        if isinstance(node, ast.Starred):
            self.report.add_at(node, "syntax-error", "can't use starred expression here")

    def _augment_item(self, node: ast.AugAssign, target: ast.Subscript) -> list[ast.stmt]:
        """Spell out ``a[i] += v``."""
        if any(isinstance(part, ast.Slice) for part in _parts_of_index(target.slice)):
            message = "a slice cannot be the target of an augmented assignment"
            self.report.add_at(target, "augmented-slice", message, "write items[a:b] = items[a:b] + ...")
        owner, index = self.gen_tmp_name(), self.gen_tmp_name()
        start = [
            self._keep(owner, self.visit(target.value), target.value),
            self._keep(index, self.visit(target.slice), target.slice),
        ]
        loaded = ast.Subscript(make_name(owner, target), make_name(index, target), ast.Load())
        stored = ast.Subscript(
            make_call("_write_", target, make_name(owner, target)), make_name(index, target), ast.Store()
        )
        return [*start, *self._augment(node, ast.copy_location(loaded, target), stored, owner, index)]

    def _augment_attribute(self, node: ast.AugAssign, target: ast.Attribute) -> list[ast.stmt]:
        """Spell out ``a.b += v``."""
        self._check_attribute(target)
        self._allow_super(target)
        owner = self.gen_tmp_name()
        start = self._keep(owner, self.visit(target.value), target.value)
        loaded = make_call("_getattr_", target, make_name(owner, target), make_constant(target.attr, target))
        stored = ast.Attribute(make_call("_write_", target, make_name(owner, target)), target.attr, ast.Store())
        return [start, *self._augment(node, loaded, stored, owner)]

    def _keep(self, name: str, value: ast.expr, place: ast.expr) -> ast.stmt:
        """Put a value into a temporary name."""
        return ast.copy_location(ast.Assign([make_name(name, place, ast.Store())], value), place)

    def _augment(self, node: ast.AugAssign, loaded: ast.expr, stored: ast.expr, *kept: str) -> list[ast.stmt]:
        """Load, change and store; each part runs once, in Python's order, and no temporary name stays."""
        name = self.gen_tmp_name()
        changed = ast.AugAssign(make_name(name, node.target, ast.Store()), node.op, self.visit(node.value))
        result = ast.Assign([ast.copy_location(stored, node.target)], make_name(name, node.target))
        dropped = ast.Delete([make_name(one, node, ast.Del()) for one in (*kept, name)])
        start = self._keep(name, loaded, node.target)
        return [start, *(ast.copy_location(made, node) for made in (changed, result, dropped))]

    def visit_Call(self, node: ast.Call) -> ast.Call:
        """Call through ``_apply_`` when arguments are unpacked."""
        unpacks = any(isinstance(arg, ast.Starred) for arg in node.args)
        unpacks = unpacks or any(keyword.arg is None for keyword in node.keywords)
        node = self._visit_parts(node)
        if unpacks:
            node.args.insert(0, node.func)
            node.func = make_name("_apply_", node.func)
        return node

    def visit_For(self, node: ast.For) -> ast.For:
        """Iterate through ``_getiter_``."""
        self._refuse_starred(node.iter)
        node = self._visit_parts(node)
        node.iter = make_call("_getiter_", node.iter, node.iter)
        return node

    def visit_comprehension(self, node: ast.comprehension) -> ast.comprehension:
        """Iterate through ``_getiter_``; asynchronous iteration is refused."""
        if node.is_async:
            self.report.add_at(node.target, "async-loop", "'async for' is not available", "use a plain for")
        node = self._visit_parts(node)
        node.iter = make_call("_getiter_", node.iter, node.iter)
        return node

    def visit_With(self, node: ast.With) -> ast.With:
        """Leave unpacking to the interpreter."""
        return self._visit_parts(node)


def _parts_of_index(index: ast.expr) -> list[ast.expr]:
    """Return an index, or the parts of a tuple of them."""
    return index.elts if isinstance(index, ast.Tuple) else [index]


def _explain_attribute(name: str) -> tuple[str, str]:
    """Return message and hint for an attribute with an underscore."""
    message = f"the attribute {name!r} starts with an underscore"
    if name == "__init__":
        return message, "write super().__init__(...)"
    if name in ("__class__", "__name__"):
        return message, "use isinstance(value, kind)"
    if name == "__dict__":
        return message, "keep the values in a dict"
    return message, "choose a name without the underscore; a key of a dict is read with [...] or .get(...)"
