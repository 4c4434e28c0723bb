"""``make bench``: what a login costs here, beside a bare echo and beside others that do the same work.

Without a part named, the comparison of the default targets. Every run prints, and writes where it is told, minimum,
median and maximum over its rounds; every ratio is taken inside a round.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tests.bench import plots, report
from tests.bench.comparing import compare
from tests.bench.curve import LEVELS, measure_curve
from tests.bench.encryption import measure_encryption
from tests.bench.growth import AXES, Axis, measure_growth
from tests.bench.machine import describe_machine
from tests.bench.measuring import METHOD, choose_driver
from tests.bench.servers import scratch_folder
from tests.bench.soak import measure_soak
from tests.bench.targets import DEFAULT, DRAWN, TARGETS, choose, opened
from tests.bench.tenants import measure_tenants

ALL = ("compare", "curve", "growth", "tenants", "encryption")
PARTS = (*ALL, "soak", "all", "list", "render")


class Run:
    """A run of some parts, whose results are written after each.

    Args:
        arguments: The command line.
    """

    def __init__(self, arguments: argparse.Namespace) -> None:
        self._arguments = arguments
        self._driver = choose_driver()
        self._rounds = 1 if arguments.quick else arguments.rounds
        self._seconds = 0.2 if arguments.quick else arguments.seconds
        self._few = min(self._rounds, 3)
        self.results: dict[str, Any] = {
            "machine": describe_machine(),
            "driver": self._driver,
            "method": METHOD[self._driver],
            "quick": arguments.quick,
            "seconds": {},
            "skipped": {},
            "wrong": 0,
        }

    def do(self, part: str) -> None:
        """Measure one part."""
        started = time.monotonic()
        with scratch_folder() as scratch:
            done: dict[str, Callable[[Path], None]] = {
                "compare": self._compare,
                "curve": self._curve,
                "growth": self._growth,
                "tenants": self._tenants,
                "encryption": self._encryption,
                "soak": self._soak,
            }
            done[part](scratch)
        self.results["seconds"][part] = round(time.monotonic() - started)
        self._write()

    def _choose(self, default: Sequence[str]) -> list[str]:
        return list(self._arguments.target or default)

    def _compare(self, scratch: Path) -> None:
        names = [one.name for one in TARGETS] if self._arguments.part == "all" else list(DEFAULT)
        targets = choose(self._choose(names))
        levels = (1, 32) if self._arguments.part != "all" else (1, 8, 32)
        with opened(targets, scratch) as (endpoints, skipped):
            self.results["skipped"] |= skipped
            found = [
                compare(
                    endpoints,
                    in_flight=number,
                    rounds=self._rounds,
                    seconds=self._seconds,
                    driver=self._driver,
                    factors={one.name: one.seconds for one in targets},
                )
                for number in levels
            ]
        self._keep("comparison", [one.export() for one in found], sum(one.wrong for one in found))

    def _curve(self, scratch: Path) -> None:
        levels = LEVELS[:2] if self._arguments.quick else LEVELS
        with opened(choose(self._choose(DRAWN)), scratch) as (endpoints, skipped):
            self.results["skipped"] |= skipped
            found = measure_curve(endpoints, levels, rounds=self._few, seconds=self._seconds, driver=self._driver)
        self._keep("curve", found, found["wrong"])

    def _growth(self, scratch: Path) -> None:
        axes = [Axis(one.name, one.values[:2], one.build) for one in AXES] if self._arguments.quick else AXES
        found = [
            measure_growth(
                axis, scratch, in_flight=(1, 32), rounds=self._few, seconds=self._seconds, driver=self._driver
            )
            for axis in axes
        ]
        self._keep("growth", found, sum(one["wrong"] for one in found))

    def _tenants(self, scratch: Path) -> None:
        count, first, requests = (20, 10, 40) if self._arguments.quick else (1_000, 300, 2_000)
        found = measure_tenants(
            scratch, tenants=count, first=first, in_flight=(1, 8), rounds=self._few, requests=requests
        )
        self._keep("tenants", found, found["wrong"])

    def _encryption(self, scratch: Path) -> None:
        found = measure_encryption(scratch, in_flight=(1, 32), rounds=self._rounds, seconds=self._seconds)
        self._keep("encryption", found, found["wrong"])

    def _soak(self, scratch: Path) -> None:
        seconds = 6.0 if self._arguments.quick else self._arguments.minutes * 60
        found = measure_soak(scratch, seconds=seconds, say=lambda line: print(line, flush=True))
        self._keep("soak", found, found["wrong"])

    def _keep(self, name: str, found: Any, wrong: int) -> None:
        self.results[name] = found
        self.results["wrong"] += wrong
        print(f"\n{report.RENDERERS[name](found)}", flush=True)

    def _write(self) -> None:
        if self._arguments.json:
            self._arguments.json.write_text(f"{json.dumps(self.results)}\n")
        write_reports(self.results, self._arguments)

    @property
    def failed(self) -> bool:
        """Whether a reply was wrong or the long run did not hold."""
        return bool(self.results["wrong"]) or not self.results.get("soak", {"held": True})["held"]


def write_reports(results: dict[str, Any], arguments: argparse.Namespace) -> None:
    """Write Markdown and plots where they are asked for."""
    if arguments.markdown:
        arguments.markdown.write_text(report.render(results))
    if arguments.plots:
        plots.draw(results, arguments.plots)


def parse_arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("part", nargs="?", default="compare", choices=PARTS, help="what to measure")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=0.8, help="of one measurement")
    parser.add_argument("--minutes", type=float, default=10, help="of the soak")
    parser.add_argument("--target", action="append", help="a target's name; again for more; `list` shows them")
    parser.add_argument("--quick", action="store_true", help="one short round, to see that everything works")
    parser.add_argument("--json", type=Path, help="write the results to this file; `render` reads them from it")
    parser.add_argument("--markdown", type=Path, help="write the report to this file")
    parser.add_argument("--plots", type=Path, help="write PNG files to this folder")
    arguments = parser.parse_args(given)
    if arguments.part == "render" and not arguments.json:
        parser.error("render needs --json FILE")
    return arguments


def main(given: Sequence[str] | None = None) -> int:
    """Measure what is asked for; returns 1 when a reply was wrong or the long run did not hold."""
    arguments = parse_arguments(given)
    if arguments.part == "list":
        print("\n".join(one.name for one in TARGETS))
        return 0
    if arguments.part == "render":
        results = json.loads(arguments.json.read_text())
        write_reports(results, arguments)
        print(report.render(results))
        return 0
    run = Run(arguments)
    print(f"{report.render_machine(run.results['machine'])}\n{run.results['method']}", flush=True)
    for part in ALL if arguments.part == "all" else (arguments.part,):
        run.do(part)
    for text in (report.render_skipped(run.results["skipped"]), report.render_goals(run.results)):
        if text:
            print(f"\n{text}")
    took = ", ".join(f"{part} {seconds} s" for part, seconds in run.results["seconds"].items())
    print(f"\nwrong replies: {run.results['wrong']}\ntook: {took}")
    return int(run.failed)


if __name__ == "__main__":
    sys.exit(main())
