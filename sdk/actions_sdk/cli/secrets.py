"""``actions secrets``: names and values of the secrets of an action's draft; values only go in.

Runs in: developer's machine.
"""

import getpass
import os
import sys
from collections.abc import Sequence
from typing import Annotated, Any, Final

import typer
from rich.console import Console
from rich.text import Text

from actions_sdk.cli.answers import Answer
from actions_sdk.cli.sources import name_action
from actions_sdk.client import ActionsClient

_VALUE_BYTES: Final = 64 * 1024
_Action = Annotated[str, typer.Argument(metavar="ACTION", help="The action, e.g. merge-cart.")]


def list_secrets(client: ActionsClient, name: _Action) -> Answer:
    """List the names of a draft's secrets; no call gives a value back."""
    action = name_action(name)
    return _answer(action, list(client.get_action(action).secret_names))


def set_secrets(
    client: ActionsClient,
    name: _Action,
    secrets: Annotated[
        list[str],
        typer.Argument(
            metavar="NAME…",
            help="Names; each value comes from the environment variable of that name. NAME=VALUE works as well, but "
            "the shell remembers it.",
        ),
    ],
    stdin: Annotated[
        bool,
        typer.Option("--stdin", help="Read the value of the one NAME from standard input, without its last line end."),
    ] = False,
) -> Answer:
    """Set secrets in an action's draft; `actions deploy` makes them those that run."""
    action = name_action(name)
    values = read_values(secrets, stdin=stdin)
    open_values = [one.partition("=")[0] for one in secrets if "=" in one]
    warnings = [
        f"the value of {secret} was on the command line: the shell's history holds it and every process could read it"
        for secret in open_values
    ]
    changed = client.update_action(action, secrets=values)
    return _answer(action, list(changed.secret_names), warnings, set=sorted(values))


def read_values(secrets: Sequence[str], *, stdin: bool = False) -> dict[str, str]:
    """Return the values of secrets: from ``NAME=VALUE``, the environment, standard input, or a terminal.

    Args:
        secrets: What was given for each.
        stdin: Whether standard input holds the value of the only one.

    Raises:
        typer.BadParameter: There is no value, or standard input would have to serve several.
    """
    if stdin:
        if len(secrets) != 1 or "=" in secrets[0]:
            raise typer.BadParameter("name exactly one secret, without a value.", param_hint="--stdin")
        return {secrets[0]: _cut_line_end(sys.stdin.read(_VALUE_BYTES))}
    return {one.partition("=")[0]: _read_value(one) for one in secrets}


def _read_value(given: str) -> str:
    name, equals, value = given.partition("=")
    if equals:
        return value
    if name in os.environ:
        return os.environ[name]
    if sys.stdin.isatty():
        return getpass.getpass(f"{name}: ")
    raise typer.BadParameter(
        f"the environment holds no {name}. Set it, or give the value with --stdin.", param_hint="NAME…"
    )


def _cut_line_end(text: str) -> str:
    return text.removesuffix("\n").removesuffix("\r")


def remove_secrets(
    client: ActionsClient,
    name: _Action,
    secrets: Annotated[list[str], typer.Argument(metavar="NAME…", help="Names of the secrets.")],
) -> Answer:
    """Remove secrets from an action's draft; the version that runs keeps them until the next deploy."""
    action = name_action(name)
    changed = client.update_action(action, removed_secrets=secrets)
    return _answer(action, list(changed.secret_names), removed=sorted(secrets))


def _answer(action: str, names: list[str], warnings: Sequence[str] = (), **facts: Any) -> Answer:
    document = {"action": action, "secrets": names, "warnings": list(warnings), **facts}
    return Answer(document, lambda console: _show(console, action, names, warnings))


def _show(console: Console, action: str, names: Sequence[str], warnings: Sequence[str]) -> None:
    console.print(Text(action, style="bold").append(f"  {', '.join(names) or 'no secrets'}", style=""))
    for warning in warnings:
        console.print(Text("  warning ", style="yellow").append(warning, style=""))
