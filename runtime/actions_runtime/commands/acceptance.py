"""Accepts what a worker sent, or refuses it: every byte of it is hostile.

Runs in: server / developer's machine.

The shape is checked by pydantic (strict, no unknown field, only the kinds that the trigger allows), the values by
the same rules as in the facade. A command's value travels as JSON inside the answer's JSON; what goes on to the auth
server is written anew from what was read, so that no text of a worker's reaches it.
"""

import json
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError, to_json

from actions_runtime.commands.shapes import DENIAL, DIAGNOSTICS, STEP, STEPS
from actions_runtime.errors import InvalidArgument
from actions_runtime.events import MAX_INTEGER_DIGITS, is_faithful_value, parse_json
from actions_sandbox.contract import COMMANDS, CommandKind, Limits, Outcome, Trigger
from actions_sandbox.rules import (
    FACTOR_TYPE_CHARS,
    FACTORS,
    KEY_CHARS,
    TEXT_CHARS,
    Tally,
    refuse_claim_name,
    refuse_metadata_key,
    refuse_provider,
    refuse_scope,
    refuse_text,
    refuse_transaction_key,
)

_FAULTS: Final = 100
"""The most faults that are looked at; a list stops at its first one, so that no answer keeps the server busy."""

_SMALL_NUMBER: Final = b"0.0000"
"""How pydantic begins a number that the facade writes, and counts, with an exponent: 1e-05."""

_encode: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

_OUTCOMES: Final = {outcome.value: outcome for outcome in Outcome}


class ReplyRefused(Exception):
    """Raised when a worker's answer is not one that a sound worker gives; says why, for the operator's log."""


class DenialBody(NamedTuple):
    """A recorded denial, before it is known whose it is."""

    code: str
    reason: str
    user_message: str


class StepResult(NamedTuple):
    """One accepted step: how it ended and what it recorded.

    Attributes:
        outcome: How it ended.
        duration_us: Wall-clock microseconds.
        commands: The accepted command bodies, in recorded order.
        denial: The first denial of the step, if any; may stand beside a failure.
        error: Fields of :class:`~actions_runtime.execution.records.ActionError`, or None.
        logs: (level, text) pairs.
        logs_truncated: Whether lines were cut.
    """

    outcome: Outcome
    duration_us: int
    commands: tuple[dict[str, Any], ...] = ()
    denial: DenialBody | None = None
    error: dict[str, Any] | None = None
    logs: tuple[tuple[str, str], ...] = ()
    logs_truncated: bool = False


class Acceptance:
    """Accepts the steps of one flow and keeps their totals against the limits.

    Args:
        trigger: The trigger, whose allowed kinds of command are held here again.
        limits: The execution's limits.
    """

    __slots__ = ("_limits", "_log_bytes", "_tally", "_trigger")

    def __init__(self, trigger: Trigger, limits: Limits) -> None:
        self._trigger = trigger
        self._limits = limits
        self._tally = Tally(limits)
        self._log_bytes = 0

    @property
    def log_bytes_left(self) -> int:
        """Bytes of log that the flow's other actions may still write."""
        return max(0, self._limits.log_bytes - self._log_bytes)

    def accept_steps(self, body: bytes, most: int) -> list[StepResult]:
        """Accept a worker's answer to a run.

        Args:
            body: The JSON text of the answer.
            most: How many steps were asked for.

        Raises:
            ReplyRefused: It is not the answer of a sound worker.
        """
        steps: list[Any] = _validate(STEPS, body)
        if not 0 < len(steps) <= most:
            raise ReplyRefused(f"{len(steps)} results for a flow of {most} steps")
        plain = self._is_plain(body)
        return [self._accept(step, plain) for step in steps]

    def accept_step(self, body: bytes) -> StepResult:
        """Accept one step's result out of a journal.

        Raises:
            ReplyRefused: It is not the result of a sound worker.
        """
        return self._accept(_validate(STEP, body), self._is_plain(body))

    def _is_plain(self, body: bytes) -> bool:
        """Whether an answer is too short and too flat for any value in it to be doubted by its text."""
        flat = body.count(b"{") + body.count(b"[") <= self._limits.value_depth
        return flat and len(body) <= MAX_INTEGER_DIGITS and b"\\u0000" not in body and b"NaN" not in body

    def _accept(self, step: Any, plain: bool) -> StepResult:
        denial, error = step["denial"], step["error"]
        outcome = _OUTCOMES[step["outcome"]]
        if (outcome is Outcome.DENIED and denial is None) or (outcome is Outcome.COMPLETED and denial):
            raise ReplyRefused(f"the outcome {outcome} does not fit the denial")
        if denial and not _is_sound_denial(denial):
            raise ReplyRefused("the denial holds text that cannot be transported")
        if outcome.failed != (error is not None):
            raise ReplyRefused(f"the outcome {outcome} does not fit the error")
        self._count_logs(step["logs"])
        self._accept_commands(step["commands"], plain, keep=not outcome.failed)
        return StepResult(
            outcome,
            step["duration_us"],
            tuple(step["commands"]),
            DenialBody(**denial) if denial else None,
            error,
            tuple(step["logs"]),
            step["logs_truncated"],
        )

    def _accept_commands(self, commands: list[Any], plain: bool, *, keep: bool) -> None:
        limits = self._limits
        tally = self._tally if keep else self._tally.copy()
        allowed = COMMANDS[self._trigger]
        for body in commands:
            kind = body["kind"]
            if kind not in allowed:
                raise ReplyRefused(f"the command {kind} is not allowed at {self._trigger}")
            if "value" in body:
                body["value_json"] = text = _write_value(body.pop("value"), plain, limits)
                size = len(text)
            else:
                size = _count_chars(body)
            if not tally.has_room(size):
                raise ReplyRefused("more commands than one execution may record")
            refusal = _RULES[kind](body, limits) or tally.refuse(body, size)
            if refusal:
                raise ReplyRefused(refusal)

    def _count_logs(self, logs: Sequence[tuple[str, str]]) -> None:
        if not logs:
            return
        self._log_bytes += sum(len(text.encode()) + 1 for _, text in logs)
        if self._log_bytes > self._limits.log_bytes:
            raise ReplyRefused("more log than one execution may write")


def accept_denial(note: bytes) -> DenialBody | None:
    """Read a denial that a worker noted before it was killed; None when there is none, or none that is sound."""
    if not note:
        return None
    try:
        denial = _validate(DENIAL, note)
    except ReplyRefused:
        return None
    return DenialBody(**denial) if _is_sound_denial(denial) else None


def _is_sound_denial(denial: dict[str, str]) -> bool:
    """Whether a denial's texts are what the facade lets through: only the user message may be empty."""
    return not (
        refuse_text(denial["code"], "code", KEY_CHARS)
        or refuse_text(denial["reason"], "reason", TEXT_CHARS)
        or (denial["user_message"] and refuse_text(denial["user_message"], "message", TEXT_CHARS))
    )


def accept_diagnostics(body: bytes) -> list[dict[str, Any]]:
    """Accept a worker's answer to a check.

    Raises:
        ReplyRefused: It is not the answer of a sound worker.
    """
    diagnostics: list[dict[str, Any]] = _validate(DIAGNOSTICS, body)
    return diagnostics


def _validate(adapter: TypeAdapter[Any], body: bytes) -> Any:
    try:
        return adapter.validate_json(body)
    except ValidationError as error:
        if error.error_count() > _FAULTS:
            raise ReplyRefused(f"{error.error_count()} faults in one answer") from None
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ReplyRefused(f"{where or 'answer'}: {first['msg']}") from None


def _write_value(value: Any, plain: bool, limits: Limits) -> str:
    """Write a value that was read out of an answer as the JSON text that the auth server gets.

    Args:
        value: The value.
        plain: Whether nothing in the answer gives cause for doubt but a number that has become infinite.
        limits: The execution's limits.
    """
    try:
        written = to_json(value)
    except (PydanticSerializationError, ValueError):
        raise ReplyRefused("a value cannot be written as JSON") from None
    sure = plain and b"Infinity" not in written
    if not sure and not is_faithful_value(value, written, limits.value_depth):
        raise ReplyRefused("a value is not what JSON can carry, or nested too deep")
    return _encode(value) if _SMALL_NUMBER in written else written.decode()


def _count_chars(part: Any) -> int:
    """Count the characters of all texts in a command without a value, those of its factors included."""
    if type(part) is str:
        return len(part)
    return sum(map(_count_chars, part.values() if type(part) is dict else part))


def _refuse_json(text: str, what: str, limits: Limits) -> str:
    try:
        parse_json(text, root=what, max_bytes=limits.commands_bytes, max_depth=limits.value_depth)
    except InvalidArgument as error:
        return str(error)
    return ""


def _refuse_metadata(body: dict[str, Any], _limits: Limits) -> str:
    return refuse_metadata_key(body["kind"], body["key"])


def _refuse_claim(body: dict[str, Any], _limits: Limits) -> str:
    return refuse_claim_name(body["name"])


def _refuse_transaction(body: dict[str, Any], limits: Limits) -> str:
    value = body["value_json"]
    if value[0] in "{[":
        return "transaction metadata takes text, numbers and booleans"
    if len(value.encode()) > limits.transaction_value_bytes:
        return "a transaction metadata value is too large"
    return refuse_transaction_key(body["key"], limits)


def _refuse_options(text: str, limits: Limits) -> str:
    return _refuse_json(text, "options", limits) or ("" if text.startswith("{") else "options must be an object")


def _refuse_factors(body: dict[str, Any], limits: Limits) -> str:
    factors = body.get("factors") or [body["factor"], *body["additional_factors"]]
    if len(factors) > FACTORS:
        return "too many factors in one call"
    return next(filter(None, (_refuse_factor(factor, limits) for factor in factors)), "")


def _refuse_factor(factor: dict[str, Any], limits: Limits) -> str:
    return refuse_text(factor["type"], "a factor's type", FACTOR_TYPE_CHARS) or _refuse_options(
        factor["options_json"], limits
    )


_RULES: Final[dict[str, Callable[[dict[str, Any], Limits], str]]] = {
    CommandKind.SET_APP_METADATA: _refuse_metadata,
    CommandKind.SET_USER_METADATA: _refuse_metadata,
    CommandKind.SET_CUSTOM_CLAIM: _refuse_claim,
    CommandKind.ADD_SCOPE: lambda body, _: refuse_scope(body["scope"]),
    CommandKind.REMOVE_SCOPE: lambda body, _: refuse_scope(body["scope"]),
    CommandKind.SET_TRANSACTION_METADATA: _refuse_transaction,
    CommandKind.ENABLE_MULTIFACTOR: lambda body, limits: (
        refuse_provider(body["provider"]) or _refuse_options(body["options_json"], limits)
    ),
    CommandKind.CHALLENGE_WITH: _refuse_factors,
    CommandKind.CHALLENGE_WITH_ANY: _refuse_factors,
    CommandKind.ENROLL_WITH: _refuse_factors,
    CommandKind.ENROLL_WITH_ANY: _refuse_factors,
}
"""One rule for each kind; a test fails for a kind without one."""
