"""Raw load by h2load: cheap, so that the server and not the client fills the machine.

h2load counts every HTTP 200 as a success, and a failed gRPC call is one. So each run's answer bytes per request are
compared with those of calls that were made alone and checked.
"""

import re
import shutil
import statistics
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.bench.driving import Endpoint

COMMAND = "h2load"
PACKAGE = "nghttp2-client"
_REQUESTS = re.compile(r"requests: .* (\d+) failed, (\d+) errored, (\d+) timeout")
_STATUS = re.compile(r"status codes: \d+ 2xx, (\d+) 3xx, (\d+) 4xx, (\d+) 5xx")
_DATA = re.compile(r"\((\d+)\) data")
_TIMEOUT_S = 120


@dataclass(frozen=True)
class RawLoad:
    """What h2load saw.

    Attributes:
        requests: How many ended.
        rate: Requests per second.
        p50_us: Median latency in microseconds.
        p99_us: 99th percentile of latency in microseconds.
        failed: Requests that did not end with HTTP 200.
        reply_bytes: Answer bytes per request, gRPC's framing included.
    """

    requests: int
    rate: float
    p50_us: float
    p99_us: float
    failed: int
    reply_bytes: float


def is_installed() -> bool:
    """Tell whether this machine has h2load."""
    return shutil.which(COMMAND) is not None


def load(endpoint: Endpoint, *, in_flight: int, seconds: float) -> RawLoad:
    """Send the same call for a while.

    Args:
        endpoint: Where to.
        in_flight: Calls under way at any time.
        seconds: How long; longer when no request ends in that time.

    Raises:
        RuntimeError: h2load ended with an error, or no request ended in sixteen times as long.
    """
    for factor in (1, 4, 16):
        if seen := _load(endpoint, in_flight, seconds * factor):
            return seen
    raise RuntimeError(f"{endpoint.name}: no request ended in {seconds * 16:.0f} s")


def _load(endpoint: Endpoint, in_flight: int, seconds: float) -> RawLoad | None:
    with tempfile.TemporaryDirectory() as folder:
        body, log = Path(folder) / "body", Path(folder) / "log"
        body.write_bytes(endpoint.call.message if endpoint.http1 else endpoint.call.framed)
        command = [*_build_command(endpoint, in_flight, seconds), "-d", str(body), "--log-file", str(log)]
        scheme = "https" if endpoint.tls else "http"
        command.append(f"{scheme}://{endpoint.address}{endpoint.call.path}")
        ended = subprocess.run(command, capture_output=True, text=True, timeout=_TIMEOUT_S + seconds, check=False)
        if ended.returncode or not log.exists():
            raise RuntimeError(f"{endpoint.name}: h2load ended with {ended.returncode}: {ended.stdout}{ended.stderr}")
        return _read(ended.stdout, log) if log.stat().st_size else None


def _build_command(endpoint: Endpoint, in_flight: int, seconds: float) -> list[str]:
    connections, streams = endpoint.split(in_flight)
    fixed = [COMMAND, "-t", "1", "-D", f"{seconds * 1_000:.0f}ms", "-c", str(connections), "-m", str(streams)]
    if endpoint.http1:
        return [*fixed, "--h1", "-H", "content-type: application/json"]
    headers = [("te", "trailers"), ("content-type", "application/grpc"), *endpoint.call.metadata]
    return [*fixed, *(part for name, value in headers for part in ("-H", f"{name}: {value}"))]


def _read(printed: str, log: Path) -> RawLoad:
    rows = [tuple(map(int, line.split("\t"))) for line in log.read_text().splitlines()]
    latencies = sorted(row[2] for row in rows)
    first, last = min(row[0] for row in rows), max(row[0] + row[2] for row in rows)
    failed = sum(int(number) for pattern in (_REQUESTS, _STATUS) for number in _find(pattern, printed))
    return RawLoad(
        requests=len(rows),
        rate=len(rows) / ((last - first) / 1_000_000),
        p50_us=statistics.median(latencies),
        p99_us=latencies[len(latencies) * 99 // 100],
        failed=failed,
        reply_bytes=int(_find(_DATA, printed)[0]) / len(rows),
    )


def _find(pattern: re.Pattern[str], printed: str) -> tuple[str, ...]:
    found = pattern.search(printed)
    if not found:
        raise RuntimeError(f"h2load printed something else: {printed}")
    return found.groups()
