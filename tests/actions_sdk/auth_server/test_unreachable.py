"""The runtime goes away: each trigger does what was chosen, and nothing is half done."""

import signal
import threading
from collections.abc import Callable

import pytest

from tests.actions_sdk.auth_server.browser import Application, Browser, Page
from tests.actions_sdk.auth_server.conftest import install, name_user
from tests.actions_sdk.auth_server.process import AuthServer
from tests.server_process import Server, Tenant

Start = Callable[..., AuthServer]


@pytest.fixture
def doomed(start_server: Callable[..., Server]) -> Tenant:
    """A tenant of a runtime that the test will kill."""
    server = start_server()
    name = server.create_tenant()
    tenant = Tenant(server, name, server.create_key(name))
    install(tenant)
    return tenant


def _sign_up(server: AuthServer, email: str) -> Page:
    return Application(server.address).sign_up(Browser(server.address), email)


def _log_in(server: AuthServer, email: str) -> tuple[Application, Page]:
    application = Application(server.address)
    return application, application.log_in(Browser(server.address), email)


def test_each_trigger_fails_closed_or_goes_on_as_it_was_told(doomed: Tenant, start: Start) -> None:
    """The choice is each trigger's own: here registration denies and login goes on, and the other way round."""
    lenient = start(doomed, "--unreachable-login", "go-on", "--timeout", "2")
    strict = start(doomed, "--unreachable-registration", "go-on", "--timeout", "2")
    email = name_user("ada")
    for server in (lenient, strict):
        assert "code" in _sign_up(server, email).callback
    before = [server.account(email) for server in (lenient, strict)]
    doomed.server.stop(signal.SIGKILL)

    application, page = _log_in(lenient, email)
    tokens = application.tokens(page)
    assert "logins" not in tokens["access"], "there were no actions to set a claim"
    assert lenient.account(email) == before[0]
    refused = _sign_up(lenient, other := name_user("eve"))
    assert (refused.status, lenient.account(other)) == (403, None)

    _, page = _log_in(strict, email)
    assert (page.status, page.callback) == (403, {})
    assert strict.account(email) == before[1]
    refused = _sign_up(strict, other)
    assert refused.status == 403, "the login that follows a sign-up denies"
    assert strict.account(other) is not None


def test_a_runtime_that_dies_during_a_login_leaves_the_account_as_it_was(doomed: Tenant, start: Start) -> None:
    """No half of a list is ever applied: the answer comes whole or not at all."""
    server = start(doomed, "--timeout", "3")
    email = name_user("slow")
    assert "code" in _sign_up(server, email).callback
    before = server.account(email)
    application, browser = Application(server.address), Browser(server.address)
    page = application.begin(browser)
    pages: list[Page] = []
    login = threading.Thread(
        target=lambda: pages.append(browser.send(page, "login-form", email=email, password="correct horse"))
    )
    login.start()
    doomed.server.stop(signal.SIGKILL)
    login.join()
    assert (pages[0].status, pages[0].callback) == (403, {})
    assert server.account(email) == before


def test_a_key_that_the_runtime_does_not_know_lets_nobody_in(runtime: Tenant, start: Start) -> None:
    """A wrong key is no outage: it fails closed whatever was chosen for those."""
    stranger = Tenant(runtime.server, runtime.id, "ak_tenant_unknown")
    server = start(stranger, "--unreachable-login", "go-on", "--unreachable-registration", "go-on")
    refused = _sign_up(server, email := name_user("ada"))
    assert (refused.status, server.account(email)) == (403, None)
