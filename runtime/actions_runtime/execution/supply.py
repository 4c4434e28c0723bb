"""Keeps workers coming: standby ones for the next tenant, more for those that wait, and never too many in all.

Runs in: server / developer's machine.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from typing import Final

import structlog

from actions_runtime.errors import Unavailable
from actions_runtime.execution.job import Job
from actions_runtime.execution.owner import Owner, PoolSettings
from actions_runtime.execution.spawner import Spawner
from actions_runtime.execution.worker import Wall, Worker

_FORKS_AT_ONCE: Final = 4
"""Workers that are being forked and sealed at the same time; more would only wait for each other's processor."""

_ACTIVE_SECONDS: Final = 10.0
"""How long after the last single-use execution the larger number of standby workers is kept."""

_RETRY_SECONDS: Final = 0.5
_log = structlog.get_logger("actions.supply")


class Supply:
    """Every worker that lives, the ones that nobody owns yet, and those that somebody waits for.

    Args:
        settings: Numbers and ages.
        spawner: The zygote, already booted.
        hand_over: Gives a new worker to an owner; returns whether the owner still needed it.
        evict: Ends the least recently used idle worker; returns whether there was one.
        on_free: Called after each answer of a worker.
        on_gone: Called once for each worker that has ended, with the jobs that it never started.
    """

    def __init__(
        self,
        settings: PoolSettings,
        spawner: Spawner,
        *,
        hand_over: Callable[[Owner, Worker], bool],
        evict: Callable[[], bool],
        on_free: Callable[[Worker], None],
        on_gone: Callable[[Worker, list[Job]], None],
    ) -> None:
        self._settings = settings
        self._spawner = spawner
        self._hand_over = hand_over
        self._evict = evict
        self._on_free = on_free
        self._on_gone = on_gone
        self._standby: deque[Worker] = deque()
        self._wanted: deque[Owner] = deque()
        self._workers: dict[int, Worker] = {}
        self._ending: set[int] = set()
        self._forking = 0
        self._coming = 0
        self._single_use_at = -_ACTIVE_SECONDS
        self._wake = asyncio.Event()
        self._booting = asyncio.Lock()
        self._tasks: list[asyncio.Task[None]] = []
        self._lost = False
        self.wall = Wall()
        """What holds the workers, as the newest one has reported."""
        spawner.on_ended = self._take_status
        spawner.on_lost = self._lose_zygote

    @property
    def workers(self) -> tuple[Worker, ...]:
        """The workers that live, by age."""
        return tuple(self._workers.values())

    @property
    def standby(self) -> tuple[Worker, ...]:
        """The workers that belong to nobody yet, the oldest first."""
        return tuple(self._standby)

    @property
    def size(self) -> int:
        """Processes that live, those included that are being forked or whose end has not been told yet."""
        return len(self._workers) + len(self._ending) + self._forking

    async def start(self) -> None:
        """Listen to the zygote and fork the first standby workers.

        Raises:
            Unavailable: No worker could be made ready.
        """
        self._spawner.attach()
        self._standby.append(await self._fork())
        self._tasks = [asyncio.create_task(self._supply()) for _ in range(_FORKS_AT_ONCE)]
        self._wake.set()

    async def stop(self) -> None:
        """Fork no more; the workers that there are go on."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def close(self) -> None:
        """End every worker and the zygote."""
        self._spawner.on_lost = lambda: None
        for worker in self.workers:
            worker.retire()
        self._spawner.stop()

    def take(self) -> Worker | None:
        """Take a standby worker that lives, as far as is known; another is forked in its place."""
        self._wake.set()
        while self._standby:
            worker = self._standby.popleft()
            if not worker.retiring:
                return worker
        return None

    def want(self, owner: Owner, count: int) -> None:
        """Note that an owner waits for so many workers."""
        owner.wanted += count
        self._wanted.extend([owner] * count)
        self._wake.set()

    def note_single_use(self) -> None:
        """Note that there are executions that use up a worker each."""
        self._single_use_at = time.monotonic()

    def note_idle(self) -> None:
        """Note that a worker has become idle, and may make room for those that somebody waits for."""
        if self._wanted:
            self._wake.set()

    def forget(self, worker: Worker) -> None:
        """Forget an ended worker; its place is free when its process is known to have ended."""
        self._workers.pop(worker.pid, None)
        if worker.end_untold:
            self._ending.add(worker.pid)
        if worker in self._standby:
            self._standby.remove(worker)
        self._wake.set()

    def shrink(self) -> None:
        """End the standby workers that are too many since single-use executions have ceased."""
        surplus = len(self._standby) - self._count_standby()
        for worker in list(self._standby)[: max(0, surplus)]:
            worker.retire()

    def _count_standby(self) -> int:
        """Tell how many workers are to stand by now."""
        settings = self._settings
        if time.monotonic() - self._single_use_at < _ACTIVE_SECONDS:
            return max(settings.standby_workers, settings.single_use_standby)
        return settings.standby_workers

    async def _supply(self) -> None:
        """Fork what is lacking, one worker after the other; several of these run side by side."""
        while True:
            await self._wake.wait()
            while self._lacks_worker() and self._make_room():
                await self._supply_one()
            self._wake.clear()

    def _lacks_worker(self) -> bool:
        lacking = len(self._wanted) + max(0, self._count_standby() - len(self._standby))
        return lacking > self._coming

    def _make_room(self) -> bool:
        """Tell whether there is room for one more worker; if not, see to it that there will be for one in demand."""
        full = self.size >= self._settings.max_workers
        if full and len(self._wanted) > self._coming + len(self._ending):
            self._evict()  # its end, when it is told, wakes those who fork
            full = self.size >= self._settings.max_workers
        return not full

    async def _supply_one(self) -> None:
        self._coming += 1
        try:
            if self._lost:
                await self._boot()
            self._place(await self._fork())
        except Exception as error:
            _log.error("no worker", fault=str(error) or type(error).__name__)
            await asyncio.sleep(_RETRY_SECONDS)
        finally:
            self._coming -= 1

    async def _boot(self) -> None:
        """Exec a new zygote, once for all who wait for it."""
        async with self._booting:
            if self._lost:
                await asyncio.get_running_loop().run_in_executor(None, self._spawner.boot)
                self._spawner.attach()
                self._lost = False

    async def _fork(self) -> Worker:
        self._forking += 1
        try:
            spawned = await self._spawner.spawn(rehearsed=not self._wanted)
        finally:
            self._forking -= 1
        worker = self._workers[spawned.pid] = Worker(spawned, self._on_free, self._on_gone)
        try:
            self.wall = await asyncio.shield(worker.ready)  # whoever gives up waiting takes no greeting from it
        except RuntimeError as error:
            raise Unavailable(str(error), reason="NO_WORKER") from error
        return worker

    def _place(self, worker: Worker) -> None:
        """Give a new worker to the first who still waits for one, or let it stand by."""
        while self._wanted:
            if self._hand_over(self._wanted.popleft(), worker):
                return
        self._standby.append(worker)

    def _take_status(self, pid: int, status: int) -> None:
        if pid in self._ending:
            self._ending.discard(pid)
            self._wake.set()
        worker = self._workers.get(pid)
        if worker is not None:
            worker.take_status(status)

    def _lose_zygote(self) -> None:
        """Replace every worker: without the zygote nobody would tell how they end."""
        self._lost = True
        self._ending.clear()
        for worker in self.workers:
            worker.abandon()
        self._wake.set()
