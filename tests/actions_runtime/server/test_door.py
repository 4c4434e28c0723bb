"""The short way in: calls of one turn run together, and each of them ends exactly once."""

import asyncio
import io
import json
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
import pytest

from actions_runtime.errors import NotFound
from actions_runtime.management.principals import SYSTEM, Principal
from actions_runtime.management.records import Scope
from actions_runtime.server.app import OpenStore, opened_store
from actions_runtime.server.calls import Cancel, Door, Gate, Respond
from actions_runtime.server.status import WireStatus
from actions_runtime.settings import load_settings
from tests.server_process import bearer

SERVICE = "actions.v1.ExecutionService"
PATH = f"/{SERVICE}/ExecuteFlow"


@dataclass
class Method:
    """A method that answers when the test says so, unless it is told to answer at once."""

    at_once: bool = False
    running: dict[bytes, Respond] = field(default_factory=dict)
    ran: list[bytes] = field(default_factory=list)
    callers: list[Principal] = field(default_factory=list)
    cancelled: list[bytes] = field(default_factory=list)

    def start(self, principal: Principal, request: bytes, deadline: float | None, respond: Respond) -> Cancel:
        """Begin one call; the request says what becomes of it."""
        self.ran.append(request)
        self.callers.append(principal)
        if request == b"refused":
            raise NotFound("there is no such flow")
        if request == b"bug":
            raise KeyError("planted")
        if self.at_once:
            respond(b"answer to " + request)
        else:
            self.running[request] = respond
        return lambda: self.cancelled.append(request)


@dataclass
class World:
    """A gate over a real store, a door through it, and what its calls were answered."""

    store: OpenStore
    gate: Gate
    method: Method
    door: Door
    token: str
    answers: dict[bytes, list[bytes | WireStatus]] = field(default_factory=dict)

    def call(self, request: bytes, token: str | None = None) -> Callable[[], object]:
        """Make a call and return how to hang up."""
        kept = self.answers.setdefault(request, [])
        return self.door.execute(bearer(token or self.token), request, None, kept.append)

    def code(self, request: bytes) -> grpc.StatusCode:
        """Return the code of a call that ended with a status, as its only answer."""
        (answer,) = self.answers[request]
        assert isinstance(answer, WireStatus)
        return answer.code


@pytest.fixture
async def world(tmp_path: Path, log: io.StringIO) -> AsyncIterator[World]:
    async with opened_store(load_settings(data_dir=tmp_path)) as store:
        await store.tenants.create(SYSTEM, "acme")
        key = await store.keys.create(SYSTEM, "acme", [Scope.EXECUTE])
        gate, method = Gate(store.directory), Method()
        yield World(store, gate, method, gate.open_door(SERVICE, "ExecuteFlow", method.start), key.token)


async def turn(times: int = 30) -> None:
    """Let the loop turn until nothing waits for a turn any more."""
    for _ in range(times):
        await asyncio.sleep(0)


@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.parametrize("count", [1, 2, 7, 8, 9, 100])
async def test_calls_that_come_in_one_turn_are_all_answered(world: World, count: int, at_once: bool) -> None:
    world.method.at_once = at_once
    requests = [b"%d" % number for number in range(count)]
    for request in requests:
        world.call(request)
    assert (world.gate.in_flight, world.method.ran) == (count, [])
    await turn()
    assert world.method.ran == requests
    for request, respond in world.method.running.items():
        respond(b"answer to " + request)
    assert world.answers == {request: [b"answer to " + request] for request in requests}
    assert world.gate.in_flight == 0


async def test_calls_that_keep_coming_do_not_keep_the_first_one_waiting(world: World) -> None:
    """However many turns bring one more call, the first one runs as soon as they are enough."""
    world.method.at_once = True
    requests = [b"%d" % number for number in range(40)]
    for request in requests:
        world.call(request)
        await asyncio.sleep(0)
        assert len(world.method.ran) >= len(world.answers) - 8
    await turn()
    assert world.method.ran == requests
    assert (len(world.answers), world.gate.in_flight) == (40, 0)


async def test_a_call_made_by_an_answer_has_its_turn_as_well(world: World) -> None:
    world.method.at_once = True

    def go_on(_answer: bytes | WireStatus) -> None:
        world.call(b"second")

    world.door.execute(bearer(world.token), b"first", None, go_on)
    await turn()
    assert world.method.ran == [b"first", b"second"]
    assert world.answers == {b"second": [b"answer to second"]}
    assert world.gate.in_flight == 0


async def test_who_hangs_up_before_its_turn_is_not_run(world: World) -> None:
    world.method.at_once = True
    hang_up = [world.call(request) for request in (b"a", b"b", b"c")][1]
    hang_up()
    hang_up()
    assert world.gate.in_flight == 2
    await turn()
    assert world.method.ran == [b"a", b"c"]
    assert world.answers[b"b"] == []
    assert world.gate.in_flight == 0


async def test_who_hangs_up_while_it_runs_is_given_up_once(world: World) -> None:
    hang_up = world.call(b"a")
    await turn()
    hang_up()
    hang_up()
    world.method.running[b"a"](b"late")
    assert (world.method.cancelled, world.answers[b"a"], world.gate.in_flight) == ([b"a"], [], 0)


async def test_who_hangs_up_after_the_answer_gives_up_nothing(world: World) -> None:
    hang_up = world.call(b"a")
    await turn()
    world.method.running[b"a"](b"answer")
    world.method.running[b"a"](b"another")
    hang_up()
    assert (world.method.cancelled, world.answers[b"a"], world.gate.in_flight) == ([], [b"answer"], 0)


async def test_one_calls_failure_is_its_own(world: World, log: io.StringIO) -> None:
    """A refusal and a fault of ours end their call; those of the same turn go on."""
    world.method.at_once = True
    for request in (b"a", b"refused", b"bug", b"b"):
        world.call(request)
    await turn()
    assert world.answers[b"a"] == [b"answer to a"]
    assert world.answers[b"b"] == [b"answer to b"]
    assert world.code(b"refused") is grpc.StatusCode.NOT_FOUND
    assert world.code(b"bug") is grpc.StatusCode.INTERNAL
    (line,) = [json.loads(text) for text in log.getvalue().splitlines() if "internal_error" in text]
    assert line["method"] == PATH
    assert "planted" not in log.getvalue() + str(world.answers)
    assert world.gate.in_flight == 0


async def test_a_fault_that_is_told_later_is_named_by_an_id_alone(world: World, log: io.StringIO) -> None:
    world.call(b"a")
    await turn()
    world.method.running[b"a"](KeyError("planted"))
    assert world.code(b"a") is grpc.StatusCode.INTERNAL
    assert "planted" not in log.getvalue() + str(world.answers)


@pytest.mark.parametrize("metadata", [(), (("authorization", "Basic eDp5"),)])
async def test_a_call_without_credential_is_refused(world: World, metadata: tuple[tuple[str, str], ...]) -> None:
    answers: list[bytes | WireStatus] = []
    world.door.execute(metadata, b"a", None, answers.append)
    await turn()
    (status,) = answers
    assert isinstance(status, WireStatus)
    assert status.code is grpc.StatusCode.UNAUTHENTICATED
    assert (world.method.ran, world.gate.in_flight) == ([], 0)


async def test_a_key_without_the_scope_is_refused(world: World) -> None:
    key = await world.store.keys.create(SYSTEM, "acme", [Scope.READ])
    world.call(b"a", key.token)
    await turn()
    assert world.code(b"a") is grpc.StatusCode.PERMISSION_DENIED
    assert (world.method.ran, world.gate.in_flight) == ([], 0)


async def test_a_key_that_another_server_made_goes_the_slow_way_and_keeps_nobody_waiting(
    world: World, tmp_path: Path
) -> None:
    world.method.at_once = True
    async with opened_store(load_settings(data_dir=tmp_path)) as other:
        key = await other.keys.create(SYSTEM, "acme", [Scope.EXECUTE])
        weak = await other.keys.create(SYSTEM, "acme", [Scope.READ])
    for request, token in ((b"new", key.token), (b"known", None), (b"weak", weak.token), (b"none", "ak_" + "x" * 40)):
        world.call(request, token)
    await turn(3)
    assert world.method.ran == [b"known"]
    assert world.gate.in_flight >= 2
    await until(lambda: world.gate.in_flight == 0)
    assert world.answers[b"new"] == [b"answer to new"]
    assert [caller.tenant for caller in world.method.callers] == ["acme", "acme"]
    assert world.code(b"weak") is grpc.StatusCode.PERMISSION_DENIED
    assert world.code(b"none") is grpc.StatusCode.UNAUTHENTICATED


async def test_who_hangs_up_on_the_slow_way_is_not_run(world: World, tmp_path: Path) -> None:
    async with opened_store(load_settings(data_dir=tmp_path)) as other:
        key = await other.keys.create(SYSTEM, "acme", [Scope.EXECUTE])
    hang_up = world.call(b"a", key.token)
    await turn(3)
    hang_up()
    assert world.gate.in_flight == 0
    assert (await world.gate.admit_fresh(bearer(key.token), Scope.EXECUTE)).tenant == "acme"
    await turn()
    assert (world.method.ran, world.answers[b"a"], world.gate.in_flight) == ([], [], 0)


async def test_who_hangs_up_after_the_slow_way_is_given_up(world: World, tmp_path: Path) -> None:
    async with opened_store(load_settings(data_dir=tmp_path)) as other:
        key = await other.keys.create(SYSTEM, "acme", [Scope.EXECUTE])
    hang_up = world.call(b"a", key.token)
    await until(lambda: b"a" in world.method.running)
    hang_up()
    assert (world.method.cancelled, world.gate.in_flight) == ([b"a"], 0)


async def test_a_drain_waits_for_the_calls_that_run_and_refuses_those_whose_turn_comes_after(world: World) -> None:
    world.call(b"runs")
    await turn()
    world.call(b"waits")
    drained = asyncio.create_task(world.gate.drain())
    await turn()
    assert world.code(b"waits") is grpc.StatusCode.UNAVAILABLE
    assert not drained.done()
    world.method.running[b"runs"](b"answer")
    await asyncio.wait_for(drained, 10)
    assert world.answers[b"runs"] == [b"answer"]
    world.call(b"late")
    await turn()
    assert world.code(b"late") is grpc.StatusCode.UNAVAILABLE
    assert world.method.ran == [b"runs"]


async def test_a_drain_does_not_wait_for_those_who_hung_up(world: World) -> None:
    hang_ups = [world.call(b"runs")]
    await turn()
    hang_ups.append(world.call(b"waits"))
    drained = asyncio.create_task(world.gate.drain())
    await asyncio.sleep(0)
    for hang_up in hang_ups:
        hang_up()
    await asyncio.wait_for(drained, 10)


class Context:
    """A call of ``grpc.aio`` as its servicer sees it."""

    def __init__(self, token: str) -> None:
        self._token = token

    def invocation_metadata(self) -> Any:
        """Return the credential."""
        return bearer(self._token)

    def time_remaining(self) -> float:
        """Return the seconds that are left."""
        return 10.0


@pytest.mark.parametrize("end", [b"answer", NotFound("gone"), KeyError("planted")])
async def test_an_end_in_the_turn_in_which_the_caller_hangs_up_harms_nobody(world: World, end: Any) -> None:
    """At a deadline both come at once: gRPC cancels the call's task, and the sweep gives up its job."""
    task = asyncio.create_task(world.door.serve(b"a", Context(world.token)))
    await until(lambda: b"a" in world.method.running)
    task.cancel()
    world.method.running[b"a"](end)
    with pytest.raises(asyncio.CancelledError):
        await task
    assert world.gate.in_flight == 0


async def test_calls_over_a_connection_are_answered_refused_and_given_up(world: World) -> None:
    server = grpc.aio.server()
    server.add_generic_rpc_handlers([world.gate.build_handler(SERVICE, {}, {"ExecuteFlow": world.door})])
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        method: Any = channel.unary_unary(PATH)
        calls = [method(b"%d" % n, metadata=bearer(world.token), timeout=60) for n in range(20)]
        given_up = method(b"given up", metadata=bearer(world.token), timeout=60)
        await until(lambda: len(world.method.running) == 21)
        given_up.cancel()
        await until(lambda: world.method.cancelled)
        for request, respond in world.method.running.items():
            respond(b"answer to " + request)
        assert await asyncio.gather(*calls) == [b"answer to %d" % n for n in range(20)]
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await method(b"refused", metadata=bearer(world.token), timeout=60)
        assert refused.value.code() is grpc.StatusCode.NOT_FOUND
    await server.stop(0)
    assert world.method.cancelled == [b"given up"]
    assert world.gate.in_flight == 0


async def until(condition: Callable[[], object]) -> None:
    """Wait until a condition holds."""
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        await asyncio.sleep(0.002)
