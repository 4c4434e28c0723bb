"""The flows that the feature leaves out: each runs the login's actions, and hands no guest session over."""

from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.actions_sdk.auth_server.browser import Application, Browser, Page, make_guest, verify
from tests.actions_sdk.auth_server.conftest import name_user
from tests.actions_sdk.auth_server.process import AuthServer

DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
CIBA = "urn:openid:params:grant-type:ciba"
EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"


@pytest.fixture
def guest(browser: Browser) -> Browser:
    """A browser that holds a guest session, which must go nowhere."""
    make_guest(browser, {"cart": {"items": [{"sku": "A", "qty": 1}]}})
    return browser


def _sign_up(server: AuthServer, kind: str = "ada") -> tuple[str, dict[str, Any]]:
    email, application = name_user(kind), Application(server.address)
    return email, application.tokens(application.sign_up(Browser(server.address), email))


def _last(server: AuthServer, email: str) -> dict[str, Any]:
    """What the actions saw of the last login, and what the auth server had handed over to the runtime."""
    account = server.account(email)
    assert account is not None
    last = account["user_metadata"]["last"]
    handed_over = httpx.get(f"{server.address}/flows").json()[-1]["anonymous_session"]
    session = last["session"] or handed_over
    return {"protocol": last["protocol"], "session": session, "logins": account["app_metadata"]["logins"]}


# Refresh tokens ----------------------------------------------------------------------------------------------------


def _refresh(application: Application, token: str, **more: str) -> httpx.Response:
    return application.post(grant_type="refresh_token", client_id="shop", refresh_token=token, **more)


def test_a_refresh_runs_the_actions_anew_and_hands_nothing_over(auth_server: AuthServer, shop: Application) -> None:
    """The new tokens carry what was decided now."""
    email, tokens = _sign_up(auth_server)
    cookie = make_guest(Browser(auth_server.address), {})["anonymous_session_token"]
    fields = {"grant_type": "refresh_token", "client_id": "shop", "refresh_token": tokens["refresh_token"]}
    answer = httpx.post(f"{auth_server.address}/token", data=fields, headers={"Cookie": f"anon={cookie}"})
    fresh = shop.read(answer)
    assert fresh["access"]["logins"] == 2
    assert fresh["access"]["auth_time"] == tokens["access"]["auth_time"]
    assert _last(auth_server, email) == {"protocol": "oauth2-refresh-token", "session": None, "logins": 2}


def test_a_used_refresh_token_ends_its_whole_family(auth_server: AuthServer, shop: Application) -> None:
    """RFC 9700, section 4.14.2: one of two who use it has stolen it."""
    _, tokens = _sign_up(auth_server)
    first = _refresh(shop, tokens["refresh_token"]).json()["refresh_token"]
    assert _refresh(shop, tokens["refresh_token"]).json()["error"] == "invalid_grant"
    assert _refresh(shop, first).json()["error"] == "invalid_grant"


def test_a_refresh_may_ask_for_less_and_not_for_more(auth_server: AuthServer, shop: Application) -> None:
    """RFC 6749, section 6: what was left out once can be asked for again."""
    _, tokens = _sign_up(auth_server)
    less = _refresh(shop, tokens["refresh_token"], scope="openid").json()
    assert less["scope"].split() == ["openid", "read:cart"]
    assert "invalid_scope" in _refresh(shop, less["refresh_token"], scope="openid profile").text
    whole = _refresh(shop, less["refresh_token"]).json()
    assert "email" in whole["scope"].split()


def test_a_refused_refresh_says_so_and_leaves_the_token_usable(auth_server: AuthServer, shop: Application) -> None:
    """A denial may end: the message is for the user, in the characters that the standard allows."""
    email, tokens = _sign_up(auth_server, "denied")
    refused = _refresh(shop, tokens["refresh_token"])
    assert (refused.status_code, refused.json()) == (
        400,
        {"error": "access_denied", "error_description": "Not <you> ?"},
    )
    assert _last(auth_server, email)["logins"] == 2
    assert _refresh(shop, tokens["refresh_token"]).json()["error"] == "access_denied"


# Device code -------------------------------------------------------------------------------------------------------


def _ask_for_device(shop: Application) -> dict[str, Any]:
    answer = httpx.post(
        f"{shop.address}/device_authorization", data={"client_id": "shop", "scope": "openid email offline_access"}
    )
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def _enter(browser: Browser, device: dict[str, Any]) -> Page:
    page = browser.open(device["verification_uri_complete"])
    return browser.send(page, "device-form")


def _poll(shop: Application, device: dict[str, Any]) -> httpx.Response:
    return shop.post(grant_type=DEVICE, client_id="shop", device_code=device["device_code"])


def test_a_device_gets_its_tokens_when_the_user_has_logged_in(
    auth_server: AuthServer, guest: Browser, shop: Application
) -> None:
    """RFC 8628. The guest session of the browser in which the code is typed goes nowhere."""
    email, _ = _sign_up(auth_server)
    device = _ask_for_device(shop)
    assert _poll(shop, device).json()["error"] == "authorization_pending"
    page = _enter(guest, device)
    assert "sign-up" not in page.parsed.links
    done = guest.send(page, "login-form", email=email, password="correct horse")
    assert (done.status, done.callback) == (200, {})
    assert done.message
    tokens = shop.read(_poll(shop, device))
    assert tokens["access"]["logins"] == 2
    assert "refresh_token" in tokens
    assert _last(auth_server, email) == {"protocol": "oauth2-device-code", "session": None, "logins": 2}
    assert _poll(shop, device).json()["error"] == "invalid_grant"
    assert _enter(guest, device).problem, "the code is used"


def test_a_device_that_asks_too_often_is_told_to_slow_down(shop: Application) -> None:
    """RFC 8628, section 3.5."""
    device = _ask_for_device(shop)
    assert [_poll(shop, device).json()["error"] for _ in range(2)] == ["authorization_pending", "slow_down"]


def test_a_device_learns_that_its_user_was_refused(
    auth_server: AuthServer, browser: Browser, shop: Application
) -> None:
    """The user sees the message, the device sees access_denied."""
    email, _ = _sign_up(auth_server, "denied")
    device = _ask_for_device(shop)
    page = browser.send(_enter(browser, device), "login-form", email=email, password="correct horse")
    assert (page.status, page.message) == (403, "Not <you> ☕")
    assert _poll(shop, device).json()["error"] == "access_denied"


def test_a_code_that_no_device_shows_leads_nowhere(browser: Browser, shop: Application) -> None:
    """It can be typed again; small letters and other signs between do not matter."""
    page = browser.open("/device")
    assert browser.send(page, "device-form", user_code="BBBB-BBBB").problem
    device = _ask_for_device(shop)
    typed = device["user_code"].lower().replace("-", " ")
    assert "login-form" in browser.send(page, "device-form", user_code=typed).parsed.forms


# CIBA --------------------------------------------------------------------------------------------------------------


def _ask_backchannel(server: AuthServer, email: str) -> dict[str, Any]:
    fields = {"scope": "openid email", "login_hint": email}
    answer = httpx.post(f"{server.address}/bc-authorize", data=fields, auth=server.backend)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def _poll_backchannel(server: AuthServer, shop: Application, asked: dict[str, Any]) -> httpx.Response:
    return shop.post(auth=server.backend, grant_type=CIBA, auth_req_id=asked["auth_req_id"])


def test_a_backend_gets_tokens_when_the_user_has_confirmed(
    auth_server: AuthServer, guest: Browser, shop: Application
) -> None:
    """CIBA's poll mode: the user comes by the link of a mail."""
    email, _ = _sign_up(auth_server)
    asked = _ask_backchannel(auth_server, email)
    assert _poll_backchannel(auth_server, shop, asked).json()["error"] == "authorization_pending"
    (mail,) = auth_server.mails(email)
    page = guest.open(mail["link"])
    assert guest.send(page, "login-form", email=email, password="correct horse").status == 200
    answer = _poll_backchannel(auth_server, shop, asked).json()
    assert verify(auth_server.address, answer["access_token"], "at+jwt")["logins"] == 2
    assert verify(auth_server.address, answer["id_token"], "JWT")["aud"] == "shop-backend"
    assert _last(auth_server, email) == {"protocol": "oidc-ciba", "session": None, "logins": 2}


def test_a_backchannel_request_is_confirmed_by_its_own_user_alone(
    auth_server: AuthServer, browser: Browser, shop: Application
) -> None:
    """Somebody else who has the link cannot put a login of their own in its place."""
    email, _ = _sign_up(auth_server)
    other, _ = _sign_up(auth_server)
    asked = _ask_backchannel(auth_server, email)
    page = browser.open(auth_server.mails(email)[0]["link"])
    assert browser.send(page, "login-form", email=other, password="correct horse").problem
    assert _poll_backchannel(auth_server, shop, asked).json()["error"] == "authorization_pending"


def test_a_backend_does_not_learn_who_has_an_account(auth_server: AuthServer, shop: Application) -> None:
    """The request waits for somebody who never comes."""
    asked = _ask_backchannel(auth_server, name_user("nobody"))
    assert _poll_backchannel(auth_server, shop, asked).json()["error"] == "authorization_pending"


def test_a_public_application_cannot_use_the_backchannel(auth_server: AuthServer) -> None:
    """CIBA is for those who can keep a secret."""
    fields = {"client_id": "shop", "scope": "openid", "login_hint": "ada@example.com"}
    refused = httpx.post(f"{auth_server.address}/bc-authorize", data=fields)
    assert refused.json()["error"] == "unauthorized_client"


# Token exchange ----------------------------------------------------------------------------------------------------


def _exchange(server: AuthServer, shop: Application, **changed: str) -> httpx.Response:
    fields = {"grant_type": EXCHANGE, "subject_token_type": ACCESS_TOKEN}
    return shop.post(auth=server.backend, **{**fields, **changed})


def test_a_backend_exchanges_a_users_token_and_nothing_is_handed_over(
    auth_server: AuthServer, shop: Application
) -> None:
    """RFC 8693."""
    email, tokens = _sign_up(auth_server)
    answer = _exchange(auth_server, shop, subject_token=tokens["access_token"], scope="openid email").json()
    assert (answer["issued_token_type"], answer["token_type"]) == (ACCESS_TOKEN, "Bearer")
    claims = verify(auth_server.address, answer["access_token"], "at+jwt")
    assert (claims["client_id"], claims["sub"]) == ("shop-backend", tokens["access"]["sub"])
    assert _last(auth_server, email) == {"protocol": "oauth2-token-exchange", "session": None, "logins": 2}


@pytest.mark.parametrize("wrong", ["id_token", "refresh_token"])
def test_only_access_tokens_are_exchanged(auth_server: AuthServer, shop: Application, wrong: str) -> None:
    """An ID token tells who somebody is and opens nothing."""
    _, tokens = _sign_up(auth_server)
    assert _exchange(auth_server, shop, subject_token=tokens[wrong]).json()["error"] == "invalid_request"


def test_an_exchange_gives_no_more_than_the_token_had(auth_server: AuthServer, shop: Application) -> None:
    """A backend cannot widen what a user granted."""
    _, tokens = _sign_up(auth_server)
    refused = _exchange(auth_server, shop, subject_token=tokens["access_token"], scope="openid profile")
    assert refused.json()["error"] == "invalid_scope"


# Password reset ----------------------------------------------------------------------------------------------------


def _ask_for_reset(browser: Browser, shop: Application, server: AuthServer, email: str) -> str:
    page = browser.click(shop.begin(browser), "reset-password")
    browser.send(page, "reset-request-form", email=email)
    return server.mails(email)[-1]["link"]


def test_a_new_password_logs_in_and_hands_nothing_over(
    auth_server: AuthServer, guest: Browser, shop: Application
) -> None:
    """Whatever guest session the browser holds, recovery must not mix it into the account."""
    email, before = _sign_up(auth_server)
    link = _ask_for_reset(guest, shop, auth_server, email)
    page = guest.send(guest.open(link), "reset-form", password="a newer horse")
    assert page.callback["state"] == shop.state
    assert shop.tokens(page)["access"]["logins"] == 2
    assert _last(auth_server, email) == {"protocol": "oidc-basic-profile", "session": None, "logins": 2}
    assert "code" not in shop.log_in(Browser(auth_server.address), email).callback
    assert "code" in shop.log_in(Browser(auth_server.address), email, "a newer horse").callback
    assert _refresh(shop, before["refresh_token"]).json()["error"] == "invalid_grant"


def test_a_link_to_a_new_password_works_once(auth_server: AuthServer, browser: Browser, shop: Application) -> None:
    """The page that is still open cannot set another one."""
    email, _ = _sign_up(auth_server)
    page = browser.open(_ask_for_reset(browser, shop, auth_server, email))
    assert browser.send(page, "reset-form", password="short").problem
    browser.send(page, "reset-form", password="a newer horse")
    assert browser.send(page, "reset-form", password="a third horse").status == 400
    assert "code" not in shop.log_in(Browser(auth_server.address), email, "a third horse").callback


def test_a_link_that_is_opened_elsewhere_sets_the_password_and_logs_nobody_in(
    auth_server: AuthServer, browser: Browser, shop: Application
) -> None:
    """The login belongs to the browser that began it."""
    email, _ = _sign_up(auth_server)
    link = _ask_for_reset(browser, shop, auth_server, email)
    other = Browser(auth_server.address)
    page = other.send(other.open(link), "reset-form", password="a newer horse")
    assert (page.status, page.callback) == (200, {})
    assert "code" in shop.log_in(browser, email, "a newer horse").callback


def test_a_link_that_nobody_mailed_leads_nowhere(browser: Browser) -> None:
    """Not by guessing."""
    assert browser.open("/password-reset/guessed").status == 400


def test_links_name_the_server_itself(auth_server: AuthServer, browser: Browser, shop: Application) -> None:
    """A forged Host header cannot make a mail lead elsewhere."""
    email, _ = _sign_up(auth_server)
    link = _ask_for_reset(browser, shop, auth_server, email)
    assert urlsplit(link).netloc == urlsplit(auth_server.address).netloc
