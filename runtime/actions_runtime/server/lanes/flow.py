"""A login on its short way: two callbacks on the loop's thread, no task, no coroutine.

Runs in: server.
"""

from collections.abc import Callable
from typing import Any, Final

from actions_runtime import log
from actions_runtime.server.lanes import private
from actions_runtime.server.lanes.door import FlowDoor, Metadata
from actions_runtime.server.lanes.pump import Pump
from actions_runtime.server.lanes.refusals import NO_REQUEST, build_end, refuse_answer, report_bug
from actions_runtime.server.lanes.tags import SENT, Closing
from actions_runtime.server.status import WireStatus

_NO_METADATA: Final = ()
_NO_FLAGS: Final = private.NO_FLAGS


class FlowCall:
    """One call of a method that has a door.

    It is the tag of its own message: gRPC brings the request to :meth:`take`, the door its answer to :meth:`answer`.

    Args:
        core: The call.
        method: The method's path, for the log.
        metadata: What the caller sent beside the request.
        deadline: The caller's deadline in seconds of ``time.monotonic()``; None without one.
        door: The method.
        pump: Brings the call's events; is told when the door owes an answer.
    """

    __slots__ = ("_core", "_deadline", "_door", "_due", "_hang_up", "_metadata", "_method", "_over", "_pump")

    def __init__(
        self,
        core: private.CoreCall,
        method: str,
        metadata: Metadata,
        deadline: float | None,
        door: FlowDoor,
        pump: Pump,
    ) -> None:
        self._pump = pump
        self._due = False
        self._core = core
        self._method = method
        self._metadata = metadata
        self._deadline = deadline
        self._door = door
        self._hang_up: Callable[[], object] | None = None
        self._over = False

    def start(self) -> None:
        """Ask for the request, and to be told when the caller hangs up."""
        self._core.start_server_batch((private.ReceiveMessage(_NO_FLAGS),), self)
        self._core.start_server_batch((private.ReceiveClose(_NO_FLAGS),), Closing(self.hang_up))

    def is_idle(self, event: private.Event) -> bool:
        """Tell whether the call ended before its request was there: too long a one, or a caller that has gone."""
        return not event.success

    def take(self, event: private.Event) -> None:
        """Take the request and give it to the door."""
        if self._over or not event.success:
            return
        request = event.batch_operations[0].message()
        if request is None:
            self.answer(NO_REQUEST)
            return
        self._due = True
        self._pump.expect_answer()
        try:
            hang_up = self._door.execute(self._metadata, request, self._deadline, self.answer)
        except Exception as error:
            self.answer(report_bug(log.get_logger("lane"), self._method, error))
            return
        if not self._over:
            self._hang_up = hang_up

    def answer(self, result: bytes | WireStatus) -> None:
        """Send the answer, unless there has been one or nobody waits for it any more."""
        if self._over:
            return
        self._close()
        self._hang_up = None
        start = private.SendInitialMetadata(_NO_METADATA, _NO_FLAGS)
        operations: tuple[Any, ...]
        if isinstance(result, bytes):
            end = private.SendStatus(_NO_METADATA, 0, b"", _NO_FLAGS)
            operations = (start, private.SendMessage(result, _NO_FLAGS), end)
        else:
            operations = (start, build_end(result))
        if self._core.start_server_batch(operations, SENT):
            refuse_answer(self._core)

    def hang_up(self) -> None:
        """Tell the door that nobody waits any more."""
        if self._over:
            return
        self._close()
        hang_up, self._hang_up = self._hang_up, None
        if hang_up is not None:
            hang_up()

    def _close(self) -> None:
        self._over = True
        if self._due:
            self._pump.take_answer()
