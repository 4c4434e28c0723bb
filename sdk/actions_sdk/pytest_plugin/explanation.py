"""How two lists of commands differ: by command, and by path of the JSON.

Runs in: developer's machine.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any, Final, TypeGuard

if TYPE_CHECKING:
    from actions_sdk.commands import Command

_SHOWN: Final = 120
"""Characters of a value that are shown, unless pytest is asked for all."""

_FREE: Final = frozenset({"value", "options"})
"""Fields that say what a command does, not what it does it to."""

Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Sides:
    """What the two lists are called, and how much of a value is shown."""

    left: str
    right: str
    shown: int | None


def is_commands(value: object) -> "TypeGuard[Sequence[Command]]":
    """Tell whether a value is a list of commands; an empty list is one too."""
    from actions_sdk.commands import Command

    return isinstance(value, list | tuple) and all(isinstance(one, Command) for one in value)


def describe_commands(commands: "Sequence[Command]") -> list[Body]:
    """Return commands as plain JSON: ``kind`` and the fields, free values as themselves."""
    return [_parse_values(command.to_body()) for command in commands]


def _parse_values(body: Body) -> Body:
    return {name.removesuffix("_json"): _parse_value(name, value) for name, value in body.items()}


def _parse_value(name: str, value: Any) -> Any:
    if name.endswith("_json"):
        return json.loads(value)
    if isinstance(value, list):
        return [_parse_values(one) for one in value]
    return _parse_values(value) if isinstance(value, dict) else value


def explain(left: object, right: object, *, verbose: bool) -> list[str] | None:
    """Return how two commands, two lists of commands, or a list and a snapshot differ.

    Args:
        left: What stands on the left of ``==``.
        right: What stands on its right.
        verbose: Whether to show long values whole.

    Returns:
        The lines, the first of which sums them up; None when the two are of another kind.
    """
    if "actions_sdk.commands" not in sys.modules:
        return None  # then neither is a command
    from actions_sdk.pytest_plugin.snapshots import Snapshot

    shown = None if verbose else _SHOWN
    for got, snapshot in ((left, right), (right, left)):
        if isinstance(snapshot, Snapshot):
            return _explain_snapshot(got, snapshot, shown)
    mine, theirs = _as_list(left), _as_list(right)
    if not (mine or theirs) or not is_commands(mine) or not is_commands(theirs):
        return None
    return _explain_lists(describe_commands(mine), describe_commands(theirs), _Sides("left", "right", shown))


def _as_list(value: object) -> object:
    from actions_sdk.commands import Command

    return [value] if isinstance(value, Command) else value


def _explain_snapshot(got: object, snapshot: Any, shown: int | None) -> list[str]:
    if not is_commands(got):
        return [f"a snapshot is compared with a list of commands, not with {type(got).__name__}"]
    if snapshot.expected is None:
        return [snapshot.explain_missing()]
    lines = _explain_lists(describe_commands(got), snapshot.expected, _Sides("got", "snapshot", shown))
    advice = "when these commands are right, take them with --actions-update-snapshots"
    if snapshot.is_taken_twice(describe_commands(got)):
        advice = 'two lists of one test were compared with one snapshot: name them, e.g. actions_snapshot("second")'
    return [*lines, advice]


def _explain_lists(left: list[Body], right: list[Body], sides: _Sides) -> list[str]:
    lines = [f"commands differ: {sides.left} {len(left)}, {sides.right} {len(right)}"]
    pairs, rest_left, rest_right = _pair_up(left, right)
    for index, other in pairs:
        lines += _explain_pair(index, left[index], right[other], sides)
    moved = _find_moved(left, right, rest_left, rest_right)
    lines += [f"  [{i}] {_name(left[i], sides)}: out of order, {sides.right} [{j}]" for i, j in moved]
    gone, come = {i for i, _ in moved}, {j for _, j in moved}
    lines += [f"  [{i}] only {sides.left}: {_tell(left[i], sides)}" for i in rest_left if i not in gone]
    lines += [f"  [{j}] only {sides.right}: {_tell(right[j], sides)}" for j in rest_right if j not in come]
    return lines


def _pair_up(left: list[Body], right: list[Body]) -> tuple[list[tuple[int, int]], list[int], list[int]]:
    """Pair commands that do something to the same, in order; return the pairs and what is left on each side."""
    matcher = SequenceMatcher(None, [_identify(one) for one in left], [_identify(one) for one in right], autojunk=False)
    pairs: list[tuple[int, int]] = []
    rest_left: list[int] = []
    rest_right: list[int] = []
    for tag, left_start, left_end, right_start, right_end in matcher.get_opcodes():
        if tag == "equal":
            pairs += zip(range(left_start, left_end), range(right_start, right_end), strict=True)
        else:
            rest_left += range(left_start, left_end)
            rest_right += range(right_start, right_end)
    return pairs, rest_left, rest_right


def _identify(body: Body) -> str:
    return json.dumps({name: value for name, value in body.items() if name not in _FREE}, sort_keys=True)


def _find_moved(
    left: list[Body], right: list[Body], rest_left: list[int], rest_right: list[int]
) -> list[tuple[int, int]]:
    from actions_sdk.commands import is_same_json

    open_right = list(rest_right)
    moved: list[tuple[int, int]] = []
    for index in rest_left:
        found = next((other for other in open_right if is_same_json(left[index], right[other])), None)
        if found is not None:
            open_right.remove(found)
            moved.append((index, found))
    return moved


def _explain_pair(index: int, left: Body, right: Body, sides: _Sides) -> list[str]:
    differences = [
        line for name in left if name in _FREE for line in _compare(f"$.{name}", left[name], right.get(name), sides)
    ]
    return [f"  [{index}] {_name(left, sides)}", *(f"      {line}" for line in differences)] if differences else []


def _name(body: Body, sides: _Sides) -> str:
    """Name a command by its kind and what it does something to."""
    targets = [_show(value, sides) for name, value in body.items() if name != "kind" and name not in _FREE]
    return " ".join([body["kind"], *targets])


def _tell(body: Body, sides: _Sides) -> str:
    return " ".join([_name(body, sides), *(_show(value, sides) for name, value in body.items() if name in _FREE)])


def _compare(path: str, left: Any, right: Any, sides: _Sides) -> Iterator[str]:
    from actions_sdk.commands import is_same_json

    if is_same_json(left, right):
        return
    if isinstance(left, dict) and isinstance(right, dict):
        yield from _compare_objects(path, left, right, sides)
    elif isinstance(left, list) and isinstance(right, list):
        for index in range(max(len(left), len(right))):
            yield from _compare_members(f"{path}[{index}]", left[index : index + 1], right[index : index + 1], sides)
    else:
        yield f"{path}: {sides.left} {_show(left, sides)}, {sides.right} {_show(right, sides)}"


def _compare_objects(path: str, left: Body, right: Body, sides: _Sides) -> Iterator[str]:
    for name in [*left, *(name for name in right if name not in left)]:
        step = f".{name}" if name.isidentifier() else f"[{_show(name, sides)}]"
        one = [held[name] for held in (left,) if name in held]
        other = [held[name] for held in (right,) if name in held]
        yield from _compare_members(f"{path}{step}", one, other, sides)


def _compare_members(path: str, left: list[Any], right: list[Any], sides: _Sides) -> Iterator[str]:
    """Compare the first of each; an empty list says that there is none on its side."""
    if left and right:
        yield from _compare(path, left[0], right[0], sides)
    else:
        side, (value, *_) = (sides.left, left) if left else (sides.right, right)
        yield f"{path}: only {side} {_show(value, sides)}"


def _show(value: Any, sides: _Sides) -> str:
    """Show a value as JSON that cannot steer a terminal."""
    from actions_sdk.harness.places import clean

    text = clean(json.dumps(value, ensure_ascii=False))
    return text if sides.shown is None or len(text) <= sides.shown else f"{text[: sides.shown]}…"
