"""Any event that a strategy makes is one that the server takes, and the strategies reach everywhere."""

import json
from typing import Any

from hypothesis import given, settings

from actions_runtime.events import parse_event
from actions_sandbox.contract import Trigger
from actions_sdk.events.members import ROOTS, list_members
from actions_sdk.events.strategies import post_login_events, pre_user_registration_events


def _write(event: dict[str, Any]) -> bytes:
    return json.dumps(event, ensure_ascii=False).encode()


@settings(max_examples=150, deadline=None)
@given(post_login_events())
def test_every_login_is_taken(event: dict[str, Any]) -> None:
    assert parse_event(Trigger.POST_LOGIN, _write(event)).keys() == event.keys()


@settings(max_examples=100, deadline=None)
@given(pre_user_registration_events())
def test_every_registration_is_taken(event: dict[str, Any]) -> None:
    assert parse_event(Trigger.PRE_USER_REGISTRATION, _write(event)).keys() == event.keys()


def test_every_documented_field_is_made_sometimes() -> None:
    seen: set[str] = set()

    @settings(max_examples=300, deadline=None, database=None, derandomize=True)
    @given(post_login_events())
    def collect(event: dict[str, Any]) -> None:
        seen.update(event)

    collect()
    assert seen == set(list_members(ROOTS[Trigger.POST_LOGIN]))
