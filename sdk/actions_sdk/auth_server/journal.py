"""What the runtime answered last, for tests and demos to look at.

Runs in: developer's machine.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from actions_runtime.events import LoginFlow
from actions_runtime.execution import ActionResult
from actions_sandbox.contract import Trigger
from actions_sdk.commands import Command
from actions_sdk.flows import FlowAnswer


class Journal:
    """Keeps the last answers, as they came.

    Args:
        kept: How many; with 0 it keeps nothing.
    """

    def __init__(self, kept: int) -> None:
        self._entries: deque[dict[str, Any]] = deque(maxlen=kept)

    @property
    def entries(self) -> list[dict[str, Any]]:
        """The answers as plain facts, oldest first.

        Beside the facts of the answer, as ``actions_sdk.messages.describe_answer`` has them: ``trigger``,
        ``login_flow`` and the event's ``anonymous_session``, None when none was handed over.
        """
        return list(self._entries)

    def note(self, trigger: Trigger, flow: LoginFlow, event: Mapping[str, Any], answer: FlowAnswer) -> None:
        """Keep an answer."""
        if self._entries.maxlen:
            asked = {"trigger": trigger, "login_flow": flow, "anonymous_session": event.get("anonymous_session")}
            self._entries.append(asked | _describe(answer))


def _describe(answer: FlowAnswer) -> dict[str, Any]:
    return {
        "execution_id": answer.execution_id,
        "decision": answer.decision,
        "reached": answer.reached,
        "commands": [_describe_command(command) for command in answer.commands],
        "denial": None if answer.denial is None else _pick(answer.denial, "action code reason user_message"),
        "results": [_describe_result(result) for result in answer.results],
        "warnings": [_pick(warning, "code message action") for warning in answer.warnings],
    }


def _describe_command(command: Command) -> dict[str, Any]:
    facts = asdict(command)
    return {"action": facts.pop("action"), "version": facts.pop("version"), "kind": command.kind, **facts}


def _describe_result(result: ActionResult) -> dict[str, Any]:
    return {
        **_pick(result, "action version outcome duration_us logs_truncated"),
        "error": None if result.error is None else _pick(result.error, "type message file line column"),
        "logs": [{"level": level, "text": text} for level, text in result.logs],
    }


def _pick(facts: object, names: str) -> dict[str, Any]:
    return {name: getattr(facts, name) for name in names.split()}
