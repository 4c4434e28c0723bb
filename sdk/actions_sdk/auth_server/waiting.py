"""Logins that a device or backend waits for while the user logs in elsewhere: device code (RFC 8628) and CIBA.

Runs in: developer's machine.

Of CIBA (OpenID Connect Client-Initiated Backchannel Authentication 1.0) the poll mode is there.
"""

import secrets
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from actions_runtime.events import LoginFlow
from actions_sdk.auth_server.authorization_request import choose_scopes, require_resource
from actions_sdk.auth_server.client_authentication import authenticate_client, require_grant
from actions_sdk.auth_server.forms import read_form, read_query
from actions_sdk.auth_server.grants import Grant, Kind, State, add_grant, find_grant
from actions_sdk.auth_server.interaction import Interaction
from actions_sdk.auth_server.outbox import Mail
from actions_sdk.auth_server.pages import Field, Form, render_form
from actions_sdk.auth_server.refusals import NO_STORE, OAuthError
from actions_sdk.auth_server.services import Services
from actions_sdk.auth_server.settings import CIBA, DEVICE_CODE
from actions_sdk.auth_server.transactions import StaleTransaction, Transaction
from actions_sdk.auth_server.users import find_user, normalize_email

_LETTERS: Final = "BCDFGHJKLMNPQRSTVWXZ"
"""Letters of user codes: no vowels, so that no words come out (RFC 8628, section 6.1)."""
_CODE_LETTERS: Final = 8
_HALF: Final = _CODE_LETTERS // 2
_UNKNOWN_CODE: Final = "There is no such code, or it is over. Look at your device."


class Waiting:
    """The endpoints of logins that somebody waits for.

    Args:
        services: The server's parts.
        interaction: Begins the user's part.
    """

    def __init__(self, services: Services, interaction: Interaction) -> None:
        self._services = services
        self._interaction = interaction
        self._settings = services.settings

    async def authorize_device(self, request: Request) -> Response:
        """Answer ``POST /device_authorization`` (RFC 8628, section 3.1)."""
        fields = await read_form(request)
        client = authenticate_client(self._settings, request, fields)
        require_grant(client, DEVICE_CODE)
        require_resource(self._settings, fields)
        user_code = "".join(secrets.choice(_LETTERS) for _ in range(_CODE_LETTERS))
        body = {"client_id": client.client_id, "scopes": choose_scopes(self._settings, fields.get("scope", ""))}
        lifetime = self._settings.lifetimes.pending
        async with self._services.database.transaction() as connection:
            handle = await add_grant(connection, Kind.DEVICE, body, lifetime=lifetime, alias=user_code)
        shown = f"{user_code[:_HALF]}-{user_code[_HALF:]}"
        content = {
            "device_code": handle,
            "user_code": shown,
            "verification_uri": f"{self._settings.issuer}/device",
            "verification_uri_complete": f"{self._settings.issuer}/device?user_code={shown}",
            "expires_in": lifetime,
            "interval": self._settings.poll_interval,
        }
        return JSONResponse(content, headers=NO_STORE)

    async def show_device(self, request: Request) -> Response:
        """Answer ``GET /device``: the user compares the code and goes on."""
        return self._render_device(request, read_query(request).get("user_code", ""))

    async def enter_device(self, request: Request) -> Response:
        """Answer ``POST /device``: on to the login page."""
        browser = self._services.browsers.recognize(request)
        fields = await self._interaction.read_own_form(request, browser)
        typed = "".join(letter for letter in fields.get("user_code", "").upper() if letter in _LETTERS)
        async with self._services.database.transaction() as connection:
            grant = await find_grant(connection, Kind.DEVICE, typed, by_alias=True)
        if grant is None or grant.state is not State.PENDING:
            return self._render_device(request, "", _UNKNOWN_CODE)
        transaction = Transaction.from_waiting(grant, LoginFlow.DEVICE_CODE, browser.fingerprint)
        return await self._interaction.begin(browser, transaction)

    async def authorize_backchannel(self, request: Request) -> Response:
        """Answer ``POST /bc-authorize`` (CIBA, section 7.1): mail the user a link to the login page.

        An unknown user is told to nobody: the request waits until it is over.
        """
        fields = await read_form(request)
        client = authenticate_client(self._settings, request, fields)
        require_grant(client, CIBA)
        require_resource(self._settings, fields)
        scopes, email = (
            choose_scopes(self._settings, fields.get("scope", "")),
            normalize_email(fields.get("login_hint", "")),
        )
        if "openid" not in scopes or email is None:
            raise OAuthError("invalid_request", "Send a scope with openid, and a login_hint with the user's e-mail.")
        alias, lifetime = secrets.token_urlsafe(32), self._settings.lifetimes.pending
        async with self._services.database.transaction() as connection:
            user = await find_user(connection, email=email)
            body = {
                "client_id": client.client_id,
                "scopes": scopes,
                "login_hint": email,
                "user_id": user.user_id if user is not None else "-",
            }
            handle = await add_grant(connection, Kind.BACKCHANNEL, body, lifetime=lifetime, alias=alias)
        if user is not None:
            link = f"{self._settings.issuer}/backchannel/{alias}"
            self._services.outbox.put(Mail(user.email, "backchannel", link))
        content = {"auth_req_id": handle, "expires_in": lifetime, "interval": self._settings.poll_interval}
        return JSONResponse(content, headers=NO_STORE)

    async def enter_backchannel(self, request: Request) -> Response:
        """Answer ``GET /backchannel/{handle}``, the link of the mail: on to the login page."""
        browser = self._services.browsers.recognize(request)
        grant = await self._find_backchannel(request.path_params["handle"])
        transaction = Transaction.from_waiting(grant, LoginFlow.CIBA, browser.fingerprint)
        return await self._interaction.begin(browser, transaction)

    async def _find_backchannel(self, alias: str) -> Grant:
        async with self._services.database.transaction() as connection:
            grant = await find_grant(connection, Kind.BACKCHANNEL, alias, by_alias=True)
        if grant is None or grant.state is not State.PENDING:
            raise StaleTransaction
        return grant

    def _render_device(self, request: Request, user_code: str, problem: str = "") -> Response:
        browser = self._services.browsers.recognize(request)
        field = Field("user_code", "Code on your device", value=user_code)
        form = Form("device-form", "Log in on a device", "This is the code on my device", (field,))
        guard = self._services.browsers.make_guard(browser)
        response = render_form(form, guard, problem=problem, status=400 if problem else 200)
        self._services.browsers.remember(browser, response)
        return response
