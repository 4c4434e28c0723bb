"""What operations are started with, where it is the same for every kind of call.

Runs in: server.
"""

from asyncio import Future
from collections.abc import Callable
from typing import Final

from actions_runtime.server.lanes import private


class Closing:
    """Tells a call that its caller has hung up, or that its deadline has passed: gRPC makes no difference.

    Args:
        hang_up: Called once when that happens before the call has its answer.
    """

    __slots__ = ("_hang_up",)

    def __init__(self, hang_up: Callable[[], None]) -> None:
        self._hang_up = hang_up

    def is_idle(self, event: private.Event) -> bool:
        """Tell whether the call has simply come to its end."""
        return not event.batch_operations[0].cancelled()

    def take(self, event: private.Event) -> None:
        """Tell the call."""
        if event.batch_operations[0].cancelled():
            self._hang_up()


class _Sent:
    """An answer is on its way, or its caller has gone: there is nothing to do in either case."""

    __slots__ = ()

    def is_idle(self, event: private.Event) -> bool:  # noqa: ARG002 - every tag is asked alike
        """Tell that there is nothing to do."""
        return True

    def take(self, event: private.Event) -> None:
        """Do nothing."""


SENT: Final = _Sent()
"""The tag of every answer."""


class Awaited:
    """Resolves a future to whether the operations have succeeded.

    Args:
        future: The future.
    """

    __slots__ = ("_future",)

    def __init__(self, future: "Future[bool]") -> None:
        self._future = future

    def is_idle(self, event: private.Event) -> bool:  # noqa: ARG002 - every tag is asked alike
        """Tell that somebody is waiting."""
        return False

    def take(self, event: private.Event) -> None:
        """Resolve the future, unless nobody waits for it any more."""
        if not self._future.done():
            self._future.set_result(event.success)
