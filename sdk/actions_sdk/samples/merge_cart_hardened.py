"""Merges a guest's cart at login, after checking every value that the guest chose, and each article once.

A session's metadata is written by whoever held the session: an attacker, until shown otherwise. The user's own cart
in app metadata was written by this action and by the shop, and is kept; only valid guest items are added to it.

A login does not end the guest session: the same session comes again at the next login. So app metadata remembers under
``merged_carts``, for each guest session, what was taken from it, and only what the guest added since is taken.

- What the guest took out since, or the user removed after the merge, stays as it is: nothing is taken back or again.
- An article that the guest put back and took once more counts as taken. Too few is seen in the cart; too many is paid.
- The cart and what is remembered are set together or not at all: of two logins at once, either may be lost whole.
- What cannot be remembered is not taken, and what is malformed in the memory is as if it were not there.
"""

import json

MAX_ITEMS = 100  # The merged cart, the guest's part of it, and what is remembered of one session.
MAX_QUANTITY = 999
MAX_SKU_BYTES = 64  # With MAX_ITEMS: a full cart takes at most half of the 32 kB that one flow may set.
MAX_ID_BYTES = 128
MAX_SESSIONS = 10  # Guests make sessions for free: the longest unused one is forgotten first.
MAX_REMEMBERED_BYTES = 16_000  # The other half; one session with MAX_ITEMS articles fits.


def is_text(value, max_bytes):
    # Control characters have no place in a name and would travel on into logs and pages.
    return isinstance(value, str) and value != "" and value.isprintable() and len(value.encode()) <= max_bytes


def is_quantity(value):
    # "5" + "5" is "55", -3 would empty somebody's cart, and True is an int in Python: none of them is a quantity.
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= MAX_QUANTITY


def count_articles(cart):
    """Return the valid articles of a cart, quantity by article; nothing else of what was sent comes along."""
    items = cart.get("items") if isinstance(cart, dict) else None
    articles = {}
    # The slice comes first: work is bounded by MAX_ITEMS, not by what was sent.
    for item in items[:MAX_ITEMS] if isinstance(items, list) else []:
        if isinstance(item, dict) and is_text(item.get("sku"), MAX_SKU_BYTES) and is_quantity(item.get("qty")):
            articles[item["sku"]] = min(articles.get(item["sku"], 0) + item["qty"], MAX_QUANTITY)
    return articles


def read_memory(merged_carts):
    """Return what was taken from each remembered session, quantity by article; the newest session is the last."""
    return {
        entry["session_id"]: count_articles(entry)
        for entry in (merged_carts[-MAX_SESSIONS:] if isinstance(merged_carts, list) else [])
        if isinstance(entry, dict) and is_text(entry.get("session_id"), MAX_ID_BYTES)
    }


def write_memory(memory):
    """Return the memory as it is stored, without the oldest sessions where it would be too large."""
    merged_carts = [
        {"session_id": session_id, "items": [{"sku": sku, "qty": quantity} for sku, quantity in taken.items()]}
        for session_id, taken in memory.items()
    ][-MAX_SESSIONS:]
    while len(json.dumps(merged_carts, ensure_ascii=False).encode()) > MAX_REMEMBERED_BYTES:
        merged_carts.pop(0)
    return merged_carts


def take_new(items, guest, taken):
    """Add to the items what the guest has and was not taken yet, note it as taken, and tell whether there was any.

    A sum stops at MAX_QUANTITY, a cart and a session's memory at MAX_ITEMS; what is left out is not noted, so that it
    comes when there is room.
    """
    places = {item["sku"]: item for item in items if isinstance(item, dict) and isinstance(item.get("sku"), str)}
    added = False
    for sku, quantity in guest.items():
        new = quantity - taken.get(sku, 0)
        if new <= 0 or (sku not in taken and len(taken) >= MAX_ITEMS):
            continue
        if sku not in places:
            if len(items) >= MAX_ITEMS:
                continue
            items.append({"sku": sku, "qty": new})
        elif is_quantity(places[sku].get("qty")):
            # A sum above the cap would fail this check at the next login and be stuck for ever.
            places[sku]["qty"] = min(places[sku]["qty"] + new, MAX_QUANTITY)
        taken[sku] = quantity
        added = True
    return added


def onExecutePostLogin(event, api):
    session = event.anonymous_session
    guest = count_articles(session.metadata.get("cart")) if session else {}
    session_id = (session.session_id or session.user_id) if session else None
    if not guest or not is_text(session_id, MAX_ID_BYTES):
        return  # Nothing valid to merge, or nothing to know the session by: the user's cart stays untouched.

    app_metadata = event.user.app_metadata or {}
    existing = app_metadata.get("cart")
    existing = existing if isinstance(existing, dict) else {}
    items = existing.get("items") if isinstance(existing.get("items"), list) else []
    memory = read_memory(app_metadata.get("merged_carts"))
    taken = memory.pop(session_id, {})

    added = take_new(items, guest, taken)
    # What else the shop keeps in the cart stays: setting a key replaces it whole.
    cart = {**existing, "items": items}
    if added:
        memory[session_id] = taken  # As the newest.
        api.user.setAppMetadata("cart", cart).user.setAppMetadata("merged_carts", write_memory(memory))
    api.accessToken.setCustomClaim("cart", cart)
