"""Known ways out of RestrictedPython, each of which must end inside.

The holes of the past have three causes: a bare string that the transformer forgot, C code that does the
look-up, and an attribute of an exposed object.
"""

from contextlib import suppress
from typing import Any

import pytest

from actions_sandbox.policy import compile_source, new_namespace

ESCAPES = {
    "CVE-2023-37271 generator frame": "g = (g.gi_frame for x in [1])\nout = next(g).f_back.f_globals",
    "CVE-2023-37271 by getattr": "g = (x for x in [1])\nout = getattr(g, 'gi_frame')",
    "CVE-2023-41039 format": "out = '{0.__class__.__mro__}'.format(1)",
    "CVE-2023-41039 format_map": "out = '{a.__class__}'.format_map({'a': 1})",
    "CVE-2023-41039 unbound format": "out = str.format('{0.__class__}', 1)",
    "CVE-2023-41039 format by getattr": "out = getattr(str, 'format')('{0.__class__}', 1)",
    "CVE-2023-41039 format by map": "out = list(map(str.format, ['{0.__class__}'], [1]))",
    "7.2 lying attribute name": """
class S(str):
    def startswith(self, x):
        return False
out = getattr(1, S('__class__'))
""",
    "CVE-2024-47532 error object": """
import json
try:
    getattr(json, 'nope')
except AttributeError as e:
    out = e.obj
""",
    "CVE-2024-47532 error name": "try:\n    nope\nexcept NameError as e:\n    out = getattr(e, 'name')",
    "CVE-2025-22153 except star": "try:\n    pass\nexcept* ValueError:\n    pass\nout = 1",
    "CVE-2026-55830 positional-only": "def f(_getattr_, /):\n    return (1).real\nout = f(lambda o, n: o)",
    "CVE-2026-76825 Formatter": "import string\nout = string.Formatter().get_field('0.__class__', (1,), {})",
    "C import of a member": "from json import codecs\nout = codecs.sys",
    "match rebinds a guard": "match {'a': 1}:\n    case {'a': _write_}:\n        out = 1",
    "match reads a class": "match 1:\n    case object(__class__=c):\n        out = c",
    "match with a rebound class": """
import re
str = re.Match
match re.match('a', 'a'):
    case str(x):
        out = x
""",
    "pattern's named groups": "import re\nout = re.compile('(?P<a>b)').groupindex",
    "partial": "import functools\nout = functools.partial(print).func",
    "persistent json": "import json\njson.dumps = lambda *a: 'evil'\nout = 1",
    "persistent class": "import collections\ncollections.Counter.update = 1\nout = 1",
    "persistent builtin": "import decimal\ndecimal.Decimal.x = 1\nout = 1",
    "wraps writes into a function": """
import functools, json
functools.wraps(lambda: 1)(json.dumps).x
out = 1
""",
    "traceback of __exit__": """
class C:
    def __enter__(self):
        return 1
    def __exit__(self, k, e, t):
        out.append(t.tb_frame)
out = []
with C():
    1 / 0
""",
    "traceback by getattr": """
class C:
    def __enter__(self):
        return 1
    def __exit__(self, k, e, t):
        got.append(getattr(t, 'tb_' + 'frame'))
        return False
got = []
with C():
    1 / 0
out = got
""",
    "exception traceback": "try:\n    1 / 0\nexcept Exception as e:\n    out = e.__traceback__",
    "coroutine frame": "async def f():\n    pass\nc = f()\nout = c.cr_frame",
    "function globals": "def f():\n    pass\nout = f.__globals__",
    "function globals by getattr": "def f():\n    pass\nout = getattr(f, '__globals__')",
    "subclasses": "out = ().__class__.__base__.__subclasses__()",
    "mro": "class A:\n    pass\nout = A.mro()",
    "mro by getattr": "class A:\n    pass\nout = getattr(A, 'mro')",
    "super as a value": "class A:\n    def f(self):\n        return super()\nout = A().f()",
    "super over a rebound name": "super = lambda: print\nout = super().__init__",
    "super init of a foreign object": """
class A:
    def f(self):
        return super().__init__.__self__
out = A().f()
""",
    "metaclass": "class A(metaclass=print):\n    pass\nout = 1",
    "metaclass by keywords": "class A(**{'metaclass': print}):\n    pass\nout = 1",
    "import hook as a name": "out = __import__('os')",
    "builtins": "out = __builtins__['open']",
    "private keyword": "from fractions import Fraction\nout = Fraction(1, 2, _normalize=False)",
    "private keyword by unpacking": """
from fractions import Fraction
out = Fraction(1, 2, **{'_normalize': False})
""",
    "global guard": "def f():\n    global _getattr_\n    _getattr_ = 1\nf()\nout = 1",
    "guard as exception name": "try:\n    1 / 0\nexcept Exception as _getattr_:\n    out = 1",
    "guard by import": "import json as _getattr_\nout = 1",
    "guard by walrus": "out = (_getattr_ := 1)",
    "guard by class": "class _getattr_:\n    pass\nout = 1",
    "guard by augmented assignment": "_getattr_ += 1\nout = 1",
    "guard by for": "for _getattr_ in [1]:\n    out = 1",
    "guard by type comment": "x = _getattr_  # type: int\nout = x",
    "encoding cookie": "# coding: utf-7\n# +AAo-out = 1",
    "dict view mapping": "out = {}.keys().mapping",
    "print to an object": "class W:\n    def write(self, x):\n        return x\nprint(1, file=W())\nout = 1",
    "type by instance": "out = type(1)",
    "base exception": "try:\n    1 / 0\nexcept BaseException:\n    out = 1",
    "str subclass": "class S(str):\n    pass\nout = S('x')",
    "generic alias base": "class S(list[int]):\n    pass\nout = S()",
    "sum of names": "out = getattr(1, '__cla' + 'ss__')",
    "attribute of a bound method": "out = [].append.__self__",
    "property getter": "class A:\n    @property\n    def x(self):\n        return 1\nout = A.x.fget",
    "classmethod function": """
class A:
    @classmethod
    def x(cls):
        return 1
out = A.x.__func__
""",
    "decimal context": "import decimal\nout = decimal.getcontext()",
    "random state": "import random\nout = random.seed(1)",
    "cmp_to_key object": "import functools\nout = functools.cmp_to_key(print)(1).obj",
    "itertools state": "import itertools\nout = itertools.count().__reduce__()",
    "async generator": "async def f():\n    yield 1\nout = f().ag_frame",
    "asynchronous comprehension": "async def f():\n    return [x async for x in y]\nout = 1",
    "await generator expression": """
async def g():
    return 1
async def f():
    return (await g() for x in [1])
out = 1
""",
}


@pytest.mark.parametrize("name", ESCAPES)
def test_way_out_is_closed(name: str) -> None:
    """The program is refused at upload, or raises an ordinary exception before it holds what it wanted."""
    compiled = compile_source(ESCAPES[name], filename="action.py", trigger=None)
    if compiled.code is None:
        assert compiled.diagnostics
        assert "policy-invariant" not in {item.rule for item in compiled.diagnostics}
        return
    namespace: dict[str, Any] = new_namespace(lambda level, text: None)
    with suppress(AttributeError, TypeError, NameError, ImportError, ValueError, ZeroDivisionError):
        exec(compiled.code, namespace)
    assert not namespace.get("out")


def test_a_forged_comment_is_no_code() -> None:
    """Source is text: an encoding cookie in it changes nothing."""
    compiled = compile_source("# coding: utf-7\n# +AAo-out = 1", filename="action.py", trigger=None)
    assert compiled.code is not None
    assert "out" not in compiled.code.co_names


def test_raised_classes_cannot_be_taken_for_the_runtimes(lines: list[tuple[str, str]]) -> None:
    """No built-in name gives an exception that ends a process or says that memory is gone."""
    namespace = new_namespace(lambda level, text: None)
    table = namespace["__builtins__"]
    for name in ("SystemExit", "KeyboardInterrupt", "GeneratorExit", "BaseException", "MemoryError", "ExceptionGroup"):
        assert name not in table
    for name in "eval exec compile open input globals locals vars dir type id setattr delattr".split():
        assert name not in table
