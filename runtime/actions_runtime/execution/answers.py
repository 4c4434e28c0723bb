"""Answers that are remembered, so that an execution sent twice runs once.

Runs in: server.

An auth server that lost an answer on the network sends the same execution id again. It must get the same
answer, or a counter in the user's metadata would count one login twice.
"""

import asyncio
import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from typing import Final

from actions_runtime import log
from actions_runtime.errors import ActionsError, DeadlineExceeded, FailedPrecondition

_ENTRY_BYTES: Final = 400
"""What an entry costs beside its answer: key, fingerprint, dictionary slots."""

Respond = Callable[[bytes | Exception], None]
"""Takes an answer, or the error that the execution ended in. Must not raise."""

Start = Callable[[Respond], object]
"""Starts the execution; what it is given takes the finished answer."""


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


class _Caller:
    """Somebody who waits for an answer."""

    __slots__ = ("gone", "respond", "start")

    def __init__(self, start: Start, respond: Respond) -> None:
        self.start = start
        self.respond = respond
        self.gone = False

    def hang_up(self) -> None:
        self.gone = True


class _Entry:
    """An answer, or those who wait for it."""

    __slots__ = ("answer", "callers", "expires", "fingerprint")

    def __init__(self, fingerprint: bytes) -> None:
        self.fingerprint = fingerprint
        self.callers: list[_Caller] = []
        self.answer = b""
        self.expires = 0.0

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
        self._idle = asyncio.Event()
        self._tenants: dict[str, OrderedDict[str, _Entry]] = {}
        self._tenant_bytes: dict[str, int] = {}
        self._bytes = 0

    @property
    def held_bytes(self) -> int:
        """Memory of all remembered answers."""
        return self._bytes

    def answer(
        self, tenant: str, execution_id: str, fingerprint: bytes, start: Start, respond: Respond
    ) -> Callable[[], None]:
        """Answer a call, running the execution only when its answer is neither remembered nor under way.

        A run whose callers hang up goes on and its answer is remembered. A run that ends in an error is not;
        everyone who waited for it gets the error, save those whose own time is not over yet when the first
        caller's is: one of them runs it again.

        Args:
            tenant: Whose execution it is.
            execution_id: The id that the caller gave it.
            fingerprint: What was asked; see :func:`make_fingerprint`.
            start: Starts the execution for this caller.
            respond: Takes the answer, maybe before this returns.

        Returns:
            What to call when the caller hangs up.

        Raises:
            FailedPrecondition: The id was used for something else.
        """
        key = (tenant, execution_id)
        entry = self._find(key)
        caller = _Caller(start, respond)
        if entry is None:
            self._start(key, fingerprint, [caller])
        else:
            _require_same(entry, fingerprint, execution_id)
            if key in self._running:
                entry.callers.append(caller)
            else:
                respond(entry.answer)
        return caller.hang_up

    async def settle(self) -> None:
        """Wait until no run is under way, also those whose callers hung up."""
        while self._running:
            self._idle.clear()
            await self._idle.wait()

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

    def _start(self, key: tuple[str, str], fingerprint: bytes, callers: list[_Caller]) -> None:
        entry = _Entry(fingerprint)
        entry.callers = callers
        self._running[key] = entry
        self._run(key, entry)

    def _run(self, key: tuple[str, str], entry: _Entry) -> None:
        """Run the execution for the first of those who wait."""
        try:
            entry.callers[0].start(partial(self._take_end, key, entry))
        except Exception as error:
            self._take_end(key, entry, error)

    def _take_end(self, key: tuple[str, str], entry: _Entry, end: bytes | Exception) -> None:
        """Remember an answer, or forget that it was asked for, and tell those who wait."""
        callers = entry.callers
        if isinstance(end, DeadlineExceeded) and (others := [one for one in callers[1:] if not one.gone]):
            entry.callers = others  # their time is not over; each in a turn of its own, however many they are
            asyncio.get_running_loop().call_soon(self._run, key, entry)
            callers = callers[:1]
        else:
            del self._running[key]
            entry.callers = []
        if isinstance(end, bytes):
            self._keep(key, entry, end)
        waiting = [caller for caller in callers if not caller.gone]
        if not waiting and isinstance(end, Exception):
            _look_at_end(end)
        for caller in waiting:
            caller.respond(end)
        if not self._running:
            self._idle.set()

    def _keep(self, key: tuple[str, str], entry: _Entry, answer: bytes) -> None:
        if self._ttl_s > 0:
            entry.answer = answer
            entry.expires = self._clock() + self._ttl_s
            self._remember(*key, entry)

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


def _look_at_end(error: Exception) -> None:
    """Look at a failure that nobody waits for any more, since its callers hung up."""
    if not isinstance(error, ActionsError):
        log.get_logger("answers").error("run_failed", **log.describe_failure(error))
