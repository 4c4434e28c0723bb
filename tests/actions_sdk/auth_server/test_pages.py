"""Forms belong to the browser that got them, and pages tell nobody what is not theirs."""

import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urljoin

import httpx
import pytest

from tests.actions_sdk.auth_server.browser import CALLBACK, Application, Browser, Page, make_guest
from tests.actions_sdk.auth_server.conftest import name_user
from tests.actions_sdk.auth_server.process import AuthServer
from tests.server_process import Tenant

WRONG = "E-mail or password is wrong."


def test_a_form_without_its_hidden_value_is_refused(
    auth_server: AuthServer, browser: Browser, shop: Application
) -> None:
    """Another site can make a browser send a form, but not read the value."""
    email = name_user("ada")
    page = browser.click(shop.begin(browser), "sign-up")
    for guard in ("", "guessed"):
        refused = browser.send(page, "sign-up-form", email=email, password="correct horse", csrf=guard)
        assert (refused.status, refused.callback) == (400, {})
    assert auth_server.account(email) is None


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
def test_a_form_that_another_site_sends_is_refused(browser: Browser, shop: Application, origin: str) -> None:
    """Whatever the hidden value: the browser says where the form was."""
    page = shop.begin(browser)
    fields = {**page.parsed.forms["login-form"], "email": "ada@example.com", "password": "correct horse"}
    refused = browser.client.post(str(page.response.url), data=fields, headers={"Origin": origin})
    assert refused.status_code == 400
    assert "sent by another site" in refused.text


def test_the_hidden_value_of_one_browser_is_worth_nothing_in_another(
    auth_server: AuthServer, browser: Browser, shop: Application
) -> None:
    """An attacker gets a value of its own, from its own page."""
    other = Browser(auth_server.address)
    guard = shop.begin(other).parsed.forms["login-form"]["csrf"]
    page = shop.begin(browser)
    refused = browser.send(page, "login-form", email="a@b.c", password="correct horse", csrf=guard)
    assert "sent by another site" in refused.message


@pytest.mark.parametrize("path", ["/login", "/sign-up", "/password-reset"])
def test_a_login_belongs_to_the_browser_that_began_it(
    auth_server: AuthServer, browser: Browser, shop: Application, path: str
) -> None:
    """Whoever is sent the link of somebody else's login does not log in to it."""
    link = str(shop.begin(browser).response.url).replace("/login", path)
    assert browser.open(link).status == 200
    assert Browser(auth_server.address).open(link).status == 400


def test_a_login_ends_once(auth_server: AuthServer, browser: Browser, shop: Application) -> None:
    """A form that is sent again gives no second code, and its actions write nothing."""
    email = name_user("ada")
    shop.sign_up(Browser(auth_server.address), email)
    page = shop.begin(browser)
    assert "code" in browser.send(page, "login-form", email=email, password="correct horse").callback
    before = auth_server.account(email)
    again = browser.send(page, "login-form", email=email, password="correct horse")
    assert (again.status, again.callback) == (400, {})
    assert auth_server.account(email) == before


def test_a_form_that_is_sent_twice_at_once_gives_one_code(
    auth_server: AuthServer, browser: Browser, shop: Application
) -> None:
    """Of two that found the login open one ends it; what the other's actions wanted is undone."""
    email = name_user("ada")
    shop.sign_up(Browser(auth_server.address), email)
    page, ready = shop.begin(browser), threading.Barrier(2)

    def send(_: int) -> Page:
        ready.wait()
        return browser.send(page, "login-form", email=email, password="correct horse")

    with ThreadPoolExecutor(2) as pool:
        pages = list(pool.map(send, range(2)))
    assert sorted("code" in one.callback for one in pages) == [False, True]
    account = auth_server.account(email)
    assert account is not None
    assert account["app_metadata"]["logins"] == 2


def test_an_unknown_address_and_a_wrong_password_look_the_same(
    auth_server: AuthServer, browser: Browser, shop: Application
) -> None:
    """Status, headers and page: nobody learns who has an account."""
    email = name_user("ada")
    shop.sign_up(Browser(auth_server.address), email)
    page = shop.begin(browser)
    known = browser.send(page, "login-form", email=email, password="wrong horse")
    unknown = browser.send(page, "login-form", email=name_user("nobody"), password="wrong horse")
    assert known.problem == unknown.problem == WRONG
    assert known.response.text == unknown.response.text
    told = [{**page.response.headers, "date": "", "status": page.status} for page in (known, unknown)]
    assert told[0] == told[1]


def test_a_new_password_is_mailed_in_the_same_words_to_anybody(
    auth_server: AuthServer, browser: Browser, shop: Application
) -> None:
    """The page says the same whether there was somebody to write to."""
    email, nobody = name_user("ada"), name_user("nobody")
    shop.sign_up(Browser(auth_server.address), email)
    page = browser.click(shop.begin(browser), "reset-password")
    told = [browser.send(page, "reset-request-form", email=one).response.text for one in (email, nobody)]
    assert told[0] == told[1]
    assert [len(auth_server.mails(one)) for one in (email, nobody)] == [1, 0]


@pytest.mark.parametrize(
    ("email", "password"),
    [("no address", "correct horse"), ("a@b@c", "correct horse"), ("", "correct horse"), ("a@b.c", "short")],
)
def test_a_sign_up_that_cannot_be_is_asked_for_again(
    browser: Browser, shop: Application, email: str, password: str
) -> None:
    """The form comes back and says why."""
    page = shop.sign_up(browser, email, password)
    assert page.status == 400
    assert page.problem
    assert "sign-up-form" in page.parsed.forms


def test_an_address_is_taken_once(auth_server: AuthServer, browser: Browser, shop: Application) -> None:
    """Whatever its case; the account stays as it was."""
    email = name_user("ada")
    shop.sign_up(Browser(auth_server.address), email)
    before = auth_server.account(email)
    page = shop.sign_up(browser, email.upper(), "another horse")
    assert (page.status, page.callback) == (400, {})
    assert auth_server.account(email) == before
    assert shop.log_in(browser, email, "another horse").problem == WRONG


def test_what_others_typed_is_text_on_a_page(browser: Browser, shop: Application) -> None:
    """A hint cannot bring a script along."""
    page = shop.begin(browser, login_hint='"><script>alert(1)</script>')
    assert "<script>" not in page.response.text
    assert page.parsed.forms["login-form"]["email"] == '"><script>alert(1)</script>'


def test_pages_are_kept_out_of_frames_caches_and_scripts(browser: Browser, shop: Application) -> None:
    """RFC 9700, section 4.16. The answer to the form may lead to the application and nowhere else."""
    headers = shop.begin(browser).response.headers
    policy = headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    assert "default-src 'none'" in policy
    assert policy.endswith(f"form-action 'self' {CALLBACK.removesuffix('/callback')}")
    assert (headers["cache-control"], headers["x-frame-options"]) == ("no-store", "DENY")


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(browser: Browser, shop: Application) -> None:
    """Without Secure on loopback alone, where there is no TLS."""
    shop.begin(browser)
    make_guest(browser, {})
    sent = browser.client.get("/authorize", params=shop.parameters).headers.get_list("set-cookie")
    assert not sent, "a browser that is known keeps its cookie"
    fresh = httpx.get(f"{browser.address}/authorize", params=shop.parameters).headers["set-cookie"]
    assert re.search("HttpOnly", fresh)
    assert re.search("SameSite=lax", fresh)
    assert {cookie.name for cookie in browser.client.cookies.jar} == {"browser", "anon"}


def test_a_page_of_the_application_may_read_what_is_meant_for_it_and_no_form(
    auth_server: AuthServer, browser: Browser, shop: Application
) -> None:
    """CORS is for the endpoints alone: a form's hidden value stays with its page."""
    origin = {"Origin": "http://127.0.0.1:49152"}
    login = str(shop.begin(browser).response.url)
    assert "access-control-allow-origin" not in browser.client.get(login, headers=origin).headers
    keys = urljoin(auth_server.address, "/.well-known/jwks.json")
    assert httpx.get(keys, headers=origin).headers["access-control-allow-origin"] == origin["Origin"]
    foreign = httpx.get(keys, headers={"Origin": "https://evil.example"})
    assert "access-control-allow-origin" not in foreign.headers
    preflight = {**origin, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    answer = httpx.options(f"{auth_server.address}/anonymous/token", headers=preflight)
    assert (answer.status_code, answer.headers["access-control-allow-credentials"]) == (200, "true")


def test_a_foreign_site_cannot_plant_a_guest_session(auth_server: AuthServer) -> None:
    """What the library refuses is refused here."""
    body = {"client_id": "shop", "metadata": {}}
    refused = httpx.post(
        f"{auth_server.address}/anonymous/token", json=body, headers={"Origin": "https://evil.example"}
    )
    assert (refused.status_code, refused.json()["error"]) == (403, "origin_not_allowed")
    assert "set-cookie" not in refused.headers


def test_another_name_for_this_machine_leads_nowhere(auth_server: AuthServer) -> None:
    """A foreign name that resolves to 127.0.0.1 gets nothing."""
    assert httpx.get(f"{auth_server.address}/outbox", headers={"Host": "evil.example"}).status_code == 400


def test_a_body_beyond_every_form_is_not_read(auth_server: AuthServer) -> None:
    """Memory is bounded."""
    sent = httpx.post(f"{auth_server.address}/token", data={"code": "x" * 100_000})
    assert sent.status_code == 413


def test_accounts_and_mails_are_not_there_unless_asked_for(runtime: Tenant, start: Callable[..., AuthServer]) -> None:
    """They are for tests alone."""
    server = start(runtime, views=False)
    assert httpx.get(f"{server.address}/outbox").status_code == 404
    assert httpx.get(f"{server.address}/accounts/ada@example.com").status_code == 404
