"""Hands jobs to workers: a tenant's own, kept warm, or one for each execution that is thrown away after it.

Runs in: server / developer's machine.

A few jobs wait in a warm worker's socket at once; when it is killed, those that never started run elsewhere.
Nothing here makes a task or a thread for a job.
"""

import asyncio
import time
from typing import Final

from actions_runtime.errors import ResourceExhausted, Unavailable
from actions_runtime.execution.job import Check, Job
from actions_runtime.execution.owner import Owner, PoolSettings
from actions_runtime.execution.spawner import Spawner
from actions_runtime.execution.supply import Supply
from actions_runtime.execution.worker import STALL_NS, Wall, Worker
from actions_sandbox.contract import Isolation, Outcome

_SWEEP_SECONDS: Final = 0.01
_IDLE_SWEEP_SECONDS: Final = 5.0


class Pool:
    """All workers of this server.

    A tenant has one owner of its warm workers and another one of its single-use workers, so that a change of its
    isolation never mixes them.

    Args:
        settings: Numbers and ages.
        spawner: The zygote, already booted.
    """

    def __init__(self, settings: PoolSettings, spawner: Spawner) -> None:
        self._settings = settings
        self._warm: dict[str, Owner] = {}
        self._single_use: dict[str, Owner] = {}
        self._busy: set[Worker] = set()
        self._idle_sweep: asyncio.Task[None] | None = None
        self._sweeping = False
        self._stopping = False
        self.supply = Supply(
            settings,
            spawner,
            hand_over=self._hand_over,
            evict=self._evict,
            on_free=self._take_free,
            on_gone=self._take_gone,
        )
        """Where the workers come from."""
        self.security_events = 0
        """Workers that the kernel ended for a forbidden system call."""

    @property
    def wall(self) -> Wall:
        """What holds the workers, as the newest one has reported."""
        return self.supply.wall

    async def start(self) -> None:
        """Listen to the zygote and fork the standby workers.

        Raises:
            Unavailable: No worker could be made ready.
        """
        await self.supply.start()
        self._idle_sweep = asyncio.create_task(self._sweep_idle_for_ever())

    def submit(self, tenant: str, job: Job, isolation: Isolation = Isolation.WORKER) -> None:
        """Have a job done by one of the tenant's workers; the job is told how it ended.

        Args:
            tenant: Whose job it is.
            job: What to do.
            isolation: Whether a warm worker may do it, or only one that has served nothing before and serves
                nothing after.

        Raises:
            ResourceExhausted: Too many jobs of this tenant wait already.
            Unavailable: The server is stopping.
        """
        if self._stopping:
            raise Unavailable("the server is stopping", reason="STOPPING", retry_after_ms=1_000)
        if isolation is Isolation.EXECUTION and not isinstance(job, Check):
            self.supply.note_single_use()
        owners = self._find_owners(isolation)
        owner = owners.get(tenant)
        if owner is None:
            owner = owners[tenant] = Owner(tenant, isolation, self._settings)
        if len(owner.queue) >= self._settings.queue_per_tenant:
            raise ResourceExhausted(
                "too many executions of this tenant are waiting", reason="QUEUE_FULL", retry_after_ms=100
            )
        owner.queue.append(job)
        self._drain(owner)
        if not self._sweeping:
            self._sweep_later()

    def _find_owners(self, isolation: Isolation) -> dict[str, Owner]:
        return self._single_use if isolation is Isolation.EXECUTION else self._warm

    def _list_owners(self) -> list[Owner]:
        return [*self._warm.values(), *self._single_use.values()]

    def _drain(self, owner: Owner) -> None:
        """Send the waiting jobs to those workers that can take one; ask for more workers if none can."""
        queue = owner.queue
        now = time.monotonic()
        while queue:
            if queue[0].expire(now):
                queue.popleft()
                continue
            worker = owner.choose() or self._grow(owner)
            if worker is None:
                return
            worker.send(queue.popleft())
            self._busy.add(worker)

    def _grow(self, owner: Owner) -> Worker | None:
        """Give an owner a worker where none of those it has will take more than it has now."""
        return None if any(map(owner.lasts, owner.workers)) else self._add_worker(owner)

    def _add_worker(self, owner: Owner) -> Worker | None:
        """Give an owner a standby worker, or else note that it waits for one."""
        lacking = owner.count_lacking()
        if not lacking:
            return None
        worker = self.supply.take()
        if worker is None:
            self.supply.want(owner, lacking)
        else:
            owner.add(worker)
        return worker

    def _hand_over(self, owner: Owner, worker: Worker) -> bool:
        """Give an owner the worker that it has waited for, unless its jobs have been done or given up meanwhile."""
        owner.wanted -= 1
        owner.expire(time.monotonic())
        if not owner.queue:
            self._forget(owner)
            return False
        owner.add(worker)
        self._drain(owner)
        return True

    def _evict(self) -> bool:
        """End the worker that has been idle for the longest time."""
        idle = [worker for owner in self._list_owners() for worker in owner.workers if not worker.pending]
        if idle:
            min(idle, key=lambda worker: worker.idle_since).retire()
        return bool(idle)

    def _take_free(self, worker: Worker) -> None:
        """Go on after an answer: more work, or the worker's end when it is due."""
        owner = self._find_owners(worker.isolation)[worker.tenant]
        if owner.is_used_up(worker):
            worker.retiring = True
        if not worker.pending:
            self._busy.discard(worker)
            if worker.retiring:
                worker.retire()
                return
            self.supply.note_idle()
        if owner.queue:
            self._drain(owner)

    def _take_gone(self, worker: Worker, rest: list[Job]) -> None:
        """Forget an ended worker and run elsewhere what it never started."""
        self._busy.discard(worker)
        self.security_events += worker.violated
        self.supply.forget(worker)
        owner = self._find_owners(worker.isolation).get(worker.tenant)
        if owner is not None and worker in owner.workers:
            owner.workers.remove(worker)
            owner.queue.extendleft(reversed(rest))
            if not self._stopping:
                self._drain(owner)
            self._forget(owner)

    def _forget(self, owner: Owner) -> None:
        """Forget an owner of which nothing is left."""
        if owner.forgettable:
            self._find_owners(owner.isolation).pop(owner.id, None)

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
        for owner in self._list_owners():
            if owner.queue:
                for job in owner.queue:
                    job.expire(now)
                self._drain(owner)
                self._relieve(owner, now_ns)
                waiting = True
        if self._busy or waiting:
            self._sweep_later()

    def _relieve(self, owner: Owner, now_ns: int) -> None:
        """Give a tenant whose jobs wait too long one more worker, though those it has are moving."""
        if owner.queue and now_ns - owner.queue[0].queued_ns > STALL_NS and self._add_worker(owner):
            self._drain(owner)

    async def _sweep_idle_for_ever(self) -> None:
        period = min(_IDLE_SWEEP_SECONDS, self._settings.worker_idle_s)
        while True:
            await asyncio.sleep(period)
            self.sweep_idle()

    def sweep_idle(self) -> None:
        """End the workers that have been idle for too long, hold too much memory or stand by in too great a number."""
        oldest = time.monotonic() - self._settings.worker_idle_s
        for owner in self._list_owners():
            for worker in list(owner.workers):
                if not worker.pending and worker.idle_since < oldest:
                    worker.retire()
                else:
                    self._look_at_memory(worker)
        self.supply.shrink()

    def _look_at_memory(self, worker: Worker) -> None:
        """End a worker whose memory is above the mark for the second time in a row.

        An execution may need much for a moment; what is still there at the next look is not given back.
        """
        heavy = worker.read_resident_bytes() > self._settings.worker_memory_mark_bytes
        if heavy and worker.heavy:
            worker.dismiss()
        worker.heavy = heavy

    async def stop(self, grace_s: float) -> None:
        """Let running jobs end, then end every worker and the zygote.

        Args:
            grace_s: Seconds to wait for running jobs.
        """
        self._stopping = True
        await self.supply.stop()
        end = time.monotonic() + grace_s
        while self._busy and time.monotonic() < end:
            await asyncio.sleep(_SWEEP_SECONDS)
        if self._idle_sweep is not None:
            self._idle_sweep.cancel()
        waiting = [job for owner in self._list_owners() for job in owner.queue]
        begun = [job for worker in self.supply.workers for job in worker.pending]
        for job in waiting + begun:
            job.fail(Unavailable("the server is stopping", reason="STOPPING", retry_after_ms=1_000))
        for owner in self._list_owners():
            owner.queue.clear()
        self.supply.close()
