"""Answers that are remembered, so that an execution sent twice runs once.

Runs in: server.

An auth server that lost an answer on the network sends the same execution id again. It must get the same
answer, or a counter in the user's metadata would count one login twice.
"""

import asyncio
import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Final

from actions_runtime import log
from actions_runtime.errors import ActionsError, DeadlineExceeded, FailedPrecondition

_ENTRY_BYTES: Final = 400
"""What an entry costs beside its answer: key, fingerprint, dictionary slots."""

Run = Callable[[], Coroutine[Any, Any, bytes]]
"""Starts the execution; what it returns is the finished answer."""


def make_fingerprint(trigger: str, login_flow: str, event: bytes) -> bytes:
    """Return a digest of what was asked, by which a reused id is told from a repeated call.

    Args:
        trigger: The trigger's name.
        login_flow: The login flow's name; empty when not stated.
        event: The event as it came.
    """
    digest = hashlib.sha256(f"{trigger}\0{login_flow}\0".encode())
    digest.update(event)
    return digest.digest()


@dataclass(slots=True)
class _Entry:
    """An answer, or the run that will give it."""

    fingerprint: bytes
    run: asyncio.Task[bytes] | None = None
    answer: bytes = b""
    expires: float = 0.0

    @property
    def size(self) -> int:
        return len(self.answer) + _ENTRY_BYTES


class Answers:
    """The answers of the last minutes by tenant and execution id.

    Args:
        ttl_s: Seconds for which an answer is remembered; 0 remembers none beyond its run.
        max_bytes: Memory of all answers; the oldest of the tenant that holds most go first, so that no tenant
            can push out the others'.
        clock: Seconds that never go back.
    """

    def __init__(self, ttl_s: float, max_bytes: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._ttl_s = ttl_s
        self._max_bytes = max_bytes
        self._clock = clock
        self._running: dict[tuple[str, str], _Entry] = {}
        self._tenants: dict[str, OrderedDict[str, _Entry]] = {}
        self._tenant_bytes: dict[str, int] = {}
        self._bytes = 0

    @property
    def held_bytes(self) -> int:
        """Memory of all remembered answers."""
        return self._bytes

    async def answer(self, tenant: str, execution_id: str, fingerprint: bytes, run: Run) -> bytes:
        """Return the answer to an execution, running it only when it is neither remembered nor under way.

        The run is a task of its own: when its first caller hangs up it goes on and its answer is remembered.
        A run that ends in an error is not; everyone who waited for it gets the error, save those whose own
        time is not over yet when the first caller's is: one of them runs it again.

        Args:
            tenant: Whose execution it is.
            execution_id: The id that the caller gave it.
            fingerprint: What was asked; see :func:`make_fingerprint`.
            run: Starts the execution.

        Raises:
            FailedPrecondition: The id was used for something else.
            ActionsError: What the run ended in.
        """
        key = (tenant, execution_id)
        while (entry := self._find(key)) is not None:
            _require_same(entry, fingerprint, execution_id)
            if entry.run is None:
                return entry.answer
            try:
                return await asyncio.shield(entry.run)
            except DeadlineExceeded:
                continue
        return await asyncio.shield(self._start(key, fingerprint, run))

    async def settle(self) -> None:
        """Wait until no run is under way, also those whose callers hung up."""
        while runs := [entry.run for entry in self._running.values() if entry.run is not None]:
            await asyncio.wait(runs)

    def _find(self, key: tuple[str, str]) -> _Entry | None:
        entry = self._running.get(key)
        if entry is not None:
            return entry
        tenant, execution_id = key
        answers = self._tenants.get(tenant)
        entry = answers.get(execution_id) if answers else None
        if entry is not None and entry.expires <= self._clock():
            self._forget(tenant, execution_id)
            return None
        return entry

    def _start(self, key: tuple[str, str], fingerprint: bytes, run: Run) -> asyncio.Task[bytes]:
        entry = _Entry(fingerprint)
        task = entry.run = asyncio.get_running_loop().create_task(self._run(key, entry, run))
        self._running[key] = entry
        task.add_done_callback(_look_at_end)
        return task

    async def _run(self, key: tuple[str, str], entry: _Entry, run: Run) -> bytes:
        """Run the execution; by the time its task is done it counts as remembered, or as never asked for."""
        try:
            entry.answer = await run()
            if self._ttl_s > 0:
                entry.expires = self._clock() + self._ttl_s
                self._remember(*key, entry)
        finally:
            del self._running[key]
            entry.run = None
        return entry.answer

    def _remember(self, tenant: str, execution_id: str, entry: _Entry) -> None:
        answers = self._tenants.setdefault(tenant, OrderedDict())
        answers[execution_id] = entry
        self._tenant_bytes[tenant] = self._tenant_bytes.get(tenant, 0) + entry.size
        self._bytes += entry.size
        self._drop_expired(tenant)
        while self._bytes > self._max_bytes:
            heaviest = max(self._tenant_bytes, key=self._tenant_bytes.__getitem__)
            self._forget(heaviest, next(iter(self._tenants[heaviest])))

    def _drop_expired(self, tenant: str) -> None:
        """Forget what expired; a tenant's answers all live equally long, so the first ones are the oldest."""
        now = self._clock()
        answers = self._tenants[tenant]
        while (first := next(iter(answers))) and answers[first].expires <= now:
            self._forget(tenant, first)

    def _forget(self, tenant: str, execution_id: str) -> None:
        answers = self._tenants[tenant]
        size = answers.pop(execution_id).size
        self._bytes -= size
        self._tenant_bytes[tenant] -= size
        if not answers:
            del self._tenants[tenant], self._tenant_bytes[tenant]


def _require_same(entry: _Entry, fingerprint: bytes, execution_id: str) -> None:
    if entry.fingerprint != fingerprint:
        raise FailedPrecondition(
            f"The execution id {execution_id!r} was used with another trigger, login flow or event."
            " Send a new id for a new execution.",
            reason="EXECUTION_ID_REUSED",
        )


def _look_at_end(task: asyncio.Task[bytes]) -> None:
    """Look at a failure that nobody may be waiting for any more, since its callers hung up."""
    error = None if task.cancelled() else task.exception()
    if error is not None and not isinstance(error, ActionsError):
        log.get_logger("answers").error("run_failed", **log.describe_failure(error))
