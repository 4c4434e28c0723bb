"""The verdict on every kind of syntax node, made by really compiling a program for each.

``python -m tests.golden.node_verdicts`` writes the list of the running Python.
"""

import _ast
import ast
import json
import sys
from pathlib import Path
from typing import Final

from actions_sandbox.policy import compile_source
from actions_sandbox.policy.diagnostics import Report
from actions_sandbox.policy.syntax import Transformer

VERDICTS: Final = Path(__file__).parent / f"node_verdicts_{sys.version_info.major}.{sys.version_info.minor}.json"
"""What the running Python's nodes have been judged to be."""

Verdicts = dict[str, dict[str, str]]
"""Program to verdict, by the name of the node."""

UNPARSED: Final = {
    "AugLoad": "a context of Python 2",
    "AugStore": "a context of Python 2",
    "Bytes": "an older name of Constant",
    "Ellipsis": "an older name of Constant",
    "Expression": "what compile() makes in the mode 'eval'",
    "ExtSlice": "an older name of Tuple",
    "FunctionType": "what compile() makes in the mode 'func_type'",
    "Index": "an older name of its value",
    "Interactive": "what compile() makes in the mode 'single'",
    "NameConstant": "an older name of Constant",
    "Num": "an older name of Constant",
    "Param": "a context of Python 2",
    "Str": "an older name of Constant",
    "Suite": "a module of Jython",
    "TypeIgnore": "made when type comments are asked for",
}
"""Nodes that no parser makes of a file, and what they are instead."""

_STATEMENTS: Final[dict[str, tuple[str, ...]]] = {
    "AnnAssign": ("x: int = 1", "x: int", "x.y: int = 1", "def f():\n    x: int", "_x: int"),
    "Assert": ("assert x, 'no'",),
    "Assign": ("x = 1", "x = y = 1", "x, [y, *z] = w", "x.y = 1", "x[0] = 1", "x[1:2] = y", "_x = 1"),
    "AsyncFor": ("async def f():\n    async for x in y:\n        pass",),
    "AsyncFunctionDef": ("async def f():\n    pass", "async def _f():\n    pass", "async def f():\n    yield 1"),
    "AsyncWith": ("async def f():\n    async with x:\n        pass",),
    "AugAssign": ("x += 1", "x.y += 1", "x[0] += 1", "x[1:2] += y", "_x += 1", "x._y += 1"),
    "Break": ("while x:\n    break",),
    "ClassDef": (
        "class A:\n    pass",
        "class A(B):\n    x = 1",
        "class A(metaclass=B):\n    pass",
        "class A(*x):\n    pass",
        "class _A:\n    pass",
    ),
    "Continue": ("while x:\n    continue",),
    "Delete": ("del x", "del x.y", "del x[0]", "del _x"),
    "Expr": ("x",),
    "For": ("for x in y:\n    pass", "for x.y in z:\n    pass", "for _x in y:\n    pass"),
    "FunctionDef": (
        "def f():\n    pass",
        "@x\ndef f(y: int) -> int:\n    return y",
        "def _f():\n    pass",
        "class A:\n    def __init__(self):\n        pass",
        "class A:\n    def __getattr__(self, name):\n        pass",
    ),
    "Global": ("def f():\n    global x", "def f():\n    global _x"),
    "If": ("if x:\n    pass\nelse:\n    y", "if TYPE_CHECKING:\n    from x import y"),
    "Import": ("import json", "import json as j", "import os", "import urllib", "import json as _j"),
    "ImportFrom": (
        "from math import floor",
        "from __future__ import annotations",
        "from os import path",
        "from math import *",
        "from . import x",
        "from json import codecs",
        "from math import floor as _f",
    ),
    "Match": ("match x:\n    case 1:\n        pass",),
    "Nonlocal": (
        "def f():\n    x = 1\n    def g():\n        nonlocal x",
        "def f():\n    _x = 1\n    def g():\n        nonlocal _x",
    ),
    "Pass": ("pass",),
    "Raise": ("raise x", "raise x from y"),
    "Return": ("def f():\n    return x", "return x"),
    "Try": ("try:\n    x\nfinally:\n    y", "try:\n    x\nexcept y:\n    z\nelse:\n    w"),
    "TryStar": ("try:\n    x\nexcept* y:\n    z",),
    "TypeAlias": ("type x = int",),
    "While": ("while x:\n    pass\nelse:\n    y",),
    "With": ("with x:\n    pass", "with x as y, z as (v, w):\n    pass", "with x as _y:\n    pass"),
}

_EXPRESSIONS: Final[dict[str, tuple[str, ...]]] = {
    "Attribute": ("x.y", "x._y", "x.__class__", "x.gi_frame", "x.format_map", "super().__init__"),
    "Await": ("async def f():\n    await x", "async def f():\n    return (await y for y in x)", "await x"),
    "BinOp": ("x + y",),
    "BoolOp": ("x and y",),
    "Call": ("f(x, y=z)", "f(*x)", "f(**x)", "f(_x=1)", "eval(x)", "super()"),
    "Compare": ("x < y < z",),
    "Constant": ("1", "1.5", "2j", "'x'", "u'x'", "b'x'", "True", "None", "..."),
    "Dict": ("{x: y}", "{**x}"),
    "DictComp": ("{x: y for x, y in z}",),
    "FormattedValue": ("f'{x}'", "f'{x!r:>{y}}'", "f'{x._y}'"),
    "GeneratorExp": ("(x for x in y)",),
    "IfExp": ("x if y else z",),
    "Interpolation": ("t'{x}'",),
    "JoinedStr": ("f'x{y}'",),
    "Lambda": ("lambda x: x", "lambda _x: 1"),
    "List": ("[x]", "[*x]"),
    "ListComp": ("[x for x in y if z]", "[_x for _x in y]"),
    "Name": ("x", "_", "_x", "_getattr_", "__builtins__", "open", "super"),
    "NamedExpr": ("(x := 1)", "(_x := 1)"),
    "Set": ("{x}",),
    "SetComp": ("{x for x in y}",),
    "Slice": ("x[1:2:3]",),
    "Starred": ("f(*x)", "[*x]", "*x, y = z"),
    "Subscript": ("x[0]", "x[1:2, ...]", "x[0] = 1", "del x[0]"),
    "TemplateStr": ("t'x'",),
    "Tuple": ("(x, y)",),
    "UnaryOp": ("-x",),
    "Yield": ("def f():\n    x = yield y", "yield x"),
    "YieldFrom": ("def f():\n    yield from x",),
}

_PATTERNS: Final = {
    "MatchAs": ("x", "_", "1 as x", "_x", "1 as _write_"),
    "MatchClass": ("str()", "str(x)", "str(_x)", "A()", "str(y=1)", "a.b()"),
    "MatchMapping": ("{'a': x, **y}", "{a.b: x}", "{'a': _x}", "{'a': 1, **_x}"),
    "MatchOr": ("1 | 2",),
    "MatchSequence": ("[x, 2]",),
    "MatchSingleton": ("None",),
    "MatchStar": ("[*x]", "[*_x]", "[*_]"),
    "MatchValue": ("1", "-1", "1 + 2j", "'x'", "a.b", "f'x'"),
}

_OPERATORS: Final = {
    "Add": "x + y", "Sub": "x - y", "Mult": "x * y", "MatMult": "x @ y", "Div": "x / y", "Mod": "x % y",
    "Pow": "x ** y", "LShift": "x << y", "RShift": "x >> y", "BitOr": "x | y", "BitXor": "x ^ y",
    "BitAnd": "x & y", "FloorDiv": "x // y", "And": "x and y", "Or": "x or y", "Invert": "~x", "Not": "not x",
    "UAdd": "+x", "USub": "-x", "Eq": "x == y", "NotEq": "x != y", "Lt": "x < y", "LtE": "x <= y", "Gt": "x > y",
    "GtE": "x >= y", "Is": "x is y", "IsNot": "x is not y", "In": "x in y", "NotIn": "x not in y",
}  # fmt: skip

_PARTS: Final[dict[str, tuple[str, ...]]] = {
    "Del": ("del x",),
    "ExceptHandler": ("try:\n    x\nexcept y as z:\n    w", "try:\n    x\nexcept y as _z:\n    w"),
    "Load": ("x",),
    "Module": ("",),
    "ParamSpec": ("def f[**T]():\n    pass", "type x[**T] = int"),
    "Store": ("x = 1",),
    "TypeVar": ("def f[T]():\n    pass", "class A[T: int]:\n    pass"),
    "TypeVarTuple": ("def f[*T]():\n    pass", "async def f[*T]():\n    pass"),
    "alias": ("import math as m",),
    "arg": (
        "def f(x: int):\n    pass",
        "def f(_getattr_, /):\n    pass",
        "def f(_x):\n    pass",
        "def f(*, _x):\n    pass",
        "def f(*_x):\n    pass",
        "def f(**_x):\n    pass",
    ),
    "arguments": ("def f(a, /, b=1, *c, d, e=2, **g):\n    pass",),
    "comprehension": ("[x for x in y]", "async def f():\n    return [x async for x in y]"),
    "keyword": ("f(x=y)", "f(_x=y)"),
    "match_case": ("match x:\n    case 1 if y:\n        z",),
    "withitem": ("with x as y:\n    pass",),
}

PROGRAMS: Final[dict[str, tuple[str, ...]]] = {
    **_STATEMENTS,
    **_EXPRESSIONS,
    **{kind: tuple(f"match v:\n    case {text}:\n        pass" for text in texts) for kind, texts in _PATTERNS.items()},
    **{kind: (text,) for kind, text in _OPERATORS.items()},
    **_PARTS,
}
"""The least programs in which a kind of node stands, first the plain form, then those that are judged otherwise."""


def list_kinds() -> list[str]:
    """Name every kind of node that the running Python's ``ast`` has, abstract ones left out."""
    made_in_c = {kind for kind in vars(_ast).values() if isinstance(kind, type) and issubclass(kind, ast.AST)}
    parents = {base for kind in made_in_c for base in kind.__bases__}
    old = {
        kind
        for kind in vars(ast).values()
        if isinstance(kind, type) and issubclass(kind, ast.AST) and kind not in made_in_c and kind.__name__ != "slice"
    }
    return sorted(kind.__name__ for kind in (made_in_c - parents) | old)


def judge(program: str) -> str:
    """Compile a program and tell what became of it.

    Returns:
        ``allowed``, ``rewritten: `` and the program that runs instead, or ``refused: `` and the rules.
    """
    compiled = compile_source(program, filename="action.py", trigger=None)
    if compiled.code is None:
        return "refused: " + " ".join(sorted({item.rule for item in compiled.diagnostics}))
    made = ast.unparse(Transformer(Report(program)).transform(ast.parse(program)))
    return "allowed" if made == ast.unparse(ast.parse(program)) else f"rewritten: {made}"


def judge_all() -> Verdicts:
    """Judge every program of every kind that the running Python parses; a kind without a program has none."""
    kinds = (kind for kind in list_kinds() if kind not in UNPARSED)
    return {kind: {program: judge(program) for program in PROGRAMS.get(kind, ())} for kind in kinds}


if __name__ == "__main__":
    VERDICTS.write_text(json.dumps(judge_all(), indent=1) + "\n")
