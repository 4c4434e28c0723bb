"""What the actions decide is done: whole, once, and before anybody gets a token."""

import threading
from concurrent.futures import ThreadPoolExecutor

import httpx

from tests.actions_sdk.auth_server.browser import Application, Browser, Page, make_guest
from tests.actions_sdk.auth_server.conftest import name_user
from tests.actions_sdk.auth_server.process import AuthServer

NOT_NOW = "This cannot be completed at the moment. Please try again later."


def _log_in_anew(server: AuthServer, email: str) -> Page:
    return Application(server.address).log_in(Browser(server.address), email)


def test_a_denied_sign_up_leaves_no_account_and_shows_the_message(
    auth_server: AuthServer, browser: Browser, shop: Application
) -> None:
    """The message is for the user, the reason is not; a message is text."""
    email = name_user("unwanted")
    page = shop.sign_up(browser, email)
    assert (page.status, page.message) == (403, "No account for <you> ☕")
    assert "a rule of the shop" not in page.response.text
    assert auth_server.account(email) is None


def test_a_sign_up_whose_actions_fail_leaves_no_account_and_tells_nothing(
    auth_server: AuthServer, browser: Browser, shop: Application
) -> None:
    """Fail closed."""
    email = name_user("breaking")
    page = shop.sign_up(browser, email)
    assert (page.status, page.message) == (403, NOT_NOW)
    assert auth_server.account(email) is None


def test_an_account_and_its_metadata_are_written_before_the_login_is_judged(
    auth_server: AuthServer, browser: Browser, shop: Application
) -> None:
    """A sign-up is followed by a login, which has actions of its own: here they refuse."""
    email = name_user("denied-first")
    page = shop.sign_up(browser, email)
    assert (page.status, page.message) == (403, "Not <you> ☕")
    account = auth_server.account(email)
    assert account is not None
    assert "registered" in account["app_metadata"]


def test_a_denied_login_keeps_its_metadata_and_gives_no_code(
    auth_server: AuthServer, browser: Browser, shop: Application
) -> None:
    """DENY at login: the metadata is written, the login is not counted."""
    email = name_user("denied")
    shop.sign_up(browser, email)
    page = _log_in_anew(auth_server, email)
    assert (page.status, page.message, page.callback) == (403, "Not <you> ☕", {})
    account = auth_server.account(email)
    assert account is not None
    assert account["app_metadata"]["logins"] == 2
    _log_in_anew(auth_server, email)
    account = auth_server.account(email)
    assert account is not None
    assert (account["app_metadata"]["logins"], account["user_metadata"]["last"]["count"]) == (3, 2)


def test_a_denial_without_a_message_says_so_in_general(
    auth_server: AuthServer, browser: Browser, shop: Application
) -> None:
    """The reason is for the tenant's logs."""
    email = name_user("silent")
    shop.sign_up(browser, email)
    assert _log_in_anew(auth_server, email).message == "Access was denied."


def test_a_login_whose_actions_fail_writes_nothing(
    auth_server: AuthServer, browser: Browser, shop: Application
) -> None:
    """FAIL: no metadata, no code, and no word of what went wrong."""
    email = name_user("failing")
    shop.sign_up(browser, email)
    before = auth_server.account(email)
    page = _log_in_anew(auth_server, email)
    assert (page.status, page.message, page.callback) == (403, NOT_NOW, {})
    assert auth_server.account(email) == before


def test_a_login_that_needs_a_second_factor_fails_whole(
    auth_server: AuthServer, browser: Browser, shop: Application
) -> None:
    """This server has none; a wish that it cannot carry out must not be passed over."""
    email = name_user("factor")
    shop.sign_up(browser, email)
    before = auth_server.account(email)
    assert _log_in_anew(auth_server, email).status == 403
    assert auth_server.account(email) == before


def test_a_guest_session_reaches_both_triggers_by_cookie_and_by_query(
    auth_server: AuthServer, browser: Browser, shop: Application
) -> None:
    """The query goes before the cookie; nothing of it stays in what the actions see of the request."""
    email = name_user("ada")
    guest = make_guest(browser, {"cart": {"items": []}})
    shop.sign_up(browser, email)
    account = auth_server.account(email)
    assert account is not None
    by_cookie = guest["session"]["user_id"]
    assert account["app_metadata"]["linked_anonymous_id"] == by_cookie
    assert account["user_metadata"]["last"]["session"] == by_cookie
    other = make_guest(Browser(auth_server.address), {})
    Application(auth_server.address).log_in(browser, email, anonymous_session_token=other["anonymous_session_token"])
    account = auth_server.account(email)
    assert account is not None
    assert account["user_metadata"]["last"]["session"] == other["session"]["user_id"]


def test_a_guest_session_that_is_no_good_fails_no_login(
    auth_server: AuthServer, browser: Browser, shop: Application
) -> None:
    """The login goes on without it, and the log says why; the token is in no log."""
    email = name_user("ada")
    shop.sign_up(Browser(auth_server.address), email)
    guest = make_guest(browser, {})
    logout = browser.client.post("/anonymous/logout", json={"client_id": "shop"})
    assert (logout.status_code, browser.client.cookies.get("anon")) == (204, None)
    kept = guest["anonymous_session_token"]
    for token in (kept, "forged", f"{kept[:-4]}AAAA"):
        page = shop.log_in(Browser(auth_server.address), email, anonymous_session_token=token)
        assert "code" in page.callback
        account = auth_server.account(email)
        assert account is not None
        assert account["user_metadata"]["last"]["session"] is None
    outcomes = [line["outcome"] for line in auth_server.log_lines() if line["event"] == "anonymous_session"]
    assert outcomes[-3:] == ["REVOKED", "MALFORMED", "MALFORMED"]
    assert kept not in auth_server.log_file.read_text()


def test_what_the_runtime_answered_can_be_looked_at(
    auth_server: AuthServer, browser: Browser, shop: Application
) -> None:
    """With the commands as they came, and the session that went along; neither a password nor a token is there."""
    email, guest = name_user("denied-first"), make_guest(browser, {"cart": {"items": []}})
    shop.sign_up(browser, email, "a secret horse")
    shown = httpx.get(f"{auth_server.address}/flows")
    registration, login = shown.json()[-2:]
    assert registration["commands"][0] == {
        "action": "registration",
        "version": 1,
        "kind": "set_app_metadata",
        "key": "registered",
        "value": {"big": 9007199254740993, "client": "shop"},
    }
    assert [flow["anonymous_session"]["session_id"] for flow in (registration, login)] == [
        guest["session"]["session_id"]
    ] * 2
    assert (login["decision"], login["denial"]["user_message"]) == ("DENY", "Not <you> ☕")
    assert "secret horse" not in shown.text
    assert guest["anonymous_session_token"] not in shown.text


def test_logins_of_one_user_at_once_lose_no_update(
    auth_server: AuthServer, browser: Browser, shop: Application
) -> None:
    """Every action sees what the one before wrote."""
    email, many = name_user("ada"), 8
    shop.sign_up(browser, email)
    ready = threading.Barrier(many)

    def log_in(_: int) -> int:
        application, own = Application(auth_server.address), Browser(auth_server.address)
        page = application.begin(own)
        ready.wait()
        return int(
            application.tokens(own.send(page, "login-form", email=email, password="correct horse"))["access"]["logins"]
        )

    with ThreadPoolExecutor(many) as pool:
        seen = sorted(pool.map(log_in, range(many)))
    assert seen == list(range(2, many + 2))
    account = auth_server.account(email)
    assert account is not None
    assert account["app_metadata"]["logins"] == account["user_metadata"]["last"]["count"] == many + 1


def test_sign_ups_with_one_address_at_once_make_one_account(auth_server: AuthServer) -> None:
    """One wins, the others are told that the address is taken."""
    email, many = name_user("ada"), 4
    ready = threading.Barrier(many)

    def sign_up(_: int) -> Page:
        application, own = Application(auth_server.address), Browser(auth_server.address)
        page = own.click(application.begin(own), "sign-up")
        ready.wait()
        return own.send(page, "sign-up-form", email=email, password="correct horse")

    with ThreadPoolExecutor(many) as pool:
        pages = list(pool.map(sign_up, range(many)))
    assert sorted("code" in page.callback for page in pages) == [False, False, False, True]
