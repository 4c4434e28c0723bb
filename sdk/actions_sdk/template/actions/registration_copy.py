"""Takes a guest's preferences along when the guest signs up.

Whatever a session holds was written by somebody who was not logged in: only known values are copied.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from actions_sdk.types import PreUserRegistrationApi, PreUserRegistrationEvent

THEMES = ("light", "dark")


def on_execute_pre_user_registration(event: "PreUserRegistrationEvent", api: "PreUserRegistrationApi") -> None:
    session = event.anonymous_session
    if not session:
        return
    if session.user_id:
        api.user.set_app_metadata("linked_anonymous_id", session.user_id[:128])
    preferences = session.metadata.get("preferences")
    if isinstance(preferences, dict) and preferences.get("theme") in THEMES:
        api.user.set_user_metadata("theme", preferences["theme"])
