"""Programs that nobody wrote: none gets past the transformer, and the honest ones mean what they mean in Python.

``PROGRAM_EXAMPLES`` says how many are tried by each test; a failure is then shown as it was found.
"""

import ast
import dis
import os
import re
from collections.abc import Iterator
from types import CodeType
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from actions_sandbox.contract import Trigger
from actions_sandbox.policy import compile_source, new_namespace
from actions_sandbox.policy.diagnostics import Report
from actions_sandbox.policy.guards import GUARDS
from actions_sandbox.policy.invariant import find_violation
from actions_sandbox.policy.names import MAGIC_METHODS
from actions_sandbox.policy.syntax import Transformer
from tests.actions_sandbox.policy.programs import noise, well_behaved, wild

EXAMPLES: Final = int(os.environ.get("PROGRAM_EXAMPLES", "100"))
SHRINKS: Final = [] if "PROGRAM_EXAMPLES" in os.environ else [Phase.shrink]
often = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate, *SHRINKS],
)

_UNGUARDED: Final = frozenset(
    "LOAD_ATTR LOAD_METHOD LOAD_SUPER_ATTR IMPORT_STAR GET_AITER GET_ANEXT"
    " BEFORE_ASYNC_WITH CHECK_EG_MATCH SETUP_ANNOTATIONS LOAD_BUILD_TEMPLATE".split()
)
"""Operations that code without a guard would need."""

_OF_CLASSES: Final = frozenset({"__module__", "__qualname__", "__name__", "__class__", "__classcell__"})
_OF_CLASSES_SINCE_3_13: Final = frozenset({"__static_attributes__", "__firstlineno__", "__classdict__"})
_MADE: Final = frozenset(GUARDS) | {"__metaclass__", "_"} | _OF_CLASSES | _OF_CLASSES_SINCE_3_13


def _walk_code(code: CodeType) -> Iterator[CodeType]:
    yield code
    for part in code.co_consts:
        if isinstance(part, CodeType):
            yield from _walk_code(part)


def _find_fault(code: CodeType) -> str:
    """Look for what must not be in compiled code, at the bytes that the interpreter runs."""
    for part in _walk_code(code):
        for name in (*part.co_names, *part.co_varnames, *part.co_freevars, *part.co_cellvars, part.co_name):
            known = name in _MADE or name in MAGIC_METHODS or re.fullmatch(r"_tmp\d+", name)
            if name.startswith("_") and not known:
                return f"the name {name}"
        for operation in dis.get_instructions(part):
            stores = operation.opname.startswith(("STORE_", "DELETE_")) and operation.argval in GUARDS
            imports_all = operation.argrepr == "INTRINSIC_IMPORT_STAR"
            if operation.opname in _UNGUARDED or stores or imports_all:
                return f"{operation.opname} {operation.argval}"
    return ""


def _check(source: str) -> None:
    compiled = compile_source(source, filename="action.py", trigger=None)
    assert (compiled.code is None) == bool(compiled.diagnostics)
    if compiled.code is not None:
        tree = Transformer(Report(source)).transform(ast.parse(source))
        assert find_violation(tree) is None
        assert _find_fault(compiled.code) == ""
    for item in compiled.diagnostics:
        assert item.rule
        assert item.message
        assert item.rule != "policy-invariant", "a check of the transformer is missing"
        assert 0 <= item.line <= source.count("\n") + source.count("\r") + 1


@often
@given(wild())
def test_no_program_reaches_a_private_name_or_leaves_out_a_guard(source: str) -> None:
    _check(source)


@often
@given(noise, st.sampled_from([None, *Trigger]))
def test_no_text_makes_the_compiler_raise(source: str, trigger: Trigger | None) -> None:
    compiled = compile_source(source, filename="action.py", trigger=trigger)
    assert (compiled.code is None) == bool(compiled.diagnostics)


@pytest.mark.parametrize(
    "source",
    [
        "x.y",
        "_x = 1",
        "_getattr_ = 1",
        "def f(__a, /): pass",
        "from a import *",
        "x.y += 1",
        "case = [_ for _ in x._y]",
    ],
)
def test_the_look_at_the_code_finds_what_was_not_transformed(source: str) -> None:
    assert _find_fault(compile(source, "action.py", "exec"))


def _run(code: CodeType, namespace: dict[str, Any]) -> tuple[str, str, str]:
    """Execute a program; return its end, its log and its names as text without addresses."""
    end = "done"
    try:
        exec(code, namespace)
    except Exception as error:
        end = f"{type(error).__name__} {_explain(error)}"
    names = {name: namespace.get(name) for name in ("a", "b", "c", "d", "box")}
    return end, _describe(namespace.get("log")), _describe(names)


def _explain(error: Exception) -> str:
    """Return what an error says where the guards do not word it themselves."""
    return "" if isinstance(error, (AttributeError, TypeError)) else _describe(error.args)


def _describe(value: Any) -> str:
    try:
        return re.sub(r" at 0x[0-9a-f]+", "", repr(value))
    except Exception as error:
        return type(error).__name__


@often
@given(well_behaved())
@pytest.mark.filterwarnings("ignore")
def test_programs_mean_what_they_mean_in_plain_python(source: str) -> None:
    """The result, the order of what happens, and the kind of exception that ends it; every step by the guards."""
    _check(source)
    compiled = compile_source(source, filename="action.py", trigger=None)
    if compiled.code is None:
        with pytest.raises(SyntaxError):
            compile(source, "action.py", "exec")
        return
    restricted = new_namespace(lambda level, text: None)
    plain: dict[str, Any] = {"__name__": restricted["__name__"]}
    assert _run(compiled.code, restricted) == _run(compile(source, "action.py", "exec"), plain)
