"""The two clients: one for asyncio, one for threads.

Runs in: auth server.
"""

from collections.abc import Mapping
from types import TracebackType
from typing import Any, Final, Self

import grpc
import grpc.aio

from actions.v1 import execution_pb2
from actions.v1.execution_pb2_grpc import ExecutionServiceStub
from actions_runtime.events import MAX_EVENT_BYTES, LoginFlow
from actions_sandbox.contract import Trigger
from actions_sdk.flows.answers import FlowAnswer
from actions_sdk.flows.exchange import Exchange
from actions_sdk.flows.replicas import Replicas
from actions_sdk.flows.unreachable import Counts, WhenUnreachable

TIMEOUT_S: Final = 5.0
"""Seconds that a call may take; more than the 3 s that a server gives a flow, so that a slow flow is the server's
to judge and never looks like a server that is gone."""

_Execute = grpc.aio.UnaryUnaryMultiCallable[execution_pb2.ExecuteFlowRequest, execution_pb2.ExecuteFlowResponse]


class FlowClient:
    """Runs flows for an auth server that works with threads; any thread may call it.

    Args:
        replicas: Where the servers are.
        timeout_s: Seconds that a call may take, all attempts together.
        when_unreachable: What to do when no replica answers in time.
        event_bytes: The longest event; raise it with the server's ``limit_event_bytes``.

    Raises:
        ValueError: The time is not positive.
        OSError: A file for TLS cannot be read.
    """

    def __init__(
        self,
        replicas: Replicas,
        *,
        timeout_s: float = TIMEOUT_S,
        when_unreachable: WhenUnreachable = WhenUnreachable.DENY,
        event_bytes: int = MAX_EVENT_BYTES,
    ) -> None:
        self._exchange = Exchange(timeout_s, when_unreachable, event_bytes)
        self._metadata = replicas.metadata
        credentials, options = replicas.load_credentials(), replicas.options
        if credentials is None:
            self._channel = grpc.insecure_channel(replicas.target, options)
        else:
            self._channel = grpc.secure_channel(replicas.target, credentials, options)
        self._stub = ExecutionServiceStub(self._channel)

    @property
    def counts(self) -> Counts:
        """How the calls ended so far."""
        return self._exchange.tally.counts

    def run(
        self,
        trigger: Trigger,
        event: Mapping[str, Any],
        *,
        login_flow: LoginFlow | None = None,
        execution_id: str | None = None,
        timeout_s: float | None = None,
        when_unreachable: WhenUnreachable | None = None,
    ) -> FlowAnswer:
        """Run the flow of a trigger for one event; see :meth:`AsyncFlowClient.run`."""
        request = self._exchange.ask(trigger, event, login_flow, execution_id)
        seconds = self._exchange.choose_time(timeout_s)
        try:
            response = self._stub.ExecuteFlow(request, timeout=seconds, metadata=self._metadata)
        except grpc.RpcError as error:
            # A failed call is its own error object; the stubs type the two apart.
            return self._exchange.stand_in(trigger, request, error, when_unreachable)  # type: ignore[arg-type]
        return self._exchange.read(trigger, response)

    def close(self) -> None:
        """Close the connections; calls under way end with an error."""
        self._channel.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class AsyncFlowClient:
    """Runs flows for an auth server that works with asyncio.

    It may be made anywhere, and belongs to the event loop of its first call.

    Args:
        replicas: Where the servers are.
        timeout_s: Seconds that a call may take, all attempts together.
        when_unreachable: What to do when no replica answers in time.
        event_bytes: The longest event; raise it with the server's ``limit_event_bytes``.

    Raises:
        ValueError: The time is not positive.
        OSError: A file for TLS cannot be read.
    """

    def __init__(
        self,
        replicas: Replicas,
        *,
        timeout_s: float = TIMEOUT_S,
        when_unreachable: WhenUnreachable = WhenUnreachable.DENY,
        event_bytes: int = MAX_EVENT_BYTES,
    ) -> None:
        self._exchange = Exchange(timeout_s, when_unreachable, event_bytes)
        self._replicas = replicas
        self._metadata = replicas.metadata
        self._credentials = replicas.load_credentials()
        self._channel: grpc.aio.Channel | None = None
        self._execute: _Execute | None = None
        self._closed = False

    @property
    def counts(self) -> Counts:
        """How the calls ended so far."""
        return self._exchange.tally.counts

    async def run(
        self,
        trigger: Trigger,
        event: Mapping[str, Any],
        *,
        login_flow: LoginFlow | None = None,
        execution_id: str | None = None,
        timeout_s: float | None = None,
        when_unreachable: WhenUnreachable | None = None,
    ) -> FlowAnswer:
        """Run the flow of a trigger for one event.

        Args:
            trigger: The trigger.
            event: The event: mappings, lists, text, exact integers, finite floats, booleans and None.
            login_flow: How the user came; None when not known.
            execution_id: Names the execution, 1 to 128 characters of ``[A-Za-z0-9._:-]``; made up when None. The
                same id with the same event gives the same answer for ten minutes, where the same replica gets it.
            timeout_s: Seconds that this call may take; the client's when None.
            when_unreachable: What to do when no replica answers this call in time; the client's when None.

        Returns:
            The answer; ``reached`` is False when no replica gave it.

        Raises:
            ActionsClientError: The call is refused, by a replica or before it was sent, or its answer must not be
                applied.
            ValueError: The time is not positive, or the client is closed.
        """
        request = self._exchange.ask(trigger, event, login_flow, execution_id)
        seconds = self._exchange.choose_time(timeout_s)
        execute = self._open()
        try:
            response = await execute(request, timeout=seconds, metadata=self._metadata)
        except grpc.aio.AioRpcError as error:
            # It has what is read of a call: code, details and trailers; the stubs type the two apart.
            return self._exchange.stand_in(trigger, request, error, when_unreachable)  # type: ignore[arg-type]
        return self._exchange.read(trigger, response)

    async def close(self, grace_s: float | None = None) -> None:
        """Close the connections.

        Args:
            grace_s: Seconds in which calls under way may end; None ends them at once.
        """
        self._closed = True
        if self._channel is not None:
            await self._channel.close(grace_s)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def _open(self) -> _Execute:
        """Return the call; its channel needs a running loop to be made."""
        if self._closed:
            raise ValueError("the client is closed")
        if self._execute is None:
            target, options = self._replicas.target, self._replicas.options
            if self._credentials is None:
                self._channel = grpc.aio.insecure_channel(target, options)
            else:
                self._channel = grpc.aio.secure_channel(target, self._credentials, options)
            self._execute = ExecutionServiceStub(self._channel).ExecuteFlow
        return self._execute
