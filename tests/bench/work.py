"""Work to measure: the actions of a tenant, an event for them, and the commands that must come back."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from google.protobuf import json_format
from google.protobuf.duration_pb2 import Duration

from actions.v1 import commands_pb2 as commands
from actions.v1 import execution_pb2 as execution

METHOD = "/actions.v1.ExecutionService/ExecuteFlow"
Check = Callable[[bytes], str]


def encode_json(value: object) -> str:
    """Write JSON as every target writes it."""
    return json.dumps(value, separators=(",", ":"))


def set_app_metadata(action: str, key: str, value: object) -> commands.Command:
    """Build the command that an action's first version records."""
    change = commands.SetAppMetadata(key=key, value_json=encode_json(value))
    return commands.Command(action=action, version=1, set_app_metadata=change)


def set_access_claim(action: str, name: str, value: object) -> commands.Command:
    """Build the command that an action's first version records."""
    change = commands.SetCustomClaim(token=commands.TOKEN_ACCESS, name=name, value_json=encode_json(value))
    return commands.Command(action=action, version=1, set_custom_claim=change)


@dataclass(frozen=True)
class Work:
    """Something that a target is asked to do.

    Attributes:
        sources: The actions in binding order, source by name.
        event: The event as JSON.
        expected: The commands that must come back, in order.
    """

    sources: Mapping[str, str]
    event: bytes
    expected: tuple[commands.Command, ...]

    @cached_property
    def request(self) -> bytes:
        """The serialized request."""
        return execution.ExecuteFlowRequest(
            trigger=execution.TRIGGER_POST_LOGIN, event_json=self.event
        ).SerializeToString()

    @cached_property
    def reply(self) -> bytes:
        """A serialized reply such as a server gives, for an echo to answer with."""
        return execution.ExecuteFlowResponse(
            execution_id=f"exec_{0:032x}",
            decision=execution.DECISION_CONTINUE,
            commands=self.expected,
            results=[
                execution.ActionResult(
                    action=action, version=1, outcome=execution.OUTCOME_COMPLETED, duration=Duration(nanos=100_000)
                )
                for action in self.sources
            ],
        ).SerializeToString()

    @property
    def slack_bytes(self) -> int:
        """Bytes by which two right replies may differ: each action's duration is a number of varying length."""
        return 2 * len(self.sources)

    def find_fault(self, reply: bytes) -> str:
        """Return what is wrong with a serialized reply, or an empty string."""
        if not reply:
            return "an empty reply: the call failed"
        return self._compare(execution.ExecuteFlowResponse.FromString(reply))

    def find_fault_in_json(self, reply: bytes) -> str:
        """Return what is wrong with a reply in protobuf's JSON form, or an empty string."""
        try:
            return self._compare(json_format.Parse(reply, execution.ExecuteFlowResponse()))
        except json_format.ParseError as error:
            return f"no answer in JSON: {error}: {reply[:200]!r}"

    def _compare(self, answer: execution.ExecuteFlowResponse) -> str:
        if answer.decision != execution.DECISION_CONTINUE:
            return f"decision {answer.decision}: {answer.results}"
        return compare_commands(answer.commands, self.expected)


def compare_commands(found: Iterable[commands.Command], expected: Iterable[commands.Command]) -> str:
    """Compare two lists, command by command; returns the first difference, or an empty string."""
    left, right = list(found), list(expected)
    if len(left) != len(right):
        return f"{len(left)} commands instead of {len(right)}"
    for place, (one, other) in enumerate(zip(left, right, strict=True)):
        if one != other:
            return f"command {place} is {one} instead of {other}"
    return ""


def encode_event(event: Mapping[str, Any]) -> bytes:
    """Write an event as a caller would."""
    return encode_json(event).encode()
