"""A new password by a mailed link, and the login that follows in the browser that asked for it.

Runs in: developer's machine.
"""

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from actions_runtime.events import LoginFlow
from actions_sdk.auth_server.database import Connection
from actions_sdk.auth_server.grants import Grant, Kind, State, add_grant, end_logins, find_grant, move_grant
from actions_sdk.auth_server.interaction import PASSWORD_RULE, Interaction
from actions_sdk.auth_server.outbox import Mail
from actions_sdk.auth_server.pages import EMAIL, NEW_PASSWORD, Form, render_form, render_message
from actions_sdk.auth_server.passwords import is_acceptable
from actions_sdk.auth_server.services import Services
from actions_sdk.auth_server.transactions import OpenTransaction, StaleTransaction, find_transaction
from actions_sdk.auth_server.users import User, find_user, normalize_email, set_password

# The same words whether there is such a user or not.
_MAILED: Final = "If there is an account of this address, a link to a new password is on its way to it."
_CHANGED: Final = "Your password is changed. Go back to the application and log in."


class PasswordReset:
    """The endpoints for a new password.

    Args:
        services: The server's parts.
        interaction: Ends the login that the request for a new password came from.
    """

    def __init__(self, services: Services, interaction: Interaction) -> None:
        self._services = services
        self._interaction = interaction

    async def show_request(self, request: Request) -> Response:
        """Answer ``GET /password-reset``."""
        _, browser, _ = await self._interaction.find(request)
        form = Form("reset-request-form", "Reset your password", "Mail me a link", (EMAIL,))
        return render_form(form, self._services.browsers.make_guard(browser))

    async def request(self, request: Request) -> Response:
        """Answer ``POST /password-reset``: mail a link, if there is somebody to mail it to."""
        found, browser, _ = await self._interaction.find(request)
        fields = await self._interaction.read_own_form(request, browser)
        email = normalize_email(fields.get("email", ""))
        async with self._services.database.transaction() as connection:
            user = await find_user(connection, email=email or "")
            # Written for an unknown address as well: time does not tell who has an account.
            body = {"user_id": user.user_id if user else "", "transaction": found.grant.handle.hex()}
            lifetime = self._services.settings.lifetimes.reset
            handle = await add_grant(connection, Kind.RESET, body, lifetime=lifetime)
        if user is not None:
            link = f"{self._services.settings.issuer}/password-reset/{handle}"
            self._services.outbox.put(Mail(user.email, "password-reset", link))
        return render_message("Reset your password", _MAILED)

    async def show_reset(self, request: Request) -> Response:
        """Answer ``GET /password-reset/{handle}``."""
        return await self._render_reset(request)

    async def reset(self, request: Request) -> Response:
        """Answer ``POST /password-reset/{handle}``: write the password; in the browser that asked, log in as well."""
        browser = self._services.browsers.recognize(request)
        fields = await self._interaction.read_own_form(request, browser)
        password = fields.get("password", "")
        if not is_acceptable(password):
            return await self._render_reset(request, PASSWORD_RULE)
        hashed = await self._services.passwords.hash(password)
        async with self._services.database.transaction() as connection:
            grant, user = await _find_reset(connection, request)
            await _change_password(connection, grant, user, hashed)
        found = await self._find_transaction(grant.body, browser.fingerprint)
        if found is None:
            return render_message("Password changed", _CHANGED)
        return await self._interaction.finish(request, found, user, LoginFlow.PASSWORD_RESET)

    async def _find_transaction(self, body: dict[str, Any], browser: str) -> OpenTransaction | None:
        try:
            async with self._services.database.transaction() as connection:
                return await find_transaction(connection, bytes.fromhex(body["transaction"]), browser)
        except StaleTransaction:
            return None

    async def _render_reset(self, request: Request, problem: str = "") -> Response:
        browser = self._services.browsers.recognize(request)
        async with self._services.database.transaction() as connection:
            grant, _ = await _find_reset(connection, request)
        found = await self._find_transaction(grant.body, browser.fingerprint)
        response = render_form(
            Form("reset-form", "Choose a new password", "Change password", (NEW_PASSWORD,)),
            self._services.browsers.make_guard(browser),
            leads_to=found.facts.redirect_uri if found is not None else "",
            problem=problem,
            status=400 if problem else 200,
        )
        self._services.browsers.remember(browser, response)
        return response


async def _find_reset(connection: Connection, request: Request) -> tuple[Grant, User]:
    grant = await find_grant(connection, Kind.RESET, request.path_params["handle"])
    if grant is None or grant.state is not State.PENDING:
        raise StaleTransaction
    user = await find_user(connection, user_id=grant.body["user_id"])
    if user is None:
        raise StaleTransaction
    return grant, user


async def _change_password(connection: Connection, grant: Grant, user: User, password: str) -> None:
    if not await move_grant(connection, grant, State.USED) or not await set_password(connection, user, password):
        raise StaleTransaction
    # Whoever logged in with the old password is out.
    await end_logins(connection, user.user_id)
