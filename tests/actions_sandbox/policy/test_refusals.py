"""What the compiler refuses: rule, line, column and what to write instead."""

import sys

import pytest

from actions_sandbox.contract import SOURCE_BYTES, Diagnostic, Trigger
from actions_sandbox.policy import compile_source
from actions_sandbox.policy.diagnostics import MAX_DIAGNOSTICS


def judge(source: str, trigger: Trigger | None = None) -> tuple[Diagnostic, ...]:
    """Compile and return the refusals; there is code exactly when there are none."""
    compiled = compile_source(source, filename="action.py", trigger=trigger)
    assert (compiled.code is None) == bool(compiled.diagnostics)
    return compiled.diagnostics


REFUSED = [
    # source, rule, line, column, part of the hint
    ("x = event._y", "underscore-attribute", 1, 11, "[...] or .get(...)"),
    ("x = (1).__class__", "underscore-attribute", 1, 9, "isinstance"),
    ("x = a.__dict__", "underscore-attribute", 1, 7, "dict"),
    ("Base.__init__(self)", "underscore-attribute", 1, 6, "super().__init__"),
    ("é = 'ü'; x = é._a", "underscore-attribute", 1, 16, ""),
    ("a._b = 1", "underscore-attribute", 1, 3, ""),
    ("del a._b", "underscore-attribute", 1, 7, ""),
    ("a._b += 1", "underscore-attribute", 1, 3, ""),
    ("a._b: int = 1", "underscore-attribute", 1, 3, ""),
    ("x = g.gi_frame", "attribute-not-allowed", 1, 7, ""),
    ("x = int.mro", "attribute-not-allowed", 1, 9, ""),
    ("x = ''.format_map", "attribute-not-allowed", 1, 8, "f-string"),
    ("e.with_traceback(None)", "attribute-not-allowed", 1, 3, ""),
    ("_x = 1", "underscore-name", 1, 1, "without the underscore"),
    ("x = _getattr_", "underscore-name", 1, 5, ""),
    ("_getattr_ = 1", "underscore-name", 1, 1, ""),
    ("def _f(): pass", "underscore-name", 1, 1, ""),
    ("def f(_a): pass", "underscore-name", 1, 7, ""),
    ("def f(_a, /): pass", "underscore-name", 1, 7, ""),
    ("def f(*, _a=1): pass", "underscore-name", 1, 10, ""),
    ("def f(*_a): pass", "underscore-name", 1, 8, ""),
    ("def f(**_a): pass", "underscore-name", 1, 9, ""),
    ("f = lambda _a: 1", "underscore-name", 1, 12, ""),
    ("f = lambda _write_, /: 1", "underscore-name", 1, 12, ""),
    ("class _A: pass", "underscore-name", 1, 1, ""),
    ("class A:\n    _x = 1", "underscore-name", 2, 5, ""),
    ("class A:\n    def __getattr__(self, n): pass", "underscore-name", 2, 5, "__init__"),
    ("def __init__(self): pass", "underscore-name", 1, 1, ""),
    ("if 1:\n    def __eq__(a, b): pass", "underscore-name", 2, 5, ""),
    ("class A:\n    async def __enter__(self): pass", "underscore-name", 2, 5, ""),
    ("def f():\n    global _x", "underscore-name", 2, 5, ""),
    ("def f():\n    global _getattr_\n    _getattr_ = 1", "underscore-name", 2, 5, ""),
    ("def f(x):\n    def g():\n        nonlocal _x", "underscore-name", 3, 9, ""),
    ("try:\n    pass\nexcept Exception as _e:\n    pass", "underscore-name", 3, 1, ""),
    ("for _i in []: pass", "underscore-name", 1, 5, ""),
    ("[_i for _i in []]", "underscore-name", 1, 2, ""),
    ("(_x := 1)", "underscore-name", 1, 2, ""),
    ("with a as _b: pass", "underscore-name", 1, 11, ""),
    ("import json as _j", "underscore-name", 1, 8, ""),
    ("from json import loads as _write_", "underscore-name", 1, 18, ""),
    ("_x: int", "underscore-name", 1, 1, ""),
    ("match x:\n    case _write_: pass", "underscore-name", 2, 10, ""),
    ("match x:\n    case [*_write_]: pass", "underscore-name", 2, 11, ""),
    ("match x:\n    case {'a': 1, **_write_}: pass", "underscore-name", 2, 10, ""),
    ("match x:\n    case {'a': _write_}: pass", "underscore-name", 2, 16, ""),
    ("match x:\n    case str(_write_): pass", "underscore-name", 2, 14, ""),
    ("match x:\n    case (1 as _write_): pass", "underscore-name", 2, 11, ""),
    ("__import__('os')", "underscore-name", 1, 1, "import statement"),
    ("x = __builtins__", "underscore-name", 1, 5, ""),
    ("x = __debug__", "underscore-name", 1, 5, ""),
    ("ｘ = ｅｖａｌ", "name-not-available", 1, 5, ""),
    ("f(_x=1)", "underscore-keyword", 1, 3, ""),
    ("import os", "import-not-allowed", 1, 8, "no files"),
    ("import json, sys", "import-not-allowed", 1, 14, "interpreter"),
    ("import requests", "import-not-allowed", 1, 8, "no network"),
    ("import os.path as p", "import-not-allowed", 1, 8, "no files"),
    ("import collections.abc", "import-not-allowed", 1, 8, "isinstance"),
    ("import urllib", "import-not-allowed", 1, 8, "import urllib.parse"),
    ("import urllib.request", "import-not-allowed", 1, 8, "no network"),
    ("import enum", "import-not-allowed", 1, 8, "constants"),
    ("import dataclasses", "import-not-allowed", 1, 8, "class with __init__"),
    ("import logging", "import-not-allowed", 1, 8, "console.log"),
    ("import nonsense", "import-not-allowed", 1, 8, "available are base64"),
    ("import builtins", "import-not-allowed", 1, 8, ""),
    ("import _strptime", "import-not-allowed", 1, 8, ""),
    ("from os import path", "import-not-allowed", 1, 1, ""),
    ("from json import codecs", "member-not-allowed", 1, 18, "dumps, loads"),
    ("from json import loads, load", "member-not-allowed", 1, 25, "no files"),
    ("from functools import partial", "member-not-allowed", 1, 23, "lambda"),
    ("from functools import lru_cache", "member-not-allowed", 1, 23, "dict"),
    ("from time import sleep", "member-not-allowed", 1, 18, "deadline"),
    ("from string import Formatter", "member-not-allowed", 1, 20, "f-string"),
    ("from collections import namedtuple", "member-not-allowed", 1, 25, "dict"),
    ("from typing import TypedDict", "member-not-allowed", 1, 20, "dict"),
    ("from urllib import request", "member-not-allowed", 1, 20, "no network"),
    ("import time\ntime.sleep(1)", "member-not-allowed", 2, 6, "deadline"),
    ("import json as j\ndef f():\n    return j.codecs.sys", "member-not-allowed", 3, 14, "dumps, loads"),
    ("import urllib.parse\nurllib.request.urlopen('x')", "member-not-allowed", 2, 8, "no network"),
    ("import urllib.parse\nurllib.parse.nope", "member-not-allowed", 2, 14, ""),
    ("from urllib import parse as p\np.nope", "member-not-allowed", 2, 3, ""),
    ("from json import *", "star-import", 1, 1, "import json"),
    ("from . import x", "relative-import", 1, 1, "this file"),
    ("from .json import loads", "relative-import", 1, 1, "this file"),
    ("eval('1')", "name-not-available", 1, 1, "json.loads"),
    ("x = exec", "name-not-available", 1, 5, ""),
    ("open('f')", "name-not-available", 1, 1, "no files"),
    ("type(x)", "name-not-available", 1, 1, "isinstance"),
    ("x = null", "name-not-available", 1, 5, "None"),
    ("x = true", "name-not-available", 1, 5, "True"),
    ("exports.onExecutePostLogin = 1", "name-not-available", 1, 1, "def on_execute_post_login(event, api):"),
    ("x = require('x')", "name-not-available", 1, 5, "import"),
    ("try: pass\nexcept BaseException: pass", "name-not-available", 2, 8, "Exception"),
    ("setattr(a, 'b', 1)", "name-not-available", 1, 1, "="),
    ("x = super", "super-form", 1, 5, "super()"),
    ("super(A, a).f()", "super-form", 1, 1, ""),
    ("x = super()", "super-form", 1, 5, ""),
    ("super = 1", "super-form", 1, 1, ""),
    ("def f(super): pass", "super-form", 1, 7, ""),
    ("class A(metaclass=B): pass", "class-keyword", 1, 9, "base classes"),
    ("class A(**k): pass", "class-keyword", 1, 9, "base classes"),
    ("class A(*b): pass", "class-bases", 1, 9, "one by one"),
    ("x[1:2] += [1]", "augmented-slice", 1, 1, "items[a:b]"),
    ("x[0, 1:2] += [1]", "augmented-slice", 1, 1, ""),
    ("async def f():\n    async for x in y: pass", "async-loop", 2, 5, "plain for"),
    ("async def f():\n    return [x async for x in y]", "async-loop", 2, 25, "plain for"),
    ("async def f():\n    async with x: pass", "async-with", 2, 5, "plain with"),
    ("async def f():\n    yield 1", "async-generator", 2, 5, "list"),
    ("async def f():\n    return (await x for x in y)", "async-generator", 2, 13, "list"),
    ("try: pass\nexcept* ValueError: pass", "except-star", 1, 1, "tuple"),
    ("match x:\n    case object(__class__=c): pass", "pattern-class", 2, 10, "isinstance"),
    ("match x:\n    case str(a, b): pass", "pattern-class", 2, 10, ""),
    ("match x:\n    case a.b(): pass", "pattern-class", 2, 10, ""),
    ("str = 1\nmatch x:\n    case str(): pass", "pattern-class", 3, 10, "another name"),
    ("match x:\n    case a.b: pass", "pattern-value", 2, 10, "case x if"),
    ("match x:\n    case {a.b: 1}: pass", "pattern-value", 2, 11, ""),
    ("return 1", "syntax-error", 1, 1, ""),
    ("a += *b", "syntax-error", 1, 6, ""),
    ("a[0] += *b", "syntax-error", 1, 9, ""),
    ("for x in *a: pass", "syntax-error", 1, 10, ""),
    ("x: int = *a", "syntax-error", 1, 10, ""),
    ("x = *a", "syntax-error", 1, 5, ""),
    ("x = é = 'ü'; await f()", "syntax-error", 1, 14, ""),
    ("def f():\nreturn 1", "syntax-error", 2, 1, ""),
    ("x = 1\nif x === 2: pass", "syntax-error", 2, 8, "=="),
    ("exports.onExecutePostLogin = async (event, api) => {", "syntax-error", 1, 30, "def on_execute_post_login"),
    ("const x = 1", "syntax-error", 1, 7, "name = value"),
    ("if a && b: pass", "syntax-error", 1, 7, "and, or"),
    ("// hello", "syntax-error", 1, 1, "#"),
    ("x = " + "1" * 5000, "syntax-error", 1, 0, ""),
    ("a\0b", "source-encoding", 1, 2, "remove"),
    ("x = 1\ny = '\ud800'", "source-encoding", 2, 6, "remove"),
    ("(" * 300, "source-too-complex", 0, 0, "several statements"),
    ("-" * 50_000 + "1", "source-too-complex", 0, 0, ""),
    ("x = a" + ".b" * 20_000, "source-too-complex", 0, 0, ""),
    ("#" * (SOURCE_BYTES + 1), "source-too-large", 0, 0, ""),
    ("#" + "é" * (SOURCE_BYTES // 2), "source-too-large", 0, 0, ""),
]


@pytest.mark.parametrize(("source", "rule", "line", "column", "hint"), REFUSED)
def test_refusal_names_rule_place_and_way_out(source: str, rule: str, line: int, column: int, hint: str) -> None:
    """Every refused construct has its rule at its place, with a hint."""
    found = {(item.rule, item.line, item.column): item for item in judge(source)}
    assert (rule, line, column) in found, found
    assert hint in found[rule, line, column].hint
    assert found[rule, line, column].message


@pytest.mark.skipif(sys.version_info < (3, 12), reason="the syntax is Python 3.12's")
@pytest.mark.parametrize("source", ["def f[T](x): pass", "class A[T]: pass", "type X = int", "def f[*T, **P](x): pass"])
def test_type_parameters_are_refused(source: str) -> None:
    """PEP 695 has scopes of its own, which nobody checked."""
    assert {item.rule for item in judge(source)} == {"type-parameters"}


def test_all_refusals_are_told_at_once_in_order() -> None:
    """An author sees every reason in one go, with the line it stands in."""
    found = judge("import os\nx = eval\n_y = 1\nimport os\n")
    assert [(item.rule, item.line) for item in found] == [
        ("import-not-allowed", 1),
        ("name-not-available", 2),
        ("underscore-name", 3),
        ("import-not-allowed", 4),
    ]
    assert found[1].source_line == "x = eval"


def test_a_bound_name_is_the_authors_own() -> None:
    """Names such as ``type`` or ``id`` may be used by a script that binds them."""
    assert judge("type = 1\nx = type\ndef f(id, open):\n    return id, open") == ()


def test_members_are_judged_only_where_the_name_is_the_module() -> None:
    """A name that may stand for something else as well is left to run time."""
    assert judge("import json\ndef f(json):\n    return json.anything") == ()
    assert judge("import json\njson = {}\njson.anything") == ()
    assert judge("import json\ndef f():\n    import json\n    return json.loads('1')") == ()


def test_refusals_are_counted_when_there_are_too_many() -> None:
    """A hostile source cannot make the answer large."""
    found = judge("_x\n" * 5000)
    assert len(found) == MAX_DIAGNOSTICS + 1
    assert found[-1].rule == "too-many-diagnostics"
    assert "4900" in found[-1].message


def test_a_long_line_is_cut() -> None:
    """The shown line has at most 200 characters."""
    assert len(judge("_x = '" + "a" * 1000 + "'")[0].source_line) == 200


def test_lines_are_counted_as_python_counts_them() -> None:
    """A form feed or a line separator does not end a line."""
    found = judge("x = '\u2028\x0c'\r\n_y = 1\r_z = 1\n")
    assert [(item.line, item.source_line) for item in found] == [(2, "_y = 1"), (3, "_z = 1")]


LOGIN = Trigger.POST_LOGIN

HANDLERS = [
    # source, rule ("" for none), part of message or hint
    ("def on_execute_post_login(event, api): pass", "", ""),
    ("async def onExecutePostLogin(event, api): pass", "", ""),
    ("def onExecutePostLogin(*args): pass", "", ""),
    ("def onExecutePostLogin(event, api, extra=1, *, more=2, **rest): pass", "", ""),
    ("def onExecutePostLogin(event, /, api): pass", "", ""),
    ("onExecutePostLogin = lambda event, api: None", "", ""),
    ("def keep(f): return f\n@keep\ndef onExecutePostLogin(): pass", "", ""),
    ("if True:\n    def onExecutePostLogin(event): pass", "", ""),
    ("def make():\n    global onExecutePostLogin\n    onExecutePostLogin = 1\nmake()", "", ""),
    ("", "missing-handler", "def on_execute_post_login(event, api):"),
    ("def onExecutePreUserRegistration(event, api): pass", "missing-handler", "the trigger pre-user-registration"),
    ("def on_execute_postlogin(event, api): pass", "missing-handler", "'on_execute_postlogin' is close"),
    ("def onExecutePostlogin(event, api): pass", "missing-handler", "spelled differently"),
    ("class A:\n    def onExecutePostLogin(self): pass", "missing-handler", "inside another"),
    ("def onExecutePostLogin(): pass", "handler-signature", "two arguments, it takes 0"),
    ("def onExecutePostLogin(event): pass", "handler-signature", "def onExecutePostLogin(event, api):"),
    ("async def onExecutePostLogin(a, b, c): pass", "handler-signature", "async def onExecutePostLogin(event, api):"),
    ("def onExecutePostLogin(a, b, *, c): pass", "handler-signature", "keyword"),
    ("def onExecutePostLogin(a, b): yield 1", "handler-signature", "'yield'"),
    ("def onExecutePostLogin(a, b):\n    def g(): yield 1\n    return g()", "", ""),
]


@pytest.mark.parametrize(("source", "rule", "text"), HANDLERS)
def test_handler_is_looked_for(source: str, rule: str, text: str) -> None:
    """A missing handler, or one that cannot take event and api, is refused where the source shows it."""
    found = judge(source, LOGIN)
    assert [item.rule for item in found] == ([rule] if rule else [])
    assert all(text in f"{item.message} {item.hint}" for item in found)


def test_handler_is_not_looked_for_without_a_trigger() -> None:
    """The language can be checked alone."""
    assert judge("x = 1") == ()
