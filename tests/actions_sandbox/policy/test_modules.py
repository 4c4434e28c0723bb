"""What modules give away, and that nothing leads out of them."""

import sys
from collections.abc import Callable, Iterator
from types import BuiltinFunctionType, CodeType, FrameType, FunctionType, MappingProxyType, MethodType, ModuleType
from typing import Any

import pytest

from actions_sandbox.policy import new_namespace
from actions_sandbox.policy.builtins import BUILTINS
from actions_sandbox.policy.guards import DENIED_ATTRIBUTES, guard_getattr
from actions_sandbox.policy.modules import MODULES, import_module
from actions_sandbox.policy.modules.facade import Module
from actions_sandbox.policy.surface import ATTRIBUTES, TYPE_ATTRIBUTES

Run = Callable[..., dict[str, Any]]

FORBIDDEN = (ModuleType, FrameType, CodeType, MappingProxyType)


def names_to_try(value: Any) -> set[str]:
    """Return every name that an object of any kind might give."""
    listed = set(getattr(type(value), "public", ())) | set(ATTRIBUTES.get(type(value), ()))
    if isinstance(value, type):
        listed |= set(TYPE_ATTRIBUTES.get(value, ()))
    if isinstance(value, Module):
        listed |= set(value._members)
    return listed | set(dir(value)) | set(DENIED_ATTRIBUTES)


def walk(start: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield everything that scripts reach by reading attributes through the guard."""
    waiting = list(start.items())
    seen: set[int] = set()
    kept: list[Any] = []
    while waiting:
        path, value = waiting.pop()
        if id(value) in seen or path.count(".") > 6:
            continue
        seen.add(id(value))
        kept.append(value)
        yield path, value
        for name in names_to_try(value):
            try:
                found = guard_getattr(value, name)
            except Exception:  # whatever an attribute raises, it gives nothing
                continue
            waiting.append((f"{path}.{name}", found))


def start_values() -> dict[str, Any]:
    """Return what a script starts with, and one object of every kind that it can make."""
    namespace = new_namespace(lambda level, text: None)
    values = {name: value for name, value in namespace.items() if name != "__builtins__"}
    values |= {f"builtins:{name}": value for name, value in BUILTINS.items()}
    values |= {f"module:{name}": module for name, module in MODULES.items()}
    exec("def f():\n    yield 1\nasync def g():\n    pass\nclass A: pass", values)
    made = {"generator": values["f"](), "instance": "", "text": "", "list": [], "dict": {}, "error": ValueError(1)}
    patterns = MODULES["re"].compile("(?P<a>b)")
    made |= {"pattern": patterns, "match": patterns.match("b"), "now": MODULES["datetime"].datetime.now()}
    made |= {
        "uuid": MODULES["uuid"].uuid4(),
        "hash": MODULES["hashlib"].sha256(),
        "url": MODULES["urllib.parse"].urlsplit("http://a:1/"),
    }
    made |= {"hmac": MODULES["hmac"].new(b"k", b"m", "md5"), "decimal": MODULES["decimal"].Decimal(1)}
    made |= {"ip": MODULES["ipaddress"].ip_interface("10.0.0.1/8"), "zone": MODULES["zoneinfo"].ZoneInfo("UTC")}
    made |= {"counter": MODULES["collections"].Counter("a"), "fraction": MODULES["fractions"].Fraction(1, 2)}
    try:
        MODULES["json"].loads("{")
    except ValueError as error:
        made["json error"] = error
    return values | made


def test_no_path_leads_out() -> None:
    """No chain of attributes reaches a module, a frame, code, a read-only view or the runtime's own tables."""
    secret = {id(sys.modules), id(BUILTINS), id(ATTRIBUTES), id(TYPE_ATTRIBUTES)}
    for path, value in walk(start_values()):
        assert not isinstance(value, FORBIDDEN), path
        assert id(value) not in secret, path
        if not path.startswith(("__", "_", "builtins:__")):
            assert not any(part.startswith("_") for part in path.split(".")[1:]), path


def test_functions_give_nothing() -> None:
    """Functions and methods have no attribute that can be read."""
    for path, value in walk(start_values()):
        if isinstance(value, (FunctionType, MethodType, BuiltinFunctionType)):
            assert not [name for name in dir(value) if is_readable(value, name)], path


def is_readable(value: Any, name: str) -> bool:
    """Tell whether the guard gives an attribute."""
    try:
        guard_getattr(value, name)
    except AttributeError:
        return False
    return True


@pytest.mark.parametrize("name", sorted(MODULES))
def test_module_is_frozen(run: Run, name: str) -> None:
    """A module can be neither written nor deleted from."""
    binding = f"import {name} as m" if name != "urllib" else "import urllib.parse\nm = urllib"
    for statement in ("m.x = 1", "del m.x", "m['x'] = 1"):
        source = f"{binding}\ntry:\n    {statement}\nexcept TypeError as e:\n    result = e.args[0]"
        assert run(source)["result"] == f"the module {name} is read-only"
    with pytest.raises(TypeError):
        MODULES[name].x = 1
    with pytest.raises(TypeError):
        del MODULES[name].x


@pytest.mark.parametrize("name", ["os", "sys", "json.decoder", "_io", "builtins", "", "urllib.request"])
def test_import_hook_refuses_what_is_not_listed(name: str) -> None:
    """The hook holds even when the compiler was passed by."""
    with pytest.raises(ImportError, match="not available"):
        import_module(name)


def test_import_hook_checks_members_and_levels() -> None:
    """Members are read in C after the hook; relative imports have nowhere to go."""
    with pytest.raises(ImportError, match="'codecs'"):
        import_module("json", fromlist=("loads", "codecs"))
    for private in ("_members", "__class__", "public", "_resolve"):
        with pytest.raises(ImportError):
            import_module("json", fromlist=(private,))
    with pytest.raises(ImportError, match="relative"):
        import_module("json", level=1)


def test_missing_member_says_what_to_use(run: Run) -> None:
    """Reading a member that is left out raises with a way out."""
    source = "import time\ntry:\n    getattr(time, 'sleep')(1)\nexcept AttributeError as e:\n    result = e.args[0]"
    assert "deadline" in run(source)["result"]


REFUSED_CALLS = [
    ("import json\njson.dumps(1, cls=int)", "no option cls"),
    ("import json\njson.dumps(1, default=print)", "no option default"),
    ("import json\njson.dumps({1, 2})", "'set'"),
    ("import json\njson.dumps({(1,): 2})", "JSON keys"),
    ("import json\njson.dumps([print])", "JSON has no place"),
    ("import json\njson.loads('1', parse_int=print)", "text only"),
    ("import json\njson.loads(1)", "'int'"),
    ("import json\njson.dumps(1, indent=A())", "indent"),
    ("import json\njson.dumps(1, separators=(A(), ''))", "separators"),
    ("import re\nre.compile(A())", "'A'"),
    ("import re\nre.sub('a', 'b', 'c', flags=A())", "flags"),
    ("import urllib.parse\nurllib.parse.urlsplit(A())", "'A'"),
    ("import urllib.parse\nurllib.parse.urlsplit('x', allow_fragments=A())", "'A'"),
    ("import urllib.parse\nurllib.parse.urlencode(A())", "'A'"),
    ("import urllib.parse\nurllib.parse.urlencode({}, quote_via=print)", "quote_via"),
    ("import ipaddress\nipaddress.ip_address(A())", "'A'"),
    ("import random\nrandom.shuffle(A())", "'A'"),
    ("import hashlib\nhashlib.new('shake_128')", "unknown hash"),
    ("import hashlib\nhashlib.new(A())", "unknown hash"),
    ("import hmac\nhmac.new(b'k', b'm')", "digestmod"),
    ("import hmac\nhmac.new('k', b'm', 'md5')", ".encode()"),
    ("import hmac\nhmac.new(b'k', b'm', print)", "unknown hash"),
    ("import copy\ncopy.deepcopy(A())", "plain data"),
    ("import copy\ncopy.copy(A())", "plain data"),
    ("import zoneinfo\nzoneinfo.ZoneInfo('../../etc/passwd')", "no time zone"),
    ("import zoneinfo\nzoneinfo.ZoneInfo(A())", "a name such as"),
    ("import base64\nbase64.b64encode(A())", "'A'"),
    ("import uuid\nuuid.UUID(**{'_x': 1})", "underscore"),
]


@pytest.mark.parametrize(("source", "part"), REFUSED_CALLS)
def test_functions_refuse_hostile_arguments(run: Run, source: str, part: str) -> None:
    """Functions take plain data only: no hooks, and no tenant's object in a cache that outlives the execution."""
    head, call = source.split("\n")
    wrapped = f"class A: pass\n{head}\ntry:\n    {call}\nexcept Exception as e:\n    result = str(e)"
    assert part in run(wrapped)["result"]


def test_deep_copy_keeps_shared_and_circular_parts(run: Run) -> None:
    """The copy has the shape of the original and nothing of it."""
    source = """
import copy
shared = [1]
x = {'a': shared, 'b': (shared, {2}), 'd': None}
x['self'] = x
y = copy.deepcopy(x)
shared.append(3)
result = (y['a'], y['a'] is y['b'][0], y['self'] is y, y is not x, copy.copy(shared) == shared)
"""
    assert run(source)["result"] == ([1], True, True, True, True)


def test_time_zones_need_no_files(run: Run) -> None:
    """A zone is made from data that was read before."""
    source = """
from zoneinfo import ZoneInfo
from datetime import datetime
d = datetime(2026, 7, 1, 12, tzinfo=ZoneInfo('Europe/Berlin'))
result = (d.utcoffset().total_seconds(), ZoneInfo('Europe/Berlin') is ZoneInfo('Europe/Berlin'), d.tzinfo.key)
"""
    assert run(source)["result"] == (7200.0, True, "Europe/Berlin")


def test_random_and_uuid_are_fresh(run: Run) -> None:
    """Two executions do not see the same numbers, and no state can be set."""
    source = """
import random, uuid
result = (random.getrandbits(128), uuid.uuid4().hex, random.choice([1]))
x = [1, 2, 3]
random.shuffle(x)
"""
    first, second = run(source), run(source)
    assert first["result"][:2] != second["result"][:2]
    assert sorted(first["x"]) == [1, 2, 3]


def test_facades_offer_nothing_private() -> None:
    """No table has a name with an underscore, and every listed name exists."""
    for module in MODULES.values():
        assert not [name for name in module._members if name.startswith("_")]
    for kind, names in ATTRIBUTES.items():
        assert not [name for name in names if name.startswith("_")], kind
