"""The same logins over TLS, and over TLS with a client certificate, beside clear text."""

import ssl
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import trustme

from tests.bench.cart import MERGE_CART
from tests.bench.comparing import compare
from tests.bench.driving import Endpoint
from tests.bench.measuring import CHECKING
from tests.bench.servers import install, running_server
from tests.bench.targets import LANES

CLEAR, TLS, MTLS = "clear text", "TLS", "mTLS"
HOST = "127.0.0.1"


@dataclass(frozen=True)
class Papers:
    """Certificates of a server, a client and the authority of both, as files."""

    authority: Path
    certificate: Path
    key: Path
    client_certificate: Path
    client_key: Path

    @classmethod
    def issue(cls, folder: Path) -> "Papers":
        """Make them in a folder."""
        authority = trustme.CA()
        papers = cls(*(folder / f"{name}.pem" for name in ("ca", "server", "server-key", "client", "client-key")))
        authority.cert_pem.write_to_path(papers.authority)
        for leaf, certificate, key in (
            (authority.issue_cert(HOST), papers.certificate, papers.key),
            (authority.issue_cert("client.example.com"), papers.client_certificate, papers.client_key),
        ):
            leaf.cert_chain_pems[0].write_to_path(certificate)
            leaf.private_key_pem.write_to_path(key)
        return papers

    def list_settings(self, kind: str) -> dict[str, str]:
        """Return the server's settings for a kind of connection."""
        if kind == CLEAR:
            return {}
        settings = {"tls_certificate": str(self.certificate), "tls_key": str(self.key)}
        return settings | ({"tls_client_ca": str(self.authority)} if kind == MTLS else {})

    def make_context(self, kind: str) -> ssl.SSLContext | None:
        """Return how the load connects."""
        if kind == CLEAR:
            return None
        context = ssl.create_default_context(cafile=str(self.authority))
        context.set_alpn_protocols(["h2"])
        if kind == MTLS:
            context.load_cert_chain(self.client_certificate, self.client_key)
        return context

    def choose_channel(self, kind: str) -> Callable[[str], grpc.Channel]:
        """Return how the tenant is made."""
        if kind == CLEAR:
            return grpc.insecure_channel
        client = (self.client_key.read_bytes(), self.client_certificate.read_bytes()) if kind == MTLS else (None, None)
        credentials = grpc.ssl_channel_credentials(self.authority.read_bytes(), *client)
        return lambda address: grpc.secure_channel(address, credentials)


def measure_encryption(scratch: Path, *, in_flight: Sequence[int], rounds: int, seconds: float) -> dict[str, Any]:
    """Measure each lane in clear text, over TLS and over mTLS, all by the checking driver: h2load has no certificate.

    Args:
        scratch: Where the servers' files go.
        in_flight: Numbers of requests under way.
        rounds: How many.
        seconds: How long one measurement lasts.
    """
    papers = Papers.issue(scratch)
    with ExitStack() as stack:
        endpoints: dict[str, Endpoint] = {}
        for lane, settings in LANES.items():
            for kind in (CLEAR, TLS, MTLS):
                running = running_server(scratch, settings | papers.list_settings(kind), papers.choose_channel(kind))
                server = stack.enter_context(running)
                name = f"{lane}, {kind}"
                endpoints[name] = install(server, name, MERGE_CART, tls=papers.make_context(kind))
        results = [
            compare(endpoints, in_flight=number, rounds=rounds, seconds=seconds, driver=CHECKING)
            for number in in_flight
        ]
    return {"levels": [one.export() for one in results], "wrong": sum(one.wrong for one in results)}
