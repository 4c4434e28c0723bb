"""One auth server for most tests: what its actions do hangs on the user's address."""

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.actions_sdk.auth_server.browser import Application, Browser
from tests.actions_sdk.auth_server.process import AuthServer, start_auth_server
from tests.server_process import Server, Tenant

REGISTRATION = """
def onExecutePreUserRegistration(event, api):
    email = event.user.email
    api.user.setAppMetadata("registered", {"big": 9007199254740993, "client": event.client.client_id})
    if event.anonymous_session:
        api.user.setAppMetadata("linked_anonymous_id", event.anonymous_session.user_id)
    if email.startswith("unwanted"):
        api.access.deny("a rule of the shop", "No account for <you> ☕")
    if email.startswith("breaking"):
        raise ValueError("an internal detail")
"""

LOGIN = """
def onExecutePostLogin(event, api):
    email, known = event.user.email, event.user.app_metadata or {}
    logins = known.get("logins", 0) + 1
    api.user.setAppMetadata("logins", logins)
    api.user.setUserMetadata("last", {
        "protocol": event.transaction.protocol,
        "session": event.anonymous_session.user_id if event.anonymous_session else None,
        "scopes": event.transaction.requested_scopes,
        "agent": event.request.user_agent,
        "count": event.stats.logins_count,
    })
    api.accessToken.setCustomClaim("https://shop.example/big", 9007199254740993)
    api.accessToken.setCustomClaim("logins", logins)
    api.idToken.setCustomClaim("greeting", "☕")
    api.accessToken.addScope("read:cart").accessToken.removeScope("profile")
    if email.startswith("denied") and (logins > 1 or "first" in email):
        api.access.deny("a rule of the shop", "Not <you> ☕")
    if email.startswith("silent") and logins > 1:
        api.access.deny("a rule of the shop")
    if email.startswith("failing") and logins > 1:
        raise ValueError("an internal detail")
    if email.startswith("factor") and logins > 1:
        api.multifactor.enable("any")
    if email.startswith("slow"):
        total = 0
        for number in range(1_500_000):
            total += number
"""


@pytest.fixture(scope="session")
def runtime(server: Server) -> Tenant:
    """A tenant with one action at each trigger."""
    name = server.create_tenant()
    tenant = Tenant(server, name, server.create_key(name))
    install(tenant)
    return tenant


def install(tenant: Tenant) -> None:
    """Bind the actions of these tests."""
    tenant.install({"registration": REGISTRATION}, trigger="pre-user-registration")
    tenant.install({"login": LOGIN})


@pytest.fixture(scope="session")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., AuthServer]]:
    """Starts an auth server of one's own with options of its command line; it is stopped at the end."""
    started: list[AuthServer] = []

    def run(tenant: Tenant, *options: str, **more: Any) -> AuthServer:
        log_file = tmp_path_factory.mktemp("auth-server") / "stderr"
        started.append(start_auth_server(tenant.server.address, tenant.key, Path(log_file), *options, **more))
        return started[-1]

    yield run
    for one in started:
        if one.process.poll() is None:
            one.stop()


@pytest.fixture(scope="session")
def auth_server(runtime: Tenant, start: Callable[..., AuthServer]) -> AuthServer:
    """The auth server that most tests share."""
    return start(runtime)


@pytest.fixture
def browser(auth_server: AuthServer) -> Browser:
    """A browser without cookies."""
    return Browser(auth_server.address)


@pytest.fixture
def shop(auth_server: AuthServer) -> Application:
    """An application that is about to log somebody in."""
    return Application(auth_server.address)


def name_user(kind: str) -> str:
    """Return an address that nobody has; its kind says what the actions make of it."""
    return f"{kind}-{secrets.token_hex(4)}@example.com"
