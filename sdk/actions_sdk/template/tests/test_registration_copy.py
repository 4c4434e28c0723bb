"""What the action has to do, run in a sealed worker as in production."""

from pathlib import Path

from actions_sdk.commands import SetAppMetadata, SetUserMetadata
from actions_sdk.events import new_guest, pre_user_registration_event
from actions_sdk.harness import load_action, run

ACTION = load_action(Path(__file__).parent.parent / "actions" / "registration_copy.py")


def test_a_guests_theme_is_taken_along() -> None:
    event = new_guest(anonymous_session={"user_id": "anon|1", "metadata": {"preferences": {"theme": "dark"}}})
    assert run(ACTION, event).commands == [
        SetAppMetadata("linked_anonymous_id", "anon|1"),
        SetUserMetadata("theme", "dark"),
    ]


def test_an_unknown_theme_is_not() -> None:
    event = new_guest(anonymous_session={"user_id": "anon|1", "metadata": {"preferences": {"theme": ["dark"]}}})
    assert run(ACTION, event).commands == [SetAppMetadata("linked_anonymous_id", "anon|1")]


def test_a_sign_up_without_a_session_changes_nothing() -> None:
    assert run(ACTION, pre_user_registration_event()).commands == []
