"""What a method is told of its call, and what it can do with it beside answering.

Runs in: server.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import grpc

from actions_runtime.server.lanes import private
from actions_runtime.server.lanes.door import Metadata
from actions_runtime.server.lanes.exchange import Exchange
from actions_runtime.server.status import WireStatus

NEVER_S: Final = 1e15
"""Deadlines from here on, in seconds since 1970, are how gRPC says that there is none."""


class Aborted(Exception):
    """Ends a method whose call has its status already."""


class Context:
    """The part of ``grpc.aio.ServicerContext`` that methods of this server, health and reflection use.

    Args:
        exchange: The call's messages.
        metadata: What the caller sent beside the request.
        deadline: The caller's deadline in seconds since 1970.
        handler: The method's, for how its messages are read and written.
    """

    def __init__(self, exchange: Exchange, metadata: Metadata, deadline: float, handler: Any) -> None:
        self._exchange = exchange
        self._metadata = metadata
        self._deadline = deadline
        self._read: Callable[[bytes], Any] | None = handler.request_deserializer
        self._write: Callable[[Any], bytes] | None = handler.response_serializer
        self._code = grpc.StatusCode.OK
        self._details = ""
        self._trailers: tuple[tuple[str, str | bytes], ...] = ()
        self._compress = True
        self._callbacks: list[Callable[[Any], object]] = []

    def parse(self, data: bytes) -> Any:
        """Read a message as the method wants it.

        Raises:
            Exception: The bytes are no such message; of the deserializer's own kind.
        """
        return data if self._read is None else self._read(data)

    def serialize(self, message: Any) -> bytes:
        """Write what the method gives."""
        return message if self._write is None else self._write(message)

    async def read(self) -> Any:
        """Return the next message, or ``grpc.aio.EOF`` when the caller sends no more."""
        data = await self._exchange.receive()
        return grpc.aio.EOF if data is None else self.parse(data)

    async def write(self, message: Any) -> None:
        """Send one message of a stream."""
        flags = private.NO_FLAGS if self._compress else private.NO_COMPRESS
        self._compress = True
        await self._exchange.send(self.serialize(message), flags)

    async def send_initial_metadata(self, metadata: Metadata) -> None:
        """Send the initial metadata, ahead of the first message.

        Raises:
            RuntimeError: They have been sent.
        """
        if self._exchange.started:
            raise RuntimeError("the initial metadata have been sent already")
        await self._exchange.start(metadata)

    async def abort(self, code: grpc.StatusCode, details: str = "", trailing_metadata: Metadata = ()) -> None:
        """End the call with a status, and the method with an exception.

        Raises:
            Aborted: Always.
        """
        self._code = code
        self._details = details or self._details
        self._trailers = tuple(trailing_metadata) or self._trailers
        await self._exchange.end(self.find_status())
        raise Aborted

    async def abort_with_status(self, status: grpc.Status) -> None:
        """End the call with a status that has its details with it; see :meth:`abort`."""
        await self.abort(status.code, status.details, tuple(status.trailing_metadata or ()))

    def find_status(self) -> WireStatus:
        """Return the status that the call ends with as things stand."""
        return WireStatus(self._code, self._details, self._trailers)

    def set_trailing_metadata(self, trailing_metadata: Metadata) -> None:
        """Choose what goes with the status."""
        self._trailers = tuple(trailing_metadata)

    def trailing_metadata(self) -> Metadata:
        """Return what goes with the status."""
        return self._trailers

    def invocation_metadata(self) -> Metadata:
        """Return what the caller sent beside the request."""
        return self._metadata

    def set_code(self, code: grpc.StatusCode) -> None:
        """Choose the status that the call ends with."""
        self._code = code

    def code(self) -> grpc.StatusCode:
        """Return the status that the call ends with."""
        return self._code

    def set_details(self, details: str) -> None:
        """Choose the status's message."""
        self._details = details

    def details(self) -> str:
        """Return the status's message."""
        return self._details

    def disable_next_message_compression(self) -> None:
        """Send the next message as it is."""
        self._compress = False

    def peer(self) -> str:
        """Return where the caller is."""
        address: bytes = self._exchange.core.peer()
        return address.decode("utf-8", "replace")

    def peer_identities(self) -> Sequence[bytes] | None:
        """Return the names in the caller's certificate; None without one."""
        identities: Sequence[bytes] | None = private.find_peer_identities(self._exchange.core)
        return identities

    def peer_identity_key(self) -> str | None:
        """Return under which key of the authentication context those names are; None without a certificate."""
        key: bytes | None = private.find_peer_identity_key(self._exchange.core)
        return None if key is None else key.decode()

    def auth_context(self) -> Mapping[str, Sequence[bytes]]:
        """Return what is known of the connection: the transport's kind, the caller's certificate."""
        found: Mapping[bytes, Sequence[bytes]] = private.find_auth_context(self._exchange.core) or {}
        return {key.decode(): values for key, values in found.items()}

    def time_remaining(self) -> float | None:
        """Return the seconds until the caller's deadline, at least 0; None without one."""
        return None if self._deadline >= NEVER_S else max(self._deadline - time.time(), 0.0)

    def add_done_callback(self, callback: Callable[[Any], object]) -> None:
        """Call something with this context when the method has ended."""
        self._callbacks.append(callback)

    def call_done_callbacks(self) -> None:
        """Call what was added, the first first."""
        for callback in self._callbacks:
            callback(self)

    def done(self) -> bool:
        """Whether the call has its status."""
        return self._exchange.ended

    def cancelled(self) -> bool:
        """Whether the caller has hung up."""
        return self._exchange.gone
