"""What goes into an execution and what comes out of it, free of gRPC and of the store.

Runs in: server / developer's machine.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from actions_sandbox.contract import OnError, Outcome, Version


class Decision(StrEnum):
    """What the auth server must do."""

    CONTINUE = "CONTINUE"
    DENY = "DENY"
    FAIL = "FAIL"


@dataclass(frozen=True, slots=True)
class FlowStep:
    """A deployed version in its place in a flow, and what its binding says about failure."""

    version: Version
    on_error: OnError = OnError.DENY


@dataclass(frozen=True, slots=True)
class Command:
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


@dataclass(frozen=True, slots=True)
class Denial:
    """Who denied and why; ``user_message`` is all that an end user may see."""

    action: str
    code: str
    reason: str
    user_message: str


@dataclass(frozen=True, slots=True)
class ActionError:
    """What went wrong, in terms of the author's source; line and column are 1-based, 0 when not known."""

    type: str
    message: str
    file: str = ""
    line: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True)
class ActionResult:
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


@dataclass(frozen=True, slots=True)
class Warning:
    """What the auth server's operator should know; changes no decision."""

    code: str
    message: str
    action: str = ""


@dataclass(frozen=True, slots=True)
class FlowResult:
    """The answer to one execution: the whole command list or none."""

    decision: Decision
    commands: tuple[Command, ...] = ()
    denial: Denial | None = None
    results: tuple[ActionResult, ...] = ()
    warnings: tuple[Warning, ...] = ()
