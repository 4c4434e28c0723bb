"""What there is to know about a server that has started.

Runs in: server.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Greeting:
    """What there is to know about a server that has started.

    Attributes:
        address: Where it listens, with the port that was bound.
        tls: Whether connections are encrypted.
        store: Where everything is kept, without a password.
        survives_restart: Whether it is still there after a restart.
        layers: Names of the active sandbox layers.
        missing_layers: Names of the layers that this system does not give, with the reason.
        tenant: The tenant made at first start; None when the store was not empty.
        api_key: Its key, at the one moment at which it can be shown; None likewise.
    """

    address: str
    tls: bool
    store: str
    survives_restart: bool
    layers: tuple[str, ...]
    missing_layers: Mapping[str, str]
    tenant: str | None
    api_key: str | None
