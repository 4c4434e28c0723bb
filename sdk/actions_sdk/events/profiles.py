"""Events with a story, as functions and as JSON files.

Runs in: developer's machine.
"""

import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from actions_sandbox.contract import Trigger
from actions_sdk.events.builders import (
    BuiltEvent,
    build_items,
    build_login,
    build_registration,
    build_session,
    choose_seed,
    finish,
    format_earlier,
)

FOLDER: Final = Path(__file__).parent / "profiles_json"
"""Where the JSON files lie."""

FILE_SEED: Final = 1
"""The seed of the shipped JSON files."""


def new_guest(seed: int | None = None, **overrides: Any) -> BuiltEvent:
    """A guest with a cart and preferences signs up (``pre-user-registration``).

    Args:
        seed: As for :func:`actions_sdk.events.post_login_event`.
        overrides: As for :func:`actions_sdk.events.post_login_event`.
    """
    seed, dice = _start(seed)
    facts = build_registration(seed) | {"anonymous_session": build_session(dice)}
    return finish(Trigger.PRE_USER_REGISTRATION, "new_guest", seed, facts, overrides)


def returning_guest_with_cart(seed: int | None = None, **overrides: Any) -> BuiltEvent:
    """A user with a cart comes back as a guest, fills another one with partly the same articles, and logs in."""
    seed, dice = _start(seed)
    theirs = build_items(dice)
    session = build_session(dice, cart={"items": [*theirs, {"sku": "GIFT-CARD", "qty": 1}]})
    facts = build_login(seed) | {"anonymous_session": session}
    facts["user"]["app_metadata"] = {"cart": {"items": [{"sku": theirs[0]["sku"], "qty": dice.randrange(1, 9)}]}}
    return finish(Trigger.POST_LOGIN, "returning_guest_with_cart", seed, facts, overrides)


def no_session(seed: int | None = None, **overrides: Any) -> BuiltEvent:
    """A user with a cart logs in without ever having been a guest."""
    seed, dice = _start(seed)
    facts = build_login(seed)
    facts["user"]["app_metadata"] = {"cart": {"items": build_items(dice)}}
    return finish(Trigger.POST_LOGIN, "no_session", seed, facts, overrides)


def expired_session(seed: int | None = None, **overrides: Any) -> BuiltEvent:
    """A user logs in with a guest's session that ended a month before."""
    seed, dice = _start(seed)
    ended = {"created_at": format_earlier(60), "expires_at": format_earlier(30)}
    facts = build_login(seed) | {"anonymous_session": build_session(dice) | ended}
    return finish(Trigger.POST_LOGIN, "expired_session", seed, facts, overrides)


def several_devices(seed: int | None = None, **overrides: Any) -> BuiltEvent:
    """A user whose account was linked to guests on two devices logs in on a third one."""
    seed, dice = _start(seed)
    facts = build_login(seed) | {"anonymous_session": build_session(dice)}
    earlier = [build_session(dice) for _ in range(2)]
    facts["user"]["app_metadata"] = {
        "cart": {"items": build_items(dice)},
        "last_anonymous_session": earlier[-1]["user_id"],
        "linked_sessions": [session["user_id"] for session in earlier],
    }
    facts["session"]["device"]["initial_user_agent"] = "ShopApp/7.2 (Android 15)"
    facts["stats"]["logins_count"] = dice.randrange(3, 50)
    return finish(Trigger.POST_LOGIN, "several_devices", seed, facts, overrides)


def hostile_session(seed: int | None = None, **overrides: Any) -> BuiltEvent:
    """A user logs in with a session that an attacker filled: nothing in its metadata is what it should be."""
    seed, dice = _start(seed)
    facts = build_login(seed) | {"anonymous_session": build_session(dice, **_build_hostile_metadata(dice))}
    facts["user"]["app_metadata"] = {"cart": {"items": build_items(dice)}}
    return finish(Trigger.POST_LOGIN, "hostile_session", seed, facts, overrides)


def _start(seed: int | None) -> tuple[int, random.Random]:
    seed = choose_seed(seed)
    return seed, random.Random(~seed)  # noqa: S311 - data for tests; not the dice of the event around the session


def _build_hostile_metadata(dice: random.Random) -> dict[str, Any]:
    items: list[Any] = [
        {"sku": "ITEM-001", "qty": -1_000},
        {"sku": "ITEM-001", "qty": "9"},
        {"sku": "ITEM-001", "qty": 10**30},
        {"sku": "ITEM-001", "qty": 1e308},
        {"sku": "ITEM-001", "qty": True},
        {"sku": "ITEM-001", "qty": None},
        {"sku": {"$ne": None}, "qty": 1},
        {"sku": "", "qty": 1},
        {"sku": "A" * 5_000, "qty": 1},
        {"sku": "<script>alert(1)</script>", "qty": 1},
        {"sku": "x\u202e\u0007\r\nSet-Cookie: a=b", "qty": 1},
        {"sku": "ITEM-001", "qty": 1, "price": 0, "__proto__": {"admin": True}},
        ["ITEM-001", 1],
        "ITEM-001",
        None,
    ]
    dice.shuffle(items)
    flood = [{"sku": f"FLOOD-{number}", "qty": 1} for number in range(dice.randrange(200, 1_500))]
    carts: list[Any] = [{"items": items + flood}, {"items": flood + items}, {"items": items}]
    return {
        "cart": dice.choice(carts),
        "preferences": dice.choice(["dark", ["dark"], {"theme": {"$set": 1}}, {"theme": "x" * 2_000}]),
        "__proto__": {"isAdmin": True},
        "app_metadata": {"roles": ["admin"]},
        "user_id": "auth0|somebody-else",
        "nested": _nest(40),
    }


def _nest(levels: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(levels):
        value = [value]
    return value


@dataclass(frozen=True, slots=True)
class Profile:
    """A named kind of event.

    Attributes:
        trigger: Whose event it is.
        build: Makes one out of a seed.
        summary: What happens, one sentence.
    """

    trigger: Trigger
    build: Callable[..., BuiltEvent]
    summary: str


def _describe(trigger: Trigger, *builds: Callable[..., BuiltEvent]) -> dict[str, Profile]:
    return {build.__name__: Profile(trigger, build, (build.__doc__ or "").splitlines()[0]) for build in builds}


PROFILES: Final[Mapping[str, Profile]] = MappingProxyType(
    {
        **_describe(Trigger.PRE_USER_REGISTRATION, new_guest),
        **_describe(
            Trigger.POST_LOGIN,
            returning_guest_with_cart,
            no_session,
            expired_session,
            several_devices,
            hostile_session,
        ),
    }
)
"""Every profile by its name."""


def build_profile(name: str, seed: int | None = None, **overrides: Any) -> BuiltEvent:
    """Build an event of a profile.

    Args:
        name: One of :data:`PROFILES`.
        seed: As for :func:`actions_sdk.events.post_login_event`.
        overrides: As for :func:`actions_sdk.events.post_login_event`.

    Raises:
        KeyError: There is no profile of that name; says which there are.
    """
    return _find(name).build(seed, **overrides)


def read_profile(name: str) -> dict[str, Any]:
    """Return the event of a profile's JSON file, which :data:`FILE_SEED` made.

    Raises:
        KeyError: There is no profile of that name; says which there are.
    """
    event: dict[str, Any] = json.loads(profile_path(name).read_bytes())
    return event


def profile_path(name: str) -> Path:
    """Return the path of a profile's JSON file.

    Raises:
        KeyError: There is no profile of that name; says which there are.
    """
    _find(name)
    return FOLDER / f"{name}.json"


def _find(name: str) -> Profile:
    if name not in PROFILES:
        raise KeyError(f"no profile is called {name!r}; there are: {', '.join(PROFILES)}")
    return PROFILES[name]
