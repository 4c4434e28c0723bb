"""Has sources compiled by workers that do nothing else, and keeps the code for their tenants' next workers.

Runs in: server / developer's machine.

The server never reads code: it is a worker's bytes, kept for workers of the same tenant. They come only from a worker
that was asked to compile one source, ran nothing and is thrown away after it (``Isolation.EXECUTION``), so that no
run can put anything here.
"""

import asyncio
from collections import OrderedDict
from dataclasses import replace
from functools import partial
from typing import Any, Final

from actions_runtime.commands import accept_diagnostics
from actions_runtime.errors import ActionsError
from actions_runtime.execution.job import Check
from actions_runtime.execution.run import Queue
from actions_sandbox.contract import CODE_BYTES, CheckRequest, Isolation, Trigger, Version
from actions_sandbox.wire import decode_verdict

Place = tuple[str, Trigger, str, str]
"""Tenant, trigger, action and source: code that differs in one of them is not the same code."""

_MOST_BYTES: Final = 32 * 1024 * 1024
"""Bytes of code and sources that are kept in all; what was used least recently goes first."""

_PAUSE_SECONDS: Final = 0.05
"""How long after a use code is compiled for later workers, so as not to take that use's processor."""

_MOST_MET: Final = 1_000
"""Versions that are remembered for having gone to one worker without their code."""


class CodeShelf:
    """Code by its place.

    Args:
        most_bytes: Bytes of code and sources that are kept.
    """

    __slots__ = ("_bytes", "_kept", "_most_bytes")

    def __init__(self, most_bytes: int = _MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0
        self._kept: OrderedDict[Place, bytes] = OrderedDict()

    def keep(self, place: Place, code: bytes) -> None:
        """Keep code; none, or too much, says that every worker compiles for itself."""
        self._drop(place)
        self._kept[place] = code if len(code) <= CODE_BYTES else b""
        self._bytes += _measure(place, self._kept[place])
        while self._bytes > self._most_bytes:
            self._drop(next(iter(self._kept)))

    def find(self, place: Place) -> bytes | None:
        """Return the code; empty when there is none to be had, None when nobody has compiled it yet."""
        code = self._kept.get(place)
        if code is not None:
            self._kept.move_to_end(place)
        return code

    def _drop(self, place: Place) -> None:
        code = self._kept.pop(place, None)
        if code is not None:
            self._bytes -= _measure(place, code)


def _measure(place: Place, code: bytes) -> int:
    """Count what an entry holds: code, and a source of as many bytes as it has characters, or a few more."""
    return len(code) + len(place[3])


class Compiler:
    """Compiles in workers of their own, and hands out what they made.

    Args:
        queue: Where workers are asked for.
        limit_ms: Milliseconds that compiling one source may take.
        shelf: Where code is kept.
    """

    def __init__(self, queue: Queue, limit_ms: int, shelf: CodeShelf) -> None:
        self._queue = queue
        self._limit_ms = limit_ms
        self._shelf = shelf
        self._met: set[Place] = set()
        self._awaited: set[Place] = set()

    async def check(self, tenant: str, trigger: Trigger, action: str, source: str) -> Any:
        """Judge a source, and keep its code when it is accepted.

        Returns:
            The accepted diagnostics, or a :class:`WorkerEnd`.

        Raises:
            ActionsError: The job is not taken.
        """
        return await self._ask((tenant, trigger, action, source)).future

    def complete(self, tenant: str, trigger: Trigger, version: Version) -> Version:
        """Return a version with its code, as it goes to a worker that has not seen it.

        A version that goes to a second worker without code is compiled for those after it: most tenants have one
        worker at a time, which does so itself.
        """
        place = (tenant, trigger, version.action, version.source)
        code = self._shelf.find(place)
        if code is None and place not in self._awaited:
            self._meet(place)
        return replace(version, code=code) if code else version

    def _meet(self, place: Place) -> None:
        if place in self._met:
            self._met.discard(place)
            self._awaited.add(place)
            asyncio.get_running_loop().call_later(_PAUSE_SECONDS, self._compile, place)
        else:
            if len(self._met) >= _MOST_MET:
                self._met.clear()
            self._met.add(place)

    def _compile(self, place: Place) -> None:
        """Have a source compiled that a worker has met already."""
        try:
            self._ask(place).future.add_done_callback(partial(self._forget, place))
        except ActionsError:
            self._awaited.discard(place)  # there are more urgent jobs; the next worker that meets it asks again

    def _forget(self, place: Place, answer: asyncio.Future[Any]) -> None:
        self._awaited.discard(place)
        if answer.exception() is None and self._shelf.find(place) is None:
            self._shelf.keep(place, b"")  # no worker could compile it, and the next one could not either

    def _ask(self, place: Place) -> Check:
        tenant, trigger, action, source = place
        request = CheckRequest(0, trigger, action, source, wants_code=True)
        check = Check(request, partial(self._accept, place), self._limit_ms)
        self._queue.submit(tenant, check, Isolation.EXECUTION)
        return check

    def _accept(self, place: Place, body: bytes) -> list[dict[str, Any]]:
        diagnostics, code = decode_verdict(body)
        found = accept_diagnostics(diagnostics)
        if code and not found:
            self._shelf.keep(place, code)
        return found
