"""Learns of saved files.

Runs in: developer's machine.

What was saved is told by the files' own times: the system's notices only say when to look. A save that comes while
nobody listens is found at the next look.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from watchfiles.main import FileChange

_POLL_S: Final = 0.1
"""Seconds between two looks where the system does not tell of changes."""

_LOOK_MS: Final = 500
"""Milliseconds after which it looks in any case, for saves that came before the system gave notice."""

_QUIET_S: Final = 0.02
"""Seconds without another change after which a save counts as over; editors write in several steps."""

_QUIET_LOOKS: Final = 5
_SUFFIXES: Final = frozenset({".py", ".json", ".toml"})

Times = dict[Path, tuple[int, int, int]]
"""What tells whether a file is still the same: time of change, size, inode."""


def matters(path: str) -> bool:
    """Tell whether a file can change what actions do."""
    name = Path(path).name
    return Path(name).suffix in _SUFFIXES and not name.startswith((".", "#"))


def read_times(folders: Sequence[Path]) -> Times:
    """Return the times of the files that matter in folders; a folder that is missing has none."""
    times = {}
    for folder in folders:
        try:
            for path in folder.iterdir():
                if matters(str(path)):
                    facts = path.stat()
                    times[path] = facts.st_mtime_ns, facts.st_size, facts.st_ino
        except OSError:
            continue  # it is gone, or will be there at the next look
    return times


def read_settled_times(folders: Sequence[Path], before: Times, stop: threading.Event) -> Times:
    """Return the times of the files once whoever changes them has come to an end.

    Args:
        folders: The folders.
        before: The times at the last look.
        stop: Ends the waiting.
    """
    now = read_times(folders)
    for _ in range(_QUIET_LOOKS):
        if now == before or stop.wait(_QUIET_S):
            break
        last, now = now, read_times(folders)
        if last == now:
            break
    return now


def list_changes(before: Times, now: Times) -> set[Path]:
    """Return the files that are new, changed or gone."""
    return {path for path in before.keys() | now.keys() if before.get(path) != now.get(path)}


@dataclass(frozen=True, slots=True)
class Watch:
    """A way of knowing when to look.

    Attributes:
        how: What it is, for people.
        wait: Yields whenever it is time to look at the folders, until ``stop`` is set.
    """

    how: str
    wait: Callable[[Sequence[Path], threading.Event], Iterator[None]]


def choose_watch(folders: Sequence[Path], *, polling: bool = False) -> Watch:
    """Return the best way that this machine has.

    Args:
        folders: What would be watched.
        polling: Whether to look again and again in any case, as network drives need it.
    """
    every = f"looking at the files every {_POLL_S:g} s"
    if polling:
        return Watch(f"{every}, as asked", wait_for_time)
    try:
        next(_watch(folders, None, look_ms=1), None)
    except ImportError as error:
        return Watch(f"{every}: watchfiles cannot be loaded ({error})", wait_for_time)
    except (OSError, RuntimeError) as error:
        return Watch(f"{every}: the system gives no notice ({error})", wait_for_time)
    return Watch("the system gives notice", wait_for_notice)


def wait_for_time(_folders: Sequence[Path], stop: threading.Event) -> Iterator[None]:
    """Yield every tenth of a second."""
    while not stop.wait(_POLL_S):
        yield


def wait_for_notice(folders: Sequence[Path], stop: threading.Event) -> Iterator[None]:
    """Yield when the system gives notice, and every half a second."""
    for _ in _watch(folders, stop):
        yield


def _watch(
    folders: Sequence[Path], stop: threading.Event | None, *, look_ms: int = _LOOK_MS
) -> "Iterator[set[FileChange]]":
    import watchfiles

    return watchfiles.watch(
        *folders,
        watch_filter=lambda _, path: matters(path),
        debounce=100,
        step=10,
        stop_event=stop,
        rust_timeout=look_ms,
        yield_on_timeout=True,
        recursive=False,
        ignore_permission_denied=True,
    )
