"""``/token``: every grant type, and the tokens that come of it.

Runs in: developer's machine.
"""

import base64
import hashlib
import re
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from actions_runtime.events import LoginFlow
from actions_sdk.anonymous import read_token
from actions_sdk.auth_server.authorization import Authorization
from actions_sdk.auth_server.authorization_request import choose_scopes, require_resource
from actions_sdk.auth_server.client_authentication import authenticate_client, require_grant
from actions_sdk.auth_server.database import Connection
from actions_sdk.auth_server.event import Attempt, describe_request
from actions_sdk.auth_server.forms import read_form
from actions_sdk.auth_server.grants import Grant, Kind, State, add_grant, end_family, find_grant, move_grant
from actions_sdk.auth_server.refusals import NO_STORE, OAuthError
from actions_sdk.auth_server.services import Services
from actions_sdk.auth_server.settings import (
    AUTHORIZATION_CODE,
    CIBA,
    DEVICE_CODE,
    REFRESH_TOKEN,
    TOKEN_EXCHANGE,
    RegisteredClient,
)
from actions_sdk.auth_server.users import User, find_user

ACCESS_TOKEN_TYPE: Final = "urn:ietf:params:oauth:token-type:access_token"  # noqa: S105 - the name of a type
OFFLINE: Final = "offline_access"

_VERIFIER: Final = re.compile(r"[A-Za-z0-9._~-]{43,128}")
_SLOWER_S: Final = 5
"""Seconds by which the interval grows for who polls too fast (RFC 8628, section 3.5)."""


def _refuse_grant(what: str) -> OAuthError:
    return OAuthError("invalid_grant", f"The {what} is wrong, over, used, or of another application.")


class TokenEndpoint:
    """Answers ``POST /token``.

    Args:
        services: The server's parts.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self._settings = services.settings
        self._grants: Mapping[str, Callable[[Request, RegisteredClient, dict[str, str]], Awaitable[Response]]] = {
            AUTHORIZATION_CODE: self._take_code,
            REFRESH_TOKEN: self._take_refresh_token,
            DEVICE_CODE: self._take_device_code,
            CIBA: self._take_backchannel_request,
            TOKEN_EXCHANGE: self._exchange,
        }

    async def answer(self, request: Request) -> Response:
        """Answer a request for tokens.

        Raises:
            OAuthError: The request is refused.
            LoginRefused: The actions refuse the user.
        """
        fields = await read_form(request)
        client = authenticate_client(self._settings, request, fields)
        require_resource(self._settings, fields)
        grant_type = fields.get("grant_type", "")
        if grant_type not in self._grants:
            raise OAuthError("unsupported_grant_type", "There is no such grant type here.")
        require_grant(client, grant_type)
        return await self._grants[grant_type](request, client, fields)

    # Kept logins: the actions have run when the user logged in -------------------------------------------------------

    async def _take_code(self, _: Request, client: RegisteredClient, fields: dict[str, str]) -> Response:
        async with self._services.database.transaction() as connection:
            grant = await find_grant(connection, Kind.CODE, fields.get("code", ""))
            replayed = grant is not None and grant.state is State.USED
            if grant is not None and replayed:
                await end_family(connection, grant.family)
            elif grant is not None and _fits_code(grant, client, fields):
                return await self._redeem(connection, grant, client)
        raise _refuse_grant("code, redirect_uri or code_verifier")

    async def _take_device_code(self, _: Request, client: RegisteredClient, fields: dict[str, str]) -> Response:
        return await self._poll(Kind.DEVICE, fields.get("device_code", ""), client)

    async def _take_backchannel_request(self, _: Request, client: RegisteredClient, fields: dict[str, str]) -> Response:
        return await self._poll(Kind.BACKCHANNEL, fields.get("auth_req_id", ""), client)

    async def _poll(self, kind: Kind, handle: str, client: RegisteredClient) -> Response:
        async with self._services.database.transaction() as connection:
            grant = await find_grant(connection, kind, handle, over=True)
            if grant is None or grant.body["client_id"] != client.client_id or grant.state is State.USED:
                raise _refuse_grant("device_code or auth_req_id")
            if grant.over:
                raise OAuthError("expired_token", "The user did not log in in time. Begin again.")
            if grant.state is State.DENIED:
                raise OAuthError("access_denied", "The user was refused.")
            if grant.state is State.APPROVED:
                return await self._redeem(connection, grant, client)
            refusal = await self._note_poll(connection, grant)
        raise refusal

    async def _note_poll(self, connection: Connection, grant: Grant) -> OAuthError:
        now = time.time()
        interval = grant.body.get("interval", self._settings.poll_interval)
        early = now - grant.body.get("polled_at", 0) < interval
        slower = interval + _SLOWER_S if early else interval
        await move_grant(connection, grant, State.PENDING, {**grant.body, "polled_at": now, "interval": slower})
        if early:
            return OAuthError("slow_down", f"Wait {slower} seconds between two requests.")
        return OAuthError("authorization_pending", "The user has not logged in yet.")

    async def _redeem(self, connection: Connection, grant: Grant, client: RegisteredClient) -> Response:
        """Turn a kept login into tokens, once."""
        authorization = Authorization.from_body(grant.body["authorization"])
        user = await find_user(connection, user_id=authorization.user_id)
        if user is None or not await move_grant(connection, grant, State.USED):
            raise _refuse_grant("grant")
        refresh_token = None
        if OFFLINE in authorization.scopes and REFRESH_TOKEN in client.grants:
            refresh_token = await self._add_refresh_token(connection, authorization, grant.family)
        return self._answer(authorization, user, refresh_token)

    # Logins that happen here: the actions run now --------------------------------------------------------------------

    async def _take_refresh_token(self, request: Request, client: RegisteredClient, fields: dict[str, str]) -> Response:
        grant = await self._find_refresh_token(fields.get("refresh_token", ""), client)
        kept = Authorization.from_body(grant.body)
        asked = choose_scopes(self._settings, fields.get("scope", "")) if "scope" in fields else kept.requested
        if not set(asked) <= set(kept.requested):
            raise OAuthError("invalid_scope", "The scope goes beyond what was granted.")
        issued: list[str] = []

        async def rotate(connection: Connection, authorization: Authorization) -> None:
            if not await move_grant(connection, grant, State.USED):
                raise _refuse_grant("refresh_token")
            whole = replace(authorization, requested=kept.requested)
            issued.append(await self._add_refresh_token(connection, whole, grant.family))

        attempt = self._make_attempt(request, client, LoginFlow.REFRESH_TOKEN, asked, auth_time=kept.auth_time)
        authorization = await self._services.logins.log_in(attempt, kept.user_id, rotate)
        return await self._answer_login(authorization, issued[0])

    async def _find_refresh_token(self, token: str, client: RegisteredClient) -> Grant:
        async with self._services.database.transaction() as connection:
            grant = await find_grant(connection, Kind.REFRESH, token)
            if grant is not None and grant.state is State.USED:
                # Somebody has a copy: neither the thief nor the owner goes on (RFC 9700, section 4.14.2).
                await end_family(connection, grant.family)
            elif grant is not None and grant.body["client_id"] == client.client_id:
                return grant
        raise _refuse_grant("refresh_token")

    async def _exchange(self, request: Request, client: RegisteredClient, fields: dict[str, str]) -> Response:
        """Exchange an access token for one of the calling application (RFC 8693)."""
        wanted = fields.get("requested_token_type", ACCESS_TOKEN_TYPE)
        if fields.get("subject_token_type") != ACCESS_TOKEN_TYPE or wanted != ACCESS_TOKEN_TYPE:
            raise OAuthError("invalid_request", f"Tokens of the type {ACCESS_TOKEN_TYPE} can be exchanged.")
        if "actor_token" in fields:
            raise OAuthError("invalid_request", "Actor tokens are not supported.")
        subject = self._services.signer.read_access_token(fields.get("subject_token", ""))
        if subject is None:
            raise OAuthError("invalid_request", "The subject_token is no valid access token of this server.")
        asked = choose_scopes(self._settings, fields["scope"]) if "scope" in fields else tuple(sorted(subject.scopes))
        if not set(asked) <= subject.scopes:
            raise OAuthError("invalid_scope", "The scope goes beyond that of the subject_token.")

        async def issue(_: Connection, __: Authorization) -> None:
            """Nothing is kept of an exchange."""

        attempt = self._make_attempt(
            request, client, LoginFlow.TOKEN_EXCHANGE, asked, facts={"subject_token_type": ACCESS_TOKEN_TYPE}
        )
        authorization = await self._services.logins.log_in(attempt, subject.user_id, issue)
        return await self._answer_login(authorization, None, issued_token_type=ACCESS_TOKEN_TYPE)

    def _make_attempt(
        self,
        request: Request,
        client: RegisteredClient,
        flow: LoginFlow,
        scopes: tuple[str, ...],
        *,
        auth_time: int | None = None,
        facts: Mapping[str, Any] | None = None,
    ) -> Attempt:
        return Attempt(
            client=client,
            flow=flow,
            scopes=scopes,
            transaction=facts or {},
            request=describe_request(request),
            session_cookie=read_token({}, request.cookies).cookie_token,
            authenticated=False,
            auth_time=auth_time,
        )

    # Answers ---------------------------------------------------------------------------------------------------------

    async def _add_refresh_token(self, connection: Connection, authorization: Authorization, family: str) -> str:
        kept = replace(authorization, access_claims={}, id_claims={}, nonce=None)
        return await add_grant(
            connection,
            Kind.REFRESH,
            kept.to_body(),
            lifetime=self._settings.lifetimes.refresh_token,
            state=State.APPROVED,
            family=family,
            user_id=authorization.user_id,
        )

    async def _answer_login(self, authorization: Authorization, refresh_token: str | None, **more: str) -> Response:
        async with self._services.database.transaction() as connection:
            user = await find_user(connection, user_id=authorization.user_id)
        if user is None:
            raise _refuse_grant("grant")
        return self._answer(authorization, user, refresh_token, **more)

    def _answer(self, authorization: Authorization, user: User, refresh_token: str | None, **more: str) -> Response:
        signer = self._services.signer
        access_token = signer.sign_access_token(authorization)
        content: dict[str, Any] = {
            "access_token": access_token,
            "token_type": "Bearer",
            "expires_in": self._settings.lifetimes.access_token,
            "scope": " ".join(authorization.scopes),
            **more,
        }
        if "openid" in authorization.requested and not more:
            content["id_token"] = signer.sign_id_token(authorization, user, access_token)
        if refresh_token is not None:
            content["refresh_token"] = refresh_token
        return JSONResponse(content, headers=NO_STORE)


def _fits_code(grant: Grant, client: RegisteredClient, fields: dict[str, str]) -> bool:
    """Tell whether a code is the application's, and the application is the one that asked for it (RFC 7636)."""
    verifier = fields.get("code_verifier", "")
    digest = hashlib.sha256(verifier.encode(errors="surrogatepass")).digest()
    challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    return (
        grant.body["authorization"]["client_id"] == client.client_id
        and fields.get("redirect_uri") == grant.body["redirect_uri"]
        and _VERIFIER.fullmatch(verifier) is not None
        and secrets.compare_digest(challenge, grant.body["code_challenge"])
    )
