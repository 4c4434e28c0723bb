"""The checking driver: sends calls with a fixed number in flight, or at a fixed rate, and checks every reply."""

import selectors
import ssl
import time
from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import cycle, islice

from tests.bench import http1, http2
from tests.bench.http2 import Call

STREAMS = 4
"""Calls in flight on one connection, where there are that many."""

PATIENCE_S = 60
CONNECTIONS = 8
"""Connections that carry a fixed rate."""

TICK_S = 0.001
"""How often calls are sent at a fixed rate."""

MOST_IN_FLIGHT = 256
"""Calls that a fixed rate may pile up before it falls behind."""

Connection = http1.Connection | http2.Connection


@dataclass(frozen=True)
class Endpoint:
    """Something that can be called.

    Attributes:
        name: As printed.
        address: host:port.
        pid: The server's process; everything below it is counted as server.
        call: What is sent.
        slack_bytes: Bytes by which two right replies may differ.
        http1: Whether it speaks HTTP/1.1 instead of gRPC.
        tls: How connections are encrypted; None sends clear text.
    """

    name: str
    address: str
    pid: int
    call: Call
    slack_bytes: int = 0
    http1: bool = False
    tls: ssl.SSLContext | None = None

    def split(self, in_flight: int) -> tuple[int, int]:
        """Return how many connections carry that many calls, and how many calls each."""
        streams = 1 if self.http1 else min(STREAMS, in_flight)
        return max(1, in_flight // streams), streams

    def connect(self) -> Connection:
        """Open a connection."""
        return http1.Connection(self.address) if self.http1 else http2.Connection(self.address, self.tls)


@dataclass
class Replies:
    """What came back.

    Attributes:
        latencies_ns: One for each reply, in the order of arrival.
        sizes: Bytes of all replies.
        faults: What was wrong, at most a few.
        wrong: How many replies were wrong.
        seconds: From the first request to the last reply.
        behind: Calls that a fixed rate left unsent since too many were in flight.
    """

    latencies_ns: "array[int]" = field(default_factory=lambda: array("Q"))
    sizes: int = 0
    faults: list[str] = field(default_factory=list)
    wrong: int = 0
    seconds: float = 0.0
    behind: int = 0

    def take(self, call: Call, reply: bytes, latency_ns: int) -> None:
        """Check and count a reply."""
        self.latencies_ns.append(latency_ns)
        self.sizes += len(reply)
        if fault := call.check(reply):
            self.wrong += 1
            if len(self.faults) < 3:
                self.faults.append(fault)

    def percentile_us(self, percent: float) -> float:
        """Return a percentile of the latency in microseconds."""
        ordered = sorted(self.latencies_ns)
        return ordered[min(int(len(ordered) * percent / 100), len(ordered) - 1)] / 1_000


class _Fleet:
    """Connections to one endpoint, and a selector over them."""

    def __init__(self, endpoint: Endpoint, count: int) -> None:
        self.selector = selectors.DefaultSelector()
        self.connections = [endpoint.connect() for _ in range(count)]
        for connection in self.connections:
            self.selector.register(connection.socket, selectors.EVENT_READ, connection)

    def wait(self, timeout: float) -> list[Connection]:
        """Return the connections on which something has come."""
        return [key.data for key, _ in self.selector.select(timeout)]

    def close(self) -> None:
        """Close everything."""
        self.selector.close()
        for connection in self.connections:
            connection.close()


def drive(endpoint: Endpoint, calls: Iterable[Call], *, in_flight: int) -> Replies:
    """Send calls with a fixed number in flight and check every reply when the clock has stopped.

    Args:
        endpoint: Where to.
        calls: What to send, in order.
        in_flight: Calls under way at any time.

    Raises:
        TimeoutError: Nothing came for a minute.
    """
    left = iter(calls)
    kept: list[tuple[Call, bytes, int]] = []
    count, streams = endpoint.split(in_flight)
    fleet = _Fleet(endpoint, count)
    started = time.perf_counter()
    try:
        for connection in fleet.connections:
            connection.start(list(islice(left, streams)))
        while any(connection.in_flight for connection in fleet.connections):
            ready = fleet.wait(PATIENCE_S)
            if not ready:
                raise TimeoutError(f"{endpoint.name}: no reply for {PATIENCE_S} s")
            for connection in ready:
                if ended := connection.receive(lambda *one: kept.append(one)):
                    connection.start(list(islice(left, ended)))
        seconds = time.perf_counter() - started
    finally:
        fleet.close()
    replies = Replies(seconds=seconds)
    for one in kept:
        replies.take(*one)
    return replies


def drive_one_by_one(endpoint: Endpoint, calls: Iterable[Call], *, interval_s: float) -> Replies:
    """Send calls one at a time over one connection, each at its moment or when the one before has ended.

    Args:
        endpoint: Where to.
        calls: What to send, in order.
        interval_s: Seconds from one call to the next.
    """
    fleet, replies = _Fleet(endpoint, 1), Replies()
    started = time.perf_counter()
    try:
        for number, call in enumerate(calls):
            time.sleep(max(0.0, started + number * interval_s - time.perf_counter()))
            fleet.connections[0].start([call])
            _drain(fleet, replies)
    finally:
        fleet.close()
    replies.seconds = time.perf_counter() - started
    return replies


@dataclass
class Pace:
    """Which calls are due at a fixed rate, told a thousand times a second: one by one they would cost too much.

    Attributes:
        rate: Calls per second.
        told: Calls that were told to be due.
        started: When the first was due, on the clock of :func:`time.perf_counter`.
        next_s: When the next are told, in seconds since the beginning.
    """

    rate: float
    told: int = 0
    started: float = field(default_factory=time.perf_counter)
    next_s: float = 0.0

    @property
    def elapsed(self) -> float:
        """Seconds since the beginning."""
        return time.perf_counter() - self.started

    @property
    def pause(self) -> float:
        """Seconds until the next calls are told."""
        return max(0.0, self.next_s - self.elapsed)

    def take_due(self) -> int:
        """Return how many calls have become due."""
        elapsed = self.elapsed
        if elapsed < self.next_s:
            return 0
        self.next_s = elapsed + TICK_S
        due = int(elapsed * self.rate) - self.told
        self.told += due
        return due


def drive_steadily(
    endpoint: Endpoint, calls: Iterator[Call], *, rate: float, seconds: float, notice: Callable[[Replies], Replies]
) -> Replies:
    """Send calls at a fixed rate, whether the earlier ones are back or not, and check each reply as it comes.

    Args:
        endpoint: Where to; a server that speaks gRPC.
        calls: What to send, without end.
        rate: Calls per second.
        seconds: How long.
        notice: Called again and again with what came since the last time; returns the same or new replies to fill.

    Returns:
        What came since ``notice`` last returned new ones.
    """
    fleet, replies, pace = _Fleet(endpoint, CONNECTIONS), Replies(), Pace(rate)
    turns = cycle(fleet.connections)
    try:
        while pace.elapsed < seconds:
            left = pace.take_due()
            if left:
                room = max(0, MOST_IN_FLIGHT - sum(connection.in_flight for connection in fleet.connections))
                replies.behind += max(0, left - room)
                left = min(left, room)
            while some := list(islice(calls, min(left, STREAMS))):
                next(turns).start(some)  # what is due at once goes out at once
                left -= len(some)
            for connection in fleet.wait(pace.pause):
                connection.receive(replies.take)
            replies = notice(replies)
        _drain(fleet, replies)
    finally:
        fleet.close()
    return replies


def _drain(fleet: _Fleet, replies: Replies) -> None:
    """Wait for what is in flight."""
    while under_way := sum(connection.in_flight for connection in fleet.connections):
        ready = fleet.wait(PATIENCE_S)
        if not ready:
            replies.wrong += under_way
            replies.faults.append(f"no reply for {PATIENCE_S} s")
            return
        for connection in ready:
            connection.receive(replies.take)
