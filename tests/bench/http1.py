"""A client for peers that speak HTTP/1.1: one call at a time on a connection, every reply handed out."""

import http.client
import socket
import time
from collections.abc import Sequence

from tests.bench.http2 import Call, Take


class Connection:
    """One connection with at most one call in flight.

    Args:
        address: host:port.
    """

    def __init__(self, address: str) -> None:
        self._client = http.client.HTTPConnection(address, timeout=30)
        self._client.connect()
        self._started: tuple[Call, int] | None = None

    @property
    def socket(self) -> socket.socket:
        """What to wait on."""
        return self._client.sock

    @property
    def in_flight(self) -> int:
        """Calls that have not ended."""
        return int(self._started is not None)

    def start(self, calls: Sequence[Call]) -> None:
        """Send a call."""
        for call in calls:
            self._started = call, time.perf_counter_ns()
            self._client.request("POST", call.path, call.message, {"content-type": "application/json"})

    def receive(self, take: Take) -> int:
        """Read the reply and hand it out; returns how many calls have ended."""
        assert self._started is not None
        call, started = self._started
        body = self._client.getresponse().read()
        self._started = None
        take(call, body, time.perf_counter_ns() - started)
        return 1

    def close(self) -> None:
        """Close the connection."""
        self._client.close()
