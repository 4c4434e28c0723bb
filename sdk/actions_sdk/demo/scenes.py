"""The scenes of the demo: who comes, what runs, and what the account must look like afterwards.

Runs in: developer's machine.
"""

from dataclasses import dataclass, field
from typing import Any, Final

from actions_sandbox.contract import Trigger
from actions_sdk.messages import LoginFlow

BEYOND_DOUBLES: Final = 9_007_199_254_740_993
"""2**53 + 1, the first whole number that a double cannot hold."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One event and what must come of it.

    Attributes:
        title: What happens, one sentence.
        trigger: The trigger.
        actions: Ids of the actions to bind, in order.
        event: The event.
        expected: The account afterwards: ``app_metadata``, ``user_metadata``, ``access_token``, ``id_token``;
            what is missing must be empty.
        login_flow: How the user came.
        warnings: Codes of the warnings that are due.
    """

    title: str
    trigger: Trigger
    actions: tuple[str, ...]
    event: dict[str, Any]
    expected: dict[str, Any]
    login_flow: LoginFlow = LoginFlow.INTERACTIVE
    warnings: tuple[str, ...] = field(default=())


def _session(user_id: str, metadata: dict[str, Any]) -> dict[str, Any]:
    return {
        "user_id": user_id,
        "session_id": f"sess_{user_id[-3:]}",
        "created_at": "2026-05-14T10:30:00Z",
        "metadata": metadata,
    }


def _login(app_metadata: dict[str, Any], session: dict[str, Any]) -> dict[str, Any]:
    return {
        "anonymous_session": session,
        "client": {"client_id": "shop", "name": "Shop", "metadata": {}},
        "request": {"ip": "203.0.113.7", "user_agent": "Mozilla/5.0", "method": "GET"},
        "stats": {"logins_count": 12},
        "transaction": {"protocol": "oidc-basic-profile", "metadata": {}},
        "user": {"user_id": "auth0|ada", "email": "ada@example.com", "app_metadata": app_metadata},
    }


_GUEST_CART: Final = {"items": [{"sku": "ITEM-001", "qty": 2}]}

_OWN_CART: Final = {
    "items": [{"sku": "ITEM-001", "qty": 3}, {"sku": "BOLT-M3", "qty": BEYOND_DOUBLES - 1}],
}

_RETURNING_CART: Final = {
    "items": [
        {"sku": "ITEM-001", "qty": 2},
        {"sku": "BOLT-M3", "qty": 1},
        {"sku": "TASSE-GRÜN ☕", "qty": 1},
    ],
}

_MERGED_CART: Final = {
    "items": [
        {"sku": "ITEM-001", "qty": 5},
        {"sku": "BOLT-M3", "qty": BEYOND_DOUBLES},
        {"sku": "TASSE-GRÜN ☕", "qty": 1},
    ],
}

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

_SMALL_CART: Final = {"items": [{"sku": "ITEM-001", "qty": 3}]}

_CHECKED_CART: Final = {"items": [{"sku": "ITEM-001", "qty": 3}, {"sku": "ITEM-002", "qty": 1}]}

SCENES: Final = (
    Scene(
        "A guest with a cart signs up.",
        Trigger.PRE_USER_REGISTRATION,
        ("registration-copy",),
        {
            "anonymous_session": _session("anon|abc123", {"cart": _GUEST_CART, "preferences": {"theme": "dark"}}),
            "connection": {"id": "con_1", "name": "users", "strategy": "auth0"},
            "request": {"ip": "203.0.113.7", "method": "POST"},
            "user": {"email": "ada@example.com"},
        },
        {
            "app_metadata": {"linked_anonymous_id": "anon|abc123", "migrated_cart": _GUEST_CART},
            "user_metadata": {"preferences": {"theme": "dark"}},
        },
    ),
    Scene(
        "A user who has a cart comes back as a guest, fills another one and logs in.",
        Trigger.POST_LOGIN,
        ("link-session", "merge-cart"),
        _login(
            {"cart": _OWN_CART, "linked_sessions": ["anon|old777"]},
            _session("anon|def456", {"cart": _RETURNING_CART}),
        ),
        {
            "app_metadata": {
                "cart": _MERGED_CART,
                "linked_sessions": ["anon|old777", "anon|def456"],
                "last_anonymous_session": "anon|def456",
            },
            "access_token": {"anonymous_cart": _RETURNING_CART, "cart": _MERGED_CART},
        },
    ),
    Scene(
        "Somebody put a hostile cart into the session; the hardened actions let one item through.",
        Trigger.POST_LOGIN,
        ("link-session-hardened", "merge-cart-hardened"),
        _login({"cart": _SMALL_CART}, _session("anon|bad666", {"cart": _HOSTILE_CART})),
        {
            "app_metadata": {
                "cart": _CHECKED_CART,
                "linked_sessions": ["anon|bad666"],
                "last_anonymous_session": "anon|bad666",
            },
            "access_token": {
                "anonymous_cart": {"items": [{"sku": "ITEM-002", "qty": 1}]},
                "cart": _CHECKED_CART,
            },
        },
    ),
    Scene(
        "A login on another device by a device code: no session is handed over.",
        Trigger.POST_LOGIN,
        ("link-session-hardened", "merge-cart-hardened"),
        _login({"cart": _SMALL_CART}, _session("anon|tv1", {"cart": _GUEST_CART})),
        {"app_metadata": {"cart": _SMALL_CART}},
        LoginFlow.DEVICE_CODE,
        ("ANONYMOUS_SESSION_WITHHELD",),
    ),
)
"""The scenes in order."""
