"""Where the replicas are and how they are spoken to: target, credentials and the channel's behaviour.

Runs in: auth server.

Everything about retries, balancing and health is left to gRPC, by its service config (gRFC A2, A6, A17).
"""

import ipaddress
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import grpc

from actions_sdk.client import Connection

SERVICE: Final = "actions.v1.ExecutionService"
"""The service that is called, and whose health is watched."""

ATTEMPTS: Final = 4
"""How often a call is sent at most; gRPC itself allows no more than 5."""

_SERVICE_CONFIG: Final[dict[str, Any]] = {
    "loadBalancingConfig": [{"round_robin": {}}],
    "healthCheckConfig": {"serviceName": SERVICE},
    "methodConfig": [
        {
            "name": [{"service": SERVICE}],
            "retryPolicy": {
                "maxAttempts": ATTEMPTS,
                "initialBackoff": "0.05s",
                "maxBackoff": "0.5s",
                "backoffMultiplier": 2,
                "retryableStatusCodes": ["UNAVAILABLE"],
            },
        }
    ],
}

_OPTIONS: Final[tuple[tuple[str, Any], ...]] = (
    ("grpc.service_config", json.dumps(_SERVICE_CONFIG)),
    ("grpc.service_config_disable_resolution", 1),  # no DNS record may change how often a login is sent
    # A server ends a connection that pings more often than every five minutes (gRFC A8). The timeout holds for
    # bytes that nobody acknowledges as well (TCP_USER_TIMEOUT, gRFC A18): a replica that vanished is noticed then.
    ("grpc.keepalive_time_ms", 320_000),
    ("grpc.keepalive_timeout_ms", 3_000),
    # A replica that comes back is used within seconds; the default waits for up to two minutes.
    ("grpc.initial_reconnect_backoff_ms", 200),
    ("grpc.min_reconnect_backoff_ms", 2_000),
    ("grpc.max_reconnect_backoff_ms", 2_000),
)


@dataclass(frozen=True, slots=True)
class Replicas:
    """One or more servers that answer alike, and how they are spoken to.

    Attributes:
        addresses: One ``host:port`` or ``unix:/path``, or several ``IP:port`` of one IP version. A host's name may
            stand for many replicas: every address that it resolves to is used.
        api_key: Text of an API key with the scope ``execute``; the key says whose flows run.
        ca_file: PEM file of the authorities that may vouch for the servers; the system's when None.
        client_certificate: PEM file with the certificate chain that is shown to the servers (mTLS); None shows none.
        client_key: PEM file with its private key.
        server_name: The name in the servers' certificates; the address's host when empty. Needed for TLS with
            several addresses whose hosts differ.
        plaintext: Whether to speak without TLS; None does so where every address is of this machine and no file is
            given.

    Raises:
        ValueError: An address has no port, the addresses cannot stand side by side, a certificate has no key, or
            there is no name to hold several servers' certificates against.
    """

    addresses: Sequence[str]
    api_key: str = field(default="", repr=False)
    ca_file: Path | None = None
    client_certificate: Path | None = None
    client_key: Path | None = None
    server_name: str = ""
    plaintext: bool | None = None

    def __post_init__(self) -> None:
        if isinstance(self.addresses, str) or not self.addresses:
            raise ValueError("the replicas need a list of at least one address, e.g. ['10.0.0.1:50051']")
        object.__setattr__(self, "addresses", tuple(self.addresses))
        if (self.client_certificate is None) != (self.client_key is None):
            raise ValueError("client_certificate and client_key go together: give both or neither")
        if self.plaintext and self._files:
            raise ValueError("files for TLS are given and plaintext is asked for: choose one")
        build_target(self.addresses)
        if not self.speaks_plaintext and len({_split(one)[0] for one in self.addresses}) > 1 and not self.server_name:
            raise ValueError("several replicas over TLS need server_name, the name in their certificates")

    @property
    def _files(self) -> tuple[Path, ...]:
        return tuple(filter(None, (self.ca_file, self.client_certificate, self.client_key)))

    @property
    def loopback(self) -> bool:
        """Whether every address stays on this machine."""
        return all(Connection(address).loopback for address in self.addresses)

    @property
    def speaks_plaintext(self) -> bool:
        """Whether calls go without TLS."""
        return self.plaintext if self.plaintext is not None else self.loopback and not self._files

    @property
    def target(self) -> str:
        """The channel's target in gRPC's words."""
        return build_target(self.addresses)

    @property
    def options(self) -> list[tuple[str, Any]]:
        """The channel's options."""
        options = list(_OPTIONS)
        if self.loopback:  # a proxy for the world outside must not see calls to this machine
            options.append(("grpc.enable_http_proxy", 0))
        name = self.server_name or (_split(self.addresses[0])[0] if len(self.addresses) > 1 else "")
        if name:
            options.append(("grpc.default_authority", name))
        return options

    @property
    def metadata(self) -> tuple[tuple[str, str], ...]:
        """What goes with every call."""
        return (("authorization", f"Bearer {self.api_key}"),) if self.api_key else ()

    def load_credentials(self) -> grpc.ChannelCredentials | None:
        """Read the files for TLS; None when calls go without.

        Raises:
            OSError: A file cannot be read.
        """
        if self.speaks_plaintext:
            return None
        files = (self.ca_file, self.client_key, self.client_certificate)
        return grpc.ssl_channel_credentials(*(one.read_bytes() if one else None for one in files))


def build_target(addresses: Sequence[str]) -> str:
    """Put addresses into one target of gRPC.

    Args:
        addresses: One of any form, or several of one IP version.

    Raises:
        ValueError: One has no port, or they cannot stand side by side.
    """
    kinds = {_find_kind(address) for address in addresses}
    if len(addresses) == 1:
        return f"{_SCHEMES[kinds.pop()]}{addresses[0]}"
    if kinds not in ({"ipv4"}, {"ipv6"}):
        raise ValueError(
            "several replicas are named by IP addresses of one version, e.g. ['10.0.0.1:50051', '10.0.0.2:50051'];"
            " or give one host name that resolves to all of them"
        )
    return f"{_SCHEMES[kinds.pop()]}{','.join(addresses)}"


_SCHEMES: Final[Mapping[str, str]] = MappingProxyType({"ipv4": "ipv4:", "ipv6": "ipv6:", "name": "dns:///", "unix": ""})
"""What gRPC puts before an address of each kind (gRPC Name Resolution)."""


def _find_kind(address: str) -> str:
    Connection(address)  # refuses what has no port
    if address.startswith("unix:"):
        return "unix"
    try:
        return f"ipv{ipaddress.ip_address(_split(address)[0]).version}"
    except ValueError:
        return "name"


def _split(address: str) -> tuple[str, str]:
    host, _, port = address.rpartition(":")
    return host.strip("[]"), port
