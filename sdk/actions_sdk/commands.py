"""The commands of an answer as plain Python values, one class for each kind.

Runs in: developer's machine.

The fields are those of the kind's message in ``commands.proto``; JSON texts are parsed, under the field's name
without ``_json``. Two commands are equal when their JSON is: 1 is neither 1.0 nor true, and 9007199254740993 is
itself. Which action recorded a command takes no part in the comparison.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Any, ClassVar, Final, Literal

from actions_sandbox.contract import CommandKind

_VALUES: Final = frozenset({"value", "options"})
"""Fields of free form, which travel as JSON text."""


@dataclass(frozen=True, slots=True, eq=False)
class Factor:
    """A factor of authentication.

    Attributes:
        type: E.g. ``otp``, ``email``, ``phone``, ``push-notification``, ``webauthn-roaming``; at most 64 characters.
        options: Options of the factor.
    """

    type: str
    options: dict[str, Any] = field(default_factory=dict)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Factor):
            return NotImplemented
        return self.type == other.type and is_same_json(self.options, other.options)

    def __hash__(self) -> int:
        return hash(self.type)


@dataclass(frozen=True, slots=True, eq=False)
class Command:
    """What all commands have in common; only its subclasses are made.

    Attributes:
        kind: The kind's name, as in ``commands.proto``.
        action: Name of the action that recorded it.
        version: Number of the version that ran; 0 for a draft.
    """

    kind: ClassVar[CommandKind]
    action: str = field(default="", kw_only=True, compare=False)
    version: int = field(default=0, kw_only=True, compare=False)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Command):
            return NotImplemented
        return type(self) is type(other) and all(
            is_same_json(getattr(self, one.name), getattr(other, one.name)) for one in fields(self) if one.compare
        )

    def __hash__(self) -> int:
        return hash(self.kind)

    def to_body(self) -> dict[str, Any]:
        """Return the command as it travels: ``kind`` and the message's fields, free values as JSON text."""
        return {"kind": self.kind.value} | dict(_encode_fields(self))


@dataclass(frozen=True, slots=True, eq=False)
class SetAppMetadata(Command):
    """Replaces one top-level key of the app metadata whole; None removes it."""

    kind: ClassVar[CommandKind] = CommandKind.SET_APP_METADATA
    key: str
    value: Any


@dataclass(frozen=True, slots=True, eq=False)
class SetUserMetadata(Command):
    """Replaces one top-level key of the user metadata whole; None removes it."""

    kind: ClassVar[CommandKind] = CommandKind.SET_USER_METADATA
    key: str
    value: Any


@dataclass(frozen=True, slots=True, eq=False)
class SetCustomClaim(Command):
    """Sets one custom claim of a token; None is a claim with the value null."""

    kind: ClassVar[CommandKind] = CommandKind.SET_CUSTOM_CLAIM
    token: Literal["access", "id"]
    name: str
    value: Any


@dataclass(frozen=True, slots=True, eq=False)
class AddScope(Command):
    """Adds a scope to the access token."""

    kind: ClassVar[CommandKind] = CommandKind.ADD_SCOPE
    scope: str


@dataclass(frozen=True, slots=True, eq=False)
class RemoveScope(Command):
    """Removes a scope from the access token."""

    kind: ClassVar[CommandKind] = CommandKind.REMOVE_SCOPE
    scope: str


@dataclass(frozen=True, slots=True, eq=False)
class SetTransactionMetadata(Command):
    """Sets one key of the transaction's metadata to text, a number or a boolean; None removes it."""

    kind: ClassVar[CommandKind] = CommandKind.SET_TRANSACTION_METADATA
    key: str
    value: str | int | float | bool | None


@dataclass(frozen=True, slots=True, eq=False)
class EnableMultifactor(Command):
    """Asks for a second factor at the end of the flow."""

    kind: ClassVar[CommandKind] = CommandKind.ENABLE_MULTIFACTOR
    provider: str
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class ChallengeWith(Command):
    """Challenges the user with one factor, or with another one that the user chooses instead."""

    kind: ClassVar[CommandKind] = CommandKind.CHALLENGE_WITH
    factor: Factor
    additional_factors: list[Factor] = field(default_factory=list)


@dataclass(frozen=True, slots=True, eq=False)
class ChallengeWithAny(Command):
    """Challenges the user with one of several factors, at the user's choice."""

    kind: ClassVar[CommandKind] = CommandKind.CHALLENGE_WITH_ANY
    factors: list[Factor]


@dataclass(frozen=True, slots=True, eq=False)
class EnrollWith(Command):
    """Enrolls the user in one factor, or in another one that the user chooses instead."""

    kind: ClassVar[CommandKind] = CommandKind.ENROLL_WITH
    factor: Factor
    additional_factors: list[Factor] = field(default_factory=list)


@dataclass(frozen=True, slots=True, eq=False)
class EnrollWithAny(Command):
    """Enrolls the user in one of several factors, at the user's choice."""

    kind: ClassVar[CommandKind] = CommandKind.ENROLL_WITH_ANY
    factors: list[Factor]


CLASSES: Final[Mapping[CommandKind, type[Command]]] = MappingProxyType(
    {
        one.kind: one
        for one in (
            SetAppMetadata,
            SetUserMetadata,
            SetCustomClaim,
            AddScope,
            RemoveScope,
            SetTransactionMetadata,
            EnableMultifactor,
            ChallengeWith,
            ChallengeWithAny,
            EnrollWith,
            EnrollWithAny,
        )
    }
)
"""The class of each kind."""


def read_body(body: Mapping[str, Any], *, action: str = "", version: int = 0) -> Command:
    """Make a command out of an accepted body.

    Args:
        body: ``{"kind": ...}`` and the fields of that kind's message, free values as JSON text.
        action: Name of the action that recorded it.
        version: Number of the version that ran.

    Raises:
        ValueError: There is no such kind.
        TypeError: The fields are not those of the kind.
    """
    facts = {name: value for name, value in body.items() if name != "kind"}
    return CLASSES[CommandKind(body["kind"])](**_decode_fields(facts), action=action, version=version)


def is_same_json(left: Any, right: Any) -> bool:
    """Tell whether two values are the same JSON: types count, the order of keys does not."""
    if isinstance(left, list | tuple) and isinstance(right, list | tuple):
        return len(left) == len(right) and all(map(is_same_json, left, right))
    if type(left) is not type(right):
        return False
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(is_same_json(value, right[key]) for key, value in left.items())
    return bool(left == right)


def _encode_fields(value: Command | Factor) -> Iterator[tuple[str, Any]]:
    for one in fields(value):
        if not one.compare:
            continue
        held = getattr(value, one.name)
        if one.name in _VALUES:
            yield f"{one.name}_json", json.dumps(held, ensure_ascii=False, separators=(",", ":"))
        elif isinstance(held, Factor):
            yield one.name, dict(_encode_fields(held))
        elif isinstance(held, list | tuple):
            yield one.name, [dict(_encode_fields(factor)) for factor in held]
        else:
            yield one.name, held


def _decode_fields(facts: Mapping[str, Any]) -> dict[str, Any]:
    decoded: dict[str, Any] = {}
    for name, value in facts.items():
        if name.endswith("_json"):
            decoded[name.removesuffix("_json")] = json.loads(value)
        elif name == "factor":
            decoded[name] = Factor(**_decode_fields(value))
        elif name in ("factors", "additional_factors"):
            decoded[name] = [Factor(**_decode_fields(factor)) for factor in value]
        else:
            decoded[name] = value
    return decoded
