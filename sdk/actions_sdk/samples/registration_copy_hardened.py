"""Copies a guest's cart and preferences at sign-up, after checking every value that the guest chose.

A session's metadata is written by whoever held the session: an attacker, until shown otherwise. App metadata
cannot be edited by users, so whatever reads it later trusts it. Only values that pass the checks below get there.
"""

MAX_ITEMS = 100  # A cart is not a place to store data in.
MAX_QUANTITY = 999
MAX_SKU_BYTES = 64  # With MAX_ITEMS: a full cart stays far below the 32 kB that one flow may set.
THEMES = ("dark", "light", "system")
LANGUAGES = ("de", "en", "es", "fr", "ja", "ru", "zh")


def is_text(value, max_bytes):
    # Control characters have no place in a name and would travel on into logs and pages.
    return isinstance(value, str) and value != "" and value.isprintable() and len(value.encode()) <= max_bytes


def is_quantity(value):
    # True is an int in Python, and "5" + "5" is "55": only real, positive, sane numbers count.
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= MAX_QUANTITY


def clean_items(cart):
    """Return the cart's valid items, holding the known keys only."""
    items = cart.get("items") if isinstance(cart, dict) else None
    if not isinstance(items, list):
        return []
    clean = []
    # The slice comes first: work is bounded by MAX_ITEMS, not by what was sent.
    for item in items[:MAX_ITEMS]:
        if isinstance(item, dict) and is_text(item.get("sku"), MAX_SKU_BYTES) and is_quantity(item.get("qty")):
            # A new dict with two keys. Prices, discounts or "__proto__" that a guest adds do not come along.
            clean.append({"sku": item["sku"], "qty": item["qty"]})
    return clean


def clean_preferences(preferences):
    """Return the preferences that this shop knows, each with a value that it offers."""
    if not isinstance(preferences, dict):
        return {}
    clean = {}
    # `value in (...)` alone would compare; the type is checked first, so that a list or dict never gets there.
    if isinstance(preferences.get("theme"), str) and preferences["theme"] in THEMES:
        clean["theme"] = preferences["theme"]
    if isinstance(preferences.get("language"), str) and preferences["language"] in LANGUAGES:
        clean["language"] = preferences["language"]
    return clean


def on_execute_pre_user_registration(event, api):
    session = event.anonymous_session
    if not session:
        return

    if is_text(session.user_id, 128):
        api.user.set_app_metadata("linked_anonymous_id", session.user_id)

    items = clean_items(session.metadata.get("cart"))
    if items:
        api.user.set_app_metadata("migrated_cart", {"items": items})

    preferences = clean_preferences(session.metadata.get("preferences"))
    if preferences:
        api.user.set_user_metadata("preferences", preferences)
