"""Every system call is tried in a sealed process; allowed, refused and killed are exactly what the tables say."""

import errno
import platform
import signal
import sys
from collections.abc import Iterable, Sequence

import pytest

from actions_sandbox.seal.syscalls import ALLOWED, CHANNEL_FD, PROCESSORS, REFUSED, build_checks
from tests.actions_sandbox.seal.sealed_calls import KILLED, MACHINE_CODE, Argument, Ended, ask

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() not in PROCESSORS, reason="there is no filter for this machine"
)

LAST_CALL = 461
"""The newest system call that Linux 6.10 has; newer ones are tried as unknown numbers."""

PROBES = frozenset({335, 336} if platform.machine() == "x86_64" else ())
"""``uretprobe`` and ``uprobe``: newer kernels let them past every filter, since they serve the kernel's own probes
(``kernel/seccomp.c``, 6.14 and 6.18), and refuse them themselves when a program calls them."""

NUMBERS = PROCESSORS[platform.machine()].numbers if platform.machine() in PROCESSORS else {}
NAMES = {number: name for name, number in NUMBERS.items()}
CHECKED = frozenset(build_checks(0))
on_x86_64 = pytest.mark.skipif(platform.machine() != "x86_64", reason="is about x86-64")


def ask_by_name(name: str, rows: Iterable[Sequence[Argument]]) -> list[Ended]:
    return ask([(NUMBERS[name], row) for row in rows])


@pytest.fixture(scope="module")
def ended() -> dict[int, Ended]:
    """What became of every number, called with nothing but zeros."""
    numbers = range(LAST_CALL + 1)
    return dict(zip(numbers, ask([(number, [0] * 6) for number in numbers]), strict=True))


def test_everything_unnamed_kills(ended: dict[int, Ended]) -> None:
    """A system call that no table names ends the process by SIGSYS and never returns."""
    unnamed = {number: one for number, one in ended.items() if number not in NAMES and number not in PROBES}
    assert len(unnamed) > 400
    assert {number: one for number, one in unnamed.items() if one.signal != KILLED or one.returned} == {}


@on_x86_64
def test_what_no_filter_sees_is_refused_by_the_kernel(ended: dict[int, Ended]) -> None:
    """The two calls of the kernel's own probes do nothing for a program."""
    for number in PROBES:
        one = ended[number]
        assert one.signal in (KILLED, signal.SIGILL) or one.refused in (errno.ENXIO, errno.ENOSYS)


def test_the_refused_ones_get_their_error(ended: dict[int, Ended]) -> None:
    """What the standard library tries on its way to a clean exception gets exactly the error of the table."""
    expected = {name: error for name, error in REFUSED.items() if name in NUMBERS}
    assert {name: ended[NUMBERS[name]].refused for name in expected} == expected


def test_the_allowed_ones_return(ended: dict[int, Ended]) -> None:
    """An allowed system call succeeds or fails as the kernel sees fit, and only ``exit_group`` does not return."""
    for name in ALLOWED & NUMBERS.keys():
        one = ended[NUMBERS[name]]
        assert one.signal == 0, name
        assert one.returned == (name != "exit_group"), name


def test_the_tables_name_every_call_once() -> None:
    """No call is both allowed and refused, and each has a verdict."""
    verdicts = [ALLOWED, frozenset(REFUSED), CHECKED]
    assert sum(map(len, verdicts)) == len(frozenset().union(*verdicts))
    assert NUMBERS.keys() <= frozenset().union(*verdicts)


def test_numbers_that_no_kernel_has_kill() -> None:
    """Numbers beyond the newest call, and negative ones, kill."""
    for one in ask([(number, [0] * 6) for number in (462, 470, 512, 547, 1023, 4096, 2**31 - 1, -1, -2)]):
        assert one.signal == KILLED


@on_x86_64
def test_the_other_convention_of_the_same_processor_kills() -> None:
    """x32 numbers, which name the same calls once more, kill; also those of allowed calls."""
    for one in ask([(0x40000000 | number, [0] * 6) for number in (*NAMES, 59, 512, 520)]):
        assert one.signal == KILLED


@on_x86_64
@pytest.mark.parametrize(
    ("what", "code"),
    [
        ("int 0x80 with the number that getpid has there", "b814000000cd80c3"),
        ("int 0x80 with the number that read has here", "b800000000cd80c3"),
        ("the old page for the time of day", "48c7c0000460ff31ffffd0c3"),
    ],
)
def test_the_old_entries_of_the_processor_kill(what: str, code: str) -> None:
    """The entry for 32-bit programs and the fixed page of old ones kill, by the filter or by a kernel without them."""
    (one,) = ask([(MACHINE_CODE, [])], code=bytes.fromhex(code))
    assert one.signal in (KILLED, signal.SIGSEGV), what
    assert not one.returned


@pytest.mark.parametrize("name", ["read", "write"])
def test_only_the_channel_is_read_and_written(name: str) -> None:
    """Reading and writing reach the channel; any other descriptor is as good as closed."""
    length = 1 if name == "read" else 0
    own, high, *others = ask_by_name(
        name, [[fd, "page", length] for fd in (CHANNEL_FD, 1 << 32 | CHANNEL_FD, 0, 1, 2, 4, 1023, -1, 1 << 32)]
    )
    assert (own.value, high.value) == (length, length)
    assert {one.refused for one in others} == {errno.EBADF}


def test_no_page_is_ever_executable() -> None:
    """Memory may be mapped for data and not for code."""
    private = 0x22
    data = ask_by_name("mmap", [[0, 4096, protection, private, -1, 0] for protection in (0, 1, 2, 3)])
    assert all(one.value > 0 for one in data)
    for one in ask_by_name("mmap", [[0, 4096, protection, private, -1, 0] for protection in (4, 5, 6, 7, 15)]):
        assert one.signal == KILLED


def test_memory_may_only_be_given_back() -> None:
    """``madvise`` takes the advice that the allocator gives, and no other."""
    (given_back,) = ask_by_name("madvise", [["page", 4096, 4]])
    assert given_back.value == 0
    for one in ask_by_name("madvise", [["page", 4096, advice] for advice in (0, 3, 8, 9, 12, 14, 21, 22, 100, 101)]):
        assert one.signal == KILLED


def test_only_the_timer_of_processor_time_is_set() -> None:
    """The timer that the worker itself arms can be set; the other two cannot."""
    (own,) = ask_by_name("setitimer", [[2, 0, 0]])
    assert own.value == 0
    for one in ask_by_name("setitimer", [[0, 0, 0], [1, 0, 0], [3, 0, 0], [-1, 0, 0]]):
        assert one.signal == KILLED


def test_nobody_else_is_signalled_and_oneself_only_by_abort() -> None:
    """``abort`` works; any other signal, and any other process, kills."""
    (aborted,) = ask_by_name("tgkill", [["own pid", "own pid", signal.SIGABRT]])
    assert aborted.signal == signal.SIGABRT
    rows: list[list[Argument]] = [["own pid", "own pid", number] for number in (0, 9, 15, 19, 64)]
    rows += [["other pid", "other pid", signal.SIGABRT], [0, 0, signal.SIGABRT], [-1, -1, signal.SIGABRT]]
    for one in ask_by_name("tgkill", rows):
        assert one.signal == KILLED


def test_only_common_clocks_are_read() -> None:
    """The clocks of the system and of oneself can be read; a clock of another process tells what it does."""
    for one in ask_by_name("clock_gettime", [[clock, "page"] for clock in (0, 1, 2, 3, 4, 5, 6, 7, 11)]):
        assert one.value == 0
    foreign: list[Argument] = ["other pid's clock", "own clock by pid", -6, -1, 16, 1 << 31]
    for one in ask_by_name("clock_gettime", [[clock, "page"] for clock in foreign]):
        assert one.signal == KILLED
