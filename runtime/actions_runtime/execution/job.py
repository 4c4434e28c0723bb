"""One thing asked of a worker, and what may become of it.

Runs in: server / developer's machine.
"""

import asyncio
import itertools
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from actions_runtime.errors import DeadlineExceeded
from actions_sandbox.contract import CheckRequest, Outcome
from actions_sandbox.wire import encode_check

ATTEMPTS: Final = 3
"""How many workers may end with a job first in line, and not begun, before the job is held to be the cause."""

_sequences = itertools.count(1)


class WorkerEnd(NamedTuple):
    """What is left of a job whose worker is gone.

    Attributes:
        cause: Why, told from the first cause on.
        elapsed_us: How long the step that was running had been running, microseconds.
        run_us: How long the whole job had been running in this worker, microseconds.
        results: Encoded results of the steps before it, unchecked.
        note: What the running step had noted, unchecked.
    """

    cause: Outcome
    elapsed_us: int = 0
    run_us: int = 0
    results: tuple[bytes, ...] = ()
    note: bytes = b""


class Job(ABC):
    """A request on its way to a worker and back; it is settled when nobody waits for it any more.

    Args:
        limit_ms: Milliseconds after which the whole job is stopped.
        step_limit_ms: Milliseconds after which its current step is stopped.
        deadline: ``time.monotonic()`` at which the caller gives up; None for never.
    """

    __slots__ = ("attempts", "deadline", "limit_ns", "queued_ns", "sequence", "settled", "step_limit_ns")

    def __init__(self, *, limit_ms: int, step_limit_ms: int, deadline: float | None) -> None:
        self.limit_ns = limit_ms * 1_000_000
        self.step_limit_ns = step_limit_ms * 1_000_000
        self.deadline = deadline
        self.attempts = 0
        self.queued_ns = time.monotonic_ns()
        self.sequence = 0
        self.settled = False

    @abstractmethod
    def name_version(self, index: int) -> tuple[str, int]:
        """Name the action and the version of a step; a source that is being checked has the version 0.

        Args:
            index: The step as its worker counts; a worker that lies about it gets the last one.
        """

    @abstractmethod
    def encode(self, known: set[str]) -> bytes:
        """Encode for a worker as one frame under a new sequence.

        Args:
            known: Keys of the versions that the worker has seen; those sent now are added.
        """

    @abstractmethod
    def accept(self, body: bytes) -> bool:
        """Check and keep the answer's body.

        Returns:
            Whether the worker may go on serving after this answer.

        Raises:
            ReplyRefused: It is not the answer of a sound worker.
        """

    @abstractmethod
    def deliver(self) -> None:
        """Hand the accepted answer to whoever waits; never raises."""

    @abstractmethod
    def finish(self, end: WorkerEnd) -> None:
        """Take note that the worker is gone, with what is left of the job; never raises."""

    @abstractmethod
    def fail(self, error: Exception) -> None:
        """Tell whoever waits that the job will not be done; never raises."""

    def expire(self, now: float) -> bool:
        """Give up a job whose caller no longer waits.

        Returns:
            Whether nobody waits for it.
        """
        if self.deadline is not None and now > self.deadline:
            self.fail(DeadlineExceeded("the caller's deadline passed before the flow had ended"))
        return self.settled


def take_sequence() -> int:
    """Return a sequence that no other job has."""
    return next(_sequences)


class Check(Job):
    """A source to compile and judge.

    Args:
        request: The source.
        decode: Checks and decodes the answer's body; raises ``ReplyRefused``.
        limit_ms: Milliseconds after which it is stopped.
    """

    __slots__ = ("_decode", "_found", "_request", "future")

    def __init__(self, request: CheckRequest, decode: Callable[[bytes], Any], limit_ms: int) -> None:
        super().__init__(limit_ms=limit_ms, step_limit_ms=limit_ms, deadline=None)
        self._request = request
        self._decode = decode
        self._found: Any = None
        self.future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        """Resolves to what was decoded, or to a :class:`WorkerEnd`."""
        self.future.add_done_callback(self._settle)

    def _settle(self, _future: asyncio.Future[Any]) -> None:
        self.settled = True

    def name_version(self, index: int) -> tuple[str, int]:  # noqa: ARG002 - there is one step
        """Name the source's action."""
        return self._request.action, 0

    def encode(self, known: set[str]) -> bytes:  # noqa: ARG002 - a draft is never kept
        """Encode under a new sequence."""
        self.sequence = take_sequence()
        return encode_check(self._request._replace(sequence=self.sequence))

    def accept(self, body: bytes) -> bool:
        """Check and keep the diagnostics."""
        self._found = self._decode(body)
        return True

    def deliver(self) -> None:
        """Resolve the future."""
        if not self.future.done():
            self.future.set_result(self._found)

    def finish(self, end: WorkerEnd) -> None:
        """Resolve the future to the worker's end."""
        if not self.future.done():
            self.future.set_result(end)

    def fail(self, error: Exception) -> None:
        """Resolve the future to an error."""
        if not self.future.done():
            self.future.set_exception(error)


def monotonic_us(since_ns: int) -> int:
    """Return the microseconds since an instant of the monotonic clock, never negative."""
    return max(0, time.monotonic_ns() - since_ns) // 1_000
