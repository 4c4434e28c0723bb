"""Signed tokens: JWT access tokens (RFC 9068) and ID tokens (OpenID Connect Core, section 2).

Runs in: developer's machine.
"""

import base64
import hashlib
import secrets
import time
from dataclasses import dataclass
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey
from joserfc.jws import JWSRegistry

from actions_sdk.auth_server.authorization import Authorization
from actions_sdk.auth_server.settings import ServerSettings
from actions_sdk.auth_server.users import User

_TOKEN_CHARS: Final = 1_000_000
"""The longest payload that is read back: custom claims alone may have 100 kB."""


@dataclass(frozen=True, slots=True)
class TokenRead:
    """An access token of this server that holds.

    Attributes:
        user_id: Its user.
        client_id: The application that it was issued to.
        scopes: Its scopes.
    """

    user_id: str
    client_id: str
    scopes: frozenset[str]


class Signer:
    """Issues and reads tokens of one issuer.

    Args:
        settings: The issuer, audience, algorithm and lifetimes.
        key: Signs with that algorithm.
    """

    def __init__(self, settings: ServerSettings, key: ECKey | RSAKey) -> None:
        self._settings = settings
        self._key = key
        self._registry = JWSRegistry(algorithms=[settings.algorithm])
        self._registry.max_payload_length = _TOKEN_CHARS

    @property
    def key_set(self) -> dict[str, Any]:
        """The public keys, as a JWK set."""
        return {"keys": [self._key.as_dict(private=False)]}

    def sign_access_token(self, authorization: Authorization) -> str:
        """Return an access token.

        Own claims win: an action cannot set them, and nothing that is kept in between may.
        """
        audience = [self._settings.audience]
        if "openid" in authorization.scopes:
            audience.append(f"{self._settings.issuer}/userinfo")
        claims = {
            **authorization.access_claims,
            **self._describe(authorization, self._settings.lifetimes.access_token),
            "aud": audience,
            "client_id": authorization.client_id,
            "scope": " ".join(authorization.scopes),
            "jti": secrets.token_urlsafe(16),
        }
        return self._sign(claims, "at+jwt")

    def sign_id_token(self, authorization: Authorization, user: User, access_token: str) -> str:
        """Return an ID token that goes with an access token."""
        claims = {
            **describe_user(user, frozenset(authorization.scopes)),
            **authorization.id_claims,
            **self._describe(authorization, self._settings.lifetimes.id_token),
            "aud": authorization.client_id,
            "at_hash": _hash_half(access_token),
        }
        if authorization.nonce is not None:
            claims["nonce"] = authorization.nonce
        return self._sign(claims, "JWT")

    def read_access_token(self, token: str) -> TokenRead | None:
        """Return what an access token of this server says; None when it does not hold."""
        try:
            read = jwt.decode(token, self._key, registry=self._registry)
            holds = jwt.JWTClaimsRegistry(
                iss={"essential": True, "value": self._settings.issuer},
                exp={"essential": True},
                sub={"essential": True},
            )
            holds.validate(read.claims)
        except (JoseError, ValueError, TypeError):
            return None
        if read.header.get("typ") != "at+jwt":  # an ID token is no access token (RFC 9068, section 4)
            return None
        claims = read.claims
        return TokenRead(claims["sub"], claims["client_id"], frozenset(claims["scope"].split()))

    def _describe(self, authorization: Authorization, lifetime: int) -> dict[str, Any]:
        now = int(time.time())
        return {
            "iss": self._settings.issuer,
            "sub": authorization.user_id,
            "iat": now,
            "exp": now + lifetime,
            "auth_time": authorization.auth_time,
        }

    def _sign(self, claims: dict[str, Any], kind: str) -> str:
        header = {"alg": self._settings.algorithm, "kid": self._key.kid, "typ": kind}
        return jwt.encode(header, claims, self._key, registry=self._registry)


def describe_user(user: User, scopes: frozenset[str]) -> dict[str, Any]:
    """Return the standard claims of a user that scopes allow (OpenID Connect Core, section 5.4)."""
    if "email" not in scopes:
        return {}
    return {"email": user.email, "email_verified": False}


def _hash_half(token: str) -> str:
    """Return the left half of a token's SHA-256 (OpenID Connect Core, section 3.1.3.6)."""
    return base64.urlsafe_b64encode(hashlib.sha256(token.encode()).digest()[:16]).rstrip(b"=").decode()
