"""Merges a guest's cart at login, after checking every value that the guest chose.

A session's metadata is written by whoever held the session: an attacker, until shown otherwise. The user's own cart
in app metadata was written by this action and by the shop, and is kept; only valid guest items are added to it.
"""

MAX_ITEMS = 100  # The merged cart and the guest's part of it.
MAX_QUANTITY = 999
MAX_SKU_BYTES = 64  # With MAX_ITEMS: a full cart stays far below the 32 kB that one flow may set.


def is_text(value, max_bytes):
    # Control characters have no place in a name and would travel on into logs and pages.
    return isinstance(value, str) and value != "" and value.isprintable() and len(value.encode()) <= max_bytes


def is_quantity(value):
    # "5" + "5" is "55", -3 would empty somebody's cart, and True is an int in Python: none of them is a quantity.
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= MAX_QUANTITY


def clean_items(cart):
    """Return the guest's valid items, each a new dict with the two known keys."""
    items = cart.get("items") if isinstance(cart, dict) else None
    if not isinstance(items, list):
        return []
    # The slice comes first: work is bounded by MAX_ITEMS, not by what was sent.
    return [
        {"sku": item["sku"], "qty": item["qty"]}
        for item in items[:MAX_ITEMS]
        if isinstance(item, dict) and is_text(item.get("sku"), MAX_SKU_BYTES) and is_quantity(item.get("qty"))
    ]


def merge_items(existing, added):
    """Add the guest's items to the user's; sums stop at MAX_QUANTITY and growth at MAX_ITEMS."""
    merged = [*existing]
    places = {item["sku"]: item for item in merged if isinstance(item, dict) and isinstance(item.get("sku"), str)}
    for item in added:
        known = places.get(item["sku"])
        if known is None:
            if len(merged) < MAX_ITEMS:
                merged.append(item)
                places[item["sku"]] = item
        elif is_quantity(known.get("qty")):
            # A sum above the cap would fail this check at the next login and be stuck for ever.
            known["qty"] = min(known["qty"] + item["qty"], MAX_QUANTITY)
    return merged


def onExecutePostLogin(event, api):
    session = event.anonymous_session
    if not session:
        return

    added = clean_items(session.metadata.get("cart"))
    if not added:
        return  # Nothing valid to merge: the user's cart stays untouched.

    existing = (event.user.app_metadata or {}).get("cart")
    existing = existing if isinstance(existing, dict) else {}
    items = existing.get("items") if isinstance(existing.get("items"), list) else []
    # What else the shop keeps in the cart stays: setting a key replaces it whole.
    cart = {**existing, "items": merge_items(items, added)}
    api.user.setAppMetadata("cart", cart).accessToken.setCustomClaim("cart", cart)
