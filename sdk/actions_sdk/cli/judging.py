"""Judges sources as a server does at deploy, and beyond it: secrets that nobody declared.

Runs in: developer's machine.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from actions_sandbox.contract import HANDLERS, Trigger
from actions_sdk.cli.failures import locate_findings, refuse_source
from actions_sdk.cli.problems import Place
from actions_sdk.cli.project import FILE, Entry
from actions_sdk.handlers import find_triggers
from actions_sdk.harness import Action, Harness, Mode
from actions_sdk.harness.places import Finding, read_line, shorten_path

_MISSING: Final = "missing-handler"
_MEMBERS: Final = frozenset({"get", "keys", "values", "items"})
"""What ``event.secrets`` has beside the secrets."""


@dataclass(frozen=True, slots=True)
class SecretRead:
    """A place where a source reads a secret by its name.

    Attributes:
        name: The secret's name.
        line: 1-based.
        column: 1-based, in characters.
    """

    name: str
    line: int
    column: int


def judge_source(harness: Harness, action: Action, trigger: Trigger | None = None) -> tuple[Finding, ...]:
    """Return every reason why a server would refuse a source.

    Args:
        harness: Compiles it.
        action: The action.
        trigger: The trigger; found from the handler when omitted.
    """
    chosen = trigger or action.trigger
    if chosen is not None:
        return harness.check(action, trigger=chosen)
    several = _find_second_handler(action)
    if several is not None:
        return (*harness.check(action, trigger=find_triggers(action.source)[0]), several)
    judged = [harness.check(action, trigger=one) for one in Trigger]
    near = next((found for found in judged if any(one.rule == _MISSING and one.line for one in found)), None)
    return near if near is not None else tuple(map(_name_all_handlers, judged[0]))


def _find_second_handler(action: Action) -> Finding | None:
    triggers = find_triggers(action.source)
    if len(triggers) < 2:
        return None
    names = "|".join(HANDLERS[triggers[1]])
    found = re.search(rf"^(?:async\s+)?(?:def\s+)?({names})\b", action.source, re.MULTILINE)
    line = action.source[: found.start()].count("\n") + 1 if found else 0
    return Finding(
        action.path,
        "several-handlers",
        f"there are handlers for {' and '.join(triggers)}, and an action has one trigger",
        "put each handler into a file of its own",
        line,
        found.start(1) - found.start() + 1 if found else 0,
        read_line(action.source, line),
    )


def _name_all_handlers(finding: Finding) -> Finding:
    if finding.rule != _MISSING:
        return finding
    handlers = " or ".join(f"def {snake}(event, api):" for _, snake in HANDLERS.values())
    return Finding(finding.file, _MISSING, "there is no handler at the top level", f"write {handlers}")


def require_handler(action: Action) -> None:
    """Refuse a source whose trigger cannot be found, with what is wrong in it.

    Raises:
        Problem: It has no handler.
    """
    if find_triggers(action.source):
        return
    with Harness(Mode.IN_PROCESS) as harness:
        findings = judge_source(harness, action)
    if findings:
        raise refuse_source(findings, subject=shorten_path(action.path))


def judge_secrets(entry: Entry, action: Action) -> list[Place]:
    """Return the places where an action reads a secret that its project does not declare."""
    file = shorten_path(action.path)
    return [
        Place(
            "secret-not-declared",
            f"the secret {read.name!r} is not declared in {FILE}",
            _advise_secret(entry, read.name),
            file,
            read.line,
            read.column,
            read_line(action.source, read.line),
        )
        for read in find_secret_reads(action.source)
        if read.name not in entry.secrets
    ]


def _advise_secret(entry: Entry, name: str) -> str:
    close = get_close_matches(name, entry.secrets, 1)
    if close:
        return f"did you mean {close[0]!r}?"
    return f'add "{name}" to secrets under [actions.{entry.name}]'


def find_secret_reads(source: str) -> list[SecretRead]:
    """Return where a source reads secrets by name: ``event.secrets.NAME``, ``["NAME"]`` and ``.get("NAME")``.

    A source that is not Python reads none.
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    aliases = set(_list_aliases(tree))
    lines = source.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    found = []
    for node in ast.walk(tree):
        read = _read_secret(node, aliases)
        if read is not None:
            name, at = read
            before = lines[at.lineno - 1].encode()[: at.col_offset].decode("utf-8", "ignore")
            found.append(SecretRead(name, at.lineno, len(before) + 1))
    return sorted(found, key=lambda read: (read.line, read.column))


def _list_aliases(tree: ast.Module) -> Iterator[str]:
    """Yield names that stand for an event's secrets: ``secrets = event.secrets``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and _is_secrets(node.value, frozenset()):
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))


def _read_secret(node: ast.AST, aliases: set[str]) -> tuple[str, ast.expr] | None:
    if isinstance(node, ast.Attribute) and _is_secrets(node.value, aliases) and node.attr not in _MEMBERS:
        return node.attr, node
    if isinstance(node, ast.Subscript) and _is_secrets(node.value, aliases):
        return _read_constant(node.slice)
    if isinstance(node, ast.Call) and node.args and _is_get(node.func, aliases):
        return _read_constant(node.args[0])
    return None


def _is_get(node: ast.expr, aliases: set[str]) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "get" and _is_secrets(node.value, aliases)


def _read_constant(node: ast.expr) -> tuple[str, ast.expr] | None:
    return (node.value, node) if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _is_secrets(node: ast.expr, aliases: set[str] | frozenset[str]) -> bool:
    if isinstance(node, ast.Name):
        return node.id in aliases
    return isinstance(node, ast.Attribute) and node.attr == "secrets" and isinstance(node.value, ast.Name)


def judge_entry(harness: Harness, entry: Entry, *, configured: bool) -> tuple[Action, list[Place]]:
    """Load an action and return what is wrong with its source.

    Args:
        harness: Compiles it.
        entry: The action.
        configured: Whether there is a project's file in which secrets are declared.
    """
    action = entry.load()
    places = locate_findings(judge_source(harness, action))
    if configured:
        places += judge_secrets(entry, action)
    return action, sorted(places, key=lambda place: (place.line, place.column))


def name_file(file: Path) -> str:
    """Return a file's path as people read it: from the current folder where it lies below it."""
    return shorten_path(str(file.absolute()))
