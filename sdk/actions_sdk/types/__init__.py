"""Types of what an action gets, for editors and type checkers.

Runs in: developer's machine.

In an action they are imported for type checkers only; the policy of actions drops the block::

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from actions_sdk.types import PostLoginApi, PostLoginEvent


    def on_execute_post_login(event: "PostLoginEvent", api: "PostLoginApi") -> None:
        if event.stats and event.stats.logins_count == 1:
            api.user.set_app_metadata("welcome", True)
"""

from typing import TYPE_CHECKING

from actions_sdk.types.api import (
    Console,
    Factor,
    FactorOptions,
    Json,
    PostLoginApi,
    PreUserRegistrationApi,
)
from actions_sdk.types.facts import AnonymousSession
from actions_sdk.types.post_login import PostLoginEvent
from actions_sdk.types.pre_user_registration import PreUserRegistrationEvent
from actions_sdk.types.records import Record, Secrets

if TYPE_CHECKING:
    from actions_sdk.types.api import console as console  # actions find it without an import

__all__ = [
    "AnonymousSession",
    "Console",
    "Factor",
    "FactorOptions",
    "Json",
    "PostLoginApi",
    "PostLoginEvent",
    "PreUserRegistrationApi",
    "PreUserRegistrationEvent",
    "Record",
    "Secrets",
]
