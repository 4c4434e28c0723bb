"""Who may talk to the playground: the page that it served itself, in the browser of the one who has its link.

Runs in: developer's machine.

The playground writes files and runs code for whoever it answers, so that four things keep others out:

- It listens on loopback only.
- ``Host`` must be its own address: a foreign name that is made to resolve to 127.0.0.1 gets nothing.
- ``Origin``, which browsers send with every request that changes something, must be its own.
- A random token is needed for the page (in its link) and for every call (in a header): another user of this
  machine has none.
"""

import ipaddress
import secrets
from dataclasses import dataclass
from email.message import Message
from http import HTTPStatus

from actions_sdk.playground.problems import PlaygroundError

TOKEN_HEADER = "X-Playground-Token"  # noqa: S105 - a header's name
"""Carries the token of a call; a page of another origin cannot send it without being asked first."""


def require_loopback(host: str) -> None:
    """Refuse to listen where other machines can reach.

    Args:
        host: An address, or ``localhost``.

    Raises:
        PlaygroundError: It is not an IPv4 loopback address.
    """
    if host == "localhost":
        return
    try:
        fits = ipaddress.IPv4Address(host).is_loopback
    except ValueError:
        fits = False
    if not fits:
        raise PlaygroundError(
            HTTPStatus.BAD_REQUEST,
            "NOT_LOOPBACK",
            f"{host!r} is no IPv4 loopback address; the playground writes files and is for this machine only.",
            "Use 127.0.0.1; from elsewhere forward the same port, e.g. ssh -L 8000:127.0.0.1:8000.",
        )


@dataclass(frozen=True, slots=True)
class Guard:
    """Holds requests against the playground's own address and token.

    Attributes:
        host: Address that it listens on.
        port: Its port.
        token: The secret of the one who started it.
    """

    host: str
    port: int
    token: str

    @property
    def names(self) -> frozenset[str]:
        """The values of ``Host`` that are its own."""
        return frozenset(f"{name}:{self.port}" for name in (self.host, "127.0.0.1", "localhost"))

    def require_own_address(self, headers: Message) -> None:
        """Refuse a request that was meant for another address, or that another page makes.

        Raises:
            PlaygroundError: ``Host`` or ``Origin`` is a foreign one.
        """
        if headers.get("Host", "").lower() not in self.names:
            raise _forbid("FOREIGN_HOST", "This address is not the playground's.")
        origin = headers.get("Origin")
        if origin is not None and origin.lower() not in {f"http://{name}" for name in self.names}:
            raise _forbid("FOREIGN_ORIGIN", "Another page may not use the playground.")

    def require_token(self, given: str | None) -> None:
        """Refuse whoever does not know the token.

        Raises:
            PlaygroundError: The token is missing or another one.
        """
        if given is None or not secrets.compare_digest(given.encode(), self.token.encode()):
            raise _forbid("WRONG_TOKEN", "The playground's token is missing or of an earlier start.")


def _forbid(code: str, message: str) -> PlaygroundError:
    return PlaygroundError(
        HTTPStatus.FORBIDDEN, code, message, "Open the link that the playground printed at its start."
    )
