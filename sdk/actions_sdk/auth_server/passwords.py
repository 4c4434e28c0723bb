"""Passwords, kept as scrypt hashes (RFC 7914) that carry their own parameters.

Runs in: developer's machine.
"""

import asyncio
import base64
import hashlib
import os
import secrets
import unicodedata
from typing import Final

MIN_CHARS: Final = 8
"""Fewest characters of a new password (NIST SP 800-63B, section 5.1.1.2)."""
MAX_CHARS: Final = 256
"""Most characters of a password: work is bounded."""

_N: Final = 2**14
_R: Final = 8
_MAX_MEMORY: Final = 64 * 1024 * 1024


class Passwords:
    """Hashes and checks passwords away from the event loop.

    Args:
        work: scrypt's ``p``: how often its block mixing runs for one password.
    """

    def __init__(self, work: int) -> None:
        self._work = work
        self._nobody = _hash(secrets.token_hex(), work)

    async def hash(self, password: str) -> str:
        """Return what is kept of a password."""
        return await asyncio.to_thread(_hash, password, self._work)

    async def check(self, password: str, kept: str | None) -> bool:
        """Tell whether a password is the one of which something is kept.

        Args:
            password: What was typed.
            kept: What :meth:`hash` returned; None when there is no such user. The same work is done then, so that
                time does not tell who has an account.
        """
        fits = await asyncio.to_thread(_check, password, kept or self._nobody)
        return fits and kept is not None


def is_acceptable(password: str) -> bool:
    """Tell whether a text may become a password."""
    return MIN_CHARS <= len(password) <= MAX_CHARS


def _derive(password: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    # One spelling of what a keyboard may send in two (NIST SP 800-63B, section 5.1.1.2).
    text = unicodedata.normalize("NFKC", password[: MAX_CHARS + 1]).encode(errors="surrogatepass")
    return hashlib.scrypt(text, salt=salt, n=n, r=r, p=p, maxmem=_MAX_MEMORY, dklen=32)


def _hash(password: str, work: int) -> str:
    salt = os.urandom(16)
    derived = _derive(password, salt, _N, _R, work)
    return "$".join(("scrypt", str(_N), str(_R), str(work), _write(salt), _write(derived)))


def _check(password: str, kept: str) -> bool:
    _, n, r, p, salt, derived = kept.split("$")
    return secrets.compare_digest(_derive(password, _read(salt), int(n), int(r), int(p)), _read(derived))


def _write(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _read(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
