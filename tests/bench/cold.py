"""``python -m tests.bench.cold``: what it costs when no warm worker is there.

An executor in this process with a real zygote and real, sealed workers, without gRPC: the first execution of a tenant
after its deployment, after its eviction, and of one whose code nobody has compiled; then executions that use up a
worker each, now and then, one after the other, and several in flight. Every answer's content is checked, outside of
what is timed. The processor's time is told apart by whose it is: this process (server and driver), the zygote, the
workers.
"""

import argparse
import asyncio
import itertools
import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import uvloop

from actions_runtime.execution import ExecutionSettings, Executor, FlowResult, FlowStep, PoolSettings
from actions_runtime.server.convert import build_response
from actions_sandbox.contract import Isolation, Trigger, Version
from tests.bench.cart import ACTION, EVENT, SOURCE, find_fault
from tests.bench.cpu import PROC, TICKS

LOGIN: Final = Trigger.POST_LOGIN
SETTLED_S: Final = 0.01
GOALS: Final = (
    "a first execution after deployment or eviction: p99 at most 5 ms; "
    "a worker for each execution: at least 700 a second, p50 at most 1.5 ms"
)


@dataclass(frozen=True, slots=True)
class Clocks:
    """Processor time so far, nanoseconds: of this process, of the zygote, and of the workers that have ended."""

    server: int
    zygote: int
    workers: int

    @classmethod
    def read(cls, zygote: int) -> "Clocks":
        """Read all three; that of ended workers is told in the system's ticks."""
        own = int((PROC / str(zygote) / "schedstat").read_text().split()[0])
        fields = (PROC / str(zygote) / "stat").read_text().rpartition(")")[2].split()
        ended = (int(fields[13]) + int(fields[14])) * 1_000_000_000 // TICKS
        return cls(time.process_time_ns(), own, ended)

    def per_execution_us(self, before: "Clocks", count: int) -> dict[str, float]:
        """Divide what has gone by since an earlier reading."""
        return {
            name: (getattr(self, name) - getattr(before, name)) / count / 1_000
            for name in ("server", "zygote", "workers")
        }


@dataclass
class Bench:
    """An executor, and the answers that are still to be checked."""

    executor: Executor
    event: dict[str, Any]
    standby: int
    results: list[FlowResult] = field(default_factory=list)
    _tenants: Iterator[int] = field(default_factory=itertools.count)

    async def time_one(self, tenant: str, step: FlowStep, isolation: Isolation = Isolation.WORKER) -> float:
        """Run once; returns the milliseconds."""
        start = time.perf_counter()
        result = await self.executor.run_flow(tenant, LOGIN, [step], self.event, isolation=isolation)
        elapsed_ms = (time.perf_counter() - start) * 1_000
        self.results.append(result)
        return elapsed_ms

    async def settle(self) -> None:
        """End every tenant's worker, and wait until the standby workers stand by and nothing is under way."""
        pool = self.executor._pool
        assert pool is not None
        for owner in list(pool._warm.values()):
            for worker in list(owner.workers):
                worker.retire()
        while len(pool.supply.standby) < self.standby or pool.supply.size > len(pool.supply.standby):
            await asyncio.sleep(SETTLED_S)
        await asyncio.sleep(SETTLED_S)

    def make_tenant(self) -> tuple[str, FlowStep]:
        """Make up a tenant and its version."""
        number = next(self._tenants)
        return f"tenant-{number}", FlowStep(Version(f"version-{number}", ACTION, 1, SOURCE))

    async def deploy(self, tenant: str) -> None:
        """Have the source judged, as a deployment does."""
        assert await self.executor.check(tenant, ACTION, LOGIN, SOURCE) == ()

    def find_faults(self) -> list[str]:
        """Check the answers so far; returns what is wrong with them."""
        faults = [find_fault(build_response("bench", result).SerializeToString()) for result in self.results]
        self.results.clear()
        return [fault for fault in faults if fault]


async def run_after_deployment(bench: Bench) -> float:
    """The first execution of a new tenant right after its deployment."""
    tenant, step = bench.make_tenant()
    await bench.deploy(tenant)
    await bench.settle()
    return await bench.time_one(tenant, step)


async def run_after_eviction(bench: Bench) -> float:
    """The first execution of a tenant whose warm worker has been ended."""
    tenant, step = bench.make_tenant()
    await bench.deploy(tenant)
    await bench.time_one(tenant, step)
    await bench.settle()
    return await bench.time_one(tenant, step)


async def run_without_code(bench: Bench) -> float:
    """The first execution of a tenant after the server's start: its worker compiles for itself."""
    tenant, step = bench.make_tenant()
    await bench.settle()
    return await bench.time_one(tenant, step)


async def run_single_use_rested(bench: Bench) -> float:
    """An execution that uses up a worker while standby workers are there: a caller's wait, not the machine's limit."""
    tenant, step = bench.make_tenant()
    await bench.deploy(tenant)
    await bench.settle()
    return await bench.time_one(tenant, step, Isolation.EXECUTION)


FIRST: Final[dict[str, Callable[[Bench], Coroutine[Any, Any, float]]]] = {
    "after deployment": run_after_deployment,
    "after eviction": run_after_eviction,
    "no code kept": run_without_code,
    "single use, rested": run_single_use_rested,
}


async def run_single_use(bench: Bench, count: int, in_flight: int) -> dict[str, Any]:
    """Run executions that use up a worker each, so many at a time."""
    tenant, step = bench.make_tenant()
    await bench.deploy(tenant)
    left = iter(range(count))
    elapsed: list[float] = []

    async def run_lane() -> None:
        for _ in left:
            elapsed.append(await bench.time_one(tenant, step, Isolation.EXECUTION))

    before, start = Clocks.read(bench.executor.zygote_pid), time.perf_counter()
    await asyncio.gather(*(run_lane() for _ in range(in_flight)))
    seconds = time.perf_counter() - start
    cpu = Clocks.read(bench.executor.zygote_pid).per_execution_us(before, count)
    return {"rate": count / seconds, **describe(elapsed), "cpu_us": cpu}


def describe(elapsed_ms: list[float]) -> dict[str, float]:
    """Return median, 99th percentile and maximum."""
    return {
        "p50_ms": statistics.median(elapsed_ms),
        "p99_ms": statistics.quantiles(elapsed_ms, n=100, method="inclusive")[98],
        "max_ms": max(elapsed_ms),
    }


def parse_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--tenants", type=int, default=300, help="first executions of each kind")
    parser.add_argument("--executions", type=int, default=3_000, help="executions that use up a worker each")
    parser.add_argument("--in-flight", type=int, default=8)
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    return parser.parse_args()


async def run(arguments: argparse.Namespace) -> int:
    """Measure and print; returns the exit status."""
    pool = PoolSettings()
    executor = Executor(ExecutionSettings(pool=pool))
    executor.start_zygote()
    figures: dict[str, Any] = {"python": sys.version.split()[0], "processors": os.cpu_count()}
    faults: list[str] = []
    try:
        await executor.start()
        bench = Bench(executor, json.loads(EVENT), pool.standby_workers)
        for name, run_first in FIRST.items():
            figures[name] = describe([await run_first(bench) for _ in range(arguments.tenants)])
            print_row(name, figures[name])
            faults += bench.find_faults()
        await run_single_use(bench, max(arguments.executions // 10, 2), arguments.in_flight)
        for in_flight in (1, arguments.in_flight):
            name = f"single use, {in_flight} in flight"
            figures[name] = await run_single_use(bench, arguments.executions, in_flight)
            print_row(name, figures[name])
            faults += bench.find_faults()
    finally:
        await executor.stop(0)
    print(f"goals: {GOALS}\nwrong answers: {len(faults)} {faults[:1] or ''}")
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=2))
    return 1 if faults else 0


def print_row(name: str, figures: dict[str, Any]) -> None:
    """Print one line of figures."""
    row = f"{name:26} p50 {figures['p50_ms']:6.2f} ms  p99 {figures['p99_ms']:6.2f} ms  max {figures['max_ms']:6.2f} ms"
    if "rate" in figures:
        cpu = ", ".join(f"{whose} {us:.0f}" for whose, us in figures["cpu_us"].items())
        row += f"  {figures['rate']:5.0f}/s  CPU µs per execution: {cpu}"
    print(row, flush=True)


if __name__ == "__main__":
    sys.exit(uvloop.run(run(parse_arguments())))
