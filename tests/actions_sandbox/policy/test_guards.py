"""What may be read, written and called at run time."""

from collections.abc import Callable
from typing import Any, ClassVar

import pytest

from actions_sandbox.policy import Facade, Record, new_namespace
from actions_sandbox.policy.guards import GUARDS, guard_apply, guard_getattr, guard_write
from actions_sandbox.policy.surface import words

Run = Callable[..., dict[str, Any]]


class Account(Facade):
    """A facade as the api has them."""

    __slots__ = ("_calls",)
    public = frozenset({"rename", "twice"})
    title = "api.account"
    refusal = "api.account takes calls only; call api.account.rename(name)"

    def __init__(self) -> None:
        self._calls: list[str] = []

    def rename(self, name: str) -> "Account":
        """Record a call."""
        self._calls.append(name)
        return self

    def twice(self, name: str) -> "Account":
        """Record two calls."""
        return self.rename(name).rename(name)

    def hidden(self) -> None:
        """Not in ``public``."""


class Note(Record):
    """A record as the event has them."""

    __slots__ = ("_data",)
    public: ClassVar[frozenset[str]] = frozenset({"get", "keys"})
    title = "event"
    refusal = "event is read-only"

    def __init__(self, data: dict[str, Any]) -> None:
        self._data = data

    def __getitem__(self, key: str) -> Any:
        return self._data[key]

    def __contains__(self, key: object) -> bool:
        return key in self._data

    def get(self, key: str, default: Any = None) -> Any:
        """Return a field."""
        return self._data.get(key, default)

    def keys(self) -> list[str]:
        """Return the names of the fields."""
        return list(self._data)

    def _resolve(self, name: str) -> Any:
        if name in self._data:
            return self._data[name]
        raise AttributeError(self._missing(name))

    def _plain(self) -> Any:
        return dict(self._data)


class SubAccount(Account):
    """A subclass that widens nothing."""

    __slots__ = ()
    public = Account.public | {"more"}

    def more(self) -> int:
        """Return a number."""
        return 1


def refuse(run: Run, source: str, **values: Any) -> str:
    """Run a statement that must raise TypeError or AttributeError, and return the message."""
    wrapped = f"try:\n    {source}\nexcept (TypeError, AttributeError) as e:\n    result = e.args[0]\n"
    return str(run(wrapped + "else:\n    result = 'nothing was refused'\n", **values)["result"])


def test_facade_gives_its_public_names_and_no_others(run: Run) -> None:
    """A facade's methods can be called and chained; whatever is not listed is not there."""
    account = Account()
    run("api.rename('a').twice('b')", api=account)
    assert account._calls == ["a", "b", "b"]
    assert refuse(run, "api.hidden()", api=account) == ("api.account has no attribute 'hidden'; it has rename, twice")
    assert "has no attribute 'public'" in refuse(run, "api.public", api=account)
    assert "may not read" in refuse(run, "getattr(api, '_calls')", api=account)


def test_public_names_are_by_exact_class(run: Run) -> None:
    """A subclass has what its own ``public`` lists."""
    assert run("result = (api.more(), hasattr(api, 'hidden'))", api=SubAccount())["result"] == (1, False)
    with pytest.raises(AttributeError):
        guard_getattr(Account(), "more")


def test_public_names_never_start_with_an_underscore() -> None:
    """The table cannot be given a private name by mistake."""
    with pytest.raises(TypeError, match="underscore"):
        type("Leaky", (Facade,), {"public": frozenset({"_x"})})
    with pytest.raises(ValueError, match="underscore"):
        words("a _b")


@pytest.mark.parametrize(
    "statement", ["api.rename = 1", "api.x = 1", "api['x'] = 1", "del api.rename", "api += 1", "api.x += 1"]
)
def test_writing_to_a_facade_raises_its_own_sentence(run: Run, statement: str) -> None:
    """The refusal of a facade is the text its class gives."""
    message = refuse(run, statement, api=Account())
    assert message == Account.refusal or (statement == "api.x += 1" and "has no attribute 'x'" in message)


def test_record_is_read_in_every_way_and_written_in_none(run: Run) -> None:
    """Attributes, items, membership and methods read; a write raises the record's sentence."""
    note = Note({"name": "n", "get": "field"})
    source = "result = (event.name, event['name'], 'name' in event, event.get('x', 1), {**event}, event['get'])"
    assert run(source, event=note)["result"] == ("n", "n", True, 1, {"name": "n", "get": "field"}, "field")
    assert "event has no attribute 'nope'" in refuse(run, "event.nope", event=note)
    for statement in (
        "event.name = 1",
        "event['name'] = 1",
        "del event['name']",
        "event.name += 'x'",
        "event['name'] += 'x'",
    ):
        assert refuse(run, statement, event=note) == "event is read-only"


def test_record_becomes_plain_data_where_data_is_wanted(run: Run, lines: list[tuple[str, str]]) -> None:
    """``json.dumps``, ``copy.deepcopy`` and ``print`` take records."""
    source = "import json, copy\nprint([event])\nresult = (json.dumps({'e': event}), copy.deepcopy([event]))"
    assert run(source, event=Note({"a": [1]}))["result"] == ('{"e": {"a": [1]}}', [{"a": [1]}])
    assert lines == [("log", "[{'a': [1]}]")]


@pytest.mark.parametrize(
    ("statement", "part"),
    [
        ("{'cart': 1}.cart", '["cart"] or .get("cart")'),
        ("None.cart", "None, test it first"),
        ("'x'.nope", "'str' has no attribute 'nope'"),
        ("getattr('', 'format_map')", "may not read"),
        ("getattr((lambda: 1), 'func_globals')", "no attribute"),
        ("(x for x in []).send(None)", "no attribute 'send'"),
        ("{}.keys().mapping", "no attribute 'mapping'"),
        ("int.to_bytes.nope", "no attribute"),
        ("str.format", "the class 'str' has no attribute 'format'"),
        ("ValueError.args", "the class 'ValueError'"),
        ("object.x", "the class 'object'"),
        ("(lambda: 1).x = 1", "functions cannot carry attributes"),
        ("print.x = 1", "functions cannot carry attributes"),
        ("int.x = 1", "cannot be changed"),
        ("(1, 2)[0] = 1", "'tuple' cannot be changed"),
        ("'abc'[0] = 'x'", "'str' cannot be changed"),
        ("ValueError('x').args = 1", "'ValueError' cannot be changed"),
        ("len(*[[1]], **{'_x': 1})", "starts with an underscore"),
        ("getattr(1, b'real')", "is text"),
        ("print(1, file=2)", "no files"),
        ("print(1, sep=2)", "takes text"),
    ],
)
def test_refusals_at_run_time_say_what_to_write(run: Run, statement: str, part: str) -> None:
    """Nothing comes back as None in silence: a refused name raises, with a way out where there is one."""
    assert part in refuse(run, statement)


def test_missing_attribute_of_own_class_is_pythons_own_error(run: Run) -> None:
    """A tenant's object behaves as always, and the error gives nothing away."""
    source = "class A: pass\ntry:\n    A().x\nexcept AttributeError as e:\n    result = (e.args, hasattr(e, 'obj'))"
    assert run(source)["result"] == (("'A' object has no attribute 'x'",), False)


def test_writable_are_plain_containers_and_own_instances(run: Run) -> None:
    """Dict, list and their relatives of ``collections``, and instances and classes of the script."""
    source = """
from collections import Counter, OrderedDict, defaultdict, deque
class A: pass
for made in (dict(), Counter(), OrderedDict(), defaultdict(int)):
    made['k'] = 1
    made['k'] += 1
    del made['k']
q = deque([1]); q[0] = 2
a = A(); a.x = 1; A.y = 2; del a.x
"""
    run(source)
    values: tuple[Any, ...] = (set(), frozenset(), b"", bytearray(), range(3), memoryview(b""))
    for value in values:
        with pytest.raises(TypeError):
            guard_write(value)


def test_subclasses_of_allowed_types_have_no_attributes() -> None:
    """The table goes by exact type."""
    with pytest.raises(AttributeError):
        guard_getattr(type("S", (str,), {})("x"), "upper")
    with pytest.raises(TypeError):
        guard_write(type("D", (dict,), {})())


@pytest.mark.parametrize(
    "base",
    [
        "str",
        "int",
        "dict",
        "list",
        "tuple",
        "bool",
        "AttributeError",
        "StopIteration",
        "1",
        "BASE",
        "print",
        "property",
        "list[int]",
    ],
)
def test_base_classes_are_own_classes_and_plain_exceptions(run: Run, base: str) -> None:
    """Nothing of the runtime's can be extended, so that no object lies about its type."""
    assert "class A cannot extend" in refuse(run, f"class A({base}): pass", BASE=Account())


def test_keywords_with_underscore_reach_own_functions_only(run: Run) -> None:
    """Unpacking data with such keys into the script's own functions is harmless, into others it is not."""
    assert run("def f(**k):\n    return k\nresult = (f(**{'_a': 1}), dict(**{'_b': 2}))")["result"] == (
        {"_a": 1},
        {"_b": 2},
    )
    with pytest.raises(TypeError):
        guard_apply(Account().rename, _x=1)


def test_guards_in_a_namespace_are_the_ones_tested_here() -> None:
    """A namespace carries every guard under the name that compiled code loads."""
    namespace = new_namespace(lambda level, text: None)
    assert {name: namespace[name] for name in GUARDS} == dict(GUARDS)
    assert namespace["__name__"] == "action"


def test_namespaces_share_nothing_mutable(run: Run) -> None:
    """What one execution binds, another does not see."""
    run("x = 1\ndef print(): pass\nlen = None\nclass A: y = 1")
    assert "x" not in run("z = len('ab')")
    assert run("result = [n for n in ('x', 'A') if n in names]", names=[])["result"] == []


@pytest.mark.parametrize(
    ("template", "args", "error"),
    [
        ("{0.x}", (1,), "reads an attribute"),
        ("{0[a].x}", ({"a": 1},), "reads an attribute"),
        ("{.x}", (1,), "reads an attribute"),
        ("{:{0.x}}", (1,), "reads an attribute"),
        ("{0[__class__]}", (1,), "not subscriptable"),
        ("{0!x}", (1,), "conversion"),
        ("{} {0}", (1, 2), "cannot switch"),
        ("{0} {}", (1, 2), "cannot switch"),
        ("{:{:{}}}", (1, 2, 3), "recursion"),
        ("{1}", (1,), "out of range"),
        ("{0[}", ({},), "expected"),
        ("{", (), "'{'"),
    ],
)
def test_format_reads_no_attributes(run: Run, template: str, args: tuple[Any, ...], error: str) -> None:
    """``str.format`` takes arguments and items of them."""
    source = "try:\n    t.format(*args)\nexcept Exception as e:\n    result = str(e)"
    assert error in run(source, t=template, args=args)["result"]
