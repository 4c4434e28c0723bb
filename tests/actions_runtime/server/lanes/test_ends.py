"""How a lane stops, and what callers of every kind see of it."""

import asyncio
import contextlib
import socket
import struct
import subprocess
import sys
import threading
from typing import Any

import grpc
import pytest

from actions_runtime.server.lanes.door import Metadata
from actions_runtime.server.lanes.fast import FastLane
from actions_runtime.server.lanes.lane import LaneOptions
from tests.actions_runtime.server.lanes.conftest import Serve, end

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, SETTINGS = 0, 1, 4


def _frame(kind: int, flags: int, stream: int, payload: bytes) -> bytes:
    return struct.pack("!I", len(payload))[1:] + struct.pack("!BBI", kind, flags, stream) + payload


def _literal(name: str, value: str) -> bytes:
    return b"\0" + bytes([len(name)]) + name.encode() + bytes([len(value)]) + value.encode()


_HEAD = b"".join(
    _literal(name, value)
    for name, value in (
        (":method", "POST"),
        (":scheme", "http"),
        (":path", "/lanes.Test/Unary"),
        (":authority", "x"),
        ("te", "trailers"),
        ("content-type", "application/grpc"),
    )
)
_NO_WINDOW = _frame(SETTINGS, 0, 0, struct.pack("!HI", 4, 0))


def _connect(address: str, data: bytes) -> socket.socket:
    """Send bytes on a connection of its own, and read no answer."""
    host, _, port = address.rpartition(":")
    connection = socket.create_connection((host, int(port)))
    connection.sendall(data)
    return connection


class _Slow:
    """A method that answers when it is told to."""

    def __init__(self) -> None:
        self.entered = asyncio.Semaphore(0)
        self.go = asyncio.Event()

    async def __call__(self, _metadata: Metadata, request: bytes, _remaining: float | None) -> bytes:
        self.entered.release()
        await self.go.wait()
        return request


async def test_a_call_in_flight_is_answered_while_the_lane_stops(serve: Serve) -> None:
    slow = _Slow()
    served = await serve(slow)
    running = served.call(b"x")
    await slow.entered.acquire()
    stopping = asyncio.ensure_future(served.lane.stop(60))
    await asyncio.sleep(0)
    slow.go.set()
    assert await running == b"x"
    await stopping
    assert (await end(served.call(b"x"))).code() is grpc.StatusCode.UNAVAILABLE


async def test_a_call_that_takes_too_long_is_cut_off(serve: Serve) -> None:
    slow = _Slow()
    served = await serve(slow)
    running = served.call(b"x")
    await slow.entered.acquire()
    await served.lane.stop(0.05)
    assert (await end(running)).code() in {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED}
    slow.go.set()


async def test_every_call_ends_when_a_lane_stops_under_load(serve: Serve) -> None:
    async def echo(_metadata: Metadata, request: bytes, _remaining: float | None) -> bytes:
        return request

    served = await serve(echo)
    answered = asyncio.Event()
    codes: set[grpc.StatusCode] = set()

    async def ask() -> None:
        with contextlib.suppress(asyncio.CancelledError):
            while not codes:
                try:
                    assert await served.call(b"x") == b"x"
                except grpc.aio.AioRpcError as error:
                    codes.add(error.code())
                answered.set()

    async with asyncio.TaskGroup() as group:
        for _ in range(32):
            group.create_task(ask())
        await answered.wait()
        await served.lane.stop(60)
    assert codes <= {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED}


async def test_a_lane_that_is_stopping_can_be_hurried(serve: Serve) -> None:
    slow = _Slow()
    served = await serve(slow)
    running = served.call(b"x")
    await slow.entered.acquire()
    patient = asyncio.ensure_future(served.lane.stop(600))
    await asyncio.sleep(0)
    await served.lane.stop(0)
    await patient
    assert (await end(running)).code() in {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED}


async def test_a_lane_stops_twice_and_without_having_started(serve: Serve, kind: str) -> None:
    served = await serve(_Slow())
    await served.lane.stop(0)
    await served.lane.stop(0)
    if kind == "fast":
        FastLane([], {}, LaneOptions(4_096)).add_insecure_port("127.0.0.1:0")
        await FastLane([], {}, LaneOptions(4_096)).stop(0)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(PREFACE, id="preface"),
        pytest.param(PREFACE + _frame(SETTINGS, 0, 0, b""), id="settings"),
        pytest.param(PREFACE + _frame(SETTINGS, 0, 0, b"") + _frame(HEADERS, 4, 1, _HEAD), id="no message"),
        pytest.param(
            PREFACE
            + _frame(SETTINGS, 0, 0, b"")
            + _frame(HEADERS, 4, 1, _HEAD)
            + _frame(DATA, 0, 1, b"\0\0\0\0\x09ab"),
            id="half a message",
        ),
        pytest.param(
            PREFACE + _NO_WINDOW + _frame(HEADERS, 4, 1, _HEAD) + _frame(DATA, 1, 1, b"\0\0\0\0\x02ab"),
            id="no window for the answer",
        ),
    ],
)
async def test_clients_that_stop_half_way_keep_neither_others_nor_the_end_waiting(serve: Serve, data: bytes) -> None:
    async def grow(_metadata: Metadata, request: bytes, _remaining: float | None) -> bytes:
        return request * 1_000

    served = await serve(grow)
    stuck = [_connect(served.address, data) for _ in range(5)]
    assert len(await served.call(b"ab")) == 2_000
    await served.lane.stop(0.05)
    for connection in stuck:
        connection.close()


async def test_an_address_that_is_taken_is_told(serve: Serve) -> None:
    served = await serve(_Slow())
    with pytest.raises(RuntimeError):
        served.lane.add_insecure_port(served.address)


async def test_nothing_is_left_of_a_lane_that_has_stopped(kind: str, serve: Serve) -> None:
    async def echo(_metadata: Metadata, request: bytes, _remaining: float | None) -> bytes:
        return request

    served = await serve(echo)
    assert await served.call(b"x") == b"x"
    assert any(thread.name == "fast-lane" for thread in threading.enumerate()) is (kind != "public")
    await served.lane.stop(0)
    assert not any(thread.name == "fast-lane" for thread in threading.enumerate())


async def test_a_lane_listens_on_a_unix_socket(kind: str, tmp_path: Any) -> None:
    from actions_runtime.server.lanes.public import PublicLane
    from tests.actions_runtime.server.lanes.conftest import PATH, TaskDoor, build_handler

    async def echo(_metadata: Metadata, request: bytes, _remaining: float | None) -> bytes:
        return request

    options, handlers = LaneOptions(4_096), [build_handler(echo)]
    doors = {PATH: TaskDoor(echo)} if kind == "fast_door" else {}
    lane = PublicLane(handlers, options) if kind == "public" else FastLane(handlers, doors, options)
    address = f"unix:{tmp_path}/s"
    lane.add_insecure_port(address)
    await lane.start()
    async with grpc.aio.insecure_channel(address) as channel:
        call: Any = channel.unary_unary(PATH)
        assert await call(b"x") == b"x"
    await lane.stop(0)


async def test_lanes_share_a_port_when_they_are_told_to(serve: Serve) -> None:
    served = await serve(_Slow(), LaneOptions(4_096, reuse_port=True))
    second = FastLane([], {}, LaneOptions(4_096, reuse_port=True))
    assert f"127.0.0.1:{second.add_insecure_port(served.address)}" == served.address


_STUCK = """
import asyncio, gc
from actions_runtime.server.lanes import fast
from actions_runtime.server.lanes.lane import LaneOptions

async def run():
    lane = fast.FastLane([], {}, LaneOptions(4_096))
    lane.add_insecure_port("127.0.0.1:0")
    await lane.start()
    lane._pump._give = lambda event: None
    await lane.stop(0)

fast._CUT_OFF_S = 0.1
asyncio.run(run())
gc.collect()
"""


def test_a_lane_that_cannot_stop_keeps_nobody_waiting() -> None:
    """Its events are lost, so it never learns that it has stopped; neither its end nor the program's may hang."""
    ended = subprocess.run([sys.executable, "-c", _STUCK], capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 0, ended.stderr
    assert "lane_does_not_stop" in ended.stdout + ended.stderr
