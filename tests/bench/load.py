"""Sends requests with a fixed number in flight and checks the content of every reply."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

import grpc

from tests.bench.cpu import cpu_ns

CHANNELS = 4


@dataclass(frozen=True)
class Target:
    """Something to send requests to.

    Attributes:
        name: As printed.
        address: host:port.
        method: Full gRPC method name.
        pid: The server's process; everything below it is counted.
        request: The serialized request.
        check: Returns what is wrong with a serialized reply, or an empty string.
        metadata: Sent with every request.
    """

    name: str
    address: str
    method: str
    pid: int
    request: bytes
    check: Callable[[bytes], str]
    metadata: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Measurement:
    """What one round of load showed.

    Attributes:
        rate: Requests per second.
        p50_us: Median latency in microseconds.
        p99_us: 99th percentile of latency in microseconds.
        cpu_us: Server CPU in microseconds per request.
        wrong: Replies whose content was wrong, or calls that failed.
    """

    rate: float
    p50_us: float
    p99_us: float
    cpu_us: float
    wrong: int


class _Round:
    def __init__(self, target: Target, requests: int) -> None:
        self.target = target
        self.left = requests
        self.latencies: list[int] = []
        self.faults: list[str] = []

    async def work(self, call: grpc.aio.UnaryUnaryMultiCallable) -> None:
        """Send one request after another until none are left."""
        target = self.target
        while self.left > 0:
            self.left -= 1
            started = time.perf_counter_ns()
            try:
                reply = await call(target.request, metadata=target.metadata, timeout=30)
            except grpc.aio.AioRpcError as error:
                self.faults.append(f"{error.code()}: {error.details()}")
                continue
            self.latencies.append(time.perf_counter_ns() - started)
            fault = target.check(reply)
            if fault:
                self.faults.append(fault)


async def measure(target: Target, *, in_flight: int, requests: int) -> Measurement:
    """Run one round of load.

    Args:
        target: Where to.
        in_flight: Requests under way at any time.
        requests: How many in all.
    """
    count = min(CHANNELS, in_flight)
    channels = [
        grpc.aio.insecure_channel(target.address, options=[("grpc.use_local_subchannel_pool", 1)]) for _ in range(count)
    ]
    calls = [channel.unary_unary(target.method) for channel in channels]
    await asyncio.gather(*(call(target.request, metadata=target.metadata, timeout=30) for call in calls))
    one = _Round(target, requests)
    cpu_before, started = cpu_ns(target.pid), time.perf_counter()
    await asyncio.gather(*(one.work(calls[index % count]) for index in range(in_flight)))
    elapsed, cpu = time.perf_counter() - started, cpu_ns(target.pid) - cpu_before
    for channel in channels:
        await channel.close()
    if one.faults:
        print(f"{target.name}: {len(one.faults)} wrong, first: {one.faults[0]}")
    ordered = sorted(one.latencies) or [0]
    return Measurement(
        rate=len(one.latencies) / elapsed,
        p50_us=ordered[len(ordered) // 2] / 1_000,
        p99_us=ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)] / 1_000,
        cpu_us=cpu / 1_000 / requests,
        wrong=len(one.faults),
    )
