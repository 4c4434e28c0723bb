"""Results as the page shows them.

Runs in: developer's machine.

Values go to the page as JSON text, never as numbers of JavaScript: 9007199254740993 must be shown as itself.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any

from actions_sdk.apply import State, Tokens
from actions_sdk.commands import Command, Factor
from actions_sdk.harness import ActionReport, Result
from actions_sdk.harness.places import clean


def show_result(result: Result) -> dict[str, Any]:
    """Return a result as JSON for the page."""
    before = State.from_event(result.trigger, result.event)
    return {
        "decision": result.decision,
        "denial": result.denial._asdict() if result.denial else None,
        "trigger": result.trigger,
        "mode": result.mode,
        "unenforced": dict(result.unenforced),
        "warnings": [warning._asdict() for warning in result.warnings],
        "commands": [_show_command(command) for command in result.commands],
        "actions": [_show_report(report) for report in result.actions],
        "changes": {
            "user": compare(before.user, result.state.user),
            "tokens": compare(_show_tokens(before.tokens), _show_tokens(result.state.tokens)),
            "transaction": compare(before.transaction, result.state.transaction),
        },
    }


def compare(before: Any, after: Any) -> list[dict[str, str | None]]:
    """Lay two JSON values side by side, line by line.

    Args:
        before: The one to the left.
        after: The one to the right.

    Returns:
        Rows: ``kind`` is ``same``, ``changed``, ``removed`` or ``added``; ``before`` and ``after`` are lines, None
        where that side has none.
    """
    left, right = write_json(before).split("\n"), write_json(after).split("\n")
    return list(_pair_lines(left, right))


def _pair_lines(left: list[str], right: list[str]) -> Iterator[dict[str, str | None]]:
    # The comma behind a member says that another one follows, and nothing about the member.
    bare_left, bare_right = ([line.removesuffix(",") for line in side] for side in (left, right))
    for tag, start, end, other_start, other_end in SequenceMatcher(None, bare_left, bare_right).get_opcodes():
        for before, after in zip_longest(left[start:end], right[other_start:other_end]):
            kind = (
                "same" if tag == "equal" else "added" if before is None else "removed" if after is None else "changed"
            )
            yield {"kind": kind, "before": before, "after": after}


def write_json(value: Any) -> str:
    """Write a value over several lines; whatever cannot be printed is written as an escape of JSON."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    return "".join(one if one.isprintable() or one == "\n" else json.dumps(one)[1:-1] for one in text)


def _show_tokens(tokens: Tokens | None) -> Any:
    if tokens is None:
        return None
    return {
        "access": {"scopes": sorted(tokens.access.scopes), "claims": tokens.access.claims},
        "id": {"claims": tokens.id.claims},
    }


def _show_command(command: Command) -> dict[str, Any]:
    """Return a command: texts as they are, values of free form as JSON text."""
    fields = {
        name: value if isinstance(value, str) and name != "value" else write_json(_to_plain(value))
        for name, value in _list_fields(command)
    }
    return {"kind": command.kind, "action": command.action, "fields": fields}


def _list_fields(command: Command) -> Iterator[tuple[str, Any]]:
    for name in type(command).__slots__:
        yield name, getattr(command, name)


def _to_plain(value: Any) -> Any:
    if isinstance(value, Factor):
        return {"type": value.type, "options": value.options}
    return [_to_plain(one) for one in value] if isinstance(value, list) else value


def _show_report(report: ActionReport) -> dict[str, Any]:
    return {
        "action": report.action,
        "outcome": report.outcome,
        "duration_us": report.duration_us,
        "error": asdict(report.error) if report.error else None,
        "logs": [{"level": level, "text": clean(text)} for level, text in report.logs],
        "logs_truncated": report.logs_truncated,
    }
