"""``actions versions`` and ``actions rollback``: what ran, what runs, and back.

Runs in: developer's machine.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from actions.v1 import management_pb2
from actions_sdk.cli.answers import Answer
from actions_sdk.cli.problems import clean
from actions_sdk.cli.sources import name_action
from actions_sdk.client import ActionsClient


@dataclass(frozen=True, slots=True)
class Listed:
    """A version without its source.

    Attributes:
        number: Its number.
        deployed: Whether it is the one that runs.
        label: Its label, e.g. a git commit.
        created_at: When it was made, ISO 8601 in UTC.
        policy_version: Version of the language policy that accepted it.
        secret_names: Names of its secrets.
    """

    number: int
    deployed: bool
    label: str
    created_at: str
    policy_version: int
    secret_names: list[str]


def list_versions(client: ActionsClient, action: str) -> list[Listed]:
    """Return an action's versions, newest first.

    Raises:
        ActionsClientError: The server refused.
    """
    return [_read(version) for version in client.list_versions(action)]


def _read(version: management_pb2.ActionVersion) -> Listed:
    made = version.create_time.ToDatetime(UTC).isoformat(timespec="seconds")
    names = list(version.secret_names)
    return Listed(version.number, version.deployed, version.label, made, version.policy_version, names)


def versions(
    client: ActionsClient,
    name: Annotated[str, typer.Argument(metavar="ACTION", help="The action, e.g. merge-cart.")],
) -> Answer:
    """List an action's versions, newest first, and say which one runs."""
    action = name_action(name)
    found = list_versions(client, action)
    document = {"action": action, "versions": [asdict(version) for version in found]}
    return Answer(document, lambda console: _show(console, action, found))


def _show(console: Console, action: str, found: Sequence[Listed]) -> None:
    if not found:
        console.print(Text(f"{action} has no version; `actions deploy {action}` makes one"))
    width = max((len(str(version.number)) for version in found), default=0)
    for version in found:
        line = Text(f"{version.number:{width}}  ", style="bold").append(version.created_at, style="")
        line.append("  runs" if version.deployed else "      ", style="green")
        console.print(line.append(clean(f"  {version.label}").rstrip(), style="dim"))


def rollback(
    client: ActionsClient,
    name: Annotated[str, typer.Argument(metavar="ACTION", help="The action, e.g. merge-cart.")],
    number: Annotated[int, typer.Argument(metavar="NUMBER", min=1, help="The version whose content is to run.")],
) -> Answer:
    """Deploy an old version's content under a new number; the draft stays as it is."""
    action = name_action(name)
    version = client.rollback_action(action, number)
    document = {"action": action, "version": version.number, "content_of": number, "label": version.label}
    return Answer(document, lambda console: _show_rollback(console, action, version.number, number))


def _show_rollback(console: Console, action: str, version: int, number: int) -> None:
    line = Text(action, style="bold").append(
        f"  version {version} runs, with the content of version {number}", style=""
    )
    console.print(line)
