"""The code flow with PKCE, its tokens, and every way to get it wrong."""

import base64
import json
import time
from typing import Any

import httpx
import pytest
from authlib.integrations.httpx_client import OAuth2Client

from tests.actions_sdk.auth_server.browser import CALLBACK, Application, Browser, verify
from tests.actions_sdk.auth_server.conftest import name_user
from tests.actions_sdk.auth_server.process import AuthServer

BIG = 9_007_199_254_740_993


def test_a_sign_up_ends_with_tokens_that_hold_against_the_published_keys(
    auth_server: AuthServer, browser: Browser, shop: Application
) -> None:
    """Both tokens carry what the actions decided, exact to the last digit."""
    email = name_user("ada")
    page = shop.sign_up(browser, email)
    assert page.callback["state"] == shop.state
    assert page.callback["iss"] == auth_server.address
    tokens = shop.tokens(page)
    account = auth_server.account(email)
    assert account is not None
    assert tokens["access"]["sub"] == tokens["id"]["sub"] == account["user_id"]
    assert tokens["access"]["https://shop.example/big"] == BIG
    assert "read:cart" in tokens["access"]["scope"].split()
    assert tokens["access"]["aud"] == ["https://api.example.com", f"{auth_server.address}/userinfo"]
    assert tokens["id"] | {"nonce": shop.nonce, "greeting": "☕", "email": email} == tokens["id"]
    assert tokens["token_type"] == "Bearer"
    assert account["app_metadata"] == {"registered": {"big": BIG, "client": "shop"}, "logins": 1}


def test_a_client_that_nobody_here_wrote_gets_through(auth_server: AuthServer, browser: Browser) -> None:
    """Authlib's client makes the request and the exchange."""
    with OAuth2Client("shop", redirect_uri=CALLBACK, scope="openid email", code_challenge_method="S256") as client:
        verifier = "v" * 64
        url, state = client.create_authorization_url(f"{auth_server.address}/authorize", code_verifier=verifier)
        page = browser.click(browser.open(url), "sign-up")
        page = browser.send(page, "sign-up-form", email=name_user("ada"), password="correct horse")
        answer = client.fetch_token(
            f"{auth_server.address}/token", code=page.callback["code"], state=state, code_verifier=verifier
        )
        told = client.get(f"{auth_server.address}/userinfo").json()
    assert page.callback["state"] == state
    assert told["sub"] == verify(auth_server.address, answer["access_token"], "at+jwt")["sub"]


def test_who_comes_back_logs_in_and_finds_the_same_account(
    auth_server: AuthServer, browser: Browser, shop: Application
) -> None:
    """Addresses are compared without case; the login is counted."""
    email = name_user("ada")
    first = shop.tokens(shop.sign_up(browser, email))
    again = shop.tokens(shop.log_in(Browser(auth_server.address), email.upper()))
    assert again["access"]["sub"] == first["access"]["sub"]
    assert again["access"]["logins"] == 2
    account = auth_server.account(email)
    assert account is not None
    assert account["user_metadata"]["last"]["count"] == 2
    assert account["user_metadata"]["last"]["protocol"] == "oidc-basic-profile"


def test_actions_see_the_scopes_and_the_browser(auth_server: AuthServer, browser: Browser) -> None:
    """Scopes that do not exist are left out before anybody sees them."""
    email = name_user("ada")
    application = Application(auth_server.address, scope="openid profile admin:all")
    tokens = application.tokens(application.sign_up(browser, email))
    account = auth_server.account(email)
    assert account is not None
    last = account["user_metadata"]["last"]
    assert (last["scopes"], last["agent"]) == (["openid", "profile"], "Test/1")
    assert tokens["scope"].split() == ["openid", "read:cart"]
    assert "email" not in tokens["id"]
    assert "refresh_token" not in tokens


@pytest.mark.parametrize(
    "changed",
    [
        {"code_verifier": "x" * 64},
        {"code_verifier": ""},
        {"redirect_uri": "http://127.0.0.1:1/callback"},
        {"redirect_uri": ""},
        {"code": "nobody-gave-this-code"},
        {"code": ""},
    ],
    ids=str,
)
def test_a_code_is_worth_nothing_without_its_verifier_and_address(
    browser: Browser, shop: Application, changed: dict[str, str]
) -> None:
    """RFC 7636, section 4.6; RFC 6749, section 4.1.3. Who has all of it can still use it afterwards."""
    page = shop.sign_up(browser, name_user("ada"))
    refused = shop.redeem(page, **changed)
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")
    assert shop.redeem(page).status_code == 200


def test_a_replayed_code_is_refused_and_ends_what_came_of_it(browser: Browser, shop: Application) -> None:
    """RFC 6749, section 4.1.2: somebody else may have been the first."""
    page = shop.sign_up(browser, name_user("ada"))
    answer = shop.redeem(page).json()
    assert shop.redeem(page).json()["error"] == "invalid_grant"
    refreshed = shop.post(grant_type="refresh_token", client_id="shop", refresh_token=answer["refresh_token"])
    assert refreshed.json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": ""}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge": ""}, "invalid_request"),
        ({"prompt": "none"}, "login_required"),
        ({"request": "eyJ"}, "request_not_supported"),
        ({"request_uri": "https://example.com"}, "request_uri_not_supported"),
        ({"resource": "https://other.example"}, "invalid_target"),
        ({"state": "s" * 3000}, "invalid_request"),
    ],
    ids=str,
)
def test_a_request_that_cannot_be_met_goes_back_to_the_application(
    auth_server: AuthServer, browser: Browser, shop: Application, changed: dict[str, str], error: str
) -> None:
    """RFC 6749, section 4.1.2.1, with the state and the issuer (RFC 9207)."""
    page = shop.begin(browser, **changed)
    assert page.callback["error"] == error
    assert page.callback["state"] == changed.get("state", shop.state)
    assert page.callback["iss"] == auth_server.address
    assert page.response.headers["location"].startswith(CALLBACK)


@pytest.mark.parametrize(
    "changed",
    [
        {"redirect_uri": "https://evil.example/callback"},
        {"redirect_uri": "http://127.0.0.1.evil.example/callback"},
        {"redirect_uri": "http://127.0.0.1:80@evil.example/callback"},
        {"redirect_uri": "http://127.0.0.1:1/callback/../else"},
        {"redirect_uri": "http://127.0.0.1:1/callback?more=1"},
        {"redirect_uri": "http://127.0.0.1:1/callback#fragment"},
        {"redirect_uri": "//127.0.0.1/callback"},
        {"redirect_uri": "javascript:alert(1)"},
        {"redirect_uri": ""},
        {"client_id": "nobody"},
        {"client_id": "shop-backend"},
        {"client_id": ""},
    ],
    ids=str,
)
def test_nobody_is_sent_to_an_address_that_is_not_registered(
    browser: Browser, shop: Application, changed: dict[str, str]
) -> None:
    """RFC 9700, section 4.11: the server is no open redirector."""
    page = shop.begin(browser, **changed)
    assert (page.status, page.callback) == (400, {})
    assert page.message


def test_a_parameter_that_comes_twice_is_refused(browser: Browser, shop: Application) -> None:
    """RFC 6749, section 3.1: two readers may take two different ones."""
    twice = [*shop.parameters.items(), ("state", "another")]
    assert browser.client.get("/authorize", params=twice).status_code == 400


def test_the_request_may_come_as_a_form(browser: Browser, shop: Application) -> None:
    """OpenID Connect Core, section 3.1.2.1."""
    answer = browser.client.post("/authorize", data=shop.parameters)
    assert (answer.status_code, answer.headers["location"].partition("=")[0]) == (303, "/login?transaction")


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"grant_type": "authorization_code"}, "invalid_client"),
        ({"client_id": "nobody"}, "invalid_client"),
        ({"client_id": "shop", "client_secret": "guessed"}, "invalid_client"),
        ({"client_id": "shop-backend"}, "invalid_client"),
        ({"client_id": "shop-backend", "client_secret": "guessed"}, "invalid_client"),
        ({"client_id": "shop"}, "unsupported_grant_type"),
        ({"client_id": "shop", "grant_type": "password"}, "unsupported_grant_type"),
        ({"client_id": "shop", "grant_type": "urn:openid:params:grant-type:ciba"}, "unauthorized_client"),
    ],
    ids=str,
)
def test_a_request_for_tokens_is_refused_in_the_words_of_the_standard(
    shop: Application, fields: dict[str, str], error: str
) -> None:
    """RFC 6749, section 5.2: who is not known is told how to say who it is, and nothing is cached."""
    refused = shop.post(**fields)
    assert refused.json()["error"] == error
    assert refused.status_code == (401 if error == "invalid_client" else 400)
    assert ("www-authenticate" in refused.headers) == (error == "invalid_client")
    assert refused.headers["cache-control"] == "no-store"


def test_two_ways_to_say_who_one_is_are_one_too_many(auth_server: AuthServer, shop: Application) -> None:
    """RFC 6749, section 2.3."""
    name, secret = auth_server.backend
    refused = shop.post(auth=(name, secret), grant_type="refresh_token", client_secret=secret)
    assert refused.json()["error"] == "invalid_request"


def test_a_body_that_is_no_form_is_refused(auth_server: AuthServer) -> None:
    """A JSON body is none."""
    refused = httpx.post(f"{auth_server.address}/token", json={"grant_type": "authorization_code"})
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_request")


def test_userinfo_takes_access_tokens_and_nothing_else(
    auth_server: AuthServer, browser: Browser, shop: Application
) -> None:
    """An ID token, a changed token and no token at all open nothing."""
    email = name_user("ada")
    tokens = shop.tokens(shop.sign_up(browser, email))

    def ask(token: bytes) -> httpx.Response:
        return httpx.get(f"{auth_server.address}/userinfo", headers={b"Authorization": b"Bearer " + token})

    assert ask(tokens["access_token"].encode()).json()["email"] == email
    head, body, signature = tokens["access_token"].split(".")
    for wrong in (tokens["id_token"], _change(head, body, signature), f"{head}.{body}.", "x", "é"):
        refused = ask(wrong.encode())
        assert (refused.status_code, refused.headers["www-authenticate"]) == (401, 'Bearer error="invalid_token"')


def _change(head: str, body: str, signature: str) -> str:
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=="))
    claims["exp"] = int(time.time()) + 10**6
    changed = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"{head}.{changed}.{signature}"


def test_the_secret_of_no_key_is_published(auth_server: AuthServer) -> None:
    """What signs stays here."""
    (key,) = httpx.get(f"{auth_server.address}/.well-known/jwks.json").json()["keys"]
    assert key.keys() == {"kty", "crv", "x", "y", "use", "alg", "kid"}
