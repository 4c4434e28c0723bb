"""Several replicas: what happens to one of them does not reach the caller."""

import asyncio
import signal
from collections.abc import Callable
from typing import Any

import grpc
import pytest

from actions_runtime.execution import Decision
from actions_sandbox.contract import Trigger
from actions_sdk.flows import ActionsClientError, Counts, FlowAnswer
from tests.actions_sdk.flows.conftest import Answer, Client, Open, Pair, Scripted, count_executions, go_on

EVENT = {"user": {"user_id": "auth0|ada"}}
LOAD = 8


def _expect_whole(answer: FlowAnswer) -> None:
    assert (answer.reached, answer.decision) == (True, Decision.CONTINUE)
    assert [command.to_body()["key"] for command in answer.commands] == ["first", "second"]


async def _run_until(client: Client, stopped: asyncio.Event, after: int) -> int:
    """Call one time after the other until told to stop, and then some more."""
    done = 0
    left = after
    while left:
        _expect_whole(await client.run(Trigger.POST_LOGIN, EVENT))
        done += 1
        left -= stopped.is_set()
    return done


async def test_a_replica_that_is_killed_under_load_costs_no_login(pair: Pair, open_client: Open) -> None:
    """Calls in flight on it are sent to the other one; every caller has the whole answer."""
    client = open_client(replicas=pair.replicas, timeout_s=60)
    stopped = asyncio.Event()
    loads = [asyncio.create_task(_run_until(client, stopped, after=10)) for _ in range(LOAD)]
    while not (count_executions(pair.first) and count_executions(pair.second)):
        await asyncio.sleep(0.01)
    await asyncio.to_thread(pair.first.stop, signal.SIGKILL)
    stopped.set()
    calls = sum(await asyncio.gather(*loads))
    assert client.counts == Counts(answered=calls)


async def test_a_replica_that_is_stopped_under_load_costs_no_login(pair: Pair, open_client: Open) -> None:
    """It answers what is in flight, says that it is not serving, and gets no more; then it ends."""
    client = open_client(replicas=pair.replicas, timeout_s=60)
    while not (count_executions(pair.first) and count_executions(pair.second)):
        await client.run(Trigger.POST_LOGIN, EVENT)
    long = [asyncio.create_task(client.run(Trigger.POST_LOGIN, EVENT | {"seconds": 1})) for _ in range(4)]
    for _ in range(4):  # calls of one connection are taken up in their order
        with pytest.raises(ActionsClientError):
            await client.run(Trigger.POST_LOGIN, {"user": {}})
    stopped = asyncio.Event()
    loads = [asyncio.create_task(_run_until(client, stopped, after=10)) for _ in range(LOAD)]
    assert await asyncio.to_thread(pair.first.stop, signal.SIGTERM) == 0
    stopped.set()
    for answer in await asyncio.gather(*long):
        _expect_whole(answer)
    calls = 4 + sum(await asyncio.gather(*loads))
    assert (client.counts.denied, client.counts.gone_on) == (0, 0)
    assert client.counts.answered >= calls
    lines = pair.first.log_lines()
    assert any(line.get("duration_us", 0) >= 1_000_000 for line in lines), "it had long calls in flight"
    assert all(line["event"] != "stopped_with_calls_in_flight" for line in lines)


async def test_a_replica_that_is_back_is_used_again(script: Callable[[Answer], Scripted], open_client: Open) -> None:
    """Within seconds, and not after gRPC's two minutes: the test's own limit is one of them."""
    log: list[str] = []
    first, second = script(_name("first", log)), script(_name("second", log))
    client = open_client(first.address, second.address)
    await _call_until(client, lambda: {*log} == {"first", "second"})
    await asyncio.to_thread(second.server.stop(None).wait)
    log.clear()
    await _call_until(client, lambda: len(log) == 20)
    second.start(second.address)
    await _call_until(client, lambda: "second" in log)


async def _call_until(client: Client, done: Callable[[], bool]) -> None:
    while not done():
        assert (await client.run(Trigger.POST_LOGIN, EVENT)).reached


def _name(name: str, log: list[str]) -> Answer:
    def answer(request: Any, context: grpc.ServicerContext) -> Any:
        log.append(name)
        return go_on(request, context)

    return answer


async def test_a_replica_that_is_not_serving_gets_no_calls(
    script: Callable[[Answer], Scripted], open_client: Open
) -> None:
    """Its health is watched by the channel itself; once it is serving again it is called again."""
    log: list[str] = []
    first, second = script(_name("first", log)), script(_name("second", log))
    client = open_client(first.address, second.address)
    await _call_until(client, lambda: {*log} == {"first", "second"})
    first.set_serving(False)
    await _call_until(client, lambda: log[-4:] == ["second"] * 4)
    log.clear()
    await _call_until(client, lambda: len(log) == 50)
    assert {*log} == {"second"}
    first.set_serving(True)
    await _call_until(client, lambda: "first" in log)


async def test_replicas_that_are_all_not_serving_are_no_replicas(
    script: Callable[[Answer], Scripted], open_client: Open
) -> None:
    server = script(go_on)
    server.set_serving(False)
    answer = await open_client(server.address).run(Trigger.POST_LOGIN, EVENT)
    assert (answer.reached, answer.decision) == (False, Decision.FAIL)
    assert server.requests == []


async def test_a_server_without_a_health_service_is_called(
    script: Callable[[Answer], Scripted], open_client: Open
) -> None:
    """A proxy may not pass the health service on (gRFC A17)."""
    server = script(go_on)
    server.servicer.Watch = _refuse_watch  # type: ignore[method-assign]
    answer = await open_client(server.address).run(Trigger.POST_LOGIN, EVENT)
    assert answer.reached


def _refuse_watch(request: Any, context: grpc.ServicerContext, *_: Any) -> Any:
    context.abort(grpc.StatusCode.UNIMPLEMENTED, "no health here")
