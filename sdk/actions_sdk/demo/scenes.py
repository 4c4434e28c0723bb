"""The story that the demo plays: who comes with which device, what runs, and what must come of it.

Runs in: developer's machine.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from actions_sandbox.contract import Trigger

BEYOND_DOUBLES: Final = 9_007_199_254_740_993
"""2**53 + 1, the first whole number that a double cannot hold."""


class Way(StrEnum):
    """How somebody comes to the account."""

    SIGN_UP = "signs up"
    LOG_IN = "logs in"
    LEAVE_AND_LOG_IN = "ends the guest session, then logs in with its kept token"
    TELEVISION = "logs a television in by the code that it shows"


Guests = Mapping[str, Mapping[str, Any]]
"""The guest sessions so far: the device's name to the session's facts."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One visit and what must come of it.

    Attributes:
        title: What happens, one sentence.
        bindings: Ids of the actions to bind at each trigger, in order.
        email: Who comes.
        device: Name of the device; the same name is the same browser.
        metadata: What the shop keeps for the guest before; None when nobody touches the guest session.
        way: How they come to the account.
        expected: Makes the account afterwards of the guest sessions: ``app_metadata``, ``user_metadata``,
            ``access_token``, ``id_token``; what is missing must be empty.
        triggers: The triggers at which the auth server asked, with the guest's device whose session it handed over.
    """

    title: str
    bindings: Mapping[Trigger, tuple[str, ...]]
    email: str
    device: str
    metadata: dict[str, Any] | None
    way: Way
    expected: Callable[[Guests], dict[str, Any]]
    triggers: tuple[tuple[Trigger, str | None], ...]


def _cart(**quantities: int) -> dict[str, Any]:
    return {"items": [{"sku": sku.replace("_", "-"), "qty": quantity} for sku, quantity in quantities.items()]}


def _merged(session: Mapping[str, Any], cart: Mapping[str, Any]) -> dict[str, Any]:
    return {"session_id": session["session_id"], "items": cart["items"]}


_AS_DOCUMENTED: Final = {
    Trigger.PRE_USER_REGISTRATION: ("registration-copy",),
    Trigger.POST_LOGIN: ("link-session", "merge-cart-once"),
}
_HARDENED: Final = {
    Trigger.PRE_USER_REGISTRATION: ("registration-copy-hardened",),
    Trigger.POST_LOGIN: ("link-session-hardened", "merge-cart-hardened"),
}

_FIRST_CART: Final = _cart(ITEM_001=2, BOLT_M3=BEYOND_DOUBLES - 1)
_SECOND_CART: Final = _cart(ITEM_001=3, BOLT_M3=1, TASSE_GRÜN=1)
_BOTH_CARTS: Final = _cart(ITEM_001=5, BOLT_M3=BEYOND_DOUBLES, TASSE_GRÜN=1)

_HOSTILE_CART: Final = {
    "items": [
        {"sku": "ITEM-001", "qty": -1000},
        {"sku": "ITEM-001", "qty": "9"},
        {"sku": "ITEM-001", "qty": 10**18},
        {"sku": "", "qty": 1},
        {"sku": {"$ne": None}, "qty": 1},
        ["ITEM-001", 1],
        {"sku": "ITEM-002", "qty": 1, "price": 0, "__proto__": {"admin": True}},
    ],
    "coupon": "100-PERCENT",
}
_SMALL_CART: Final = _cart(ITEM_001=3)
_CHECKED_CART: Final = _cart(ITEM_001=3, ITEM_002=1)


def _expect_first(guests: Guests) -> dict[str, Any]:
    phone = guests["phone"]
    return {
        "app_metadata": {
            "linked_anonymous_id": phone["user_id"],
            "migrated_cart": _FIRST_CART,
            "last_anonymous_session": phone["user_id"],
            "linked_sessions": [phone["user_id"]],
            "cart": _FIRST_CART,
            "merged_carts": [_merged(phone, _FIRST_CART)],
        },
        "user_metadata": {"preferences": {"theme": "dark"}},
        "access_token": {"anonymous_cart": _FIRST_CART, "cart": _FIRST_CART},
    }


def _expect_both(guests: Guests) -> dict[str, Any]:
    phone, laptop = guests["phone"], guests["laptop"]
    before = _expect_first(guests)
    changed = {
        "last_anonymous_session": laptop["user_id"],
        "linked_sessions": [phone["user_id"], laptop["user_id"]],
        "cart": _BOTH_CARTS,
        "merged_carts": [_merged(phone, _FIRST_CART), _merged(laptop, _SECOND_CART)],
    }
    return {
        "app_metadata": {**before["app_metadata"], **changed},
        "user_metadata": before["user_metadata"],
        "access_token": {"anonymous_cart": _SECOND_CART, "cart": _BOTH_CARTS},
    }


def _expect_both_and_no_claims(guests: Guests) -> dict[str, Any]:
    return {**_expect_both(guests), "access_token": {}}


def _expect_small(guests: Guests) -> dict[str, Any]:
    tablet = guests["tablet"]
    return {
        "app_metadata": {
            "linked_anonymous_id": tablet["user_id"],
            "migrated_cart": _SMALL_CART,
            "last_anonymous_session": tablet["user_id"],
            "linked_sessions": [tablet["user_id"]],
            "cart": _SMALL_CART,
            "merged_carts": [_merged(tablet, _SMALL_CART)],
        },
        "access_token": {"anonymous_cart": _SMALL_CART, "cart": _SMALL_CART},
    }


def _expect_checked(guests: Guests) -> dict[str, Any]:
    tablet, cafe = guests["tablet"], guests["internet café"]
    let_through = _cart(ITEM_002=1)
    changed = {
        "last_anonymous_session": cafe["user_id"],
        "linked_sessions": [tablet["user_id"], cafe["user_id"]],
        "cart": _CHECKED_CART,
        "merged_carts": [_merged(tablet, _SMALL_CART), _merged(cafe, let_through)],
    }
    return {
        "app_metadata": {**_expect_small(guests)["app_metadata"], **changed},
        "access_token": {"anonymous_cart": let_through, "cart": _CHECKED_CART},
    }


def _expect_checked_and_no_claims(guests: Guests) -> dict[str, Any]:
    return {**_expect_checked(guests), "access_token": {}}


def _login(device: str | None) -> tuple[tuple[Trigger, str | None], ...]:
    return ((Trigger.POST_LOGIN, device),)


def _registration(device: str) -> tuple[tuple[Trigger, str | None], ...]:
    return ((Trigger.PRE_USER_REGISTRATION, device), (Trigger.POST_LOGIN, device))


SCENES: Final = (
    Scene(
        "A guest fills a cart on the phone and signs up.",
        _AS_DOCUMENTED,
        "ada@example.com",
        "phone",
        {"cart": _FIRST_CART, "preferences": {"theme": "dark"}},
        Way.SIGN_UP,
        _expect_first,
        _registration("phone"),
    ),
    Scene(
        "On the laptop she is a guest again, fills another cart and logs in: the carts become one.",
        _AS_DOCUMENTED,
        "ada@example.com",
        "laptop",
        {"cart": _SECOND_CART},
        Way.LOG_IN,
        _expect_both,
        _login("laptop"),
    ),
    Scene(
        "She logs in there once more. The guest session is still alive, and nothing doubles.",
        _AS_DOCUMENTED,
        "ada@example.com",
        "laptop",
        None,
        Way.LOG_IN,
        _expect_both,
        _login("laptop"),
    ),
    Scene(
        "The shop ends the guest session: a token that somebody kept hands nothing over.",
        _AS_DOCUMENTED,
        "ada@example.com",
        "laptop",
        None,
        Way.LEAVE_AND_LOG_IN,
        _expect_both_and_no_claims,
        _login(None),
    ),
    Scene(
        "Another guest signs up; from here on the hardened actions run.",
        _HARDENED,
        "bob@example.com",
        "tablet",
        {"cart": _SMALL_CART},
        Way.SIGN_UP,
        _expect_small,
        _registration("tablet"),
    ),
    Scene(
        "Somebody put a hostile cart into a session that he logs in with; the hardened actions let one item through.",
        _HARDENED,
        "bob@example.com",
        "internet café",
        {"cart": _HOSTILE_CART},
        Way.LOG_IN,
        _expect_checked,
        _login("internet café"),
    ),
    Scene(
        "He logs a television in by a code, in a browser that holds a guest session: none is handed over.",
        _HARDENED,
        "bob@example.com",
        "sofa",
        {"cart": _SMALL_CART},
        Way.TELEVISION,
        _expect_checked_and_no_claims,
        _login(None),
    ),
)
"""The scenes in order."""
