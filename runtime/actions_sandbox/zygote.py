"""The process that forks workers: exec'd once by the server, single-threaded, with the policy loaded ahead.

Runs in: zygote.

It speaks fixed-size messages with the server over one stream socket: a spawn request carries the worker's end
of its channel and the shared journal; the answer carries a pidfd where the system has them; a worker's end is
told with its wait status. When the server goes away the zygote kills every worker and ends.
"""

import _socket
import gc
import mmap
import os
import select
import signal
import struct
import sys
import time
from typing import Final, NoReturn

from actions_sandbox import policy, worker
from actions_sandbox.seal import CHANNEL_FD, Seal, seal_worker, seal_zygote
from actions_sandbox.wire import JOURNAL_BYTES

MESSAGE: Final = struct.Struct("=BQii")
"""kind, spawn id, pid, wait status; a request to spawn says in the pid's place whether the worker is to rehearse."""

SPAWN: Final = 1
SPAWNED: Final = 2
ENDED: Final = 3
READY: Final = 4


class Zygote:
    """The loop over spawn requests and ended workers.

    Args:
        control: The zygote's end of the socket to the server.
        seal: What holds the zygote, and so its workers.
        rehearsal: What a worker runs before it greets, unless somebody waits for it.
    """

    def __init__(self, control: _socket.socket, seal: Seal, rehearsal: worker.Rehearsal) -> None:
        self._control = control
        self._seal = seal
        self._rehearsal = rehearsal
        self._pids: set[int] = set()
        self._wake_reader, self._wake_writer = os.pipe()
        os.set_blocking(self._wake_reader, False)
        os.set_blocking(self._wake_writer, False)

    def run(self) -> NoReturn:
        """Serve until the server closes its end, then kill what is left and end this process."""
        signal.signal(signal.SIGCHLD, _note_signal)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.set_wakeup_fd(self._wake_writer, warn_on_full_buffer=False)
        self._send(READY, 0, os.getpid(), 0)
        poll = select.poll()
        poll.register(self._control.fileno(), select.POLLIN)
        poll.register(self._wake_reader, select.POLLIN)
        while True:
            ready = dict(poll.poll())
            if self._wake_reader in ready:
                self._reap()
            if self._control.fileno() in ready and not self._take_request():
                self._kill_all()
                os._exit(0)

    def _take_request(self) -> bool:
        size = _socket.CMSG_SPACE(2 * struct.calcsize("i"))
        try:
            message, ancillary, _, _ = self._control.recvmsg(MESSAGE.size, size)
        except OSError:
            return False  # the server went away with answers unread
        if len(message) != MESSAGE.size:
            return False
        _, spawn_id, rehearses, _ = MESSAGE.unpack(message)
        channel, journal = struct.unpack("=ii", ancillary[0][2][:8])
        self._spawn(spawn_id, channel, journal, self._rehearsal if rehearses else None)
        return True

    def _spawn(self, spawn_id: int, channel: int, journal: int, rehearsal: worker.Rehearsal | None) -> None:
        pid = os.fork()
        if pid == 0:
            _become_worker(channel, journal, self._seal, rehearsal)
        self._pids.add(pid)
        os.close(channel)
        os.close(journal)
        pidfd = _open_pidfd(pid)
        self._send(SPAWNED, spawn_id, pid, 0, pidfd)
        if pidfd >= 0:
            os.close(pidfd)

    def _reap(self) -> None:
        while _read_some(self._wake_reader):
            pass
        while self._pids:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            self._pids.discard(pid)
            self._send(ENDED, 0, pid, status)

    def _send(self, kind: int, spawn_id: int, pid: int, status: int, fd: int = -1) -> None:
        rights = [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, struct.pack("=i", fd))] if fd >= 0 else []
        try:
            self._control.sendmsg([MESSAGE.pack(kind, spawn_id, pid, status)], rights)
        except OSError:
            self._kill_all()
            os._exit(0)

    def _kill_all(self) -> None:
        for pid in self._pids:
            os.kill(pid, signal.SIGKILL)


def _note_signal(_signum: int, _frame: object) -> None:
    """Exist so that the interpreter writes to the wake-up pipe."""


def _read_some(fd: int) -> bytes:
    try:
        return os.read(fd, 512)
    except BlockingIOError:
        return b""


def _open_pidfd(pid: int) -> int:
    try:
        return os.pidfd_open(pid)
    except (AttributeError, OSError):
        return -1


def _become_worker(channel: int, journal: int, seal: Seal, rehearsal: worker.Rehearsal | None) -> NoReturn:
    """Turn the forked child into a sealed worker; never returns into the zygote's loop."""
    leave, serve, fault = os._exit, worker.serve, worker.EXIT_FAULT  # this module is emptied by the seal
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        memory = mmap.mmap(journal, JOURNAL_BYTES)
        os.dup2(channel, CHANNEL_FD)
        serve(memory, seal_worker(seal), rehearsal)
    finally:
        leave(fault)


def main() -> NoReturn:
    """Serve on the inherited descriptor; ``argv`` holds its number and the workers' memory in bytes."""
    control = _socket.socket(fileno=int(sys.argv[1]))
    sys.unraisablehook = _ignore
    time.tzset()
    policy.preload()
    rehearsal = worker.Rehearsal()
    rehearsal.prepare()
    gc.collect()
    gc.freeze()
    Zygote(control, seal_zygote(int(sys.argv[2]) + JOURNAL_BYTES), rehearsal).run()


def _ignore(_unraisable: object) -> None:
    """Drop what a tenant's generator or coroutine raises while it is torn down: nobody could read it."""
