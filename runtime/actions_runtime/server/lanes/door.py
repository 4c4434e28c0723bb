"""The short way in for logins: a method that is called without a task and without a coroutine.

Runs in: server.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

from actions_runtime.server.status import WireStatus

Metadata = Sequence[tuple[str, str | bytes]]
"""A call's metadata; keys that end in ``-bin`` have bytes."""

Answer = Callable[[bytes | WireStatus], None]
"""Takes a call's response, or the status that it ends with."""


class FlowDoor(Protocol):
    """A unary method that answers through a callback."""

    def execute(
        self, metadata: Metadata, request: bytes, deadline: float | None, answer: Answer
    ) -> Callable[[], object] | None:
        """Start one call.

        Args:
            metadata: What the caller sent beside the request.
            request: The request's bytes.
            deadline: The caller's deadline in seconds of ``time.monotonic()``; None without one.
            answer: Takes the response. It is called exactly once and on this thread, maybe before this returns;
                after the caller has hung up it need not be called, and does nothing.

        Returns:
            What to call when the caller hangs up; None when nothing can be spared then.
        """
