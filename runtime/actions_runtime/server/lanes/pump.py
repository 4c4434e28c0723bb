"""Brings what happens on the wire to the event loop.

Runs in: server.

A completion queue can only be asked by a call that blocks, and a loop can only be woken by a file, so a thread
stands between them. It costs most when there is most to do: each event would cross from thread to thread, and both
would contend for the interpreter's lock. So only one of the two asks at any time. While there is nothing to do the
thread waits in the queue; the event that ends the wait is handed to the loop, and from then on the loop asks the
queue itself, once in each of its turns and without waiting, until it finds it empty and sends the thread back.

Every answer puts two events into the queue that nobody needs. A thread that waits there is woken for each, and takes
the interpreter's lock from the loop in the middle of its answers. So the thread is not sent back while answers are due:
the loop asks again after them, and otherwise every millisecond, and gives up after a few when they are long in coming.
"""

import asyncio
import contextlib
import threading
from typing import Any, Final, Protocol

from actions_runtime import log
from actions_runtime.server.lanes import private

TURN_EVENTS: Final = 64
"""The most events of one turn of the loop: workers' answers are waiting for theirs."""


_LOOK_S: Final = 0.001
"""Seconds between two looks into the queue while answers are due: what a new call may wait meanwhile."""

_LOOKS: Final = 3
"""The most looks in a row that find nothing; after them the thread waits again."""


class Tag(Protocol):
    """What an operation was started with; it gets the event that tells of its end."""

    def is_idle(self, event: private.Event) -> bool:
        """Tell, on any thread, whether there is nothing to do about an event."""

    def take(self, event: private.Event) -> None:
        """Take an event on the loop's thread."""


class Pump:
    """Gives the events of a completion queue to their tags, on the thread of the running loop.

    Args:
        queue: The queue; nobody else asks it.
    """

    def __init__(self, queue: Any) -> None:
        self._queue = queue
        self._loop = asyncio.get_running_loop()
        self._handed: private.Event = None
        self._kept: object = None
        self._turn = threading.Lock()  # free only between the loop's giving up its turn and the thread's taking it
        self._turn.acquire()
        self._due = 0
        self._looks = 0
        self._look: asyncio.TimerHandle | None = None
        self._ended = self._loop.create_future()
        self._thread = threading.Thread(target=self._wait, name="fast-lane", daemon=True)
        self._log = log.get_logger("lane").bind()

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    async def join(self) -> None:
        """Wait until the queue, which is shutting down, has given its last event, and the thread has ended."""
        await self._ended
        self._thread.join()

    def keep(self, thing: object) -> None:
        """Keep something for as long as the thread lives, beyond the end of the program if need be.

        gRPC's server object waits in its destructor, for ever and with the interpreter's lock, until it has stopped.
        """
        self._kept = thing

    def expect_answer(self) -> None:
        """Take note that an answer will be given on the loop's thread, as a rule soon."""
        self._due += 1

    def take_answer(self) -> None:
        """Take note that an expected answer has been given, or will not be."""
        self._due -= 1
        if self._look is not None:
            self._look.cancel()
            self._look = None
            self._loop.call_soon(self._drain)

    def _wait(self) -> None:
        poll, wake, shutdown = self._queue.poll, self._loop.call_soon_threadsafe, private.SHUTDOWN
        while True:
            event = poll()
            tag = event.tag
            if tag is None:
                if event.completion_type == shutdown:
                    break
                continue
            if tag.is_idle(event):
                event = tag = None  # whoever waits in the queue must not hold a finished call
                continue
            self._handed = event
            event = tag = None
            try:
                wake(self._drain)
            except RuntimeError:  # the loop was closed without stopping the lane
                return
            self._turn.acquire()
        with contextlib.suppress(RuntimeError):  # likewise
            wake(self._end)

    def _drain(self) -> None:
        """Take the event that was handed over and those that have come since."""
        event, self._handed, self._look = self._handed, None, None
        if event is not None:
            self._give(event)
        poll = self._queue.poll
        for number in range(TURN_EVENTS):
            event = poll(0)
            if event.tag is None:
                self._rest(idle=not number)
                return
            self._give(event)
        self._looks = 0
        self._loop.call_soon(self._drain)

    def _rest(self, *, idle: bool) -> None:
        """Wait for the answers that are due, or send the thread to wait for what comes next."""
        self._looks = self._looks + 1 if idle else 0
        if self._due and self._looks < _LOOKS:
            self._look = self._loop.call_later(_LOOK_S, self._drain)
        else:
            self._looks = 0
            self._turn.release()

    def _give(self, event: private.Event) -> None:
        try:
            event.tag.take(event)
        except Exception as error:
            self._log.error("internal_error", **log.describe_failure(error))

    def _end(self) -> None:
        if not self._ended.done():
            self._ended.set_result(None)
