"""The authorization request: OpenID Connect's code flow with PKCE, and nothing else.

Runs in: developer's machine.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from actions_sdk.anonymous import read_token
from actions_sdk.auth_server.refusals import OAuthError, RedirectedError
from actions_sdk.auth_server.settings import AUTHORIZATION_CODE, RegisteredClient, ServerSettings

_CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_VALUE_CHARS: Final = 2_000
"""The longest state, nonce or hint; it is kept for a while and comes back in addresses."""


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """A request that may go on to a login.

    Attributes:
        client: The application.
        redirect_uri: Where the browser goes in the end; registered.
        scopes: The scopes asked for that there are.
        code_challenge: SHA-256 of the application's verifier, base64url.
        state: The application's state; None without one.
        nonce: The application's nonce; None without one.
        session_token: The anonymous session token of the query; None without one.
        login_hint: E-mail that the application suggests; empty without one.
        facts: What events tell of it.
    """

    client: RegisteredClient
    redirect_uri: str
    scopes: tuple[str, ...]
    code_challenge: str
    state: str | None = None
    nonce: str | None = None
    session_token: str | None = field(default=None, repr=False)
    login_hint: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


def read_authorization_request(settings: ServerSettings, fields: Mapping[str, str]) -> AuthorizationRequest:
    """Read and judge an authorization request.

    Args:
        settings: The applications, scopes and audience.
        fields: The request's parameters.

    Raises:
        OAuthError: The application or its redirect URI is not known: nobody may be sent there.
        RedirectedError: The application is known and has asked for what it cannot have.
    """
    client = settings.find_client(fields.get("client_id", ""))
    redirect_uri = fields.get("redirect_uri", "")
    if client is None or AUTHORIZATION_CODE not in client.grants:
        raise OAuthError("unauthorized_client", "No application of this client_id may log users in here.")
    if not client.is_registered(redirect_uri):
        raise OAuthError("invalid_request", "The redirect_uri is not one that is registered for this application.")
    state = fields.get("state")
    for error, description in _find_faults(settings, fields):
        raise RedirectedError(redirect_uri, state, error, description)
    scopes = choose_scopes(settings, fields.get("scope", ""))
    return AuthorizationRequest(
        client=client,
        redirect_uri=redirect_uri,
        scopes=scopes,
        code_challenge=fields["code_challenge"],
        state=state,
        nonce=fields.get("nonce"),
        session_token=read_token(fields, {}).query_token,
        login_hint=fields.get("login_hint", ""),
        facts=_describe(fields),
    )


def choose_scopes(settings: ServerSettings, scope: str) -> tuple[str, ...]:
    """Return the scopes asked for that there are, in order of name; others are left out (RFC 6749, section 3.3)."""
    return tuple(sorted(settings.scopes.intersection(scope.split())))


def require_resource(settings: ServerSettings, fields: Mapping[str, str]) -> None:
    """Refuse a request for tokens that are for somebody else's API (RFC 8707).

    Raises:
        OAuthError: As ``invalid_target``.
    """
    if fields.get("resource", settings.audience) != settings.audience:
        raise OAuthError("invalid_target", f"Access tokens are for {settings.audience} alone.")


def _find_faults(settings: ServerSettings, fields: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return what is wrong with a request of a known application, as code and description."""
    faults = (
        ("request" in fields, "request_not_supported", "Request objects are not supported."),
        ("request_uri" in fields, "request_uri_not_supported", "Request objects are not supported."),
        (fields.get("response_type") != "code", "unsupported_response_type", "The response_type must be code."),
        (fields.get("response_mode", "query") != "query", "invalid_request", "The response_mode must be query."),
        (
            fields.get("code_challenge_method") != "S256",
            "invalid_request",
            "PKCE is required: send code_challenge_method=S256 and a code_challenge.",
        ),
        (
            not _CHALLENGE.fullmatch(fields.get("code_challenge", "")),
            "invalid_request",
            "The code_challenge must be the base64url form of a SHA-256, 43 characters.",
        ),
        (
            any(len(fields.get(name, "")) > _VALUE_CHARS for name in ("state", "nonce", "login_hint", "ui_locales")),
            "invalid_request",
            f"A parameter is longer than {_VALUE_CHARS} characters.",
        ),
        (
            fields.get("resource", settings.audience) != settings.audience,
            "invalid_target",
            f"Access tokens are for {settings.audience} alone.",
        ),
        (
            "none" in fields.get("prompt", "").split(),
            "login_required",
            "This server keeps nobody logged in: every login shows its page.",
        ),
    )
    return [(error, description) for wrong, error, description in faults if wrong]


def _describe(fields: Mapping[str, str]) -> dict[str, Any]:
    """Return what ``event.transaction`` tells of the request; no token is in it."""
    facts: dict[str, Any] = {
        "acr_values": fields.get("acr_values", "").split(),
        "login_hint": fields.get("login_hint"),
        "prompt": fields.get("prompt", "").split(),
        "redirect_uri": fields["redirect_uri"],
        "response_mode": "query",
        "response_type": ["code"],
        "state": fields.get("state"),
        "ui_locales": fields.get("ui_locales", "").split(),
    }
    return {name: value for name, value in facts.items() if value is not None}
