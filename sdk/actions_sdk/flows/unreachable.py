"""What an auth server does when no replica answers in time, and how often it had to.

Runs in: auth server.
"""

import threading
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, Literal

from actions_runtime.execution import Decision


class WhenUnreachable(StrEnum):
    """The choice for a call that no replica answers in time."""

    DENY = "DENY"
    """Refuse the user: nobody gets past an action's denial, and nobody gets in."""
    GO_ON = "GO_ON"
    """Go on without the actions: whoever can make the replicas unreachable gets past their denials."""

    @property
    def decision(self) -> Decision:
        """The decision of the answer that stands in for the missing one."""
        return Decision.FAIL if self is WhenUnreachable.DENY else Decision.CONTINUE


UNREACHABLE_CODES: Final = frozenset({"UNAVAILABLE", "DEADLINE_EXCEEDED", "RESOURCE_EXHAUSTED"})
"""Names of the gRPC statuses that mean: nobody answers now. All others speak of the request or of the key."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How a client's calls ended, since it was made.

    Attributes:
        answered: Answers of a replica, whatever their decision.
        denied: Calls that no replica answered, and that were denied.
        gone_on: Calls that no replica answered, and that went on without the actions.
        refused: Calls that raised: refused by a replica, before they were sent, or with an answer that cannot be
            applied.
    """

    answered: int = 0
    denied: int = 0
    gone_on: int = 0
    refused: int = 0


class Tally:
    """Keeps the counts of one client; any thread may add to it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts = Counts()

    @property
    def counts(self) -> Counts:
        """The counts of this moment."""
        return self._counts

    def add(self, name: Literal["answered", "denied", "gone_on", "refused"]) -> None:
        """Add one to a count.

        Args:
            name: The field of :class:`Counts`.
        """
        with self._lock:
            self._counts = replace(self._counts, **{name: getattr(self._counts, name) + 1})
