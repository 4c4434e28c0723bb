"""The event as an action sees it: read-only records for documented objects, plain dict and list for the rest.

Runs in: worker / developer's machine.
"""

import difflib
import json
import marshal
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar, Final

from actions_sandbox.contract import CommandKind, Trigger
from actions_sandbox.policy import Record, to_plain
from actions_sandbox.shapes import ROOTS, SHAPES

_MISSING: Final = object()
_READERS: Final = frozenset({"get", "items", "keys", "values"})
_NESTED: Final = {
    shape: {name: inner for name, inner in fields.items() if inner is not None} for shape, fields in SHAPES.items()
}
"""The fields of each shape that are records themselves, or lists of them; all others are handed out as they are."""


class EventRecord(Record):
    """One documented object of the event.

    A field that is documented but absent is ``None``; a field that is neither is an AttributeError that names
    the nearest one. ``record["field"]`` raises KeyError when absent, ``.get`` does not.

    Args:
        data: The object's fields; owned by this execution.
        shape: Name of the object's entry in ``SHAPES``.
        title: How messages call it, e.g. ``event.user``.
    """

    __slots__ = ("_data", "_made", "_nested", "_shape", "_title")
    public: ClassVar[frozenset[str]] = _READERS
    title: ClassVar[str] = "event"
    refusal: ClassVar[str] = "event is read-only: changing it changes nothing outside; record what you want through api"

    def __init__(self, data: dict[str, Any], shape: str, title: str) -> None:
        self._data = data
        self._shape = shape
        self._nested = _NESTED[shape]
        self._made: dict[str, Any] = {}
        self._title = title

    def _resolve(self, name: str) -> Any:
        value = self._read(name)
        if value is not _MISSING:
            return value
        if name in SHAPES[self._shape]:
            return None
        raise AttributeError(self._missing(name))

    def _read(self, name: str) -> Any:
        if name in self._made:
            return self._made[name]
        if name not in self._data:
            return _MISSING
        value = self._data[name]
        if value is None or name not in self._nested:
            return value
        made = self._made[name] = self._make(name, self._nested[name], value)
        return made

    def _make(self, name: str, shape: str, value: Any) -> Any:
        title = f"{self._title}.{name}"
        if not shape.startswith("["):
            return EventRecord(value, shape, title) if type(value) is dict else value
        if type(value) is not list:
            return value
        return [
            EventRecord(item, shape[1:-1], f"{title}[{index}]") if type(item) is dict else item
            for index, item in enumerate(value)
        ]

    def _missing(self, name: str) -> str:
        near = difflib.get_close_matches(name, [*SHAPES[self._shape], *self._data], n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        return f"{self._title} has no field {name!r}{hint}"

    def _plain(self) -> Any:
        return to_plain(self._data)

    def __getitem__(self, name: str) -> Any:
        value = self._read(name) if type(name) is str else _MISSING
        if value is _MISSING:
            raise KeyError(name)
        return value

    def __contains__(self, name: object) -> bool:
        return type(name) is str and name in self._data

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._data))

    def __len__(self) -> int:
        return len(self._data)

    def get(self, name: str, default: Any = None) -> Any:
        """Return a field's value, or the default when it is absent."""
        value = self._read(name) if type(name) is str else _MISSING
        return default if value is _MISSING else value

    def keys(self) -> list[str]:
        """Return the names of the fields that are present."""
        return list(self._data)

    def values(self) -> list[Any]:
        """Return the values of the fields that are present."""
        return [self._read(name) for name in self._data]

    def items(self) -> list[tuple[str, Any]]:
        """Return (name, value) pairs of the fields that are present."""
        return [(name, self._read(name)) for name in self._data]


class Secrets(Record):
    """An action's own secrets: ``event.secrets.NAME`` or ``event.secrets["NAME"]``.

    Args:
        values: Name to value.
    """

    __slots__ = ("_values",)
    public: ClassVar[frozenset[str]] = frozenset({"get", "keys"})
    title: ClassVar[str] = "event.secrets"
    refusal: ClassVar[str] = "event.secrets is read-only: set secrets when you upload the action"

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = dict(values)

    def _resolve(self, name: str) -> Any:
        if name in self._values:
            return self._values[name]
        raise AttributeError(self._missing(name))

    def _missing(self, name: str) -> str:
        held = ", ".join(sorted(self._values)) or "none"
        return f"this action has no secret {name!r} (it has: {held}); set it when you upload the action"

    def _plain(self) -> Any:
        return dict.fromkeys(self._values, "***")

    def __getitem__(self, name: str) -> str:
        if type(name) is not str or name not in self._values:
            raise KeyError(name)
        return self._values[name]

    def __contains__(self, name: object) -> bool:
        return type(name) is str and name in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._values))

    def __len__(self) -> int:
        return len(self._values)

    def get(self, name: str, default: Any = None) -> Any:
        """Return a secret's value, or the default when there is none of that name."""
        return self._values.get(name, default) if type(name) is str else default

    def keys(self) -> list[str]:
        """Return the names of the secrets."""
        return list(self._values)


class Event(EventRecord):
    """The root of the event, with the action's own secrets beside the caller's fields.

    Args:
        data: The event's fields; owned by this execution.
        trigger: The trigger that the event belongs to.
        secrets: The action's own secrets.
    """

    __slots__ = ()
    public: ClassVar[frozenset[str]] = _READERS
    refusal: ClassVar[str] = EventRecord.refusal

    def __init__(self, data: dict[str, Any], trigger: Trigger, secrets: Mapping[str, str]) -> None:
        super().__init__(data, ROOTS[trigger], "event")
        self._made["secrets"] = Secrets(secrets)


_TARGETS: Final[Mapping[str, tuple[str, str]]] = {
    CommandKind.SET_APP_METADATA: ("user", "app_metadata"),
    CommandKind.SET_USER_METADATA: ("user", "user_metadata"),
    CommandKind.SET_TRANSACTION_METADATA: ("transaction", "metadata"),
}
"""Where the event shows what earlier actions of the flow have set."""

Prior = tuple[str, str, str]
"""A metadata command of an earlier action: kind, key, JSON value."""


def decode_event(encoded: bytes, trigger: Trigger, prior: Iterable[Prior]) -> dict[str, Any]:
    """Decode a fresh copy of the event and show in it what earlier actions of the flow have set.

    Args:
        encoded: The event, ``marshal``-encoded by the server.
        trigger: The trigger; at login the user's two metadata objects are always there (Auth0, "Actions
            limitations").
        prior: Metadata commands of earlier actions, in recorded order.
    """
    data: dict[str, Any] = marshal.loads(encoded)  # noqa: S302 - the server encoded it
    if trigger is Trigger.POST_LOGIN:
        for owner, name in (_TARGETS[CommandKind.SET_APP_METADATA], _TARGETS[CommandKind.SET_USER_METADATA]):
            find_object(data, owner, name)
    session = data.get("anonymous_session")
    if type(session) is dict and session.get("metadata") is None:
        session["metadata"] = {}
    for kind, key, value_json in prior:
        set_key(find_object(data, *_TARGETS[kind]), key, json.loads(value_json))
    return data


def find_object(data: dict[str, Any], owner: str, name: str) -> dict[str, Any]:
    """Return ``data[owner][name]``, made empty where it is absent."""
    for step in (owner, name):
        value = data.get(step)
        if value is None:
            value = data[step] = {}
        data = value
    return data


def set_key(target: dict[str, Any], key: str, value: Any) -> None:
    """Replace a top-level key whole; ``None`` removes it."""
    if value is None:
        target.pop(key, None)
    else:
        target[key] = value
