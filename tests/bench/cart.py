"""The measured work: a login of 3 KB whose guest cart is merged into the account's cart."""

import json
from pathlib import Path
from typing import Any

from actions.v1 import execution_pb2 as execution
from actions_sandbox.contract import OnError, Trigger
from actions_sdk import samples
from actions_sdk.client import ActionsClient, Connection

ACTION = "merge-cart"
HELD, BROUGHT, SHARED = 5, 4, 2


def _article(number: int, quantity: int) -> dict[str, Any]:
    return {"sku": f"ITEM-{number:04}", "qty": quantity, "name": f"Article {number}", "price_cents": 1_999}


def _build_event() -> dict[str, Any]:
    held = [_article(number, 1) for number in range(HELD)]
    brought = [_article(number, 2) for number in range(HELD - SHARED, HELD - SHARED + BROUGHT)]
    return {
        "user": {
            "user_id": "auth0|5f7c8ec7c33c6c004bbafe82",
            "email": "returning.guest@example.com",
            "email_verified": True,
            "name": "Returning Guest",
            "created_at": "2024-01-05T08:00:00Z",
            "updated_at": "2026-05-14T10:31:00Z",
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
            "user_agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0 Safari/537.36",
            "geoip": {"countryCode": "DE", "cityName": "Berlin", "timeZone": "Europe/Berlin"},
            "query": {"client_id": "shop", "scope": "openid profile", "response_type": "code"},
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
                "initial_user_agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0 Safari/537.36",
                "last_ip": "203.0.113.7",
                "last_user_agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0 Safari/537.36",
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


EVENT = json.dumps(_build_event(), separators=(",", ":")).encode()


def _expect() -> dict[str, Any]:
    event = _build_event()
    items = {item["sku"]: item for item in event["user"]["app_metadata"]["cart"]["items"]}
    for item in event["anonymous_session"]["metadata"]["cart"]["items"]:
        if item["sku"] in items:
            items[item["sku"]]["qty"] += item["qty"]
        else:
            items[item["sku"]] = item
    return {"items": list(items.values())}


EXPECTED = json.dumps(_expect(), separators=(",", ":"))


def prepare(address: str, api_key: str) -> None:
    """Upload, deploy and bind merge-cart."""
    source = (Path(samples.__file__).parent / "merge_cart.py").read_text()
    with ActionsClient(Connection(address, api_key)) as client:
        client.create_action(ACTION, Trigger.POST_LOGIN, source)
        client.deploy_action(ACTION)
        etag = client.get_bindings(Trigger.POST_LOGIN).etag
        client.update_bindings(Trigger.POST_LOGIN, [(ACTION, OnError.DENY)], etag)


def find_fault(reply: bytes) -> str:
    """Return what is wrong with a reply, or an empty string."""
    answer = execution.ExecuteFlowResponse.FromString(reply)
    if answer.decision != execution.DECISION_CONTINUE or len(answer.commands) != 2:
        return f"decision {answer.decision}, {len(answer.commands)} commands: {answer.results}"
    metadata, claim = answer.commands
    if metadata.set_app_metadata.key != "cart" or metadata.set_app_metadata.value_json != EXPECTED:
        return f"not the expected app metadata: {metadata}"
    if claim.set_custom_claim.name != "cart" or claim.set_custom_claim.value_json != EXPECTED:
        return f"not the expected claim: {claim}"
    return ""
