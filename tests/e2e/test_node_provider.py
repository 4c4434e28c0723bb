"""What is the Node provider's own: its tokens, its refusals, and commands that it cannot carry out."""

import base64
import json
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import httpx
import pytest

from actions_sandbox.contract import Trigger
from tests.e2e.http_user import REDIRECT_URI, GrantRefused, Person, Refused
from tests.e2e.providers import Provider

METADATA: Final = {"cart": {"items": [{"sku": "ITEM-001", "qty": 2}]}}
DENY: Final = "def onExecutePostLogin(event, api):\n    api.access.deny('reason', 'Not today.')\n"


@pytest.fixture
def node(find_provider: Callable[[str], Provider]) -> Provider:
    """The provider with nothing bound."""
    found = find_provider("node")
    found.unbind()
    return found


@pytest.fixture
def person(node: Provider) -> Person:
    """Somebody with an account, whose application asks for refresh tokens."""
    person = Person(node.open_application("openid email offline_access"))
    person.sign_up()
    return person


def _bind(node: Provider, source: str) -> None:
    """Let one action run at login."""
    node.bind(Trigger.POST_LOGIN, own=source)


def _read_lines(node: Provider) -> list[dict[str, Any]]:
    return [json.loads(line) for line in node.read_log().splitlines() if line.startswith("{")]


def _read_payload(token: str) -> str:
    payload = token.split(".")[1]
    return base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)).decode()


def test_claims_are_written_exactly_under_any_name(node: Provider, person: Person) -> None:
    """A token's text holds every digit, 1.0 stays apart from 1, and no claim's name is special to JavaScript."""
    _bind(
        node,
        """
def onExecutePostLogin(event, api):
    value = {"big": 9007199254740993, "one": 1, "real": 1.0, "__proto__": {"admin": True}}
    for token in (api.accessToken, api.idToken):
        token.setCustomClaim("https://shop.example/exact", value)
        token.setCustomClaim("__proto__", None)
        token.setCustomClaim("constructor", "x")
""",
    )
    tokens = person.log_in()
    assert '{"big":9007199254740993,"one":1,"real":1.0,"__proto__":{"admin":true}}' in _read_payload(
        tokens.access_token
    )
    for claims in (tokens.access, tokens.id):
        assert claims["https://shop.example/exact"]["big"] == 9_007_199_254_740_993
        assert claims["https://shop.example/exact"]["__proto__"] == {"admin": True}
        assert (claims["__proto__"], claims["constructor"]) == (None, "x")


def test_scopes_are_those_that_the_actions_left(node: Provider, person: Person) -> None:
    """Added scopes are in the token, removed ones are not; without offline_access there is no refresh token."""
    _bind(
        node,
        """
def onExecutePostLogin(event, api):
    api.accessToken.addScope("read:cart")
    api.accessToken.removeScope("offline_access")
    api.accessToken.removeScope("email")
""",
    )
    tokens = person.log_in()
    assert set(tokens.access["scope"].split()) == {"openid", "read:cart"}
    assert not tokens.refresh_token


@pytest.mark.parametrize(
    "call",
    [
        "api.multifactor.enable('any')",
        "api.authentication.challengeWith({'type': 'otp'})",
        "api.authentication.enrollWithAny([{'type': 'otp'}])",
    ],
)
def test_a_step_that_cannot_be_carried_out_refuses_the_whole_list(call: str, node: Provider, person: Person) -> None:
    """This provider has no second factors: the login is refused, and the metadata beside the request is not written."""
    before = node.read_account(person.email)
    _bind(node, f"def onExecutePostLogin(event, api):\n    api.user.setAppMetadata('seen', True)\n    {call}\n")
    with pytest.raises(Refused) as refused:
        person.log_in()
    assert refused.value.page.status == 403
    assert node.read_account(person.email) == before


def test_a_denied_login_keeps_its_metadata_and_shows_the_message(node: Provider, person: Person) -> None:
    """DENY at login: metadata is written, and the page says what the action wanted the user to read."""
    _bind(node, DENY + "    api.user.setAppMetadata('tries', 1)\n")
    with pytest.raises(Refused) as refused:
        person.log_in()
    assert (refused.value.page.status, refused.value.page.message) == (403, "Not today.")
    assert node.read_app_metadata(person.email) == {"tries": 1}


def test_logins_of_one_user_at_once_lose_nothing(node: Provider, person: Person) -> None:
    """Each login reads what the one before has written."""
    _bind(
        node,
        """
def onExecutePostLogin(event, api):
    api.user.setAppMetadata("logins", (event.user.app_metadata.get("logins") or 0) + 1)
""",
    )
    people = [person.take_another_device() for _ in range(6)]
    pages = [(one, one.browser.open(one.application.begin().url)) for one in people]
    with ThreadPoolExecutor(len(pages)) as pool:
        answers = list(pool.map(lambda pair: pair[0].give_password(pair[1], "login-form"), pages))
    assert all(page.callback for page in answers)
    assert node.read_app_metadata(person.email) == {"logins": len(people)}


def test_another_user_logs_in_in_the_same_browser(node: Provider, person: Person) -> None:
    """The session of who was there before ends; the tokens are the second user's."""
    first = person.log_in()
    other = node.meet()
    other.sign_up()
    other.browser = person.browser
    second = other.log_in()
    assert second.access["sub"] != first.access["sub"]
    assert second.id["email"] == other.email


def test_a_denied_refresh_keeps_the_refresh_token(node: Provider, person: Person) -> None:
    """A denial at the token endpoint is ``access_denied`` with the message; later the same token is good again."""
    tokens = person.log_in()
    _bind(node, DENY)
    with pytest.raises(GrantRefused) as refused:
        person.application.refresh(tokens)
    assert (refused.value.error, refused.value.description) == ("access_denied", "Not today.")
    node.unbind()
    again = person.application.refresh(tokens)
    assert again.access["sub"] == tokens.access["sub"]
    with pytest.raises(GrantRefused, match="invalid_grant"):
        person.application.refresh(tokens)


def test_a_refresh_has_the_claims_of_its_own_login(node: Provider, person: Person) -> None:
    """Post-login runs at the exchange as well, and what it decides now replaces what it decided then."""
    _bind(
        node,
        """
def onExecutePostLogin(event, api):
    api.accessToken.setCustomClaim("logins", event.stats.logins_count)
    api.idToken.setCustomClaim("protocol", event.transaction.protocol)
""",
    )
    tokens = person.log_in()
    again = person.application.refresh(tokens)
    assert again.access["logins"] == tokens.access["logins"] + 1
    assert (tokens.id["protocol"], again.id["protocol"]) == ("oidc-basic-profile", "oauth2-refresh-token")


def test_a_denied_device_is_told(node: Provider, person: Person) -> None:
    """The user reads the message, and the device that polls learns that it will get nothing."""
    _bind(node, DENY)
    started = person.application.begin_device()
    page = person.browser.open(started["verification_uri_complete"])
    page = person.browser.submit(page, "device-form", user_code=started["user_code"])
    denied = person.give_password(page, "login-form")
    assert (denied.status, denied.message) == (403, "Not today.")
    with pytest.raises(GrantRefused, match="access_denied: Not today"):
        person.application.finish_device(started)


def test_a_denied_backchannel_request_is_told(node: Provider, person: Person) -> None:
    """The same for the backend that polls; and before anybody confirmed it is told to wait."""
    _bind(node, DENY)
    started = person.application.begin_backchannel(person.email)
    with pytest.raises(GrantRefused, match="authorization_pending"):
        person.application.finish_backchannel(started)
    page = person.browser.open(node.read_mail(person.email, "backchannel"))
    denied = person.give_password(page, "login-form")
    assert (denied.status, denied.message) == (403, "Not today.")
    with pytest.raises(GrantRefused, match="access_denied"):
        person.application.finish_backchannel(started)


@pytest.mark.parametrize("form", ["login-form", "sign-up-form"])
def test_a_form_that_the_provider_did_not_make_is_refused(form: str, node: Provider, person: Person) -> None:
    """Without the hidden value of this browser's page nothing happens."""
    stranger = person if form == "login-form" else node.meet()
    page = stranger.browser.open(stranger.application.begin().url)
    if form == "sign-up-form":
        page = stranger.browser.follow_link(page, "sign-up")
    page.forms[form].fields["csrf"] = secrets.token_urlsafe(32)
    answer = stranger.give_password(page, form)
    assert (answer.status, answer.callback) == (403, "")
    assert form == "login-form" or node.read_account(stranger.email) is None


def test_an_address_that_is_taken_is_not_registered_again(node: Provider, person: Person) -> None:
    """Whoever signs up with somebody's address in other letters gets the form again, and their account stays."""
    before = node.read_account(person.email)
    other = node.meet(email=person.email.upper())
    with pytest.raises(Refused) as refused:
        other.sign_up()
    assert refused.value.page.status == 400
    assert node.read_account(person.email) == before


def _wrong_redirect(person: Person) -> httpx.Response:
    return person.browser.http.get(person.application.begin(redirect_uri="http://attacker.test/callback").url)


def _no_pkce(person: Person) -> httpx.Response:
    url = httpx.URL(person.application.begin().url)
    for name in ("code_challenge", "code_challenge_method"):
        url = url.copy_remove_param(name)
    return person.browser.http.get(url)


@pytest.mark.parametrize("ask", [_wrong_redirect, _no_pkce])
def test_a_wrong_authorization_request_reaches_no_login(
    ask: Callable[[Person], httpx.Response], person: Person
) -> None:
    """No redirect to an address that is not registered, and no code without PKCE."""
    response = ask(person)
    target = response.headers.get("location", "")
    assert response.status_code == 400 or target.startswith(f"{REDIRECT_URI}?error=invalid_request")


def test_a_code_is_good_once(person: Person) -> None:
    """A code that comes a second time is refused."""
    attempt = person.application.begin()
    page = person.give_password(person.browser.open(attempt.url), "login-form")
    person.application.finish(attempt, page)
    with pytest.raises(GrantRefused, match="invalid_grant"):
        person.application.finish(attempt, page)


def test_the_provider_itself_withholds_the_session_and_logs_no_token(node: Provider, person: Person) -> None:
    """Where nothing is transferred it sends no session, so that the runtime has none to withhold."""
    guest = person.fill(METADATA)
    tokens = person.log_in()
    read = _read_lines(node)
    person.application.refresh(tokens, cookie=guest.token, anonymous_session_token=guest.token)
    person.application.exchange(tokens, cookie=guest.token, anonymous_session_token=guest.token)
    lines = _read_lines(node)
    assert {"event": "transfer", "reason": "TRANSFERRED", "login_flow": "LOGIN_FLOW_INTERACTIVE"} in read
    later = lines[len(read) :]
    assert [line["reason"] for line in later if line["event"] == "transfer"] == ["UNSUPPORTED_FLOW"] * 2
    assert [line["warnings"] for line in later if line["event"] == "answer"] == [[], []]
    log = node.read_log()
    assert not [secret for secret in (guest.token, tokens.access_token, person.password) if secret in log]
