"""One measurement of one target: load, latencies, the server's CPU, and whether every answer was right."""

import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import repeat

from tests.bench import h2load
from tests.bench.cpu import cpu_ns
from tests.bench.driving import Endpoint, drive
from tests.bench.http2 import Call

FRAMING_BYTES = 5
LONE_CALLS = 3
H2LOAD, CHECKING = "h2load", "checking driver"
METHOD = {
    H2LOAD: "Requests/s, p50, p99 and CPU are from h2load, whose answer bytes per request are compared in every run "
    "with calls made alone and checked, before and after; beside each run a driver of our own checks the content of "
    "replies at the same number in flight.",
    CHECKING: "All figures are from a driver of our own, which checks the content of every reply and costs more than "
    f"h2load: {h2load.COMMAND} is not on this machine (Debian package {h2load.PACKAGE}).",
}


@dataclass(frozen=True)
class Measurement:
    """What one round of load showed.

    Attributes:
        rate: Requests per second.
        p50_us: Median latency in microseconds.
        p99_us: 99th percentile of latency in microseconds.
        cpu_us: CPU of all server-side processes in microseconds per request.
        requests: How many requests the figures come from.
        checked: Replies whose content was checked.
        wrong: Replies whose content was wrong, calls that failed, and loads whose answers had another size.
        faults: The first of them in words.
    """

    rate: float
    p50_us: float
    p99_us: float
    cpu_us: float
    requests: int
    checked: int
    wrong: int
    faults: tuple[str, ...] = field(default=(), repr=False)


def choose_driver() -> str:
    """Name the driver that gives the figures on this machine."""
    return H2LOAD if h2load.is_installed() else CHECKING


def measure(endpoint: Endpoint, *, in_flight: int, seconds: float, driver: str, checked: int = 200) -> Measurement:
    """Measure a target once.

    Args:
        endpoint: The target.
        in_flight: Requests under way at any time.
        seconds: How long the load lasts.
        driver: ``H2LOAD`` or ``CHECKING``.
        checked: Replies to check beside a run of h2load, at the same number in flight.
    """
    if driver == H2LOAD:
        return _measure_raw(endpoint, in_flight, seconds, max(checked, in_flight))
    return _measure_checked(endpoint, in_flight, seconds)


def _measure_raw(endpoint: Endpoint, in_flight: int, seconds: float, checked: int) -> Measurement:
    before = drive(endpoint, repeat(endpoint.call, LONE_CALLS), in_flight=1)
    cpu = cpu_ns(endpoint.pid)
    raw = h2load.load(endpoint, in_flight=in_flight, seconds=seconds)
    cpu = cpu_ns(endpoint.pid) - cpu
    after = drive(endpoint, repeat(endpoint.call, LONE_CALLS), in_flight=1)
    beside = drive(endpoint, repeat(endpoint.call, checked), in_flight=in_flight)
    faults = [*before.faults, *after.faults, *beside.faults]
    wrong = raw.failed + before.wrong + after.wrong + beside.wrong
    framing = 0 if endpoint.http1 else FRAMING_BYTES
    alone = framing + (before.sizes + after.sizes) / (2 * LONE_CALLS)
    # What was cut off when the time was over may have come in part.
    slack = endpoint.slack_bytes + in_flight * alone / raw.requests
    if not alone - endpoint.slack_bytes <= raw.reply_bytes <= alone + slack:
        wrong += 1
        faults.append(f"{raw.reply_bytes:.1f} answer bytes per request under load, {alone:.1f} alone")
    return Measurement(
        rate=raw.rate,
        p50_us=raw.p50_us,
        p99_us=raw.p99_us,
        cpu_us=cpu / 1_000 / raw.requests,
        requests=raw.requests,
        checked=2 * LONE_CALLS + checked,
        wrong=wrong,
        faults=tuple(faults),
    )


def _measure_checked(endpoint: Endpoint, in_flight: int, seconds: float) -> Measurement:
    cpu = cpu_ns(endpoint.pid)
    replies = drive(endpoint, _repeat_for(endpoint, seconds), in_flight=in_flight)
    cpu = cpu_ns(endpoint.pid) - cpu
    requests = len(replies.latencies_ns)
    return Measurement(
        rate=requests / replies.seconds,
        p50_us=replies.percentile_us(50),
        p99_us=replies.percentile_us(99),
        cpu_us=cpu / 1_000 / requests,
        requests=requests,
        checked=requests,
        wrong=replies.wrong,
        faults=tuple(replies.faults),
    )


def _repeat_for(endpoint: Endpoint, seconds: float) -> Iterator[Call]:
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        yield endpoint.call


def spread(values: list[float]) -> tuple[float, float, float]:
    """Return minimum, median and maximum."""
    return min(values), statistics.median(values), max(values)
