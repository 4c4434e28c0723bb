"""Events that hold every documented field."""

from typing import Any

from actions_sandbox.contract import Trigger

SEED_SESSION = {
    "user_id": "anon|abc123",
    "session_id": "sess_123",
    "created_at": "2026-05-14T10:30:00Z",
    "metadata": {"cart": {"items": [{"sku": "ITEM-001", "qty": 2}]}, "preferences": {"theme": "dark"}},
}
GEO_IP = {
    "cityName": "Berlin",
    "continentCode": "EU",
    "countryCode": "DE",
    "countryCode3": "DEU",
    "countryName": "Germany",
    "latitude": 52,
    "longitude": 13.405,
    "subdivisionCode": "BE",
    "subdivisionName": "Land Berlin",
    "timeZone": "Europe/Berlin",
}
AKAMAI = {
    "akamaiBot": {
        "type": "Unknown",
        "action": "monitor",
        "botCategory": ["scraper"],
        "botScore": 12,
        "botScoreResponseSegment": "cautious",
        "botnetId": "b-1",
    },
    "akamaiUserRisk": {
        "action": "monitor",
        "allow": 0,
        "emailDomain": "example.com",
        "general": {"aci": "0"},
        "ouid": "o-1",
        "requestid": "r-1",
        "risk": {"uap": "a:b"},
        "score": 7.5,
        "status": 0,
        "trust": {"ugp": "DE"},
        "username": "ada",
        "uuid": "u-1",
    },
}
DEVICE = {
    "initial_asn": "3320",
    "initial_ip": "203.0.113.7",
    "initial_user_agent": "Firefox",
    "last_asn": 3320,
    "last_ip": "2001:db8::1",
    "last_user_agent": "Firefox",
}
SHARED: dict[str, Any] = {
    "anonymous_session": {**SEED_SESSION, "expires_at": 1_790_000_000, "device_label": "kitchen"},
    "connection": {"id": "con_1", "name": "Users", "strategy": "auth0", "metadata": {"tier": "1"}},
    "custom_domain": {"domain": "login.example.com", "domain_metadata": {"brand": "x"}},
    "security_context": {"ja3": "e7d7", "ja4": "t13d"},
    "tenant": {"id": "acme"},
    "configuration": {"DOMAIN": "x.example.com"},
}
TRANSACTION: dict[str, Any] = {
    "acr_values": ["urn:mfa"],
    "correlation_id": "co-1",
    "locale": "de",
    "login_hint": "ada@example.com",
    "prompt": ["login"],
    "protocol": "oidc-basic-profile",
    "redirect_uri": "https://app.example.com/callback",
    "requested_scopes": ["openid"],
    "response_mode": "query",
    "response_type": ["code"],
    "state": "s",
    "ui_locales": ["de"],
}
PROFILE: dict[str, Any] = {
    "email": "ada@example.com",
    "username": "ada",
    "phone_number": "+4930123456",
    "name": "Ada Lovelace",
    "given_name": "Ada",
    "family_name": "Lovelace",
    "nickname": "ada",
    "picture": "https://cdn.example.com/ada.png",
    "app_metadata": {"cart": {"items": [{"sku": "ITEM-001", "qty": 9007199254740993}]}},
    "user_metadata": {"theme": "light"},
}
FULL_REGISTRATION: dict[str, Any] = {
    **SHARED,
    "authentication": {"riskAssessment": {"supplemental": {"akamai": AKAMAI}}},
    "client": {"client_id": "c", "name": "Shop", "metadata": {"a": "b"}},
    "request": {
        "body": {"email": "ada@example.com"},
        "geoip": GEO_IP,
        "hostname": "login.example.com",
        "ip": "203.0.113.7",
        "language": "de",
        "method": "POST",
        "user_agent": "Firefox",
    },
    "transaction": TRANSACTION,
    "user": PROFILE,
}
FULL_LOGIN: dict[str, Any] = {
    **SHARED,
    "agent": {"agent_id": "ag_1", "agent_metadata": {"a": 1}, "name": "Helper"},
    "authentication": {
        "methods": [
            {"name": "pwd", "timestamp": "2026-05-14T10:30:00Z"},
            {"name": "mfa", "timestamp": "2026-05-14T10:30:09Z", "type": "otp"},
        ],
        "riskAssessment": {
            "confidence": "high",
            "version": "1",
            "assessments": {
                "AgentDetection": {
                    "code": "verified_agent",
                    "confidence": "low",
                    "details": {"provider": "p"},
                },
                "ImpossibleTravel": {"code": "initial_login", "confidence": "neutral"},
                "NewDevice": {
                    "code": "match",
                    "confidence": "high",
                    "details": {"device": "known", "useragent": "known"},
                },
                "UntrustedIP": {
                    "code": "found_on_deny_list",
                    "confidence": "low",
                    "details": {"category": "abuse", "ip": "203.0.113.7", "matches": "1", "source": "list"},
                },
            },
            "supplemental": {"akamai": AKAMAI},
        },
    },
    "authorization": {"roles": ["customer"]},
    "client": {
        "client_id": "c",
        "name": "Shop",
        "metadata": {},
        "refresh_token": {"policies": [{"audience": "https://api.example.com", "scope": ["read"]}]},
    },
    "organization": {"id": "org_1", "name": "acme", "display_name": "Acme", "metadata": {"plan": "pro"}},
    "prompt": {"id": "ap_1", "fields": {"city": "Berlin"}, "vars": {"x": 1}},
    "refresh_token": {
        "id": "rt_1",
        "client_id": "c",
        "created_at": "2026-05-14T10:30:00Z",
        "device": DEVICE,
        "expires_at": "2027-05-14T10:30:00Z",
        "idle_expires_at": "2026-06-14T10:30:00Z",
        "last_exchanged_at": "2026-05-15T10:30:00Z",
        "metadata": {"k": "v"},
        "resource_servers": [{"audience": "https://api.example.com", "scopes": ["read"]}],
        "rotating": True,
        "session_id": "s_1",
        "session_transfer": {"parent_refresh_token": {"id": "rt_0"}},
        "user_id": "auth0|1",
    },
    "request": {**FULL_REGISTRATION["request"], "asn": "3320", "query": {"scope": "openid"}},
    "resource_server": {"identifier": "https://api.example.com"},
    "session": {
        "id": "s_1",
        "actor": {"sub": "agent|1", "act": {"sub": "agent|2", "iss": "https://x.example.com"}},
        "authenticated_at": "2026-05-14T10:30:00Z",
        "clients": [{"client_id": "c"}],
        "cookie": {"mode": "persistent"},
        "created_at": "2026-05-14T10:30:00Z",
        "device": DEVICE,
        "expires_at": "2026-05-15T10:30:00Z",
        "idle_expires_at": "2026-05-15T10:30:00Z",
        "last_interacted_at": "2026-05-14T10:31:00Z",
        "metadata": {"k": "v"},
        "session_transfer": {"parent_refresh_token": {"id": "rt_0", "metadata": {"k": "v"}}},
        "updated_at": "2026-05-14T10:31:00Z",
        "user_id": "auth0|1",
    },
    "session_transfer_token": {
        "client_id": "native",
        "scope": ["openid"],
        "request": {"asn": "3320", "geoip": GEO_IP, "ip": "203.0.113.7", "user_agent": "App/1"},
    },
    "stats": {"logins_count": 42},
    "transaction": {
        **TRANSACTION,
        "id": "tx_1",
        "actor": {"sub": "agent|1", "act": {"sub": "agent|2", "act": {"sub": "agent|3"}}},
        "actor_token_type": "urn:example:token",
        "linking_id": "l_1",
        "metadata": {"step": 1},
        "requested_authorization_details": [{"type": "payment", "amount": 12.5}],
        "subject_token_type": "urn:example:token",
    },
    "user": {
        **PROFILE,
        "user_id": "auth0|1",
        "email_verified": True,
        "phone_verified": False,
        "created_at": "2024-01-01T00:00:00Z",
        "updated_at": "2026-05-14T10:30:00Z",
        "last_password_reset": "2025-01-01T00:00:00Z",
        "multifactor": ["guardian"],
        "enrolledFactors": [{"type": "otp", "options": {"a": 1}}],
        "identities": [
            {
                "connection": "Users",
                "isSocial": False,
                "profileData": {"email": "ada@example.com"},
                "provider": "auth0",
                "user_id": "1",
            }
        ],
    },
}
FULL = {Trigger.POST_LOGIN: FULL_LOGIN, Trigger.PRE_USER_REGISTRATION: FULL_REGISTRATION}
