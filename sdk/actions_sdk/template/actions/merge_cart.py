"""Adds what a guest put into the cart to the user's own cart at login, once.

Whatever a session holds was written by somebody who was not logged in: every value is checked before it is copied.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from actions_sdk.types import PostLoginApi, PostLoginEvent, console

MAX_ITEMS = 50
MAX_QUANTITY = 999
MAX_SESSIONS = 3  # A full cart and what is remembered stay below the 32 kB that one flow may set.


def read_items(cart: Any) -> dict[str, int]:
    """Return the valid articles of a cart: quantity by name."""
    items = cart.get("items") if isinstance(cart, dict) else None
    found: dict[str, int] = {}
    for item in items[:MAX_ITEMS] if isinstance(items, list) else []:
        if not isinstance(item, dict):
            continue
        sku, quantity = item.get("sku"), item.get("qty")
        if not isinstance(sku, str) or not sku.isprintable() or not 0 < len(sku.encode()) <= 64:
            continue
        # True is an int in Python, and no quantity.
        if isinstance(quantity, int) and quantity is not True and 0 < quantity <= MAX_QUANTITY:
            found[sku] = min(found.get(sku, 0) + quantity, MAX_QUANTITY)
    return found


def read_memory(merged_carts: Any) -> dict[str, dict[str, int]]:
    """Return what was taken from each guest session, the newest last: articles by the session's id."""
    entries = merged_carts if isinstance(merged_carts, list) else []
    known = [entry for entry in entries if isinstance(entry, dict) and isinstance(entry.get("session_id"), str)]
    return {entry["session_id"]: read_items(entry) for entry in known}


def write_items(items: dict[str, int]) -> list[dict[str, Any]]:
    """Return articles as a cart holds them."""
    return [{"sku": sku, "qty": quantity} for sku, quantity in items.items()]


def on_execute_post_login(event: "PostLoginEvent", api: "PostLoginApi") -> None:
    session = event.anonymous_session
    guest = read_items(session.metadata.get("cart")) if session else {}
    if not session or not session.session_id or not guest:
        return
    items = read_items(event.user.app_metadata.get("cart"))
    memory = read_memory(event.user.app_metadata.get("merged_carts"))
    # The same session comes again at the next login: what was taken from it is not taken twice.
    taken = memory.pop(session.session_id, {})
    added = {sku: quantity - taken.get(sku, 0) for sku, quantity in guest.items() if quantity > taken.get(sku, 0)}
    for sku, quantity in added.items():
        if all(sku in known or len(known) < MAX_ITEMS for known in (items, taken)):
            items[sku] = min(items.get(sku, 0) + quantity, MAX_QUANTITY)
            taken[sku] = guest[sku]
    cart = {"items": write_items(items)}
    if added:
        memory[session.session_id] = taken
        merged = [{"session_id": key, "items": write_items(value)} for key, value in memory.items()][-MAX_SESSIONS:]
        api.user.set_app_metadata("cart", cart).user.set_app_metadata("merged_carts", merged)
    api.access_token.set_custom_claim("cart", cart)
    console.info("merged", len(added), "articles")
