"""Merges the cart of a guest session into the cart of the user who logs in, each article once.

A login does not end the guest session: the same session comes again at the next login. So app metadata remembers under
``merged_carts``, for each guest session, what was taken from it, and only what the guest added since is taken.

- What the guest took out since, or the user removed after the merge, stays as it is: nothing is taken back or again.
- An article that the guest put back and took once more counts as taken. Too few is seen in the cart; too many is paid.
- The cart and what is remembered are set together or not at all: of two logins at once, either may be lost whole.
- The last 10 sessions are remembered. A session without an id is known by its guest's; without both it is not merged.

The guest's cart is taken as it is; a malformed one fails the action. It was written by somebody who was not logged in:
see merge_cart_hardened.py for the form that checks everything first.
"""

MAX_SESSIONS = 10


def on_execute_post_login(event, api):
    session = event.anonymous_session
    session_id = session and (session.session_id or session.user_id)
    if not session_id or not session.metadata.get("cart"):
        return  # No guest cart to merge, or none that could be recognized when it comes again.

    app_metadata = event.user.app_metadata or {}
    cart = {"items": (app_metadata.get("cart") or {}).get("items") or []}
    merged_carts = app_metadata.get("merged_carts") or []
    remembered = next((merged["items"] for merged in merged_carts if merged["session_id"] == session_id), [])
    taken = {item["sku"]: item["qty"] for item in remembered}

    added = False
    known = {**taken}
    for anon_item in session.metadata["cart"]["items"]:
        sku, quantity = anon_item["sku"], anon_item["qty"]
        # An article may be in the cart twice: what is known covers the first of its items first.
        old = min(known.get(sku, 0), quantity)
        known[sku] = known.get(sku, 0) - old
        if quantity > old:
            add_item(cart["items"], {**anon_item, "qty": quantity - old})
            taken[sku] = taken.get(sku, 0) + quantity - old
            added = True

    if added:
        others = [merged for merged in merged_carts if merged["session_id"] != session_id]
        items = [{"sku": sku, "qty": quantity} for sku, quantity in taken.items()]
        merged_carts = [*others, {"session_id": session_id, "items": items}][-MAX_SESSIONS:]
        api.user.set_app_metadata("cart", cart).user.set_app_metadata("merged_carts", merged_carts)
    api.access_token.set_custom_claim("cart", cart)


def add_item(items, added):
    for item in items:
        if item["sku"] == added["sku"]:
            item["qty"] += added["qty"]
            return
    items.append(added)
