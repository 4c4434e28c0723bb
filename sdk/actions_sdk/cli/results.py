"""Answers of flows, shown to people: what ran here and what ran at a server look the same.

Runs in: developer's machine.
"""

import json
from typing import Any, Final

from rich.console import Console
from rich.text import Text

from actions_sdk.cli.problems import Place, clean, show_place

_STYLES: Final = {"CONTINUE": "bold green", "DENY": "bold yellow", "FAIL": "bold red"}


def show_answer(console: Console, answer: dict[str, Any]) -> None:
    """Print an answer of :func:`describe_answer`: decision, commands, results, logs, warnings."""
    title = Text(answer["decision"], style=_STYLES.get(answer["decision"], ""))
    console.print(title.append(f"  {answer['execution_id']}" if answer["execution_id"] else "", style="dim"))
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
                error.get("hint", ""),
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
