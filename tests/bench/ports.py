"""Ports to listen on that no outgoing connection of the load can occupy."""

import itertools
import os
import socket
from collections.abc import Iterator
from pathlib import Path

LOWEST = 20_000
_RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")


def _read_lowest_ephemeral() -> int:
    return int(_RANGE.read_text().split()[0]) if _RANGE.exists() else 32_768


def _list_ports() -> Iterator[int]:
    """Go round the ports below the ephemeral range, from a place that differs from run to run."""
    ports = range(LOWEST, max(_read_lowest_ephemeral(), LOWEST + 1_000))
    start = os.getpid() * 37 % len(ports)
    return itertools.cycle([*ports[start:], *ports[:start]])


_PORTS = _list_ports()


def find_port() -> int:
    """Return a port of loopback that nobody listens on, below the kernel's ephemeral range."""
    for port in itertools.islice(_PORTS, 12_000):
        with socket.socket() as one:
            try:
                one.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
    raise OSError("no free port below the ephemeral range")
