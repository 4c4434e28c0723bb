"""``actions bind``: which actions run at a trigger, and in which order.

Runs in: developer's machine.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from actions_sandbox.contract import OnError, Trigger
from actions_sdk.cli.answers import Answer
from actions_sdk.cli.sources import name_action
from actions_sdk.client import ActionsClient
from actions_sdk.messages import read_bindings

BindingList = list[tuple[str, OnError]]
"""Ids of actions in the order in which they run, and what happens when each fails."""


@dataclass(frozen=True, slots=True)
class Bound:
    """A trigger's bindings before and after a change."""

    trigger: Trigger
    before: BindingList
    after: BindingList


def bind_actions(client: ActionsClient, trigger: Trigger, bindings: Sequence[tuple[str, OnError]]) -> Bound:
    """Replace a trigger's bindings, unless somebody else changes them at the same moment.

    Raises:
        ActionsClientError: The server refused; ABORTED when somebody else was faster.
    """
    current = client.get_bindings(trigger)
    before = read_bindings(current)
    if before == list(bindings):
        return Bound(trigger, before, before)
    updated = client.update_bindings(trigger, bindings, current.etag)
    return Bound(trigger, before, read_bindings(updated))


def read_on_error(options: Sequence[str], actions: Sequence[str]) -> Mapping[str, OnError]:
    """Read ``NAME=skip`` and ``NAME=deny``.

    Raises:
        typer.BadParameter: The text is neither, or the action is not among those bound.
    """
    chosen = {}
    for option in options:
        name, _, value = option.partition("=")
        action = name.removesuffix(".py").replace("_", "-")
        if value.upper() not in OnError.__members__:
            raise typer.BadParameter(f"{option!r} is not of the form NAME=skip or NAME=deny.", param_hint="--on-error")
        if action not in actions:
            raise typer.BadParameter(f"{name!r} is not among the actions to bind.", param_hint="--on-error")
        chosen[action] = OnError[value.upper()]
    return chosen


def bind(
    client: ActionsClient,
    trigger: Annotated[Trigger, typer.Argument(help="The trigger.")],
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="NAME…", help="Every action that is to run, in order."),
    ] = None,
    on_error: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=skip",
            help="What happens when the action fails: deny (default) fails the whole flow, skip drops that "
            "action's commands and goes on.",
        ),
    ] = None,
    clear: Annotated[bool, typer.Option("--clear", help="Bind nothing to the trigger.")] = False,
) -> Answer:
    """Say which deployed actions run at a trigger; the list replaces the old one."""
    if bool(names) == clear:
        raise typer.BadParameter("name the actions to bind, or say --clear.", param_hint="NAME…")
    actions = [name_action(name) for name in names or ()]
    chosen = read_on_error(on_error or (), actions)
    bound = bind_actions(client, trigger, [(action, chosen.get(action, OnError.DENY)) for action in actions])
    document = {
        "trigger": bound.trigger,
        "before": _describe(bound.before),
        "after": _describe(bound.after),
    }
    return Answer(document, lambda console: _show(console, bound))


def _describe(bindings: BindingList) -> list[dict[str, str]]:
    return [{"action": action, "on_error": on_error} for action, on_error in bindings]


def _show(console: Console, bound: Bound) -> None:
    console.print(Text(bound.trigger, style="bold"))
    console.print(Text(f"  before  {_join(bound.before)}"))
    console.print(Text(f"  after   {_join(bound.after)}"))


def _join(bindings: BindingList) -> str:
    names = [action + (" (skipped on error)" if on_error is OnError.SKIP else "") for action, on_error in bindings]
    return " → ".join(names) or "nothing"
