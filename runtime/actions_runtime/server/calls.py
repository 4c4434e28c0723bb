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
from functools import partial
from types import MappingProxyType
from typing import Any, Final, TypeVar

import grpc
from google.protobuf.message import DecodeError, Message

from actions_runtime import log
from actions_runtime.errors import ActionsError, InvalidArgument, Unauthenticated, Unavailable
from actions_runtime.management.directory import Directory
from actions_runtime.management.principals import Principal
from actions_runtime.management.records import Scope
from actions_runtime.server.lanes.door import Answer, Metadata
from actions_runtime.server.status import WireStatus, build_status

Call = Callable[[Principal, bytes, float | None], Awaitable[bytes]]
"""A method: caller, request and deadline (``time.monotonic()`` seconds, None without one) to response."""

Respond = Callable[[bytes | Exception], None]
"""Takes a call's response or the error that it ends in; called once and on the loop's thread."""

Cancel = Callable[[], object]
"""Gives up a call that is under way."""

Start = Callable[[Principal, bytes, float | None, Respond], Cancel]
"""A method that logins wait for: like :data:`Call`, with a callback instead of a coroutine."""

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

    def build_handler(
        self, service: str, calls: Mapping[str, Call], doors: Mapping[str, "Door"] = MappingProxyType({})
    ) -> grpc.GenericRpcHandler:
        """Build a service's handler.

        Args:
            service: The service's full name, a key of :data:`SCOPES`.
            calls: Its methods by name.
            doors: Those of its methods that answer through a callback; with ``calls`` exactly those of
                :data:`SCOPES`.

        Raises:
            LookupError: The methods are not those of the table.
        """
        scopes = SCOPES[service]
        behaviours = {name: self.wrap(f"/{service}/{name}", scopes[name], call) for name, call in calls.items()}
        behaviours |= {name: door.serve for name, door in doors.items()}
        if scopes.keys() != behaviours.keys():
            raise LookupError(f"{service}: methods and scopes differ in {scopes.keys() ^ behaviours.keys()}")
        handlers: dict[str, grpc.RpcMethodHandler[Any, Any]] = {
            name: grpc.unary_unary_rpc_method_handler(behaviour) for name, behaviour in behaviours.items()
        }
        return grpc.method_handlers_generic_handler(service, handlers)

    def open_door(self, service: str, method: str, start: Start) -> "Door":
        """Make the short way into a method.

        Args:
            service: The service's full name, a key of :data:`SCOPES`.
            method: The method's name.
            start: The method.
        """
        return Door(self, f"/{service}/{method}", SCOPES[service][method], start)

    def wrap(self, path: str, scope: Scope, call: Call) -> Behaviour:
        """Make what gRPC calls out of a method.

        Args:
            path: The method's path, for the log.
            scope: What the caller's credential must carry.
            call: The method.
        """

        async def serve(request: bytes, context: Any) -> bytes:
            self.enter()
            try:
                metadata = context.invocation_metadata()
                principal = self.admit(metadata, scope) or await self.admit_fresh(metadata, scope)
                return await call(principal, request, read_deadline(context))
            except ActionsError as error:
                status = build_status(error)
            except Exception as error:
                status = self.report_bug(path, error)
            finally:
                self.leave()
            return await refuse(context, status)

        return serve

    def enter(self) -> None:
        """Count a call that has come; every call that entered leaves once."""
        self._in_flight += 1

    def admit(self, metadata: Iterable[tuple[str, str | bytes]], scope: Scope) -> Principal | None:
        """Tell who calls, from memory.

        Args:
            metadata: The call's metadata.
            scope: What the caller's credential must carry.

        Returns:
            The caller; None when the store has to be asked, see :meth:`admit_fresh`.

        Raises:
            Unauthenticated: The call carries no credential.
            PermissionDenied: The credential does not carry the scope.
            Unavailable: The server is stopping.
        """
        if self._draining:
            raise _stopping()
        token = read_token(metadata)
        try:
            principal = self._directory.authenticate(token)
        except Unauthenticated:
            return None
        principal.require(scope)
        return principal

    async def admit_fresh(self, metadata: Iterable[tuple[str, str | bytes]], scope: Scope) -> Principal:
        """Tell who calls with a credential that is not in memory; raises as :meth:`admit`."""
        principal = await self._directory.authenticate_fresh(read_token(metadata))
        principal.require(scope)
        return principal

    async def drain(self) -> None:
        """Refuse new calls from now on and wait until none is in flight."""
        self._draining = True
        if self._in_flight:
            await self._idle.wait()

    def leave(self) -> None:
        """Count a call that has been answered or given up."""
        self._in_flight -= 1
        if self._draining and not self._in_flight:
            self._idle.set()

    def report_bug(self, path: str, error: Exception) -> WireStatus:
        """Note a fault of ours in the log and return what the caller is told of it."""
        incident = secrets.token_hex(8)
        self._log.error("internal_error", method=path, incident=incident, **log.describe_failure(error))
        message = f"internal error, id {incident}"
        return WireStatus(grpc.StatusCode.INTERNAL, message, ())


_TOGETHER: Final = 8
"""The most calls that wait for each other."""


class Door:
    """The short way into one method: a call costs neither a task nor a coroutine.

    Args:
        gate: Knows the callers.
        path: The method's path.
        scope: What the caller's credential must carry.
        start: The method.
    """

    __slots__ = ("_seen", "_waiting", "gate", "path", "scope", "start")

    def __init__(self, gate: Gate, path: str, scope: Scope, start: Start) -> None:
        self._waiting: list[tuple[_DoorCall, Metadata, bytes, float | None]] = []
        self._seen = 0
        self.gate = gate
        self.path = path
        self.scope = scope
        self.start = start

    def execute(self, metadata: Metadata, request: bytes, deadline: float | None, answer: Answer) -> Cancel:
        """Start one call.

        Args:
            metadata: What the caller sent beside the request.
            request: The request's bytes.
            deadline: The caller's deadline in seconds of ``time.monotonic()``; None without one.
            answer: Takes the response or the status, once and on this thread, maybe before this returns.

        Returns:
            What to call when the caller hangs up; ``answer`` is not called after that.
        """
        call = _DoorCall(self, answer)
        self.gate.enter()
        self._waiting.append((call, metadata, request, deadline))
        if len(self._waiting) == 1:
            self._seen = 0
            asyncio.get_running_loop().call_soon(self._take_turn)
        return call.cancel

    def _take_turn(self) -> None:
        """Run the calls that have come, one right after the other, when no more come or they are enough.

        The code and the data of one call are still in the processor's caches for the next one: while calls come
        in turn with gRPC's own work, the same steps cost two to three times as much.
        """
        waiting = self._waiting
        if self._seen < len(waiting) < _TOGETHER:
            self._seen = len(waiting)
            asyncio.get_running_loop().call_soon(self._take_turn)
            return
        self._waiting = []
        for call, metadata, request, deadline in waiting:
            call.run(metadata, request, deadline)

    async def serve(self, request: bytes, context: Any) -> bytes:
        """Serve a call of ``grpc.aio``, which brings them one by one: there is no turn to wait for."""
        future: asyncio.Future[bytes | WireStatus] = asyncio.get_running_loop().create_future()
        call = _DoorCall(self, partial(_settle, future))
        self.gate.enter()
        call.run(context.invocation_metadata(), request, read_deadline(context))
        try:
            answer = await future
        except asyncio.CancelledError:
            call.cancel()
            raise
        return answer if isinstance(answer, bytes) else await refuse(context, answer)


class _DoorCall:
    """One call on its way through a door.

    It is known to what it waits for, and knows how to give that up; at its end it lets go of both, so that nothing is
    left to the garbage collector.
    """

    __slots__ = ("_answer", "_cancel", "_door")

    def __init__(self, door: Door, answer: Answer) -> None:
        self._door = door
        self._answer: Answer | None = answer
        self._cancel: Cancel | None = None

    def run(self, metadata: Metadata, request: bytes, deadline: float | None) -> None:
        if self._answer is None:
            return
        door = self._door
        try:
            principal = door.gate.admit(metadata, door.scope)
            if principal is None:
                task = asyncio.get_running_loop().create_task(self._run_fresh(metadata, request, deadline))
                self._cancel = task.cancel
            else:
                self._start(principal, request, deadline)
        except Exception as error:
            self.respond(error)

    async def _run_fresh(self, metadata: Metadata, request: bytes, deadline: float | None) -> None:
        door = self._door
        try:
            principal = await door.gate.admit_fresh(metadata, door.scope)
            self._start(principal, request, deadline)
        except Exception as error:
            self.respond(error)

    def _start(self, principal: Principal, request: bytes, deadline: float | None) -> None:
        cancel = self._door.start(principal, request, deadline, self.respond)
        self._cancel = None if self._answer is None else cancel

    def respond(self, end: bytes | Exception) -> None:
        answer = self._answer
        if answer is None:
            return
        self._answer = self._cancel = None
        door = self._door
        door.gate.leave()
        if isinstance(end, bytes):
            answer(end)
        elif isinstance(end, ActionsError):
            answer(build_status(end))
        else:
            answer(door.gate.report_bug(door.path, end))

    def cancel(self) -> None:
        if self._answer is None:
            return
        cancel, self._answer, self._cancel = self._cancel, None, None
        self._door.gate.leave()
        if cancel is not None:
            cancel()


def _settle(future: "asyncio.Future[bytes | WireStatus]", answer: bytes | WireStatus) -> None:
    """Hand over an answer, unless the caller hung up in this very turn and its task has not heard of it yet."""
    if not future.done():
        future.set_result(answer)


def read_deadline(context: Any) -> float | None:
    """Return the caller's deadline in seconds of ``time.monotonic()``; None without one."""
    remaining = context.time_remaining()
    return None if remaining is None else time.monotonic() + remaining


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
