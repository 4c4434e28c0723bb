"""What the action has to do, run in a sealed worker as in production."""

from pathlib import Path

from actions_sdk.events import hostile_session, no_session, returning_guest_with_cart
from actions_sdk.harness import load_action, run

ACTION = load_action(Path(__file__).parent.parent / "actions" / "merge_cart.py")


def test_quantities_are_added_once() -> None:
    event = returning_guest_with_cart(
        user={"app_metadata": {"cart": {"items": [{"sku": "A", "qty": 3}]}}},
        anonymous_session={"metadata": {"cart": {"items": [{"sku": "A", "qty": 2}, {"sku": "B", "qty": 1}]}}},
    )
    result = run(ACTION, event)
    assert result.user["app_metadata"]["cart"] == {"items": [{"sku": "A", "qty": 5}, {"sku": "B", "qty": 1}]}
    assert result.tokens.access.claims["cart"] == result.user["app_metadata"]["cart"]

    # The guest session lives on and comes again with the next login.
    again = run(ACTION, {**event, "user": result.user})
    assert again.user["app_metadata"] == result.user["app_metadata"]
    assert again.tokens.access.claims["cart"] == result.user["app_metadata"]["cart"]


def test_nothing_happens_without_a_session() -> None:
    assert run(ACTION, no_session()).commands == []


def test_nothing_of_an_attackers_gets_through_unchecked() -> None:
    result = run(ACTION, hostile_session())
    assert result.decision == "CONTINUE"
    for item in result.user["app_metadata"]["cart"]["items"]:
        assert item.keys() == {"sku", "qty"}
        assert 0 < item["qty"] <= 999
