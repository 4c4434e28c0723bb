"""From an event to the request's message, or to a refusal before anything is sent.

Runs in: auth server.
"""

import json
import math
import secrets
from collections.abc import Mapping
from typing import Any, Final, NoReturn

from actions.v1 import execution_pb2
from actions_runtime.events import MAX_DEPTH, LoginFlow
from actions_runtime.events.field_path import render_path
from actions_sandbox.contract import Trigger
from actions_sdk import messages
from actions_sdk.refusals import ActionsClientError, Violation

_Path = tuple[str | int, ...]
_TOO_LONG: Final = 10**4_000
"""The least integer of more than 4 000 digits, which no server reads."""


def make_execution_id() -> str:
    """Return a new execution id that nobody can guess."""
    return f"exec_{secrets.token_hex(16)}"


def build_request(
    trigger: Trigger,
    event: Mapping[str, Any],
    *,
    login_flow: LoginFlow | None,
    execution_id: str | None,
    event_bytes: int,
) -> execution_pb2.ExecuteFlowRequest:
    """Build the request for one execution.

    It always carries an execution id, so that an attempt which is sent again is not run again.

    Args:
        trigger: The trigger.
        event: The event; see :func:`encode_event`.
        login_flow: How the user came; None when not known.
        execution_id: The execution's id; made up when None or empty.
        event_bytes: The longest event.

    Raises:
        ActionsClientError: The event cannot be sent, as INVALID_ARGUMENT.
    """
    return execution_pb2.ExecuteFlowRequest(
        trigger=messages.encode_trigger(trigger),
        event_json=encode_event(event, event_bytes),
        execution_id=execution_id or make_execution_id(),
        login_flow=messages.encode_login_flow(login_flow),
    )


def encode_event(event: Mapping[str, Any], event_bytes: int) -> bytes:
    """Write an event as JSON that says exactly what the event says.

    Args:
        event: Objects as mappings with keys of text; lists or tuples; text, integers, finite floats, booleans and
            None. Integers are exact up to 4 000 digits.
        event_bytes: The most bytes that it may have.

    Returns:
        UTF-8.

    Raises:
        ActionsClientError: It holds anything else, NUL or a lone surrogate, nests deeper than 64 levels or is too
            long: INVALID_ARGUMENT with the reason ``EVENT_NOT_JSON`` or ``EVENT_TOO_LARGE`` and the field's path.
    """
    if not isinstance(event, Mapping):
        _refuse((), f"is of type {type(event).__name__}; expected a mapping")
    text = json.dumps(_make_plain(event, ()), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    data = text.encode()
    if len(data) > event_bytes:
        _refuse((), f"has {len(data)} bytes; at most {event_bytes} are allowed", reason="EVENT_TOO_LARGE")
    return data


def _make_plain(value: Any, path: _Path) -> Any:
    """Copy a value into what ``json`` writes without a loss, or refuse it with its path."""
    if isinstance(value, str):
        return _take_text(value, path)
    if isinstance(value, Mapping):
        _refuse_depth(path)
        return {_take_key(key, path): _make_plain(item, (*path, key)) for key, item in value.items()}
    if isinstance(value, list | tuple):
        _refuse_depth(path)
        return [_make_plain(item, (*path, index)) for index, item in enumerate(value)]
    return _take_scalar(value, path)


def _take_scalar(value: Any, path: _Path) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        _refuse(path, f"is {value!r}, which JSON does not have")
    if isinstance(value, int) and abs(value) >= _TOO_LONG:
        _refuse(path, "is an integer of more than 4 000 digits")
    if value is not None and not isinstance(value, bool | int | float):
        _refuse(path, f"is of type {type(value).__name__}, which JSON does not have")
    return value


def _take_text(text: str, path: _Path) -> str:
    if "\0" in text or not _is_unicode(text):
        _refuse(path, "holds a NUL or a lone surrogate")
    return text


def _take_key(key: Any, path: _Path) -> str:
    if not isinstance(key, str):
        _refuse(path, f"has a key of type {type(key).__name__}; expected text")
    return _take_text(key, path)


def _is_unicode(text: str) -> bool:
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _refuse_depth(path: _Path) -> None:
    if len(path) >= MAX_DEPTH:
        _refuse(path, f"nests deeper than {MAX_DEPTH} levels")


def _refuse(path: _Path, description: str, *, reason: str = "EVENT_NOT_JSON") -> NoReturn:
    field = render_path("event", path)
    raise ActionsClientError(
        "INVALID_ARGUMENT", f"{field} {description}.", reason=reason, violations=(Violation(field, description),)
    )
