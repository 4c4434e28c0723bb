"""Landlock: no file, no TCP port, no abstract socket, no signal to the outside.

Runs in: zygote, until it is sealed: then this module is taken away.

The ruleset handles every right that the running kernel knows and grants none (Linux, "Landlock: unprivileged access
control"). ``stat`` and UDP are not Landlock's: the system call filter stops these.
"""

import ctypes
import os
import struct
from typing import Final

from actions_sandbox.seal import kernel

_CREATE_RULESET: Final = 444
_RESTRICT_SELF: Final = 446
_VERSION_FLAG: Final = 1

_FILE_RIGHTS: Final = {1: 13, 2: 14, 3: 15, 5: 16}
"""ABI from which on that many file rights exist, one bit each."""

_TCP_ABI: Final = 4
_SCOPE_ABI: Final = 6


def restrict() -> None:
    """Give up every right that Landlock can take, for this process and all that it forks.

    Raises:
        OSError: The kernel has no Landlock, or refused.
    """
    abi = kernel.syscall(_CREATE_RULESET, None, 0, _VERSION_FLAG)
    rights = max(count for since, count in _FILE_RIGHTS.items() if since <= abi)
    fields = [(1 << rights) - 1]
    fields += [0b11] if abi >= _TCP_ABI else []
    fields += [0b11] if abi >= _SCOPE_ABI else []
    attribute = struct.pack(f"={len(fields)}Q", *fields)
    buffer = ctypes.create_string_buffer(attribute, len(attribute))
    ruleset = kernel.syscall(_CREATE_RULESET, kernel.address_of(buffer), len(attribute), 0)
    try:
        kernel.syscall(_RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)
