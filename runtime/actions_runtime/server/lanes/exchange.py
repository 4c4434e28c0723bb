"""One call's messages, as what a coroutine can wait for.

Runs in: server.
"""

import asyncio
from typing import Any, Final

from actions_runtime.server.lanes import private
from actions_runtime.server.lanes.door import Metadata
from actions_runtime.server.lanes.refusals import build_end, refuse_answer
from actions_runtime.server.lanes.tags import Awaited, Closing
from actions_runtime.server.status import WireStatus

_NO_FLAGS: Final = private.NO_FLAGS


class CallGone(Exception):
    """The caller has hung up, or its deadline has passed: nothing can be sent or received any more."""


class Exchange:
    """Receives and sends the messages of one call.

    Args:
        core: The call.
    """

    def __init__(self, core: private.CoreCall) -> None:
        self.core = core
        self.started = False
        """Whether the initial metadata have been sent, and with them the time to choose them is over."""
        self.ended = False
        """Whether a status has been sent; nothing may follow it."""
        self.gone = False
        """Whether the caller has hung up."""
        self._owner: asyncio.Task[None] | None = None

    def attach(self, owner: "asyncio.Task[None]") -> None:
        """Cancel a task when the caller hangs up before the call has its status."""
        self._owner = owner
        self.core.start_server_batch((private.ReceiveClose(_NO_FLAGS),), Closing(self._hang_up))

    def detach(self) -> None:
        """Let go of the task, and of the call if it has no status: its caller must not wait for one."""
        self._owner = None
        if not self.ended and not self.gone:
            self.core.cancel()

    async def receive(self) -> bytes | None:
        """Return the next message, or None when the caller sends no more.

        Raises:
            CallGone: The caller has hung up.
        """
        operation = private.ReceiveMessage(_NO_FLAGS)
        await self._run(operation)
        message: bytes | None = operation.message()
        return message

    async def start(self, metadata: Metadata = ()) -> None:
        """Send the initial metadata.

        Raises:
            CallGone: The caller has hung up.
        """
        self.started = True
        await self._run(private.SendInitialMetadata(tuple(metadata), _NO_FLAGS))

    async def send(self, message: bytes, flags: int = _NO_FLAGS) -> None:
        """Send one message of a stream, and wait until there is room for another.

        Raises:
            CallGone: The caller has hung up.
        """
        await self._run(*self._begin(), private.SendMessage(message, flags))

    async def end(self, status: WireStatus, message: bytes | None = None) -> None:
        """Send the last message, if there is one, and the status.

        Raises:
            CallGone: The caller has hung up.
        """
        self.ended = True
        messages = () if message is None else (private.SendMessage(message, _NO_FLAGS),)
        await self._run(*self._begin(), *messages, build_end(status))

    def _begin(self) -> tuple[Any, ...]:
        if self.started:
            return ()
        self.started = True
        return (private.SendInitialMetadata((), _NO_FLAGS),)

    async def _run(self, *operations: Any) -> None:
        future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        if self.core.start_server_batch(operations, Awaited(future)):
            refuse_answer(self.core)
            raise CallGone
        if not await future:
            raise CallGone

    def _hang_up(self) -> None:
        self.gone = True
        if self._owner is not None and not self.ended:
            self._owner.cancel()
