"""Every call but logins: a task each, which runs the same handlers as the public lane.

Runs in: server.
"""

import asyncio
import contextlib
import inspect
from collections.abc import AsyncIterator, Sequence
from typing import Any, Final, NamedTuple

import grpc

from actions_runtime import log
from actions_runtime.server.lanes import private
from actions_runtime.server.lanes.context import Aborted, Context
from actions_runtime.server.lanes.door import Metadata
from actions_runtime.server.lanes.exchange import CallGone, Exchange
from actions_runtime.server.lanes.refusals import NO_REQUEST, UNKNOWN_METHOD, UNREADABLE_REQUEST, report_bug
from actions_runtime.server.status import WireStatus

_NO_HANDLER: Final[Any] = grpc.unary_unary_rpc_method_handler(lambda _request, _context: None)


class CallDetails(NamedTuple):
    """What a generic handler is asked with."""

    method: str
    invocation_metadata: Metadata


class Methods:
    """Finds a method among the services, as the public lane does.

    Args:
        handlers: The services.
    """

    def __init__(self, handlers: Sequence[grpc.GenericRpcHandler]) -> None:
        self._handlers = tuple(handlers)
        self._known: dict[str, Any] = {}

    def find(self, method: str, metadata: Metadata) -> Any:
        """Return a method's handler, or None; its functions are coroutine functions or asynchronous generators.

        Args:
            method: The method's path.
            metadata: What the caller sent beside the request.
        """
        if method in self._known:
            return self._known[method]
        details: Any = CallDetails(method, metadata)
        for generic in self._handlers:
            handler = generic.service(details)
            if handler is not None:
                self._known[method] = handler
                return handler
        return None


class ServedCalls:
    """Serves calls in tasks.

    Args:
        methods: The methods that there are.
    """

    def __init__(self, methods: Methods) -> None:
        self._methods = methods
        self._tasks: set[asyncio.Task[None]] = set()
        self._log = log.get_logger("lane").bind()

    def start(self, core: private.CoreCall, method: str, metadata: Metadata, deadline: float) -> None:
        """Start to serve one call.

        Args:
            core: The call.
            method: The method's path.
            metadata: What the caller sent beside the request.
            deadline: The caller's deadline in seconds since 1970.
        """
        handler = self._methods.find(method, metadata)
        exchange = Exchange(core)
        context = Context(exchange, metadata, deadline, handler or _NO_HANDLER)
        task = asyncio.get_running_loop().create_task(self._serve(exchange, context, method, handler))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        exchange.attach(task)

    async def join(self, timeout_s: float) -> None:
        """Wait until every task has ended.

        Args:
            timeout_s: The most seconds to wait.
        """
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=timeout_s)

    async def _serve(self, exchange: Exchange, context: Context, method: str, handler: Any) -> None:
        try:
            with contextlib.suppress(Aborted, CallGone):
                status = await self._run(exchange, context, method, handler)
                if status is not None and not exchange.ended:
                    await exchange.end(status)
        finally:
            exchange.detach()
            context.call_done_callbacks()

    async def _run(self, exchange: Exchange, context: Context, method: str, handler: Any) -> WireStatus | None:
        """Run a method and return how the call ends; None when it has ended."""
        if handler is None:
            return UNKNOWN_METHOD
        try:
            if handler.request_streaming:
                return await _answer(exchange, context, handler, _Requests(context))
            data = await exchange.receive()
            if data is None:
                return NO_REQUEST
            try:
                request = context.parse(data)
            except Exception:
                return UNREADABLE_REQUEST
            return await _answer(exchange, context, handler, request)
        except (Aborted, CallGone):
            raise
        except Exception as error:
            return report_bug(self._log, method, error)


async def _answer(exchange: Exchange, context: Context, handler: Any, request: Any) -> WireStatus | None:
    if not handler.response_streaming:
        behave = handler.stream_unary if handler.request_streaming else handler.unary_unary
        response = await behave(request, context)
        status = context.find_status()
        message = context.serialize(response) if status.code is grpc.StatusCode.OK else None
        await exchange.end(status, message)
        return None
    behave = handler.stream_stream if handler.request_streaming else handler.unary_stream
    responses = behave(request, context)
    if inspect.isawaitable(responses):
        await responses
    else:
        async with contextlib.aclosing(responses):
            async for response in responses:
                await context.write(response)
    return context.find_status()


class _Requests:
    """The messages of a stream, in their order."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def __aiter__(self) -> AsyncIterator[Any]:
        return self

    async def __anext__(self) -> Any:
        message = await self._context.read()
        if message is grpc.aio.EOF:
            raise StopAsyncIteration
        return message
