"""The keys that seal tokens.

Runs in: auth server.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, Self

from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OctKey

from actions_runtime.errors import InvalidArgument
from actions_runtime.events import parse_json

_KEY_BITS: Final = 256
_MAX_SET_BYTES: Final = 65_536
_MAX_KID: Final = 64


class KeyRing:
    """Symmetric keys of 256 bits: the newest seals, the older ones still open what they sealed.

    A key serves up to 2³² tokens (NIST SP 800-38D, random nonces): rotate long before, e.g. every month, and keep each
    old key for as long as its tokens live. Whoever has a key can make tokens; keep the set like a password.

    Processes that share sessions need the same set. Let each of them have a new key in second place first, and in front
    only after that: a process that meets a key it does not know calls the token MALFORMED.

    Args:
        keys: The keys, the newest first; at least one, each with an id of its own.

    Raises:
        ValueError: There is no key, one is not of 256 bits, or an id is missing, too long or there twice.
    """

    def __init__(self, keys: Sequence[OctKey]) -> None:
        if not keys:
            raise ValueError("a key ring needs at least one key")
        for key in keys:
            _require_usable(key)
        if len({key.kid for key in keys}) != len(keys):
            raise ValueError("two keys have the same kid")
        self._keys = tuple(keys)

    @classmethod
    def generate(cls) -> Self:
        """Make a ring of one new key; keep :meth:`as_jwk_set`, or its tokens end with this process."""
        return cls([_make_key()])

    @classmethod
    def from_jwk_set(cls, jwk_set: Mapping[str, Any] | str | bytes) -> Self:
        """Read a ring from a JWK set (RFC 7517).

        Args:
            jwk_set: The set, or its JSON text; its first key is the newest.

        Raises:
            ValueError: It is no set of symmetric keys of 256 bits with an id each. No key is repeated.
        """
        given: Any = jwk_set
        try:
            if isinstance(jwk_set, str | bytes):
                given = parse_json(jwk_set, max_bytes=_MAX_SET_BYTES, root="jwk_set")
            keys = KeySet.import_key_set({"keys": [dict(key) for key in given["keys"]]}).keys
        except (InvalidArgument, JoseError, LookupError, TypeError, ValueError, AttributeError):
            # The cause may repeat a key, and is left out.
            raise ValueError("expected a JWK set: an object with a list `keys` of symmetric keys") from None
        return cls([_require_symmetric(key) for key in keys])

    def as_jwk_set(self) -> dict[str, Any]:
        """Return the ring as a JWK set, keys included: a secret."""
        return {"keys": [key.as_dict(private=True) for key in self._keys]}

    def rotate(self, keep: int = 3) -> str:
        """Put a new key in front; it seals from now on.

        Args:
            keep: Keys to keep in all, at least 2; the oldest above it are dropped, and with them every token they
                sealed.

        Returns:
            The new key's id.

        Raises:
            ValueError: ``keep`` is less than 2.
        """
        if keep < 2:
            raise ValueError("keep at least 2 keys: the new one and the one before")
        key = _make_key()
        self._keys = (key, *self._keys[: keep - 1])
        return str(key.kid)

    @property
    def newest(self) -> OctKey:
        """The key that seals."""
        return self._keys[0]

    def find(self, kid: object) -> OctKey | None:
        """Return the key of an id; None when there is none."""
        return next((key for key in self._keys if key.kid == kid), None)

    def __repr__(self) -> str:
        return f"KeyRing({', '.join(str(key.kid) for key in self._keys)})"


def _make_key() -> OctKey:
    return OctKey.generate_key(_KEY_BITS, {"use": "enc", "alg": "dir"}, auto_kid=True)


def _require_symmetric(key: object) -> OctKey:
    if not isinstance(key, OctKey):
        raise ValueError('every key must be symmetric: "kty": "oct"')
    return key


def _require_usable(key: OctKey) -> None:
    if len(key.raw_value) * 8 != _KEY_BITS:
        raise ValueError(f"every key must have {_KEY_BITS} bits")
    if not key.kid or len(key.kid) > _MAX_KID or not key.kid.isascii():
        raise ValueError(f"every key needs a kid of 1 to {_MAX_KID} ASCII characters")
    if key.get("use", "enc") != "enc" or key.get("alg", "dir") not in ("dir", "A256GCM"):
        raise ValueError('a key for tokens has the use "enc" and the alg "dir", or says neither')
