"""The standard health service, which load balancers ask without a credential.

Runs in: server.
"""

from collections.abc import Iterable
from typing import Any, Final

import grpc
from google.protobuf.message import DecodeError
from grpc_health.v1 import health, health_pb2

from actions_runtime.errors import InvalidArgument
from actions_runtime.server.calls import refuse
from actions_runtime.server.status import build_status

SERVICE: Final = "grpc.health.v1.Health"
"""The service's full name."""


class Health:
    """Tells whether this server takes calls: SERVING from the start, NOT_SERVING once it drains.

    Args:
        services: Full names of the services that are spoken for, beside the server as a whole.
    """

    def __init__(self, services: Iterable[str]) -> None:
        self._services = tuple(services)
        self._servicer = health.aio.HealthServicer()

    async def open(self) -> None:
        """Say SERVING for every service."""
        for service in self._services:
            await self._servicer.set(service, health_pb2.HealthCheckResponse.SERVING)

    async def drain(self) -> None:
        """Say NOT_SERVING for every service, for good."""
        await self._servicer.enter_graceful_shutdown()

    def build_handler(self) -> grpc.GenericRpcHandler:
        """Build the service's handler: raw bytes, so that an unreadable request is its caller's fault."""
        handlers: dict[str, grpc.RpcMethodHandler[Any, Any]] = {
            "Check": grpc.unary_unary_rpc_method_handler(self._check),
            "Watch": grpc.unary_stream_rpc_method_handler(
                self._watch, response_serializer=health_pb2.HealthCheckResponse.SerializeToString
            ),
        }
        return grpc.method_handlers_generic_handler(SERVICE, handlers)

    async def _check(self, request: bytes, context: Any) -> bytes:
        message = await _read(request, context)
        response: health_pb2.HealthCheckResponse = await self._servicer.Check(message, context)
        return response.SerializeToString()

    async def _watch(self, request: bytes, context: Any) -> None:
        await self._servicer.Watch(await _read(request, context), context)


async def _read(request: bytes, context: Any) -> health_pb2.HealthCheckRequest:
    try:
        return health_pb2.HealthCheckRequest.FromString(request)
    except DecodeError:
        error = InvalidArgument("The body is no grpc.health.v1.HealthCheckRequest.", reason="UNREADABLE_REQUEST")
        await refuse(context, build_status(error))
        raise
