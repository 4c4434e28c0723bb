"""What a worker's answers look like, as pydantic checks them: strict, and with no field that is not named.

Runs in: server / developer's machine.
"""

from typing import Annotated, Any, Final, Literal

from pydantic import ConfigDict, FailFast, Field, TypeAdapter, with_config
from typing_extensions import TypedDict

from actions_sandbox.rules import FACTOR_TYPE_CHARS, FACTORS, KEY_CHARS, TEXT_CHARS

_STRICT: Final = ConfigDict(strict=True, extra="forbid")
_Key = Annotated[str, Field(max_length=KEY_CHARS)]
_Message = Annotated[str, Field(max_length=TEXT_CHARS)]
_Count = Annotated[int, Field(ge=0, lt=2**31)]


@with_config(_STRICT)
class _SetAppMetadata(TypedDict):
    kind: Literal["set_app_metadata"]
    key: _Key
    value: Any


@with_config(_STRICT)
class _SetUserMetadata(TypedDict):
    kind: Literal["set_user_metadata"]
    key: _Key
    value: Any


@with_config(_STRICT)
class _SetCustomClaim(TypedDict):
    kind: Literal["set_custom_claim"]
    token: Literal["access", "id"]
    name: _Key
    value: Any


@with_config(_STRICT)
class _Scope(TypedDict):
    kind: Literal["add_scope", "remove_scope"]
    scope: _Key


@with_config(_STRICT)
class _SetTransactionMetadata(TypedDict):
    kind: Literal["set_transaction_metadata"]
    key: _Key
    value: Any


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


STEPS: Final = TypeAdapter(Annotated[list[_Step], FailFast()])
"""The results of a run."""

STEP: Final = TypeAdapter(_Step)
"""One result, as a journal holds it."""

DENIAL: Final = TypeAdapter(_Denial)
"""A noted denial."""

DIAGNOSTICS: Final = TypeAdapter(Annotated[list[_Diagnostic], FailFast()])
"""The answer to a check."""
