"""``make bench-neighbour``: one tenant sends bombs, another sends honest logins; what does the honest one notice?

A real server; twelve kinds of bomb out of the escape suite, fifty times each and one after the other, beside a steady
hundred requests a second of another tenant. Prints the neighbour's latencies quiet and beside each kind, and how each
bomb ended; fails when the neighbour saw an error, its p99 more than doubled, or a bomb ended otherwise than it must.
"""

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
import grpc.aio

from actions.v1 import execution_pb2 as execution
from actions.v1.execution_pb2_grpc import ExecutionServiceStub
from actions_sdk import samples
from tests.bench.cart import EVENT, find_fault
from tests.escapes.corpus import HERE, Program, read_program
from tests.server_process import COMMAND, Server, Tenant, make_operator_key

KINDS = (
    "endless_loop swallow_everything generator_teardown sum_of_range regex_backtracking power "
    "long_text doubling dict_growth tuple_chain_hash many_commands log_flood"
).split()
ACTION_MS = 300
SPARE_MS = 50
RATE = 100
P99_FACTOR = 2.0


@dataclass
class Steady:
    """A tenant that sends honest logins at a fixed rate, whether the earlier ones are back or not."""

    stub: Any
    metadata: tuple[tuple[str, str], ...]
    latencies_ms: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    async def run(self, until: asyncio.Event) -> None:
        """Send until told to stop, and wait for what is under way."""
        loop = asyncio.get_running_loop()
        calls: set[asyncio.Task[None]] = set()
        due = loop.time()
        while not until.is_set():
            call = asyncio.create_task(self._send())
            calls.add(call)
            call.add_done_callback(calls.discard)
            due += 1 / RATE
            await asyncio.sleep(due - loop.time())
        await asyncio.gather(*calls)

    async def _send(self) -> None:
        request = execution.ExecuteFlowRequest(trigger=execution.TRIGGER_POST_LOGIN, event_json=EVENT)
        started = time.perf_counter()
        try:
            reply = await self.stub.ExecuteFlow(request, metadata=self.metadata, timeout=10)
        except grpc.RpcError as error:
            self.faults.append(str(error))
            return
        self.latencies_ms.append((time.perf_counter() - started) * 1_000)
        if fault := find_fault(reply.SerializeToString()):
            self.faults.append(fault)

    def take(self) -> tuple[float, float]:
        """Return p50 and p99 of what came back since the last time, in milliseconds."""
        found, self.latencies_ms = self.latencies_ms, []
        cuts = statistics.quantiles(found, n=100)
        return cuts[49], cuts[98]


@contextmanager
def serving() -> Iterator[Server]:
    """Run a server of its own with a short limit."""
    with tempfile.TemporaryDirectory() as scratch:
        folder, log_file = Path(scratch) / "data", Path(scratch) / "log"
        folder.mkdir()
        key = make_operator_key(folder)
        command = [*COMMAND, "serve", "--json", "--address", "127.0.0.1:0", "--data-dir", str(folder)]
        limit = {"ACTIONS_RUNTIME_LIMIT_ACTION_MS": str(ACTION_MS)}
        with log_file.open("w") as log:
            process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, env=limit)
        assert process.stdout is not None
        greeting = json.loads(process.stdout.readline())
        server = Server(process, greeting, key, log_file, grpc.insecure_channel(greeting["address"]))
        try:
            yield server
        finally:
            server.channel.close()
            server.stop()


def make_tenant(server: Server, sources: dict[str, str]) -> Tenant:
    """Make a tenant with these actions deployed and bound."""
    name = server.create_tenant()
    tenant = Tenant(server, name, server.create_key(name))
    tenant.install(sources)
    return tenant


async def send_bombs(stub: Any, tenant: Tenant, times: int) -> tuple[Counter[str], float]:
    """Send a tenant's bomb again and again.

    Returns:
        How often it ended in which way, and the longest time of a call in milliseconds.
    """
    request = execution.ExecuteFlowRequest(trigger=execution.TRIGGER_POST_LOGIN, event_json=EVENT)
    ends: Counter[str] = Counter()
    longest = 0.0
    for _ in range(times):
        started = time.perf_counter()
        reply = await stub.ExecuteFlow(request, metadata=tenant.metadata, timeout=20)
        longest = max(longest, (time.perf_counter() - started) * 1_000)
        outcome = execution.Outcome.Name(reply.results[0].outcome)
        ends[outcome.removeprefix("OUTCOME_")] += 1
    return ends, longest


async def measure(server: Server, programs: list[Program], times: int) -> int:
    """Measure quiet, then beside each kind of bomb; returns the exit code."""
    merge_cart = (Path(samples.__file__).parent / "merge_cart.py").read_text()
    steady_tenant = make_tenant(server, {"merge-cart": merge_cart})
    bombers = {one.name: make_tenant(server, {"bomb": one.source}) for one in programs}
    async with grpc.aio.insecure_channel(server.address) as channel:
        stub = ExecutionServiceStub(channel)
        steady = Steady(stub, steady_tenant.metadata)
        stop = asyncio.Event()
        load = asyncio.create_task(steady.run(stop))
        await asyncio.sleep(2)
        steady.take()
        await asyncio.sleep(10)
        quiet = steady.take()
        show("quiet", quiet, "")
        wrong = 0
        every: list[float] = []
        for program in programs:
            ends, longest = await send_bombs(stub, bombers[program.name], times)
            every += steady.latencies_ms
            right = set(ends) <= program.outcomes and longest <= ACTION_MS + SPARE_MS
            wrong += not right
            told = ", ".join(f"{count} {end}" for end, count in ends.items())
            show(program.name, steady.take(), f"{told}; longest {longest:.0f} ms{'' if right else '  <-- WRONG'}")
        stop.set()
        await load
    return conclude(quiet[1], statistics.quantiles(every, n=100)[98], len(every), steady.faults, wrong)


def show(name: str, latencies: tuple[float, float], told: str) -> None:
    """Print a line of the table."""
    print(f"{name:32} neighbour p50 {latencies[0]:6.2f} ms  p99 {latencies[1]:7.2f} ms  {told}", flush=True)


def conclude(quiet: float, beside: float, requests: int, faults: list[str], wrong: int) -> int:
    """Print the sum and return the exit code."""
    print(f"\nneighbour: {requests} requests beside bombs, {len(faults)} errors {faults[:3]}")
    print(f"p99 {beside:.2f} ms beside bombs, {quiet:.2f} ms quiet: {beside / quiet:.2f} times (at most {P99_FACTOR})")
    print(f"kinds of bomb that ended otherwise or later than due: {wrong}")
    return 1 if faults or wrong or beside > P99_FACTOR * quiet else 0


def main() -> int:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=50, help="how often each bomb is sent")
    arguments: Any = parser.parse_args()
    programs = [read_program(HERE / "resource" / f"{name}.py") for name in KINDS]
    with serving() as server:
        return asyncio.run(measure(server, programs, arguments.times))


if __name__ == "__main__":
    sys.exit(main())
