"""How the cost of a login grows with the event, the commands and the actions of its flow."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.cart import SOURCE, build_event, build_work, merge
from tests.bench.comparing import Comparison, compare
from tests.bench.driving import Endpoint
from tests.bench.servers import install, running_echo, running_server
from tests.bench.targets import ECHO, LANES
from tests.bench.work import Work, encode_event, set_access_claim, set_app_metadata


@dataclass(frozen=True)
class Axis:
    """Something that grows.

    Attributes:
        name: What it is.
        values: From small to large.
        build: Builds the work of a value.
    """

    name: str
    values: tuple[int, ...]
    build: Callable[[int], Work]


def grow_event(kilobytes: int) -> Work:
    """Build the cart's work with an event of at least the base size, filled up with an account's past orders."""
    event = build_event()
    orders: list[dict[str, Any]] = []
    event["user"]["user_metadata"]["orders"] = orders
    one = {"number": 1_000_000, "placed_at": "2026-05-14T10:31:00Z", "total_cents": 4_999, "paid": True, "tags": ["eu"]}
    missing = kilobytes * 1_000 - len(encode_event(event))
    orders += [one] * max(0, missing // (len(encode_event(one)) + 1))
    return build_work(event)


def grow_commands(count: int) -> Work:
    """Build the work of an action that sets so many keys."""
    source = (
        "def on_execute_post_login(event, api):\n"
        f"    for number in range({count}):\n"
        '        api.user.set_app_metadata(f"key_{number}", number)\n'
    )
    expected = tuple(set_app_metadata("set-keys", f"key_{number}", number) for number in range(count))
    return Work({"set-keys": source}, encode_event(build_event()), expected)


def grow_actions(count: int) -> Work:
    """Build the work of so many actions, each of which merges the cart under a name of its own."""
    event, sources, expected = build_event(), {}, []
    cart = merge(build_event())
    for number in range(count):
        action, key = f"merge-cart-{number}", f"cart_{number}"
        sources[action] = rename_cart(key)
        expected += [set_app_metadata(action, key, cart), set_access_claim(action, key, cart)]
    return Work(sources, encode_event(event), tuple(expected))


def rename_cart(key: str) -> str:
    """Return merge-cart's source with the merged cart set under another name.

    Raises:
        ValueError: The sample sets it in another way.
    """
    source = SOURCE
    for call in ("set_app_metadata", "set_custom_claim"):
        if source.count(f'{call}("cart"') != 1:
            raise ValueError(f"the sample merge_cart.py does not call {call} with the name cart once")
        source = source.replace(f'{call}("cart"', f'{call}("{key}"')
    return source


AXES = (
    Axis("event size, KB", (3, 30, 250), grow_event),
    Axis("commands", (2, 20, 200, 1_000), grow_commands),
    Axis("actions in the flow", (1, 5, 20), grow_actions),
)


def measure_growth(
    axis: Axis, scratch: Path, *, in_flight: Sequence[int], rounds: int, seconds: float, driver: str
) -> dict[str, Any]:
    """Measure every value of an axis in every round, on each lane and on an echo of the same bytes.

    Args:
        axis: What grows.
        scratch: Where the servers' files go.
        in_flight: Numbers of requests under way.
        rounds: How many.
        seconds: How long one measurement lasts.
        driver: Which driver gives the figures.
    """
    works = {value: axis.build(value) for value in axis.values}
    with ExitStack() as stack:
        endpoints: dict[str, Endpoint] = {}
        for target, settings in LANES.items():
            server = stack.enter_context(running_server(scratch, settings))
            endpoints |= {name_point(target, value): install(server, target, work) for value, work in works.items()}
        echoes = stack.enter_context(running_echo(scratch, list(works.values())))
        endpoints |= {name_point(ECHO, value): echo for value, echo in zip(axis.values, echoes, strict=True)}
        results = [
            compare(endpoints, in_flight=number, rounds=rounds, seconds=seconds, driver=driver) for number in in_flight
        ]
    return _export(axis, works, [ECHO, *LANES], results)


def name_point(target: str, value: int) -> str:
    """Name a target at a value."""
    return f"{target} @ {value}"


def _export(axis: Axis, works: dict[int, Work], targets: list[str], results: list[Comparison]) -> dict[str, Any]:
    return {
        "axis": axis.name,
        "values": list(axis.values),
        "request_bytes": [len(works[value].request) for value in axis.values],
        "targets": targets,
        "wrong": sum(one.wrong for one in results),
        "levels": [
            {
                "in_flight": one.in_flight,
                "figures": {name: [one.figures(name_point(name, value)) for value in axis.values] for name in targets},
                "growth": {
                    name: [
                        one.ratios(name_point(name, value), name_point(name, axis.values[0])) for value in axis.values
                    ]
                    for name in targets
                },
            }
            for one in results
        ],
    }
