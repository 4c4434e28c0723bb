"""One method and its service, served by every lane: what holds for one must hold for all."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any

import grpc
import pytest

from actions_runtime.server.lanes.door import Answer, Metadata
from actions_runtime.server.lanes.fast import FastLane
from actions_runtime.server.lanes.lane import Lane, LaneOptions
from actions_runtime.server.lanes.public import PublicLane
from actions_runtime.server.status import WireStatus

PATH = "/lanes.Test/Unary"
Method = Callable[[Metadata, bytes, float | None], Awaitable[bytes | WireStatus]]
"""A method: metadata, request and seconds that are left to response or status."""


def build_handler(method: Method, **others: Any) -> grpc.GenericRpcHandler:
    """Make the service that has a method, and others as they are."""

    async def behave(request: bytes, context: Any) -> bytes:
        result = await method(context.invocation_metadata(), request, context.time_remaining())
        if isinstance(result, bytes):
            return result
        await context.abort(*result)
        raise AssertionError

    handlers = {"Unary": grpc.unary_unary_rpc_method_handler(behave), **others}
    return grpc.method_handlers_generic_handler("lanes.Test", handlers)


class TaskDoor:
    """A door to a method that is a coroutine function."""

    def __init__(self, method: Method) -> None:
        self._method = method
        self._tasks: set[asyncio.Task[None]] = set()

    def execute(
        self, metadata: Metadata, request: bytes, deadline: float | None, answer: Answer
    ) -> Callable[[], None] | None:
        loop = asyncio.get_running_loop()
        remaining = None if deadline is None else max(deadline - loop.time(), 0.0)

        async def run() -> None:
            answer(await self._method(metadata, request, remaining))

        task = loop.create_task(run())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

        def hang_up() -> None:
            task.cancel()

        return hang_up


class Served:
    """A lane that takes calls.

    Attributes:
        lane: The lane.
        address: Where it listens.
        channel: A channel to it.
        call: Makes the unary call.
    """

    def __init__(self, lane: Lane, address: str, channel: grpc.aio.Channel) -> None:
        self.lane = lane
        self.address = address
        self.channel = channel
        self.call: Any = channel.unary_unary(PATH)


Serve = Callable[..., Awaitable[Served]]

_OPTIONS = LaneOptions(message_bytes=4 * 1024 * 1024)
NO_PROXY = ("grpc.enable_http_proxy", 0)


@pytest.fixture(params=["public", "fast", "fast_door"])
def kind(request: pytest.FixtureRequest) -> str:
    """The lane, and whether the method is behind a door."""
    return str(request.param)


@pytest.fixture
async def serve(kind: str) -> AsyncIterator[Serve]:
    """Serves a method on a lane, and stops it at the end."""
    started: list[Served] = []

    async def start(
        method: Method,
        options: LaneOptions = _OPTIONS,
        server_credentials: grpc.ServerCredentials | None = None,
        arguments: Sequence[tuple[str, Any]] = (),
        **others: Any,
    ) -> Served:
        handlers = [build_handler(method, **others)]
        doors = {PATH: TaskDoor(method)} if kind == "fast_door" else {}
        lane: Lane = PublicLane(handlers, options) if kind == "public" else FastLane(handlers, doors, options)
        if server_credentials is None:
            address = f"127.0.0.1:{lane.add_insecure_port('127.0.0.1:0')}"
        else:
            address = f"127.0.0.1:{lane.add_secure_port('127.0.0.1:0', server_credentials)}"
        await lane.start()
        served = Served(lane, address, grpc.aio.insecure_channel(address, (NO_PROXY, *arguments)))
        started.append(served)
        return served

    yield start
    for served in started:
        await served.channel.close()
        await served.lane.stop(0)


async def end(call: Any) -> grpc.aio.AioRpcError:
    """Wait for a call that must not succeed, and return how it ended."""
    with pytest.raises(grpc.aio.AioRpcError) as refusal:
        await call
    return refusal.value
