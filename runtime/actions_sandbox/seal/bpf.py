"""Assembles the system call filter and installs it.

Runs in: zygote / worker.

The program is classic BPF over ``struct seccomp_data`` (Linux, "Seccomp BPF"): processor first, then the number,
then arguments; it ends in killing the process.
"""

import ctypes
import struct
from typing import Final

from actions_sandbox.seal import kernel
from actions_sandbox.seal.syscalls import ALLOWED, PROCESSORS, REFUSED, Check, Processor, build_checks

_LOAD: Final = 0x20
_AND: Final = 0x54
_JUMP_EQUAL: Final = 0x15
_JUMP_GREATER_EQUAL: Final = 0x35
_RETURN: Final = 0x06

_NUMBER, _ARCH, _ARGUMENTS = 0, 4, 16
KILL: Final = 0x80000000
ALLOW: Final = 0x7FFF0000
ERRNO: Final = 0x00050000

_SET_MODE_FILTER: Final = 1
_PER_WORKER: Final = 0xDEAD0001
"""Stands for the worker's process id in the prepared program."""

Instruction = tuple[int, int, int, int]


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p)]


def assemble(processor: Processor, pid: int) -> list[Instruction]:
    """Return the filter's instructions as (code, jump if true, jump if false, operand)."""
    program: list[Instruction] = [
        (_LOAD, 0, 0, _ARCH),
        (_JUMP_EQUAL, 1, 0, processor.audit_arch),
        (_RETURN, 0, 0, KILL),
        (_LOAD, 0, 0, _NUMBER),
    ]
    if processor.foreign_bit:
        program += [(_JUMP_GREATER_EQUAL, 0, 1, processor.foreign_bit), (_RETURN, 0, 0, KILL)]
    for name, checks in build_checks(pid).items():
        program += _assemble_checked(processor.numbers[name], checks)
    for name, number in processor.numbers.items():
        if name in ALLOWED:
            program += [(_JUMP_EQUAL, 0, 1, number), (_RETURN, 0, 0, ALLOW)]
        elif name in REFUSED:
            program += [(_JUMP_EQUAL, 0, 1, number), (_RETURN, 0, 0, ERRNO | REFUSED[name])]
    return [*program, (_RETURN, 0, 0, KILL)]


def _assemble_checked(number: int, checks: tuple[Check, ...]) -> list[Instruction]:
    body: list[Instruction] = []
    for check in checks:
        body.append((_LOAD, 0, 0, _ARGUMENTS + 8 * check.argument))
        if check.mask != 0xFFFFFFFF:
            body.append((_AND, 0, 0, check.mask))
        body += [
            (_JUMP_EQUAL, 1, 0, check.value),
            (_RETURN, 0, 0, ERRNO | check.otherwise if check.otherwise else KILL),
        ]
    body.append((_RETURN, 0, 0, ALLOW))
    return [(_JUMP_EQUAL, 0, len(body), number), *body]


class Filter:
    """A prepared filter; only the worker's process id is filled in after the fork.

    Raises:
        OSError: There is no table for this processor.
    """

    def __init__(self) -> None:
        processor = PROCESSORS.get(kernel.MACHINE)
        if processor is None:
            raise OSError(f"no table of system calls for the processor {kernel.MACHINE}")
        self._seccomp = processor.seccomp
        self._instructions = assemble(processor, _PER_WORKER)

    def install(self, pid: int) -> None:
        """Filter this process's system calls for ever.

        Raises:
            OSError: The kernel has no filters, or refused.
        """
        packed = b"".join(
            struct.pack("=HBBI", code, true, false, pid if operand == _PER_WORKER else operand)
            for code, true, false, operand in self._instructions
        )
        instructions = ctypes.create_string_buffer(packed, len(packed))
        program = _Program(len(self._instructions), ctypes.cast(instructions, ctypes.c_void_p))
        kernel.syscall(self._seccomp, _SET_MODE_FILTER, 0, kernel.address_of(program))
