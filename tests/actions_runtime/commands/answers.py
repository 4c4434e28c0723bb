"""Answers such as a worker gives, to be accepted or refused."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from actions_runtime.commands import (
    Acceptance,
    ReplyRefused,
    StepResult,
)
from actions_sandbox.contract import (
    CommandKind,
    Limits,
    Trigger,
)

FACTOR = {"type": "otp", "options_json": "{}"}
SOUND: dict[CommandKind, dict[str, Any]] = {
    CommandKind.SET_APP_METADATA: {"key": "k", "value": {"a": [1]}},
    CommandKind.SET_USER_METADATA: {"key": "k", "value": None},
    CommandKind.SET_CUSTOM_CLAIM: {"token": "access", "name": "c", "value": 1},
    CommandKind.ADD_SCOPE: {"scope": "read:cart"},
    CommandKind.REMOVE_SCOPE: {"scope": "read:cart"},
    CommandKind.SET_TRANSACTION_METADATA: {"key": "k", "value": "v"},
    CommandKind.ENABLE_MULTIFACTOR: {"provider": "any", "options_json": "{}"},
    CommandKind.CHALLENGE_WITH: {"factor": FACTOR, "additional_factors": [FACTOR]},
    CommandKind.CHALLENGE_WITH_ANY: {"factors": [FACTOR]},
    CommandKind.ENROLL_WITH: {"factor": FACTOR, "additional_factors": []},
    CommandKind.ENROLL_WITH_ANY: {"factors": [FACTOR, FACTOR]},
}


VALUED = [kind for kind, body in SOUND.items() if "value" in body]
"""The kinds that carry a value of free form."""

FIELDS = [(kind, name) for kind, body in SOUND.items() for name in body]
ROOMY = Limits(
    app_metadata_bytes=10**6,
    user_metadata_bytes=10**6,
    claims_bytes=10**6,
    transaction_bytes=10**6,
    transaction_value_bytes=10**6,
)
"""Limits that refuse no value for its size."""


def make_command(kind: CommandKind | str, **changes: Any) -> dict[str, Any]:
    """Make a sound command of a kind, with some fields changed."""
    return {"kind": str(kind), **SOUND.get(CommandKind(kind), {}), **changes}


def make_step(*recorded: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    """Make the result of a step with commands, with some fields changed."""
    step = {
        "outcome": "COMPLETED",
        "duration_us": 1,
        "error": None,
        "logs": [],
        "logs_truncated": False,
        "denial": None,
        "commands": list(recorded),
    }
    return {**step, **changes}


DENIAL = {"code": "access_denied", "reason": "no", "user_message": ""}
ERROR = {"type": "ValueError", "message": "m", "file": "a.py", "line": 1, "column": 1}


def accept(
    *steps: Any, trigger: Trigger = Trigger.POST_LOGIN, limits: Limits | None = None, most: int = 3
) -> list[StepResult]:
    """Accept an answer of these steps."""
    return Acceptance(trigger, limits or Limits()).accept_steps(json.dumps(list(steps)).encode(), most)


def accept_value(kind: str, text: str, *, long: bool = False, limits: Limits = ROOMY) -> str:
    """Accept a command whose value a worker has written as this text, and return what goes on to the auth server.

    Args:
        kind: The command's kind.
        text: What stands in the place of the value.
        long: Whether the answer is so long that nothing in it is beyond doubt.
        limits: The limits of the execution.
    """
    step = json.dumps(make_step(make_command(kind, value="?"), logs=[["log", "x" * 5_000]] if long else []))
    body = step.replace('"?"', text).encode()
    (command,) = Acceptance(Trigger.POST_LOGIN, limits).accept_step(body).commands
    assert "value" not in command
    written: str = command["value_json"]
    return written


def spell(recorded: Iterable[Mapping[str, Any]]) -> list[str]:
    """Write commands with their values as JSON inside JSON, so that 1, 1.0 and true are three different values."""
    spelled = []
    for command in recorded:
        body = dict(command)
        if "value_json" in body:
            body["value"] = json.loads(body.pop("value_json"))
        spelled.append(json.dumps(body, sort_keys=True))
    return spelled


def refuse(*steps: Any, match: str = "", **rest: Any) -> None:
    """Hold that an answer of these steps is refused."""
    with pytest.raises(ReplyRefused, match=match):
        accept(*steps, **rest)
