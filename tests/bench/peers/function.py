"""The work as a function of functions-framework: the event as JSON in, the answer in protobuf's JSON form out."""

import json
from typing import Any

import flask  # type: ignore[import-not-found]
import functions_framework  # type: ignore[import-not-found]

from tests.bench.peers.merge_cart import merge_cart

ACTION = "merge-cart"


@functions_framework.http  # type: ignore[untyped-decorator]
def serve(request: flask.Request) -> flask.Response:
    """Answer one event."""
    event = request.get_json()
    found = merge_cart(event)  # type: ignore[no-untyped-call]
    commands = [_build(*one) for one in found]
    body = json.dumps({"decision": "DECISION_CONTINUE", "commands": commands}, separators=(",", ":"))
    return flask.Response(body, content_type="application/json")


def _build(kind: str, key: str, value: Any) -> dict[str, Any]:
    value_json = json.dumps(value, separators=(",", ":"))
    change: dict[str, Any]
    if kind == "set_app_metadata":
        change = {"setAppMetadata": {"key": key, "valueJson": value_json}}
    else:
        change = {"setCustomClaim": {"token": "TOKEN_ACCESS", "name": key, "valueJson": value_json}}
    return {"action": ACTION, "version": "1", **change}
