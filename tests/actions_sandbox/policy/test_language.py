"""What the dialect accepts means the same as in plain Python."""

import io
import keyword
import tokenize
from collections.abc import Callable
from typing import Any

import pytest

from actions_sandbox.policy import compile_source
from tests.actions_sandbox.policy.plain_programs import PROGRAMS


@pytest.mark.parametrize("name", PROGRAMS)
def test_means_the_same_as_plain_python(name: str, run: Callable[..., dict[str, Any]]) -> None:
    """A program of the dialect computes what Python computes."""
    plain: dict[str, Any] = {"__name__": "action"}
    exec(compile(PROGRAMS[name], "action.py", "exec"), plain)
    ours = run(PROGRAMS[name])["result"]
    assert finish(ours) == finish(plain["result"])


def finish(value: Any) -> Any:
    """Drive a coroutine as the runner does; return anything else."""
    if not hasattr(value, "send"):
        return value
    try:
        value.send(None)
    except StopIteration as stop:
        return stop.value
    raise AssertionError("the coroutine was suspended")


SYNTAX = [name for name, source in PROGRAMS.items() if "import " not in source and "annotat" not in name]
"""Programs without modules; annotations are dropped unread, so any name may stand there."""


@pytest.mark.parametrize("name", SYNTAX)
@pytest.mark.parametrize("guard", ["_getattr_", "__class__"])
def test_no_name_of_a_program_can_be_a_guards(name: str, guard: str) -> None:
    """Whichever identifier of a program is replaced, the transformer refuses it before the invariant must."""
    source = PROGRAMS[name]
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.NAME and not keyword.iskeyword(token.string):
            lines = source.splitlines(keepends=True)
            line, column = token.start
            lines[line - 1] = lines[line - 1][:column] + guard + lines[line - 1][token.end[1] :]
            found = compile_source("".join(lines), filename="a.py", trigger=None).diagnostics
            assert found, "".join(lines)
            assert "policy-invariant" not in {item.rule for item in found}


def test_typing_is_inert(run: Callable[..., dict[str, Any]]) -> None:
    """Aliases, casts and type variables of ``typing`` can be written and do nothing."""
    source = """
from typing import Any, Callable, Dict, NewType, Optional, TypeVar, Union, cast, TYPE_CHECKING
Alias = Dict[str, Optional[Union[int, Callable[[Any], str]]]]
Other = int | Alias | None if False else Alias | int
T = TypeVar('T')
UserId = NewType('UserId', str)
result = (cast(Alias, 5), UserId('u'), TYPE_CHECKING)
"""
    assert run(source)["result"] == (5, "u", False)


def test_type_checking_imports_are_dropped(run: Callable[..., dict[str, Any]]) -> None:
    """What only a type checker reads may name anything, and does not run even when it is tricked."""
    source = """
import typing
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    from actions_sdk.types import Event
elif True:
    result = 'runs'
if typing.TYPE_CHECKING:
    import anything
TYPE_CHECKING = True
if TYPE_CHECKING:
    result = 'tricked'
def f(event: 'Event'): pass
"""
    assert run(source)["result"] == "runs"


def test_wraps_changes_nothing(run: Callable[..., dict[str, Any]]) -> None:
    """``functools.wraps`` may be written and leaves the decorated function as it is."""
    source = "import functools\ndef f():\n    return 1\n@functools.wraps(f)\ndef g():\n    return 2\nresult = g()"
    assert run(source)["result"] == 2


def test_annotations_leave_no_trace(run: Callable[..., dict[str, Any]]) -> None:
    """Annotations are dropped, so nothing of them can run, even late."""
    namespace = run("x: print('late') = 1\ndef f(a: print('late')) -> print('late'):\n    pass")
    assert "__annotations__" not in namespace
    assert namespace["f"].__annotations__ == {}


def test_temporary_names_are_gone(run: Callable[..., dict[str, Any]]) -> None:
    """Augmented assignments leave no names behind."""
    assert not [name for name in run("d = {'k': 1}\nd['k'] += 1") if name.startswith("_tmp")]
