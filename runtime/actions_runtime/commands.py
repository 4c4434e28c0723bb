"""Accepts what a worker sent, or refuses it: every byte of it is hostile.

Runs in: server / developer's machine.

The shape is checked by pydantic (strict, no unknown field, only the kinds that the trigger allows), the values by
the same rules as in the facade, and the free-form JSON by the same reader as events.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal, NamedTuple

from pydantic import ConfigDict, FailFast, Field, TypeAdapter, ValidationError, with_config
from typing_extensions import TypedDict

from actions_runtime.errors import InvalidArgument
from actions_runtime.events import parse_json
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

_STRICT: Final = ConfigDict(strict=True, extra="forbid")
_Key = Annotated[str, Field(max_length=KEY_CHARS)]
_Message = Annotated[str, Field(max_length=TEXT_CHARS)]
_Count = Annotated[int, Field(ge=0, lt=2**31)]


class ReplyRefused(Exception):
    """Raised when a worker's answer is not one that a sound worker gives; says why, for the operator's log."""


@with_config(_STRICT)
class _SetAppMetadata(TypedDict):
    kind: Literal["set_app_metadata"]
    key: _Key
    value_json: str


@with_config(_STRICT)
class _SetUserMetadata(TypedDict):
    kind: Literal["set_user_metadata"]
    key: _Key
    value_json: str


@with_config(_STRICT)
class _SetCustomClaim(TypedDict):
    kind: Literal["set_custom_claim"]
    token: Literal["access", "id"]
    name: _Key
    value_json: str


@with_config(_STRICT)
class _Scope(TypedDict):
    kind: Literal["add_scope", "remove_scope"]
    scope: _Key


@with_config(_STRICT)
class _SetTransactionMetadata(TypedDict):
    kind: Literal["set_transaction_metadata"]
    key: _Key
    value_json: str


@with_config(_STRICT)
class _EnableMultifactor(TypedDict):
    kind: Literal["enable_multifactor"]
    provider: _Key
    options_json: str


@with_config(_STRICT)
class _Factor(TypedDict):
    type: Annotated[str, Field(max_length=FACTOR_TYPE_CHARS)]
    options_json: str


@with_config(_STRICT)
class _FactorWith(TypedDict):
    kind: Literal["challenge_with", "enroll_with"]
    factor: _Factor
    additional_factors: Annotated[list[_Factor], Field(max_length=FACTORS), FailFast()]


@with_config(_STRICT)
class _FactorWithAny(TypedDict):
    kind: Literal["challenge_with_any", "enroll_with_any"]
    factors: Annotated[list[_Factor], Field(min_length=1, max_length=FACTORS), FailFast()]


_Command = Annotated[
    _SetAppMetadata
    | _SetUserMetadata
    | _SetCustomClaim
    | _Scope
    | _SetTransactionMetadata
    | _EnableMultifactor
    | _FactorWith
    | _FactorWithAny,
    Field(discriminator="kind"),
]


@with_config(_STRICT)
class _Denial(TypedDict):
    code: _Message
    reason: _Message
    user_message: _Message


@with_config(_STRICT)
class _Error(TypedDict):
    type: Annotated[str, Field(max_length=100)]
    message: _Message
    file: Annotated[str, Field(max_length=100)]
    line: _Count
    column: _Count


@with_config(_STRICT)
class _Step(TypedDict):
    outcome: Literal[
        "COMPLETED", "DENIED", "RAISED", "TIMED_OUT", "OUT_OF_MEMORY", "OUTPUT_TOO_LARGE", "POLICY_VIOLATION"
    ]
    duration_us: _Count
    commands: Annotated[list[_Command], FailFast()]
    denial: _Denial | None
    error: _Error | None
    logs: Annotated[list[tuple[Literal["log", "info", "warn", "error"], str]], FailFast()]
    logs_truncated: bool


@with_config(_STRICT)
class _Diagnostic(TypedDict):
    rule: Annotated[str, Field(max_length=100)]
    message: _Message
    hint: _Message
    line: _Count
    column: _Count
    source_line: Annotated[str, Field(max_length=TEXT_CHARS)]


_STEPS: Final = TypeAdapter(Annotated[list[_Step], FailFast()])
_STEP: Final = TypeAdapter(_Step)
_DENIAL: Final = TypeAdapter(_Denial)
_DIAGNOSTICS: Final = TypeAdapter(Annotated[list[_Diagnostic], FailFast()])


class DenialBody(NamedTuple):
    """A recorded denial, before it is known whose it is."""

    code: str
    reason: str
    user_message: str


@dataclass(frozen=True, slots=True)
class StepResult:
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
        steps: list[Any] = _validate(_STEPS, body)
        if not 0 < len(steps) <= most:
            raise ReplyRefused(f"{len(steps)} results for a flow of {most} steps")
        return [self._accept(step) for step in steps]

    def accept_step(self, body: bytes) -> StepResult:
        """Accept one step's result out of a journal.

        Raises:
            ReplyRefused: It is not the result of a sound worker.
        """
        return self._accept(_validate(_STEP, body))

    def _accept(self, step: Any) -> StepResult:
        denial, error = step["denial"], step["error"]
        outcome = Outcome(step["outcome"])
        if (outcome is Outcome.DENIED and denial is None) or (outcome is Outcome.COMPLETED and denial):
            raise ReplyRefused(f"the outcome {outcome} does not fit the denial")
        if denial and not _is_sound_denial(denial):
            raise ReplyRefused("the denial holds text that cannot be transported")
        if outcome.failed != (error is not None):
            raise ReplyRefused(f"the outcome {outcome} does not fit the error")
        self._count_logs(step["logs"])
        self._accept_commands(step["commands"], keep=not outcome.failed)
        return StepResult(
            outcome,
            step["duration_us"],
            tuple(step["commands"]),
            DenialBody(**denial) if denial else None,
            error,
            tuple(step["logs"]),
            step["logs_truncated"],
        )

    def _accept_commands(self, commands: list[Any], *, keep: bool) -> None:
        tally = self._tally if keep else self._tally.copy()
        allowed = COMMANDS[self._trigger]
        for body in commands:
            kind = body["kind"]
            if kind not in allowed:
                raise ReplyRefused(f"the command {kind} is not allowed at {self._trigger}")
            size = sum(len(value) for value in body.values() if type(value) is str)
            if not tally.has_room(size):
                raise ReplyRefused("more commands than one execution may record")
            refusal = _RULES[kind](body, self._limits) or tally.refuse(body, size)
            if refusal:
                raise ReplyRefused(refusal)

    def _count_logs(self, logs: Sequence[tuple[str, str]]) -> None:
        self._log_bytes += sum(len(text.encode()) + 1 for _, text in logs)
        if self._log_bytes > self._limits.log_bytes:
            raise ReplyRefused("more log than one execution may write")


def accept_denial(note: bytes) -> DenialBody | None:
    """Read a denial that a worker noted before it was killed; None when there is none, or none that is sound."""
    if not note:
        return None
    try:
        denial = _validate(_DENIAL, note)
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
    diagnostics: list[dict[str, Any]] = _validate(_DIAGNOSTICS, body)
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


def _refuse_json(text: str, what: str, limits: Limits) -> str:
    try:
        parse_json(text, root=what, max_bytes=limits.commands_bytes, max_depth=limits.value_depth)
    except InvalidArgument as error:
        return str(error)
    return ""


def _refuse_metadata(body: dict[str, Any], limits: Limits) -> str:
    return refuse_metadata_key(body["kind"], body["key"]) or _refuse_json(body["value_json"], "value", limits)


def _refuse_claim(body: dict[str, Any], limits: Limits) -> str:
    return refuse_claim_name(body["name"]) or _refuse_json(body["value_json"], "value", limits)


def _refuse_transaction(body: dict[str, Any], limits: Limits) -> str:
    value = body["value_json"]
    if value.lstrip()[:1] in ("{", "["):
        return "transaction metadata takes text, numbers and booleans"
    if len(value.encode()) > limits.transaction_value_bytes:
        return "a transaction metadata value is too large"
    return refuse_transaction_key(body["key"], limits) or _refuse_json(value, "value", limits)


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
