"""``actions push``: sources become drafts.

Runs in: developer's machine.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from actions_sandbox.contract import HANDLERS, Trigger
from actions_sdk.cli.answers import Answer
from actions_sdk.cli.problems import Problem, explain
from actions_sdk.cli.sources import choose_trigger, list_files, name_action, read_text
from actions_sdk.client import ActionsClient
from actions_sdk.messages import decode_trigger
from actions_sdk.refusals import ActionsClientError, ServerUnreachableError


class Change(StrEnum):
    """What a push did to an action."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Pushed:
    """An action after a push.

    Attributes:
        action: The action's id.
        trigger: The action's trigger.
        change: What the push did.
        deployed_version: Number of the version that runs; 0 when none was deployed.
        draft_changed: Whether the draft differs from the version that runs.
    """

    action: str
    trigger: Trigger
    change: Change
    deployed_version: int
    draft_changed: bool


def push_source(
    client: ActionsClient,
    action: str,
    source: str,
    *,
    trigger: Trigger | None = None,
    secrets: Mapping[str, str] | None = None,
) -> Pushed:
    """Make a source the draft of an action, which is created when there is none.

    Args:
        client: The client.
        action: The action's id.
        source: The Python source.
        trigger: The trigger; found from the source's handler when omitted.
        secrets: Secrets to set in the draft; others stay.

    Raises:
        ActionsClientError: The server refused.
        Problem: No trigger is known, or the action exists with another one.
    """
    wanted = trigger or choose_trigger(source)
    try:
        current = client.get_action(action)
    except ActionsClientError as error:
        if error.code != "NOT_FOUND":
            raise
        created = client.create_action(action, wanted or _miss_handler(), source, secrets)
        return Pushed(action, decode_trigger(created.trigger), Change.CREATED, 0, True)
    present = decode_trigger(current.trigger)
    if wanted not in (None, present):
        raise Problem(
            "FAILED_PRECONDITION",
            f"The action {action} has the trigger {present}, which is fixed at its creation, "
            f"and this is a source for {wanted}.",
            advice="Push it under another file name.",
        )
    if current.source == source and not secrets:
        return Pushed(action, present, Change.UNCHANGED, current.deployed_version, current.draft_changed)
    current = client.update_action(action, source=source, secrets=secrets, etag=current.etag)
    return Pushed(action, present, Change.UPDATED, current.deployed_version, current.draft_changed)


def _miss_handler() -> Trigger:
    names = ", ".join(f"`{name}`" for handlers in HANDLERS.values() for name in handlers)
    raise Problem(
        "INVALID_ARGUMENT",
        "The source has no handler at its top level, so its trigger is not known.",
        reason="HANDLER_NOT_FOUND",
        advice=f"Define one of {names} as a function of `event` and `api`.",
    )


def read_secrets(options: Sequence[str]) -> dict[str, str]:
    """Read ``NAME=VALUE``, or ``NAME`` whose value the environment holds.

    Raises:
        typer.BadParameter: The environment holds no such name.
    """
    secrets = {}
    for option in options:
        name, equals, value = option.partition("=")
        if not equals and name not in os.environ:
            raise typer.BadParameter(f"the environment holds no {name}.", param_hint="--secret")
        secrets[name] = value if equals else os.environ[name]
    return secrets


def push_file(
    client: ActionsClient, file: Path, *, trigger: Trigger | None, secrets: Mapping[str, str]
) -> Pushed | Problem:
    """Push one file; a refusal is returned as a problem that names the file.

    Raises:
        ServerUnreachableError: There is no use in going on.
    """
    try:
        return push_source(client, name_action(file.name), read_text(file), trigger=trigger, secrets=secrets)
    except ServerUnreachableError:
        raise
    except ActionsClientError as error:
        return explain(error, subject=str(file))
    except Problem as problem:
        problem.subject = str(file)
        return problem


def push(
    client: ActionsClient,
    paths: Annotated[
        list[Path], typer.Argument(metavar="FILE|DIR…", exists=True, help="merge_cart.py becomes merge-cart.")
    ],
    trigger: Annotated[
        Trigger | None, typer.Option(help="The trigger; found from the handler's name when not given.")
    ] = None,
    secret: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME[=VALUE]",
            help="A secret of the action, for one file at a time. NAME alone takes the value from the "
            "environment and keeps it out of the shell's history.",
        ),
    ] = None,
) -> Answer:
    """Make sources the drafts of actions. Nothing that runs changes before `actions deploy`."""
    files = list_files(paths)
    if secret and len(files) > 1:
        raise typer.BadParameter("secrets belong to one action: push its file alone.", param_hint="--secret")
    secrets = read_secrets(secret or ())
    results = [push_file(client, file, trigger=trigger, secrets=secrets) for file in files]
    pushed = [result for result in results if isinstance(result, Pushed)]
    return Answer(
        {"actions": [asdict(result) for result in pushed]},
        lambda console: _show(console, pushed),
        tuple(result for result in results if isinstance(result, Problem)),
    )


def _show(console: Console, pushed: Sequence[Pushed]) -> None:
    width = max((len(result.action) for result in pushed), default=0)
    for result in pushed:
        line = Text(f"{result.action:{width}}  ", style="bold")
        line.append(f"{result.change:9}  {result.trigger:21}  ", style="")
        running = f"version {result.deployed_version} runs" if result.deployed_version else "not deployed yet"
        if result.draft_changed:
            running += f"; `actions deploy {result.action}` makes the draft run"
        console.print(line.append(running, style=""))
