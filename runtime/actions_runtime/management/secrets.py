"""Secrets at rest: AES-256-GCM, each bound to the one place it was written for.

Runs in: server.

The associated data names tenant, action, version and secret, so that a record copied to any other row does
not open. Each record names its key: the ring's first key seals, and every key of the ring opens, which is how
a key is replaced.
"""

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from actions_runtime.errors import FailedPrecondition
from actions_runtime.management.records import SealedSecret

KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_FORMAT: Final = "actions-secret-1"


@dataclass(frozen=True, slots=True)
class SecretPlace:
    """Whose secrets are meant.

    Attributes:
        tenant: The owner.
        action: The action's name.
        version: The version's number, or the draft.
    """

    tenant: str
    action: str
    version: int | Literal["draft"] = "draft"

    def associated_data(self, name: str) -> bytes:
        """Return the bytes that bind a secret to its place; a JSON array keeps the parts apart."""
        return json.dumps([_FORMAT, self.tenant, self.action, self.version, name]).encode()


class SecretBox:
    """Seals and opens secrets.

    Args:
        keys: Key id → 32 bytes; the first seals, all open. Without any, nothing can be sealed.

    Raises:
        ValueError: A key is not 32 bytes long, or its id is empty or over 64 characters.
    """

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        for key_id, key in keys.items():
            if not 0 < len(key_id) <= 64 or len(key) != KEY_BYTES:
                raise ValueError(f"the secrets key {key_id!r} needs an id of 1 to 64 characters and 32 bytes")
        self._ciphers = {key_id: AESGCM(key) for key_id, key in keys.items()}
        self._sealing = next(iter(keys), None)

    def seal(self, place: SecretPlace, secrets: Mapping[str, str]) -> list[SealedSecret]:
        """Seal secrets for a place.

        Raises:
            FailedPrecondition: The ring holds no key.
        """
        if not secrets:
            return []
        if self._sealing is None:
            raise FailedPrecondition(
                "This server has no key to encrypt secrets with, so it stores none: its operator must set one.",
                reason="SECRETS_KEY_MISSING",
            )
        return [self._seal(self._sealing, place, name, value) for name, value in secrets.items()]

    def open(self, place: SecretPlace, secrets: Iterable[SealedSecret]) -> dict[str, str]:
        """Open the secrets of a place.

        Raises:
            FailedPrecondition: One was sealed with a key that is not in the ring, or for another place.
        """
        return {secret.name: self._open(place, secret) for secret in secrets}

    def reseal(self, source: SecretPlace, target: SecretPlace, secrets: Sequence[SealedSecret]) -> list[SealedSecret]:
        """Seal the secrets of one place for another.

        Raises:
            FailedPrecondition: As :meth:`open` and :meth:`seal`.
        """
        return self.seal(target, self.open(source, secrets))

    def _seal(self, key_id: str, place: SecretPlace, name: str, value: str) -> SealedSecret:
        nonce = os.urandom(_NONCE_BYTES)
        sealed = self._ciphers[key_id].encrypt(nonce, value.encode(), place.associated_data(name))
        return SealedSecret(name, key_id, nonce + sealed)

    def _open(self, place: SecretPlace, secret: SealedSecret) -> str:
        cipher = self._ciphers.get(secret.key_id)
        if cipher is None:
            raise _unreadable(place, secret.name, "the key it was encrypted with is not among the server's")
        nonce, sealed = secret.data[:_NONCE_BYTES], secret.data[_NONCE_BYTES:]
        try:
            return cipher.decrypt(nonce, sealed, place.associated_data(secret.name)).decode()
        except (InvalidTag, ValueError):
            raise _unreadable(place, secret.name, "its record is damaged or was moved") from None


def _unreadable(place: SecretPlace, name: str, cause: str) -> FailedPrecondition:
    return FailedPrecondition(
        f"The secret '{name}' of the action '{place.action}' cannot be read: {cause}."
        " Ask the operator to restore it, or set the secret and deploy again.",
        reason="SECRETS_UNREADABLE",
        metadata={"action": place.action, "secret": name},
    )
