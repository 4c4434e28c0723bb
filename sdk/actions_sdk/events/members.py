"""Reads the models of the events: which fields an object has, and which of them are documented objects themselves.

Runs in: developer's machine.
"""

import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Annotated, Any, Final, Required, Union, get_args, get_origin, get_type_hints

from pydantic.fields import FieldInfo
from typing_extensions import is_typeddict

from actions_runtime.events.facts import AnonymousSession
from actions_runtime.events.post_login import PostLoginEvent, User
from actions_runtime.events.pre_user_registration import PreUserRegistrationEvent
from actions_sandbox.contract import Trigger

ROOTS: Final[Mapping[Trigger, Any]] = MappingProxyType(
    {
        Trigger.POST_LOGIN: PostLoginEvent,
        Trigger.PRE_USER_REGISTRATION: PreUserRegistrationEvent,
    }
)
"""The model of each trigger's event."""

_FILLED_IN: Final = frozenset(
    {
        (AnonymousSession, "metadata"),
        (User, "app_metadata"),
        (User, "user_metadata"),
    }
)


@dataclass(frozen=True, slots=True)
class Member:
    """One documented field of an object.

    Attributes:
        name: The field's name.
        hint: Its type, without what is said about it.
        required: Whether it has to be there.
        description: What it means.
        min_length: The least characters of a text.
    """

    name: str
    hint: Any
    required: bool
    description: str
    min_length: int


@cache
def list_members(shape: Any) -> Mapping[str, Member]:
    """Return the documented fields of an object, in the order of its model.

    Args:
        shape: The object's model, a ``TypedDict``.
    """
    hints = get_type_hints(shape, include_extras=True)
    return MappingProxyType({name: _read_member(name, hint) for name, hint in hints.items()})


def is_filled_in(shape: Any, member: Member) -> bool:
    """Tell whether the runtime makes an optional field empty where it is absent, so that an action never finds None.

    Args:
        shape: The object's model.
        member: One of its fields.
    """
    return (shape, member.name) in _FILLED_IN


def find_shape(hint: Any) -> tuple[Any, bool] | None:
    """Return the model that a field's type names and whether it is that of a list's items; None for plain values."""
    return next(_find_shapes(hint, listed=False), None)


def _read_member(name: str, hint: Any) -> Member:
    required = get_origin(hint) is Required
    inner = get_args(hint)[0] if required else hint
    info = _find_info(inner)
    least = next((one.min_length for one in info.metadata if hasattr(one, "min_length")), 0)
    return Member(name, get_args(inner)[0], required, info.description or "", least)


def _find_info(hint: Any) -> FieldInfo:
    return next(one for one in get_args(hint)[1:] if isinstance(one, FieldInfo))


def _find_shapes(hint: Any, *, listed: bool) -> Iterator[tuple[Any, bool]]:
    if is_typeddict(hint):
        yield hint, listed
    origin = get_origin(hint)
    if origin is Annotated:
        yield from _find_shapes(get_args(hint)[0], listed=listed)
    elif origin in (Union, types.UnionType):
        for member in get_args(hint):
            yield from _find_shapes(member, listed=listed)
    elif origin is list:
        yield from _find_shapes(get_args(hint)[0], listed=True)
