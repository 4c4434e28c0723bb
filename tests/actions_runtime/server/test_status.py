from collections.abc import Iterator

import grpc
import pytest
from google.protobuf.message import Message
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, RetryInfo
from google.rpc.status_pb2 import Status

from actions.v1 import management_pb2 as management
from actions_runtime import errors
from actions_runtime.management.sources import SourceRefused
from actions_runtime.server import app  # noqa: F401 - imports every module that defines an error
from actions_runtime.server.status import CODES, DETAILS_TRAILER, PUSHBACK_TRAILER, build_status, find_code
from actions_sandbox.contract import Diagnostic


def _subclasses(kind: type[errors.ActionsError]) -> Iterator[type[errors.ActionsError]]:
    for sub in kind.__subclasses__():
        yield sub
        yield from _subclasses(sub)


def _details(error: errors.ActionsError) -> dict[str, Message]:
    trailers = dict(build_status(error).trailers)
    found: dict[str, Message] = {}
    for packed in Status.FromString(bytes(trailers[DETAILS_TRAILER])).details:  # type: ignore[arg-type]
        for kind in (BadRequest, ErrorInfo, RetryInfo, management.SourceDiagnostics):
            if packed.Is(kind.DESCRIPTOR):
                detail = kind()
                packed.Unpack(detail)
                found[kind.DESCRIPTOR.name] = detail
    return found


def test_every_class_of_errors_has_a_code() -> None:
    for kind in _subclasses(errors.ActionsError):
        assert find_code(kind) not in (grpc.StatusCode.INTERNAL, grpc.StatusCode.UNKNOWN), kind


def test_a_class_outside_of_the_table_is_not_given_a_code_by_guess() -> None:
    with pytest.raises(LookupError):
        find_code(errors.ActionsError)


def test_no_two_classes_share_a_code() -> None:
    assert len(set(CODES.values())) == len(CODES)


def test_details_carry_reason_domain_and_metadata() -> None:
    info = _details(errors.NotFound("x", reason="ACTION_NOT_FOUND", metadata={"action": "cart"}))["ErrorInfo"]
    assert info == ErrorInfo(reason="ACTION_NOT_FOUND", domain="actions.v1", metadata={"action": "cart"})


def test_violations_become_a_bad_request() -> None:
    error = errors.InvalidArgument("x", [errors.Violation("a.b", "wrong"), errors.Violation("c", "missing")])
    request = _details(error)["BadRequest"]
    assert isinstance(request, BadRequest)
    assert [(v.field, v.description) for v in request.field_violations] == [
        ("a.b", "wrong"),
        ("c", "missing"),
    ]


@pytest.mark.parametrize("kind", [errors.ResourceExhausted, errors.Unavailable])
def test_when_to_retry_is_told_to_people_and_to_grpc(
    kind: type[errors.ResourceExhausted] | type[errors.Unavailable],
) -> None:
    error = kind("x", retry_after_ms=1_250)
    retry = _details(error)["RetryInfo"]
    assert isinstance(retry, RetryInfo)
    assert (retry.retry_delay.seconds, retry.retry_delay.nanos) == (1, 250_000_000)
    assert dict(build_status(error).trailers)[PUSHBACK_TRAILER] == "1250"


def test_a_quota_that_waiting_does_not_help_tells_grpc_not_to_retry() -> None:
    error = errors.ResourceExhausted("x")
    assert dict(build_status(error).trailers)[PUSHBACK_TRAILER] == "-1"
    assert "RetryInfo" not in _details(error)


def test_a_refused_source_carries_its_diagnostics() -> None:
    diagnostic = Diagnostic("no-exec", "exec is not allowed.", "Write a function.", 3, 5, "    exec(x)")
    diagnostics = _details(SourceRefused("cart", (diagnostic,)))["SourceDiagnostics"]
    assert isinstance(diagnostics, management.SourceDiagnostics)
    assert diagnostics.diagnostics[0] == management.Diagnostic(
        rule="no-exec",
        message="exec is not allowed.",
        hint="Write a function.",
        line=3,
        column=5,
        source_line="    exec(x)",
    )


@pytest.mark.parametrize(
    "error",
    [
        errors.InvalidArgument("ä" * 9_000, [errors.Violation(f"f{n}" * 99, "ü" * 900) for n in range(500)]),
        SourceRefused("cart", tuple(Diagnostic("r", "é" * 150, "", n, 1, "x" * 200) for n in range(500))),
        errors.NotFound("x" * 9_000, metadata={f"k{n}": "v" * 900 for n in range(4)}),
    ],
)
def test_a_status_stays_below_what_clients_accept_as_metadata(error: errors.ActionsError) -> None:
    """GRPC clients refuse more than 8 KiB of metadata; base64 and percent-encoding swell what is sent."""
    status = build_status(error)
    details = bytes(dict(status.trailers)[DETAILS_TRAILER])  # type: ignore[arg-type]
    encoded_message = sum(1 if 32 <= byte < 127 else 3 for byte in status.message.encode())
    assert len(details) * 4 / 3 + encoded_message + 300 < 8_192


def test_what_had_no_room_is_counted() -> None:
    error = errors.InvalidArgument("x", [errors.Violation("f", "y" * 200)] * 100)
    details = _details(error)
    info, request = details["ErrorInfo"], details["BadRequest"]
    assert isinstance(info, ErrorInfo)
    assert isinstance(request, BadRequest)
    assert int(info.metadata["violations_omitted"]) + len(request.field_violations) == 100
