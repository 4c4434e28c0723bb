"""Puts what a peer's script returned into the answer that our server gives."""

import json
from collections.abc import Sequence
from typing import Any

from actions.v1 import commands_pb2, execution_pb2

ACTION = "merge-cart"


def read_event(request: bytes) -> Any:
    """Parse the event of a serialized request."""
    return json.loads(execution_pb2.ExecuteFlowRequest.FromString(request).event_json)


def build_answer(found: Sequence[Sequence[Any]]) -> bytes:
    """Serialize an answer with commands given as kind, key and value."""
    return execution_pb2.ExecuteFlowResponse(
        execution_id="exec_00000000000000000000000000000000",
        decision=execution_pb2.DECISION_CONTINUE,
        commands=[_build_command(kind, key, json.dumps(value, separators=(",", ":"))) for kind, key, value in found],
    ).SerializeToString()


def _build_command(kind: str, key: str, value_json: str) -> commands_pb2.Command:
    if kind == "set_app_metadata":
        change = commands_pb2.SetAppMetadata(key=key, value_json=value_json)
        return commands_pb2.Command(action=ACTION, version=1, set_app_metadata=change)
    claim = commands_pb2.SetCustomClaim(token=commands_pb2.TOKEN_ACCESS, name=key, value_json=value_json)
    return commands_pb2.Command(action=ACTION, version=1, set_custom_claim=claim)
