"""``make bench``: the server running merge-cart beside a bare grpc.aio echo of the same payload sizes.

Both are measured in turn, round by round; every reply's content is checked; ratios are taken inside a round.
"""

import argparse
import contextlib
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc

from actions.v1 import execution_pb2 as execution
from tests.bench import echo_server
from tests.bench.cart import EVENT, find_fault, prepare
from tests.bench.cpu import descendants, pss_kib
from tests.bench.load import Measurement, Target, measure

METHOD = "/actions.v1.ExecutionService/ExecuteFlow"
FIGURES = ("rate", "p50_us", "p99_us", "cpu_us")


@contextlib.contextmanager
def running(*command: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run a server as a process of its own; yields it and the first line that it prints."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process, process.stdout.readline()
        finally:
            process.terminate()


def parse_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Measure the server against a bare grpc.aio echo.")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--requests", type=int, default=8_000, help="requests of a round with 32 in flight")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    return parser.parse_args()


def show(rounds: list[dict[str, Measurement]], names: list[str], in_flight: int) -> dict[str, Any]:
    """Print minimum, median and maximum of every figure and of its ratio to the first target."""
    print(f"\n{in_flight} in flight, {len(rounds)} rounds (min/median/max)")
    print(f"{'target':24}{'requests/s':>26}{'p50 µs':>22}{'p99 µs':>22}{'server CPU µs/request':>26}")
    table: dict[str, Any] = {}
    for name in names:
        figures = {figure: [getattr(one[name], figure) for one in rounds] for figure in FIGURES}
        table[name] = {figure: spread(values) for figure, values in figures.items()}
        table[name]["wrong"] = sum(one[name].wrong for one in rounds)
        widths = (26, 22, 22, 26)
        cells = (text(table[name][figure], 0) for figure in FIGURES)
        print(f"{name:24}" + "".join(cell.rjust(width) for cell, width in zip(cells, widths, strict=True)))
    for name in names[1:]:
        ratios = {
            figure: spread([getattr(one[name], figure) / getattr(one[names[0]], figure) for one in rounds])
            for figure in FIGURES
        }
        table[f"{name} / {names[0]}"] = ratios
        print(f"{name} / {names[0]}: " + ", ".join(f"{key} {text(ratios[key], 2)}" for key in FIGURES))
    return table


def spread(values: list[float]) -> tuple[float, float, float]:
    """Return minimum, median and maximum."""
    return min(values), statistics.median(values), max(values)


def text(values: tuple[float, float, float], digits: int) -> str:
    """Format a spread."""
    return "/".join(f"{value:.{digits}f}" for value in values)


def run(arguments: argparse.Namespace) -> int:
    """Start both servers, measure them in turn and print the figures."""
    request = execution.ExecuteFlowRequest(trigger=execution.TRIGGER_POST_LOGIN, event_json=EVENT)
    with tempfile.TemporaryDirectory() as scratch, contextlib.ExitStack() as stack:
        serve = [f"{sys.prefix}/bin/actions-runtime", "serve", "--json", "--address", "127.0.0.1:0"]
        server, line = stack.enter_context(running(*serve, "--data-dir", scratch))
        ready = json.loads(line)
        prepare(ready["address"], ready["api_key"])
        metadata = (("authorization", f"Bearer {ready['api_key']}"),)
        with grpc.insecure_channel(ready["address"]) as channel:
            reply = channel.unary_unary(METHOD)(request.SerializeToString(), metadata=metadata)
        path = Path(scratch) / "reply"
        path.write_bytes(reply)
        echo, port = stack.enter_context(running(sys.executable, echo_server.__file__, str(path)))
        targets = [
            Target(
                "echo",
                f"127.0.0.1:{int(port)}",
                echo_server.METHOD,
                echo.pid,
                request.SerializeToString(),
                lambda got: "" if got == reply else "not the expected bytes",
            ),
            Target(
                "server",
                ready["address"],
                METHOD,
                server.pid,
                request.SerializeToString(),
                find_fault,
                metadata,
            ),
        ]
        print(f"request {len(targets[1].request)} bytes, reply {len(reply)} bytes; layers: {ready['layers']}")
        return run_rounds(arguments, targets, server.pid)


def run_rounds(arguments: argparse.Namespace, targets: list[Target], server_pid: int) -> int:
    """Measure every target in every round, with 1 and with 32 in flight."""
    figures: dict[str, Any] = {}
    wrong = 0
    for in_flight, requests in ((1, arguments.requests // 4), (32, arguments.requests)):
        rounds = []
        for target in targets:
            measure(target, in_flight=in_flight, requests=requests // 4)
        for _ in range(arguments.rounds):
            rounds.append({one.name: measure(one, in_flight=in_flight, requests=requests) for one in targets})
        figures[str(in_flight)] = show(rounds, [target.name for target in targets], in_flight)
        wrong += sum(one.wrong for each in rounds for one in each.values())
    memory = {pid: pss_kib(pid) for pid in sorted(descendants(server_pid))}
    print(f"\nmemory, KiB PSS (front, zygote, workers): {', '.join(map(str, memory.values()))}")
    print(f"wrong replies: {wrong}")
    if arguments.json:
        arguments.json.write_text(json.dumps(figures | {"pss_kib": list(memory.values())}, indent=2))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(run(parse_arguments()))
