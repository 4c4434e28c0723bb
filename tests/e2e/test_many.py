"""Many people at once: every account and every token shows that person's articles and nobody else's."""

import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import pytest

from actions_sandbox.contract import Trigger
from tests.e2e.http_user import Tokens
from tests.e2e.providers import Provider

USERS: Final = int(os.environ.get("E2E_USERS", "40"))
"""People for each provider; ``E2E_USERS=500 pytest -s tests/e2e/test_many.py`` is the long run."""
AT_ONCE: Final = 8

NAME_GUEST: Final = """
def onExecutePostLogin(event, api):
    guest = event.anonymous_session.user_id
    api.accessToken.setCustomClaim("guest", guest).idToken.setCustomClaim("guest", guest)
"""


class Tally:
    """Counts what was compared, and tells what was not as due."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.wrong: list[str] = []

    def check(self, what: str, actual: Any, due: Any) -> None:
        """Count one thing and compare it."""
        self.counts[what] += 1
        if actual != due:
            self.wrong.append(f"{what}: {actual} instead of {due}")


def _check_tokens(tally: Tally, tokens: Tokens, sub: str, items: list[dict[str, Any]]) -> None:
    tally.check("access tokens", (tokens.access["sub"], tokens.access.get("cart")), (sub, {"items": items}))
    tally.check("ID tokens", (tokens.id["sub"], tokens.id.get("guest")), (sub, tokens.access.get("guest")))


def _live(provider: Provider, number: int) -> Tally:
    """Sign up with a guest's cart, then log in twice with another device's guest; compare everything."""
    tally = Tally()
    # Articles with the person's own number: whatever went to the wrong person is seen.
    first, second = {"sku": f"P{number}-A", "qty": number + 1}, {"sku": f"P{number}-B", "qty": 2 * number + 1}
    preferences = {"theme": f"theme-{number}"}
    with provider.meet() as person, person.take_another_device() as device:
        guest = person.fill({"cart": {"items": [first]}, "preferences": preferences})
        tokens = person.sign_up()
        sub = tokens.access["sub"]
        tally.check("sign-ups", tokens.access.get("guest"), guest.user_id)
        _check_tokens(tally, tokens, sub, [first])
        account = provider.read_account(person.email) or {}
        kept = (account.get("user_id"), account.get("user_metadata"), account["app_metadata"]["linked_anonymous_id"])
        tally.check("profiles", kept, (sub, {"preferences": preferences}, guest.user_id))
        other = device.fill({"cart": {"items": [second]}})
        for _ in range(2):
            tokens = device.log_in()
            tally.check("logins", tokens.access.get("guest"), other.user_id)
            _check_tokens(tally, tokens, sub, [first, second])
        cart = provider.read_app_metadata(person.email)["cart"]
        tally.check("carts", cart, {"items": [first, second]})
    return tally


@pytest.mark.timeout(60 + 4 * USERS)
def test_many_people_at_once_get_their_own_and_nothing_else(provider: Provider) -> None:
    """Sign-ups and logins side by side: every profile, cart and token is the one that is due."""
    provider.bind(Trigger.PRE_USER_REGISTRATION, "registration_copy")
    provider.bind(Trigger.POST_LOGIN, "merge_cart_once", name_guest=NAME_GUEST)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        tallies = list(pool.map(lambda number: _live(provider, number), range(USERS)))
    counts = sum((tally.counts for tally in tallies), Counter[str]())
    wrong = [line for tally in tallies for line in tally.wrong]
    print(
        f"{provider.kind}: " + ", ".join(f"{count} {what}" for what, count in counts.items()) + f"; {len(wrong)} wrong"
    )
    assert wrong == []
    assert counts == {
        "sign-ups": USERS,
        "logins": 2 * USERS,
        "access tokens": 3 * USERS,
        "ID tokens": 3 * USERS,
        "profiles": USERS,
        "carts": USERS,
    }
