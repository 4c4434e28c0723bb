"""The guard's short way decides as its long way does, for every type of the table and every name in it."""

import collections
import types
from collections.abc import Callable
from typing import Any

import pytest

from actions_sandbox.api import PostLoginApi, PreUserRegistrationApi
from actions_sandbox.contract import Limits, Trigger
from actions_sandbox.event import Event
from actions_sandbox.policy import Facade, new_namespace
from actions_sandbox.policy.guards import DENIED_ATTRIBUTES, guard_getattr, resolve_attribute
from actions_sandbox.policy.modules import MODULES
from actions_sandbox.policy.modules.annotations import InertType
from actions_sandbox.policy.surface import ATTRIBUTES, FACADES, TYPE_ATTRIBUTES
from actions_sandbox.policy.tenant import build_class
from actions_sandbox.recorder import Recorder
from actions_sandbox.rules import Tally
from actions_sandbox.shapes import SHAPES

_PRIVATE = frozenset({"_", "__", "_x", "__init__", "__class__", "__dict__", "_api", "_data", "_members", "_resolve"})
_OTHERS = frozenset({"", "x", "X", "K", "k", "public", "title", "refusal", "format", "send", "throw", "mro", "obj"})
_LISTED = frozenset(name for table in (ATTRIBUTES, TYPE_ATTRIBUTES) for names in table.values() for name in names)
_FIELDS = frozenset(name for fields in SHAPES.values() for name in fields)
NAMES = sorted(_PRIVATE | _OTHERS | _LISTED | _FIELDS | DENIED_ATTRIBUTES)
_DATA = {"user": {"email": "e", "__class__": 1, "_x": 2, "mro": 3, "identities": [{"k": 1}, 4]}, "k": None, "X": [1]}


def _make_facades() -> list[Any]:
    """Make the facades that an action gets, and a record whose data have private names."""
    limits = Limits()
    recorder = Recorder(limits, Tally(limits), lambda note: None)
    login = PostLoginApi(recorder, {}, limits)
    event = Event(dict(_DATA), Trigger.POST_LOGIN, {"K": "v", "_x": "hidden", "__class__": "hidden"})
    parts = [getattr(login, name) for name in sorted(PostLoginApi.public)]
    records = [event, event.get("user"), event.get("secrets"), event.get("user").get("identities")[0]]
    console = new_namespace(lambda level, text: None)["console"]
    return [login, PreUserRegistrationApi(recorder), *parts, *records, console, InertType(), *MODULES.values()]


def _make_plain() -> list[Any]:
    """Make an object of every other type of the table."""
    dates, addresses, urls = MODULES["datetime"], MODULES["ipaddress"], MODULES["urllib.parse"]
    hashes, math = MODULES["hashlib"], MODULES["statistics"]
    pattern = MODULES["re"].compile("(?P<a>b)")
    decimal = MODULES["decimal"].Decimal(1)
    now = dates.datetime(2026, 5, 14)
    return [
        now, now.date(), now.time(), now - now, dates.timezone.utc, now.isocalendar(), now.timetuple(),
        MODULES["zoneinfo"].ZoneInfo("UTC"), MODULES["uuid"].UUID(int=1), MODULES["hmac"].new(b"k", b"m", "md5"),
        hashes.sha256(), hashes.blake2b(), hashes.blake2s(), decimal, decimal.as_tuple(),
        MODULES["fractions"].Fraction(1, 2), math.linear_regression([1, 2], [1, 2]), pattern, pattern.match("b"),
        urls.urlsplit("http://a:1/"), urls.urlsplit(b"//a"), urls.urlparse("http://a/"), urls.urlparse(b"//a"),
        urls.urldefrag("a#b"), *map(addresses.ip_address, ("10.0.0.1", "::1")),
        *map(addresses.ip_network, ("10.0.0.0/8", "::/8")), *map(addresses.ip_interface, ("10.0.0.1/8", "::1/8")),
        "text", b"bytes", 1, True, 1.5, 1j, {"k": 1}, [1], (1,), {1}, frozenset({1}), range(3), slice(1), {}.keys(),
        {}.items(), property(), collections.Counter("a"), collections.OrderedDict(), collections.deque([1]),
        collections.defaultdict(int),
    ]  # fmt: skip


def _make_strangers() -> list[Any]:
    """Make objects whose types the table does not have, and classes."""

    class Bare(Facade):
        """A facade that its own subclass hook does not enter."""

        __slots__ = ()

    FACADES.discard(Bare)
    del ATTRIBUTES[Bare]
    own = build_class("Own", (), {"x": 1, "_x": 2, "mro": 3})
    error = build_class("OwnError", (ValueError,), {})
    return [
        own(), own, error(1), error, super(own, own()), super(int, 1), None, len, "".join, lambda: 1, Bare(), Facade(),
        type("Text", (str,), {})("a"), iter(()), types.SimpleNamespace(x=1), str, dict, object, type, int,
    ]  # fmt: skip


_ERRORS = [kind.__new__(kind) for kind in ATTRIBUTES if issubclass(kind, BaseException)]
VALUES = [*_make_facades(), *_make_plain(), *_make_strangers(), *_ERRORS]


def _take_the_long_way(value: Any, name: str) -> Any:
    """Decide as the rule says it: what is listed for the exact type, or what the long way finds."""
    if name in ATTRIBUTES.get(type(value), ()):
        return getattr(value, name)
    return resolve_attribute(value, name)


def _decide(guard: Callable[[Any, str], Any], value: Any, name: str) -> tuple[Any, ...]:
    try:
        found = guard(value, name)
    except Exception as error:
        return type(error), str(error)
    return type(found), getattr(found, "__qualname__", ""), repr(found) if type(found) in (str, int, list) else ""


def test_there_is_an_object_of_every_type_in_the_table() -> None:
    """A type that is entered anew needs an object here."""
    made = set(map(type, VALUES))
    ours = {kind for kind in ATTRIBUTES if not kind.__module__.startswith("tests.") and "test_" not in kind.__module__}
    handed_out = {kind for kind in ours if not kind.__name__.startswith("_") and kind.__name__ not in ("Api", "Record")}
    assert handed_out - made == set()


@pytest.mark.parametrize("value", VALUES, ids=lambda value: f"{type(value).__module__}.{type(value).__qualname__}")
def test_the_short_way_decides_as_the_long_way(value: Any) -> None:
    for name in NAMES:
        assert _decide(guard_getattr, value, name) == _decide(_take_the_long_way, value, name), name


@pytest.mark.parametrize("name", sorted(_PRIVATE | DENIED_ATTRIBUTES))
def test_data_never_make_a_private_or_denied_name_readable(name: str) -> None:
    """The long way itself refuses, whatever the event and the secrets hold."""
    data = {name: 1, "user": {name: 1}}
    event = Event(data, Trigger.POST_LOGIN, {name: "v"})
    for value in (event, event.get("user"), event.get("secrets")):
        for guard in (guard_getattr, _take_the_long_way):
            said = _decide(guard, value, name)
            assert said == (AttributeError, f"scripts may not read the attribute {name!r}")


def test_facades_are_entered_as_facades() -> None:
    assert {kind for kind in ATTRIBUTES if issubclass(kind, Facade)} == FACADES
