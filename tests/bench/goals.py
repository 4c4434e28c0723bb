"""What a login may cost, and whether a run's medians stay within it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.bench.targets import ECHO, EXECUTION, FAST, PUBLIC, TUNED

Results = Mapping[str, Any]
Find = Callable[[Results], float]
MEDIAN = 1


@dataclass(frozen=True)
class Goal:
    """A bound.

    Attributes:
        text: What is bounded.
        bound: The number.
        least: Whether it is the least that will do; the most otherwise.
        find: Finds the measured value; raises :class:`LookupError` where it was not measured.
    """

    text: str
    bound: float
    least: bool
    find: Find

    @property
    def sign(self) -> str:
        """The bound's direction."""
        return "at least" if self.least else "at most"

    def holds(self, found: float) -> bool:
        """Tell whether a value stays within the bound."""
        return found >= self.bound if self.least else found <= self.bound


def _level(results: Results, key: str, in_flight: int) -> Mapping[str, Any]:
    part = results[key]
    levels = part if isinstance(part, list) else part["levels"]
    for level in levels:
        if level["in_flight"] == in_flight:
            found: Mapping[str, Any] = level
            return found
    raise KeyError(in_flight)


def ratio(name: str, other: str, figure: str, in_flight: int) -> Find:
    """Find a target's median ratio to another."""
    return lambda results: float(_level(results, "comparison", in_flight)["ratios"][name][other][figure][MEDIAN])


def figure(name: str, what: str, in_flight: int, unit: float = 1.0) -> Find:
    """Find a target's median figure."""
    return lambda results: float(_level(results, "comparison", in_flight)["figures"][name][what][MEDIAN]) / unit


def _first(when: str) -> Find:
    return lambda results: float(results["tenants"]["first"][when]["p99_us"]) / 1_000


def _worker_mib(results: Results) -> float:
    sizes = sorted(results["tenants"]["rooms"][0]["pss_kib"]["worker"])
    return float(sizes[len(sizes) // 2]) / 1_024


def _zipf(room: int) -> Find:
    return lambda results: float(
        results["tenants"]["rooms"][room]["levels"][0]["ratios"]["1000 by Zipf"]["p99_us"][MEDIAN]
    )


_KEPT, _FRESH = (f"isolated-vm, {one} context, 2 processes tuned" for one in ("kept", "fresh"))
_FUNCTIONS = "functions-framework, 2 workers tuned"

GOALS = (
    Goal("requests/s at 32, fast lane / echo", 2.0, True, ratio(FAST, ECHO, "rate", 32)),
    Goal("CPU at 32, fast lane / echo", 0.6, False, ratio(FAST, ECHO, "cpu_us", 32)),
    Goal("requests/s at 1, fast lane / echo", 1.4, True, ratio(FAST, ECHO, "rate", 1)),
    Goal("p99 at 32, fast lane / echo", 0.6, False, ratio(FAST, ECHO, "p99_us", 32)),
    Goal("CPU at 1, fast lane / echo", 0.75, False, ratio(FAST, ECHO, "cpu_us", 1)),
    Goal("CPU at 32, public API / echo", 1.4, False, ratio(PUBLIC, ECHO, "cpu_us", 32)),
    Goal("requests/s at 32, public API / echo", 0.9, True, ratio(PUBLIC, ECHO, "rate", 32)),
    Goal("requests/s at 32, fast lane tuned / isolated-vm kept", 1.2, True, ratio(TUNED, _KEPT, "rate", 32)),
    Goal("requests/s at 1, fast lane tuned / isolated-vm kept", 1.0, True, ratio(TUNED, _KEPT, "rate", 1)),
    Goal("requests/s at 32, fast lane tuned / isolated-vm fresh", 5.0, True, ratio(TUNED, _FRESH, "rate", 32)),
    Goal(
        "requests/s at 32, fast lane tuned / pydantic-monty fresh",
        11.0,
        True,
        ratio(TUNED, "pydantic-monty, fresh session, tuned", "rate", 32),
    ),
    Goal("requests/s at 32, fast lane tuned / functions-framework", 6.0, True, ratio(TUNED, _FUNCTIONS, "rate", 32)),
    Goal("first execution after deploy, p99 ms", 5.0, False, _first("after deploy")),
    Goal("first execution after eviction, p99 ms", 5.0, False, _first("after eviction")),
    Goal("isolation = execution, requests/s at 8", 700.0, True, figure(EXECUTION, "rate", 8)),
    Goal("isolation = execution, p50 ms at 1", 1.5, False, figure(EXECUTION, "p50_us", 1, 1_000)),
    Goal("memory of a warm idle worker, PSS MiB", 4.0, False, _worker_mib),
    Goal("1000 tenants by Zipf at 1, 64 workers, p99 / one tenant", 3.0, False, _zipf(0)),
    Goal("1000 tenants by Zipf at 1, a worker each, p99 / one tenant", 3.0, False, _zipf(1)),
)


def judge(results: Results) -> list[tuple[Goal, float]]:
    """Return the goals of which a run measured something, with what it found; a quick run measures nothing."""
    if results["quick"]:
        return []
    found = []
    for goal in GOALS:
        try:
            found.append((goal, goal.find(results)))
        except LookupError:
            continue
    return found
