"""Tokens: a reference to a session, sealed so that nobody else can make or read one.

Runs in: auth server.

A token is a JWE in its compact form (RFC 7516), ``dir`` with A256GCM, and nothing else is accepted: the protected
header is exactly the one that this module writes. It carries who issued it, for whom, which session it means and how
long it is good; the session's metadata stays in the store, so that ending a session ends all of its tokens, and a token
fits into a cookie.
"""

import json
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from joserfc import jwe
from joserfc.jwk import OctKey

from actions_sdk.anonymous.keys import KeyRing
from actions_sdk.anonymous.records import TokenRefused, TransferReason

MAX_TOKEN: Final = 4_000
"""Characters of a token; with its name a cookie stays within the 4096 bytes that browsers keep (RFC 6265, 6.1)."""

_ALGORITHMS: Final = ("dir", "A256GCM")
_TYPE: Final = "anon-session+jwe"

_Claim = TypeVar("_Claim", str, int)


@dataclass(frozen=True, slots=True)
class Reference:
    """What a token says.

    Attributes:
        session_id: The session it means.
        user_id: The session's anonymous user.
        client_id: The client it was issued to.
        issued_at: Seconds since 1970.
        expires_at: Seconds since 1970 from which it is good no longer.
    """

    session_id: str
    user_id: str
    client_id: str
    issued_at: int
    expires_at: int


class Tokens:
    """Seals references and opens them again.

    Args:
        keys: The keys; looked at anew for every token, so that a rotation takes effect at once.
        issuer: Name of this server.
        audience: Whom tokens are for.
    """

    def __init__(self, keys: KeyRing, issuer: str, audience: str) -> None:
        self._keys = keys
        self._issuer = issuer
        self._audience = audience

    def seal(self, reference: Reference) -> str:
        """Make a token with the newest key."""
        key = self._keys.newest
        claims = {
            "iss": self._issuer,
            "aud": self._audience,
            "sub": reference.user_id,
            "sid": reference.session_id,
            "client_id": reference.client_id,
            "iat": reference.issued_at,
            "exp": reference.expires_at,
        }
        payload = json.dumps(claims, separators=(",", ":"))
        return jwe.encrypt_compact(_make_header(key), payload, key, algorithms=_ALGORITHMS)

    def open(self, token: str) -> Reference:
        """Read a token.

        Returns:
            What it says; whether it is still good is for the caller to ask.

        Raises:
            TokenRefused: MALFORMED, no key opens it or it says nothing sensible; FOREIGN, issuer or audience differ.
        """
        claims = self._decrypt(token)
        if claims.get("iss") != self._issuer or claims.get("aud") != self._audience:
            raise TokenRefused(TransferReason.FOREIGN)
        return Reference(
            session_id=_require(claims, "sid", str),
            user_id=_require(claims, "sub", str),
            client_id=_require(claims, "client_id", str),
            issued_at=_require(claims, "iat", int),
            expires_at=_require(claims, "exp", int),
        )

    def _decrypt(self, token: str) -> dict[str, Any]:
        if not token.isascii() or len(token) > MAX_TOKEN:
            raise TokenRefused(TransferReason.MALFORMED)
        try:
            opened = jwe.decrypt_compact(token, self._find_key, algorithms=_ALGORITHMS)
            claims = json.loads(opened.plaintext or b"")
        except Exception:
            # Anybody may send anything, and no kind of failure to read it may fail a login. The cause may repeat parts
            # of the token, and is left out.
            raise TokenRefused(TransferReason.MALFORMED) from None
        if not isinstance(claims, dict):
            raise TokenRefused(TransferReason.MALFORMED)
        return claims

    def _find_key(self, recipient: Any) -> OctKey:
        headers = recipient.headers()
        key = self._keys.find(headers.get("kid"))
        if key is None or headers != _make_header(key):
            raise ValueError("not a header of ours")
        return key


def _make_header(key: OctKey) -> dict[str, Any]:
    return {"alg": "dir", "enc": "A256GCM", "kid": key.kid, "typ": _TYPE}


def _require(claims: dict[str, Any], name: str, kind: type[_Claim]) -> _Claim:
    value = claims.get(name)
    if type(value) is not kind:
        raise TokenRefused(TransferReason.MALFORMED)
    return value
