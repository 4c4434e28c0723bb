"""Keeps track of a user's guest sessions; what the guest chose is checked and the list is bounded.

A session's metadata is written by whoever held the session: an attacker, until shown otherwise. The user agent is a
request header and no less so.
"""

from datetime import datetime, timezone

MAX_SESSIONS = 20  # Guests make sessions for free; the profile must not grow with each of them.
MAX_DEVICE_CHARACTERS = 200
THEMES = ("dark", "light", "system")


def is_text(value, max_bytes):
    return isinstance(value, str) and value != "" and value.isprintable() and len(value.encode()) <= max_bytes


def clean_device(user_agent):
    """Return the user agent without control characters and cut to a sane length; None when there is none."""
    if not isinstance(user_agent, str):
        return None
    printable = "".join(character for character in user_agent[:MAX_DEVICE_CHARACTERS] if character.isprintable())
    return printable or None


def clean_metadata(metadata):
    """Return what is worth remembering of a session: never the whole object that the guest wrote."""
    preferences = metadata.get("preferences")
    theme = preferences.get("theme") if isinstance(preferences, dict) else None
    return {"theme": theme} if isinstance(theme, str) and theme in THEMES else {}


def onExecutePostLogin(event, api):
    session = event.anonymous_session
    if not session or not is_text(session.user_id, 128):
        return

    linked = (event.user.app_metadata or {}).get("linked_sessions")
    # The same session comes again at every login while its cookie lives: it is kept once, with its newest time.
    linked = [
        entry
        for entry in (linked if isinstance(linked, list) else [])
        if isinstance(entry, dict) and entry.get("user_id") != session.user_id
    ]
    entry = {
        "user_id": session.user_id,
        "linked_at": datetime.now(timezone.utc).isoformat(),
        "device": clean_device(event.request.user_agent if event.request else None),
    }
    api.user.setAppMetadata("linked_sessions", [*linked, entry][-MAX_SESSIONS:])
    api.user.setAppMetadata(
        "last_anonymous_session",
        {"user_id": session.user_id, "metadata": clean_metadata(session.metadata)},
    )
