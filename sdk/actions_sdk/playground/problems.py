"""What the playground answers when it does not do what it was asked.

Runs in: developer's machine.

Every refusal is JSON: ``code`` for programs, ``message`` and ``hint`` for people; ``findings`` for a source that is
refused and ``violations`` for an event's fields, where there are any.
"""

from collections.abc import Callable
from dataclasses import asdict
from http import HTTPStatus
from typing import Any, Final

from actions_runtime.errors import ActionsError, InvalidArgument
from actions_sdk.harness import HarnessError, SourceRefused, TriggerUnclear


class PlaygroundError(Exception):
    """A refusal.

    Args:
        status: The HTTP status.
        code: Stable name for programs, ``UPPER_SNAKE``.
        message: What is wrong, one sentence.
        hint: What to do.
        facts: More members of the answer.
    """

    def __init__(self, status: HTTPStatus, code: str, message: str, hint: str = "", **facts: Any) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.hint = hint
        self.facts = facts

    def to_document(self) -> dict[str, Any]:
        """Return the refusal as JSON."""
        return {"code": self.code, "message": self.message, "hint": self.hint} | self.facts


def explain(error: HarnessError | ActionsError) -> PlaygroundError:
    """Turn what the harness raised into a refusal."""
    for kind, explain_one in _EXPLANATIONS:
        if isinstance(error, kind):
            return explain_one(error)
    return _refuse("HARNESS", str(error), "Change what is named, then run again.")


def _refuse(code: str, message: str, hint: str, **facts: Any) -> PlaygroundError:
    return PlaygroundError(HTTPStatus.UNPROCESSABLE_ENTITY, code, message, hint, **facts)


def _explain_source(error: SourceRefused) -> PlaygroundError:
    count = len(error.findings)
    message = f"The source is refused for {count} reason{'s' if count > 1 else ''}; each is marked at its line."
    return _refuse("SOURCE_REFUSED", message, "Mend the marked lines.", findings=list(map(asdict, error.findings)))


def _explain_argument(error: InvalidArgument) -> PlaygroundError:
    return _refuse(
        error.reason,
        error.message,
        "Mend the event." if error.violations else "Change what is named, then run again.",
        violations=list(map(asdict, error.violations)),
    )


_EXPLANATIONS: Final[tuple[tuple[type[Exception], Callable[[Any], PlaygroundError]], ...]] = (
    (SourceRefused, _explain_source),
    (TriggerUnclear, lambda error: _refuse("TRIGGER_UNCLEAR", str(error), "Define a handler, or choose the trigger.")),
    (InvalidArgument, _explain_argument),
    (ActionsError, lambda error: _refuse(error.reason, error.message, "Run again; start again when it stays so.")),
)
"""The first kind that fits explains an error."""
