"""What becomes of a call whose door does not do as it should."""

import asyncio
import io
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import grpc
import pytest

from actions_runtime.server.lanes.door import Answer, FlowDoor, Metadata
from actions_runtime.server.lanes.fast import FastLane
from actions_runtime.server.lanes.lane import LaneOptions
from actions_runtime.server.status import WireStatus
from tests.actions_runtime.server.lanes.conftest import NO_PROXY, PATH, end

Open = Callable[[FlowDoor], Awaitable[Any]]


@pytest.fixture
async def open_door() -> AsyncIterator[Open]:
    """Serves a door, and gives what calls it."""
    lanes: list[tuple[FastLane, grpc.aio.Channel]] = []

    async def serve(door: FlowDoor) -> Any:
        lane = FastLane([], {PATH: door}, LaneOptions(4_096))
        channel = grpc.aio.insecure_channel(f"127.0.0.1:{lane.add_insecure_port('127.0.0.1:0')}", (NO_PROXY,))
        lanes.append((lane, channel))
        await lane.start()
        return channel.unary_unary(PATH)

    yield serve
    for lane, channel in lanes:
        await channel.close()
        await lane.stop(0)


class _Door:
    """Does as the request says."""

    def __init__(self) -> None:
        self.answers: asyncio.Queue[Answer] = asyncio.Queue()
        self.hang_ups = 0

    def execute(
        self, _metadata: Metadata, request: bytes, _deadline: float | None, answer: Answer
    ) -> Callable[[], None] | None:
        match request:
            case b"raise":
                raise ValueError("the secret is tangerine")
            case b"twice":
                answer(b"first")
                answer(b"second")
            case b"answer and raise":
                answer(b"answered")
                raise ValueError("too late")
            case b"trailer":
                answer(WireStatus(grpc.StatusCode.ABORTED, "", (("Not A Key", "x"),)))
            case b"later":
                self.answers.put_nowait(answer)
                return self._hang_up
            case _:
                answer(request)
        return None

    def _hang_up(self) -> None:
        self.hang_ups += 1


async def test_a_door_that_raises_is_a_fault_of_ours_and_tells_nothing(open_door: Open, log: io.StringIO) -> None:
    call = await open_door(_Door())
    refusal = await end(call(b"raise"))
    assert refusal.code() is grpc.StatusCode.INTERNAL
    assert str(refusal.details()).removeprefix("internal error, id ") in log.getvalue()
    assert "tangerine" not in str(refusal.details()) + log.getvalue()
    assert await call(b"x") == b"x"


async def test_the_first_answer_counts(open_door: Open) -> None:
    call = await open_door(_Door())
    assert await call(b"twice") == b"first"
    assert await call(b"answer and raise") == b"answered"
    assert await call(b"x") == b"x"


async def test_an_answer_that_cannot_be_sent_ends_the_call(open_door: Open, log: io.StringIO) -> None:
    call = await open_door(_Door())
    assert (await end(call(b"trailer", timeout=20))).code() is grpc.StatusCode.INTERNAL
    assert await call(b"x") == b"x"


async def test_an_answer_after_the_caller_has_gone_is_dropped(open_door: Open) -> None:
    door = _Door()
    call = await open_door(door)
    running = call(b"later")
    answer = await door.answers.get()
    running.cancel()
    while not door.hang_ups:
        await asyncio.sleep(0.001)
    answer(b"too late")
    assert await call(b"x") == b"x"


async def test_a_door_is_not_told_of_the_end_of_a_call_that_it_has_answered(open_door: Open) -> None:
    door = _Door()
    call = await open_door(door)
    running = call(b"later")
    (await door.answers.get())(b"now")
    assert await running == b"now"
    assert await call(b"x") == b"x"
    assert door.hang_ups == 0


async def test_an_answer_after_the_lane_has_stopped_is_dropped() -> None:
    door = _Door()
    lane = FastLane([], {PATH: door}, LaneOptions(4_096))
    channel = grpc.aio.insecure_channel(f"127.0.0.1:{lane.add_insecure_port('127.0.0.1:0')}", (NO_PROXY,))
    await lane.start()
    call: Any = channel.unary_unary(PATH)
    running = call(b"later")
    answer = await door.answers.get()
    await lane.stop(0)
    assert door.hang_ups == 1
    answer(b"too late")
    assert (await end(running)).code() in {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED}
    await channel.close()
