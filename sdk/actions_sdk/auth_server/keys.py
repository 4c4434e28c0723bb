"""The server's keys: what signs tokens and what seals anonymous session tokens.

Runs in: developer's machine.
"""

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from joserfc.jwk import ECKey, RSAKey, import_key

from actions_sdk.anonymous import KeyRing
from actions_sdk.auth_server.settings import Algorithm


@dataclass(frozen=True, slots=True)
class ServerKeys:
    """The keys of one server.

    Attributes:
        signing: Signs access and ID tokens.
        sessions: Seals anonymous session tokens.
    """

    signing: ECKey | RSAKey
    sessions: KeyRing

    @classmethod
    def generate(cls, algorithm: Algorithm) -> Self:
        """Make new keys."""
        if algorithm == "ES256":
            signing: ECKey | RSAKey = ECKey.generate_key("P-256", {"use": "sig", "alg": algorithm})
        else:
            signing = RSAKey.generate_key(2048, {"use": "sig", "alg": algorithm})
        return cls(_name(signing), KeyRing.generate())

    @classmethod
    def keep(cls, file: Path, algorithm: Algorithm) -> Self:
        """Return the keys of a file; without one, make keys and write them to it, for its owner alone.

        Args:
            file: The file.
            algorithm: How tokens are signed.

        Raises:
            OSError: The file cannot be read or made.
            ValueError: It holds no keys, or a signing key for another algorithm.
        """
        if not file.exists():
            made = cls.generate(algorithm)
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
                json.dump(made._describe(), stream)
            return made
        try:
            read = json.loads(file.read_text(encoding="utf-8"))
            signing, sessions = import_key(read["signing"]), KeyRing.from_jwk_set(read["sessions"])
        except (LookupError, TypeError, ValueError):
            raise ValueError(f"{file} holds no keys of an auth server") from None
        if not isinstance(signing, ECKey | RSAKey) or signing.alg != algorithm:
            raise ValueError(f"{file} holds no key that signs with {algorithm}")
        return cls(signing, sessions)

    def _describe(self) -> dict[str, Any]:
        return {"signing": self.signing.as_dict(private=True), "sessions": self.sessions.as_jwk_set()}


def _name(key: ECKey | RSAKey) -> ECKey | RSAKey:
    """Give a key an id that no other key has."""
    data = key.as_dict(private=True, kid=secrets.token_hex(8))
    return ECKey.import_key(data) if isinstance(key, ECKey) else RSAKey.import_key(data)
