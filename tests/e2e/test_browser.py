"""Session transfer in a real browser: its cookies, its rules for other origins, and a page without server code."""

import json
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from actions_sandbox.contract import Trigger
from tests.e2e.providers import Provider
from tests.e2e.shop_page import serve_shop

CART: Final = {"items": [{"sku": "ITEM-001", "qty": 2}]}
PASSWORD: Final = "correct horse battery"
NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
DENY: Final = "def onExecutePostLogin(event, api):\n    api.access.deny('too many carts', 'Not today, <b>Ada</b>.')\n"

_CALL: Final = "([path, body, credentials]) => callAnonymous(path, body, credentials)"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium as the system has it; a missing one fails where changes are judged."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None and os.environ.get("CI") == "true" and not os.environ.get("ACTIONS_NO_BROWSER"):
        pytest.fail("no Chromium: apt-get install -y chromium, or set ACTIONS_NO_BROWSER=1 where there can be none")
    if path is None:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        # Chromium's own sandbox needs what containers rarely allow; the pages under test are our own.
        opened = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield opened
        opened.close()


@dataclass
class Device:
    """Somebody's browser with the shop open in it."""

    context: BrowserContext
    page: Page
    shop: str
    provider: Provider

    def call(self, path: str, credentials: str, **body: Any) -> tuple[int, Any]:
        """Let the shop's page call the provider; ``credentials`` as ``fetch`` has it."""
        answer = self.page.evaluate(_CALL, [path, body, credentials])
        return answer["status"], json.loads(answer["text"] or "null")

    @property
    def anon_cookies(self) -> list[dict[str, Any]]:
        """The browser's cookies of that name."""
        return [dict(cookie) for cookie in self.context.cookies() if cookie.get("name") == "anon"]

    def log_in(self, email: str, **more: str) -> None:
        """Let the shop send the browser to log in, and fill in the provider's form."""
        if more:
            self.page.evaluate("(more) => logIn(more)", more)
        else:
            self.page.click("#log-in")
        self.fill("#login-form", email)

    def sign_up(self, email: str) -> None:
        """Log in by making an account."""
        self.page.click("#log-in")
        self.page.click("#sign-up")
        self.fill("#sign-up-form", email)

    def fill(self, form: str, email: str, password: str = PASSWORD) -> None:
        """Fill in a form of the provider and send it."""
        self.page.fill(f"{form} input[name=email]", email)
        self.page.fill(f"{form} input[name=password]", password)
        self.page.click(f"{form} button, {form} input[type=submit]")

    def read_tokens(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the claims of the access and the ID token that the page got, verified."""
        output = self.page.locator("#tokens")
        expect(output).not_to_be_empty(timeout=15_000)
        answer = json.loads(output.inner_text())
        at = self.provider.address
        facts = httpx.get(f"{at.base_url}/.well-known/openid-configuration").json()
        keys = KeySet.import_key_set(httpx.get(facts["jwks_uri"]).json())
        claims = []
        for name, audience in (("access_token", at.audience), ("id_token", at.client_id)):
            token = jwt.decode(answer[name], keys, algorithms=["ES256", "RS256"])
            registry = jwt.JWTClaimsRegistry(
                iss={"essential": True, "value": facts["issuer"]}, aud={"essential": True, "value": audience}
            )
            registry.validate(token.claims)
            claims.append(token.claims)
        return claims[0], claims[1]


@pytest.fixture
def open_device(browser: Browser, provider: Provider) -> Iterator[Callable[[], Device]]:
    """Opens the shop in a browser without cookies."""
    at = provider.address
    with serve_shop(at.base_url, at.client_id, at.audience) as shop:
        contexts: list[BrowserContext] = []

        def open_one() -> Device:
            context = browser.new_context()
            contexts.append(context)
            page = context.new_page()
            page.set_default_timeout(15_000)
            page.goto(shop)
            return Device(context, page, shop, provider)

        yield open_one
        for context in contexts:
            context.close()


@pytest.fixture
def email() -> str:
    """An address that nobody has yet."""
    return f"{secrets.token_hex(8)}@example.com"


def test_cookie_carries_the_cart_into_a_new_account_without_code(
    provider: Provider, open_device: Callable[[], Device], email: str
) -> None:
    """Method 1: the page stores a cart and sends the browser to log in; the cookie does the rest by itself."""
    provider.bind(Trigger.PRE_USER_REGISTRATION, "registration_copy")
    provider.bind(Trigger.POST_LOGIN, "merge_cart")
    device = open_device()
    status, issued = device.call("/anonymous/token", "include", metadata={"cart": CART})
    assert status == 200
    (cookie,) = device.anon_cookies
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (True, "Lax", "/")
    assert cookie["value"] == issued["anonymous_session_token"]
    assert "anon" not in device.page.evaluate("document.cookie")

    device.sign_up(email)
    access, identity = device.read_tokens()
    assert access["cart"] == CART
    assert identity["email"] == email
    account = provider.read_account(email)
    assert account is not None
    assert account["user_id"] == access["sub"] == identity["sub"]
    assert account["app_metadata"] == {
        "linked_anonymous_id": issued["session"]["user_id"],
        "migrated_cart": CART,
        "cart": CART,
    }
    assert device.anon_cookies, "the transfer does not end the session"


def test_query_parameter_carries_the_cart_without_a_cookie(
    provider: Provider, open_device: Callable[[], Device], email: str
) -> None:
    """Method 2: a page that keeps the token itself passes it with the authorization request; there is no cookie."""
    open_device().sign_up(email)
    provider.bind(Trigger.POST_LOGIN, "link_session")
    device = open_device()
    status, issued = device.call("/anonymous/token", "omit", metadata={"cart": CART})
    assert status == 200
    assert device.anon_cookies == []
    device.log_in(email, anonymous_session_token=issued["anonymous_session_token"])
    access, _ = device.read_tokens()
    assert access["anonymous_cart"] == CART
    assert provider.read_app_metadata(email)["last_anonymous_session"] == issued["session"]["user_id"]
    assert device.anon_cookies == []


def test_query_goes_before_the_cookie(provider: Provider, open_device: Callable[[], Device], email: str) -> None:
    """With both, the token that the application pointed to is taken, not the one that the browser happens to hold."""
    open_device().sign_up(email)
    provider.bind(Trigger.POST_LOGIN, "link_session")
    device = open_device()
    _, pointed = device.call("/anonymous/token", "omit", metadata={"cart": CART})
    device.call("/anonymous/token", "include", metadata={"cart": {"items": []}})
    device.log_in(email, anonymous_session_token=pointed["anonymous_session_token"])
    access, _ = device.read_tokens()
    assert access["anonymous_cart"] == CART


def test_logout_takes_the_cookie_and_the_transfer_away(
    provider: Provider, open_device: Callable[[], Device], email: str
) -> None:
    """After the documented call of ``/anonymous/logout`` the browser's next login brings no guest along."""
    provider.bind(Trigger.POST_LOGIN, "link_session")
    device = open_device()
    _, issued = device.call("/anonymous/token", "include", metadata={"cart": CART})
    device.sign_up(email)
    assert device.read_tokens()[0]["anonymous_cart"] == CART
    assert device.call("/anonymous/logout", "include") == (204, None)
    assert device.anon_cookies == []
    device.log_in(email)
    assert "anonymous_cart" not in device.read_tokens()[0]
    kept = open_device()
    kept.log_in(email, anonymous_session_token=issued["anonymous_session_token"])
    assert "anonymous_cart" not in kept.read_tokens()[0]


def test_another_sites_page_can_neither_plant_a_session_nor_end_one(
    provider: Provider, open_device: Callable[[], Device]
) -> None:
    """A foreign page's fetch and its form leave the browser's cookie as it was: no fixation, no logout from outside."""
    device = open_device()
    device.call("/anonymous/token", "include", metadata={"cart": CART})
    before = device.anon_cookies
    foreign = device.context.new_page()
    foreign.route(
        "http://shop.attacker.test/**",
        lambda route: route.fulfill(body="<!doctype html><title>x</title>", content_type="text/html"),
    )
    foreign.goto("http://shop.attacker.test/")
    at = provider.address
    body = json.dumps({"client_id": at.client_id, "metadata": {"cart": {"items": []}}})
    for path in ("/anonymous/token", "/anonymous/logout"):
        for kind in ("application/json", "text/plain"):
            asked = [at.base_url + path, kind, body]
            assert foreign.evaluate(_FETCH, asked) == "refused"
    for path in ("/anonymous/token", "/anonymous/logout"):
        with foreign.expect_navigation(url=at.base_url + path):
            foreign.evaluate(_SEND_FORM, [at.base_url + path, body])
        foreign.goto("http://shop.attacker.test/")
    assert device.anon_cookies == before


_FETCH: Final = """async ([url, kind, body]) => {
  const options = {method: "POST", credentials: "include", headers: {"Content-Type": kind}, body};
  try { return (await fetch(url, options)).ok ? "answered" : "refused"; } catch { return "refused"; }
}"""
_SEND_FORM: Final = """([url, body]) => {
  const form = document.createElement("form");
  Object.assign(form, {method: "post", action: url, enctype: "text/plain"});
  const input = document.createElement("input");
  // Sent as `name=value`, which makes the name's open string swallow the sign.
  Object.assign(input, {type: "hidden", name: body.slice(0, -1) + ', "x": "', value: '"}'});
  form.append(input);
  document.body.append(form);
  form.submit();
}"""


def test_refused_user_reads_the_message_and_gets_no_code(
    provider: Provider, open_device: Callable[[], Device], email: str
) -> None:
    """A denial is a page with the action's message as text; the browser is not sent back with a code."""
    open_device().sign_up(email)
    provider.bind(Trigger.POST_LOGIN, deny=DENY)
    device = open_device()
    with device.page.expect_response(lambda response: response.status == 403):
        device.log_in(email)
    expect(device.page.locator("#message")).to_have_text("Not today, <b>Ada</b>.")
    assert not device.page.url.startswith(device.shop)


def test_wrong_password_leaves_the_user_at_the_form(
    provider: Provider, open_device: Callable[[], Device], email: str
) -> None:
    """A wrong password shows the form again, and the right one then completes the same login."""
    open_device().sign_up(email)
    device = open_device()
    device.page.click("#log-in")
    device.fill("#login-form", email, "wrong horse battery")
    expect(device.page.locator("#login-form")).to_be_visible()
    assert not device.page.url.startswith(device.shop)
    device.fill("#login-form", email)
    assert device.read_tokens()[1]["email"] == email
    assert parse_qs(urlsplit(device.page.url).query).keys() >= {"code", "state"}
