"""Events for the runtime, made of what the server knows of a request and its user.

Runs in: developer's machine.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final

from starlette.requests import Request

from actions_runtime.events import LoginFlow
from actions_sdk.auth_server.settings import RegisteredClient, ServerSettings
from actions_sdk.auth_server.users import User

PROTOCOLS: Final = MappingProxyType(
    {
        LoginFlow.INTERACTIVE: "oidc-basic-profile",
        LoginFlow.DEVICE_CODE: "oauth2-device-code",
        LoginFlow.CIBA: "oidc-ciba",
        LoginFlow.TOKEN_EXCHANGE: "oauth2-token-exchange",
        LoginFlow.REFRESH_TOKEN: "oauth2-refresh-token",
        LoginFlow.PASSWORD_RESET: "oidc-basic-profile",  # no protocol says password reset; the flow beside it does
    }
)
"""What ``event.transaction.protocol`` says of each way to a login, in Auth0's words."""

CONNECTION: Final = MappingProxyType({"id": "con_users", "name": "users", "strategy": "auth0"})
"""The one connection: the server's own database of users."""

_HEADER_CHARS: Final = 500


@dataclass(frozen=True, slots=True)
class Attempt:
    """A sign-up or login under way: who asks for it, and how.

    Attributes:
        client: The application.
        flow: The way to it.
        scopes: The scopes that the application asked for and may have.
        transaction: More of ``event.transaction``.
        request: ``event.request``.
        session_token: The anonymous session token of the authorization request's query; None without one.
        session_cookie: The one in the browser's cookie; None without one.
        nonce: The application's nonce; None without one.
        authenticated: Whether the user typed a password for it.
        auth_time: When the user proved who they are, seconds since the epoch; None for now.
    """

    client: RegisteredClient
    flow: LoginFlow
    scopes: tuple[str, ...]
    transaction: Mapping[str, Any] = field(default_factory=dict)
    request: Mapping[str, Any] = field(default_factory=dict)
    session_token: str | None = field(default=None, repr=False)
    session_cookie: str | None = field(default=None, repr=False)
    nonce: str | None = None
    authenticated: bool = True
    auth_time: int | None = None


def describe_request(request: Request) -> dict[str, Any]:
    """Return ``event.request``: nothing of it can hold a password or a token."""
    facts = {
        "hostname": request.url.hostname,
        "ip": request.client.host if request.client else None,
        "language": request.headers.get("accept-language"),
        "method": request.method,
        "user_agent": request.headers.get("user-agent"),
    }
    # A header is bytes to whoever sent it; what is no text for JSON stays out.
    return {name: value[:_HEADER_CHARS].replace("\0", "") for name, value in facts.items() if value is not None}


def build_registration_event(
    settings: ServerSettings, attempt: Attempt, email: str, session: Mapping[str, Any] | None
) -> dict[str, Any]:
    """Return the event of a sign-up; there is no user yet."""
    transaction = {key: value for key, value in _describe_transaction(attempt).items() if key != "metadata"}
    return {
        **_describe_surroundings(settings, attempt, session),
        "transaction": transaction,
        "user": {"email": email},
    }


def build_login_event(
    settings: ServerSettings, attempt: Attempt, user: User, session: Mapping[str, Any] | None
) -> dict[str, Any]:
    """Return the event of a login; the user is as the database has it."""
    event = {
        **_describe_surroundings(settings, attempt, session),
        "authorization": {"roles": []},
        "resource_server": {"identifier": settings.audience},
        "stats": {"logins_count": user.logins_count + 1},
        "transaction": _describe_transaction(attempt),
        "user": _describe_user(user),
    }
    if attempt.authenticated:
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        event["authentication"] = {"methods": [{"name": "pwd", "timestamp": now}]}
    return event


def _describe_surroundings(
    settings: ServerSettings, attempt: Attempt, session: Mapping[str, Any] | None
) -> dict[str, Any]:
    client = attempt.client
    facts = {
        "client": {"client_id": client.client_id, "name": client.name, "metadata": dict(client.metadata)},
        "connection": dict(CONNECTION),
        "request": dict(attempt.request),
        "tenant": {"id": settings.tenant},
    }
    return facts if session is None else {**facts, "anonymous_session": dict(session)}


def _describe_transaction(attempt: Attempt) -> dict[str, Any]:
    return {
        **attempt.transaction,
        "metadata": {},
        "protocol": PROTOCOLS[attempt.flow],
        "requested_scopes": list(attempt.scopes),
    }


def _describe_user(user: User) -> dict[str, Any]:
    facts = {
        "user_id": user.user_id,
        "email": user.email,
        "email_verified": False,
        "created_at": user.created_at,
        "updated_at": user.updated_at,
        "app_metadata": user.app_metadata,
        "user_metadata": user.user_metadata,
        "identities": [
            {
                "connection": CONNECTION["name"],
                "provider": CONNECTION["strategy"],
                "user_id": user.user_id.partition("|")[2],
                "isSocial": False,
            }
        ],
    }
    if user.password_set_at is not None:
        facts["last_password_reset"] = user.password_set_at
    return facts
