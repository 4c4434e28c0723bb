"""The filter's program, run by a small machine of the test's own: for both processors, on any machine."""

import errno
import re
import struct
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from actions_sandbox.seal.bpf import ALLOW, ERRNO, KILL, Instruction, assemble
from actions_sandbox.seal.syscalls import ALLOWED, CHANNEL_FD, PROCESSORS, REFUSED, build_checks

PID = 4711
HEADERS = {
    "x86_64": Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
    "aarch64": Path("/usr/include/asm-generic/unistd.h"),
}
"""Where Debian's linux-libc-dev has the kernel's own numbers; arm64 uses the generic table."""

GENERIC = {"newfstatat": "fstatat"}
"""The generic table names a call for both word sizes; on 64 bits it is this one."""

ELF_MACHINES = {"x86_64": 62, "aarch64": 183}
"""``EM_X86_64`` and ``EM_AARCH64`` of ``linux/elf-em.h``."""

both = pytest.mark.parametrize("machine", sorted(PROCESSORS))


def decide(program: Sequence[Instruction], arch: int, number: int, arguments: Sequence[int] = (0,) * 6) -> int:
    """Run a filter on one call, as the kernel does, and return its verdict."""
    masked = [argument & 0xFFFFFFFFFFFFFFFF for argument in arguments]
    data = struct.pack("=IIQ6Q", number & 0xFFFFFFFF, arch, 0, *masked)
    register, at = 0, 0
    while True:
        code, true, false, operand = program[at]
        at += 1
        match code:
            case 0x20:
                (register,) = struct.unpack_from("=I", data, operand)
            case 0x54:
                register &= operand
            case 0x15:
                at += true if register == operand else false
            case 0x35:
                at += true if register >= operand else false
            case 0x06:
                return operand
            case _:
                raise AssertionError(f"unknown instruction {code:#x}")


def calls(machine: str) -> Iterator[tuple[int, str]]:
    names = {number: name for name, number in PROCESSORS[machine].numbers.items()}
    for number in range(600):
        yield number, names.get(number, "")


@both
def test_the_architecture_is_the_kernel_s(machine: str) -> None:
    """It is the machine of an ELF file with the marks for 64 bits and little endian (``linux/audit.h``)."""
    assert PROCESSORS[machine].audit_arch == 0xC0000000 | ELF_MACHINES[machine]


@both
def test_every_number_has_its_verdict(machine: str) -> None:
    """Allowed calls pass, refused ones get their error, all others kill."""
    processor = PROCESSORS[machine]
    program = assemble(processor, PID)
    checks = build_checks(PID)
    for number, name in calls(machine):
        verdict = decide(program, processor.audit_arch, number)
        if name in ALLOWED:
            assert verdict == ALLOW, name
        elif name in REFUSED:
            assert verdict == ERRNO | REFUSED[name], name
        elif name not in checks:
            assert verdict == KILL, number


@both
def test_another_processor_s_calls_kill(machine: str) -> None:
    """A call under another architecture kills, whatever its number: 32-bit, foreign, none."""
    program = assemble(PROCESSORS[machine], PID)
    others = {one.audit_arch for one in PROCESSORS.values()} - {PROCESSORS[machine].audit_arch}
    for arch in (*others, 0x40000003, 0x40000028, 0, 0xFFFFFFFF):
        assert {decide(program, arch, number) for number in range(600)} == {KILL}


def test_the_second_numbering_of_x86_64_kills() -> None:
    """A number with the bit of x32 kills, and so does any above."""
    processor = PROCESSORS["x86_64"]
    program = assemble(processor, PID)
    for number in (*range(600), 2**30 - 1, 2**31 - 1, 2**31):
        assert decide(program, processor.audit_arch, 0x40000000 | number) == KILL


@both
def test_arguments_are_compared_as_the_kernel_reads_them(machine: str) -> None:
    """A descriptor or an advice is an int to the kernel: what stands in the upper half changes nothing."""
    processor = PROCESSORS[machine]
    program = assemble(processor, PID)
    high = 1 << 32

    def verdict(name: str, *arguments: int) -> int:
        filled = [*arguments, *[0] * (6 - len(arguments))]
        return decide(program, processor.audit_arch, processor.numbers[name], filled)

    assert verdict("read", CHANNEL_FD) == verdict("write", high | CHANNEL_FD) == ALLOW
    assert verdict("read", 0) == verdict("write", high) == ERRNO | errno.EBADF
    assert verdict("mmap", 0, 4096, 3) == ALLOW
    assert verdict("mmap", 0, 4096, 7) == verdict("mmap", 0, 4096, high | 4) == KILL
    assert verdict("madvise", 0, 4096, 4) == ALLOW
    assert verdict("madvise", 0, 4096, 100) == KILL
    assert verdict("setitimer", 2) == ALLOW
    assert verdict("setitimer", 0) == verdict("setitimer", 1) == KILL
    assert verdict("tgkill", PID, 1, 6) == ALLOW
    assert verdict("tgkill", PID, 1, 9) == verdict("tgkill", PID + 1, 1, 6) == verdict("tgkill", 0, 0, 6) == KILL
    assert verdict("clock_gettime", 1) == verdict("clock_gettime", 11) == ALLOW
    assert verdict("clock_gettime", (~PID << 3) | 2) == verdict("clock_gettime", 16) == KILL


@both
def test_the_program_is_one_that_a_kernel_takes(machine: str) -> None:
    """It is short enough, jumps stay inside, and the last instruction kills."""
    program = assemble(PROCESSORS[machine], PID)
    assert len(program) <= 4096
    for index, (code, true, false, _) in enumerate(program):
        assert max(true, false) <= 255
        assert code not in (0x15, 0x35) or index + 1 + max(true, false) < len(program)
    assert program[-1] == (0x06, 0, 0, KILL)


@both
def test_numbers_are_the_kernel_s(machine: str) -> None:
    """Every number is the one in the kernel's own header, and Landlock's are the same everywhere."""
    header = HEADERS[machine]
    if not header.exists():
        pytest.skip("linux-libc-dev is not installed")
    text = header.read_text()
    found = {name: int(number) for name, number in re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)\b", text)}
    processor = PROCESSORS[machine]
    for name, number in processor.numbers.items():
        assert found[name if name in found else GENERIC[name]] == number, name
    assert found["seccomp"] == processor.seccomp
    assert (found["landlock_create_ruleset"], found["landlock_restrict_self"]) == (444, 446)
