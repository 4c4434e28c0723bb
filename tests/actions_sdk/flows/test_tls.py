"""Replicas over TLS, with and without a certificate of the client's own."""

from collections.abc import Callable
from pathlib import Path

import grpc
import pytest
import trustme

from actions_sandbox.contract import Trigger
from actions_sdk.flows import FlowAnswer, Replicas
from tests.actions_sdk.flows.conftest import Open
from tests.server_process import Server

EVENT = {"user": {"user_id": "auth0|ada"}}
NAME = "actions.internal"


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """An authority that signs everybody's certificates."""
    return trustme.CA()


@pytest.fixture(scope="module")
def files(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The authority's certificate, and pairs of a server, of a client and of a stranger."""
    folder = tmp_path_factory.mktemp("tls")
    authority.cert_pem.write_to_path(folder / "ca.pem")
    stranger = trustme.CA()
    stranger.cert_pem.write_to_path(folder / "other_ca.pem")
    for name, issued in (
        ("server", authority.issue_cert(NAME)),
        ("client", authority.issue_cert("auth-server.example")),
        ("stranger", stranger.issue_cert("auth-server.example")),
    ):
        issued.private_key_pem.write_to_path(folder / f"{name}_key.pem")
        issued.cert_chain_pems[0].write_to_path(folder / f"{name}.pem")
    return {path.stem: path for path in folder.iterdir()}


@pytest.fixture(scope="module")
def secured(
    authority: trustme.CA,
    files: dict[str, Path],
    start_server: Callable[..., Server],
    tmp_path_factory: pytest.TempPathFactory,
) -> list[Server]:
    """Two servers in front of one store that want a certificate of every client."""
    client = authority.issue_cert("operator.example")
    credentials = grpc.ssl_channel_credentials(
        authority.cert_pem.bytes(), client.private_key_pem.bytes(), client.cert_chain_pems[0].bytes()
    )
    options = (("grpc.ssl_target_name_override", NAME),)
    settings = {"tls_certificate": files["server"], "tls_key": files["server_key"], "tls_client_ca": files["ca"]}
    folder = tmp_path_factory.mktemp("secured")
    return [
        start_server(folder, channel_of=lambda at: grpc.secure_channel(at, credentials, options), **settings)
        for _ in range(2)
    ]


@pytest.fixture(scope="module")
def key(secured: list[Server]) -> str:
    """A key of a tenant of theirs."""
    return secured[0].create_key(secured[0].create_tenant())


def _replicas(servers: list[Server], key: str, files: dict[str, Path], **changed: str) -> Replicas:
    names = {"ca_file": "ca", "client_certificate": "client", "client_key": "client_key"} | changed
    server_name = names.pop("server_name", NAME)
    given = {name: files[file] for name, file in names.items() if file}
    return Replicas([server.address for server in servers], api_key=key, server_name=server_name, **given)


async def _run(open_client: Open, replicas: Replicas) -> FlowAnswer:
    return await open_client(replicas=replicas, timeout_s=30).run(Trigger.POST_LOGIN, EVENT)


@pytest.mark.parametrize("count", [1, 2])
async def test_replicas_with_one_name_are_reached_with_a_certificate(
    count: int, secured: list[Server], key: str, files: dict[str, Path], open_client: Open
) -> None:
    assert (await _run(open_client, _replicas(secured[:count], key, files))).reached


@pytest.mark.parametrize(
    "changed",
    [
        {"client_certificate": "", "client_key": ""},
        {"client_certificate": "stranger", "client_key": "stranger_key"},
        {"ca_file": "other_ca"},
        {"server_name": "other.internal"},
    ],
    ids=["no certificate", "a stranger's certificate", "another authority", "another name"],
)
async def test_nobody_else_is_reached_and_nobody_else_is_asked(
    changed: dict[str, str], secured: list[Server], key: str, files: dict[str, Path], open_client: Open
) -> None:
    """A server that cannot prove its name never sees the key, and a client without a certificate gets nothing."""
    answer = await _run(open_client, _replicas(secured, key, files, **changed))
    assert not answer.reached
    assert "UNAVAILABLE" in answer.warnings[0].message


async def test_a_secured_server_is_not_spoken_to_in_clear(secured: list[Server], key: str, open_client: Open) -> None:
    assert not (await open_client(secured[0].address, api_key=key).run(Trigger.POST_LOGIN, EVENT)).reached
