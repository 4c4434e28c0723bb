"""Word from one server process to the others that something has changed.

Runs in: server.

Each process counts its changes in a place of its own in shared memory, and compares all places with what it saw last:
no system call, no lock, and nothing to lose, since a count only grows. Whoever reads looks at the counts first, at the
store then, and only then notes the counts as seen: until the store has been read the changes stay unread for everybody.
A process that dies between its commit and its word is made up for by the directory's regular look into the store.
"""

import copy
import mmap
from typing import Final

_COUNT_BYTES: Final = 8


class Notices:
    """The places of all processes, as one of them sees them.

    Args:
        processes: How many processes there are; made before they are forked.
    """

    __slots__ = ("_counts", "_index", "_memory", "_seen")

    def __init__(self, processes: int) -> None:
        self._memory = mmap.mmap(-1, processes * _COUNT_BYTES)
        self._counts = memoryview(self._memory).cast("Q")  # writes a count in one piece; struct would clear it first
        self._index = 0
        self._seen = self._memory[:]

    def of(self, index: int) -> "Notices":
        """Return the view of a process on the same memory, which has seen what this one has.

        Args:
            index: Its number, from 0.
        """
        view = copy.copy(self)
        view._index = index
        return view

    @property
    def unread(self) -> bool:
        """Whether any process has changed something since what was noted last."""
        return self._memory[:] != self._seen

    def look(self) -> bytes:
        """Return the counts as they are now; the store is read after this."""
        return self._memory[:]

    def note(self, counts: bytes) -> None:
        """Take counts as seen; called when the store has been read.

        Args:
            counts: What :meth:`look` returned before.
        """
        self._seen = counts

    def give(self) -> None:
        """Tell the others that this process has changed something; called after the commit."""
        self._counts[self._index] += 1
