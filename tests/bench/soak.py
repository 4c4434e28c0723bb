"""``python -m tests.bench soak``: four fifths of the peak for long, every reply checked and nothing growing."""

import itertools
import statistics
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tests.bench.driving import Endpoint, Replies, drive, drive_steadily
from tests.bench.http2 import Call
from tests.bench.memory import Holding, read_holdings
from tests.bench.servers import running_server
from tests.bench.tenants import make_calls

SHARE = 0.8
TENANTS = 4
PEAK_IN_FLIGHT = 32
SAMPLES = 60
SETTLED = 0.2
"""Share of the run after which everything must have found its size."""

GROWTH = 1.05
SPARE = {"rss_kib": 4_096, "pss_kib": 4_096, "descriptors": 4, "processes": 2}
"""What may come on top all the same: noise of small numbers."""

BEHIND = 0.001


@dataclass(frozen=True)
class Sample:
    """What the server's processes held at a moment.

    Attributes:
        second: Since the beginning.
        rss_kib: Of all processes.
        pss_kib: Of all processes.
        descriptors: Of all processes.
        processes: How many.
    """

    second: float
    rss_kib: int
    pss_kib: int
    descriptors: int
    processes: int


@dataclass
class Sampler:
    """Reads what a server holds, on a thread of its own: to read it takes longer than a login may wait."""

    pid: int
    interval_s: float
    samples: list[Sample] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Sample until told to stop."""
        started = time.monotonic()
        while not self._stop.wait(self.interval_s):
            self.samples.append(_sum_up(time.monotonic() - started, read_holdings(self.pid)))

    def stop(self) -> None:
        """End it."""
        self._stop.set()


def _sum_up(second: float, holdings: Sequence[Holding]) -> Sample:
    def total(name: str) -> int:
        return sum(getattr(one, name) for one in holdings)

    return Sample(second, total("rss_kib"), total("pss_kib"), total("descriptors"), len(holdings))


def find_growth(samples: Sequence[Sample]) -> dict[str, dict[str, float | bool]]:
    """Judge whether what a server holds stays flat: its last third against its first, once it has settled.

    Args:
        samples: In the order of time; at least ten.
    """
    settled = samples[int(len(samples) * SETTLED) :]
    third = max(1, len(settled) // 3)
    found: dict[str, dict[str, float | bool]] = {}
    for name, spare in SPARE.items():
        early, late = (
            statistics.median(getattr(one, name) for one in part) for part in (settled[:third], settled[-third:])
        )
        found[name] = {"early": early, "late": late, "flat": late <= early * GROWTH + spare}
    return found


@dataclass
class Intervals:
    """Cuts the run's replies into parts of equal length."""

    length_s: float
    started: float = field(default_factory=time.monotonic)
    parts: list[dict[str, Any]] = field(default_factory=list)

    def notice(self, replies: Replies) -> Replies:
        """Take the replies when a part is over."""
        if time.monotonic() - self.started < self.length_s * (len(self.parts) + 1):
            return replies
        self.close(replies)
        return Replies()

    def close(self, replies: Replies) -> None:
        """Take the last replies."""
        if replies.latencies_ns or replies.wrong:
            self.parts.append(
                {
                    "requests": len(replies.latencies_ns),
                    "p50_us": replies.percentile_us(50) if replies.latencies_ns else 0.0,
                    "p99_us": replies.percentile_us(99) if replies.latencies_ns else 0.0,
                    "wrong": replies.wrong,
                    "behind": replies.behind,
                    "faults": replies.faults,
                }
            )


def measure_soak(scratch: Path, *, seconds: float, say: Callable[[str], None]) -> dict[str, Any]:
    """Run at four fifths of the peak, as the same driver measures it, and judge what was seen.

    Args:
        scratch: Where the server's files go.
        seconds: How long; the measurement of the peak comes on top.
        say: Prints a line.
    """
    with running_server(scratch) as server:
        calls = make_calls(server, TENANTS)
        endpoint = Endpoint("server", server.address, server.process.pid, calls[0])
        peak = _find_peak(endpoint, calls, min(10.0, seconds / 6))
        rate = peak * SHARE
        say(f"peak {peak:.0f}/s at {PEAK_IN_FLIGHT} in flight, checked; {seconds:.0f} s at {rate:.0f}/s")
        length = seconds / SAMPLES
        sampler, intervals = Sampler(endpoint.pid, length), Intervals(length)
        thread = threading.Thread(target=sampler.run)
        thread.start()
        try:
            turns = itertools.cycle(calls)
            last = drive_steadily(endpoint, turns, rate=rate, seconds=seconds, notice=intervals.notice)
        finally:
            sampler.stop()
            thread.join()
        intervals.close(last)
    return _judge(rate, peak, sampler.samples, intervals.parts)


def _find_peak(endpoint: Endpoint, calls: Sequence[Call], seconds: float) -> float:
    """Return requests per second with the driver that checks every reply; the first run only warms up."""
    rate = 0.0
    for part in (0.3, 1.0):
        end = time.perf_counter() + seconds * part
        turns = itertools.takewhile(lambda _: time.perf_counter() < end, itertools.cycle(calls))  # noqa: B023
        replies = drive(endpoint, turns, in_flight=PEAK_IN_FLIGHT)
        rate = len(replies.latencies_ns) / replies.seconds
    return rate


def _judge(rate: float, peak: float, samples: list[Sample], parts: list[dict[str, Any]]) -> dict[str, Any]:
    requests = sum(part["requests"] for part in parts)
    wrong = sum(part["wrong"] for part in parts)
    behind = sum(part["behind"] for part in parts)
    growth = find_growth(samples)
    return {
        "peak": peak,
        "rate": rate,
        "requests": requests,
        "wrong": wrong,
        "faults": [fault for part in parts for fault in part["faults"]][:3],
        "behind": behind,
        "p50_us": statistics.median(part["p50_us"] for part in parts),
        "p99_us": statistics.median(part["p99_us"] for part in parts),
        "worst_p99_us": max(part["p99_us"] for part in parts),
        "growth": growth,
        "held": not wrong and behind <= requests * BEHIND and all(one["flat"] for one in growth.values()),
        "samples": [asdict(one) for one in samples],
        "parts": parts,
    }
