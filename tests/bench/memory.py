"""What a server's processes hold: memory, descriptors, and how many there are."""

from dataclasses import dataclass
from pathlib import Path

from tests.bench.cpu import PROC, descendants

FRONT, ZYGOTE, WORKER = "front", "zygote", "worker"


@dataclass(frozen=True)
class Holding:
    """What one process holds.

    Attributes:
        role: What it is for.
        pss_kib: Proportional set size in KiB: shared pages are divided among those that share them.
        rss_kib: Resident set size in KiB.
        descriptors: Open descriptors.
    """

    role: str
    pss_kib: int
    rss_kib: int
    descriptors: int


def read_holdings(pid: int) -> list[Holding]:
    """Read what every process of the server holds; one that ends meanwhile is left out.

    Args:
        pid: The server's first process; a child of it that has children is a zygote, and these are workers.
    """
    found = []
    for one in sorted(descendants(pid)):
        try:
            found.append(_read(one, _name_role(pid, one)))
        except OSError:
            continue
    return found


def _name_role(server: int, pid: int) -> str:
    if pid == server:
        return FRONT
    command = (PROC / str(pid) / "cmdline").read_bytes()
    parent = int((PROC / str(pid) / "stat").read_text().rsplit(")", 1)[1].split()[1])
    if b"zygote" in command:
        same = parent != server and (PROC / str(parent) / "cmdline").read_bytes() == command
        return WORKER if same else ZYGOTE
    return FRONT


def _read(pid: int, role: str) -> Holding:
    folder = PROC / str(pid)
    sizes = _read_sizes(folder / "smaps_rollup")
    return Holding(role, sizes["Pss"], sizes["Rss"], len(list((folder / "fd").iterdir())))


def _read_sizes(path: Path) -> dict[str, int]:
    lines = [line.split() for line in path.read_text().splitlines()[1:]]
    return {line[0].rstrip(":"): int(line[1]) for line in lines}


def list_pss(pid: int) -> dict[str, list[int]]:
    """Return the proportional set sizes in KiB of a server's processes, by role."""
    sizes: dict[str, list[int]] = {}
    for one in read_holdings(pid):
        sizes.setdefault(one.role, []).append(one.pss_kib)
    return sizes
