"""``actions trigger``: one live execution, and its answer for people and programs.

Runs in: developer's machine.
"""

import json
import sys
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.console import Console
from rich.text import Text

from actions_sandbox.contract import Trigger
from actions_sdk.cli.problems import Place, clean, show_place
from actions_sdk.cli.session import Answer
from actions_sdk.client import ActionsClient
from actions_sdk.messages import LoginFlow, describe_answer
from actions_sdk.refusals import ActionsClientError

_STYLES: Final = {"CONTINUE": "bold green", "DENY": "bold yellow", "FAIL": "bold red"}


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
    login_flow: Annotated[LoginFlow | None, typer.Option(help="How the user came; not stated when omitted.")] = None,
) -> Answer:
    """Run a trigger's flow for one event, live, and show the answer; exits with 1 when it is FAIL."""
    data = read_event(event)
    response = client.execute_flow(trigger, data, execution_id=execution_id, login_flow=login_flow)
    answer = describe_answer(response)
    for result in answer["results"]:
        _add_source_line(client, result)
    return Answer(answer, lambda console: show_answer(console, answer), failed=answer["decision"] == "FAIL")


def _add_source_line(client: ActionsClient, result: dict[str, Any]) -> None:
    """Put the author's line beside an error, where the key may read the version."""
    error = result["error"]
    if error is None or not error["line"] or not result["version"]:
        return
    try:
        lines = client.get_version(result["action"], result["version"]).source.splitlines()
    except ActionsClientError:
        return
    if error["line"] <= len(lines):
        error["source_line"] = lines[error["line"] - 1][:200]


def show_answer(console: Console, answer: dict[str, Any]) -> None:
    """Print an answer of :func:`describe_answer`: decision, commands, results, logs, warnings."""
    title = Text(answer["decision"], style=_STYLES.get(answer["decision"], ""))
    console.print(title.append(f"  {answer['execution_id']}", style="dim"))
    if answer["denial"] is not None:
        denial = answer["denial"]
        text = f"  denied by {denial['action']}: {denial['code']}: {denial['reason']}"
        console.print(Text(clean(text)))
        console.print(Text(clean(f"  the user is told: {denial['user_message'] or '(nothing)'}")))
    for command in answer["commands"]:
        console.print(describe_command(command))
    for result in answer["results"]:
        _show_result(console, result)
    for warning in answer["warnings"]:
        console.print(Text("  warning ", style="yellow").append(clean(f"{warning['code']}: {warning['message']}")))


def describe_command(command: dict[str, Any]) -> Text:
    """Return one line for a command of :func:`read_command`."""
    line = Text(f"  {command['kind']} ", style="cyan")
    facts = {key: value for key, value in command.items() if key not in ("action", "version", "kind")}
    text = " ".join(
        value if isinstance(value, str) and key != "value" else json.dumps(value, ensure_ascii=False)
        for key, value in facts.items()
    )
    return line.append(clean(text), style="").append(f"  ← {command['action']}", style="dim")


def _show_result(console: Console, result: dict[str, Any]) -> None:
    took = "" if result["duration_us"] is None else f" in {result['duration_us'] / 1000:.2f} ms"
    version = f"@{result['version']}" if result["version"] else " (draft)"
    console.print(Text(f"  {result['action']}{version} ", style="bold").append(f"{result['outcome']}{took}", style=""))
    error = result["error"]
    if error is not None:
        show_place(
            console,
            Place(
                error["type"],
                error["message"],
                "",
                error["file"],
                error["line"],
                error["column"],
                error.get("source_line", ""),
            ),
        )
    for line in result["logs"]:
        console.print(Text(f"    {line['level']:5} ", style="dim").append(clean(line["text"]), style=""))
    if result["logs_truncated"]:
        console.print(Text("    more log lines were cut at the limit", style="dim"))
