"""The event edge: what an auth server sends is parsed and validated here, once.

Runs in: server / developer's machine.
"""

from actions_runtime.events.acceptance import EVENTS, MAX_EVENT_BYTES, MAX_VIOLATIONS, parse_event
from actions_runtime.events.json_edge import MAX_DEPTH, parse_json
from actions_runtime.events.session_transfer import WITHHOLDING_PROTOCOLS, LoginFlow, withhold

__all__ = [
    "EVENTS",
    "MAX_DEPTH",
    "MAX_EVENT_BYTES",
    "MAX_VIOLATIONS",
    "WITHHOLDING_PROTOCOLS",
    "LoginFlow",
    "parse_event",
    "parse_json",
    "withhold",
]
