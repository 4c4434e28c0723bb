"""One run that alternates all targets: every round measures each once, and ratios are taken inside a round."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from tests.bench.driving import Endpoint
from tests.bench.measuring import Measurement, measure, spread

FIGURES = ("rate", "p50_us", "p99_us", "cpu_us")
WARM_UP_S = 0.3
CHECKED = 200
"""Replies whose content is checked beside one run of h2load, at least as many as are in flight."""

Spread = tuple[float, float, float]


@dataclass
class Comparison:
    """What the rounds showed at one number of requests in flight.

    Attributes:
        in_flight: Requests under way at any time.
        rounds: The measurements of each round, by target.
    """

    in_flight: int
    rounds: list[dict[str, Measurement]] = field(default_factory=list)

    @property
    def names(self) -> list[str]:
        """The targets."""
        return list(self.rounds[0]) if self.rounds else []

    @property
    def wrong(self) -> int:
        """Wrong replies of all rounds."""
        return sum(one.wrong for each in self.rounds for one in each.values())

    def figures(self, name: str) -> dict[str, Spread]:
        """Return minimum, median and maximum of each figure of a target."""
        return {figure: spread([getattr(one[name], figure) for one in self.rounds]) for figure in FIGURES}

    def ratios(self, name: str, other: str) -> dict[str, Spread]:
        """Return minimum, median and maximum of each figure of a target over another's in the same round."""
        return {
            figure: spread([getattr(one[name], figure) / getattr(one[other], figure) for one in self.rounds])
            for figure in FIGURES
        }

    def export(self) -> dict[str, Any]:
        """Return everything as JSON can carry it."""
        return {
            "in_flight": self.in_flight,
            "figures": {name: self.figures(name) for name in self.names},
            "ratios": {
                name: {other: self.ratios(name, other) for other in self.names if other != name} for name in self.names
            },
            "rounds": [{name: asdict(one) for name, one in each.items()} for each in self.rounds],
        }


def compare(
    endpoints: Mapping[str, Endpoint],
    *,
    in_flight: int,
    rounds: int,
    seconds: float,
    driver: str,
    factors: Mapping[str, float] | None = None,
) -> Comparison:
    """Measure every target in every round; each round starts with another.

    Args:
        endpoints: The targets by name.
        in_flight: Requests under way at any time.
        rounds: How many.
        seconds: How long one measurement lasts.
        driver: Which driver gives the figures.
        factors: How many times longer some targets are measured.
    """
    names, long = list(endpoints), {**dict.fromkeys(endpoints, 1.0), **(factors or {})}
    warm = min(WARM_UP_S, seconds)
    for name in names:
        measure(endpoints[name], in_flight=in_flight, seconds=warm * long[name], driver=driver, checked=in_flight)
    result = Comparison(in_flight)
    for number in range(rounds):
        measured = {
            name: measure(
                endpoints[name],
                in_flight=in_flight,
                seconds=seconds * long[name],
                driver=driver,
                checked=round(CHECKED / long[name]),
            )
            for name in _rotate(names, number)
        }
        result.rounds.append({name: measured[name] for name in names})
    return result


def _rotate(names: Sequence[str], by: int) -> list[str]:
    place = by % len(names)
    return [*names[place:], *names[:place]]
