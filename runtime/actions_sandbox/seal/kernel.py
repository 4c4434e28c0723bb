"""System calls that Python's own library does not offer, and the filter that is installed by one.

Runs in: zygote / worker, until the worker is sealed: then this module is taken away with ctypes.

What a worker needs of it is prepared by the zygote: each page that a worker writes to is copied for it.
"""

import ctypes
import errno
import os
import struct
from collections.abc import Sequence
from typing import Final

libc: Final = ctypes.CDLL(None, use_errno=True)

PR_SET_PDEATHSIG: Final = 1
_SET_MODE_FILTER: Final = 1
_INSTRUCTION_BYTES: Final = 8
_PID: Final = struct.Struct("=I")


def prctl(option: int, argument: int) -> None:
    """Call ``prctl`` with one argument.

    Raises:
        OSError: The kernel refused.
    """
    zero = ctypes.c_ulong(0)
    check(libc.prctl(option, ctypes.c_ulong(argument), zero, zero, zero), "prctl")


def syscall(number: int, *arguments: int | ctypes.c_void_p | None) -> int:
    """Call a system call by its number.

    Raises:
        OSError: The kernel refused.
    """
    converted = (ctypes.c_long(one) if isinstance(one, int) else one for one in arguments)
    return check(libc.syscall(ctypes.c_long(number), *converted), f"system call {number}")


def address_of(buffer: ctypes.Array[ctypes.c_char] | ctypes.Structure) -> ctypes.c_void_p:
    """Return a pointer to a buffer, for :func:`syscall`."""
    return ctypes.cast(ctypes.pointer(buffer), ctypes.c_void_p)


def check(result: int, what: str) -> int:
    """Let only the result of a call pass that the kernel has not refused.

    Raises:
        OSError: The kernel refused.
    """
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{what}: {errno.errorcode.get(code, code)} ({os.strerror(code)})")
    return result


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p)]


class Filter:
    """A prepared filter of system calls; only the worker's process id is filled in after the fork.

    Args:
        seccomp: Number of the system call ``seccomp``.
        instructions: The program, as the kernel takes it.
        places: Where in the program the worker's process id stands, in bytes.
    """

    __slots__ = ("_address", "_instructions", "_places", "_program", "_seccomp")

    def __init__(self, seccomp: int, instructions: bytes, places: Sequence[int]) -> None:
        self._seccomp = seccomp
        self._places = tuple(places)
        self._instructions = ctypes.create_string_buffer(instructions, len(instructions))
        self._program = _Program(len(instructions) // _INSTRUCTION_BYTES, address_of(self._instructions))
        self._address = address_of(self._program)

    def install(self, pid: int) -> None:
        """Filter this process's system calls for ever.

        Raises:
            OSError: The kernel has no filters, or refused.
        """
        for place in self._places:
            _PID.pack_into(self._instructions, place, pid)
        syscall(self._seccomp, _SET_MODE_FILTER, 0, self._address)
