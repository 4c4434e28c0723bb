"""Execs the zygote and asks it for workers; learns from it how each one ended.

Runs in: server / developer's machine.
"""

import asyncio
import contextlib
import fcntl
import mmap
import os
import signal
import socket
import struct
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import structlog

from actions_runtime.errors import Unavailable
from actions_sandbox.wire import JOURNAL_BYTES, Journal

_MESSAGE: Final = struct.Struct("=BQii")
"""The fixed-size message that ``actions_sandbox.zygote`` speaks: kind, spawn id, pid, wait status.

A request to spawn says in the pid's place whether the worker is to rehearse.
"""

_SPAWN, _SPAWNED, _ENDED, _READY = 1, 2, 3, 4
_BOOT_SECONDS: Final = 30.0
_PAGE_BYTES: Final = os.sysconf("SC_PAGE_SIZE")
BOOT: Final = "from actions_sandbox.zygote import main; main()"
_log = structlog.get_logger("actions.spawner")


@dataclass(frozen=True, slots=True)
class Spawned:
    """A forked worker: its channel, its journal and the means to kill it."""

    pid: int
    pidfd: int
    channel: socket.socket
    journal: Journal

    def kill(self) -> None:
        """Kill the process; it does not matter whether it still lives."""
        with contextlib.suppress(ProcessLookupError):
            if self.pidfd >= 0:
                signal.pidfd_send_signal(self.pidfd, signal.SIGKILL)
            else:
                os.kill(self.pid, signal.SIGKILL)

    def read_resident_bytes(self) -> int:
        """Read how much memory the process holds (``proc_pid_statm(5)``); 0 where the system does not tell."""
        try:
            with open(f"/proc/{self.pid}/statm", "rb") as statm:  # noqa: PTH123 - read for every worker, often
                return int(statm.read().split()[1]) * _PAGE_BYTES
        except (OSError, ValueError, IndexError):
            return 0

    def close(self) -> None:
        """Give up the channel and the handle; a worker whose channel is closed ends by itself."""
        self.channel.close()
        if self.pidfd >= 0:
            os.close(self.pidfd)


class Spawner:
    """Owns the zygote process.

    The zygote is exec'd, never forked from a process that holds gRPC: :meth:`boot` is called before gRPC starts.

    Args:
        memory_bytes: Address space that each worker may use above the idle worker.
        boot: Python that the zygote's interpreter runs; tests of one wall alone leave out the other here.
    """

    def __init__(self, memory_bytes: int, boot: str = BOOT) -> None:
        self._memory_bytes = memory_bytes
        self._boot = boot
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._waiting: dict[int, asyncio.Future[tuple[int, int]]] = {}
        self._next_id = 0
        self.on_ended: Callable[[int, int], None] = lambda _pid, _status: None
        """Called with the pid and wait status of every worker that ended."""
        self.on_lost: Callable[[], None] = lambda: None
        """Called when the zygote itself has gone."""

    @property
    def pid(self) -> int:
        """Process id of the zygote; 0 when there is none."""
        return self._process.pid if self._process else 0

    def boot(self) -> None:
        """Exec the zygote and wait until it is ready to fork.

        Raises:
            Unavailable: It did not come up.
        """
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter with our own module
                [
                    sys.executable,
                    "-I",
                    "-W",
                    "ignore",
                    "-c",
                    self._boot,
                    str(theirs.fileno()),
                    str(self._memory_bytes),
                ],
                pass_fds=[theirs.fileno()],
                env={},
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                cwd="/",
            )
        ours.settimeout(_BOOT_SECONDS)
        with contextlib.suppress(OSError):
            message = ours.recv(_MESSAGE.size)
            if len(message) == _MESSAGE.size and _MESSAGE.unpack(message)[0] == _READY:
                ours.setblocking(False)
                self._control = ours
                return
        self.stop()
        raise Unavailable("the sandbox's zygote did not start", reason="ZYGOTE_UNAVAILABLE")

    def attach(self) -> None:
        """Listen to the zygote on the running loop."""
        asyncio.get_running_loop().add_reader(self._socket(), self._take_messages)

    async def spawn(self, *, rehearsed: bool = True) -> Spawned:
        """Ask for a forked, sealed worker.

        Args:
            rehearsed: Whether it prepares for its first execution before it greets, which is for nobody to wait for.

        Raises:
            Unavailable: There is no zygote.
        """
        ours, theirs = socket.socketpair()
        journal_fd = _create_journal()
        try:
            journal = Journal(mmap.mmap(journal_fd, JOURNAL_BYTES))
            pid, pidfd = await self._request(theirs.fileno(), journal_fd, rehearsed)
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
            os.close(journal_fd)
        ours.setblocking(False)
        return Spawned(pid, pidfd, ours, journal)

    async def _request(self, channel: int, journal: int, rehearsed: bool) -> tuple[int, int]:
        self._next_id += 1
        spawn_id = self._next_id
        answer: asyncio.Future[tuple[int, int]] = asyncio.get_running_loop().create_future()
        self._waiting[spawn_id] = answer
        try:
            socket.send_fds(self._socket(), [_MESSAGE.pack(_SPAWN, spawn_id, rehearsed, 0)], [channel, journal])
            return await answer
        except OSError as error:
            raise Unavailable("the sandbox's zygote is gone", reason="ZYGOTE_UNAVAILABLE") from error
        finally:
            self._waiting.pop(spawn_id, None)

    def _take_messages(self) -> None:
        control = self._socket()
        while True:
            try:
                message, fds, _, _ = socket.recv_fds(control, _MESSAGE.size, 1)
            except BlockingIOError:
                return
            except OSError:
                message, fds = b"", []
            if len(message) != _MESSAGE.size:
                self._lose()
                return
            self._take_message(message, fds[0] if fds else -1)

    def _take_message(self, message: bytes, fd: int) -> None:
        kind, spawn_id, pid, status = _MESSAGE.unpack(message)
        if kind == _ENDED:
            self.on_ended(pid, status)
            return
        answer = self._waiting.get(spawn_id)
        if answer is not None and not answer.done():
            answer.set_result((pid, fd))
        elif fd >= 0:
            signal.pidfd_send_signal(fd, signal.SIGKILL)
            os.close(fd)

    def _lose(self) -> None:
        _log.error("zygote lost", pid=self.pid)
        self.stop()
        self.on_lost()

    def stop(self) -> None:
        """End the zygote, and with it every worker."""
        if self._control is not None:
            with contextlib.suppress(RuntimeError):
                asyncio.get_running_loop().remove_reader(self._control)
            self._control.close()
            self._control = None
        if self._process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(2.0)
            self._process.kill()
            self._process.wait()
            self._process = None
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(Unavailable("the sandbox's zygote is gone", reason="ZYGOTE_UNAVAILABLE"))

    def _socket(self) -> socket.socket:
        if self._control is None:
            raise Unavailable("the sandbox's zygote is gone", reason="ZYGOTE_UNAVAILABLE")
        return self._control


def _create_journal() -> int:
    """Create an anonymous file of a journal's size that lives in memory where the system can do that."""
    if sys.platform == "linux":
        fd = os.memfd_create("journal", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    else:
        fd, path = tempfile.mkstemp()
        os.unlink(path)  # noqa: PTH108 - a raw descriptor goes with it
    os.ftruncate(fd, JOURNAL_BYTES)
    if sys.platform == "linux":  # a journal that shrank under the server's mapping would kill the server
        fcntl.fcntl(fd, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_SEAL)
    return fd
