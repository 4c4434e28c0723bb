"""Mails that nobody sends: kept in memory, for tests and demos.

Runs in: developer's machine.
"""

from collections import deque
from dataclasses import dataclass, field
from typing import Final, Literal

_KEPT: Final = 1_000

Subject = Literal["password-reset", "backchannel"]
"""What a mail is about."""


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail.

    Attributes:
        to: Its address.
        kind: What it is about.
        link: The secret link that it holds.
    """

    to: str
    kind: Subject
    link: str = field(repr=False)


class Outbox:
    """Keeps the last thousand mails."""

    def __init__(self) -> None:
        self._mails: deque[Mail] = deque(maxlen=_KEPT)

    @property
    def mails(self) -> list[Mail]:
        """The mails, oldest first."""
        return list(self._mails)

    def put(self, mail: Mail) -> None:
        """Keep a mail."""
        self._mails.append(mail)
