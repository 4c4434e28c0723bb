"""Refused calls, read with their rich details.

Runs in: developer's machine.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import grpc
from google.rpc import error_details_pb2
from grpc_status import rpc_status

from actions.v1 import management_pb2
from actions_sandbox.contract import Diagnostic


@dataclass(frozen=True, slots=True)
class Violation:
    """One field that the server refused.

    Attributes:
        field: Path of the field, e.g. ``event.user.user_id``.
        description: What is wrong with it, one sentence.
    """

    field: str
    description: str


class ActionsClientError(Exception):
    """A call that the server refused.

    Args:
        code: Name of the gRPC status, e.g. ``INVALID_ARGUMENT``.
        message: One or two sentences.
        reason: Stable name of the reason, e.g. ``SOURCE_REFUSED``; empty when the server named none.
        metadata: More facts for programs.
        violations: The fields at fault.
        diagnostics: The reasons why a source is refused.
        retry_after_s: Seconds after which a retry makes sense; None when the server said nothing.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        reason: str = "",
        metadata: Mapping[str, str] | None = None,
        violations: tuple[Violation, ...] = (),
        diagnostics: tuple[Diagnostic, ...] = (),
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.reason = reason
        self.message = message
        self.metadata = dict(metadata or {})
        self.violations = violations
        self.diagnostics = diagnostics
        self.retry_after_s = retry_after_s


class ServerUnreachableError(ActionsClientError):
    """No server answered at the address, or the one there serves no calls now."""


class UnknownCommandError(ActionsClientError):
    """An answer holds a command that this client does not know; none of its commands may be applied."""

    def __init__(self, action: str) -> None:
        super().__init__(
            "UNIMPLEMENTED",
            f"The answer holds a command of {action!r} that this client is too old to know.",
            reason="COMMAND_UNKNOWN",
        )


def read_refusal(call: grpc.Call) -> ActionsClientError:
    """Read a failed call's status and its rich details.

    Args:
        call: The failed call.
    """
    code, message = call.code(), call.details() or ""
    facts: dict[str, Any] = {}
    for detail in _read_details(call):
        for kind, read in _READERS:
            part = kind()
            if detail.Is(part.DESCRIPTOR) and detail.Unpack(part):
                facts.update(read(part))
    return ActionsClientError(code.name, message, **facts)


def _read_details(call: grpc.Call) -> Sequence[Any]:
    try:
        status = rpc_status.from_call(call)
    except (ValueError, TypeError):  # details that contradict the call's own status
        return ()
    return status.details if status is not None else ()


def _read_info(info: Any) -> dict[str, Any]:
    return {"reason": info.reason, "metadata": dict(info.metadata)}


def _read_violations(request: Any) -> dict[str, Any]:
    return {"violations": tuple(Violation(v.field, v.description) for v in request.field_violations)}


def _read_retry(retry: Any) -> dict[str, Any]:
    return {"retry_after_s": retry.retry_delay.seconds + retry.retry_delay.nanos / 1e9}


def _read_diagnostics(source: Any) -> dict[str, Any]:
    return {
        "diagnostics": tuple(
            Diagnostic(d.rule, d.message, d.hint, d.line, d.column, d.source_line) for d in source.diagnostics
        )
    }


_READERS: Final[tuple[tuple[Callable[[], Any], Callable[[Any], dict[str, Any]]], ...]] = (
    (error_details_pb2.ErrorInfo, _read_info),
    (error_details_pb2.BadRequest, _read_violations),
    (error_details_pb2.RetryInfo, _read_retry),
    (management_pb2.SourceDiagnostics, _read_diagnostics),
)
