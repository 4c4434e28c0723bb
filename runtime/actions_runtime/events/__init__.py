"""The event edge: what an auth server sends is parsed and validated here, once.

Runs in: server / developer's machine.
"""

from actions_runtime.events.acceptance import EVENTS, MAX_EVENT_BYTES, MAX_VIOLATIONS, parse_event
from actions_runtime.events.json_edge import MAX_DEPTH, is_faithful_value, parse_json
from actions_runtime.events.session_transfer import WITHHOLDING_PROTOCOLS, LoginFlow, withhold
from actions_runtime.events.strict_reader import MAX_INTEGER_DIGITS

__all__ = [
    "EVENTS",
    "MAX_DEPTH",
    "MAX_EVENT_BYTES",
    "MAX_INTEGER_DIGITS",
    "MAX_VIOLATIONS",
    "WITHHOLDING_PROTOCOLS",
    "LoginFlow",
    "is_faithful_value",
    "parse_event",
    "parse_json",
    "withhold",
]
