"""Hands jobs to workers: a tenant's own, kept warm, and standby ones that wait for the next tenant.

Runs in: server / developer's machine.

A few jobs wait in a worker's socket at once; when it is killed, those that never started run elsewhere. Nothing
here makes a task or a thread for a job.
"""

import asyncio
import time
from collections import deque
from dataclasses import dataclass
from typing import Any, Final

import structlog

from actions_runtime.errors import ResourceExhausted, Unavailable
from actions_runtime.execution.job import Job
from actions_runtime.execution.spawner import Spawner
from actions_runtime.execution.worker import STALL_NS, Wall, Worker
from actions_sandbox.contract import Outcome

_SWEEP_SECONDS: Final = 0.01
_IDLE_SWEEP_SECONDS: Final = 5.0
_RETRY_SECONDS: Final = 0.5
_log = structlog.get_logger("actions.pool")


@dataclass(frozen=True, slots=True)
class PoolSettings:
    """How many workers there are and how long they live.

    Attributes:
        workers_per_tenant: The most workers of one tenant.
        max_workers: The most workers in all, standby ones included.
        standby_workers: Sealed workers that wait for the next tenant.
        queue_per_tenant: The most jobs of one tenant that wait for a worker.
        requests_per_worker: The most jobs in one worker's socket.
        worker_executions: Executions after which a worker is replaced.
        worker_idle_s: Seconds without work after which a worker ends.
    """

    workers_per_tenant: int = 2
    max_workers: int = 64
    standby_workers: int = 2
    queue_per_tenant: int = 256
    requests_per_worker: int = 8
    worker_executions: int = 10_000
    worker_idle_s: float = 300.0


class _Tenant:
    """One tenant's workers and the jobs that wait for them."""

    __slots__ = ("id", "queue", "wanted", "workers")

    def __init__(self, tenant: str) -> None:
        self.id = tenant
        self.workers: list[Worker] = []
        self.queue: deque[Job] = deque()
        self.wanted = False


class Pool:
    """All workers of this server.

    Args:
        settings: Numbers and ages.
        spawner: The zygote, already booted.
    """

    def __init__(self, settings: PoolSettings, spawner: Spawner) -> None:
        self._settings = settings
        self._spawner = spawner
        self._tenants: dict[str, _Tenant] = {}
        self._standby: deque[Worker] = deque()
        self._wanted: deque[_Tenant] = deque()
        self._by_pid: dict[int, Worker] = {}
        self._busy: set[Worker] = set()
        self._supply_wanted = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._sweeping = False
        self._stopping = False
        self._lost = False
        self.wall = Wall()
        """What holds the workers, as the newest one has reported."""
        self.security_events = 0
        """Workers that the kernel ended for a forbidden system call."""
        spawner.on_ended = self._take_status
        spawner.on_lost = self._lose_zygote

    @property
    def size(self) -> int:
        """Workers that live now."""
        return len(self._by_pid)

    async def start(self) -> None:
        """Listen to the zygote and fork the standby workers.

        Raises:
            Unavailable: No worker could be made ready.
        """
        self._spawner.attach()
        self._add_standby(await self._spawn())
        self._tasks = [asyncio.create_task(self._supply()), asyncio.create_task(self._end_idle())]
        self._supply_wanted.set()

    async def run(self, tenant: str, job: Job) -> Any:
        """Have a job done by one of the tenant's workers.

        Returns:
            The decoded answer, or a :class:`WorkerEnd` when the worker is gone.

        Raises:
            ResourceExhausted: Too many jobs of this tenant wait already.
            DeadlineExceeded: The caller's deadline passed.
            Unavailable: The server is stopping.
        """
        if self._stopping:
            raise Unavailable("the server is stopping", reason="STOPPING", retry_after_ms=1_000)
        owner = self._tenants.get(tenant)
        if owner is None:
            owner = self._tenants[tenant] = _Tenant(tenant)
        if len(owner.queue) >= self._settings.queue_per_tenant:
            raise ResourceExhausted(
                "too many executions of this tenant are waiting", reason="QUEUE_FULL", retry_after_ms=100
            )
        owner.queue.append(job)
        self._drain(owner)
        if not self._sweeping:
            self._sweep_later()
        return await job.future

    def _drain(self, owner: _Tenant) -> None:
        """Send the tenant's waiting jobs to those of its workers that can take one; ask for one more if none."""
        queue = owner.queue
        now = time.monotonic()
        while queue:
            if queue[0].expire(now):
                queue.popleft()
                continue
            worker = self._choose(owner)
            if worker is None:
                self._grow(owner)
                return
            worker.send(queue.popleft())
            self._busy.add(worker)

    def _choose(self, owner: _Tenant) -> Worker | None:
        best, least = None, self._settings.requests_per_worker
        for worker in owner.workers:
            if len(worker.pending) < least and self._lasts(worker):
                best, least = worker, len(worker.pending)
        return best

    def _lasts(self, worker: Worker) -> bool:
        """Whether a worker is in no trouble and has executions left beyond those it has been given."""
        given = worker.executions + len(worker.pending)
        return given < self._settings.worker_executions and not worker.retiring and not worker.stalled

    def _grow(self, owner: _Tenant) -> None:
        """Give the tenant a worker where none of those it has will take more than it has now."""
        if not any(map(self._lasts, owner.workers)):
            self._add_worker(owner)

    def _add_worker(self, owner: _Tenant) -> None:
        if owner.wanted or len(owner.workers) >= self._settings.workers_per_tenant:
            return
        worker = self._take_standby()
        if worker is not None:
            self._assign(worker, owner)
        else:
            owner.wanted = True
            self._wanted.append(owner)
        self._supply_wanted.set()

    def _take_standby(self) -> Worker | None:
        """Take a standby worker that lives, as far as is known."""
        while self._standby:
            worker = self._standby.popleft()
            if not worker.retiring:
                return worker
        return None

    def _assign(self, worker: Worker, owner: _Tenant) -> None:
        worker.tenant = owner.id
        owner.workers.append(worker)
        self._drain(owner)

    def _take_free(self, worker: Worker) -> None:
        """Go on after an answer: more work, or the worker's end when it is due."""
        owner = self._tenants[worker.tenant]
        if worker.executions >= self._settings.worker_executions:
            worker.retiring = True
        if not worker.pending:
            self._busy.discard(worker)
            if worker.retiring:
                worker.retire()
                return
            if self._wanted:
                self._supply_wanted.set()
        if owner.queue:
            self._drain(owner)

    def _take_gone(self, worker: Worker, rest: list[Job]) -> None:
        """Forget an ended worker and run elsewhere what it never started."""
        self._by_pid.pop(worker.pid, None)
        self._busy.discard(worker)
        self.security_events += worker.violated
        if worker in self._standby:
            self._standby.remove(worker)
        owner = self._tenants.get(worker.tenant)
        if owner is not None and worker in owner.workers:
            owner.workers.remove(worker)
            self._requeue(owner, rest)
            if not owner.workers and not owner.queue and not owner.wanted:
                del self._tenants[owner.id]
        self._supply_wanted.set()

    def _requeue(self, owner: _Tenant, jobs: list[Job]) -> None:
        owner.queue.extendleft(reversed(jobs))
        if not self._stopping:
            self._drain(owner)

    def _take_status(self, pid: int, status: int) -> None:
        worker = self._by_pid.get(pid)
        if worker is not None:
            worker.take_status(status)

    def _sweep_later(self) -> None:
        self._sweeping = True
        asyncio.get_running_loop().call_later(_SWEEP_SECONDS, self._sweep)

    def _sweep(self) -> None:
        """Hold running executions to their limits and waiting ones to their callers' deadlines."""
        self._sweeping = False
        now_ns, now = time.monotonic_ns(), time.monotonic()
        for worker in list(self._busy):
            if worker.expire(now) or worker.overrun(now_ns):
                worker.kill(Outcome.TIMED_OUT)
        waiting = False
        for owner in list(self._tenants.values()):
            if owner.queue:
                for job in owner.queue:
                    job.expire(now)
                self._drain(owner)
                self._relieve(owner, now_ns)
                waiting = True
        if self._busy or waiting:
            self._sweep_later()

    def _relieve(self, owner: _Tenant, now_ns: int) -> None:
        """Give a tenant whose jobs wait too long one more worker, though those it has are moving."""
        if owner.queue and now_ns - owner.queue[0].queued_ns > STALL_NS:
            self._add_worker(owner)

    async def _supply(self) -> None:
        """Keep the standby workers and those that tenants wait for coming."""
        while True:
            await self._supply_wanted.wait()
            self._supply_wanted.clear()
            while self._lacks_worker() and self._make_room():
                try:
                    await self._supply_one()
                except Exception as error:
                    _log.error("no worker", fault=str(error) or type(error).__name__)
                    await asyncio.sleep(_RETRY_SECONDS)

    async def _supply_one(self) -> None:
        if self._lost:
            await asyncio.get_running_loop().run_in_executor(None, self._spawner.boot)
            self._spawner.attach()
            self._lost = False
        worker = await self._spawn()
        if not self._wanted:
            self._add_standby(worker)
            return
        owner = self._wanted.popleft()
        owner.wanted = False
        self._tenants.setdefault(owner.id, owner)
        self._assign(worker, owner)

    def _lacks_worker(self) -> bool:
        return not self._stopping and (bool(self._wanted) or len(self._standby) < self._settings.standby_workers)

    def _make_room(self) -> bool:
        """Make room for one more worker, ending the least recently used idle one if need be."""
        if self.size < self._settings.max_workers:
            return True
        idle = [worker for owner in self._tenants.values() for worker in owner.workers if not worker.pending]
        if not idle or not self._wanted:
            return False
        min(idle, key=lambda worker: worker.idle_since).retire()
        return True

    async def _spawn(self) -> Worker:
        spawned = await self._spawner.spawn()
        worker = Worker(spawned, self._take_free, self._take_gone)
        self._by_pid[spawned.pid] = worker
        try:
            self.wall = await worker.ready
        except RuntimeError as error:
            raise Unavailable(str(error), reason="NO_WORKER") from error
        return worker

    def _add_standby(self, worker: Worker) -> None:
        self._standby.append(worker)

    async def _end_idle(self) -> None:
        period = min(_IDLE_SWEEP_SECONDS, self._settings.worker_idle_s)
        while True:
            await asyncio.sleep(period)
            oldest = time.monotonic() - self._settings.worker_idle_s
            for owner in list(self._tenants.values()):
                for worker in list(owner.workers):
                    if not worker.pending and worker.idle_since < oldest:
                        worker.retire()

    def _lose_zygote(self) -> None:
        """Replace every worker: without the zygote nobody would tell how they end."""
        self._lost = True
        for worker in list(self._by_pid.values()):
            worker.abandon()
        self._supply_wanted.set()

    async def stop(self, grace_s: float) -> None:
        """Let running jobs end, then end every worker and the zygote.

        Args:
            grace_s: Seconds to wait for running jobs.
        """
        self._stopping = True
        end = time.monotonic() + grace_s
        while self._busy and time.monotonic() < end:
            await asyncio.sleep(_SWEEP_SECONDS)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for owner in list(self._tenants.values()):
            for job in owner.queue:
                job.fail(Unavailable("the server is stopping", reason="STOPPING", retry_after_ms=1_000))
            owner.queue.clear()
        for worker in list(self._by_pid.values()):
            for job in worker.pending:
                job.fail(Unavailable("the server is stopping", reason="STOPPING", retry_after_ms=1_000))
            worker.kill(Outcome.CRASHED)
            worker.retire()
        self._spawner.on_lost = lambda: None
        self._spawner.stop()
