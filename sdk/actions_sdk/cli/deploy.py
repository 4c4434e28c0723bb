"""``actions deploy``: drafts become the versions that run.

Runs in: developer's machine.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from actions_sdk.cli.answers import Answer
from actions_sdk.cli.problems import Problem, explain
from actions_sdk.cli.sources import name_action
from actions_sdk.client import ActionsClient
from actions_sdk.refusals import ActionsClientError, ServerUnreachableError


@dataclass(frozen=True, slots=True)
class Deployed:
    """A version that now runs where its action is bound."""

    action: str
    version: int
    label: str


def deploy_action(client: ActionsClient, action: str, *, label: str = "") -> Deployed:
    """Make a version out of an action's draft and make it the one that runs.

    Raises:
        ActionsClientError: The server refused.
    """
    version = client.deploy_action(action, label=label)
    return Deployed(action, version.number, version.label)


def _try_deploy(client: ActionsClient, name: str, label: str) -> Deployed | Problem:
    try:
        return deploy_action(client, name_action(name), label=label)
    except ServerUnreachableError:
        raise
    except ActionsClientError as error:
        return explain(error, subject=name)
    except Problem as problem:
        return problem


def deploy(
    client: ActionsClient,
    names: Annotated[list[str], typer.Argument(metavar="NAME…", help="Ids of actions, e.g. merge-cart.")],
    label: Annotated[str, typer.Option(help="Kept with the version, e.g. a git commit.")] = "",
) -> Answer:
    """Make versions out of drafts; they run at once where their actions are bound."""
    results = [_try_deploy(client, name, label) for name in names]
    deployed = [result for result in results if isinstance(result, Deployed)]
    return Answer(
        {"versions": [asdict(result) for result in deployed]},
        lambda console: _show(console, deployed),
        tuple(result for result in results if isinstance(result, Problem)),
    )


def _show(console: Console, deployed: Sequence[Deployed]) -> None:
    for result in deployed:
        line = Text(result.action, style="bold").append(f"  version {result.version} runs", style="")
        console.print(line.append(f"  ({result.label})" if result.label else "", style="dim"))
