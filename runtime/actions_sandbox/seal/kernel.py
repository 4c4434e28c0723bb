"""System calls that Python's own library does not offer.

Runs in: zygote / worker, until the worker is sealed: then this module is taken away with ctypes.
"""

import ctypes
import errno
import os
import platform
from typing import Final

_libc: Final = ctypes.CDLL(None, use_errno=True)

PR_SET_PDEATHSIG: Final = 1
PR_SET_DUMPABLE: Final = 4
PR_SET_NO_NEW_PRIVS: Final = 38
CAPABILITY_VERSION: Final = 0x20080522
CLONE_NEWNS: Final = 0x00020000
CLONE_NEWCGROUP: Final = 0x02000000
CLONE_NEWUTS: Final = 0x04000000
CLONE_NEWIPC: Final = 0x08000000
CLONE_NEWUSER: Final = 0x10000000
CLONE_NEWNET: Final = 0x40000000

MACHINE: Final = {"amd64": "x86_64", "arm64": "aarch64"}.get(platform.machine(), platform.machine())
"""The processor's name, as Linux spells it."""


def prctl(option: int, argument: int) -> None:
    """Call ``prctl`` with one argument.

    Raises:
        OSError: The kernel refused.
    """
    zero = ctypes.c_ulong(0)
    _check(_libc.prctl(option, ctypes.c_ulong(argument), zero, zero, zero), "prctl")


def unshare(flags: int) -> None:
    """Leave the namespaces that the flags name.

    Raises:
        OSError: The kernel refused.
    """
    _check(_libc.unshare(flags), "unshare")


def drop_capabilities() -> None:
    """Give up every capability for ever; the children have none either.

    Raises:
        OSError: The kernel refused.
    """
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION, 0)
    nothing = (ctypes.c_uint32 * 6)()
    _check(_libc.capset(ctypes.byref(header), ctypes.byref(nothing)), "capset")


def syscall(number: int, *arguments: int | ctypes.c_void_p | None) -> int:
    """Call a system call by its number.

    Raises:
        OSError: The kernel refused.
    """
    converted = (ctypes.c_long(one) if isinstance(one, int) else one for one in arguments)
    return _check(_libc.syscall(ctypes.c_long(number), *converted), f"system call {number}")


def address_of(buffer: ctypes.Array[ctypes.c_char] | ctypes.Structure) -> ctypes.c_void_p:
    """Return a pointer to a buffer, for :func:`syscall`."""
    return ctypes.cast(ctypes.pointer(buffer), ctypes.c_void_p)


def _check(result: int, what: str) -> int:
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{what}: {errno.errorcode.get(code, code)} ({os.strerror(code)})")
    return result
