"""What a caller and a method see of a call, whichever lane it comes in by."""

import asyncio
import gzip
from collections.abc import AsyncIterator
from typing import Any

import grpc
import pytest

from actions_runtime.server.lanes.door import Metadata
from actions_runtime.server.lanes.lane import LaneOptions
from actions_runtime.server.status import WireStatus
from tests.actions_runtime.server.lanes.conftest import PATH, Serve, end


async def _echo(_metadata: Metadata, request: bytes, _remaining: float | None) -> bytes:
    return request


async def test_bytes_and_metadata_arrive_as_they_were_sent(serve: Serve) -> None:
    seen: list[Metadata] = []

    async def note(metadata: Metadata, request: bytes, _remaining: float | None) -> bytes:
        seen.append(metadata)
        return request[::-1]

    served = await serve(note)
    sent = (("authorization", "Bearer x"), ("key-bin", b"\x00\xff"), ("twice", "1"), ("twice", "2"))
    assert await served.call(b"\x00ab", metadata=sent) == b"ba\x00"
    (metadata,) = seen
    assert [pair for pair in metadata if pair[0] != "user-agent"] == list(sent)
    assert isinstance(dict(metadata)["key-bin"], bytes)


async def test_an_empty_message_is_a_message(serve: Serve) -> None:
    served = await serve(_echo)
    assert await served.call(b"") == b""


async def test_a_refusal_brings_its_message_and_trailers(serve: Serve) -> None:
    trailers = (("grpc-status-details-bin", b"\x08\x08\xff"), ("grpc-retry-pushback-ms", "1000"))

    async def refuse(_metadata: Metadata, _request: bytes, _remaining: float | None) -> WireStatus:
        return WireStatus(grpc.StatusCode.RESOURCE_EXHAUSTED, "zu viel: 100% €", trailers)

    refusal = await end((await serve(refuse)).call(b"x"))
    assert (refusal.code(), refusal.details()) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "zu viel: 100% €")
    assert dict(list(refusal.trailing_metadata())) == dict(trailers)


async def test_a_method_that_does_not_exist_is_unimplemented(serve: Serve) -> None:
    served = await serve(_echo)
    for path in ("/lanes.Test/Other", "/no.Such/Service", "/", "/lanes.Test/Unary/", "/lanes.Test/\N{SNOWMAN}"):
        call: Any = served.channel.unary_unary(path)
        assert (await end(call(b"x"))).code() is grpc.StatusCode.UNIMPLEMENTED
    assert await served.call(b"still here") == b"still here"


async def test_a_request_up_to_the_limit_is_taken_and_a_longer_one_refused(serve: Serve) -> None:
    served = await serve(_echo, LaneOptions(message_bytes=100_000), arguments=[("grpc.max_receive_message_length", -1)])
    assert await served.call(bytes(100_000)) == bytes(100_000)
    refusal = await end(served.call(bytes(100_001)))
    assert refusal.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert "100001 vs. 100000" in str(refusal.details())
    assert await served.call(b"still here") == b"still here"


async def test_a_compressed_request_is_read_and_its_limit_is_that_of_its_content(serve: Serve) -> None:
    served = await serve(_echo, LaneOptions(message_bytes=100_000))
    assert await served.call(bytes(90_000), compression=grpc.Compression.Gzip) == bytes(90_000)
    assert len(gzip.compress(bytes(200_000))) < 1_000
    refusal = await end(served.call(bytes(200_000), compression=grpc.Compression.Gzip))
    assert refusal.code() is grpc.StatusCode.RESOURCE_EXHAUSTED


async def test_a_long_answer_is_sent_whole(serve: Serve) -> None:
    async def grow(_metadata: Metadata, _request: bytes, _remaining: float | None) -> bytes:
        return bytes(6 * 1024 * 1024)

    served = await serve(grow, arguments=[("grpc.max_receive_message_length", -1)])
    assert len(await served.call(b"")) == 6 * 1024 * 1024


async def test_a_method_knows_the_time_that_is_left(serve: Serve) -> None:
    async def tell(_metadata: Metadata, _request: bytes, remaining: float | None) -> bytes:
        return str(remaining).encode()

    served = await serve(tell)
    assert await served.call(b"") == b"None"
    assert 0 < float(await served.call(b"", timeout=3_000)) < 3_100  # gRPC rounds up on the wire


class _Silent:
    """A method that keeps its callers waiting, and counts them."""

    def __init__(self) -> None:
        self.entered = asyncio.Semaphore(0)
        self.left = asyncio.Semaphore(0)

    async def __call__(self, _metadata: Metadata, _request: bytes, _remaining: float | None) -> bytes:
        self.entered.release()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.left.release()
            raise
        return b""


async def test_a_deadline_ends_the_call_and_the_method(serve: Serve) -> None:
    silent = _Silent()
    served = await serve(silent)
    assert (await end(served.call(b"x", timeout=0.2))).code() is grpc.StatusCode.DEADLINE_EXCEEDED
    await silent.left.acquire()


async def test_a_method_learns_that_its_caller_has_hung_up(serve: Serve) -> None:
    silent = _Silent()
    call = (await serve(silent)).call(b"x")
    await silent.entered.acquire()
    call.cancel()
    await silent.left.acquire()


async def test_a_method_learns_that_its_callers_connection_is_gone(serve: Serve) -> None:
    silent = _Silent()
    served = await serve(silent)
    calls = [served.call(b"x") for _ in range(3)]
    for _ in calls:
        await silent.entered.acquire()
    await served.channel.close()
    for _ in calls:
        await silent.left.acquire()


async def test_an_answer_after_the_deadline_is_dropped(serve: Serve) -> None:
    """The loop is held until the deadline has passed: call, request, deadline and answer come all at once."""

    async def answer(_metadata: Metadata, request: bytes, _remaining: float | None) -> bytes:
        if request == b"hold":
            held.set()
        return request

    held = asyncio.Event()
    served = await serve(answer)
    await served.call(b"connect")
    late = served.call(b"late", timeout=0.05)
    hold = asyncio.get_running_loop().time() + 0.2
    while asyncio.get_running_loop().time() < hold:
        pass
    assert (await end(late)).code() is grpc.StatusCode.DEADLINE_EXCEEDED
    assert await served.call(b"hold") == b"hold"
    assert held.is_set()


async def _repeat(request: bytes, _context: Any) -> AsyncIterator[bytes]:
    for _ in range(3):
        yield request


async def _write(request: bytes, context: Any) -> None:
    await context.send_initial_metadata((("first", "1"),))
    for _ in range(3):
        context.disable_next_message_compression()
        await context.write(request)
    context.set_trailing_metadata((("last", "2"),))


async def _sum_up(requests: AsyncIterator[bytes], _context: Any) -> bytes:
    return b"".join([request async for request in requests])


async def _mirror(requests: AsyncIterator[bytes], context: Any) -> AsyncIterator[bytes]:
    async for request in requests:
        if request == b"stop":
            await context.abort(grpc.StatusCode.ABORTED, "stopped")
        yield request


async def _choose(request: bytes, context: Any) -> bytes:
    context.set_code(grpc.StatusCode.DATA_LOSS)
    context.set_details("lost")
    return request


_OTHERS: dict[str, Any] = {
    "Repeat": grpc.unary_stream_rpc_method_handler(_repeat),
    "Write": grpc.unary_stream_rpc_method_handler(_write),
    "SumUp": grpc.stream_unary_rpc_method_handler(_sum_up),
    "Mirror": grpc.stream_stream_rpc_method_handler(_mirror),
    "Choose": grpc.unary_unary_rpc_method_handler(_choose),
}


async def test_streams_of_answers_arrive_whole(serve: Serve) -> None:
    served = await serve(_echo, **_OTHERS)
    for name in ("Repeat", "Write"):
        call: Any = served.channel.unary_stream(f"/lanes.Test/{name}")
        running = call(b"x")
        assert [message async for message in running] == [b"x", b"x", b"x"]
        assert await running.code() is grpc.StatusCode.OK
    assert dict(list(await running.initial_metadata()))["first"] == "1"
    assert dict(list(await running.trailing_metadata()))["last"] == "2"


async def test_streams_of_requests_are_read_to_their_end(serve: Serve) -> None:
    served = await serve(_echo, **_OTHERS)
    sum_up: Any = served.channel.stream_unary("/lanes.Test/SumUp")
    assert await sum_up(iter([b"a", b"b", b""])) == b"ab"
    mirror: Any = served.channel.stream_stream("/lanes.Test/Mirror")
    assert [message async for message in mirror(iter([b"a", b"b"]))] == [b"a", b"b"]
    running = mirror(iter([b"a", b"stop"]))
    assert await running.read() == b"a"
    assert (await running.code(), await running.details()) == (grpc.StatusCode.ABORTED, "stopped")


async def test_a_method_may_choose_the_status_without_leaving(serve: Serve) -> None:
    served = await serve(_echo, **_OTHERS)
    call: Any = served.channel.unary_unary("/lanes.Test/Choose")
    refusal = await end(call(b"x"))
    assert (refusal.code(), refusal.details()) == (grpc.StatusCode.DATA_LOSS, "lost")


async def test_a_reader_that_hangs_up_ends_the_stream(serve: Serve) -> None:
    ended = asyncio.Event()

    async def endless(request: bytes, context: Any) -> AsyncIterator[bytes]:
        context.add_done_callback(lambda _context: ended.set())
        while True:
            yield request

    served = await serve(_echo, Endless=grpc.unary_stream_rpc_method_handler(endless))
    call: Any = served.channel.unary_stream("/lanes.Test/Endless")
    running = call(bytes(10_000))
    await running.read()
    running.cancel()
    await ended.wait()
    assert await served.call(b"still here") == b"still here"


async def test_a_method_may_look_at_its_caller(serve: Serve) -> None:
    seen: list[Any] = []

    async def look(request: bytes, context: Any) -> bytes:
        seen.extend((context.peer(), context.peer_identities(), context.peer_identity_key(), context.code()))
        seen.append(context.auth_context()["transport_security_type"])
        return request

    served = await serve(_echo, Look=grpc.unary_unary_rpc_method_handler(look))
    call: Any = served.channel.unary_unary("/lanes.Test/Look")
    await call(b"x")
    assert seen[0].startswith("ipv4:127.0.0.1:")
    assert seen[1:3] == [None, None]
    assert seen[4] == [b"insecure"]


@pytest.mark.parametrize("kind", ["fast", "fast_door"], indirect=True)
class TestTheFastLanesOwnManners:
    """Where ``grpc.aio`` keeps a caller waiting or tells it of the server's inside, the fast lane does not."""

    async def test_a_call_without_a_request_is_the_callers_fault(self, serve: Serve) -> None:
        served = await serve(_echo)
        call: Any = served.channel.stream_unary(PATH)
        assert (await end(call(iter(())))).code() is grpc.StatusCode.INVALID_ARGUMENT

    async def test_a_method_that_raises_tells_its_caller_nothing(self, serve: Serve, log: Any) -> None:
        async def fail(_request: bytes, _context: Any) -> bytes:
            raise ValueError("the secret is tangerine")

        served = await serve(_echo, Fail=grpc.unary_unary_rpc_method_handler(fail))
        call: Any = served.channel.unary_unary("/lanes.Test/Fail")
        refusal = await end(call(b"x"))
        assert refusal.code() is grpc.StatusCode.INTERNAL
        assert "tangerine" not in str(refusal.details()) + log.getvalue()
        assert str(refusal.details()).removeprefix("internal error, id ") in log.getvalue()

    async def test_a_body_that_cannot_be_read_is_the_callers_fault(self, serve: Serve) -> None:
        handler = grpc.unary_unary_rpc_method_handler(_choose, request_deserializer=lambda data: data.decode())
        served = await serve(_echo, Read=handler)
        call: Any = served.channel.unary_unary("/lanes.Test/Read")
        assert (await end(call(b"\xff"))).code() is grpc.StatusCode.INVALID_ARGUMENT

    async def test_an_answer_that_cannot_be_sent_ends_the_call(self, serve: Serve) -> None:
        async def refuse(_metadata: Metadata, _request: bytes, _remaining: float | None) -> WireStatus:
            return WireStatus(grpc.StatusCode.ABORTED, "", (("Not A Key", "x"),))

        served = await serve(refuse)
        assert (await end(served.call(b"x", timeout=20))).code() is grpc.StatusCode.INTERNAL
