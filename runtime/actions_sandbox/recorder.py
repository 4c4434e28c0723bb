"""Collects what one action records, within the limits of its flow.

Runs in: worker / developer's machine.
"""

import json
from collections.abc import Callable
from typing import Any, Final

from actions_sandbox.contract import SHOWN_KINDS, Limits
from actions_sandbox.rules import TEXT_CHARS, Tally, refuse_text
from actions_sandbox.values import OutputTooLarge, encode_value

_encode: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_quote: Final = json.JSONEncoder(ensure_ascii=False).encode
"""For text alone this is one call into C."""


class Recorder:
    """The commands and the denial of one action.

    Args:
        limits: The execution's limits.
        tally: Totals of the flow so far; this action counts on it.
        note: Keeps the first denial where it survives this process.
    """

    __slots__ = ("_closed", "_limits", "_note", "denial", "encoded", "prior", "tally")

    def __init__(self, limits: Limits, tally: Tally, note: Callable[[bytes], None]) -> None:
        self._limits = limits
        self._note = note
        self._closed = False
        self.tally = tally
        self.encoded: list[str] = []
        """The recorded commands as JSON texts."""
        self.prior: list[tuple[str, str, str]] = []
        """The metadata among them, as later actions of the flow will see it."""
        self.denial: str | None = None
        """The first denial as JSON text."""

    def close(self) -> None:
        """Refuse everything from now on: the action has ended, what its teardown does is not its wish."""
        self._closed = True

    def encode(self, value: Any, what: str = "value") -> str:
        """Encode a script's value as JSON text, refusing what JSON cannot carry."""
        limits = self._limits
        return encode_value(value, what, most_bytes=limits.commands_bytes, depth=limits.value_depth)

    def record(self, body: dict[str, Any]) -> None:
        """Keep a command.

        Raises:
            ValueError: It goes over the limit of its target.
            OutputTooLarge: It goes over what one execution may return.
            RuntimeError: The action has already ended.
        """
        if self._closed:
            raise RuntimeError("the action has ended; nothing more can be recorded")
        encoded = _encode_body(body)
        size = len(encoded) if encoded.isascii() else len(encoded.encode())
        if not self.tally.has_room(size):
            limits = self._limits
            raise OutputTooLarge(
                f"one execution may record {limits.commands} commands of {limits.commands_bytes} bytes together"
            )
        refusal = self.tally.refuse(body, size)
        if refusal:
            raise ValueError(refusal)
        self.encoded.append(encoded)
        if body["kind"] in SHOWN_KINDS:
            self.prior.append((body["kind"], body["key"], body["value_json"]))

    def deny(self, code: str, reason: str, user_message: str) -> None:
        """Keep the first denial."""
        if self._closed:
            raise RuntimeError("the action has ended; it can deny no more")
        if self.denial is None:
            self.denial = _encode({"code": code, "reason": reason, "user_message": user_message})
            self._note(self.denial.encode())


def _encode_body(body: dict[str, Any]) -> str:
    """Encode a command; a value is JSON text already and becomes JSON inside JSON."""
    text = body.get("value_json")
    if text is None:
        return _encode(body)
    if "key" in body:
        return f'{{"kind":"{body["kind"]}","key":{_quote(body["key"])},"value":{text}}}'
    return f'{{"kind":"{body["kind"]}","token":"{body["token"]}","name":{_quote(body["name"])},"value":{text}}}'


def read_text(value: Any, what: str, most: int = TEXT_CHARS) -> str:
    """Take a script's argument as text.

    Raises:
        TypeError: It is not exactly text.
        ValueError: It is empty, too long, or cannot be transported.
    """
    if type(value) is not str:
        raise TypeError(f"{what} must be text")
    refusal = refuse_text(value, what, most)
    if refusal:
        raise ValueError(refusal)
    return value
