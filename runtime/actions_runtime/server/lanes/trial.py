"""A trial of the fast lane before it takes a call: what a login relies on, over a real connection.

Runs in: server.

grpcio's private layer may change in ways that no missing name tells of. The trial listens where only this machine can
reach it, calls itself as an auth server would, and wants every answer, refusal, deadline and hang-up to arrive.
"""

import asyncio
import secrets
import sys
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from typing import Any, Final

import grpc

from actions_runtime.server.lanes.door import Answer, Metadata
from actions_runtime.server.lanes.fast import FastLane
from actions_runtime.server.lanes.lane import LaneOptions
from actions_runtime.server.status import WireStatus

TRIAL_S: Final = 5.0
"""The most seconds that the trial may take; it takes below 0.1 where nothing is wrong and nobody else busy."""

_SERVICE: Final = "actions.trial.Trial"
_OPTIONS: Final = LaneOptions(message_bytes=4_096)
_DEADLINES_S: Final = (0.02, 0.2, 1.0)
"""Tried in turn: on a busy machine a short deadline passes before the call is there."""

_REFUSAL: Final = WireStatus(
    grpc.StatusCode.RESOURCE_EXHAUSTED, "Später.", (("trial-bin", b"\x00\xff"), ("grpc-retry-pushback-ms", "7"))
)


class TrialFailed(Exception):
    """The fast lane cannot be used; the text says what did not work."""


async def try_fast_lane() -> float:
    """Run the trial.

    Returns:
        How many seconds it took.

    Raises:
        TrialFailed: Something did not work.
    """
    started = time.perf_counter()
    door = _TrialDoor()
    lane = FastLane([_build_handler()], {f"/{_SERVICE}/Door": door}, _OPTIONS)
    try:
        async with asyncio.timeout(TRIAL_S):
            await _run(lane, door)
    except TimeoutError as error:
        await lane.stop(0)
        raise TrialFailed("the trial did not come to an end") from error
    except Exception as error:
        await lane.stop(0)
        raise TrialFailed(str(error) or type(error).__name__) from error
    return time.perf_counter() - started


class _Waiting:
    """A call that the door keeps waiting."""

    def __init__(self) -> None:
        self.entered = asyncio.Event()
        self.hung_up = asyncio.Event()
        self.deadline: float | None = None
        self.answer: Answer = _drop


def _drop(_result: bytes | WireStatus) -> None:
    """Stand for the answer of a call that is not there yet."""


class _TrialDoor:
    """Echoes, refuses, or keeps waiting, as the request says."""

    def __init__(self) -> None:
        self.waiting: defaultdict[bytes, _Waiting] = defaultdict(_Waiting)
        self.too_long = False

    def execute(
        self, metadata: Metadata, request: bytes, deadline: float | None, answer: Answer
    ) -> Callable[[], object] | None:
        """Start one call."""
        self.too_long |= len(request) > _OPTIONS.message_bytes
        if request == b"refuse":
            answer(_REFUSAL)
        elif request.startswith(b"wait"):
            call = self.waiting[request]
            call.answer, call.deadline = answer, deadline
            call.entered.set()
            return call.hung_up.set
        else:
            answer(request + dict(metadata)["trial-bin"])  # type: ignore[operator] # bytes, by the key's end
        return None


def _build_handler() -> grpc.GenericRpcHandler:
    async def repeat(request: bytes, _context: Any) -> AsyncIterator[bytes]:
        yield request
        yield request

    handlers: dict[str, grpc.RpcMethodHandler[Any, Any]] = {"Repeat": grpc.unary_stream_rpc_method_handler(repeat)}
    return grpc.method_handlers_generic_handler(_SERVICE, handlers)


async def _run(lane: FastLane, door: _TrialDoor) -> None:
    address = f"unix-abstract:actions-{secrets.token_hex(8)}" if sys.platform == "linux" else "127.0.0.1:0"
    port = lane.add_insecure_port(address)
    await lane.start()
    target = address if sys.platform == "linux" else f"127.0.0.1:{port}"
    channel = grpc.insecure_channel(target, (("grpc.enable_http_proxy", 0),))
    try:
        large = _start(channel, "Door", bytes(_OPTIONS.message_bytes + 1))
        await _try_answers(channel)
        await _try_ends(channel, door)
        large.cancel()  # grpcio 1.85.3 may take half a second to refuse it, which is not waited for
        refused = (await _end(large)).code() in {grpc.StatusCode.RESOURCE_EXHAUSTED, grpc.StatusCode.CANCELLED}
        _require(refused and not door.too_long, "the refusal of a message that is too long")
        await _try_stop(lane, channel, door)
    finally:
        channel.close()


async def _try_answers(channel: grpc.Channel) -> None:
    body = secrets.token_bytes(2_000)
    answer = await _end(_start(channel, "Door", body))
    _require(answer.code() is grpc.StatusCode.OK and answer.result() == body + b"\x00\x01", "an answer")
    refusal = await _end(_start(channel, "Door", b"refuse"))
    trailers = dict(refusal.trailing_metadata() or ())
    told = refusal.code() is _REFUSAL.code and refusal.details() == _REFUSAL.message
    _require(told and all(trailers.get(key) == value for key, value in _REFUSAL.trailers), "a refusal")
    unknown = await _end(_start(channel, "Unknown", b""))
    _require(unknown.code() is grpc.StatusCode.UNIMPLEMENTED, "the refusal of an unknown method")
    stream: Any = channel.unary_stream(f"/{_SERVICE}/Repeat")
    messages = await asyncio.to_thread(lambda: list(stream(b"x", timeout=TRIAL_S)))
    _require(messages == [b"x", b"x"], "a stream")


async def _try_ends(channel: grpc.Channel, door: _TrialDoor) -> None:
    call = door.waiting[b"wait"]
    running = _start(channel, "Door", b"wait")
    await call.entered.wait()
    _require(call.deadline is None, "the absence of a deadline")
    running.cancel()
    await call.hung_up.wait()
    for seconds in _DEADLINES_S:
        if await _try_deadline(channel, door, seconds):
            return
    raise TrialFailed("a call with a deadline did not arrive")


async def _try_deadline(channel: grpc.Channel, door: _TrialDoor, seconds: float) -> bool:
    """Let a deadline pass, and tell whether the call was there before."""
    request = f"wait {seconds}".encode()
    call = door.waiting[request]
    late = await _end(_start(channel, "Door", request, timeout=seconds))
    _require(late.code() is grpc.StatusCode.DEADLINE_EXCEEDED, "a deadline")
    try:
        async with asyncio.timeout(seconds):
            await call.entered.wait()
    except TimeoutError:
        return False
    await call.hung_up.wait()
    _require(call.deadline is not None and call.deadline <= time.monotonic() + 1, "the time of a deadline")
    call.answer(b"too late")
    return True


async def _try_stop(lane: FastLane, channel: grpc.Channel, door: _TrialDoor) -> None:
    call = door.waiting[b"wait for the end"]
    running = _start(channel, "Door", b"wait for the end")
    await call.entered.wait()
    stopping = asyncio.ensure_future(lane.stop(TRIAL_S))
    await asyncio.sleep(0)
    call.answer(b"last")
    last = await _end(running)
    _require(last.code() is grpc.StatusCode.OK and last.result() == b"last", "an answer while stopping")
    await stopping


def _start(channel: grpc.Channel, method: str, request: bytes, timeout: float | None = None) -> Any:
    call: Any = channel.unary_unary(f"/{_SERVICE}/{method}")
    return call.future(request, timeout=timeout, metadata=(("trial-bin", b"\x00\x01"),))


async def _end(call: Any) -> Any:
    """Wait until a call has ended, without a thread."""
    loop = asyncio.get_running_loop()
    ended = loop.create_future()

    def tell() -> None:
        if not ended.done():
            ended.set_result(None)

    call.add_done_callback(lambda _call: loop.call_soon_threadsafe(tell))
    await ended
    return call


def _require(arrived: bool, what: str) -> None:
    if not arrived:
        raise TrialFailed(f"{what} did not arrive as it should")
