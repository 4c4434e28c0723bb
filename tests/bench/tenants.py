"""What many tenants cost: in turn and as often as in life, a tenant's first execution, and memory per worker."""

import itertools
import random
import statistics
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from actions_runtime.settings import Settings
from tests.bench.cart import ACTION, MERGE_CART, SOURCE
from tests.bench.cpu import cpu_ns
from tests.bench.driving import Endpoint, Replies, drive, drive_one_by_one
from tests.bench.http2 import Call
from tests.bench.measuring import spread
from tests.bench.memory import list_pss
from tests.bench.servers import make_tenant, running_server
from tests.bench.work import METHOD, Work, set_access_claim
from tests.server_process import Server

MARK = "tenant_mark"
INTERVAL_S = 0.02
_MAKERS = 4
_SEED = 20_261_124


def mark_work(mark: str) -> Work:
    """Build the cart's work with a claim that no other tenant's answer carries."""
    source = f'{SOURCE.rstrip()}\n    api.access_token.set_custom_claim("{MARK}", "{mark}")\n'
    return Work({ACTION: source}, MERGE_CART.event, (*MERGE_CART.expected, set_access_claim(ACTION, MARK, mark)))


def make_calls(server: Server, count: int) -> list[Call]:
    """Make tenants with an action of their own each; returns a call of each."""

    def make(number: int) -> Call:
        work = mark_work(f"tenant {number}")
        return Call(METHOD, work.request, work.find_fault, make_tenant(server, work).metadata)

    with ThreadPoolExecutor(_MAKERS) as makers:
        return list(makers.map(make, range(count)))


@dataclass(frozen=True)
class Order:
    """In which order tenants log in.

    Attributes:
        name: As printed.
        tenants: How many there are.
        zipf: Whether the n-th tenant comes 1/n as often as the first, at random; in turn otherwise.
    """

    name: str
    tenants: int
    zipf: bool = False

    def arrange(self, calls: Sequence[Call], count: int, number: int) -> Iterator[Call]:
        """Arrange so many calls; every round another part of the order."""
        some = calls[: self.tenants]
        if self.zipf:
            weights = [1 / place for place in range(1, len(some) + 1)]
            return iter(random.Random(_SEED + number).choices(some, weights, k=count))
        return itertools.islice(itertools.cycle(some), number * count, (number + 1) * count)


def list_orders(most: int) -> list[Order]:
    """List the orders: one tenant, a tenth and all of them in turn, and all of them by Zipf."""
    tenth = max(2, most // 10)
    return [
        Order("1 tenant", 1),
        Order(f"{tenth} in turn", tenth),
        Order(f"{most} in turn", most),
        Order(f"{most} by Zipf", most, zipf=True),
    ]


def measure_tenants(
    scratch: Path, *, tenants: int, first: int, in_flight: Sequence[int], rounds: int, requests: int
) -> dict[str, Any]:
    """Measure first executions, then every order in every round; all by the checking driver.

    Measured twice: with as many workers as the server keeps by default, and with room for a worker of every tenant.

    Args:
        scratch: Where the server's files go.
        tenants: How many there are in all.
        first: How many of them make a first call after deploy, and another after their workers were thrown away.
        in_flight: Numbers of requests under way.
        rounds: How many.
        requests: Requests of one measurement.
    """
    folder, orders = scratch / "tenants", list_orders(tenants)
    default = int(Settings.model_fields["pool_max_workers"].default)
    rooms: list[dict[str, Any]] = []
    first_ones: dict[str, Any] = {}
    calls: list[Call] = []
    for workers in (default, tenants + default):
        with running_server(scratch, {"pool_max_workers": str(workers)}, folder=folder) as server:
            calls = calls or make_calls(server, tenants)
            endpoint = Endpoint("server", server.address, server.process.pid, calls[0])
            first_ones = first_ones or _measure_first(endpoint, calls[:first])
            warm = drive(endpoint, calls, in_flight=8)
            levels = [_measure_orders(endpoint, calls, orders, number, rounds, requests) for number in in_flight]
            wrong = warm.wrong + sum(level["wrong"] for level in levels)
            rooms.append({"workers": workers, "levels": levels, "pss_kib": list_pss(endpoint.pid), "wrong": wrong})
    total = sum(one["wrong"] for one in (*first_ones.values(), *rooms))
    return {"tenants": tenants, "first": first_ones, "rooms": rooms, "wrong": total}


def _measure_first(endpoint: Endpoint, calls: Sequence[Call]) -> dict[str, Any]:
    """Measure each tenant's first execution after deploy, and its next when its worker has long been another's."""
    found = {}
    for when in ("after deploy", "after eviction"):
        replies = drive_one_by_one(endpoint, calls, interval_s=INTERVAL_S)
        found[when] = {
            "executions": len(replies.latencies_ns),
            "p50_us": replies.percentile_us(50),
            "p99_us": replies.percentile_us(99),
            "wrong": replies.wrong,
            "faults": replies.faults,
        }
    return found


def _measure_orders(
    endpoint: Endpoint, calls: list[Call], orders: list[Order], in_flight: int, rounds: int, requests: int
) -> dict[str, Any]:
    figures: dict[str, dict[str, list[float]]] = {order.name: {} for order in orders}
    wrong, faults = 0, []
    for number in range(rounds):
        for order in orders:
            cpu = cpu_ns(endpoint.pid)
            replies = drive(endpoint, order.arrange(calls, requests, number), in_flight=in_flight)
            cpu = cpu_ns(endpoint.pid) - cpu
            for name, value in _read(replies, cpu).items():
                figures[order.name].setdefault(name, []).append(value)
            wrong += replies.wrong
            faults += replies.faults
    base = figures[orders[0].name]
    return {
        "in_flight": in_flight,
        "figures": {name: {one: spread(values) for one, values in each.items()} for name, each in figures.items()},
        "ratios": {
            name: {
                one: spread([value / other for value, other in zip(values, base[one], strict=True)])
                for one, values in each.items()
            }
            for name, each in figures.items()
        },
        "wrong": wrong,
        "faults": faults[:3],
    }


def _read(replies: Replies, cpu: int) -> dict[str, float]:
    requests = len(replies.latencies_ns)
    return {
        "rate": requests / replies.seconds,
        "p50_us": replies.percentile_us(50),
        "p99_us": replies.percentile_us(99),
        "cpu_us": cpu / 1_000 / requests,
    }


def median_kib(sizes: Sequence[int]) -> float:
    """Return the median of sizes in KiB; 0 of none."""
    return statistics.median(sizes) if sizes else 0.0
