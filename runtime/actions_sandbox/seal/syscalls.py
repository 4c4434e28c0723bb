"""Which system calls a sealed worker may make, on which processor, with which arguments.

Runs in: zygote / worker.

An allow-list: whatever is not here kills the process, and the server counts it as a security event. What CPython
needs to compute in memory is allowed; what its library tries on the way to an ordinary error gets that error.
"""

import errno
import signal
from dataclasses import dataclass
from typing import Final

CHANNEL_FD: Final = 3
"""The one descriptor a worker keeps: its end of the socket to the server."""


@dataclass(frozen=True, slots=True)
class Processor:
    """One processor's names for things.

    Attributes:
        audit_arch: The value of ``seccomp_data.arch`` (``linux/audit.h``).
        seccomp: Number of the system call ``seccomp``.
        numbers: System calls by name; a name that is missing does not exist there.
        foreign_bit: A bit in the number that marks another calling convention; 0 for none.
    """

    audit_arch: int
    seccomp: int
    numbers: dict[str, int]
    foreign_bit: int = 0


PROCESSORS: Final[dict[str, Processor]] = {
    "x86_64": Processor(
        0xC000003E,
        317,
        {
            "read": 0, "write": 1, "open": 2, "stat": 4, "fstat": 5, "lstat": 6, "lseek": 8, "mmap": 9, "munmap": 11,
            "brk": 12, "rt_sigprocmask": 14, "ioctl": 16, "access": 21, "mremap": 25, "madvise": 28, "setitimer": 38,
            "getpid": 39, "fcntl": 72, "getcwd": 79, "readlink": 89, "gettid": 186, "clock_gettime": 228,
            "exit_group": 231, "tgkill": 234, "openat": 257, "newfstatat": 262, "readlinkat": 267, "getrandom": 318,
            "statx": 332, "faccessat2": 439,
        },
        foreign_bit=0x40000000,
    ),
    "aarch64": Processor(
        0xC00000B7,
        277,
        {
            "getcwd": 17, "fcntl": 25, "ioctl": 29, "faccessat": 48, "openat": 56, "lseek": 62, "read": 63,
            "write": 64, "readlinkat": 78, "newfstatat": 79, "fstat": 80, "exit_group": 94, "setitimer": 103,
            "clock_gettime": 113, "tgkill": 131, "rt_sigprocmask": 135, "getpid": 172, "gettid": 178, "brk": 214,
            "munmap": 215, "mremap": 216, "mmap": 222, "madvise": 233, "getrandom": 278, "statx": 291,
            "faccessat2": 439,
        },
    ),
}  # fmt: skip
"""Numbers from the kernel's tables (``syscall_64.tbl`` and ``asm-generic/unistd.h``)."""

ALLOWED: Final = frozenset({"brk", "exit_group", "getpid", "getrandom", "gettid", "mremap", "munmap", "rt_sigprocmask"})
"""Allowed with any arguments: memory, randomness and the end. None of them reaches outside the process."""

REFUSED: Final[dict[str, int]] = {
    **dict.fromkeys(
        "access faccessat faccessat2 getcwd lstat newfstatat open openat readlink readlinkat stat statx".split(),
        errno.EACCES,
    ),
    **dict.fromkeys("fcntl fstat ioctl lseek".split(), errno.ENOTTY),
}
"""Refused with an ordinary error: the standard library tries them on its way to a clean exception."""


@dataclass(frozen=True, slots=True)
class Check:
    """A condition on one argument of a system call.

    Attributes:
        argument: Index of the argument; its lower 32 bits are compared.
        value: What it is compared with.
        mask: Bits that are compared.
        otherwise: Error number when it does not hold; 0 kills.
    """

    argument: int
    value: int
    mask: int = 0xFFFFFFFF
    otherwise: int = 0


_CLOCKS: Final = 0xFFFFFFF0
"""Bits of a clock's number that no clock of this system or process has; those of other processes are negative."""

_PROT_EXEC: Final = 4
_MADV_DONTNEED: Final = 4
_ITIMER_PROF: Final = 2


def build_checks(pid: int) -> dict[str, tuple[Check, ...]]:
    """Return the system calls that are allowed with certain arguments only.

    Args:
        pid: The worker's own process id: ``abort`` may signal it, and nothing else may be signalled.
    """
    return {
        "read": (Check(0, CHANNEL_FD, otherwise=errno.EBADF),),
        "write": (Check(0, CHANNEL_FD, otherwise=errno.EBADF),),
        "mmap": (Check(2, 0, mask=_PROT_EXEC),),
        "madvise": (Check(2, _MADV_DONTNEED),),
        "clock_gettime": (Check(0, 0, mask=_CLOCKS),),
        "setitimer": (Check(0, _ITIMER_PROF),),
        "tgkill": (Check(0, pid), Check(2, signal.SIGABRT)),
    }
