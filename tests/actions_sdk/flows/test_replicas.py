"""Where the replicas are, and which ways of naming them are refused."""

import json
from pathlib import Path
from typing import Any

import pytest

from actions_sdk.flows import Replicas
from actions_sdk.flows.replicas import ATTEMPTS, SERVICE

PEM = Path("some.pem")


@pytest.mark.parametrize(
    ("addresses", "target"),
    [
        (["127.0.0.1:50051"], "ipv4:127.0.0.1:50051"),
        (["10.0.0.1:50051", "10.0.0.2:50051"], "ipv4:10.0.0.1:50051,10.0.0.2:50051"),
        (["[::1]:50051"], "ipv6:[::1]:50051"),
        (["[fd00::1]:1", "[fd00::2]:2"], "ipv6:[fd00::1]:1,[fd00::2]:2"),
        (["actions.internal:50051"], "dns:///actions.internal:50051"),
        (["unix:/run/actions.sock"], "unix:/run/actions.sock"),
    ],
)
def test_addresses_become_one_target(addresses: list[str], target: str) -> None:
    assert Replicas(addresses, plaintext=True).target == target


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"addresses": []}, "at least one address"),
        ({"addresses": "127.0.0.1:50051"}, "a list of at least one address"),
        ({"addresses": ["127.0.0.1"]}, "not of the form host:port"),
        ({"addresses": ["127.0.0.1:1", "10.0.0.1"]}, "not of the form host:port"),
        ({"addresses": ["a.internal:1", "b.internal:1"]}, "IP addresses of one version"),
        ({"addresses": ["10.0.0.1:1", "[::1]:1"]}, "IP addresses of one version"),
        ({"addresses": ["unix:/a", "unix:/b"]}, "IP addresses of one version"),
        ({"addresses": ["10.0.0.1:1"], "client_certificate": PEM}, "go together"),
        ({"addresses": ["10.0.0.1:1"], "client_key": PEM}, "go together"),
        ({"addresses": ["127.0.0.1:1"], "ca_file": PEM, "plaintext": True}, "choose one"),
        ({"addresses": ["10.0.0.1:1", "10.0.0.2:1"]}, "need server_name"),
    ],
)
def test_what_cannot_work_is_refused_before_the_first_login(given: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        Replicas(**given)


@pytest.mark.parametrize(
    ("given", "plaintext"),
    [
        ({"addresses": ["127.0.0.1:1", "127.0.0.2:1"]}, True),
        ({"addresses": ["localhost:1"]}, True),
        ({"addresses": ["unix:/run/actions.sock"]}, True),
        ({"addresses": ["127.0.0.1:1"], "ca_file": PEM}, False),
        ({"addresses": ["127.0.0.1:1"], "plaintext": False}, False),
        ({"addresses": ["actions.internal:1"]}, False),
        ({"addresses": ["127.0.0.1:1", "10.0.0.1:1"], "server_name": "a"}, False),
        ({"addresses": ["10.0.0.1:1"], "plaintext": True}, True),
    ],
)
def test_only_this_machine_is_spoken_to_without_tls_unless_said(given: dict[str, Any], plaintext: bool) -> None:
    """A key and an event never cross a network in clear by default."""
    assert Replicas(**given).speaks_plaintext is plaintext


def test_the_key_is_not_shown() -> None:
    replicas = Replicas(["127.0.0.1:1"], api_key="ak_secret")
    assert "ak_secret" not in repr(replicas)
    assert replicas.metadata == (("authorization", "Bearer ak_secret"),)


def test_a_file_that_is_not_there_is_noticed_at_once() -> None:
    with pytest.raises(OSError, match=r"some\.pem"):
        Replicas(["127.0.0.1:1"], ca_file=PEM).load_credentials()


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"addresses": ["127.0.0.1:1"]}, None),
        ({"addresses": ["127.0.0.1:1", "127.0.0.1:2"]}, "127.0.0.1"),
        ({"addresses": ["10.0.0.1:1", "10.0.0.2:1"], "server_name": "actions.internal"}, "actions.internal"),
    ],
)
def test_several_replicas_are_held_against_one_name(given: dict[str, Any], name: str | None) -> None:
    assert dict(Replicas(**given).options).get("grpc.default_authority") == name


def test_only_unavailable_is_sent_again_and_boundedly() -> None:
    """Whatever a replica has judged is not asked for twice."""
    config = json.loads(dict(Replicas(["127.0.0.1:1"]).options)["grpc.service_config"])
    (method,) = config["methodConfig"]
    assert method["name"] == [{"service": SERVICE}]
    assert method["retryPolicy"]["retryableStatusCodes"] == ["UNAVAILABLE"]
    assert method["retryPolicy"]["maxAttempts"] == ATTEMPTS <= 5
