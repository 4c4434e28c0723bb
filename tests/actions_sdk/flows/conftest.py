"""Both clients behind one face, servers that answer by a script, and replicas of one store."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent import futures
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import grpc
import pytest
from grpc_health.v1 import health, health_pb2, health_pb2_grpc

from actions.v1 import execution_pb2
from actions_sdk.flows import AsyncFlowClient, Counts, FlowAnswer, FlowClient, Replicas
from actions_sdk.flows.replicas import SERVICE
from tests.server_process import Server, Tenant


class Client(Protocol):
    """What both clients can do, awaited."""

    @property
    def counts(self) -> Counts:
        """How the calls ended so far."""
        ...

    async def run(self, *args: Any, **names: Any) -> FlowAnswer:
        """Run a flow."""
        ...


class Threaded:
    """The client for threads, each call in a thread."""

    def __init__(self, client: FlowClient) -> None:
        self.client = client

    @property
    def counts(self) -> Counts:
        """How the calls ended so far."""
        return self.client.counts

    async def run(self, *args: Any, **names: Any) -> FlowAnswer:
        """Run a flow."""
        return await asyncio.to_thread(self.client.run, *args, **names)


Open = Callable[..., Client]


@pytest.fixture(params=["asyncio", "threads"])
async def open_client(request: pytest.FixtureRequest) -> AsyncIterator[Open]:
    """Makes clients of each kind in turn, from addresses; closed at the end."""
    opened: list[AsyncFlowClient | FlowClient] = []

    def open_one(*addresses: str, api_key: str = "ak_test", replicas: Replicas | None = None, **names: Any) -> Client:
        replicas = replicas or Replicas(addresses, api_key=api_key)
        if request.param == "asyncio":
            made = AsyncFlowClient(replicas, **names)
            opened.append(made)
            return made
        threaded = FlowClient(replicas, **names)
        opened.append(threaded)
        return Threaded(threaded)

    yield open_one
    for client in opened:
        if isinstance(client, AsyncFlowClient):
            await client.close()
        else:
            client.close()


Answer = Callable[[execution_pb2.ExecuteFlowRequest, grpc.ServicerContext], Any]


@dataclass
class Scripted:
    """A gRPC server that answers by a script: for what a sound server does not do on demand.

    Attributes:
        answer: What it does with a call.
        requests: What came.
    """

    answer: Answer
    requests: list[execution_pb2.ExecuteFlowRequest] = field(default_factory=list)
    servicer: health.HealthServicer = field(default_factory=health.HealthServicer)
    address: str = ""
    server: Any = None

    def start(self, address: str = "127.0.0.1:0") -> None:
        """Take calls, and say that it does."""
        self.server = grpc.server(futures.ThreadPoolExecutor(16))
        handler = grpc.unary_unary_rpc_method_handler(
            self._execute, execution_pb2.ExecuteFlowRequest.FromString, lambda answer: _serialize(answer)
        )
        self.server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE, {"ExecuteFlow": handler}),))
        health_pb2_grpc.add_HealthServicer_to_server(self.servicer, self.server)
        self.set_serving(True)
        self.address = f"127.0.0.1:{self.server.add_insecure_port(address)}"
        self.server.start()

    def set_serving(self, serving: bool) -> None:
        """Say whether it takes calls."""
        status = health_pb2.HealthCheckResponse
        self.servicer.set(SERVICE, status.SERVING if serving else status.NOT_SERVING)

    def _execute(self, request: execution_pb2.ExecuteFlowRequest, context: grpc.ServicerContext) -> Any:
        self.requests.append(request)
        return self.answer(request, context)


def _serialize(answer: Any) -> bytes:
    return answer if isinstance(answer, bytes) else answer.SerializeToString()


def go_on(request: execution_pb2.ExecuteFlowRequest, context: grpc.ServicerContext) -> Any:
    """Answer CONTINUE without commands."""
    return execution_pb2.ExecuteFlowResponse(
        execution_id=request.execution_id, decision=execution_pb2.DECISION_CONTINUE
    )


@pytest.fixture
def script() -> Iterator[Callable[[Answer], Scripted]]:
    """Starts servers that answer by a script."""
    started: list[Scripted] = []

    def start(answer: Answer) -> Scripted:
        server = Scripted(answer)
        server.start()
        started.append(server)
        return server

    yield start
    for server in started:
        server.server.stop(None)


@dataclass
class Pair:
    """Two servers in front of one store, and a tenant of it.

    Attributes:
        tenant: The tenant, as the first server knows it.
        second: The second server.
    """

    tenant: Tenant
    second: Server

    @property
    def first(self) -> Server:
        """The first server."""
        return self.tenant.server

    @property
    def replicas(self) -> Replicas:
        """Both of them."""
        return Replicas([self.first.address, self.second.address], api_key=self.tenant.key)


@pytest.fixture
def pair(start_server: Callable[..., Server], tmp_path: Path) -> Pair:
    """Two servers of one's own with an action that takes as many seconds as the event says."""
    first = start_server(tmp_path, **PATIENT)
    name = first.create_tenant()
    tenant = Tenant(first, name, first.create_key(name))
    tenant.install({"slow": SLOW})
    return Pair(tenant, start_server(tmp_path, **PATIENT))


PATIENT = {"limit_action_ms": 60_000, "limit_flow_ms": 60_000, "drain_s": 600}

SLOW = """
import time
def on_execute_post_login(event, api):
    end = time.time() + (event.get("seconds") or 0)
    while time.time() < end:
        pass
    api.user.set_app_metadata("first", 1)
    api.user.set_app_metadata("second", 2)
"""


def count_executions(server: Server) -> int:
    """Count the executions that a server has logged."""
    return sum(line["event"] == "execution" for line in server.log_lines())
