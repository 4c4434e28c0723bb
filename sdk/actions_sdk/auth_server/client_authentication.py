"""Which application calls, and whether it may.

Runs in: developer's machine.
"""

import base64
from collections.abc import Mapping
from typing import Final
from urllib.parse import unquote_plus

from starlette.requests import Request

from actions_sdk.auth_server.refusals import OAuthError
from actions_sdk.auth_server.settings import RegisteredClient, ServerSettings

_UNAUTHORIZED: Final = 401


def authenticate_client(settings: ServerSettings, request: Request, fields: Mapping[str, str]) -> RegisteredClient:
    """Return the application that sent a request (RFC 6749, section 2.3).

    Args:
        settings: The applications.
        request: The request; ``Authorization: Basic`` may name the application and its secret.
        fields: The form's fields; ``client_id`` and ``client_secret`` may instead.

    Raises:
        OAuthError: There is no such application, its secret is wrong, or it used both ways.
    """
    header = request.headers.get("authorization", "")
    if header:
        client_id, secret = _read_basic(header)
        if "client_secret" in fields or fields.get("client_id", client_id) != client_id:
            raise OAuthError("invalid_request", "Authenticate in one way: the header or the body.")
    else:
        client_id, secret = fields.get("client_id", ""), fields.get("client_secret", "")
    client = settings.find_client(client_id)
    if client is None or (client.secret_hash is None) == bool(secret) or (secret and not client.is_secret(secret)):
        raise _refuse()
    return client


def require_grant(client: RegisteredClient, grant: str) -> None:
    """Refuse an application that may not use a grant type.

    Raises:
        OAuthError: As ``unauthorized_client``.
    """
    if grant not in client.grants:
        raise OAuthError("unauthorized_client", "This application may not use this grant type.")


def _read_basic(header: str) -> tuple[str, str]:
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        raise _refuse()
    try:
        client_id, colon, secret = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
    except ValueError:
        raise _refuse() from None
    if not colon:
        raise _refuse()
    return unquote_plus(client_id), unquote_plus(secret)


def _refuse() -> OAuthError:
    return OAuthError("invalid_client", "There is no such application, or its secret is wrong.", _UNAUTHORIZED)
