"""The lane on grpcio's private layer: a server of our own on the core that all of grpcio's servers have.

Runs in: server.

``grpc.aio`` spends a hundred microseconds of Python on a call whose way through gRPC's core costs twenty. This lane
does the least that a login needs, all of it on the loop's thread: on arrival the request is asked for, the request
goes to the method's door, and the answer goes out in one batch of operations. Every other method runs in a task, by
the same handler as on the public lane. TLS, message sizes, deadlines, compression and flow control are the core's
work on both lanes.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from typing import Any, Final

import grpc

from actions_runtime import log
from actions_runtime.server.lanes import private
from actions_runtime.server.lanes.context import NEVER_S
from actions_runtime.server.lanes.door import FlowDoor
from actions_runtime.server.lanes.flow import FlowCall
from actions_runtime.server.lanes.lane import LaneOptions
from actions_runtime.server.lanes.pump import Pump
from actions_runtime.server.lanes.served import Methods, ServedCalls
from actions_runtime.server.lanes.tags import Awaited

_ARRIVALS: Final = 32
"""Calls that gRPC may hand over before it has to be asked again."""

_TASKS_S: Final = 1.0
"""Seconds that methods have to end after their calls have ended."""

_CUT_OFF_S: Final = 5.0
"""Seconds after which a lane whose calls have been cut off, and that has not ended, is left as it is."""


class FastLane:
    """Serves on grpcio's core; made on the loop that it serves on.

    Args:
        handlers: The services, the busiest first.
        doors: The methods that have a door, by their path, e.g. ``/actions.v1.ExecutionService/ExecuteFlow``.
        options: What else it is told.
    """

    name: Final = "fast"

    def __init__(
        self, handlers: Sequence[grpc.GenericRpcHandler], doors: Mapping[str, FlowDoor], options: LaneOptions
    ) -> None:
        self._doors = dict(doors)
        self._calls = ServedCalls(Methods(handlers))
        self._server = private.Server(options.list_arguments(), False)
        self._queue = private.CompletionQueue()
        self._server.register_completion_queue(self._queue)
        self._pump = Pump(self._queue)
        self._running = False
        self._ending: asyncio.Task[None] | None = None

    def add_insecure_port(self, address: str) -> int:
        """Listen in clear text; see :meth:`Lane.add_insecure_port`."""
        return _require_port(self._server.add_http2_port(address.encode()), address)

    def add_secure_port(self, address: str, server_credentials: grpc.ServerCredentials) -> int:
        """Listen with TLS; see :meth:`Lane.add_secure_port`."""
        credentials: Any = server_credentials
        port = self._server.add_http2_port(address.encode(), credentials._credentials)  # as grpcio's servers do
        return _require_port(port, address)

    async def start(self) -> None:
        """Take calls from now on."""
        self._server.start()
        self._running = True
        for _ in range(_ARRIVALS):
            self._ask()
        self._pump.start()

    async def stop(self, grace_s: float) -> None:
        """Take no more calls, give those in flight some seconds, and end.

        A lane that does not run is left alone; one that is stopping already stops by the shorter grace. Where gRPC
        does not let go of its calls this returns some seconds later all the same.
        """
        if self._running:
            self._running = False
            loop = asyncio.get_running_loop()
            stopped: asyncio.Future[bool] = loop.create_future()
            self._server.shutdown(self._queue, Awaited(stopped))
            self._ending = loop.create_task(self._end(stopped))
        if self._ending is None:
            return
        _, late = await asyncio.wait((self._ending,), timeout=grace_s)
        if late:
            self._server.cancel_all_calls()
            _, stuck = await asyncio.wait((self._ending,), timeout=_CUT_OFF_S)
            if stuck:
                log.get_logger("lane").error("lane_does_not_stop")
                self._pump.keep(self)

    async def _end(self, stopped: "asyncio.Future[bool]") -> None:
        """Wait for the last call to end, and take everything down behind it."""
        await stopped
        await self._calls.join(_TASKS_S)
        self._queue.shutdown()
        await self._pump.join()
        self._server.destroy()

    def is_idle(self, event: private.Event) -> bool:
        """Tell whether gRPC takes back what it was asked for, since the server stops."""
        return not event.success

    def take(self, event: private.Event) -> None:
        """Take a new call."""
        if not event.success:
            return
        if self._running:
            self._ask()
        details = event.call_details
        method = details.method.decode("utf-8", "replace")
        door = self._doors.get(method)
        if door is None:
            self._calls.start(event.call, method, event.invocation_metadata, details.deadline)
            return
        deadline = _read_deadline(details.deadline)
        FlowCall(event.call, method, event.invocation_metadata, deadline, door, self._pump).start()

    def _ask(self) -> None:
        self._server.request_call(self._queue, self._queue, self)


def _read_deadline(deadline: float) -> float | None:
    return None if deadline >= NEVER_S else time.monotonic() + deadline - time.time()


def _require_port(port: int, address: str) -> int:
    if not port:
        raise RuntimeError(f"cannot listen on {address}")
    return port
