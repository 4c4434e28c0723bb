"""What a request may contain; everything that is wrong with one is told at once.

Runs in: server.
"""

import re
from typing import Final

from actions_runtime.errors import InvalidArgument, Violation

NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,62}")
"""Names of tenants and actions; they appear in resource names, file names and log lines."""

SECRET_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

_NAME_RULE: Final = "Expected 1 to 63 characters: a lower-case letter, then lower-case letters, digits or hyphens."


class Refusals:
    """Collects what is wrong with one request.

    Args:
        message: The sentence that heads the refusal.
    """

    __slots__ = ("_message", "_violations")

    def __init__(self, message: str) -> None:
        self._message = message
        self._violations: list[Violation] = []

    def add(self, field: str, description: str) -> None:
        """Note that a field is wrong."""
        self._violations.append(Violation(field, description))

    def require_name(self, field: str, value: str) -> None:
        """Hold a tenant's or an action's name to the rule for names."""
        if not NAME.fullmatch(value):
            self.add(field, _NAME_RULE)

    def require_text(self, field: str, value: str, chars: int) -> None:
        """Hold a text to what every database can store, and to a number of characters."""
        if len(value) > chars:
            self.add(field, f"It has {len(value)} characters; the limit is {chars}.")
        if "\0" in value:
            self.add(field, "It contains a NUL character, which cannot be stored.")
        if not _is_unicode(value):
            self.add(field, "It contains half of a surrogate pair, which is no Unicode text.")

    def require_source(self, field: str, value: str, limit: int) -> None:
        """Hold a source to a number of UTF-8 bytes and to text that can be stored."""
        self.require_text(field, value, chars=limit)
        size = len(value.encode(errors="replace"))
        if len(value) <= limit < size:
            self.add(field, f"It has {size} UTF-8 bytes; the limit is {limit}.")

    def require_secret(self, name: str, value: str, name_chars: int, value_chars: int) -> None:
        """Hold a secret to the rules for names and values; a value is never repeated."""
        if not SECRET_NAME.fullmatch(name) or len(name) > name_chars:
            self.add(
                "secrets",
                f"{name[:40]!r} is no name for a secret: expected up to {name_chars} letters, digits"
                " and underscores, not starting with a digit.",
            )
            return
        self.require_text(f"secrets.{name}", value, value_chars)

    def close(self) -> None:
        """End the look at the request.

        Raises:
            InvalidArgument: Something was noted.
        """
        if self._violations:
            raise InvalidArgument(self._message, self._violations)


def _is_unicode(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
