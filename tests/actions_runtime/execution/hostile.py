"""A worker's end of the channel in the hands of a test, with a real process to be killed for it."""

import asyncio
import json
import mmap
import os
import socket
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, Final

from actions_runtime.execution import ExecutionSettings, Executor, PoolSettings
from actions_runtime.execution.spawner import Spawned, Spawner
from actions_sandbox.contract import FLOOR, MAX_REQUEST_BYTES, WIRE_VERSION, CheckRequest, Limits, RunRequest
from actions_sandbox.wire import JOURNAL_BYTES, FrameDecoder, Journal, decode_request, encode_answer, encode_frame
from tests.actions_runtime.execution.flows import SHORT, Runs

GREETING: Final = {"wire": WIRE_VERSION, "policy": 1, "forbidden": [], "layers": list(FLOOR), "missing": {}}
COMPLETED: Final[dict[str, Any]] = {
    "outcome": "COMPLETED",
    "duration_us": 1,
    "error": None,
    "logs": [],
    "logs_truncated": False,
    "denial": None,
    "commands": [],
}
DENIED: Final = {
    **COMPLETED,
    "outcome": "DENIED",
    "denial": {"code": "access_denied", "reason": "no", "user_message": ""},
}


class HostileEnd:
    """What a worker could do with its channel and its journal, if it were ours no more."""

    def __init__(self, channel: socket.socket, process: "subprocess.Popen[bytes]", memory: mmap.mmap) -> None:
        self._channel = channel
        self._process = process
        self._decoder = FrameDecoder(MAX_REQUEST_BYTES)
        self._requests: list[RunRequest | CheckRequest] = []
        self.memory = memory
        self.journal = Journal(memory)

    async def take(self) -> RunRequest | CheckRequest:
        """Wait for the next request."""
        loop = asyncio.get_running_loop()
        while not self._requests:
            chunk = await loop.sock_recv(self._channel, 65_536)
            if not chunk:
                raise asyncio.CancelledError
            self._requests += map(decode_request, self._decoder.feed(chunk))
        return self._requests.pop(0)

    async def send(self, data: bytes) -> None:
        """Send bytes as they are; the other end may have gone."""
        with suppress(OSError):
            await asyncio.get_running_loop().sock_sendall(self._channel, data)

    async def answer(self, request: RunRequest | CheckRequest, value: Any) -> None:
        """Send a value as the answer to a request."""
        await self.send(encode_answer(request.sequence, json.dumps(value).encode()))

    def end(self) -> None:
        """End the process."""
        self._process.terminate()


Behaviour = Callable[[HostileEnd], Awaitable[None]]


class HostileSpawner(Spawner):
    """Makes processes that do nothing and a channel behind which a test behaves as it likes."""

    def __init__(self, behaviour: Behaviour, greeting: bytes) -> None:
        super().__init__(0)
        self._behaviour = behaviour
        self._greeting = greeting
        self._tasks: set[asyncio.Task[None]] = set()
        self._living: dict[int, tuple[int, subprocess.Popen[bytes], socket.socket, asyncio.Task[None]]] = {}
        self.spawned = 0
        self.tells = True
        """Whether ends are told, as they are while there is a zygote."""
        self.hold: asyncio.Event | None = None
        """What new processes wait for before they greet."""

    def boot(self) -> None:
        """Have no zygote."""

    def attach(self) -> None:
        """Listen to nothing: each process is watched on its own."""

    async def spawn(self, *, rehearsed: bool = True) -> Spawned:
        """Make a process and let the test behave in its place."""
        self.spawned += 1
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        theirs.setblocking(False)
        process = subprocess.Popen(["sleep", "1000"])
        memory = mmap.mmap(-1, JOURNAL_BYTES)
        end = HostileEnd(theirs, process, memory)
        loop = asyncio.get_running_loop()
        task = loop.create_task(self._behave(end))
        pidfd = os.pidfd_open(process.pid)
        watch = os.dup(pidfd)
        self._living[process.pid] = watch, process, theirs, task
        loop.add_reader(watch, self._reap, process.pid)
        return Spawned(process.pid, pidfd, ours, Journal(memory))

    async def _behave(self, end: HostileEnd) -> None:
        if self.hold is not None:
            await self.hold.wait()
        await end.send(self._greeting)
        await self._behaviour(end)

    def _reap(self, pid: int) -> None:
        watch, process, channel, task = self._living.pop(pid)
        asyncio.get_running_loop().remove_reader(watch)
        os.close(watch)
        task.add_done_callback(lambda _: channel.close())  # not before the loop has let go of the descriptor
        task.cancel()
        status = process.wait()
        if self.tells:
            self.on_ended(pid, -status if status < 0 else status << 8)

    def stop(self) -> None:
        """End every process."""
        for _, process, _, _ in list(self._living.values()):
            process.kill()
        for pid in list(self._living):
            self._reap(pid)


@asynccontextmanager
async def start_hostile(
    behaviour: Behaviour, limits: Limits = SHORT, greeting: bytes | None = None, **pool: Any
) -> AsyncIterator[tuple[Runs, HostileSpawner]]:
    """Start an executor whose workers all behave as the test says."""
    faults: list[dict[str, Any]] = []
    loop = asyncio.get_running_loop()
    before = loop.get_exception_handler()
    loop.set_exception_handler(lambda _, context: faults.append(context))
    executor = Executor(
        ExecutionSettings(limits=limits, pool=PoolSettings(**{"standby_workers": 0, "workers_per_tenant": 1, **pool}))
    )
    if greeting is None:
        greeting = encode_frame(json.dumps(GREETING).encode())
    spawner = executor._spawner = HostileSpawner(behaviour, greeting)
    try:
        await executor.start()
        yield Runs(executor), spawner
    finally:
        await executor.stop(0)
        loop.set_exception_handler(before)
    assert not faults
