"""Adds what a guest put into the cart to the user's own cart at login.

Whatever a session holds was written by somebody who was not logged in: every value is checked before it is copied.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from actions_sdk.types import PostLoginApi, PostLoginEvent, console

MAX_ITEMS = 100
MAX_QUANTITY = 999


def read_items(cart: Any) -> dict[str, int]:
    """Return the valid articles of a cart: quantity by name."""
    items = cart.get("items") if isinstance(cart, dict) else None
    found: dict[str, int] = {}
    for item in items[:MAX_ITEMS] if isinstance(items, list) else []:
        if not isinstance(item, dict):
            continue
        sku, quantity = item.get("sku"), item.get("qty")
        if not isinstance(sku, str) or not 0 < len(sku) <= 64:
            continue
        # True is an int in Python, and no quantity.
        if isinstance(quantity, int) and quantity is not True and 0 < quantity <= MAX_QUANTITY:
            found[sku] = min(found.get(sku, 0) + quantity, MAX_QUANTITY)
    return found


def on_execute_post_login(event: "PostLoginEvent", api: "PostLoginApi") -> None:
    session = event.anonymous_session
    if not session:
        return
    added = read_items(session.metadata.get("cart"))
    if not added:
        return
    merged = read_items(event.user.app_metadata.get("cart"))
    for sku, quantity in added.items():
        merged[sku] = min(merged.get(sku, 0) + quantity, MAX_QUANTITY)
    cart = {"items": [{"sku": sku, "qty": quantity} for sku, quantity in list(merged.items())[:MAX_ITEMS]]}
    api.user.set_app_metadata("cart", cart).access_token.set_custom_claim("cart", cart)
    console.info("merged", len(added), "articles")
