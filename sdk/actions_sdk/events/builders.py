"""Realistic events out of a seed.

Runs in: developer's machine.

The same seed makes the same event, whenever and wherever: times lie in May 2026, and what has not expired ends in
2100. Everybody in here is made up: names of domains and numbers are those reserved for examples.
"""

import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from typing import Any, Final

from actions_sandbox.contract import Trigger
from actions_sdk.events.members import ROOTS, find_shape, list_members

_NOW: Final = datetime(2026, 5, 14, 10, 30, tzinfo=UTC)
NEVER: Final = 4_102_444_800
"""2100-01-01 as a Unix timestamp: when sessions end that have not expired."""

_PEOPLE: Final = (
    ("Ada", "Lovelace"),
    ("Zoë", "Müller"),
    ("Nguyễn", "Minh"),
    ("José", "García"),
    ("Aïcha", "Diallo"),
    ("Łukasz", "Żak"),
    ("小林", "陽子"),
    ("Sinéad", "O’Brien"),
)
_PLACES: Final = (
    ("Berlin", "EU", "DE", "DEU", "Germany", 52.52, 13.405, "BE", "Land Berlin", "Europe/Berlin", "de-DE"),
    ("Lyon", "EU", "FR", "FRA", "France", 45.76, 4.84, "ARA", "Auvergne-Rhône-Alpes", "Europe/Paris", "fr-FR"),
    ("Austin", "NA", "US", "USA", "United States", 30.27, -97.74, "TX", "Texas", "America/Chicago", "en-US"),
    ("Osaka", "AS", "JP", "JPN", "Japan", 34.69, 135.5, "27", "Osaka", "Asia/Tokyo", "ja-JP"),
)
_AGENTS: Final = (
    "Mozilla/5.0 (X11; Linux x86_64; rv:138.0) Gecko/20100101 Firefox/138.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.4"
    " Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/136.0.0.0 Safari/537.36",
)
_SKUS: Final = ("ITEM-001", "ITEM-002", "BOLT-M3", "TASSE-GRÜN ☕", "本-42", "SHIRT/L")
_ALPHABET: Final = "0123456789abcdef"


class BuiltEvent(dict[str, Any]):
    """An event that knows how to be made again.

    Args:
        facts: The event.
        trigger: Whose event it is.
        seed: The seed it was made of.
        profile: Name of the function that made it.
    """

    def __init__(self, facts: Mapping[str, Any], *, trigger: Trigger, seed: int, profile: str) -> None:
        super().__init__(facts)
        self.trigger = trigger
        self.seed = seed
        self.profile = profile

    def __repr__(self) -> str:
        return f"<{self.profile} seed={self.seed}: {super().__repr__()}>"


def choose_seed(seed: int | None) -> int:
    """Return the seed, or a new one below 2**32 when there is none."""
    return random.SystemRandom().getrandbits(32) if seed is None else seed


def post_login_event(seed: int | None = None, **overrides: Any) -> BuiltEvent:
    """Build the event of a login that carries no anonymous session.

    Args:
        seed: The same seed makes the same event; a new one when omitted.
        overrides: Fields to set. Documented objects are merged with what is there, down to their own documented
            objects; free-form data and lists are replaced; None removes. An ``anonymous_session`` is merged with a
            guest's.

    Raises:
        TypeError: The event has no field of that name.
    """
    seed = choose_seed(seed)
    return finish(Trigger.POST_LOGIN, "post_login_event", seed, build_login(seed), overrides)


def pre_user_registration_event(seed: int | None = None, **overrides: Any) -> BuiltEvent:
    """Build the event of a sign-up that carries no anonymous session.

    Args:
        seed: As for :func:`post_login_event`.
        overrides: As for :func:`post_login_event`.

    Raises:
        TypeError: The event has no field of that name.
    """
    seed = choose_seed(seed)
    facts = build_registration(seed)
    return finish(Trigger.PRE_USER_REGISTRATION, "pre_user_registration_event", seed, facts, overrides)


def finish(
    trigger: Trigger, profile: str, seed: int, facts: dict[str, Any], overrides: Mapping[str, Any]
) -> BuiltEvent:
    """Merge a caller's overrides into a built event.

    Raises:
        TypeError: The event has no field of that name.
    """
    root = ROOTS[trigger]
    for name in overrides:
        if name not in list_members(root):
            near = get_close_matches(name, list_members(root), 1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise TypeError(f"the event of {trigger} has no field {name!r}{hint}")
    if isinstance(overrides.get("anonymous_session"), Mapping):
        facts.setdefault("anonymous_session", build_session(random.Random(seed)))  # noqa: S311 - data for tests
    return BuiltEvent(_merge(root, facts, overrides), trigger=trigger, seed=seed, profile=profile)


def _merge(shape: Any, facts: Mapping[str, Any], overrides: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(facts)
    members = list_members(shape)
    for name, value in overrides.items():
        found = find_shape(members[name].hint) if name in members else None
        if value is None:
            merged.pop(name, None)
        elif found is not None and not found[1] and isinstance(value, Mapping):
            merged[name] = _merge(found[0], merged.get(name) or {}, value)
        else:
            merged[name] = value
    return merged


def build_login(seed: int) -> dict[str, Any]:
    """Return the facts of a login."""
    dice = random.Random(seed)  # noqa: S311 - data for tests
    profile, request = _build_profile(dice), _build_request(dice)
    user_id = _pick_id(dice, 24)
    created = _NOW - timedelta(days=dice.randrange(1, 900), seconds=dice.randrange(86_400))
    device = {"initial_ip": request["ip"], "initial_user_agent": request["user_agent"], "last_ip": request["ip"]}
    return {
        "authentication": {"methods": [{"name": "pwd", "timestamp": format_time(_NOW)}]},
        "authorization": {"roles": dice.choice(([], ["customer"], ["customer", "reseller"]))},
        "client": {"client_id": _pick_id(dice, 32), "name": "Shop", "metadata": {}},
        "connection": _CONNECTION | {"metadata": {}},
        "request": request | {"query": {"prompt": "login"}, "asn": str(dice.randrange(64_496, 64_512))},
        "resource_server": {"identifier": "https://api.shop.example.com"},
        "session": {
            "id": f"sess_{_pick_id(dice, 12)}",
            "created_at": format_time(_NOW),
            "authenticated_at": format_time(_NOW),
            "device": device,
        },
        "stats": {"logins_count": dice.randrange(1, 200)},
        "tenant": {"id": "shop"},
        "transaction": _build_transaction(request) | {"id": f"tx_{_pick_id(dice, 10)}", "metadata": {}},
        "user": profile
        | {
            "user_id": f"auth0|{user_id}",
            "email_verified": dice.random() < 0.9,
            "created_at": format_time(created),
            "updated_at": format_time(_NOW),
            "app_metadata": {},
            "user_metadata": {},
            "identities": [
                {"connection": _CONNECTION["name"], "isSocial": False, "provider": "auth0", "user_id": user_id}
            ],
        },
    }


def build_registration(seed: int) -> dict[str, Any]:
    """Return the facts of a sign-up."""
    dice = random.Random(seed)  # noqa: S311 - data for tests
    profile, request = _build_profile(dice), _build_request(dice)
    return {
        "client": {"client_id": _pick_id(dice, 32), "name": "Shop", "metadata": {}},
        "connection": _CONNECTION | {"metadata": {}},
        "request": request | {"method": "POST", "body": {"email": profile["email"]}},
        "tenant": {"id": "shop"},
        "transaction": _build_transaction(request) | {"acr_values": []},
        "user": profile | {"user_metadata": {}},
    }


def build_session(dice: random.Random, **metadata: Any) -> dict[str, Any]:
    """Return a guest's session that has not expired, with a cart unless the metadata is given.

    Args:
        dice: Where the choices come from.
        metadata: What the application stored in the session.
    """
    number = _pick_id(dice, 12)
    began = _NOW - timedelta(minutes=dice.randrange(1, 3_000))
    return {
        "user_id": f"anon|{number}",
        "session_id": f"sess_{number}",
        "created_at": format_time(began),
        "expires_at": NEVER,
        "metadata": metadata or {"cart": {"items": build_items(dice)}, "preferences": {"theme": "dark"}},
    }


def build_items(dice: random.Random) -> list[dict[str, Any]]:
    """Return one to four articles of a cart with their quantities."""
    return [{"sku": sku, "qty": dice.randrange(1, 6)} for sku in dice.sample(_SKUS, dice.randrange(1, 5))]


def format_time(moment: datetime) -> str:
    """Write a point of time as auth servers do: ISO 8601 in UTC, with milliseconds."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def format_earlier(days: int) -> str:
    """Write the point of time so many days before the event."""
    return format_time(_NOW - timedelta(days=days))


_CONNECTION: Final = {
    "id": "con_fpe5kj482KO1eOzQ",
    "name": "Username-Password-Authentication",
    "strategy": "auth0",
}


def _build_profile(dice: random.Random) -> dict[str, Any]:
    given, family = dice.choice(_PEOPLE)
    nickname = f"user{dice.randrange(10_000)}"
    return {
        "email": f"{nickname}@example.com",
        "name": f"{given} {family}",
        "given_name": given,
        "family_name": family,
        "nickname": nickname,
        "picture": f"https://cdn.example.com/{nickname}.png",
    }


def _build_request(dice: random.Random) -> dict[str, Any]:
    city, continent, country, country3, name, latitude, longitude, code, region, zone, language = dice.choice(_PLACES)
    geoip = {
        "cityName": city,
        "continentCode": continent,
        "countryCode": country,
        "countryCode3": country3,
        "countryName": name,
        "latitude": latitude,
        "longitude": longitude,
        "subdivisionCode": code,
        "subdivisionName": region,
        "timeZone": zone,
    }
    return {
        "body": {},
        "geoip": geoip,
        "hostname": "login.shop.example.com",
        "ip": f"203.0.113.{dice.randrange(1, 255)}",
        "language": language,
        "method": "GET",
        "user_agent": dice.choice(_AGENTS),
    }


def _build_transaction(request: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "locale": request["language"].partition("-")[0],
        "protocol": "oidc-basic-profile",
        "redirect_uri": "https://shop.example.com/callback",
        "requested_scopes": ["openid", "profile", "email"],
        "response_mode": "query",
        "response_type": ["code"],
        "state": "xyzABC123",
        "ui_locales": [],
    }


def _pick_id(dice: random.Random, length: int) -> str:
    return "".join(dice.choices(_ALPHABET, k=length))
