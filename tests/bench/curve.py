"""Latency over load: every target at growing numbers of requests in flight."""

from collections.abc import Mapping, Sequence
from typing import Any

from tests.bench.comparing import compare
from tests.bench.driving import Endpoint

LEVELS = (1, 2, 4, 8, 16, 32, 64, 128)


def measure_curve(
    endpoints: Mapping[str, Endpoint], levels: Sequence[int], *, rounds: int, seconds: float, driver: str
) -> dict[str, Any]:
    """Measure every target at every number of requests in flight.

    Args:
        endpoints: The targets by name.
        levels: Numbers of requests under way.
        rounds: How many at each.
        seconds: How long one measurement lasts.
        driver: Which driver gives the figures.
    """
    results = [compare(endpoints, in_flight=one, rounds=rounds, seconds=seconds, driver=driver) for one in levels]
    return {
        "levels": [
            {"in_flight": one.in_flight, "figures": {name: one.figures(name) for name in one.names}} for one in results
        ],
        "wrong": sum(one.wrong for one in results),
    }
