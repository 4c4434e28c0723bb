"""Sends requests with a fixed number in flight and checks the content of every reply."""

import selectors
import time
from collections.abc import Callable
from dataclasses import dataclass

from tests.bench.cpu import cpu_ns
from tests.bench.http2 import Connection

STREAMS = 4
"""Calls in flight on one connection, where there are that many."""


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
    """One round of load over a few connections; replies are kept and checked when the clock has stopped."""

    def __init__(self, target: Target, in_flight: int, requests: int) -> None:
        self._target = target
        self._left = self._requests = requests
        self._count = max(1, in_flight // STREAMS)
        self._each = in_flight // self._count
        self.replies: list[bytes] = []
        self.latencies: list[int] = []

    def run(self) -> None:
        """Send everything and wait for every answer."""
        target = self._target
        with selectors.DefaultSelector() as selector:
            for _ in range(self._count):
                connection = Connection(target.address, target.method, target.metadata, target.request)
                selector.register(connection.socket, selectors.EVENT_READ, connection)
                self._start(connection, self._each)
            while len(self.replies) < self._requests:
                for key, _ in selector.select(30):
                    self._start(key.data, key.data.receive(self._take))
            for key in list(selector.get_map().values()):
                key.data.close()

    def _start(self, connection: Connection, calls: int) -> None:
        calls = min(calls, self._left)
        self._left -= calls
        if calls:
            connection.start(calls)

    def _take(self, reply: bytes, latency: int) -> None:
        self.replies.append(reply)
        self.latencies.append(latency)


def measure(target: Target, *, in_flight: int, requests: int) -> Measurement:
    """Run one round of load.

    Args:
        target: Where to.
        in_flight: Requests under way at any time.
        requests: How many in all.
    """
    one = _Round(target, in_flight, requests)
    cpu_before, started = cpu_ns(target.pid), time.perf_counter()
    one.run()
    elapsed, cpu = time.perf_counter() - started, cpu_ns(target.pid) - cpu_before
    faults = [fault for fault in map(target.check, one.replies) if fault]
    if faults:
        print(f"{target.name}: {len(faults)} wrong, first: {faults[0]}")
    ordered = sorted(one.latencies)
    return Measurement(
        rate=requests / elapsed,
        p50_us=ordered[len(ordered) // 2] / 1_000,
        p99_us=ordered[len(ordered) * 99 // 100] / 1_000,
        cpu_us=cpu / 1_000 / requests,
        wrong=len(faults),
    )
