"""What goes into an execution and what comes out of it, free of gRPC and of the store.

Runs in: server / developer's machine.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from actions_sandbox.contract import OnError, Outcome, Version


class Decision(StrEnum):
    """What the auth server must do."""

    CONTINUE = "CONTINUE"
    DENY = "DENY"
    FAIL = "FAIL"


class FlowStep(NamedTuple):
    """A deployed version in its place in a flow, and what its binding says about failure."""

    version: Version
    on_error: OnError = OnError.DENY


class Command(NamedTuple):
    """An accepted command.

    Attributes:
        action: Name of the action that recorded it.
        version: Number of the version that ran.
        body: ``{"kind": CommandKind, ...}`` with exactly the fields of that kind's message in
            ``commands.proto`` (``token`` is ``"access"`` or ``"id"``); free values are JSON text.
    """

    action: str
    version: int
    body: Mapping[str, Any]


class Denial(NamedTuple):
    """Who denied and why; ``user_message`` is all that an end user may see."""

    action: str
    code: str
    reason: str
    user_message: str


class ActionError(NamedTuple):
    """What went wrong, in terms of the author's source; line and column are 1-based, 0 when not known."""

    type: str
    message: str
    file: str = ""
    line: int = 0
    column: int = 0


class ActionResult(NamedTuple):
    """How one action of the flow ended.

    Attributes:
        action: The action's name.
        version: Number of the version that ran.
        outcome: How it ended.
        duration_us: Wall-clock microseconds; None when it did not run.
        error: What went wrong; None unless the outcome is a failure.
        logs: (level, text) pairs.
        logs_truncated: Whether lines were cut at the limit.
    """

    action: str
    version: int
    outcome: Outcome
    duration_us: int | None = None
    error: ActionError | None = None
    logs: tuple[tuple[str, str], ...] = ()
    logs_truncated: bool = False


class Warning(NamedTuple):
    """What the auth server's operator should know; changes no decision."""

    code: str
    message: str
    action: str = ""


class FlowResult(NamedTuple):
    """The answer to one execution: the whole command list or none."""

    decision: Decision
    commands: tuple[Command, ...] = ()
    denial: Denial | None = None
    results: tuple[ActionResult, ...] = ()
    warnings: tuple[Warning, ...] = ()
