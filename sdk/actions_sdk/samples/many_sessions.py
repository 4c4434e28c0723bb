"""Keeps track of the guest sessions of a user who logs in from several devices.

The newest session's metadata is kept as it is. It was written by somebody who was not logged in: see
many_sessions_hardened.py for the form that checks it first.
"""

from datetime import datetime, timezone


def on_execute_post_login(event, api):
    session = event.anonymous_session
    if not session:
        return

    # Option 1: keep all linked sessions.
    linked = (event.user.app_metadata or {}).get("linked_sessions") or []
    api.user.set_app_metadata(
        "linked_sessions",
        [
            *linked,
            {
                "user_id": session.user_id,
                "linked_at": datetime.now(timezone.utc).isoformat(),
                "device": event.request.user_agent,
            },
        ],
    )

    # Option 2: keep only the most recent one.
    api.user.set_app_metadata(
        "last_anonymous_session",
        {"user_id": session.user_id, "metadata": session.metadata},
    )
