"""Makes system calls in sealed processes, one each, and prints what became of them.

Run in an interpreter of its own, since a seal cannot be taken off: ``ask`` starts it and hands over the calls.
"""

import ctypes
import json
import mmap
import os
import signal
import socket
import struct
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NoReturn

from actions_sandbox.seal import CHANNEL_FD, Seal, seal_worker, seal_zygote

REPOSITORY: Final = Path(__file__).parents[3]
MACHINE_CODE: Final = 1 << 62
"""Stands for a jump into a page of machine code instead of a call by number."""

_RESULT: Final = struct.Struct("=qi")
_MEMORY: Final = 64 * 1024 * 1024
_MAIN: Final = "from tests.actions_sandbox.seal.sealed_calls import main; main()"
_libc: Final = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long

Argument = int | str
"""A number, or one of the words that only the sealed process can replace by a number."""


@dataclass(frozen=True, slots=True)
class Ended:
    """What became of one call.

    Attributes:
        signal: The signal that killed the process; 0 when none did.
        value: What the call returned.
        error: The error number that it left.
        returned: Whether it returned at all.
    """

    signal: int
    value: int
    error: int
    returned: bool

    @property
    def refused(self) -> int:
        """The error number of a call that was refused, 0 for one that succeeded."""
        return self.error if self.value == -1 else 0


def ask(calls: Sequence[tuple[int, Sequence[Argument]]], *, code: bytes = b"") -> list[Ended]:
    """Make each call in a sealed process of its own.

    Args:
        calls: Numbers and arguments.
        code: Machine code that lay in an executable page before the process was sealed.
    """
    order = json.dumps([[list(call) for call in calls], code.hex()])
    done = subprocess.run(
        [sys.executable, "-c", _MAIN], input=order, capture_output=True, text=True, cwd=REPOSITORY, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return [Ended(*one) for one in json.loads(done.stdout)]


def main() -> None:
    """Read the calls, make them, and print what became of them."""
    calls, code = json.load(sys.stdin)
    page = mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(bytes.fromhex(code))
    seal = seal_zygote(_MEMORY)
    json.dump([_try_one(seal, page, number, arguments) for number, arguments in calls], sys.stdout)


def _try_one(seal: Seal, page: mmap.mmap, number: int, arguments: list[Argument]) -> tuple[int, int, int, bool]:
    ours, theirs = socket.socketpair()
    ours.send(b"one byte to read")
    pid = os.fork()
    if pid == 0:
        _become_caller(seal, page, theirs.fileno(), number, arguments)
    theirs.close()
    _, status = os.waitpid(pid, 0)
    with ours:
        told = ours.recv(64, socket.MSG_DONTWAIT) if _has_bytes(ours) else b""
    killer = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    if len(told) < _RESULT.size:
        return killer, 0, 0, False
    return killer, *_RESULT.unpack(told[-_RESULT.size :]), True


def _has_bytes(end: socket.socket) -> bool:
    try:
        return bool(end.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT))
    except (BlockingIOError, ConnectionResetError):
        return False


def _become_caller(seal: Seal, page: mmap.mmap, channel: int, number: int, arguments: list[Argument]) -> NoReturn:
    """Seal this process as a worker is, and make the call; what it needs is at hand before its modules are gone."""
    take_error, set_error, leave, write = ctypes.get_errno, ctypes.set_errno, os._exit, os.write
    values = [ctypes.c_long(_replace(one)) for one in arguments]
    start = ctypes.addressof(ctypes.c_char.from_buffer(page))
    call: Any = ctypes.CFUNCTYPE(ctypes.c_long)(start) if number == MACHINE_CODE else _libc.syscall
    if number != MACHINE_CODE:
        values.insert(0, ctypes.c_long(number))
    os.dup2(channel, CHANNEL_FD)
    seal_worker(seal)
    set_error(0)
    value = call(*values)
    write(CHANNEL_FD, _RESULT.pack(value, take_error()))
    leave(0)


_scratch: Final = mmap.mmap(-1, mmap.PAGESIZE)


def _replace(argument: Argument) -> int:
    pid = os.getpid()
    words = {
        "own pid": pid,
        "other pid": os.getppid(),
        "other pid's clock": (~os.getppid() << 3) | 2,
        "own clock by pid": (~pid << 3) | 2,
        "page": ctypes.addressof(ctypes.c_char.from_buffer(_scratch)),
    }
    return words[argument] if isinstance(argument, str) else argument


KILLED: Final = int(signal.SIGSYS)
