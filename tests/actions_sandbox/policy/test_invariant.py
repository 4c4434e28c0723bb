"""The last look at a tree finds whatever the transformer forgot."""

import ast

import pytest

from actions_sandbox.policy import compile_source
from actions_sandbox.policy.diagnostics import Report
from actions_sandbox.policy.invariant import GUARD_NAMES, find_violation
from actions_sandbox.policy.nodes import is_marked, mark
from actions_sandbox.policy.syntax import Transformer


@pytest.mark.parametrize(
    "source",
    [
        "_x = 1",
        "_getattr_(a, 'b')",
        "def _f(): pass",
        "def f(_a, /, _b, *_c, _d, **_e): pass",
        "class _A: pass",
        "import _a",
        "import a as _b",
        "from _a import b",
        "from a import _b",
        "global _x",
        "def f():\n    nonlocal _x",
        "try:\n    pass\nexcept A as _e:\n    pass",
        "f(_x=1)",
        "match x:\n    case _a: pass",
        "match x:\n    case {**_a}: pass",
        "match x:\n    case [*_a]: pass",
        "match x:\n    case A(_b=c): pass",
        "a.b",
        "a.b = 1",
        "del a.b",
        "a[0] = 1",
        "del a[0]",
        "_write_(a).b = 1",
        "for x in y: pass",
        "[x for x in y]",
        "f(*a)",
        "f(**a)",
        "_apply_(f, *a)",
        "class A: pass",
        "class A(metaclass=__metaclass__): pass",
        "a[0] += 1",
        "a.b += 1",
        "_write_(a)[0] += 1",
        "_write_(a).b += 1",
        "_x += 1",
        "x: int",
        "if 1:\n    def __init__(self): pass",
    ],
)
def test_an_untransformed_tree_is_refused(source: str) -> None:
    """Whatever the parser made and nobody rewrote is found, guards' names written by an author included."""
    assert find_violation(ast.parse(source)) is not None


@pytest.mark.parametrize("source", ["a[0]", "a[b][1:2, ...]", "x += 1", "x += a[0]", "x, y = a[0]"])
def test_what_no_guard_could_judge_better_stays_as_it_is_written(source: str) -> None:
    """Items are read, and names changed in place, by the interpreter: the types alone decide."""
    assert find_violation(ast.parse(source)) is None


@pytest.mark.parametrize("source", ["a[0] += 1", "a.b += 1", "for x in y: pass"])
def test_a_marked_guard_in_another_place_excuses_nothing(source: str) -> None:
    """A part of an object is never augmented where it stands, which would read it past the guard."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, (ast.Attribute, ast.Subscript)):
            node.value = ast.Call(mark(ast.Name("_write_", ast.Load())), [node.value], [])
    assert find_violation(tree) is not None


class _StrangeLoad(ast.Load):
    pass


def test_a_read_in_an_unknown_context_is_refused() -> None:
    owner = ast.Name("a", ast.Load())
    for node in (ast.Attribute(owner, "b", _StrangeLoad()), ast.Subscript(owner, ast.Constant(0), _StrangeLoad())):
        found = find_violation(node)
        assert found is not None
        assert found[0] is node


def test_marks_let_generated_names_through_and_no_others() -> None:
    """A mark excuses a guard's name or a temporary one, and only as the transformer uses them."""
    for name in GUARD_NAMES:
        assert find_violation(mark(ast.Name(name, ast.Load()))) is None
        assert find_violation(mark(ast.Name(name, ast.Store()))) is not None
    assert find_violation(mark(ast.Name("_tmp12", ast.Store()))) is None
    for name in ("_tmp", "_tmpx", "__builtins__", "_print_"):
        assert find_violation(mark(ast.Name(name, ast.Load()))) is not None


def test_the_parser_never_marks() -> None:
    """No text of an author's makes a marked node."""
    assert not any(is_marked(node) for node in ast.walk(ast.parse("generated = True\nx.generated = _getattr_")))


def test_a_forgotten_check_still_refuses_the_source(monkeypatch: pytest.MonkeyPatch) -> None:
    """With every name check of the transformer gone, the invariant alone refuses."""
    monkeypatch.setattr(Transformer, "check_name", lambda *args, **kwargs: None)
    for source in ("_getattr_ = 1", "match 1:\n    case _write_: pass", "def f(_getattr_, /): pass"):
        found = compile_source(source, filename="a.py", trigger=None).diagnostics
        assert [item.rule for item in found] == ["policy-invariant"]
        assert found[0].line >= 1


def test_every_kind_of_node_has_a_method_or_is_refused() -> None:
    """A kind of node without a method of its own is refused, so that new syntax stays out."""

    class Novelty(ast.stmt):
        _fields = ()

    report = Report("x")
    node = Novelty(lineno=1, col_offset=0, end_lineno=1, end_col_offset=1)
    Transformer(report).visit(node)
    assert [item.rule for item in report.close()] == ["syntax-not-allowed"]
