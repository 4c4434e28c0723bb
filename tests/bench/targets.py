"""What is measured: a table in which a variant is one line."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import repeat
from pathlib import Path

import grpc

from tests.bench import peering
from tests.bench.cart import MERGE_CART
from tests.bench.driving import Endpoint, Replies, drive
from tests.bench.http2 import Call
from tests.bench.servers import Skipped, install, running_echo, running_server

ECHO = "echo"
PUBLIC, FAST = "server, public API", "server, fast lane"
EXECUTION = "server, isolation = execution"
TUNED = f"{FAST}, 2 processes tuned"
"""The server at its best, to be compared with peers that are tuned alike."""

LANES = {PUBLIC: {"lane": "public"}, FAST: {"lane": "fast"}}
"""Settings of the server's lanes."""

Open = Callable[[Path, str], AbstractContextManager[Endpoint]]


@dataclass(frozen=True)
class Target:
    """Something to measure.

    Attributes:
        name: As printed.
        open: Starts it and gives its endpoint.
        seconds: How many times longer than the others one measurement lasts.
    """

    name: str
    open: Open
    seconds: float = 1.0


@contextmanager
def _echo(scratch: Path, name: str) -> Iterator[Endpoint]:
    with running_echo(scratch, [MERGE_CART], name) as endpoints:
        yield endpoints[0]


@contextmanager
def _server(scratch: Path, name: str, *, settings: Mapping[str, str]) -> Iterator[Endpoint]:
    with running_server(scratch, settings) as server:
        yield install(server, name, MERGE_CART)


def ask(endpoint: Endpoint) -> bytes:
    """Make one call alone and return the reply.

    Raises:
        RuntimeError: It is wrong.
    """
    kept: list[bytes] = []
    fault: Callable[[bytes], str] = endpoint.call.check

    def keep(reply: bytes) -> str:
        kept.append(reply)
        return fault(reply)

    call = Call(endpoint.call.path, endpoint.call.message, keep, endpoint.call.metadata)
    replies: Replies = drive(endpoint, repeat(call, 1), in_flight=1)
    if replies.wrong:
        raise RuntimeError(f"{endpoint.name}: {replies.faults[0]}")
    return kept[0]


_TUNED = "2 processes tuned"
_PROCESSES = {"processes": "2", "pin_processes": "true"}

TARGETS: tuple[Target, ...] = (
    Target(ECHO, _echo),
    Target(PUBLIC, partial(_server, settings=LANES[PUBLIC])),
    Target(FAST, partial(_server, settings=LANES[FAST])),
    Target(EXECUTION, partial(_server, settings={"isolation": "execution"})),
    Target(TUNED, partial(_server, settings=LANES[FAST] | _PROCESSES)),
    Target(f"{PUBLIC}, {_TUNED}", partial(_server, settings=LANES[PUBLIC] | _PROCESSES)),
    Target("isolated-vm, fresh context", partial(peering.node, context="fresh")),
    Target("isolated-vm, kept context", partial(peering.node, context="kept")),
    Target(f"isolated-vm, fresh context, {_TUNED}", partial(peering.node, context="fresh", processes=2, tuned=True)),
    Target(f"isolated-vm, kept context, {_TUNED}", partial(peering.node, context="kept", processes=2, tuned=True)),
    Target("pydantic-monty, fresh session", partial(peering.monty, session="fresh")),
    Target("pydantic-monty, kept session", partial(peering.monty, session="kept")),
    Target("pydantic-monty, fresh session, tuned", partial(peering.monty, session="fresh", tuned=True)),
    Target("functions-framework, no sandbox", peering.functions_framework),
    Target("functions-framework, 2 workers tuned", partial(peering.functions_framework, workers=2, tuned=True)),
    Target("fresh process, plain Python", partial(peering.fresh_process, policy="plain"), seconds=3),
    Target("fresh process, RestrictedPython", partial(peering.fresh_process, policy="restricted"), seconds=3),
)
DEFAULT = (ECHO, PUBLIC, FAST, EXECUTION)
"""Compared when nothing is named."""

DRAWN = (
    *(ECHO, PUBLIC, FAST, TUNED),
    *(f"isolated-vm, {context} context, {_TUNED}" for context in ("fresh", "kept")),
    *("pydantic-monty, fresh session, tuned", "functions-framework, 2 workers tuned"),
)
"""Whose latency is drawn over load."""


def choose(names: Sequence[str]) -> list[Target]:
    """Return the targets of these names, in the table's order; the yardstick is always among them.

    Raises:
        ValueError: There is no target of a name.
    """
    known = {target.name for target in TARGETS}
    if unknown := set(names) - known:
        raise ValueError(f"no target {', '.join(sorted(unknown))}; there are: {'; '.join(sorted(known))}")
    return [target for target in TARGETS if target.name in {ECHO, *names}]


@contextmanager
def opened(targets: Sequence[Target], scratch: Path) -> Iterator[tuple[dict[str, Endpoint], dict[str, str]]]:
    """Start targets and compare what each answers, command by command, before anything is timed.

    Args:
        targets: What to start.
        scratch: Where their files go.

    Returns:
        The endpoints by name, and why others were skipped.

    Raises:
        RuntimeError: One does not start, refuses the actions or answers wrongly.
    """
    skipped: dict[str, str] = {}
    endpoints: dict[str, Endpoint] = {}
    with ExitStack() as stack:
        for target in targets:
            try:
                endpoint = stack.enter_context(target.open(scratch, target.name))
            except Skipped as reason:
                skipped[target.name] = str(reason)
            except grpc.RpcError as error:
                raise RuntimeError(f"{target.name}: {error}") from error
            else:
                ask(endpoint)
                endpoints[target.name] = endpoint
        yield endpoints, skipped
