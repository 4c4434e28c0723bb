import ast
import re
from collections import Counter
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import actions_sdk.samples
from actions_sandbox.contract import HANDLERS
from actions_sdk.apply import State, apply
from actions_sdk.handlers import find_triggers
from actions_sdk.harness import Harness, Result, make_action
from actions_sdk.samples import NAMES, read_source

SAFE_MERGES: Final = ("merge_cart_once", "merge_cart_hardened")


def test_every_sample_in_the_folder_is_listed() -> None:
    """What is shipped is what is offered."""
    folder = Path(actions_sdk.samples.__file__).parent
    assert sorted(file.stem for file in folder.glob("*.py") if file.stem != "__init__") == sorted(NAMES)


def test_an_unknown_sample_is_told_with_the_known_ones() -> None:
    """The name of a sample is no path."""
    with pytest.raises(KeyError, match="merge_cart_hardened"):
        read_source("../samples/merge_cart")


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_is_one_documented_handler_of_one_trigger(name: str) -> None:
    """Each file says what it is for and whom its data comes from."""
    source = read_source(name)
    assert len(find_triggers(source)) == 1
    docstring = ast.get_docstring(ast.parse(source)) or ""
    assert "not logged in" in docstring or "attacker" in docstring


def test_every_documented_sample_has_a_hardened_form() -> None:
    """Whoever copies the documented form finds the safe one beside it."""
    documented = {name for name in NAMES if not name.endswith(("_hardened", "_once"))}
    hardened = {name for name in NAMES if name.endswith("_hardened")}
    assert {f"{name}_hardened" for name in documented} == hardened
    assert set(NAMES) - documented - hardened == {"merge_cart_once"}


def test_the_samples_show_both_spellings() -> None:
    """Authors find the names that they know, and their Python twins."""
    text = "".join(read_source(name) for name in NAMES)
    for word in (*(name for names in HANDLERS.values() for name in names), "setAppMetadata", "set_app_metadata"):
        assert word in text


# The same guest comes twice -------------------------------------------------------------------------------------------

Cart = dict[str, int]
"""Quantity by article."""

_ARTICLES: Final = ("A", "B", "ITEM-001")
_STEPS: Final = st.lists(
    st.tuples(
        st.sampled_from(["add", "add", "login", "login", "take out", "remove own"]),
        st.integers(0, 3),
        st.sampled_from(_ARTICLES),
        st.integers(1, 5),
    ),
    max_size=25,
)
_FEW: Final = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def _show(cart: Cart) -> dict[str, Any]:
    return {"items": [{"sku": sku, "qty": quantity} for sku, quantity in cart.items() if quantity]}


def _count(cart: Any) -> Cart:
    return {item["sku"]: item["qty"] for item in (cart or {"items": []})["items"]}


class Shop:
    """A user's account and guests' sessions, of which none ends; logins run a sample and apply its answer."""

    def __init__(self, harness: Harness, sample: str) -> None:
        self._harness = harness
        self._action = make_action(read_source(sample))
        self.guests: dict[int, Cart] = {}
        self.app_metadata: dict[str, Any] = {}

    @property
    def cart(self) -> Cart:
        """The user's own cart."""
        return _count(self.app_metadata.get("cart"))

    def answer(self, session: int) -> Result:
        """Run a login with a session, and change nothing."""
        metadata = {"cart": _show(self.guests[session])}
        guest = {"user_id": f"anon|{session}", "session_id": f"sess_{session}", "metadata": metadata}
        event = {"user": {"user_id": "auth0|ada", "app_metadata": self.app_metadata}, "anonymous_session": guest}
        result = self._harness.run(self._action, event)
        assert result.error is None
        return result

    def write(self, result: Result) -> None:
        """Apply an answer to the account as it is by now."""
        before = State(user={"app_metadata": self.app_metadata})
        self.app_metadata = apply(before, result.commands).user["app_metadata"]

    def log_in(self, session: int) -> None:
        """Log in with a session; whenever the guest has a cart, the access token shows the account's."""
        result = self.answer(session)
        self.write(result)
        assert result.tokens is not None
        if any(self.guests[session].values()):
            assert _count(result.tokens.access.claims.get("cart")) == self.cart

    def add(self, session: int, sku: str, quantity: int) -> None:
        """Let a guest put articles into the cart, or take them out."""
        cart = self.guests.setdefault(session, {})
        cart[sku] = max(cart.get(sku, 0) + quantity, 0)

    def remove(self, sku: str) -> None:
        """Let the user take an article out of the own cart."""
        items = [item for item in self.app_metadata.get("cart", {"items": []})["items"] if item["sku"] != sku]
        self.app_metadata = {**self.app_metadata, "cart": {"items": items}}


@pytest.mark.parametrize("sample", SAFE_MERGES)
@given(steps=_STEPS)
@_FEW
def test_whatever_guests_add_arrives_once_however_often_they_log_in(
    sample: str, steps: list[tuple[str, int, str, int]], in_process: Harness
) -> None:
    """The own cart is the sum of what the sessions had been given when they were last seen."""
    shop = Shop(in_process, sample)
    due: Counter[str] = Counter()
    pending: dict[int, Counter[str]] = {}
    for kind, session, sku, quantity in steps:
        if kind == "add":
            shop.add(session, sku, quantity)
            pending.setdefault(session, Counter())[sku] += quantity
        elif kind == "login" and session in shop.guests:
            shop.log_in(session)
            due += pending.pop(session, Counter())
            assert shop.cart == due


@pytest.mark.parametrize("sample", SAFE_MERGES)
@given(steps=_STEPS)
@_FEW
def test_nothing_comes_back_and_no_session_gives_more_than_it_ever_held(
    sample: str, steps: list[tuple[str, int, str, int]], in_process: Harness
) -> None:
    """Articles that the guest takes out, or the user removes, are neither taken back nor added again."""
    shop = Shop(in_process, sample)
    arrived: Counter[str] = Counter()
    most: dict[int, Counter[str]] = {}
    for kind, session, sku, quantity in steps:
        if kind in ("add", "take out"):
            shop.add(session, sku, quantity if kind == "add" else -quantity)
        elif kind == "remove own":
            shop.remove(sku)
        elif session in shop.guests:
            before = Counter(shop.cart)
            shop.log_in(session)
            arrived += Counter(shop.cart) - before
            assert not before - Counter(shop.cart)
            most[session] = most.get(session, Counter()) | Counter(shop.guests[session])
            assert arrived == sum(most.values(), Counter())


@pytest.mark.parametrize("sample", SAFE_MERGES)
def test_two_logins_at_once_with_one_session_count_once(sample: str, in_process: Harness) -> None:
    """Both read the same account; whichever writes last, the articles are there once."""
    shop = Shop(in_process, sample)
    shop.add(1, "A", 2)
    one, other = shop.answer(1), shop.answer(1)
    assert one.commands == other.commands
    shop.write(one)
    shop.write(other)
    assert shop.cart == {"A": 2}


@pytest.mark.parametrize("sample", SAFE_MERGES)
@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_two_logins_at_once_with_two_sessions_come_right_at_the_next_login(
    sample: str, order: tuple[int, int], in_process: Harness
) -> None:
    """The later write loses the other's articles and the memory of them alike, so that they come again."""
    shop = Shop(in_process, sample)
    shop.add(1, "A", 2)
    shop.add(2, "A", 5)
    answers = {session: shop.answer(session) for session in order}
    for session in order:
        shop.write(answers[session])
    for session in order:
        shop.log_in(session)
    assert shop.cart == {"A": 7}


_TEXT: Final = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=9)
_JSON: Final = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | _TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=8,
)
_ITEM: Final = _JSON | st.fixed_dictionaries({"sku": _JSON | st.sampled_from(_ARTICLES), "qty": _JSON | st.just(1)})
_CART: Final = _JSON | st.fixed_dictionaries({"items": _JSON | st.lists(_ITEM, max_size=9)})
_ENTRY: Final = _JSON | st.fixed_dictionaries(
    {"session_id": _JSON | st.sampled_from(["sess_1", "sess_2"]), "items": _JSON | st.lists(_ITEM, max_size=9)}
)


@given(guest=_CART, own=_CART, memory=_JSON | st.lists(_ENTRY, max_size=12))
@settings(_FEW, max_examples=150)
def test_the_hardened_merge_survives_whatever_is_in_the_session_and_in_the_memory(
    guest: Any, own: Any, memory: Any, in_process: Harness
) -> None:
    """No data fails a login, what is remembered is of one form and bounded, and a second login changes nothing."""
    user = {"user_id": "auth0|ada", "app_metadata": {"cart": own, "merged_carts": memory}}
    session = {"user_id": "anon|1", "session_id": "sess_1", "metadata": {"cart": guest}}
    action = make_action(read_source("merge_cart_hardened"))
    result = in_process.run(action, {"user": user, "anonymous_session": session})
    assert result.error is None
    if len(result.commands) < 2:
        assert result.user == user
        return
    merged = result.user["app_metadata"]["merged_carts"]
    assert len(merged) <= 10
    assert all(entry.keys() == {"session_id", "items"} for entry in merged)
    assert all(item.keys() == {"sku", "qty"} for entry in merged for item in entry["items"])
    again = in_process.run(action, {"user": result.user, "anonymous_session": session})
    assert again.user == result.user


def test_the_page_tells_side_by_side_what_each_form_makes_of_a_guest_who_comes_twice(in_process: Harness) -> None:
    """The table of COMING_FROM_AUTH0.md is what happens."""
    page = (Path(__file__).parent.parent.parent / "sdk" / "COMING_FROM_AUTH0.md").read_text(encoding="utf-8")
    told = [
        (int(naive), int(safe)) for naive, safe in re.findall(r"^\| (\d+) cups \| (\d+) cups \|", page, re.MULTILINE)
    ]
    assert told == list(zip(_tell("merge_cart", in_process), _tell("merge_cart_once", in_process), strict=True))


def _tell(sample: str, harness: Harness) -> list[int]:
    shop = Shop(harness, sample)
    seen = []
    for session, added, removes in (
        (1, 2, False),
        (1, 0, False),
        (1, 1, False),
        (1, 0, True),
        (1, -2, False),
        (2, 2, False),
    ):
        shop.add(session, "cup", added)
        if removes:
            shop.remove("cup")
        shop.log_in(session)
        seen.append(shop.cart.get("cup", 0))
    return seen
