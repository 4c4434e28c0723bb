"""``actions run``: a flow on this machine, without a server.

Runs in: developer's machine.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from rich.console import Console
from rich.text import Text

from actions_sandbox.contract import Trigger
from actions_sdk.cli.answers import Answer
from actions_sdk.cli.mending import suggest_mend
from actions_sdk.cli.problems import Problem, clean
from actions_sdk.cli.project import Entry, find_project
from actions_sdk.cli.results import show_answer
from actions_sdk.harness import ActionReport, Failure, Harness, Mode, Result
from actions_sdk.harness.places import shorten_path

if TYPE_CHECKING:
    from actions_sdk.commands import Command

PROFILE_OF: Final = {
    Trigger.POST_LOGIN: "returning_guest_with_cart",
    Trigger.PRE_USER_REGISTRATION: "new_guest",
}
"""What an action is tried with when nobody names an event."""


def run_entries(
    harness: Harness,
    entries: Sequence[Entry],
    event: "Path | bytes | None",
    *,
    profile: str = "",
    trigger: Trigger | None = None,
    login_flow: str | None = None,
) -> Result:
    """Run actions of a project as one flow.

    Args:
        harness: Where they run.
        entries: The actions, in order.
        event: The event's file or JSON; None takes ``profile``, or else what the project names, or else a profile.
        profile: Name of a profile.
        trigger: The trigger; found from the handlers when omitted.
        login_flow: How the user came, e.g. ``device-code``.

    Raises:
        Problem: A source has no handler, or there is no such profile.
        actions_sdk.harness.HarnessError: A source is refused, or a file cannot be read.
        actions_runtime.errors.InvalidArgument: The event is refused; names the fields.
    """
    flow = [entry.load() for entry in entries]
    if trigger is None:
        trigger = _find_trigger(entries)
    data = event if event is not None else _choose_event(entries[0], trigger, profile)
    return harness.run(flow, data, trigger=trigger, login_flow=login_flow)


def _find_trigger(entries: Sequence[Entry]) -> Trigger:
    from actions_sdk.cli.judging import require_handler
    from actions_sdk.harness.sources import choose_trigger

    flow = [entry.load() for entry in entries]
    for action in flow:
        require_handler(action)
    return choose_trigger(flow, None)


def _choose_event(entry: Entry, trigger: Trigger, profile: str) -> Any:
    if not profile and entry.event is not None:
        return entry.event
    from actions_sdk.events import PROFILES, build_profile

    name = (profile or PROFILE_OF[trigger]).replace("-", "_")
    if name not in PROFILES:
        names = ", ".join(PROFILES)
        raise Problem("NOT_FOUND", f"There is no profile {profile!r}.", advice=f"There are: {names}.")
    if PROFILES[name].trigger is not trigger:
        raise Problem(
            "INVALID_ARGUMENT",
            f"The profile {name} is an event of {PROFILES[name].trigger}, and the action has a handler for {trigger}.",
            advice=f"Profiles for it: {', '.join(n for n, p in PROFILES.items() if p.trigger is trigger)}.",
        )
    return build_profile(name)


def describe_result(result: Result) -> dict[str, Any]:
    """Return a result as plain facts, in the words of a server's answer, and what the user and tokens became."""
    denial = result.denial
    return {
        "execution_id": "",
        "decision": result.decision.value,
        "commands": [_describe_command(command) for command in result.commands],
        "denial": None
        if denial is None
        else {
            "action": denial.action,
            "code": denial.code,
            "reason": denial.reason,
            "user_message": denial.user_message,
        },
        "results": [_describe_report(report) for report in result.actions],
        "warnings": [{"code": w.code, "message": w.message, "action": w.action} for w in result.warnings],
        "user": result.user,
        "tokens": {
            "access": {"claims": result.tokens.access.claims, "scopes": sorted(result.tokens.access.scopes)},
            "id": {"claims": result.tokens.id.claims},
        },
        "transaction": result.transaction,
        "trigger": result.trigger.value,
        "mode": result.mode,
        "unenforced": dict(result.unenforced),
        "seed": result.seed,
    }


def _describe_command(command: "Command") -> dict[str, Any]:
    facts = {"action": command.action, "version": command.version, **command.to_body()}
    return {key.removesuffix("_json"): _parse(key, value) for key, value in facts.items()}


def _parse(key: str, value: Any) -> Any:
    if key.endswith("_json"):
        return json.loads(value)
    if isinstance(value, dict):
        return {name.removesuffix("_json"): _parse(name, part) for name, part in value.items()}
    return [_parse("", part) for part in value] if isinstance(value, list) else value


def _describe_report(report: ActionReport) -> dict[str, Any]:
    error = report.error
    return {
        "action": report.action,
        "version": 0,
        "outcome": report.outcome.value,
        "duration_us": report.duration_us,
        "error": None if error is None else _describe_error(error),
        "logs": [{"level": level, "text": text} for level, text in report.logs],
        "logs_truncated": report.logs_truncated,
    }


def _describe_error(error: Failure) -> dict[str, Any]:
    return {
        "type": error.type,
        "message": error.message,
        "hint": suggest_mend(error.type, error.message, _read_source(error.file)),
        "file": shorten_path(error.file),
        "line": error.line,
        "column": error.column,
        "source_line": error.source_line,
    }


def _read_source(file: str) -> str:
    try:
        return Path(file).read_text(encoding="utf-8", errors="replace") if file else ""
    except OSError:
        return ""


def run(
    names: Annotated[
        list[str], typer.Argument(metavar="ACTION…", help="Names or files; several run in order as one flow.")
    ],
    event: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The event as JSON; - reads standard input.")
    ] = None,
    profile: Annotated[str, typer.Option(metavar="NAME", help="An event made up for a profile.")] = "",
    mode: Annotated[Mode, typer.Option(help="In a sealed worker, or in this process for debuggers.")] = Mode.WORKER,
    login_flow: Annotated[
        str | None, typer.Option(metavar="FLOW", help="How the user came, e.g. device-code; not stated when omitted.")
    ] = None,
    trigger: Annotated[
        Trigger | None, typer.Option(help="The trigger; found from the handlers' names when not given.")
    ] = None,
) -> Answer:
    """Run actions here, without a server, and show the answer; exits with 1 when it is FAIL."""
    if event is not None and profile:
        raise typer.BadParameter("name an event or a profile, not both.", param_hint="--profile")
    entries = find_entries(names)
    data = sys.stdin.buffer.read() if str(event) == "-" else event
    with Harness(mode) as harness:
        result = run_entries(harness, entries, data, profile=profile, trigger=trigger, login_flow=login_flow)
    document = describe_result(result)
    missing = [(entry.name, secret) for entry in entries for secret in entry.missing_secrets]
    document["missing_secrets"] = [{"action": action, "name": name} for action, name in missing]
    return Answer(document, lambda console: show_result(console, document), failed=document["decision"] == "FAIL")


def find_entries(names: Sequence[str]) -> list[Entry]:
    """Return the actions of these names or files, each from the project around it.

    Raises:
        Problem: There is none of a name.
    """
    return [find_project(Path(name).parent if name.endswith(".py") else None).find(name) for name in names]


def show_result(console: Console, document: dict[str, Any]) -> None:
    """Print a result of :func:`describe_result`."""
    show_answer(console, document)
    for one in document.get("missing_secrets", ()):
        text = f"{one['action']} declares the secret {one['name']}, which the environment does not hold"
        console.print(Text("  warning ", style="yellow").append(clean(text), style=""))
    if document["seed"] is not None:
        console.print(Text(f"  event made from seed {document['seed']}", style="dim"))
    if document["mode"] == Mode.IN_PROCESS:
        console.print(Text("  in this process: time and memory are not limited", style="dim"))
