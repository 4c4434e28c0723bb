"""Strategies for Hypothesis: any event that the models allow, not only plausible ones.

Runs in: developer's machine. Needs Hypothesis, which comes with the extra ``testing``.
"""

import types
from functools import cache
from typing import Annotated, Any, Final, Union, get_args, get_origin

from hypothesis import strategies as st
from typing_extensions import is_typeddict

from actions_runtime.events import WITHHOLDING_PROTOCOLS
from actions_sandbox.contract import Trigger
from actions_sdk.events.members import ROOTS, Member, list_members

_LEVELS: Final = 8
"""Levels of documented objects; only an actor can hold an actor, and so on."""

TEXT: Final = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
"""Any text that an event may hold."""

NUMBERS: Final = st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False)
"""Numbers that JSON can carry, beyond 2**53 too."""

JSON_VALUES: Final = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
"""Any JSON value of moderate size."""

FREE_FORM: Final = st.dictionaries(TEXT, JSON_VALUES, max_size=4)
"""Metadata, bodies and the like."""

_CARTS: Final = st.fixed_dictionaries(
    {
        "cart": st.fixed_dictionaries(
            {"items": st.lists(st.fixed_dictionaries({"sku": TEXT, "qty": NUMBERS}), max_size=3)}
        )
    }
)
_PLAIN: Final[dict[Any, st.SearchStrategy[Any]]] = {
    str: TEXT,
    int: st.integers(-(2**70), 2**70),
    float: st.floats(allow_nan=False, allow_infinity=False),
    bool: st.booleans(),
    type(None): st.none(),
    Any: JSON_VALUES,
}


def post_login_events() -> st.SearchStrategy[dict[str, Any]]:
    """Return a strategy for events of the trigger ``post-login``."""
    return _build_shape(ROOTS[Trigger.POST_LOGIN], _LEVELS)


def pre_user_registration_events() -> st.SearchStrategy[dict[str, Any]]:
    """Return a strategy for events of the trigger ``pre-user-registration``."""
    return _build_shape(ROOTS[Trigger.PRE_USER_REGISTRATION], _LEVELS)


@cache
def _build_shape(shape: Any, levels: int) -> st.SearchStrategy[dict[str, Any]]:
    """Build the strategy of a documented object: what is required, and a handful of the rest."""
    members = list_members(shape).values()
    required = {one.name: _build_member(one, levels) for one in members if one.required}
    optional = {one.name: _build_member(one, levels) for one in members if not one.required}
    chosen = st.lists(st.sampled_from(sorted(optional)), max_size=5, unique=True) if optional else st.just([])
    return st.builds(
        lambda fixed, rest: {**fixed, **rest},
        st.fixed_dictionaries(required),
        chosen.flatmap(lambda names: st.fixed_dictionaries({name: optional[name] for name in names})),
    )


def _build_member(member: Member, levels: int) -> st.SearchStrategy[Any]:
    if member.min_length:
        return TEXT.filter(lambda text: len(text) >= member.min_length)
    built = _build_hint(member.hint, levels)
    if member.name == "protocol":
        return built | st.sampled_from(["oidc-basic-profile", *sorted(WITHHOLDING_PROTOCOLS)])
    return built | _CARTS if member.name == "metadata" else built


def _build_hint(hint: Any, levels: int) -> st.SearchStrategy[Any]:
    if hint in _PLAIN:
        return _PLAIN[hint]
    if is_typeddict(hint):
        return _build_shape(hint, levels - 1) if levels else st.just({})
    origin, parts = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _build_hint(parts[0], levels)
    if origin in (Union, types.UnionType):
        return st.one_of([_build_hint(part, levels) for part in parts])
    if origin is list:
        return st.lists(_build_hint(parts[0], levels), max_size=2)
    return FREE_FORM
