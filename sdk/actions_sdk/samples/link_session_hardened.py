"""Links a guest session at login; the cart that the token carries is checked and the list is bounded.

A session's metadata is written by whoever held the session: an attacker, until shown otherwise. An API that reads
the claim trusts the token's signature, so the token must not carry what nobody checked.
"""

MAX_ITEMS = 50  # A token travels with every request.
MAX_QUANTITY = 999
MAX_SKU_BYTES = 64
MAX_LINKED = 20  # Guests make sessions for free; the profile must not grow with each of them.


def is_text(value, max_bytes):
    return isinstance(value, str) and value != "" and value.isprintable() and len(value.encode()) <= max_bytes


def is_quantity(value):
    # True is an int in Python: it is refused here, and so are text, floats, zero and negative numbers.
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= MAX_QUANTITY


def clean_items(cart):
    items = cart.get("items") if isinstance(cart, dict) else None
    if not isinstance(items, list):
        return []
    # The slice comes first, so that work is bounded; the new dict holds the two known keys and nothing else.
    return [
        {"sku": item["sku"], "qty": item["qty"]}
        for item in items[:MAX_ITEMS]
        if isinstance(item, dict) and is_text(item.get("sku"), MAX_SKU_BYTES) and is_quantity(item.get("qty"))
    ]


def onExecutePostLogin(event, api):
    session = event.anonymous_session
    # The session's id can be chosen by the application that opened it: it is checked as well.
    if not session or not is_text(session.user_id, 128):
        return

    api.user.setAppMetadata("last_anonymous_session", session.user_id)

    items = clean_items(session.metadata.get("cart"))
    if items:
        api.accessToken.setCustomClaim("anonymous_cart", {"items": items})

    linked = (event.user.app_metadata or {}).get("linked_sessions")
    # An older form of this action may have left another type behind.
    linked = [entry for entry in linked if isinstance(entry, str)] if isinstance(linked, list) else []
    if session.user_id not in linked:
        # The newest stay.
        api.user.setAppMetadata("linked_sessions", [*linked, session.user_id][-MAX_LINKED:])
