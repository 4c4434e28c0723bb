"""What a person sees of a login: ``/authorize``, the login page and the sign-up page.

Runs in: developer's machine.
"""

from collections.abc import Awaitable, Callable
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from actions_runtime.events import LoginFlow
from actions_sdk.anonymous import read_token
from actions_sdk.auth_server.authorization import Authorization
from actions_sdk.auth_server.authorization_request import read_authorization_request
from actions_sdk.auth_server.database import Connection
from actions_sdk.auth_server.event import Attempt, describe_request
from actions_sdk.auth_server.forms import Browser, FormRefused, read_form, read_query
from actions_sdk.auth_server.logins import LoginRefused
from actions_sdk.auth_server.pages import EMAIL, NEW_PASSWORD, PASSWORD, Field, Form, Link, render_form, render_message
from actions_sdk.auth_server.passwords import MAX_CHARS, MIN_CHARS, is_acceptable
from actions_sdk.auth_server.refusals import add_to_query
from actions_sdk.auth_server.services import Services
from actions_sdk.auth_server.settings import RegisteredClient
from actions_sdk.auth_server.transactions import (
    OpenTransaction,
    StaleTransaction,
    Transaction,
    begin_transaction,
    complete_transaction,
    deny_waiting,
    find_transaction,
)
from actions_sdk.auth_server.users import EmailTaken, User, normalize_email

WRONG_CREDENTIALS: Final = "E-mail or password is wrong."
PASSWORD_RULE: Final = f"A password has {MIN_CHARS} to {MAX_CHARS} characters."
_NO_EMAIL: Final = "This is no e-mail address."
# Who signs up sees at once whether it worked, so that a taken address cannot be hidden here; only a mail could.
_TAKEN: Final = "You cannot sign up with this address. If it is yours, log in or reset your password."

_BAD_INPUT: Final = 400


class Interaction:
    """The endpoints that a browser shows.

    Args:
        services: The server's parts.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self._issuer = services.settings.issuer

    async def authorize(self, request: Request) -> Response:
        """Answer ``/authorize``: begin a transaction and show its login page."""
        fields = await read_form(request) if request.method == "POST" else read_query(request)
        asked = read_authorization_request(self._services.settings, fields)
        browser = self._services.browsers.recognize(request)
        return await self.begin(browser, Transaction.from_request(asked, browser.fingerprint))

    async def begin(self, browser: Browser, transaction: Transaction) -> Response:
        """Keep a transaction and send the browser to its login page."""
        async with self._services.database.transaction() as connection:
            handle = await begin_transaction(connection, transaction, self._services.settings.lifetimes)
        response = RedirectResponse(_address("/login", handle), 303, {"Cache-Control": "no-store"})
        self._services.browsers.remember(browser, response)
        return response

    async def show_login(self, request: Request) -> Response:
        """Answer ``GET /login``."""
        found, browser, handle = await self.find(request)
        return self._render_login(found.facts, browser, handle)

    async def log_in(self, request: Request) -> Response:
        """Answer ``POST /login``: check the password, ask the actions, go where the transaction leads."""
        found, browser, handle = await self.find(request)
        fields = await self.read_own_form(request, browser)
        user = await self._services.check_credentials(fields.get("email", ""), fields.get("password", ""))
        if user is None or found.facts.user_id not in ("", user.user_id):
            return self._render_login(found.facts, browser, handle, WRONG_CREDENTIALS)
        return await self.finish(request, found, user, found.facts.flow)

    async def show_sign_up(self, request: Request) -> Response:
        """Answer ``GET /sign-up``."""
        found, browser, handle = await self.find(request)
        _require_sign_up(found.facts)
        return self._render_sign_up(found.facts, browser, handle)

    async def sign_up(self, request: Request) -> Response:
        """Answer ``POST /sign-up``: ask the registration's actions, write the user, and log in."""
        found, browser, handle = await self.find(request)
        _require_sign_up(found.facts)
        fields = await self.read_own_form(request, browser)
        email, password = normalize_email(fields.get("email", "")), fields.get("password", "")
        problem = _NO_EMAIL if email is None else PASSWORD_RULE if not is_acceptable(password) else ""
        if problem or email is None:
            return self._render_sign_up(found.facts, browser, handle, problem)
        hashed = await self._services.passwords.hash(password)
        try:
            user = await self._services.logins.register(self._make_attempt(request, found.facts), email, hashed)
        except EmailTaken:
            return self._render_sign_up(found.facts, browser, handle, _TAKEN)
        return await self.finish(request, found, user, found.facts.flow)

    async def finish(self, request: Request, found: OpenTransaction, user: User, flow: LoginFlow) -> Response:
        """Log a user in who has proved who they are, and end the transaction.

        Args:
            request: The request that proved it.
            found: The transaction.
            user: The user.
            flow: How the user came in the end.

        Raises:
            LoginRefused: The actions refuse the user.
            StaleTransaction: The transaction was ended meanwhile.
        """
        attempt = self._make_attempt(request, found.facts, flow)
        codes: list[str] = []
        try:
            await self._services.logins.log_in(attempt, user.user_id, self._completion(found, codes.append))
        except LoginRefused:
            async with self._services.database.transaction() as connection:
                await deny_waiting(connection, found)
            raise
        facts = found.facts
        if facts.waiting:
            return render_message("Done", "You are logged in. You may close this page.")
        fields = {"code": codes[0], "state": facts.state, "iss": self._issuer}
        return RedirectResponse(add_to_query(facts.redirect_uri, fields), 303, {"Cache-Control": "no-store"})

    async def find(self, request: Request) -> tuple[OpenTransaction, Browser, str]:
        """Return the transaction that an address names, the browser that asks, and the transaction's handle.

        Raises:
            StaleTransaction: There is none, or it belongs to another browser.
        """
        browser = self._services.browsers.recognize(request)
        handle = read_query(request).get("transaction", "")
        async with self._services.database.transaction() as connection:
            return await find_transaction(connection, handle, browser.fingerprint), browser, handle

    async def read_own_form(self, request: Request, browser: Browser) -> dict[str, str]:
        """Read a form that this server gave to the browser.

        Raises:
            FormRefused: It cannot be read, or another site sent it.
        """
        fields = await read_form(request)
        self._services.browsers.require_own_form(request, browser, fields)
        return fields

    def _completion(
        self, found: OpenTransaction, keep: Callable[[str], None]
    ) -> Callable[[Connection, Authorization], Awaitable[None]]:
        async def complete(connection: Connection, authorization: Authorization) -> None:
            lifetimes = self._services.settings.lifetimes
            keep(await complete_transaction(connection, found, authorization, lifetimes))

        return complete

    def _make_attempt(self, request: Request, facts: Transaction, flow: LoginFlow | None = None) -> Attempt:
        return Attempt(
            client=self._find_client(facts),
            flow=flow or facts.flow,
            scopes=facts.scopes,
            transaction=facts.facts,
            request=describe_request(request),
            session_token=facts.session_token,
            session_cookie=read_token({}, request.cookies).cookie_token,
            nonce=facts.nonce,
        )

    def _find_client(self, facts: Transaction) -> RegisteredClient:
        client = self._services.settings.find_client(facts.client_id)
        if client is None:
            raise StaleTransaction
        return client

    def _render_login(self, facts: Transaction, browser: Browser, handle: str, problem: str = "") -> Response:
        links = [Link("reset-password", _address("/password-reset", handle), "Forgot your password?")]
        if _may_sign_up(facts):
            links.insert(0, Link("sign-up", _address("/sign-up", handle), "Sign up"))
        fields = (_fill(EMAIL, facts.login_hint), PASSWORD)
        form = Form("login-form", f"Log in to {self._find_client(facts).name}", "Log in", fields, tuple(links))
        return self._render(form, facts, browser, problem)

    def _render_sign_up(self, facts: Transaction, browser: Browser, handle: str, problem: str = "") -> Response:
        links = (Link("log-in", _address("/login", handle), "Log in instead"),)
        fields = (_fill(EMAIL, facts.login_hint), NEW_PASSWORD)
        form = Form("sign-up-form", f"Sign up for {self._find_client(facts).name}", "Sign up", fields, links)
        return self._render(form, facts, browser, problem)

    def _render(self, form: Form, facts: Transaction, browser: Browser, problem: str) -> Response:
        return render_form(
            form,
            self._services.browsers.make_guard(browser),
            leads_to=facts.redirect_uri,
            problem=problem,
            status=_BAD_INPUT if problem else 200,
        )


def _address(path: str, handle: str) -> str:
    return f"{path}?transaction={handle}"


def _fill(field: Field, value: str) -> Field:
    return Field(field.name, field.label, field.type, field.autocomplete, value)


def _may_sign_up(facts: Transaction) -> bool:
    return facts.flow is LoginFlow.INTERACTIVE


def _require_sign_up(facts: Transaction) -> None:
    if not _may_sign_up(facts):
        raise FormRefused("This way of logging in is for users who have an account.")
