"""The releases of grpcio on which the fast lane has been run.

Runs in: server.

The range is widened by hand: install the release, run ``tests/actions_runtime/server/lanes`` on it, and write it down.
"""

import re
from typing import Final, NamedTuple


class Range(NamedTuple):
    """Releases of grpcio, both ends included, each as major and minor number: a patch changes no interface.

    Attributes:
        oldest: The first release.
        newest: The last release.
    """

    oldest: tuple[int, int]
    newest: tuple[int, int]

    def explain_absence(self, version: str) -> str | None:
        """Say why a version is outside, or return None for one that is inside.

        Args:
            version: As grpcio gives it, e.g. ``1.85.1`` or ``1.86.0rc1``.
        """
        found = re.match(r"(\d+)\.(\d+)", version)
        if found is None or not self.oldest <= (int(found[1]), int(found[2])) <= self.newest:
            first, last = (".".join(map(str, release)) for release in self)
            return f"it has been run on grpcio {first} to {last}, and this is {version}"
        return None


TESTED: Final = Range((1, 60), (1, 85))
"""Run on 1.60.2, 1.66.2, 1.71.2, 1.78.0, 1.80.0 and 1.85.3, with CPython 3.11."""
