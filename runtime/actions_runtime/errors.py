"""What a call can end with when it does not succeed.

Runs in: server / developer's machine.

::

    ActionsError
    ├── InvalidArgument      the request is wrong whatever the state of the system; names the fields
    ├── Unauthenticated      nobody knows who is calling
    ├── PermissionDenied     the caller is known and may not do this
    ├── NotFound             there is no such resource for this tenant
    ├── AlreadyExists        the name is taken
    ├── FailedPrecondition   the state of the system forbids it; a retry alone does not help
    ├── Aborted              somebody else changed the resource in between; read again, then retry
    ├── ResourceExhausted    a quota or the load is at its limit; says when to retry
    ├── DeadlineExceeded     the caller's time is over
    └── Unavailable          this server cannot serve now; another one, or this one later, can

A class stands for one meaning of an RPC's status. None of them speaks of a tenant's script: how a script
ended is part of an answer, never an error of the call. There is no class for faults of our own either:
whatever is not an :class:`ActionsError` is a bug.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar


class ActionsError(Exception):
    """The root: an end of a call that its caller is told about, in words meant for the caller.

    Args:
        message: One or two sentences for the caller: what is wrong, where, and what to do. Never names
            another tenant, a secret's value or anything of the inside.
        reason: Stable name for programs, ``UPPER_SNAKE``; the class's own when omitted.
        metadata: More facts for programs, e.g. ``{"action": "cart"}``; bound by the rules for the message.

    Attributes:
        default_reason: The reason of an instance that names none.
        reason: Stable name for programs, ``UPPER_SNAKE``.
        message: The sentences for the caller.
        metadata: More facts for programs.
    """

    default_reason: ClassVar[str] = "ACTIONS_ERROR"

    def __init__(self, message: str, *, reason: str | None = None, metadata: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.reason = self.default_reason if reason is None else reason
        self.metadata: dict[str, str] = dict(metadata or {})


@dataclass(frozen=True, slots=True)
class Violation:
    """One field that is wrong.

    Attributes:
        field: Path of the field, e.g. ``event.user.user_id`` or ``event.user.app_metadata.cart[2].qty``.
        description: What is wrong with it and what is expected, one sentence.
    """

    field: str
    description: str


class InvalidArgument(ActionsError):
    """The request is wrong whatever the state of the system.

    Args:
        message: As :class:`ActionsError`.
        violations: The fields at fault, all that are known; empty when no single field is.
        reason: As :class:`ActionsError`.
        metadata: As :class:`ActionsError`.

    Attributes:
        violations: The fields at fault.
    """

    default_reason: ClassVar[str] = "INVALID_ARGUMENT"

    def __init__(
        self,
        message: str,
        violations: Iterable[Violation] = (),
        *,
        reason: str | None = None,
        metadata: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message, reason=reason, metadata=metadata)
        self.violations: tuple[Violation, ...] = tuple(violations)


class Unauthenticated(ActionsError):
    """Nobody knows who is calling: the credential is missing, malformed, unknown or revoked."""

    default_reason: ClassVar[str] = "UNAUTHENTICATED"


class PermissionDenied(ActionsError):
    """The caller is known and may not do this."""

    default_reason: ClassVar[str] = "PERMISSION_DENIED"


class NotFound(ActionsError):
    """There is no such resource for this tenant."""

    default_reason: ClassVar[str] = "NOT_FOUND"


class AlreadyExists(ActionsError):
    """The name is taken by a resource of this tenant."""

    default_reason: ClassVar[str] = "ALREADY_EXISTS"


class FailedPrecondition(ActionsError):
    """The state of the system forbids it, and a retry alone does not help."""

    default_reason: ClassVar[str] = "FAILED_PRECONDITION"


class Aborted(ActionsError):
    """Somebody else changed the resource in between; the caller reads it again and retries."""

    default_reason: ClassVar[str] = "ABORTED"


class ResourceExhausted(ActionsError):
    """A quota or the load is at its limit.

    Args:
        message: As :class:`ActionsError`.
        retry_after_ms: Milliseconds after which a retry makes sense; ``None`` when waiting does not help.
        reason: As :class:`ActionsError`.
        metadata: As :class:`ActionsError`.

    Attributes:
        retry_after_ms: Milliseconds after which a retry makes sense; ``None`` when waiting does not help.
    """

    default_reason: ClassVar[str] = "RESOURCE_EXHAUSTED"

    def __init__(
        self,
        message: str,
        *,
        retry_after_ms: int | None = None,
        reason: str | None = None,
        metadata: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message, reason=reason, metadata=metadata)
        self.retry_after_ms = retry_after_ms


class DeadlineExceeded(ActionsError):
    """The caller's time is over."""

    default_reason: ClassVar[str] = "DEADLINE_EXCEEDED"


class Unavailable(ActionsError):
    """This server cannot serve now; another one, or this one later, can.

    Args:
        message: As :class:`ActionsError`.
        retry_after_ms: Milliseconds after which a retry makes sense; ``None`` when that is not known.
        reason: As :class:`ActionsError`.
        metadata: As :class:`ActionsError`.

    Attributes:
        retry_after_ms: Milliseconds after which a retry makes sense; ``None`` when that is not known.
    """

    default_reason: ClassVar[str] = "UNAVAILABLE"

    def __init__(
        self,
        message: str,
        *,
        retry_after_ms: int | None = None,
        reason: str | None = None,
        metadata: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message, reason=reason, metadata=metadata)
        self.retry_after_ms = retry_after_ms
