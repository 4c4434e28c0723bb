"""CPU time of a server: all threads of all its processes."""

import os
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PROC = Path("/proc")


def descendants(pid: int) -> set[int]:
    """Return a process and everything below it."""
    children: dict[int, list[int]] = {}
    for entry in PROC.iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    found, waiting = set(), [pid]
    while waiting:
        one = waiting.pop()
        found.add(one)
        waiting += children.get(one, [])
    return found


def list_threads(pid: int) -> list[int]:
    """Return the ids of a process's threads."""
    return [int(task.name) for task in (PROC / str(pid) / "task").iterdir()]


def cpu_ns(pid: int) -> int:
    """Return the nanoseconds that a process and everything below it have run so far, ended children included."""
    return sum(map(_own_ns, descendants(pid)))


def _own_ns(pid: int) -> int:
    """Return what a process's threads have run, and the children that it has waited for (in clock ticks)."""
    total = 0
    for task in (PROC / str(pid) / "task").glob("*/schedstat"):
        try:
            total += int(task.read_text().split()[0])
        except OSError:
            continue
    try:
        fields = (PROC / str(pid) / "stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return total
    return total + (int(fields[13]) + int(fields[14])) * 1_000_000_000 // TICKS


def pss_kib(pid: int) -> int:
    """Return the proportional set size of one process in KiB."""
    for line in (PROC / str(pid) / "smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    return 0
