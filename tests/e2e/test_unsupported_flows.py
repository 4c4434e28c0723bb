"""The five flows in which no session is handed over, although the token lies where it would be found."""

import secrets
from collections.abc import Callable
from typing import Any, Final

import pytest

from actions_sandbox.contract import Trigger
from tests.e2e.http_user import Application, Guest, Person, Tokens
from tests.e2e.providers import Provider

METADATA: Final = {"cart": {"items": [{"sku": "ITEM-001", "qty": 2}]}}

COUNT: Final = """
def onExecutePostLogin(event, api):
    seen = event.user.app_metadata.get("seen") or {"logins": 0, "sessions": 0}
    seen["logins"] += 1
    seen["sessions"] += 1 if event.anonymous_session else 0
    api.user.setAppMetadata("seen", seen)
"""
"""Counts the logins that actions saw, and in how many of them there was a guest's session."""


class Scene:
    """A user with an account, who is a guest again, and an application that asks for refresh tokens as well."""

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        provider.bind(Trigger.POST_LOGIN, "merge_cart", count=COUNT)
        self.application: Application = provider.open_application("openid email offline_access")
        self.person = Person(self.application)
        self.tokens: Tokens = self.person.sign_up(prompt="consent")
        self.guest: Guest = self.person.fill(METADATA)

    @property
    def seen(self) -> dict[str, Any]:
        """What the counting action saw so far."""
        counted: dict[str, Any] = self.provider.read_app_metadata(self.person.email)["seen"]
        return counted

    @property
    def bait(self) -> dict[str, str]:
        """The guest's token as the parameter that an authorization request has."""
        return {"anonymous_session_token": self.guest.token}


def _refresh(scene: Scene) -> Tokens:
    return scene.application.refresh(scene.tokens, cookie=scene.guest.token, **scene.bait)


def _exchange(scene: Scene) -> Tokens:
    return scene.application.exchange(scene.tokens, cookie=scene.guest.token, **scene.bait)


def _log_in_a_device(scene: Scene) -> Tokens:
    started = scene.application.begin_device(cookie=scene.guest.token, **scene.bait)
    page = scene.person.browser.open(started["verification_uri_complete"])
    page = scene.person.browser.submit(page, "device-form", user_code=started["user_code"])
    scene.person.give_password(page, "login-form")
    return scene.application.finish_device(started, cookie=scene.guest.token)


def _confirm_a_backchannel_request(scene: Scene) -> Tokens:
    started = scene.application.begin_backchannel(scene.person.email, cookie=scene.guest.token, **scene.bait)
    page = scene.person.browser.open(scene.provider.read_mail(scene.person.email, "backchannel"))
    scene.person.give_password(page, "login-form")
    return scene.application.finish_backchannel(started, cookie=scene.guest.token)


def _reset_the_password(scene: Scene) -> Tokens:
    attempt = scene.person.ask_for_reset(**scene.bait)
    link = scene.provider.read_mail(scene.person.email, "password-reset")
    return scene.person.reset(attempt, link, f"another horse {secrets.token_hex(8)}")


FLOWS: Final[dict[str, Callable[[Scene], Tokens]]] = {
    # The authentication request and the login happen on different devices.
    "device code": _log_in_a_device,
    # The request and the confirmation happen on different devices.
    "CIBA": _confirm_a_backchannel_request,
    # The guest's data would likely be taken for the wrong user's, for instance when somebody is impersonated.
    "custom token exchange": _exchange,
    # Whoever has a refresh token was logged in already.
    "refresh token exchange": _refresh,
    # Two steps, which may be two guests, and a recovery must not tie anybody's data to an account.
    "password reset": _reset_the_password,
}


@pytest.mark.parametrize("flow", FLOWS)
def test_a_flow_that_is_not_supported_hands_over_no_session(flow: str, provider: Provider) -> None:
    """Actions run and see no session; the next interactive login of the same browser brings it, so it was there."""
    scene = Scene(provider)
    assert scene.seen == {"logins": 1, "sessions": 0}
    tokens = FLOWS[flow](scene)
    assert tokens.access["sub"] == scene.tokens.access["sub"]
    assert "cart" not in tokens.access
    assert provider.read_app_metadata(scene.person.email) == {"seen": {"logins": 2, "sessions": 0}}
    assert scene.person.log_in().access["cart"] == METADATA["cart"]
    assert scene.seen == {"logins": 3, "sessions": 1}


def test_an_ordinary_login_with_the_new_password_after_a_reset_is_interactive(provider: Provider) -> None:
    """Only the reset itself is left out: the mail's link, not the user, is what the session is withheld from."""
    scene = Scene(provider)
    _reset_the_password(scene)
    at_desk = scene.person.take_another_device()
    at_desk.password = scene.person.password
    at_desk.fill(METADATA)
    assert at_desk.log_in().access["cart"] == METADATA["cart"]
