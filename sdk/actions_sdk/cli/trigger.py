"""``actions trigger``: one live execution, and its answer for people and programs.

Runs in: developer's machine.
"""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from actions_runtime.events import LoginFlow
from actions_sandbox.contract import Trigger
from actions_sdk.cli.answers import Answer
from actions_sdk.cli.mending import suggest_mend
from actions_sdk.cli.results import show_answer
from actions_sdk.client import ActionsClient
from actions_sdk.messages import describe_answer
from actions_sdk.refusals import ActionsClientError


def read_event(file: Path) -> bytes:
    """Return an event's bytes as they are.

    Args:
        file: The file; ``-`` is standard input.

    Raises:
        typer.BadParameter: The file cannot be read.
    """
    if str(file) == "-":
        return sys.stdin.buffer.read()
    try:
        return file.read_bytes()
    except OSError as error:
        raise typer.BadParameter(f"{file} cannot be read: {error.strerror}.", param_hint="--event") from None


def trigger(
    client: ActionsClient,
    trigger: Annotated[Trigger, typer.Argument(help="The trigger.")],
    event: Annotated[Path, typer.Option(metavar="FILE", help="The event as JSON; - reads standard input.")],
    execution_id: Annotated[
        str, typer.Option(help="Names the execution; the same name gives the same answer for ten minutes.")
    ] = "",
    login_flow: Annotated[
        LoginFlow | None,
        typer.Option(
            parser=LoginFlow, metavar="FLOW", help="How the user came, e.g. device-code; not stated when omitted."
        ),
    ] = None,
) -> Answer:
    """Run a trigger's flow for one event, live, and show the answer; exits with 1 when it is FAIL."""
    data = read_event(event)
    response = client.execute_flow(trigger, data, execution_id=execution_id, login_flow=login_flow)
    answer = describe_answer(response)
    for result in answer["results"]:
        _add_source_line(client, result)
    return Answer(answer, lambda console: show_answer(console, answer), failed=answer["decision"] == "FAIL")


def _add_source_line(client: ActionsClient, result: dict[str, Any]) -> None:
    """Put the author's line and what to do beside an error, where the key may read the version."""
    error = result["error"]
    if error is None or not error["line"] or not result["version"]:
        return
    try:
        source = client.get_version(result["action"], result["version"]).source
    except ActionsClientError:
        return
    # Only a failure needs the harness, which takes a while to load.
    from actions_sdk.harness.places import read_line

    error["source_line"] = read_line(source, error["line"])
    error["hint"] = suggest_mend(error["type"], error["message"], source)
