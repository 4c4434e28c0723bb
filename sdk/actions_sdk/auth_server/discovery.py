"""What applications can find out: metadata, keys, and who the user is.

Runs in: developer's machine.
"""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from actions_sdk.auth_server.refusals import NO_STORE, describe_error
from actions_sdk.auth_server.services import Services
from actions_sdk.auth_server.settings import BACKEND_GRANTS, PUBLIC_GRANTS
from actions_sdk.auth_server.signing import describe_user
from actions_sdk.auth_server.users import find_user


class Discovery:
    """The endpoints that tell.

    Args:
        services: The server's parts.
    """

    def __init__(self, services: Services) -> None:
        self._services = services

    async def show_metadata(self, _: Request) -> Response:
        """Answer ``/.well-known/openid-configuration`` (OpenID Connect Discovery 1.0, section 4; RFC 8414)."""
        return JSONResponse(self._describe())

    async def show_keys(self, _: Request) -> Response:
        """Answer ``/.well-known/jwks.json``."""
        return JSONResponse(self._services.signer.key_set)

    async def show_user(self, request: Request) -> Response:
        """Answer ``/userinfo`` (OpenID Connect Core, section 5.3)."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        read = self._services.signer.read_access_token(token.strip()) if scheme.lower() == "bearer" else None
        if read is None:
            return _refuse_bearer(401, "invalid_token", "The access token is missing, over or not of this server.")
        if "openid" not in read.scopes:
            return _refuse_bearer(403, "insufficient_scope", "The access token needs the scope openid.")
        async with self._services.database.transaction() as connection:
            user = await find_user(connection, user_id=read.user_id)
        if user is None:
            return _refuse_bearer(401, "invalid_token", "There is no such user any more.")
        return JSONResponse({"sub": user.user_id, **describe_user(user, read.scopes)}, headers=NO_STORE)

    def _describe(self) -> dict[str, Any]:
        settings = self._services.settings
        issuer = settings.issuer
        return {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/authorize",
            "token_endpoint": f"{issuer}/token",
            "userinfo_endpoint": f"{issuer}/userinfo",
            "jwks_uri": f"{issuer}/.well-known/jwks.json",
            "device_authorization_endpoint": f"{issuer}/device_authorization",
            "backchannel_authentication_endpoint": f"{issuer}/bc-authorize",
            "backchannel_token_delivery_modes_supported": ["poll"],
            "scopes_supported": sorted(settings.scopes),
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": sorted(PUBLIC_GRANTS | BACKEND_GRANTS),
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": [settings.algorithm],
            "token_endpoint_auth_methods_supported": ["none", "client_secret_basic", "client_secret_post"],
            "code_challenge_methods_supported": ["S256"],
            "claims_supported": ["sub", "iss", "aud", "exp", "iat", "auth_time", "email", "email_verified"],
            "claims_parameter_supported": False,
            "request_parameter_supported": False,
            "request_uri_parameter_supported": False,
            "authorization_response_iss_parameter_supported": True,
        }


def _refuse_bearer(status: int, error: str, description: str) -> Response:
    challenge = {"WWW-Authenticate": f'Bearer error="{error}"', **NO_STORE}
    return JSONResponse(describe_error(error, description), status, challenge)
