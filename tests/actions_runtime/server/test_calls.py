import asyncio
import io
import json
import time
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any

import grpc
import pytest

from actions.v1 import execution_pb2, management_pb2
from actions_runtime.errors import InvalidArgument, Unauthenticated
from actions_runtime.management.directory import Directory
from actions_runtime.management.principals import SYSTEM, Principal
from actions_runtime.management.records import Scope
from actions_runtime.management.secrets import SecretBox
from actions_runtime.server.app import opened_store
from actions_runtime.server.calls import SCOPES, Call, Gate, parse_request, read_token
from actions_runtime.settings import load_settings
from actions_runtime.store.sql import open_store
from tests.server_process import bearer


def test_every_method_of_the_protos_needs_a_scope() -> None:
    declared = {
        service.full_name: set(service.methods_by_name)
        for file in (execution_pb2.DESCRIPTOR, management_pb2.DESCRIPTOR)
        for service in file.services_by_name.values()
    }
    assert {service: set(methods) for service, methods in SCOPES.items()} == declared


def test_a_service_with_a_method_too_few_is_not_served(tmp_path: Any) -> None:
    gate = Gate(Directory(open_store(f"sqlite:///{tmp_path}/actions.db"), SecretBox({})))
    with pytest.raises(LookupError):
        gate.build_handler("actions.v1.BindingService", {})


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_the_scheme_is_bearer_in_any_case(scheme: str) -> None:
    assert read_token([("user-agent", "x"), ("authorization", f"{scheme} ak_x")]) == "ak_x"


@pytest.mark.parametrize(
    "metadata",
    [
        [],
        [("authorization", "")],
        [("authorization", "Basic eDp5")],
        [("authorization", b"Bearer x")],
        [("x", "y")],
    ],
)
def test_a_call_without_credential_is_told_how_to_send_one(
    metadata: Iterable[tuple[str, str | bytes]],
) -> None:
    with pytest.raises(Unauthenticated, match="authorization: Bearer"):
        read_token(metadata)


def test_a_body_that_is_no_such_message_is_the_callers_fault() -> None:
    with pytest.raises(InvalidArgument) as refusal:
        parse_request(execution_pb2.ExecuteFlowRequest, b"\x0a\xff\xff")
    assert refusal.value.reason == "UNREADABLE_REQUEST"


@pytest.fixture
async def gate(tmp_path: Path, log: io.StringIO) -> AsyncIterator[tuple[Gate, str]]:
    """A gate over a store with one tenant, and that tenant's key."""
    async with opened_store(load_settings(data_dir=tmp_path)) as store:
        await store.tenants.create(SYSTEM, "acme")
        key = await store.keys.create(SYSTEM, "acme", [Scope.READ, Scope.AUTHOR])
        yield Gate(store.directory), key.token


async def _call(gate: Gate, token: str, call: Call) -> grpc.aio.AioRpcError | bytes:
    """Serve one method for one call, over a real connection."""
    server = grpc.aio.server()
    calls = {"GetBindings": call, "UpdateBindings": call}
    server.add_generic_rpc_handlers([gate.build_handler("actions.v1.BindingService", calls)])
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        method: Any = channel.unary_unary("/actions.v1.BindingService/GetBindings")
        try:
            answer: bytes = await method(b"", metadata=bearer(token), timeout=10)
            return answer
        except grpc.aio.AioRpcError as error:
            return error
        finally:
            await server.stop(0)


async def test_a_fault_of_our_own_is_named_by_an_id_alone(gate: tuple[Gate, str], log: io.StringIO) -> None:
    """The caller learns an id; the log has the frames under that id; the exception's text is in neither."""

    async def fail(_principal: Principal, _request: bytes, _deadline: float | None) -> bytes:
        raise KeyError("planted")

    end = await _call(*gate, fail)
    assert isinstance(end, grpc.aio.AioRpcError)
    assert end.code() is grpc.StatusCode.INTERNAL
    (line,) = [json.loads(text) for text in log.getvalue().splitlines()]
    assert end.details() == f"internal error, id {line['incident']}"
    assert line["method"] == "/actions.v1.BindingService/GetBindings"
    assert line["trace"][-1].endswith(" fail")
    assert "planted" not in log.getvalue() + str(end)


async def test_a_method_is_given_the_caller_and_the_time_that_is_left(gate: tuple[Gate, str]) -> None:
    seen: list[Any] = []

    async def note(principal: Principal, _request: bytes, deadline: float | None) -> bytes:
        seen.extend((principal.tenant, deadline))
        return b"answer"

    assert await _call(*gate, note) == b"answer"
    assert seen[0] == "acme"
    assert 0 < seen[1] - time.monotonic() <= 10


async def test_a_gate_is_drained_when_the_last_call_has_ended(gate: tuple[Gate, str]) -> None:
    entered, free = asyncio.Event(), asyncio.Event()

    async def wait(_principal: Principal, _request: bytes, _deadline: float | None) -> bytes:
        entered.set()
        await free.wait()
        return b"answer"

    running = asyncio.create_task(_call(*gate, wait))
    await entered.wait()
    assert gate[0].in_flight == 1
    drained = asyncio.create_task(gate[0].drain())
    await asyncio.sleep(0)
    assert not drained.done()
    free.set()
    await drained
    assert await running == b"answer"
    refused = await _call(*gate, wait)
    assert isinstance(refused, grpc.aio.AioRpcError)
    assert refused.code() is grpc.StatusCode.UNAVAILABLE
