"""Events to try actions with: realistic ones out of a seed, named profiles, and strategies for Hypothesis.

Runs in: developer's machine.

::

    from actions_sdk.events import post_login_event

    event = post_login_event(user={"app_metadata": {"plan": "pro"}})
    print(event.seed)       # post_login_event(event.seed, ...) makes the same event again

The strategies are in :mod:`actions_sdk.events.strategies`, which needs Hypothesis (the extra ``testing``).
"""

from actions_sdk.events.builders import BuiltEvent, post_login_event, pre_user_registration_event
from actions_sdk.events.profiles import (
    PROFILES,
    Profile,
    build_profile,
    expired_session,
    hostile_session,
    new_guest,
    no_session,
    profile_path,
    read_profile,
    returning_guest_with_cart,
    several_devices,
)

__all__ = [
    "PROFILES",
    "BuiltEvent",
    "Profile",
    "build_profile",
    "expired_session",
    "hostile_session",
    "new_guest",
    "no_session",
    "post_login_event",
    "pre_user_registration_event",
    "profile_path",
    "read_profile",
    "returning_guest_with_cart",
    "several_devices",
]
