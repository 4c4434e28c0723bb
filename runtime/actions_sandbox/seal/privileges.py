"""System calls by which a process gives up what it was started with.

Runs in: zygote, until it is sealed: then this module is taken away.
"""

import ctypes
from typing import Final

from actions_sandbox.seal import kernel

PR_SET_DUMPABLE: Final = 4
PR_SET_NO_NEW_PRIVS: Final = 38
_CAPABILITY_VERSION: Final = 0x20080522

_CLONE_NEWNS: Final = 0x00020000
_CLONE_NEWCGROUP: Final = 0x02000000
_CLONE_NEWUTS: Final = 0x04000000
_CLONE_NEWIPC: Final = 0x08000000
CLONE_NEWUSER: Final = 0x10000000
_CLONE_NEWNET: Final = 0x40000000

NAMESPACES: Final = _CLONE_NEWNET | _CLONE_NEWIPC | _CLONE_NEWUTS | _CLONE_NEWNS | _CLONE_NEWCGROUP
"""Network, System V objects, host name, mounts and control groups."""


def unshare(flags: int) -> None:
    """Leave the namespaces that the flags name.

    Raises:
        OSError: The kernel refused.
    """
    kernel.check(kernel.libc.unshare(flags), "unshare")


def drop_capabilities() -> None:
    """Give up every capability for ever; the children have none either.

    Raises:
        OSError: The kernel refused.
    """
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0)
    nothing = (ctypes.c_uint32 * 6)()
    kernel.check(kernel.libc.capset(ctypes.byref(header), ctypes.byref(nothing)), "capset")
