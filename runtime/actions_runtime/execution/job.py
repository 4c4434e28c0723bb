"""One thing asked of a worker, and what may become of it.

Runs in: server / developer's machine.
"""

import asyncio
import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from actions_runtime.errors import DeadlineExceeded
from actions_sandbox.contract import CheckRequest, Outcome, RunRequest, Version
from actions_sandbox.wire import encode_check, encode_run

ATTEMPTS: Final = 3
"""How many workers may end with a job first in line, and not begun, before the job is held to be the cause."""

_SPOILING: Final = (Outcome.OUT_OF_MEMORY, Outcome.OUTPUT_TOO_LARGE)
"""Failures that a worker tells of itself and that are no plain exception; those that end it need no telling."""

_sequences = itertools.count(1)


@dataclass(frozen=True, slots=True)
class WorkerEnd:
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


class Job:
    """A request on its way to a worker and back.

    Args:
        request: What to do; its sequence and versions are filled in when it is sent.
        versions: Everything that the request's steps may need, by key.
        decode: Checks and decodes the answer's body; raises ``ReplyRefused``.
        limit_ms: Milliseconds after which the whole job is stopped.
        step_limit_ms: Milliseconds after which its current step is stopped.
        deadline: ``time.monotonic()`` at which the caller gives up; None for never.
    """

    __slots__ = (
        "_decode",
        "_request",
        "_versions",
        "attempts",
        "deadline",
        "future",
        "limit_ns",
        "queued_ns",
        "sequence",
        "step_limit_ns",
    )

    def __init__(
        self,
        request: RunRequest | CheckRequest,
        versions: dict[str, Version],
        decode: Callable[[bytes], Any],
        *,
        limit_ms: int,
        step_limit_ms: int,
        deadline: float | None,
    ) -> None:
        self._request = request
        self._versions = versions
        self._decode = decode
        self.limit_ns = limit_ms * 1_000_000
        self.step_limit_ns = step_limit_ms * 1_000_000
        self.deadline = deadline
        self.attempts = 0
        self.queued_ns = time.monotonic_ns()
        self.sequence = 0
        self.future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

    def name_version(self, index: int) -> tuple[str, int]:
        """Name the action and the version of a step; a source that is being checked has the version 0.

        Args:
            index: The step as its worker counts; a worker that lies about it gets the last one.
        """
        request = self._request
        if isinstance(request, CheckRequest):
            return request.action, 0
        version = self._versions[request.steps[min(index, len(request.steps) - 1)].key]
        return version.action, version.number

    def encode(self, known: set[str]) -> bytes:
        """Encode for a worker, with the versions that it has not seen; they count as seen from now on."""
        self.sequence = next(_sequences)
        request = self._request
        if isinstance(request, CheckRequest):
            return encode_check(CheckRequest(self.sequence, request.trigger, request.action, request.source))
        missing = {step.key: self._versions[step.key] for step in request.steps if step.key not in known}
        known.update(missing)
        return encode_run(
            RunRequest(
                self.sequence,
                request.trigger,
                request.event,
                request.steps,
                tuple(missing.values()),
                request.prior,
                request.limits,
            )
        )

    def accept(self, body: bytes) -> bool:
        """Decode the answer and hand it to whoever waits.

        Returns:
            Whether the worker may go on serving after this answer.

        Raises:
            ReplyRefused: It is not the answer of a sound worker.
        """
        value = self._decode(body)
        if not self.future.done():
            self.future.set_result(value)
        return not any(getattr(step, "outcome", None) in _SPOILING for step in value)

    def finish(self, end: WorkerEnd) -> None:
        """Tell whoever waits that the worker is gone."""
        if not self.future.done():
            self.future.set_result(end)

    def fail(self, error: Exception) -> None:
        """Tell whoever waits that the job will not be done."""
        if not self.future.done():
            self.future.set_exception(error)

    def expire(self, now: float) -> bool:
        """Give up a job whose caller no longer waits.

        Returns:
            Whether nobody waits for it.
        """
        if self.deadline is not None and now > self.deadline:
            self.fail(DeadlineExceeded("the caller's deadline passed before the flow had ended"))
        return self.future.done()


def monotonic_us(since_ns: int) -> int:
    """Return the microseconds since an instant of the monotonic clock, never negative."""
    return max(0, time.monotonic_ns() - since_ns) // 1_000
