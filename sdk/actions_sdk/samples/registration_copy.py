"""Copies a guest's cart and preferences into the profile of the user who signs up.

The guest's metadata is copied as it is. It was written by somebody who was not logged in: see
registration_copy_hardened.py for the form that checks it first.
"""


async def onExecutePreUserRegistration(event, api):
    session = event.anonymous_session
    if not session:
        return

    # A reference to the session that the profile came from.
    api.user.setAppMetadata("linked_anonymous_id", session.user_id)

    if session.metadata.get("cart"):
        api.user.setAppMetadata("migrated_cart", session.metadata["cart"])

    if session.metadata.get("preferences"):
        api.user.setUserMetadata("preferences", session.metadata["preferences"])
