# ruff: noqa: ANN001, ANN201
# mypy: allow-untyped-defs
"""The work in plain Python, for peers that run Python: no api, dictionaries in and commands out.

A script as authors write it, without annotations: the peers' own Pythons read it as well.
"""


def merge_cart(event):
    """Merge the guest's cart into the account's and return the commands as [kind, key, value]."""
    session = event.get("anonymous_session")
    if not session or not session["metadata"].get("cart"):
        return []
    existing = (event["user"].get("app_metadata") or {}).get("cart") or {"items": []}
    merged = list(existing["items"])
    for added in session["metadata"]["cart"]["items"]:
        for item in merged:
            if item["sku"] == added["sku"]:
                item["qty"] = item["qty"] + added["qty"]
                break
        else:
            merged.append(added)
    cart = {"items": merged}
    return [["set_app_metadata", "cart", cart], ["set_custom_claim", "cart", cart]]
