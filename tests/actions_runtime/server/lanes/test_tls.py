"""Certificates are the core's work on both lanes; what a method learns of them is ours."""

from typing import Any

import grpc
import pytest
import trustme

from actions_runtime.server.lanes.door import Metadata
from tests.actions_runtime.server.lanes.conftest import NO_PROXY, PATH, Serve, end


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """An authority that signs the server's and its clients' certificates."""
    return trustme.CA()


async def _echo(_metadata: Metadata, request: bytes, _remaining: float | None) -> bytes:
    return request


def _serve_with(authority: trustme.CA, mutual: bool) -> grpc.ServerCredentials:
    issued = authority.issue_cert("127.0.0.1")
    pair = [(issued.private_key_pem.bytes(), issued.cert_chain_pems[0].bytes())]
    roots = authority.cert_pem.bytes() if mutual else None
    return grpc.ssl_server_credentials(pair, roots, require_client_auth=mutual)


def _channel(address: str, authority: trustme.CA, client: trustme.LeafCert | None) -> grpc.aio.Channel:
    key = client.private_key_pem.bytes() if client else None
    chain = client.cert_chain_pems[0].bytes() if client else None
    credentials = grpc.ssl_channel_credentials(authority.cert_pem.bytes(), key, chain)
    return grpc.aio.secure_channel(address, credentials, (NO_PROXY,))


async def test_calls_go_over_tls_and_not_beside_it(serve: Serve, authority: trustme.CA) -> None:
    served = await serve(_echo, server_credentials=_serve_with(authority, mutual=False))
    async with _channel(served.address, authority, None) as channel:
        call: Any = channel.unary_unary(PATH)
        assert await call(b"x") == b"x"
    assert (await end(served.call(b"x"))).code() is grpc.StatusCode.UNAVAILABLE


async def test_a_client_needs_a_certificate_of_the_authority(serve: Serve, authority: trustme.CA) -> None:
    names: list[Any] = []

    async def look(request: bytes, context: Any) -> bytes:
        names.append((context.peer_identity_key(), context.peer_identities()))
        return request

    credentials = _serve_with(authority, mutual=True)
    handler = grpc.unary_unary_rpc_method_handler(look)
    served = await serve(_echo, server_credentials=credentials, Look=handler)
    async with _channel(served.address, authority, authority.issue_cert("client.example")) as channel:
        for path in (PATH, "/lanes.Test/Look"):
            call: Any = channel.unary_unary(path)
            assert await call(b"x") == b"x"
    assert names == [("x509_subject_alternative_name", [b"client.example"])]
    for stranger in (None, trustme.CA().issue_cert("client.example")):
        async with _channel(served.address, authority, stranger) as channel:
            refused: Any = channel.unary_unary(PATH)
            assert (await end(refused(b"x"))).code() is grpc.StatusCode.UNAVAILABLE
