"""The processes of a command, as ``/proc`` shows them."""

import contextlib
import time
from collections.abc import Callable
from pathlib import Path


class Tree:
    """The processes of one command.

    Args:
        pid: The process that watches over the others.
    """

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def servers(self) -> list[int]:
        """The servers, which are its children."""
        return children(self.pid)

    def below(self, pid: int) -> dict[int, str]:
        """All processes below one, with the instants of their starts: a number may be used again."""
        found = {child: started(child) for child in children(pid)}
        for child in list(found):
            found |= self.below(child)
        return found

    def connections(self, pid: int, address: str) -> int:
        """Connections of callers that a server holds."""
        port = f"{int(address.rpartition(':')[2]):04X}"
        tables = [Path(f"/proc/net/{name}") for name in ("tcp", "tcp6")]
        rows = [line.split() for table in tables if table.exists() for line in table.read_text().splitlines()[1:]]
        open_ones = {row[9] for row in rows if row[1].endswith(f":{port}") and row[3] == "01"}
        return sum(link.removeprefix("socket:[").rstrip("]") in open_ones for link in descriptors(pid).values())


def children(pid: int) -> list[int]:
    """The processes that one has started."""
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def started(pid: int) -> str:
    """The instant of a process's start; empty when there is none or when only its exit code is left."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] == "Z" else fields[19]


def descriptors(pid: int) -> dict[str, str]:
    """What a process holds open, by number."""
    found = {}
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(OSError):
            found[entry.name] = str(entry.readlink())
    return found


def wait_until(condition: Callable[[], object], what: str) -> None:
    """Wait for something that is bound to happen; the limit is for faults only."""
    limit = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < limit, f"{what} has not come to pass"
        time.sleep(0.01)


def wait_for_end(processes: dict[int, str]) -> None:
    """Wait until none of the processes, with the instants of their starts, is left."""
    wait_until(lambda: all(not start or started(pid) != start for pid, start in processes.items()), "their end")
