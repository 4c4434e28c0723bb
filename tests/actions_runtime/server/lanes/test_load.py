"""What many calls leave behind: nothing."""

import asyncio
import gc
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import grpc
import pytest

from actions_runtime.server.lanes.context import Context
from actions_runtime.server.lanes.door import Metadata
from actions_runtime.server.lanes.flow import FlowCall
from actions_runtime.server.lanes.tags import Awaited, Closing
from tests.actions_runtime.server.lanes.conftest import Serve, Served

pytestmark = pytest.mark.parametrize("kind", ["fast", "fast_door"], indirect=True)

IN_FLIGHT = 32
Settle = Callable[[], Awaitable[int]]


async def _echo(_metadata: Metadata, request: bytes, _remaining: float | None) -> bytes:
    await asyncio.sleep(0)
    return request


async def _ask(served: Served, times: int) -> None:
    async def ask() -> None:
        for number in range(times // IN_FLIGHT):
            request = number.to_bytes(8, "big")
            assert await served.call(request) == request

    await asyncio.gather(*(ask() for _ in range(IN_FLIGHT)))


def _count_descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def _count_calls() -> int:
    gc.collect()
    return sum(isinstance(one, FlowCall | Context | Awaited | Closing) for one in gc.get_objects())


@pytest.fixture
def settle() -> Settle:
    """Waits until the last events have been taken, and counts what there is of this test's calls."""
    before = _count_calls()

    async def wait() -> int:
        left = _count_calls() - before
        for _ in range(50):
            if left <= 0:
                break
            await asyncio.sleep(0.02)
            left = _count_calls() - before
        return left

    return wait


async def test_ten_thousand_calls_leave_nothing_behind(serve: Serve, settle: Settle, kind: str) -> None:
    served = await serve(_echo)
    await _ask(served, 320)
    assert await settle() <= 0
    descriptors, others = _count_descriptors(), len(gc.get_objects())
    await _ask(served, 10_000 if kind == "fast_door" else 2_000)
    assert await settle() <= 0
    assert _count_descriptors() == descriptors
    assert len(gc.get_objects()) - others < 1_000


async def test_answered_calls_are_freed_without_the_collector(serve: Serve, settle: Settle) -> None:
    """A cycle of references would keep every call until the collector comes by."""
    served = await serve(_echo)
    await _ask(served, 320)
    await settle()
    gc.disable()
    try:
        await _ask(served, 960)
        await asyncio.sleep(0.05)
        left = sum(isinstance(one, FlowCall | Closing) for one in gc.get_objects())
    finally:
        gc.enable()
    assert left < IN_FLIGHT * 2


async def test_a_storm_of_hang_ups_is_told_in_full_and_leaves_nothing_behind(serve: Serve, settle: Settle) -> None:
    told = 0

    async def silent(_metadata: Metadata, request: bytes, _remaining: float | None) -> bytes:
        nonlocal told
        if request == b"answer":
            return request
        entered.release()
        try:
            await asyncio.Event().wait()
        finally:
            told += 1
        return b""

    entered = asyncio.Semaphore(0)
    served = await serve(silent)
    calls: list[Any] = [served.call(b"x") for _ in range(1_000)]
    for _ in calls[:500]:
        await entered.acquire()
    for call in calls:
        call.cancel()  # half of them before the server has taken them up
    await asyncio.gather(*calls, return_exceptions=True)
    assert await served.call(b"answer") == b"answer"
    assert await settle() <= 0
    assert told >= 500
    assert await served.call(b"answer") == b"answer"


async def test_a_storm_of_deadlines_leaves_nothing_behind(serve: Serve, settle: Settle) -> None:
    async def late(_metadata: Metadata, request: bytes, _remaining: float | None) -> bytes:
        await asyncio.sleep(0.02)
        return request

    served = await serve(late)
    calls: list[Any] = [served.call(b"x", timeout=0.02) for _ in range(500)]
    ends = await asyncio.gather(*calls, return_exceptions=True)
    kinds = {end.code() if isinstance(end, grpc.aio.AioRpcError) else end for end in ends}
    assert kinds <= {b"x", grpc.StatusCode.DEADLINE_EXCEEDED}
    assert await served.call(b"x") == b"x"
    assert await settle() <= 0


async def test_a_slow_reader_keeps_nobody_waiting(serve: Serve, settle: Settle) -> None:
    async def endless(_request: bytes, context: Any) -> None:
        while True:
            await context.write(bytes(100_000))

    served = await serve(_echo, Endless=grpc.unary_stream_rpc_method_handler(endless))
    stream: Any = served.channel.unary_stream("/lanes.Test/Endless")
    readers = [stream(b"x") for _ in range(2)]
    for reader in readers:
        await reader.read()
    async with grpc.aio.insecure_channel(served.address, (("grpc.use_local_subchannel_pool", 1),)) as own:
        call: Any = own.unary_unary("/lanes.Test/Unary")
        for _ in range(200):
            assert await call(b"x") == b"x"
    for reader in readers:
        reader.cancel()
    assert await settle() <= 0
