"""The one way into every method: who calls, may they, what do they ask, and what becomes of an error.

Runs in: server.

gRPC's interceptors cost tens of microseconds a call in ``grpc.aio``, so methods are wrapped once, when they
are registered, as handlers of raw bytes. What a method is given and gives back is free of gRPC: the caller,
the request's bytes and the caller's deadline go in, the response's bytes come out, and an
:class:`ActionsError` is raised.
"""

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final, TypeVar

import grpc
from google.protobuf.message import DecodeError, Message

from actions_runtime import log
from actions_runtime.errors import ActionsError, InvalidArgument, Unauthenticated, Unavailable
from actions_runtime.management.directory import Directory
from actions_runtime.management.principals import Principal
from actions_runtime.management.records import Scope
from actions_runtime.server.status import WireStatus, build_status

Call = Callable[[Principal, bytes, float | None], Awaitable[bytes]]
"""A method: caller, request and deadline (``time.monotonic()`` seconds, None without one) to response."""

Behaviour = Callable[[bytes, Any], Coroutine[Any, Any, bytes]]
"""What gRPC calls: request and servicer context to response."""

_PACKAGE: Final = "actions.v1"

SCOPES: Final[Mapping[str, Mapping[str, Scope]]] = MappingProxyType(
    {
        f"{_PACKAGE}.ExecutionService": MappingProxyType({"ExecuteFlow": Scope.EXECUTE}),
        f"{_PACKAGE}.ActionService": MappingProxyType(
            {
                "CreateAction": Scope.AUTHOR,
                "GetAction": Scope.READ,
                "ListActions": Scope.READ,
                "UpdateAction": Scope.AUTHOR,
                "DeleteAction": Scope.AUTHOR,
                "DeployAction": Scope.AUTHOR,
                "RollbackAction": Scope.AUTHOR,
                "ListActionVersions": Scope.READ,
                "GetActionVersion": Scope.READ,
                "CheckSource": Scope.READ,
                "TestFlow": Scope.AUTHOR,
            }
        ),
        f"{_PACKAGE}.BindingService": MappingProxyType({"GetBindings": Scope.READ, "UpdateBindings": Scope.AUTHOR}),
        f"{_PACKAGE}.TenantService": MappingProxyType(
            {
                "CreateTenant": Scope.OPERATOR,
                "GetTenant": Scope.OPERATOR,
                "ListTenants": Scope.OPERATOR,
                "UpdateTenant": Scope.OPERATOR,
                "CreateApiKey": Scope.OPERATOR,
                "ListApiKeys": Scope.OPERATOR,
                "RevokeApiKey": Scope.OPERATOR,
                "ListAuditEntries": Scope.OPERATOR,
            }
        ),
    }
)
"""The scope that each method needs; a method without one is not served."""

_RequestT = TypeVar("_RequestT", bound=Message)


def parse_request(kind: type[_RequestT], data: bytes) -> _RequestT:
    """Read a request's message.

    Raises:
        InvalidArgument: The bytes are no such message.
    """
    try:
        return kind.FromString(data)
    except DecodeError:
        raise InvalidArgument(
            f"The body is no actions.v1.{kind.DESCRIPTOR.name}: send it as that message, texts in UTF-8.",
            reason="UNREADABLE_REQUEST",
        ) from None


def parsed(kind: type[_RequestT], call: Callable[[Principal, _RequestT, float | None], Awaitable[Message]]) -> Call:
    """Make a method of raw bytes out of one of messages.

    Args:
        kind: The request's message.
        call: The method.
    """

    async def serve(principal: Principal, request: bytes, deadline: float | None) -> bytes:
        response = await call(principal, parse_request(kind, request), deadline)
        return response.SerializeToString()

    return serve


def read_token(metadata: Iterable[tuple[str, str | bytes]]) -> str:
    """Return the credential of a call's metadata.

    Raises:
        Unauthenticated: There is none, or none of the scheme ``Bearer``.
    """
    for key, value in metadata:
        if key == "authorization":
            if isinstance(value, str) and value[:7].lower() == "bearer ":
                return value[7:]
            break
    raise Unauthenticated(
        "The call carries no credential. Send the metadata `authorization: Bearer <API key>`.",
        reason="CREDENTIAL_MISSING",
    )


class Gate:
    """Wraps methods for gRPC and counts the calls that are in flight.

    Args:
        directory: Knows who may call.
    """

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._log = log.get_logger("calls").bind()
        self._in_flight = 0
        self._draining = False
        self._idle = asyncio.Event()

    @property
    def in_flight(self) -> int:
        """Calls that have come and are not answered yet."""
        return self._in_flight

    def build_handler(self, service: str, calls: Mapping[str, Call]) -> grpc.GenericRpcHandler:
        """Build a service's handler.

        Args:
            service: The service's full name, a key of :data:`SCOPES`.
            calls: Its methods by name, exactly those of :data:`SCOPES`.

        Raises:
            LookupError: The methods are not those of the table.
        """
        scopes = SCOPES[service]
        if scopes.keys() != calls.keys():
            raise LookupError(f"{service}: methods and scopes differ in {scopes.keys() ^ calls.keys()}")
        handlers: dict[str, grpc.RpcMethodHandler[Any, Any]] = {
            name: grpc.unary_unary_rpc_method_handler(self.wrap(f"/{service}/{name}", scopes[name], call))
            for name, call in calls.items()
        }
        return grpc.method_handlers_generic_handler(service, handlers)

    def wrap(self, path: str, scope: Scope, call: Call) -> Behaviour:
        """Make what gRPC calls out of a method.

        Args:
            path: The method's path, for the log.
            scope: What the caller's credential must carry.
            call: The method.
        """
        authenticate = self._authenticate
        monotonic = time.monotonic

        async def serve(request: bytes, context: Any) -> bytes:
            self._in_flight += 1
            try:
                if self._draining:
                    raise _stopping()
                principal = await authenticate(read_token(context.invocation_metadata()))
                if scope not in principal.scopes:
                    principal.require(scope)
                remaining = context.time_remaining()
                return await call(principal, request, None if remaining is None else monotonic() + remaining)
            except ActionsError as error:
                status = build_status(error)
            except Exception as error:
                status = self._report_bug(path, error)
            finally:
                self._leave()
            return await refuse(context, status)

        return serve

    async def drain(self) -> None:
        """Refuse new calls from now on and wait until none is in flight."""
        self._draining = True
        if self._in_flight:
            await self._idle.wait()

    async def _authenticate(self, token: str) -> Principal:
        try:
            return self._directory.authenticate(token)
        except Unauthenticated:
            return await self._directory.authenticate_fresh(token)

    def _leave(self) -> None:
        self._in_flight -= 1
        if self._draining and not self._in_flight:
            self._idle.set()

    def _report_bug(self, path: str, error: Exception) -> WireStatus:
        incident = secrets.token_hex(8)
        self._log.error("internal_error", method=path, incident=incident, **log.describe_failure(error))
        message = f"internal error, id {incident}"
        return WireStatus(grpc.StatusCode.INTERNAL, message, ())


def _stopping() -> Unavailable:
    return Unavailable(
        "This server is stopping. Call another one, or this one again later.",
        retry_after_ms=1_000,
        reason="STOPPING",
    )


async def refuse(context: Any, status: WireStatus) -> bytes:
    """End a call with a status; the annotation is what a behaviour returns, though this never does."""
    await context.abort(status.code, status.message, status.trailers)
    raise AssertionError("abort raises")
