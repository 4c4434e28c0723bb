"""From the bytes that an auth server sent to a valid event.

Runs in: server / developer's machine.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, NoReturn, cast

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from actions_runtime.errors import InvalidArgument, Violation
from actions_runtime.events.field_path import render_path
from actions_runtime.events.json_edge import MAX_DEPTH, check_size, is_faithful, read_again
from actions_runtime.events.post_login import PostLoginEvent
from actions_runtime.events.pre_user_registration import PreUserRegistrationEvent
from actions_sandbox.contract import Trigger

MAX_EVENT_BYTES: Final = 262_144
"""Bytes of UTF-8 that an event may have unless the server is set up otherwise: 256 KiB."""

MAX_VIOLATIONS: Final = 20
"""Violations that one refusal lists; gRPC carries a status's details in 8 KiB of headers."""

EVENTS: Final[Mapping[Trigger, TypeAdapter[Any]]] = MappingProxyType(
    {
        Trigger.POST_LOGIN: TypeAdapter(PostLoginEvent),
        Trigger.PRE_USER_REGISTRATION: TypeAdapter(PreUserRegistrationEvent),
    }
)
"""What the event of each trigger looks like."""

_SECRETS: Final = Violation(
    "event.secrets", "must not be sent: an action's secrets are stored here and reach that action alone"
)
_EXPECTED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "string_type": "text",
        "string_unicode": "text",
        "int_type": "an integer",
        "float_type": "a number",
        "bool_type": "true or false",
        "list_type": "a list",
        "dict_type": "an object",
    }
)
_MEMBER_TAGS: Final = frozenset({"str", "int", "float", "bool"})
"""What pydantic puts after the path of a field that takes several kinds of values."""


def parse_event(trigger: Trigger, data: bytes, max_bytes: int = MAX_EVENT_BYTES) -> dict[str, Any]:
    """Parse and validate the event of one execution.

    Args:
        trigger: Whose event it is.
        data: The event: a JSON object in UTF-8.
        max_bytes: The most bytes that it may have.

    Returns:
        The event as plain dicts and lists. Fields that no shape names are kept, integers are exact, an
        ``anonymous_session`` has its ``metadata``, and an optional field that was null still is.

    Raises:
        InvalidArgument: The bytes are no acceptable JSON (see :func:`.parse_json`), or fields have the wrong
            shape; then up to 20 violations, each with its path and what is expected. No value of the event is
            repeated.
    """
    raw = check_size(data, max_bytes, "event")
    event = _read_fast(trigger, raw) or _read_carefully(trigger, raw)
    if "secrets" in event:
        _refuse((_SECRETS,))
    session = event.get("anonymous_session")
    if session is not None and session.get("metadata") is None:
        session["metadata"] = {}
    return event


def _read_fast(trigger: Trigger, raw: bytes) -> dict[str, Any] | None:
    try:
        event: dict[str, Any] = EVENTS[trigger].validate_json(raw)
    except ValidationError:
        return None
    return event if is_faithful(raw, event, MAX_DEPTH) else None


def _read_carefully(trigger: Trigger, raw: bytes) -> dict[str, Any]:
    value = read_again(raw, root="event", max_depth=MAX_DEPTH)
    try:
        return cast("dict[str, Any]", EVENTS[trigger].validate_python(value))
    except ValidationError as error:
        violations = _list_violations(error.errors(include_url=False, include_context=False))
        if isinstance(value, dict) and "secrets" in value:
            violations.insert(0, _SECRETS)
        _refuse(violations)


def _refuse(violations: Sequence[Violation]) -> NoReturn:
    first = violations[0]
    others = f" (and {len(violations) - 1} more)" if len(violations) > 1 else ""
    message = f"{first.field} {first.description}{others}"
    raise InvalidArgument(message, violations[:MAX_VIOLATIONS], reason="INVALID_EVENT")


def _list_violations(details: list[ErrorDetails]) -> list[Violation]:
    """Make one violation of each field, however many kinds of values it would have taken."""
    expected: dict[tuple[int | str, ...], list[ErrorDetails]] = {}
    for detail in details:
        path = detail["loc"]
        if path and path[-1] in _MEMBER_TAGS and detail["type"] != "missing":
            path = path[:-1]
        expected.setdefault(path, []).append(detail)
    return [Violation(render_path("event", path), _describe(found)) for path, found in expected.items()]


def _describe(details: list[ErrorDetails]) -> str:
    kind = details[0]["type"]
    if kind == "missing":
        return "is required"
    if kind == "string_too_short":
        return "must not be empty"
    names = [_EXPECTED.get(detail["type"], "") for detail in details]
    if not all(names):
        return f"is refused: {details[0]['msg']}"
    return f"must be {_join(names)}, not {_name_kind(details[0]['input'])}"


def _join(names: list[str]) -> str:
    if "a number" in names and "an integer" in names:
        names = [name for name in names if name != "an integer"]
    return " or ".join(names)


def _name_kind(value: Any) -> str:
    kinds = {str: "text", bool: "true or false", int: "a number", float: "a number", list: "a list"}
    return "null" if value is None else kinds.get(type(value), "an object")
