"""What the auth server is told at its start: who it is, its applications, its lifetimes.

Runs in: developer's machine.
"""

import hashlib
import ipaddress
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Literal
from urllib.parse import urlsplit

from actions_sandbox.contract import Trigger
from actions_sdk.flows import WhenUnreachable

AUTHORIZATION_CODE: Final = "authorization_code"
REFRESH_TOKEN: Final = "refresh_token"  # noqa: S105 - the name of a grant
DEVICE_CODE: Final = "urn:ietf:params:oauth:grant-type:device_code"
CIBA: Final = "urn:openid:params:grant-type:ciba"
TOKEN_EXCHANGE: Final = "urn:ietf:params:oauth:grant-type:token-exchange"  # noqa: S105 - the name of a grant

PUBLIC_GRANTS: Final = frozenset({AUTHORIZATION_CODE, REFRESH_TOKEN, DEVICE_CODE})
"""What an application without a secret may use."""
BACKEND_GRANTS: Final = frozenset({CIBA, TOKEN_EXCHANGE, REFRESH_TOKEN})
"""What an application with a secret may use as well."""

LOOPBACK_REDIRECTS: Final = ("http://127.0.0.1/callback", "http://localhost/callback")
"""Redirect URIs of an application on this machine, on any port."""

Algorithm = Literal["ES256", "RS256"]
"""How tokens are signed."""

_LOOPBACK_NAMES: Final = ("127.0.0.1", "localhost", "[::1]")


def is_loopback(host: str) -> bool:
    """Tell whether a host name or address stays on this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class RegisteredClient:
    """An application that may ask for logins.

    Attributes:
        client_id: Its id.
        name: Its name, shown to people.
        redirect_uris: Where a browser may be sent back to, compared as texts. One with plain http, a loopback host
            and no port stands for every port (RFC 8252, section 7.3).
        secret_hash: SHA-256 of its secret; None for a public client.
        grants: The grant types that it may use.
        metadata: Metadata of the client, which actions see.
    """

    client_id: str
    name: str
    redirect_uris: tuple[str, ...] = ()
    secret_hash: bytes | None = field(default=None, repr=False)
    grants: frozenset[str] = PUBLIC_GRANTS
    metadata: Mapping[str, str] = field(default_factory=dict)

    def is_registered(self, redirect_uri: str) -> bool:
        """Tell whether a browser may be sent to an address."""
        if "#" in redirect_uri or not redirect_uri.isprintable():
            return False
        return redirect_uri in self.redirect_uris or _drop_loopback_port(redirect_uri) in self.redirect_uris

    def is_secret(self, given: str) -> bool:
        """Tell whether a text is the client's secret; never for a public client."""
        hashed = hash_secret(given)
        return self.secret_hash is not None and secrets.compare_digest(hashed, self.secret_hash)

    @property
    def origin_pattern(self) -> str:
        """Origins of its pages, as a regular expression's source; matches nothing without redirect URIs."""
        origins = []
        for uri in self.redirect_uris:
            parts = urlsplit(uri)
            port = r"(:\d{1,5})?" if parts.port is None and _stands_for_every_port(uri) else ""
            origins.append(f"{parts.scheme}://{parts.netloc}".replace(".", r"\.").replace("[", r"\[") + port)
        return "|".join(origins) or "(?!)"


def hash_secret(secret: str) -> bytes:
    """Return what is kept of a client's secret, which is random and long."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).digest()


def _stands_for_every_port(uri: str) -> bool:
    parts = urlsplit(uri)
    return parts.scheme == "http" and parts.netloc in _LOOPBACK_NAMES


def _drop_loopback_port(uri: str) -> str:
    for name in _LOOPBACK_NAMES:
        before, rest = f"http://{name}:", uri[len(f"http://{name}:") :]
        port, slash, path = rest.partition("/")
        if uri.startswith(before) and port.isascii() and port.isdigit() and slash:
            return f"http://{name}/{path}"
    return uri


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """How long things hold, in seconds.

    Attributes:
        transaction: From the authorization request to the end of the login.
        code: An authorization code.
        access_token: An access token.
        id_token: An ID token.
        refresh_token: A refresh token that is not used.
        pending: A device code or a backchannel request.
        reset: A link to a new password.
    """

    transaction: int = 900
    code: int = 60
    access_token: int = 3_600
    id_token: int = 3_600
    refresh_token: int = 14 * 86_400
    pending: int = 600
    reset: int = 900


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """What the auth server is told at its start.

    Attributes:
        issuer: Its own address, without a slash at the end. Plain http with a loopback host only.
        clients: The applications.
        tenant: Name of the tenant in events.
        audience: What access tokens are for.
        scopes: The scopes that applications may ask for; others are left out of what is granted.
        algorithm: How tokens are signed.
        lifetimes: How long things hold.
        poll_interval: Seconds that a device or backend has to wait between two polls.
        password_work: How often scrypt's block mixing runs for a password (its ``p``); 5 is what OWASP's Password
            Storage Cheat Sheet asks for at 16 MiB.
        when_unreachable: What happens at a trigger when the runtime does not answer.
        test_views: Whether ``/accounts/{email}``, ``/outbox`` and ``/flows`` exist. They show everything to whoever
            asks from this machine: for tests alone.

    Raises:
        ValueError: The issuer is not https, and not plain http on loopback, or has a path.
    """

    issuer: str
    clients: tuple[RegisteredClient, ...]
    tenant: str = "reference"
    audience: str = "https://api.example.com"
    scopes: frozenset[str] = frozenset({"openid", "profile", "email", "offline_access"})
    algorithm: Algorithm = "ES256"
    lifetimes: Lifetimes = field(default_factory=Lifetimes)
    poll_interval: int = 5
    password_work: int = 5
    when_unreachable: Mapping[Trigger, WhenUnreachable] = field(
        default_factory=lambda: MappingProxyType(dict.fromkeys(Trigger, WhenUnreachable.DENY))
    )
    test_views: bool = False

    def __post_init__(self) -> None:
        parts = urlsplit(self.issuer)
        if parts.path or parts.query or parts.fragment or not parts.hostname:
            raise ValueError(f"the issuer {self.issuer!r} must be an address such as https://login.example.com")
        if not (self.secure or (parts.scheme == "http" and is_loopback(parts.hostname))):
            raise ValueError(f"the issuer {self.issuer!r} must use https; plain http is for loopback alone")

    @property
    def secure(self) -> bool:
        """Whether browsers reach the server by https."""
        return self.issuer.startswith("https://")

    @property
    def hosts(self) -> list[str]:
        """The host names by which requests may name the server."""
        host = urlsplit(self.issuer).hostname or ""
        return ["127.0.0.1", "localhost", "[::1]"] if not self.secure else [host]

    def find_client(self, client_id: str) -> RegisteredClient | None:
        """Return the application of an id; None when there is none."""
        return next((client for client in self.clients if client.client_id == client_id), None)
