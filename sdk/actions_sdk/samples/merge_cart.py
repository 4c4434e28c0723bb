"""Merges the cart of a guest session into the cart of the user who logs in, as documented.

Quantities of the same article are added. A login does not end the guest session, so the same session comes again at
the next login, and the same articles are added once more: see merge_cart_once.py for the form that adds them once.
The guest's cart is taken as it is. It was written by somebody who was not logged in: see merge_cart_hardened.py for
the form that checks it first and adds it once.
"""


def on_execute_post_login(event, api):
    if not event.anonymous_session or not event.anonymous_session.metadata.get("cart"):
        return  # No guest cart to merge.

    anonymous_cart = event.anonymous_session.metadata["cart"]
    existing_cart = (event.user.app_metadata or {}).get("cart") or {"items": []}

    merged_items = [*existing_cart["items"]]
    for anon_item in anonymous_cart["items"]:
        for item in merged_items:
            if item["sku"] == anon_item["sku"]:
                item["qty"] += anon_item["qty"]
                break
        else:
            merged_items.append(anon_item)

    api.user.set_app_metadata("cart", {"items": merged_items})
    api.access_token.set_custom_claim("cart", {"items": merged_items})
