"""Links a guest session to the returning user who logs in.

The access token carries the guest's cart as it is, so that an API can process it. That cart was written by somebody
who was not logged in: see link_session_hardened.py for the form that checks it first.
"""


def onExecutePostLogin(event, api):
    session = event.anonymous_session
    if not session:
        return

    api.user.setAppMetadata("last_anonymous_session", session.user_id)

    # Without a cart there is no claim.
    if session.metadata.get("cart") is not None:
        api.accessToken.setCustomClaim("anonymous_cart", session.metadata["cart"])

    # Every session that was ever linked, each once.
    linked = (event.user.app_metadata or {}).get("linked_sessions") or []
    if session.user_id not in linked:
        api.user.setAppMetadata("linked_sessions", [*linked, session.user_id])
