"""What is told about an exception."""

from typing import Any

import pytest

from actions_sandbox.policy import ErrorInfo, compile_source, describe_exception, new_namespace


def fail(source: str, **values: Any) -> ErrorInfo:
    """Run a source that raises, and describe what it raised."""
    compiled = compile_source(source, filename="a.py", trigger=None)
    assert compiled.code is not None, compiled.diagnostics
    namespace = new_namespace(lambda level, text: None)
    namespace.update(values)
    with pytest.raises(BaseException) as caught:
        exec(compiled.code, namespace)
    return describe_exception(caught.value, {"a.py": source})


@pytest.mark.parametrize(
    ("source", "kind", "message", "line", "column"),
    [
        ("x = {}['cart']", "KeyError", "'cart'", 1, 5),
        ("x = 1\ny = 1 / 0", "ZeroDivisionError", "division by zero", 2, 5),
        ("é = 'ü'; x = é + 1", "TypeError", 'can only concatenate str (not "int") to str', 1, 14),
        ("def f():\n    return [].nope\nf()", "AttributeError", "'list' has no attribute 'nope'", 2, 12),
        ("import json\njson.loads('{')", "JSONDecodeError", "Expecting property name", 2, 1),
        ("x = nope", "NameError", "name 'nope' is not defined", 1, 5),
        ("raise ValueError", "ValueError", "", 1, 1),
        ("raise ValueError('a', 1, None)", "ValueError", "'a', 1, None", 1, 1),
        ("raise ValueError(('a',))", "ValueError", "('a',)", 1, 1),
        ("class Odd(Exception): pass\nraise Odd('x')", "Odd", "x", 2, 1),
        ("x = {'k': 1}\nx['n'] += 1", "KeyError", "'n'", 2, 1),
        ("x = {'k': 1}\nx['k'] += 'a'", "TypeError", "unsupported operand type(s) for +=: 'int' and 'str'", 2, 1),
        ("x = {'k': 1}; x['k'] += [1][2]", "IndexError", "list index out of range", 1, 25),
        ("class A: n = 1\nif 1:\n    A.n += ''", "TypeError", "unsupported operand type(s) for +=", 3, 5),
        ("class A: n = 1\nif 1:\n    A.m += 1", "AttributeError", "has no attribute 'm'", 3, 5),
        ("x = (1,); x[0] += 1", "TypeError", "'tuple' cannot be changed", 1, 11),
        ("n = 1; n += 'a'", "TypeError", "unsupported operand type(s) for +=: 'int' and 'str'", 1, 8),
        ("if 1: x += 1", "NameError", "name 'x' is not defined", 1, 7),
        ("x = {}; y = [1, x['a']['b']]", "KeyError", "'a'", 1, 17),
        ("x = 1; y = 2 + x[0]", "TypeError", "'int' object is not subscriptable", 1, 16),
        ("x = [1]; y = 2 + x[1:2:0]", "ValueError", "slice step cannot be zero", 1, 18),
        ("n = 1\nfor a in n: pass", "TypeError", "'int' object is not iterable", 2, 10),
        ("n = 1\nb = [a for a in n]", "TypeError", "'int' object is not iterable", 2, 17),
        ("x = b'\\xff'.decode()", "UnicodeDecodeError", "invalid start byte", 1, 5),
        ("for a, b in [(1,)]: pass", "ValueError", "not enough values to unpack (expected 2, got 1)", 1, 5),
        ("list(map(lambda x: 1 / x, [0]))", "ZeroDivisionError", "division by zero", 1, 20),
        ("class A(\n    str): pass", "TypeError", "class A cannot extend 'str'", 1, 1),
    ],
)
def test_type_message_and_place(source: str, kind: str, message: str, line: int, column: int) -> None:
    """The author sees the type, what it says, and where in the own source it arose."""
    info = fail(source)
    assert (info.type, info.file, info.line, info.column) == (kind, "a.py", line, column)
    assert message in info.message


def test_place_is_the_innermost_frame_of_the_author() -> None:
    """The runtime's own frames are not shown."""
    info = fail("import json\ndef f():\n    return json.dumps({1, 2})\nf()")
    assert (info.line, info.column) == (3, 12)


def test_no_frame_of_the_author() -> None:
    """An exception of elsewhere has no place."""
    with pytest.raises(ValueError, match="literal") as caught:
        int("x")
    assert describe_exception(caught.value, {"a.py": ""}).file == ""


def test_nothing_of_a_tenants_runs() -> None:
    """No method of an exception or its arguments is called, whatever they are."""
    source = """
class Bad(Exception):
    args = property(lambda self: 1 / 0)
    def __eq__(self, other):
        return 1 / 0
class Thing:
    def __eq__(self, other):
        return 1 / 0
    def __lt__(self, other):
        return 1 / 0
raise Bad(Thing(), [Thing()], {'k': Thing()})
"""
    assert fail(source).message == "<Thing object>, [<Thing object>], {'k': <Thing object>}"


@pytest.mark.parametrize(
    "argument",
    ["'x' * 10**6", "['x'] * 10**6", "10 ** 5000", "[[[[[[[[[[[[1]]]]]]]]]]]]", "chr(0xd800) * 5", "bomb()"],
)
def test_description_is_bounded(argument: str) -> None:
    """Type and message are short and can be sent as UTF-8, whatever was raised."""
    source = f"""
def bomb():
    x = ['y' * 100]
    for i in range(48):
        x = [x, x]
    return x
class {"A" * 300}(ValueError): pass
raise {"A" * 300}({argument})
"""
    info = fail(source)
    assert len(info.type) == 100
    assert len(info.message) <= 1000
    assert info.message.encode("utf-8")


def test_a_deep_recursion_is_described() -> None:
    """A recursion error has its place too."""
    info = fail("def f():\n    return f()\nf()")
    assert (info.type, info.line) == ("RecursionError", 2)
