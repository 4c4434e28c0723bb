"""Makes mutants of a module: its syntax tree with one small fault in it."""

import ast
import copy
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

_COMPARISONS: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_OPERATORS: Final[dict[type[ast.operator], type[ast.operator]]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
_UNTOUCHED: Final = frozenset({"annotation", "returns", "decorator_list", "type_comment"})
_LIST_WORDS: Final = 4
"""A text of at least so many words in order is a list, of which one is taken away at a time."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One fault.

    Attributes:
        name: Where it is and what it does; the same for as long as its function keeps its text.
        line: The 1-based line.
        make: Makes the module's tree with the fault in it.
    """

    name: str
    line: int
    make: Callable[[], ast.Module]


@dataclass(frozen=True, slots=True)
class _Place:
    """A node by the way that leads to it.

    Attributes:
        node: The node.
        path: Fields and indexes from the module down to it.
        scope: The classes and functions around it.
        label: The argument or field whose value it is, for its name.
    """

    node: Any
    path: tuple[tuple[str, int | None], ...]
    scope: str
    label: str


def list_mutants(source: str) -> list[Mutant]:
    """Make every mutant of a module's source."""
    tree = ast.parse(source)
    seen: Counter[str] = Counter()
    made = []
    for place in _walk(tree, (), "", ""):
        for new in _mutate(place):
            name = f"{place.scope or 'module'}: {place.label}{_tell(place.node, new)}"
            seen[name] += 1
            name += f" #{seen[name]}" if seen[name] > 1 else ""
            made.append(Mutant(name, place.node.lineno, _make(tree, place.path, new)))
    return made


def _make(tree: ast.Module, path: tuple[tuple[str, int | None], ...], new: ast.AST) -> Callable[[], ast.Module]:
    def make() -> ast.Module:
        root = copy.deepcopy(tree)
        owner: Any = root
        for field, index in path[:-1]:
            owner = getattr(owner, field) if index is None else getattr(owner, field)[index]
        field, index = path[-1]
        if index is None:
            setattr(owner, field, copy.deepcopy(new))
        else:
            getattr(owner, field)[index] = copy.deepcopy(new)
        return ast.fix_missing_locations(root)

    return make


def _tell(old: ast.AST, new: ast.AST) -> str:
    """Say what a mutant does."""
    if isinstance(old, ast.Constant) and isinstance(new, ast.Constant) and isinstance(old.value, str):
        gone = set(old.value.split()) - set(str(new.value).split())
        if len(gone) == 1 and len(old.value.split()) > len(str(new.value).split()):
            return f"{' '.join(old.value.split()[:3])} ... without {gone.pop()}"
    if isinstance(old, (ast.Set, ast.Dict)) and isinstance(new, (ast.Set, ast.Dict)):
        kept = {ast.dump(part) for part in _list_parts(new)}
        gone_parts = [_show(part) for part in _list_parts(old) if ast.dump(part) not in kept]
        return f"{type(old).__name__.lower()} without {', '.join(gone_parts)}"
    return f"{_show(old)} -> {_show(new)}"


def _list_parts(node: ast.Set | ast.Dict) -> list[ast.expr]:
    return node.elts if isinstance(node, ast.Set) else [key for key in node.keys if key is not None]


def _show(node: ast.AST) -> str:
    """Write a node on one line."""
    if isinstance(node, ast.stmt) and hasattr(node, "body"):
        node = node.test if isinstance(node, (ast.If, ast.While)) else ast.Pass()
    return " ".join(ast.unparse(ast.fix_missing_locations(copy.deepcopy(node))).split())


def _walk(node: ast.AST, path: tuple[tuple[str, int | None], ...], scope: str, label: str) -> Iterator[_Place]:
    if path:
        yield _Place(node, path, scope, label)
    label = _label(node)
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        scope = f"{scope}.{node.name}".lstrip(".")
    for field, value in ast.iter_fields(node):
        if field in _UNTOUCHED:
            continue
        for index, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if isinstance(child, ast.AST) and not _is_for_readers(child):
                yield from _walk(child, (*path, (field, index)), scope, label)


def _label(node: ast.AST) -> str:
    """Return how the value inside a node is called, where that tells one constant from another."""
    if isinstance(node, ast.keyword):
        return f"{node.arg or '**'}="
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return f"{node.target.id} = "
    return ""


def _is_for_readers(node: ast.AST) -> bool:
    """Tell whether a node is a docstring, or a statement that only readers and type checkers look at."""
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    if isinstance(node, ast.Assign):
        target = node.targets[0]
        return isinstance(target, ast.Name) and target.id in ("__slots__", "__all__")
    return isinstance(node, (ast.Import, ast.ImportFrom))


def _mutate(place: _Place) -> Iterator[ast.AST]:
    """Yield what may stand in a node's place."""
    node = place.node
    if isinstance(node, ast.stmt):
        yield from _mutate_statement(node, at_top=not place.scope)
    else:
        yield from _mutate_logic(node)
        yield from _mutate_data(node, at_top=place.scope in ("", "_expose_plain_types", "_expose_containers"))


def _mutate_logic(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Compare):
        for index, operator in enumerate(node.ops):
            yield _change(node, ops=[*node.ops[:index], _COMPARISONS[type(operator)](), *node.ops[index + 1 :]])
    elif isinstance(node, ast.BoolOp):
        yield _change(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
        for rest in _leave_one_out(node.values):
            yield rest[0] if len(rest) == 1 else _change(node, values=rest)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield node.operand
    elif isinstance(node, ast.IfExp):
        yield _change(node, test=_negate(node.test))
    elif isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        yield _change(node, op=_OPERATORS[type(node.op)]())


def _mutate_data(node: ast.AST, *, at_top: bool) -> Iterator[ast.AST]:
    if isinstance(node, ast.Constant):
        yield from _mutate_constant(node, at_top=at_top)
    elif isinstance(node, ast.Set):
        yield from (_change(node, elts=rest) for rest in _leave_one_out(node.elts) if rest)
    elif isinstance(node, ast.Dict) and at_top:
        for keys, values in zip(_leave_one_out(node.keys), _leave_one_out(node.values), strict=True):
            yield _change(node, keys=keys, values=values)


def _mutate_statement(node: ast.stmt, *, at_top: bool) -> Iterator[ast.AST]:
    gone = ast.copy_location(ast.Pass(), node)
    if isinstance(node, (ast.If, ast.While)):
        if not isinstance(node.test, ast.BoolOp):
            yield _change(node, test=_negate(node.test))
    elif isinstance(node, ast.Return):
        if node.value is not None and not (isinstance(node.value, ast.Constant) and node.value.value is None):
            yield _change(node, value=ast.Constant(None))
    elif isinstance(node, (ast.Expr, ast.Raise)):
        yield gone
    elif isinstance(node, (ast.Assign, ast.AugAssign)) and not at_top:
        yield gone
        if isinstance(node, ast.AugAssign) and type(node.op) in _OPERATORS:
            yield _change(node, op=_OPERATORS[type(node.op)]())
    elif isinstance(node, ast.Continue):
        yield ast.copy_location(ast.Break(), node)
    elif isinstance(node, ast.Break):
        yield ast.copy_location(ast.Continue(), node)


def _mutate_constant(node: ast.Constant, *, at_top: bool) -> Iterator[ast.AST]:
    value = node.value
    if isinstance(value, bool):
        yield _change(node, value=not value)
    elif isinstance(value, int):
        yield _change(node, value=value + 1)
    elif isinstance(value, str):
        words = value.split()
        if at_top and words == sorted(words) and len(words) >= _LIST_WORDS:
            yield from (_change(node, value=" ".join(rest)) for rest in _leave_one_out(words))
        else:
            yield _change(node, value=f"{value}XX")


def _negate(test: ast.expr) -> ast.expr:
    return test.operand if isinstance(test, ast.UnaryOp) else ast.copy_location(ast.UnaryOp(ast.Not(), test), test)


def _change(node: ast.AST, **fields: Any) -> Any:
    """Copy a node with other fields."""
    made = copy.copy(node)
    for field, value in fields.items():
        setattr(made, field, value)
    return made


def _leave_one_out(items: list[Any]) -> Iterator[list[Any]]:
    return ([*items[:index], *items[index + 1 :]] for index in range(len(items)))
