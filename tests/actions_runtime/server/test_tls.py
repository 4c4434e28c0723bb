from collections.abc import Callable
from pathlib import Path
from typing import Any

import grpc
import pytest
import trustme

from actions_runtime.server.failures import StartFailed
from actions_runtime.server.listen import open_port
from actions_runtime.settings import load_settings
from tests.server_process import Server, Tenant, refusal_of

LOGIN = {"user": {"user_id": "u1"}}


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """An authority that signs the server's and its clients' certificates."""
    return trustme.CA()


@pytest.fixture(scope="module")
def files(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Settings that name a server's certificate files."""
    folder = tmp_path_factory.mktemp("tls")
    issued = authority.issue_cert("127.0.0.1")
    paths = {"tls_certificate": folder / "cert.pem", "tls_key": folder / "key.pem"}
    issued.cert_chain_pems[0].write_to_path(paths["tls_certificate"])
    issued.private_key_pem.write_to_path(paths["tls_key"])
    authority.cert_pem.write_to_path(folder / "ca.pem")
    return paths | {"tls_client_ca": folder / "ca.pem"}


def _channel(authority: trustme.CA, client: trustme.LeafCert | None) -> Callable[[str], grpc.Channel]:
    key = client.private_key_pem.bytes() if client else None
    chain = client.cert_chain_pems[0].bytes() if client else None
    credentials = grpc.ssl_channel_credentials(authority.cert_pem.bytes(), key, chain)
    return lambda address: grpc.secure_channel(address, credentials)


def test_calls_go_over_tls(authority: trustme.CA, files: dict[str, Path], start_server: Callable[..., Server]) -> None:
    pair = {name: files[name] for name in ("tls_certificate", "tls_key")}
    server = start_server(channel_of=_channel(authority, None), **pair)
    assert server.greeting["tls"] is True
    name = server.create_tenant()
    assert Tenant(server, name, server.create_key(name)).execute(LOGIN).decision
    server.channel = grpc.insecure_channel(server.address)
    server.__post_init__()
    assert refusal_of(server.create_tenant).code is grpc.StatusCode.UNAVAILABLE


def test_a_client_needs_a_certificate_of_the_authority_and_its_key_still(
    authority: trustme.CA, files: dict[str, Path], start_server: Callable[..., Server]
) -> None:
    client = authority.issue_cert("auth-server.example")
    server = start_server(channel_of=_channel(authority, client), **files)
    name = server.create_tenant()
    tenant = Tenant(server, name, server.create_key(name))
    assert tenant.execute(LOGIN).decision
    nobody = Tenant(server, name, "ak_tenant_x")
    assert refusal_of(nobody.execute, LOGIN).code is grpc.StatusCode.UNAUTHENTICATED
    for other in (None, trustme.CA().issue_cert("auth-server.example")):
        server.channel = _channel(authority, other)(server.address)
        server.__post_init__()
        assert refusal_of(tenant.execute, LOGIN).code is grpc.StatusCode.UNAVAILABLE


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"tls_key": "/no/such/key.pem"}, "/no/such/key.pem cannot be read"),
        ({"tls_key": "cert"}, "holds no unencrypted private key"),
        ({"tls_certificate": "key"}, "holds no certificate"),
        ({"tls_key": "other"}, "is not that of"),
        ({"tls_client_ca": "key"}, "holds no certificate"),
    ],
)
async def test_certificates_that_cannot_be_used_are_told_apart(
    wrong: dict[str, str], sentence: str, files: dict[str, Path], tmp_path: Path
) -> None:
    other = tmp_path / "other.pem"
    trustme.CA().issue_cert("127.0.0.1").private_key_pem.write_to_path(other)
    known: dict[str, Any] = {"cert": files["tls_certificate"], "key": files["tls_key"], "other": other}
    chosen = {**files, **{name: known.get(value, value) for name, value in wrong.items()}}
    with pytest.raises(StartFailed) as refusal:
        open_port(grpc.aio.server(), load_settings(address="127.0.0.1:0", **chosen))
    assert sentence in str(refusal.value)
