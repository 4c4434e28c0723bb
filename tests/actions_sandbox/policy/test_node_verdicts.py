"""Every kind of syntax node has a verdict, and a kind that nobody judged is refused."""

import ast
import json
from typing import Any

import pytest

from actions_sandbox.policy import compilation, compile_source
from tests.golden.node_verdicts import PROGRAMS, UNPARSED, VERDICTS, judge, judge_all, list_kinds

KINDS = list_kinds()
PARSED = [kind for kind in KINDS if kind not in UNPARSED]


@pytest.mark.parametrize("kind", PARSED)
def test_every_kind_of_node_has_a_program_that_holds_it(kind: str) -> None:
    """A kind that a new Python brings fails here until somebody judges it."""
    assert PROGRAMS.get(kind), f"no program for {kind}: add one to tests/golden/node_verdicts.py"
    for program in PROGRAMS[kind]:
        assert kind in {type(node).__name__ for node in ast.walk(ast.parse(program))}, program


def test_the_verdicts_are_the_ones_agreed_on() -> None:
    """A change of the policy shows here: `python -m tests.golden.node_verdicts` writes the list anew."""
    assert VERDICTS.exists(), "this Python has no list yet: python -m tests.golden.node_verdicts"
    assert judge_all() == json.loads(VERDICTS.read_text())


def test_every_verdict_is_of_a_known_form() -> None:
    for kind, verdicts in json.loads(VERDICTS.read_text()).items():
        assert verdicts, kind
        for verdict in verdicts.values():
            word, _, rest = verdict.partition(": ")
            assert (word in ("rewritten", "refused") and rest) or verdict == "allowed"


@pytest.mark.parametrize(
    "kind", ["AsyncFor", "AsyncWith", "TryStar", "TypeAlias", "TypeVar", "ParamSpec", "TypeVarTuple"]
)
def test_kinds_that_stay_out_whatever_a_list_says(kind: str) -> None:
    if kind not in KINDS:
        pytest.skip("this Python does not have it")
    assert all(judge(program).startswith("refused: ") for program in PROGRAMS[kind])


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind in UNPARSED])
def test_no_program_holds_a_kind_that_the_parser_never_makes(kind: str) -> None:
    programs = [program for kind in PARSED for program in PROGRAMS[kind]]
    assert not [program for program in programs if kind in {type(n).__name__ for n in ast.walk(ast.parse(program))}]


def _make_novelty(kind: type[ast.AST], **fields: Any) -> Any:
    """Make a node of a kind that no Python has yet."""
    place = {"lineno": 1, "col_offset": 0, "end_lineno": 1, "end_col_offset": 1}
    novelty = type("Novelty", (kind,), {"_fields": tuple(fields), "_attributes": tuple(place)})
    return novelty(**fields, **place)


def _parse(program: str) -> Any:
    return ast.parse(program).body[0]


def _with_statement() -> ast.stmt:
    made: ast.stmt = _make_novelty(ast.stmt, value=_parse("x").value)
    return made


def _with_expression() -> ast.stmt:
    made = _parse("x = 1")
    made.value = _make_novelty(ast.expr, value=_parse("x").value)
    return made  # type: ignore[no-any-return]


def _with_operator(kind: type[ast.AST], program: str, field: str) -> ast.stmt:
    made = _parse(program)
    old = getattr(made.value, field)
    setattr(made.value, field, [_make_novelty(kind)] if isinstance(old, list) else _make_novelty(kind))
    return made  # type: ignore[no-any-return]


def _with_pattern() -> ast.stmt:
    made = _parse("match x:\n    case [1]:\n        pass")
    made.cases[0].pattern.patterns = [_make_novelty(ast.pattern, name="y")]
    return made  # type: ignore[no-any-return]


def _with_handler() -> ast.stmt:
    made = _parse("try:\n    x\nexcept y:\n    z")
    made.handlers = [_make_novelty(ast.excepthandler, name="y", body=[_parse("z")])]
    return made  # type: ignore[no-any-return]


def _with_parameter() -> ast.stmt:
    made = _parse("def f():\n    pass")
    made.type_params = [_make_novelty(ast.AST, name="T")]
    return made  # type: ignore[no-any-return]


def _with_augmented_operator() -> ast.stmt:
    made = _parse("x += 1")
    made.op = _make_novelty(ast.operator)
    return made  # type: ignore[no-any-return]


NOVELTIES = {
    "statement": _with_statement,
    "expression": _with_expression,
    "operator": lambda: _with_operator(ast.operator, "x + y", "op"),
    "comparison": lambda: _with_operator(ast.cmpop, "x < y", "ops"),
    "boolean operator": lambda: _with_operator(ast.boolop, "x and y", "op"),
    "unary operator": lambda: _with_operator(ast.unaryop, "-x", "op"),
    "augmented operator": _with_augmented_operator,
    "context": lambda: _with_operator(ast.expr_context, "x", "ctx"),
    "context of an attribute": lambda: _with_operator(ast.expr_context, "x.y", "ctx"),
    "pattern": _with_pattern,
    "handler": _with_handler,
    "type parameter": _with_parameter,
}


@pytest.mark.parametrize("where", sorted(NOVELTIES))
def test_a_kind_that_nobody_judged_is_refused_wherever_it_stands(where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """New syntax of a new Python stays out until it gets a verdict."""
    tree = ast.Module([NOVELTIES[where]()], [])
    monkeypatch.setattr(compilation, "_parse", lambda source, report: tree)
    compiled = compile_source("x", filename="action.py", trigger=None)
    assert compiled.code is None
    assert {item.rule for item in compiled.diagnostics} <= {"syntax-not-allowed", "policy-invariant"}
