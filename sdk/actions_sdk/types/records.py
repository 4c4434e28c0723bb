"""Types of the read-only objects that an event is made of.

Runs in: developer's machine.
"""

from collections.abc import Iterator
from typing import Any, Protocol


class Record(Protocol):
    """A documented object of the event; it is read, never written.

    A documented field that is absent is None. Fields that only this auth server sends are read with
    ``record["name"]`` or ``record.get("name")``.
    """

    def __getitem__(self, name: str, /) -> Any:
        """Return a field; KeyError when it is absent."""

    def __contains__(self, name: object, /) -> bool:
        """Tell whether a field is there."""

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names of the fields that are there."""

    def __len__(self) -> int:
        """Count the fields that are there."""

    def get(self, name: str, default: Any = None) -> Any:
        """Return a field, or the default when it is absent."""

    def keys(self) -> list[str]:
        """Return the names of the fields that are there."""

    def values(self) -> list[Any]:
        """Return the values of the fields that are there."""

    def items(self) -> list[tuple[str, Any]]:
        """Return (name, value) pairs of the fields that are there."""


class Secrets(Protocol):
    """The action's own secrets: ``event.secrets.NAME``; AttributeError for one that the action does not have."""

    def __getattr__(self, name: str, /) -> str:
        """Return a secret."""

    def __getitem__(self, name: str, /) -> str:
        """Return a secret; KeyError when there is none of that name."""

    def __contains__(self, name: object, /) -> bool:
        """Tell whether there is a secret of that name."""

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names of the secrets."""

    def __len__(self) -> int:
        """Count the secrets."""

    def get(self, name: str, default: Any = None) -> Any:
        """Return a secret, or the default when there is none of that name."""

    def keys(self) -> list[str]:
        """Return the names of the secrets."""
