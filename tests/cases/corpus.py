"""The corpus of cases that every door must answer alike, and the comparer that says where an answer differs.

A case is ``tests/cases/<folder>/<case>.json``::

    {"actions": ["merge_cart"],        names of sources: <folder>/<name>.py, or else a sample of that name
     "on_error": {"merge_cart": "SKIP"},                                   optional, DENY otherwise
     "trigger": "post-login",
     "login_flow": null,               or a name such as "DEVICE_CODE"
     "event": {...},
     "expect": {"decision": "CONTINUE",
                "commands": [{"action": "merge-cart", "kind": "set_app_metadata", "key": "a", "value": 1}],
                "outcomes": ["COMPLETED"],
                "denial": null,        or {"action", "code", "reason", "user_message"}
                "warnings": []}}       codes

Numbers are exact and types count: 1 is neither 1.0 nor true. In an event and in what is expected,
``{"$repeat": 100, "value": V}`` within a list stands for that many items, with ``{i}`` in texts of V
replaced by 0, 1, ...; ``{"$nested": 40}`` stands for a list within a list, so many levels deep. In what is
expected ``{"$iso_time": true}`` stands for any point of time in ISO 8601 with an offset.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final, Protocol

from actions_sandbox.contract import OnError, Trigger
from actions_sdk.samples import NAMES, read_source

FOLDER: Final = Path(__file__).parent

Result = dict[str, Any]
"""A normal answer: the keys of ``expect``."""


@dataclass(frozen=True, slots=True)
class Source:
    """One action of a case: its id, its Python and what happens when it fails."""

    action: str
    text: str
    on_error: OnError


@dataclass(frozen=True, slots=True)
class Case:
    """One event for a flow, and the answer that is due."""

    name: str
    sources: tuple[Source, ...]
    trigger: Trigger
    login_flow: str | None
    event: bytes
    expect: Result


class Door(Protocol):
    """A way of running a flow: the runner in this process, a pool of workers, a server."""

    def run(self, sources: Sequence[Source], trigger: Trigger, event: bytes, login_flow: str | None) -> Result:
        """Run a flow and return its answer as :data:`Result`."""
        ...


@cache
def load_cases() -> tuple[Case, ...]:
    """Read every case of the corpus in order of name."""
    return tuple(_read_case(path) for path in sorted(FOLDER.glob("*/*.json")))


def _read_case(path: Path) -> Case:
    raw = json.loads(path.read_bytes())
    on_error = raw.get("on_error", {})
    sources = tuple(
        Source(name.replace("_", "-"), _find_source(path.parent, name), OnError(on_error.get(name, "DENY")))
        for name in raw["actions"]
    )
    event = json.dumps(_expand(raw["event"]), ensure_ascii=False, separators=(",", ":")).encode()
    return Case(
        f"{path.parent.name}/{path.stem}",
        sources,
        Trigger(raw["trigger"]),
        raw["login_flow"],
        event,
        _expand(raw["expect"]),
    )


def _find_source(folder: Path, name: str) -> str:
    own = folder / f"{name}.py"
    return own.read_text(encoding="utf-8") if own.exists() else read_source(name)


def _expand(value: Any) -> Any:
    if isinstance(value, dict):
        if "$nested" in value:
            return _nest(value["$nested"])
        return {key: _expand(item) for key, item in value.items()}
    if isinstance(value, list):
        return [expanded for item in value for expanded in _expand_item(item)]
    return value


def _expand_item(item: Any) -> list[Any]:
    if isinstance(item, dict) and "$repeat" in item:
        return [_number(item["value"], index) for index in range(item["$repeat"])]
    return [_expand(item)]


def _number(value: Any, index: int) -> Any:
    if isinstance(value, dict):
        return {key: _number(item, index) for key, item in value.items()}
    return value.replace("{i}", str(index)) if isinstance(value, str) else value


def _nest(levels: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(levels - 1):
        value = [value]
    return value


def compare(expected: Any, actual: Any, path: str = "$") -> Iterator[str]:
    """Yield one line for each place where an answer differs from what is due.

    Args:
        expected: What is due; may hold matchers.
        actual: The answer.
        path: Where both were found.
    """
    if isinstance(expected, dict) and expected.get("$iso_time") is True:
        if not _is_time(actual):
            yield f"{path}: expected a time in ISO 8601 with an offset, got {_show(actual)}"
    elif type(expected) is not type(actual):
        yield f"{path}: expected {_show(expected)}, got {_show(actual)}"
    elif isinstance(expected, dict):
        yield from _compare_objects(expected, actual, path)
    elif isinstance(expected, list):
        yield from _compare_lists(expected, actual, path)
    elif expected != actual:
        yield f"{path}: expected {_show(expected)}, got {_show(actual)}"


def _compare_objects(expected: dict[str, Any], actual: dict[str, Any], path: str) -> Iterator[str]:
    for key in expected.keys() - actual.keys():
        yield f"{path}.{key}: expected {_show(expected[key])}, got nothing"
    for key in actual.keys() - expected.keys():
        yield f"{path}.{key}: expected nothing, got {_show(actual[key])}"
    for key in expected.keys() & actual.keys():
        yield from compare(expected[key], actual[key], f"{path}.{key}")


def _compare_lists(expected: list[Any], actual: list[Any], path: str) -> Iterator[str]:
    for index, (due, got) in enumerate(zip(expected, actual, strict=False)):
        yield from compare(due, got, f"{path}[{index}]")
    for index in range(len(actual), len(expected)):
        yield f"{path}[{index}]: expected {_show(expected[index])}, got nothing"
    for index in range(len(expected), len(actual)):
        yield f"{path}[{index}]: expected nothing, got {_show(actual[index])}"


def _is_time(value: Any) -> bool:
    try:
        return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def _show(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return f"{type(value).__name__} {text if len(text) <= 200 else text[:200] + '…'}"


def check(case: Case, door: Door) -> None:
    """Run a case through a door.

    Raises:
        AssertionError: The answer differs; the message lists each place.
    """
    actual = door.run(case.sources, case.trigger, case.event, case.login_flow)
    differences = sorted(compare(case.expect, actual))
    if differences:
        shown = differences[:20] + ([f"and {len(differences) - 20} more"] if len(differences) > 20 else [])
        raise AssertionError(f"{case.name}:\n  " + "\n  ".join(shown))


SAMPLES_WITHOUT_CASES: Final = frozenset(NAMES) - {path.parent.name for path in FOLDER.glob("*/*.json")}
"""Samples that no case runs; must be empty."""
