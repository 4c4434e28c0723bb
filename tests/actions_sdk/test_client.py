import socket
from collections.abc import Callable, Iterator
from concurrent import futures
from pathlib import Path

import grpc
import pytest
from google.protobuf.any_pb2 import Any as AnyMessage
from google.rpc import error_details_pb2, status_pb2
from grpc_status import rpc_status

from actions.v1 import commands_pb2, execution_pb2, management_pb2
from actions_sandbox.contract import CommandKind, Diagnostic, Trigger
from actions_sdk.client import ActionsClient, Connection
from actions_sdk.messages import LoginFlow, decode_trigger, encode_login_flow, encode_trigger, read_command
from actions_sdk.refusals import ActionsClientError, ServerUnreachableError, UnknownCommandError, Violation

Answer = Callable[[bytes, grpc.ServicerContext], bytes]
Serve = Callable[[Answer], Connection]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts a gRPC server that answers every method with one function of raw bytes."""
    servers = []

    def start(answer: Answer) -> Connection:
        class Handler(grpc.GenericRpcHandler):
            def service(self, details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler:
                return grpc.unary_unary_rpc_method_handler(answer)

        server = grpc.server(futures.ThreadPoolExecutor(2), handlers=(Handler(),))
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        servers.append(server)
        return Connection(f"127.0.0.1:{port}", api_key="ak_test")

    yield start
    for server in servers:
        server.stop(None)


def _refuse(code: int, *details: object) -> Answer:
    status = status_pb2.Status(code=code, message="no")
    for detail in details:
        packed = AnyMessage()
        packed.Pack(detail)
        status.details.append(packed)

    def answer(_: bytes, context: grpc.ServicerContext) -> bytes:
        context.abort_with_status(rpc_status.to_status(status))
        return b""

    return answer


def test_the_details_of_a_refusal_become_attributes(serve: Serve) -> None:
    """Reason, metadata, violations, diagnostics and the time to retry are all read."""
    violation = error_details_pb2.BadRequest.FieldViolation(field="source", description="bad")
    retry = error_details_pb2.RetryInfo()
    retry.retry_delay.FromMilliseconds(1_500)
    diagnostic = management_pb2.Diagnostic(
        rule="import-not-allowed", message="m", hint="h", line=3, column=5, source_line="    import os"
    )
    connection = serve(
        _refuse(
            grpc.StatusCode.INVALID_ARGUMENT.value[0],
            error_details_pb2.ErrorInfo(reason="SOURCE_REFUSED", domain="actions.v1", metadata={"a": "b"}),
            error_details_pb2.BadRequest(field_violations=[violation]),
            retry,
            management_pb2.SourceDiagnostics(diagnostics=[diagnostic]),
        )
    )
    with ActionsClient(connection) as client, pytest.raises(ActionsClientError) as caught:
        client.get_action("cart")
    error = caught.value
    assert not isinstance(error, ServerUnreachableError)
    assert (error.code, error.reason, error.message) == ("INVALID_ARGUMENT", "SOURCE_REFUSED", "no")
    assert error.metadata == {"a": "b"}
    assert error.violations == (Violation("source", "bad"),)
    assert error.retry_after_s == 1.5
    assert error.diagnostics == (Diagnostic("import-not-allowed", "m", "h", 3, 5, "    import os"),)


def test_a_refusal_without_details_keeps_code_and_message(serve: Serve) -> None:
    """A server that sends only a status is understood as well."""
    connection = serve(_refuse(grpc.StatusCode.PERMISSION_DENIED.value[0]))
    with ActionsClient(connection) as client, pytest.raises(ActionsClientError) as caught:
        client.get_action("cart")
    assert (caught.value.code, caught.value.reason, caught.value.message) == ("PERMISSION_DENIED", "", "no")


def test_the_key_goes_with_every_call(serve: Serve) -> None:
    """The key travels in the call's metadata as a bearer token."""
    seen = []

    def answer(_: bytes, context: grpc.ServicerContext) -> bytes:
        seen.append(dict(context.invocation_metadata())["authorization"])
        return b""

    with ActionsClient(serve(answer)) as client:
        client.get_action("cart")
        client.get_bindings(Trigger.POST_LOGIN)
    assert seen == ["Bearer ak_test"] * 2


def test_a_port_without_server_is_unreachable() -> None:
    """A refused connection has a type of its own, and the message names the address."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{unused.getsockname()[1]}"
        with ActionsClient(Connection(address)) as client, pytest.raises(ServerUnreachableError) as caught:
            client.get_action("cart")
    assert address in caught.value.message


def test_a_port_that_never_speaks_is_unreachable() -> None:
    """A deadline that passes before any connection stands says the same as a refused connection."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        connection = Connection(f"127.0.0.1:{silent.getsockname()[1]}", timeout_s=0.3)
        with ActionsClient(connection) as client, pytest.raises(ServerUnreachableError):
            client.get_action("cart")


def test_a_server_that_drains_is_unreachable_and_keeps_its_own_words(serve: Serve) -> None:
    """What the server says about its state is not replaced by a guess."""
    info = error_details_pb2.ErrorInfo(reason="SHUTTING_DOWN", domain="actions.v1")
    connection = serve(_refuse(grpc.StatusCode.UNAVAILABLE.value[0], info))
    with ActionsClient(connection) as client, pytest.raises(ServerUnreachableError) as caught:
        client.get_action("cart")
    assert (caught.value.reason, caught.value.message) == ("SHUTTING_DOWN", "no")


def test_a_deadline_with_a_server_is_not_unreachable(serve: Serve) -> None:
    """A slow answer of a reachable server keeps its code."""
    connection = serve(_refuse(grpc.StatusCode.DEADLINE_EXCEEDED.value[0]))
    with ActionsClient(connection) as client, pytest.raises(ActionsClientError) as caught:
        client.get_action("cart")
    assert not isinstance(caught.value, ServerUnreachableError)
    assert caught.value.code == "DEADLINE_EXCEEDED"


@pytest.mark.parametrize("address", ["", "localhost", ":1", "localhost:", "localhost:http"])
def test_an_address_needs_host_and_port(address: str) -> None:
    """A wrong address is refused before anything is sent."""
    with pytest.raises(ValueError, match="host:port"):
        Connection(address)


@pytest.mark.parametrize(
    ("address", "loopback"),
    [
        ("127.0.0.1:1", True),
        ("127.8.9.1:1", True),
        ("[::1]:1", True),
        ("localhost:1", True),
        ("unix:/run/actions.sock", True),
        ("10.0.0.1:1", False),
        ("localhost.example.com:1", False),
        ("[2001:db8::1]:1", False),
    ],
)
def test_only_loopback_addresses_are_spoken_to_without_tls(address: str, loopback: bool) -> None:
    """A key must not cross a network in the clear by default."""
    assert Connection(address).loopback is loopback


def test_tls_is_verified_with_the_named_authority(tmp_path: Path) -> None:
    """A server whose certificate the file vouches for is reached; with another authority it is not."""
    trustme = pytest.importorskip("trustme")
    ours, other = trustme.CA(), trustme.CA()
    certificate = ours.issue_cert("localhost")
    credentials = grpc.ssl_server_credentials(
        [(certificate.private_key_pem.bytes(), certificate.cert_chain_pems[0].bytes())]
    )
    server = grpc.server(futures.ThreadPoolExecutor(1))
    port = server.add_secure_port("localhost:0", credentials)
    server.start()
    for name, authority in (("ours", ours), ("other", other)):
        authority.cert_pem.write_to_path(str(tmp_path / name))
    try:
        with (
            ActionsClient(Connection(f"localhost:{port}", ca_file=tmp_path / "ours")) as client,
            pytest.raises(ActionsClientError) as caught,
        ):
            client.get_action("cart")
        assert caught.value.code == "UNIMPLEMENTED"
        with (
            ActionsClient(Connection(f"localhost:{port}", ca_file=tmp_path / "other", timeout_s=2)) as client,
            pytest.raises(ServerUnreachableError),
        ):
            client.get_action("cart")
    finally:
        server.stop(None)


def test_triggers_and_login_flows_cover_the_protocol() -> None:
    """Every value of the protocol but UNSPECIFIED has its word here, and none is left over."""
    assert {encode_trigger(trigger) for trigger in Trigger} == set(execution_pb2.Trigger.values()) - {0}
    assert {encode_login_flow(flow) for flow in LoginFlow} == set(execution_pb2.LoginFlow.values()) - {0}
    assert encode_login_flow(None) == execution_pb2.LOGIN_FLOW_UNSPECIFIED
    assert all(decode_trigger(encode_trigger(trigger)) is trigger for trigger in Trigger)


def test_a_command_keeps_its_digits_and_types() -> None:
    """JSON text is parsed without a detour through doubles."""
    command = commands_pb2.Command(
        action="cart",
        version=3,
        set_app_metadata=commands_pb2.SetAppMetadata(key="n", value_json="[9007199254740993,1,1.0,null]"),
    )
    facts = read_command(command)
    assert facts == {
        "action": "cart",
        "version": 3,
        "kind": "set_app_metadata",
        "key": "n",
        "value": [9007199254740993, 1, 1.0, None],
    }
    assert [type(item) for item in facts["value"]] == [int, int, float, type(None)]


def test_nested_fields_and_tokens_of_commands_are_read() -> None:
    """Factors become objects, and a token its short name."""
    claim = commands_pb2.SetCustomClaim(token=commands_pb2.TOKEN_ID, name="c", value_json="{}")
    assert read_command(commands_pb2.Command(set_custom_claim=claim))["token"] == "id"
    factor = commands_pb2.Factor(type="otp", options_json='{"a":1}')
    challenge = commands_pb2.ChallengeWith(factor=factor, additional_factors=[factor])
    facts = read_command(commands_pb2.Command(challenge_with=challenge))
    assert facts["factor"] == {"type": "otp", "options": {"a": 1}}
    assert facts["additional_factors"] == [facts["factor"]]


def test_every_kind_of_command_can_be_read() -> None:
    """The protocol and the shared words have the same kinds."""
    kinds = {field.name for field in commands_pb2.Command.DESCRIPTOR.oneofs_by_name["kind"].fields}
    assert kinds == set(CommandKind)


def test_a_command_of_an_unknown_kind_refuses_the_whole_answer() -> None:
    """Applying the rest would be half an answer."""
    with pytest.raises(UnknownCommandError, match="cart"):
        read_command(commands_pb2.Command(action="cart"))
