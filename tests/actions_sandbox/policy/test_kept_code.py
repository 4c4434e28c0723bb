"""Code that is encoded by one worker and loaded by another is the code that compiling gives."""

import re
import sys
from typing import Any, Final

import pytest
from hypothesis import assume, given

from actions_sandbox.contract import CODE_BYTES, POLICY_VERSION
from actions_sandbox.policy import compilation, compile_source, dump_code, load_code, new_namespace
from tests.actions_sandbox.policy.programs import well_behaved

SOURCE: Final = """
def make(a, /, b=(1, (2.5, 'ä')), *rest, c=frozenset, **more):
    total = 0
    for item in [*b, *rest]:
        total += len(str(item))
    class Kind:
        def __init__(self):
            self.text = f'{a!r:>10}'
    async def later():
        return lambda: (yield_ for yield_ in range(total))
    match a:
        case {'k': [first, *others]}:
            return first, others
        case _:
            return Kind().text, 10**30, b'bytes', ..., 1j
"""


def run(code: Any) -> tuple[str, str]:
    """Execute a program; return its end and its log as text without addresses."""
    namespace = new_namespace(lambda level, text: None)
    end = "done"
    try:
        exec(code, namespace)
    except Exception as error:
        end = type(error).__name__
    return end, re.sub(r" at 0x[0-9a-f]+", "", repr(namespace.get("log")))


def test_loaded_code_is_equal_to_what_was_dumped() -> None:
    """Names, constants, line and column tables, exception tables, free variables: code objects compare them all."""
    code = compile_source(SOURCE, filename="act.py", trigger=None).code
    assert code is not None
    loaded = load_code(dump_code(code))
    assert loaded is not None
    assert loaded.code == code
    assert list(loaded.code.co_positions()) == list(code.co_positions())
    assert loaded.diagnostics == ()


@given(well_behaved())
@pytest.mark.filterwarnings("ignore")
def test_programs_do_the_same_from_kept_code(source: str) -> None:
    code = compile_source(source, filename="act.py", trigger=None).code
    assume(code is not None)
    assert code is not None
    loaded = load_code(dump_code(code))
    assert loaded is not None
    assert run(loaded.code) == run(code)


@pytest.mark.parametrize("length", range(9))
def test_what_is_shorter_than_its_stamp_or_ends_there_is_nothing(length: int) -> None:
    assert load_code(dump_code(compile("", "act.py", "exec"))[:length]) is None


def test_code_of_another_policy_or_interpreter_is_not_loaded() -> None:
    kept = dump_code(compile("", "act.py", "exec"))
    assert kept[4:8] == POLICY_VERSION.to_bytes(4, "big")
    for place in range(8):
        other = bytes([*kept[:place], kept[place] ^ 1, *kept[place + 1 :]])
        assert load_code(other) is None


def test_code_over_the_limit_is_left_to_every_worker() -> None:
    """A hundred kilobytes of source can fold into far more constants."""
    source = "x = [" + ",".join(f"'{index:04}' * 1000" for index in range(200)) + "]"
    code = compile_source(source, filename="act.py", trigger=None).code
    assert code is not None
    assert len(source) < 4_000 < CODE_BYTES
    assert dump_code(code) == b""


def test_code_that_is_nested_too_deep_to_be_encoded_is_left_to_every_worker() -> None:
    constant: tuple[Any, ...] = ()
    for _ in range(sys.getrecursionlimit() * 3):
        constant = (constant,)
    code = compile("", "act.py", "exec").replace(co_consts=(constant,))
    assert dump_code(code) == b""


def test_no_memory_to_encode_is_no_code(monkeypatch: pytest.MonkeyPatch) -> None:
    class Exhausted:
        @staticmethod
        def dumps(_value: object) -> bytes:
            raise MemoryError

    monkeypatch.setattr(compilation, "marshal", Exhausted)
    assert dump_code(compile("", "act.py", "exec")) == b""
