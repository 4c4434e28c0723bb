"""What a command may say: the rules that the facade enforces and the server enforces again.

Runs in: server / worker.

Every check returns the sentence of its refusal, or the empty string. The facade raises it at the author's line;
the server, which takes nothing from a worker on trust, treats it as a wrong answer.
"""

import re
from typing import Any, Final
from urllib.parse import urlsplit

from actions_sandbox.contract import (
    MULTIFACTOR_PROVIDERS,
    RESERVED_APP_METADATA,
    RESTRICTED_CLAIM_HOSTS,
    RESTRICTED_CLAIMS,
    CommandKind,
    Limits,
)

KEY_CHARS: Final = 256
"""The most characters of a metadata key or claim name."""

TEXT_CHARS: Final = 1_000
"""The most characters of a denial's code, reason and user message."""

FACTOR_TYPE_CHARS: Final = 64
"""The most characters of a factor's type."""

FACTORS: Final = 10
"""The most factors in one call."""

_SCOPE: Final = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]{1,256}")
_UNTRANSPORTABLE: Final = re.compile("[\x00\ud800-\udfff]")


def refuse_text(text: str, what: str, most: int) -> str:
    """Judge a name or message: not empty, not too long, and free of NUL and lone surrogates."""
    if not text:
        return f"{what} must not be empty"
    if len(text) > most:
        return f"{what} has {len(text)} characters; at most {most} are allowed"
    return f"{what} must not hold NUL or a lone surrogate" if _UNTRANSPORTABLE.search(text) else ""


def refuse_metadata_key(kind: str, key: str) -> str:
    """Judge a top-level metadata key (Auth0, "Metadata field names and data types")."""
    refusal = refuse_text(key, "a metadata key", KEY_CHARS)
    if refusal:
        return refusal
    if "." in key or "$" in key:
        return f"the metadata key {key!r} must not contain '.' or '$'"
    if kind == CommandKind.SET_APP_METADATA and key in RESERVED_APP_METADATA:
        return f"the app metadata key {key!r} is reserved for the auth server"
    return ""


def refuse_claim_name(name: str) -> str:
    """Judge a claim's name: none of the restricted ones, in none of the restricted namespaces."""
    refusal = refuse_text(name, "a claim name", KEY_CHARS)
    if refusal:
        return refusal
    if name == "scope":
        return "the claim 'scope' has calls of its own: api.accessToken.addScope and removeScope"
    if name in RESTRICTED_CLAIMS:
        return f"the claim {name!r} is restricted: it belongs to the auth server"
    if _is_restricted_namespace(name):
        return f"the claim {name!r} is in a namespace of the auth server; use a namespace of your own"
    return ""


def _is_restricted_namespace(name: str) -> bool:
    lowered = name.lower()
    if lowered.startswith("urn:auth0"):
        return True
    if not lowered.startswith(("http://", "https://")):
        return False
    try:
        host = (urlsplit(lowered).hostname or "").rstrip(".")
    except ValueError:
        return True
    return any(host == taken or host.endswith(f".{taken}") for taken in RESTRICTED_CLAIM_HOSTS)


def refuse_scope(scope: str) -> str:
    """Judge a scope token (RFC 6749 section 3.3)."""
    if _SCOPE.fullmatch(scope):
        return ""
    return "a scope is 1 to 256 printable ASCII characters without spaces, quotes and backslashes"


def refuse_transaction_key(key: str, limits: Limits) -> str:
    """Judge a key of transaction metadata."""
    return refuse_text(key, "a transaction metadata key", limits.transaction_key_chars)


def refuse_provider(provider: str) -> str:
    """Judge the provider of ``api.multifactor.enable``."""
    if provider in MULTIFACTOR_PROVIDERS:
        return ""
    return f"unknown multifactor provider; choose one of {', '.join(sorted(MULTIFACTOR_PROVIDERS))}"


class Tally:
    """Adds up what one flow records and refuses the command that goes over a limit.

    A key set twice counts once, with its last value, as the auth server will see it.

    Args:
        limits: The limits of the execution.
    """

    __slots__ = ("_commands", "_commands_bytes", "_limits", "_sizes", "_totals")

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._commands = 0
        self._commands_bytes = 0
        self._sizes: dict[tuple[str, str], int] = {}
        self._totals: dict[str, int] = {}

    def copy(self) -> "Tally":
        """Return a tally that can be given up with a failed action."""
        twin = Tally(self._limits)
        twin._commands = self._commands
        twin._commands_bytes = self._commands_bytes
        twin._sizes = self._sizes.copy()
        twin._totals = self._totals.copy()
        return twin

    def has_room(self, encoded_bytes: int) -> bool:
        """Tell whether one more encoded command of this size may be returned."""
        limits = self._limits
        return self._commands < limits.commands and self._commands_bytes + encoded_bytes <= limits.commands_bytes

    def refuse(self, body: dict[str, Any], encoded_bytes: int) -> str:
        """Count a command, against the limit of its target where it has one, unless it goes over."""
        target, name, most = self._target(body)
        if most:
            value = body["value_json"]
            removes = value == "null" and "token" not in body
            size = 0 if removes else _utf8_bytes(name) + _utf8_bytes(value)
            total = self._totals.get(target, 0) + size - self._sizes.get((target, name), 0)
            if total > most:
                return (
                    f"{target} set by one flow may have {most} bytes, names and values together;"
                    f" with {name!r} it has {total}"
                )
            self._totals[target] = total
            self._sizes[target, name] = size
        self._commands += 1
        self._commands_bytes += encoded_bytes
        return ""

    def _target(self, body: dict[str, Any]) -> tuple[str, str, int]:
        kind, limits = body["kind"], self._limits
        if kind == "set_app_metadata":
            return "app metadata", body["key"], limits.app_metadata_bytes
        if kind == "set_custom_claim":
            return f"custom claims of the {body['token']} token", body["name"], limits.claims_bytes
        if kind == "set_user_metadata":
            return "user metadata", body["key"], limits.user_metadata_bytes
        if kind == "set_transaction_metadata":
            return "transaction metadata", body["key"], limits.transaction_bytes
        return "", "", 0


def _utf8_bytes(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode())
