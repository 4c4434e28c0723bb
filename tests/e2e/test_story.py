"""The story of session transfer, told by people over HTTP: each test is a paragraph of the feature's document."""

import secrets
import time
from typing import Any, Final

import pytest

from actions_sandbox.contract import Trigger
from actions_sdk.anonymous import AnonymousSessions, KeyRing, MemorySessionStore
from tests.e2e.http_user import Guest, Person, Refused
from tests.e2e.providers import Choices, Provider, open_provider
from tests.server_process import Server

CART: Final = {"items": [{"sku": "ITEM-001", "qty": 2}]}
OTHER_CART: Final = {"items": [{"sku": "ITEM-001", "qty": 1}, {"sku": "ITEM-002", "qty": 4}]}
BOTH_CARTS: Final = {"items": [{"sku": "ITEM-001", "qty": 3}, {"sku": "ITEM-002", "qty": 4}]}
METADATA: Final = {"cart": CART, "preferences": {"theme": "dark"}}
EXACT: Final = 9_007_199_254_740_993

_TELL: Final = """
def {handler}(event, api):
    session = event.anonymous_session
    told = {{"user_id": session.user_id, "session_id": session.session_id, "created_at": session.created_at,
             "metadata": session.metadata}} if session else "no session"
    api.user.setAppMetadata("{key}", told)
"""
TELL_AT_REGISTRATION: Final = _TELL.format(handler="onExecutePreUserRegistration", key="told_at_registration")
TELL_AT_LOGIN: Final = _TELL.format(handler="onExecutePostLogin", key="told_at_login")


def _told(guest: Guest) -> dict[str, Any]:
    return {key: guest.session[key] for key in ("user_id", "session_id", "created_at", "metadata")}


def _sign_up(provider: Provider) -> Person:
    """Return somebody with an account, made without a guest's session."""
    person = provider.meet()
    person.sign_up()
    return person


# How session transfer works -------------------------------------------------------------------------------------------


def test_a_guests_session_is_there_at_registration_and_at_login(provider: Provider) -> None:
    """Whoever signs up or logs in with a session's token runs the usual ceremony, and both kinds of actions see it."""
    provider.bind(Trigger.PRE_USER_REGISTRATION, tell_registration=TELL_AT_REGISTRATION)
    provider.bind(Trigger.POST_LOGIN, tell_login=TELL_AT_LOGIN)
    person = provider.meet()
    guest = person.fill(METADATA)
    assert guest.session["metadata"] == METADATA
    person.sign_up()
    assert provider.read_app_metadata(person.email) == {
        "told_at_registration": _told(guest),
        "told_at_login": _told(guest),
    }
    at_desk = person.take_another_device()
    other = at_desk.fill({"cart": OTHER_CART})
    at_desk.log_in()
    assert provider.read_app_metadata(person.email)["told_at_login"] == _told(other)


def test_without_a_session_the_login_is_as_ever(provider: Provider) -> None:
    """Nobody who was no guest gets a guest's session."""
    provider.bind(Trigger.PRE_USER_REGISTRATION, tell_registration=TELL_AT_REGISTRATION)
    provider.bind(Trigger.POST_LOGIN, tell_login=TELL_AT_LOGIN)
    person = _sign_up(provider)
    told = {"told_at_registration": "no session", "told_at_login": "no session"}
    assert provider.read_app_metadata(person.email) == told
    person.log_in()
    assert provider.read_app_metadata(person.email) == told


def test_the_session_lives_on_after_the_transfer(provider: Provider) -> None:
    """A transfer does not end the session: the guest still reads and changes it, and the next login brings it again."""
    provider.bind(Trigger.POST_LOGIN, tell_login=TELL_AT_LOGIN)
    person = provider.meet()
    guest = person.fill(METADATA)
    person.sign_up()
    assert person.fill(None).session == guest.session
    later = person.fill({"cart": OTHER_CART})
    assert later.session["session_id"] == guest.session["session_id"]
    person.log_in()
    assert provider.read_app_metadata(person.email)["told_at_login"] == _told(later)


# Pass the anonymous session token -------------------------------------------------------------------------------------


def test_a_cookie_is_found_without_any_code(provider: Provider) -> None:
    """Method 1: a token in the cookie ``anon`` is found by itself, at sign-up and at login."""
    provider.bind(Trigger.POST_LOGIN, "link_session")
    person = provider.meet()
    guest = person.fill(METADATA)
    assert person.anon_cookie == guest.token
    assert person.sign_up().access["anonymous_cart"] == CART
    assert person.log_in().access["anonymous_cart"] == CART


def test_a_cookie_that_the_application_wrote_itself_is_found(provider: Provider) -> None:
    """Method 1, where the application keeps the token and writes the cookie ``anon`` at the end."""
    provider.bind(Trigger.POST_LOGIN, "link_session")
    person = _sign_up(provider)
    guest = person.take_another_device().fill(METADATA)
    person.set_anon_cookie(guest.token)
    assert person.log_in().access["anonymous_cart"] == CART


def test_a_parameter_of_the_authorization_request_is_found(provider: Provider) -> None:
    """Method 2: ``anonymous_session_token`` in the query of /authorize, in a browser without the cookie."""
    provider.bind(Trigger.POST_LOGIN, "link_session")
    app = provider.meet()
    guest = app.fill(METADATA)
    for enter in (Person.sign_up, Person.log_in):
        in_browser = app.take_another_device()
        assert enter(in_browser, anonymous_session_token=guest.token).access["anonymous_cart"] == CART


def test_the_parameter_goes_before_the_cookie(provider: Provider) -> None:
    """Of two sessions the one is taken that the application named, and only that one."""
    provider.bind(Trigger.POST_LOGIN, tell_login=TELL_AT_LOGIN)
    person = _sign_up(provider)
    named = person.take_another_device().fill({"cart": OTHER_CART})
    person.fill(METADATA)
    person.log_in(anonymous_session_token=named.token)
    assert provider.read_app_metadata(person.email)["told_at_login"] == _told(named)


def _flip(token: str) -> str:
    last = token[-10]
    return token[:-10] + ("A" if last != "A" else "B") + token[-9:]


async def _forge(client_id: str) -> str:
    """Return a token of the right form, sealed by somebody else's key."""
    return (await AnonymousSessions(MemorySessionStore(), KeyRing.generate()).create(client_id, METADATA)).token


@pytest.mark.parametrize("way", ["cookie", "query"])
@pytest.mark.parametrize("fault", ["nonsense", "changed", "forged", "unsigned", "too long"])
async def test_a_token_that_is_not_valid_brings_no_session_and_fails_no_login(
    way: str, fault: str, provider: Provider
) -> None:
    """The cookie must hold a valid token; with any other, sign-up and login go on without a session."""
    provider.bind(Trigger.PRE_USER_REGISTRATION, tell_registration=TELL_AT_REGISTRATION)
    provider.bind(Trigger.POST_LOGIN, tell_login=TELL_AT_LOGIN)
    person = provider.meet()
    good = person.take_another_device().fill(METADATA).token
    token = {
        "nonsense": "nonsense",
        "changed": _flip(good),
        "forged": await _forge(provider.application.client_id),
        "unsigned": "eyJhbGciOiJub25lIn0.eyJzaWQiOiJzZXNzXzEifQ.",
        "too long": good + "A" * 3_000,
    }[fault]
    if way == "cookie":
        person.set_anon_cookie(token)
    query = {"anonymous_session_token": token} if way == "query" else {}
    person.sign_up(**query)
    if way == "cookie":
        person.set_anon_cookie(token)
    person.log_in(**query)
    told = {"told_at_registration": "no session", "told_at_login": "no session"}
    assert provider.read_app_metadata(person.email) == told


def test_a_session_that_is_over_brings_nothing_and_fails_no_login(kind: str, server: Server) -> None:
    """The guest keeps the session until it expires: afterwards its token transfers nothing, by either way."""
    with open_provider(kind, server, Choices(anonymous_seconds=1)) as provider:
        provider.bind(Trigger.POST_LOGIN, tell_login=TELL_AT_LOGIN)
        person = _sign_up(provider)
        token = person.fill(METADATA).token
        deadline = time.monotonic() + 10
        while _reads(person, token) and time.monotonic() < deadline:
            time.sleep(0.2)
        person.set_anon_cookie(token)
        person.log_in()
        assert provider.read_app_metadata(person.email) == {"told_at_login": "no session"}
        person.log_in(anonymous_session_token=token)
        assert provider.read_app_metadata(person.email) == {"told_at_login": "no session"}


def _reads(person: Person, token: str) -> bool:
    response = person.browser.http.post(
        person.application.base_url + "/anonymous/token",
        json={"client_id": person.application.client_id, "token": token},
    )
    return response.is_success


# Action examples ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["cookie", "query"])
def test_registration_copies_cart_and_preferences(way: str, provider: Provider) -> None:
    """New users: the profile gets a reference to the session, its cart and its preferences before it exists."""
    provider.bind(Trigger.PRE_USER_REGISTRATION, "registration_copy")
    person = provider.meet()
    if way == "cookie":
        guest = person.fill(METADATA)
        person.sign_up()
    else:
        guest = person.take_another_device().fill(METADATA)
        person.sign_up(anonymous_session_token=guest.token)
    account = provider.read_account(person.email)
    assert account is not None
    assert account["app_metadata"] == {"linked_anonymous_id": guest.user_id, "migrated_cart": CART}
    assert account["user_metadata"] == {"preferences": {"theme": "dark"}}


def test_login_links_the_session(provider: Provider) -> None:
    """Returning users: the last session, each linked session once, and the cart in the access token alone."""
    provider.bind(Trigger.POST_LOGIN, "link_session")
    person = _sign_up(provider)
    guest = person.fill(METADATA)
    for _ in range(2):
        tokens = person.log_in()
        assert tokens.access["anonymous_cart"] == CART
        assert "anonymous_cart" not in tokens.id
        assert provider.read_app_metadata(person.email) == {
            "last_anonymous_session": guest.user_id,
            "linked_sessions": [guest.user_id],
        }


@pytest.mark.parametrize("sample", ["merge_cart", "merge_cart_once", "merge_cart_hardened"])
def test_login_merges_the_carts(sample: str, provider: Provider) -> None:
    """A user with a cart and a guest with a cart: quantities of the same article are added, in profile and token."""
    provider.bind(Trigger.POST_LOGIN, sample)
    person = provider.meet()
    person.fill({"cart": CART})
    assert person.sign_up().access["cart"] == CART
    at_desk = person.take_another_device()
    at_desk.fill({"cart": OTHER_CART})
    tokens = at_desk.log_in()
    assert tokens.access["cart"] == BOTH_CARTS
    assert provider.read_app_metadata(person.email)["cart"] == BOTH_CARTS


@pytest.mark.parametrize(
    ("sample", "quantities"),
    [("merge_cart", [2, 4, 7]), ("merge_cart_once", [2, 2, 3]), ("merge_cart_hardened", [2, 2, 3])],
)
def test_the_same_guest_comes_again(sample: str, quantities: list[int], provider: Provider) -> None:
    """The session lives on, so its cart comes again: the documented merge adds it again, the safe ones do not."""
    provider.bind(Trigger.POST_LOGIN, sample)
    person = provider.meet()
    seen = []
    for enter, quantity in ((Person.sign_up, 2), (Person.log_in, 2), (Person.log_in, 3)):
        person.fill({"cart": {"items": [{"sku": "ITEM-001", "qty": quantity}]}})
        (item,) = enter(person).access["cart"]["items"]
        assert provider.read_app_metadata(person.email)["cart"] == {"items": [item]}
        seen.append(item["qty"])
    assert seen == quantities


def test_quantities_are_exact(provider: Provider) -> None:
    """A quantity that a double cannot hold arrives as itself, in the profile and in the token."""
    provider.bind(Trigger.POST_LOGIN, "merge_cart_once")
    person = provider.meet()
    person.fill({"cart": {"items": [{"sku": "BOLT-M3", "qty": EXACT - 1}]}})
    person.sign_up()
    person.fill({"cart": {"items": [{"sku": "BOLT-M3", "qty": EXACT}]}})
    assert person.log_in().access["cart"] == {"items": [{"sku": "BOLT-M3", "qty": EXACT}]}
    assert provider.read_app_metadata(person.email)["cart"] == {"items": [{"sku": "BOLT-M3", "qty": EXACT}]}


def test_nothing_hostile_gets_past_the_hardened_merge(provider: Provider) -> None:
    """A guest may be an attacker: one good article of a hostile cart arrives, and the login goes on."""
    provider.bind(Trigger.POST_LOGIN, "link_session_hardened", "merge_cart_hardened")
    person = _sign_up(provider)
    bad = [{"sku": "A", "qty": -5}, {"sku": "A", "qty": "9"}, {"sku": {"$ne": None}, "qty": 1}, ["A", 1], None]
    good = {"sku": "ITEM-002", "qty": 1}
    person.fill({"cart": {"items": [*bad, {**good, "price": 0, "__proto__": {"admin": True}}], "coupon": "FREE"}})
    tokens = person.log_in()
    assert tokens.access["cart"] == tokens.access["anonymous_cart"] == {"items": [good]}
    assert provider.read_app_metadata(person.email)["cart"] == {"items": [good]}


def test_several_devices_leave_several_sessions(provider: Provider) -> None:
    """From each device comes a session of its own: option 1 keeps all of them, option 2 the most recent."""
    provider.bind(Trigger.POST_LOGIN, "many_sessions")
    person = provider.meet(user_agent="Mozilla/5.0 (first)")
    first = person.fill(METADATA)
    person.sign_up()
    second_device = person.take_another_device("Mozilla/5.0 (second)")
    second = second_device.fill({"cart": OTHER_CART})
    second_device.log_in()
    app_metadata = provider.read_app_metadata(person.email)
    assert [(entry["user_id"], entry["device"]) for entry in app_metadata["linked_sessions"]] == [
        (first.user_id, "Mozilla/5.0 (first)"),
        (second.user_id, "Mozilla/5.0 (second)"),
    ]
    assert all(entry["linked_at"] for entry in app_metadata["linked_sessions"])
    assert app_metadata["last_anonymous_session"] == {"user_id": second.user_id, "metadata": {"cart": OTHER_CART}}


# End the anonymous session after transfer -----------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["cookie", "query"])
def test_after_its_logout_a_kept_token_transfers_nothing(way: str, provider: Provider) -> None:
    """POST /anonymous/logout ends the session itself: whoever kept its token brings nothing with it, and logs in."""
    provider.bind(Trigger.POST_LOGIN, tell_login=TELL_AT_LOGIN)
    person = provider.meet()
    guest = person.fill(METADATA)
    person.sign_up()
    assert provider.read_app_metadata(person.email)["told_at_login"] == _told(guest)
    person.end_guest()
    if way == "cookie":
        person.set_anon_cookie(guest.token)
        person.log_in()
    else:
        person.log_in(anonymous_session_token=guest.token)
    assert provider.read_app_metadata(person.email)["told_at_login"] == "no session"
    assert not _reads(person, guest.token)


def test_after_its_logout_a_guest_is_somebody_new(provider: Provider) -> None:
    """What the browser does as a guest afterwards is a session of its own."""
    person = provider.meet()
    before = person.fill(METADATA)
    person.end_guest()
    after = person.fill({"cart": OTHER_CART})
    assert after.session["session_id"] != before.session["session_id"]
    assert after.user_id != before.user_id


def test_no_log_shows_a_token(provider: Provider) -> None:
    """A guest's token is a key to the guest's data: a provider's log tells of the transfer and not of the token."""
    person = provider.meet()
    tokens = [person.fill(METADATA).token, person.fill({"cart": OTHER_CART}).token]
    person.sign_up()
    person.log_in(anonymous_session_token=tokens[-1])
    person.log_in(anonymous_session_token=_flip(tokens[-1]))
    log = provider.read_log()
    assert "TRANSFERRED" in log
    assert "MALFORMED" in log
    assert not [token for token in tokens if token[-40:] in log or token[:60] in log]


# What an action decides -----------------------------------------------------------------------------------------------


def test_a_denied_registration_leaves_no_account_and_a_denied_login_no_tokens(provider: Provider) -> None:
    """The user reads the action's words; nothing of the guest's is left behind at sign-up."""
    words = f"Not today, {secrets.token_hex(4)}."
    deny = "def {}(event, api):\n    api.user.setAppMetadata('denied', True).access.deny('reason', {!r})\n"
    provider.bind(Trigger.PRE_USER_REGISTRATION, deny_registration=deny.format("onExecutePreUserRegistration", words))
    person = provider.meet()
    person.fill(METADATA)
    assert _refused(person, "sign_up") == (403, words)
    assert provider.read_account(person.email) is None
    provider.unbind()
    person.sign_up()
    provider.bind(Trigger.POST_LOGIN, deny_login=deny.format("onExecutePostLogin", words))
    assert _refused(person, "log_in") == (403, words)
    assert provider.read_app_metadata(person.email) == {"denied": True}


def _refused(person: Person, enter: str) -> tuple[int, str]:
    with pytest.raises(Refused) as caught:
        getattr(person, enter)()
    return caught.value.page.status, caught.value.page.message.strip()
