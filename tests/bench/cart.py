"""The measured work: a login of 3 KB whose guest cart is merged into the account's cart."""

from pathlib import Path
from typing import Any

from actions_sdk import samples
from tests.bench.work import Work, encode_event, set_access_claim, set_app_metadata

ACTION = "merge-cart"
SOURCE = (Path(samples.__file__).parent / "merge_cart.py").read_text()
HELD, BROUGHT, SHARED = 5, 4, 2
_AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"


def _article(number: int, quantity: int) -> dict[str, Any]:
    return {
        "sku": f"ITEM-{number:04}",
        "qty": quantity,
        "name": f"Linen shirt, size {number} (EU)",
        "price_cents": 1_999,
    }


def build_event() -> dict[str, Any]:
    """Build the event."""
    held = [_article(number, 1) for number in range(HELD)]
    brought = [_article(number, 2) for number in range(HELD - SHARED, HELD - SHARED + BROUGHT)]
    return {
        "user": {
            "user_id": "auth0|5f7c8ec7c33c6c004bbafe82",
            "email": "returning.guest@example.com",
            "email_verified": True,
            "name": "Returning Guest",
            "given_name": "Returning",
            "family_name": "Guest",
            "nickname": "returning.guest",
            "picture": "https://cdn.example.com/avatars/returning.guest.png",
            "created_at": "2024-01-05T08:00:00Z",
            "updated_at": "2026-05-14T10:31:00Z",
            "last_password_reset": "2025-11-02T17:20:00Z",
            "phone_number": "+49301234567",
            "phone_verified": True,
            "multifactor": [],
            "identities": [{"connection": "users", "isSocial": False, "provider": "auth0", "user_id": "5f7c8"}],
            "app_metadata": {"cart": {"items": held}},
            "user_metadata": {"theme": "light", "language": "de"},
        },
        "client": {"client_id": "shop", "name": "Shop", "metadata": {}},
        "connection": {"id": "con_1", "name": "users", "strategy": "auth0"},
        "request": {
            "ip": "203.0.113.7",
            "method": "GET",
            "hostname": "login.example.com",
            "language": "de",
            "user_agent": _AGENT,
            "geoip": {"countryCode": "DE", "cityName": "Berlin", "timeZone": "Europe/Berlin"},
            "query": {"client_id": "shop", "scope": "openid profile", "response_type": "code", "state": "x7Qm2pLk"},
            "body": {},
        },
        "tenant": {"id": "shop"},
        "transaction": {"protocol": "oidc-basic-profile", "requested_scopes": ["openid"], "metadata": {}},
        "stats": {"logins_count": 42},
        "authentication": {"methods": [{"name": "pwd", "timestamp": "2026-05-14T10:31:00Z"}]},
        "authorization": {"roles": ["customer", "newsletter"]},
        "session": {
            "id": "ses_9a1c",
            "created_at": "2026-05-14T10:31:00Z",
            "clients": [{"client_id": "shop"}, {"client_id": "support"}],
            "device": {
                "initial_ip": "203.0.113.7",
                "initial_asn": "64500",
                "initial_user_agent": _AGENT,
                "last_ip": "203.0.113.7",
                "last_user_agent": _AGENT,
            },
        },
        "organization": {"id": "org_1", "name": "shop", "display_name": "The Shop", "metadata": {"region": "eu"}},
        "resource_server": {"identifier": "https://api.shop.example.com/"},
        "security_context": {"ja3": "66918128f1b9b03303d77c6f2eefd128", "ja4": "t13d1516h2_8daaf6152771_e5627efa2ab1"},
        "anonymous_session": {
            "user_id": "anon|abc123",
            "session_id": "sess_123",
            "created_at": "2026-05-14T10:30:00Z",
            "metadata": {"cart": {"items": brought}, "preferences": {"theme": "dark"}},
        },
    }


def merge(event: dict[str, Any]) -> dict[str, Any]:
    """Return the cart that must come out, written apart from the action."""
    items = {item["sku"]: dict(item) for item in event["user"]["app_metadata"]["cart"]["items"]}
    for item in event["anonymous_session"]["metadata"]["cart"]["items"]:
        if item["sku"] in items:
            items[item["sku"]]["qty"] += item["qty"]
        else:
            items[item["sku"]] = item
    return {"items": list(items.values())}


def build_work(event: dict[str, Any]) -> Work:
    """Build the work of merging the cart in an event."""
    cart = merge(event)
    expected = (set_app_metadata(ACTION, "cart", cart), set_access_claim(ACTION, "cart", cart))
    return Work({ACTION: SOURCE}, encode_event(event), expected)


MERGE_CART = build_work(build_event())
EVENT = MERGE_CART.event
find_fault = MERGE_CART.find_fault
