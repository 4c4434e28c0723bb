"""How a lane itself refuses a call, and how it tells of a fault of its own.

Runs in: server.
"""

import secrets
from typing import Any, Final

import grpc

from actions_runtime import log
from actions_runtime.errors import InvalidArgument
from actions_runtime.server.lanes import private
from actions_runtime.server.status import WireStatus, build_status

UNKNOWN_METHOD: Final = WireStatus(grpc.StatusCode.UNIMPLEMENTED, "Method not found!", ())
"""In the words of grpcio's own servers."""

NO_REQUEST: Final = build_status(
    InvalidArgument("The call ended without a request: send exactly one message.", reason="REQUEST_MISSING")
)

UNREADABLE_REQUEST: Final = build_status(
    InvalidArgument("The body is not the message of this method.", reason="UNREADABLE_REQUEST")
)


def report_bug(logger: Any, method: str, error: Exception) -> WireStatus:
    """Log a fault of the server's own, and make the status that tells the caller no more than its id.

    Args:
        logger: Where to log it.
        method: The method's path.
        error: What was raised.
    """
    incident = secrets.token_hex(8)
    logger.error("internal_error", method=method, incident=incident, **log.describe_failure(error))
    return WireStatus(grpc.StatusCode.INTERNAL, f"internal error, id {incident}", ())


def build_end(status: WireStatus) -> Any:
    """Make the operation that ends a call with a status."""
    return private.SendStatus(status.trailers, status.code.value[0], status.message, private.NO_FLAGS)


def refuse_answer(core: private.CoreCall) -> None:
    """End a call whose answer gRPC does not take, e.g. for a trailer that HTTP/2 cannot carry, and log that."""
    incident = secrets.token_hex(8)
    log.get_logger("lane").error("answer_not_sent", incident=incident)
    core.cancel(private.INTERNAL, f"internal error, id {incident}")
