"""Assembles the system call filter.

Runs in: zygote, until it is sealed: then this module is taken away.

The program is classic BPF over ``struct seccomp_data`` (Linux, "Seccomp BPF"): processor first, then the number,
then arguments; it ends in killing the process.
"""

import os
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

_PER_WORKER: Final = 0xDEAD0001
"""Stands for the worker's process id in the prepared program."""

Instruction = tuple[int, int, int, int]
_INSTRUCTION: Final = struct.Struct("=HBBI")
_OPERAND: Final = 4
"""Where in an instruction's bytes its operand stands."""


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


def prepare_filter() -> kernel.Filter:
    """Assemble the filter for this machine's processor.

    Raises:
        OSError: There is no table for this processor.
    """
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(os.uname().machine, os.uname().machine)
    processor = PROCESSORS.get(machine)
    if processor is None:
        raise OSError(f"no table of system calls for the processor {machine}")
    program = assemble(processor, _PER_WORKER)
    places = [index * _INSTRUCTION.size + _OPERAND for index, one in enumerate(program) if one[-1] == _PER_WORKER]
    return kernel.Filter(processor.seccomp, b"".join(_INSTRUCTION.pack(*one) for one in program), places)
