"""What an error becomes on the wire: one table from classes to codes, and the rich details.

Runs in: server.

Details travel in the trailer ``grpc-status-details-bin`` as ``google.rpc.Status``. Clients refuse metadata of
more than 8 KiB (``GRPC_ARG_MAX_METADATA_SIZE``) and would then see none of it, so the details are cut to fit
and say how many are missing.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple, Protocol, TypeVar

import grpc
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, RetryInfo
from google.rpc.status_pb2 import Status

from actions.v1 import management_pb2 as management
from actions_runtime import errors
from actions_runtime.management.sources import SourceRefused
from actions_runtime.server.convert_management import build_diagnostic

DOMAIN: Final = "actions.v1"
"""Domain of every ``ErrorInfo``."""

DETAILS_TRAILER: Final = "grpc-status-details-bin"
PUSHBACK_TRAILER: Final = "grpc-retry-pushback-ms"
"""The only hint that gRPC's own retries obey (gRFC A6)."""

DETAILS_BYTES: Final = 3_600
"""The most bytes of details; base64 makes 4.8 kB of them, which leaves room for the message."""

MESSAGE_CHARS: Final = 500
"""The most characters of a message; percent-encoding may triple its bytes."""

CODES: Final[Mapping[type[errors.ActionsError], grpc.StatusCode]] = MappingProxyType(
    {
        errors.InvalidArgument: grpc.StatusCode.INVALID_ARGUMENT,
        errors.Unauthenticated: grpc.StatusCode.UNAUTHENTICATED,
        errors.PermissionDenied: grpc.StatusCode.PERMISSION_DENIED,
        errors.NotFound: grpc.StatusCode.NOT_FOUND,
        errors.AlreadyExists: grpc.StatusCode.ALREADY_EXISTS,
        errors.FailedPrecondition: grpc.StatusCode.FAILED_PRECONDITION,
        errors.Aborted: grpc.StatusCode.ABORTED,
        errors.ResourceExhausted: grpc.StatusCode.RESOURCE_EXHAUSTED,
        errors.DeadlineExceeded: grpc.StatusCode.DEADLINE_EXCEEDED,
        errors.Unavailable: grpc.StatusCode.UNAVAILABLE,
    }
)
"""The one table; a subclass has the code of its nearest base."""


class WireStatus(NamedTuple):
    """A status as gRPC sends it."""

    code: grpc.StatusCode
    message: str
    trailers: tuple[tuple[str, str | bytes], ...]


def find_code(kind: type[errors.ActionsError]) -> grpc.StatusCode:
    """Return the code of a class of errors.

    Raises:
        LookupError: Neither the class nor a base of it is in the table.
    """
    for base in kind.__mro__:
        if base in CODES:
            return CODES[base]
    raise LookupError(f"{kind.__name__} has no status code")


def build_status(error: errors.ActionsError) -> WireStatus:
    """Put an error into the words of gRPC.

    Args:
        error: What ended the call.

    Returns:
        The code, the message and the trailers with the details.
    """
    code = find_code(type(error))
    message = _cut(error.message, MESSAGE_CHARS)
    trailers: list[tuple[str, str | bytes]] = [
        (DETAILS_TRAILER, _build_details(code, message, error).SerializeToString())
    ]
    retry_after_ms = _retry_after_ms(error)
    if retry_after_ms is not None:
        trailers.append((PUSHBACK_TRAILER, str(retry_after_ms)))
    elif code in _NO_RETRY:
        trailers.append((PUSHBACK_TRAILER, "-1"))
    return WireStatus(code, message, tuple(trailers))


_NO_RETRY: Final = frozenset({grpc.StatusCode.RESOURCE_EXHAUSTED})
"""Codes that clients retry by habit; a negative pushback tells them to let it be (gRFC A6)."""


def _retry_after_ms(error: errors.ActionsError) -> int | None:
    if isinstance(error, errors.ResourceExhausted | errors.Unavailable):
        return error.retry_after_ms
    return None


def _build_details(code: grpc.StatusCode, message: str, error: errors.ActionsError) -> Status:
    number: int = code.value[0]
    status = Status(code=number, message=message)
    retry_after_ms = _retry_after_ms(error)
    if retry_after_ms is not None:
        _pack(status, RetryInfo(retry_delay=_duration(retry_after_ms)))
    info = ErrorInfo(reason=error.reason, domain=DOMAIN)
    for key, value in error.metadata.items():
        info.metadata[key] = _cut(value, 200)
    room = DETAILS_BYTES - status.ByteSize() - info.ByteSize() - 200
    if isinstance(error, SourceRefused):
        diagnostics = management.SourceDiagnostics()
        summary = BadRequest.FieldViolation(field="source", description=_cut(error.message, 300))
        _pack(status, BadRequest(field_violations=[summary]))
        room -= status.details[-1].ByteSize()
        omitted = _fill(diagnostics.diagnostics, map(build_diagnostic, error.diagnostics), room)
        _pack(status, diagnostics)
        _tell_omitted(info, "diagnostics_omitted", omitted)
    elif isinstance(error, errors.InvalidArgument) and error.violations:
        request = BadRequest()
        violations = (
            BadRequest.FieldViolation(field=_cut(v.field, 300), description=_cut(v.description, 300))
            for v in error.violations
        )
        omitted = _fill(request.field_violations, violations, room)
        _pack(status, request)
        _tell_omitted(info, "violations_omitted", omitted)
    _pack(status, info)
    return status


def _duration(milliseconds: int) -> Duration:
    return Duration(seconds=milliseconds // 1_000, nanos=milliseconds % 1_000 * 1_000_000)


def _pack(status: Status, detail: Message) -> None:
    status.details.add().Pack(detail)


_MessageT = TypeVar("_MessageT", bound=Message)
_MessageT_contra = TypeVar("_MessageT_contra", bound=Message, contravariant=True)


class _Repeated(Protocol[_MessageT_contra]):
    """A repeated field of messages."""

    def append(self, value: _MessageT_contra, /) -> None:
        """Append a copy."""


def _fill(target: _Repeated[_MessageT], messages: Iterable[_MessageT], room: int) -> int:
    """Append messages while there is room and return how many had none."""
    omitted = 0
    for message in messages:
        size = message.ByteSize() + 4
        if omitted or size > room:
            omitted += 1
            continue
        room -= size
        target.append(message)
    return omitted


def _tell_omitted(info: ErrorInfo, key: str, omitted: int) -> None:
    if omitted:
        info.metadata[key] = str(omitted)


def _cut(text: str, chars: int) -> str:
    return text if len(text) <= chars else f"{text[: chars - 1]}…"
