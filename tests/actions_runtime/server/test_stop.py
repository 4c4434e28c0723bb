import json
import signal
import threading
from collections.abc import Callable
from typing import Any

import grpc
import pytest
from google.rpc.error_details_pb2 import RetryInfo
from grpc_health.v1 import health_pb2, health_pb2_grpc

from actions.v1 import execution_pb2 as execution
from actions_runtime.server.calls import SCOPES
from tests.server_process import Server, Tenant, refusal_of

LOGIN = {"user": {"user_id": "u1"}, "seconds": 0}
LONG = {"user": {"user_id": "u1"}, "seconds": 2.5}
ENDLESS = {"user": {"user_id": "u1"}, "seconds": 3_600}
SOURCE = """
import time
def on_execute_post_login(event, api):
    end = time.time() + event["seconds"]
    while time.time() < end:
        pass
    api.user.set_app_metadata("done", True)
"""
SERVING, NOT_SERVING = health_pb2.HealthCheckResponse.SERVING, health_pb2.HealthCheckResponse.NOT_SERVING


def _check(server: Server, service: str = "") -> Any:
    stub: Any = health_pb2_grpc.HealthStub(server.channel)
    return stub.Check(health_pb2.HealthCheckRequest(service=service), timeout=5).status


class _Watch:
    """Follows the health of a server, as a load balancer does."""

    def __init__(self, server: Server) -> None:
        stub: Any = health_pb2_grpc.HealthStub(server.channel)
        self.stopping = threading.Event()
        self._stream = stub.Watch(health_pb2.HealthCheckRequest())
        assert next(self._stream).status == SERVING
        self._thread = threading.Thread(target=self._follow)
        self._thread.start()

    def _follow(self) -> None:
        try:
            for response in self._stream:
                if response.status == NOT_SERVING:
                    self.stopping.set()
        except grpc.RpcError:
            pass

    def join(self) -> None:
        self._thread.join(10)


@pytest.fixture
def own(start_server: Callable[..., Server]) -> Tenant:
    """A tenant of a server that may be stopped, with an action that takes as long as the event says."""
    return _prepare(start_server(**_PATIENT, drain_s=600))


_PATIENT = {"limit_action_ms": 60_000, "limit_flow_ms": 60_000}


def _prepare(server: Server) -> Tenant:
    name = server.create_tenant()
    tenant = Tenant(server, name, server.create_key(name))
    tenant.install({"slow": SOURCE})
    assert tenant.execute(LOGIN).commands
    return tenant


def _start(tenant: Tenant, event: dict[str, Any]) -> Any:
    """Start an execution and return its future once the server has taken it up.

    Calls of one connection are taken up in their order: one that came later has been answered.
    """
    request = execution.ExecuteFlowRequest(trigger=execution.TRIGGER_POST_LOGIN, event_json=json.dumps(event).encode())
    running = tenant.server.executions.ExecuteFlow.future(request, metadata=tenant.metadata)
    refusal_of(tenant.execute, b"{}")
    assert not running.done()
    return running


def test_health_is_told_for_the_server_and_each_service(server: Server) -> None:
    for service in ("", *SCOPES):
        assert _check(server, service) == SERVING
    assert refusal_of(_check, server, "no.such.Service").code is grpc.StatusCode.NOT_FOUND


def test_reflection_describes_every_service(server: Server) -> None:
    from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

    stub: Any = reflection_pb2_grpc.ServerReflectionStub(server.channel)
    (answer,) = stub.ServerReflectionInfo(iter([reflection_pb2.ServerReflectionRequest(list_services="")]))
    names = {service.name for service in answer.list_services_response.service}
    assert {*SCOPES, "grpc.health.v1.Health"} <= names


def test_a_stopping_server_answers_what_is_in_flight_and_refuses_what_comes(own: Tenant) -> None:
    watch = _Watch(own.server)
    running = _start(own, LONG)
    own.server.process.send_signal(signal.SIGTERM)
    assert watch.stopping.wait(30)
    refusal = refusal_of(own.execute, LOGIN)
    assert (refusal.code, refusal.reason) == (grpc.StatusCode.UNAVAILABLE, "STOPPING")
    assert refusal.detail(RetryInfo).retry_delay.seconds == 1
    assert refusal.pushback == "1000"
    assert running.result().commands[0].set_app_metadata.key == "done"
    assert own.server.process.wait(30) == 0
    watch.join()


def test_a_second_signal_does_not_wait(own: Tenant) -> None:
    watch = _Watch(own.server)
    running = _start(own, ENDLESS)
    own.server.process.send_signal(signal.SIGTERM)
    assert watch.stopping.wait(30)
    own.server.process.send_signal(signal.SIGTERM)
    assert own.server.process.wait(30) == 0
    assert isinstance(running.exception(), grpc.RpcError)
    watch.join()
    assert "stopped_with_calls_in_flight" in own.server.log_file.read_text()


def test_a_stopping_server_waits_no_longer_than_it_may(start_server: Callable[..., Server]) -> None:
    tenant = _prepare(start_server(**_PATIENT, drain_s=0.05))
    running = _start(tenant, ENDLESS)
    assert tenant.server.stop() == 0
    assert isinstance(running.exception(), grpc.RpcError)


def test_an_idle_server_stops_at_once_on_sigint(own: Tenant) -> None:
    assert own.server.stop(signal.SIGINT) == 0


def test_what_is_kept_survives_a_restart(own: Tenant, start_server: Callable[..., Server], tmp_path: Any) -> None:
    store = own.server.greeting["store"]
    assert own.server.greeting["survives_restart"]
    own.server.stop()
    folder = type(tmp_path)(store.removeprefix("sqlite:///")).parent
    again = Tenant(start_server(folder), own.id, own.key)
    assert again.execute(LOGIN).commands[0].set_app_metadata.key == "done"
    assert again.server.greeting["api_key"] is None
