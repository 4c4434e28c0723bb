"""Whose workers: a tenant's jobs that wait and the workers that it has for them.

Runs in: server / developer's machine.
"""

from collections import deque
from dataclasses import dataclass

from actions_runtime.execution.job import Job
from actions_runtime.execution.worker import Worker
from actions_sandbox.contract import Isolation


@dataclass(frozen=True, slots=True)
class PoolSettings:
    """How many workers there are and how long they live.

    Attributes:
        workers_per_tenant: The most workers of one tenant.
        max_workers: The most workers in all, standby ones included.
        standby_workers: Sealed workers that wait for the next tenant.
        single_use_workers: The most workers of one tenant whose every execution has a worker of its own.
        single_use_standby: Sealed workers that wait while there are such executions; never fewer than
            ``standby_workers``.
        queue_per_tenant: The most jobs of one tenant that wait for a worker.
        requests_per_worker: The most jobs in one worker's socket.
        worker_executions: Executions after which a worker is replaced.
        worker_idle_s: Seconds without work after which a worker ends.
        worker_memory_mark_bytes: Resident memory above which a worker is replaced, when it stays there.
    """

    workers_per_tenant: int = 2
    max_workers: int = 64
    standby_workers: int = 2
    single_use_workers: int = 8
    single_use_standby: int = 8
    queue_per_tenant: int = 256
    requests_per_worker: int = 8
    worker_executions: int = 10_000
    worker_idle_s: float = 300.0
    worker_memory_mark_bytes: int = 64 * 1024 * 1024


class Owner:
    """One tenant's workers of one kind, and the jobs that wait for them.

    Args:
        tenant: The tenant's id.
        isolation: Whether its workers serve many executions or one each.
        settings: Numbers and ages.
    """

    __slots__ = ("_executions", "_most", "_requests", "id", "isolation", "queue", "wanted", "workers")

    def __init__(self, tenant: str, isolation: Isolation, settings: PoolSettings) -> None:
        single_use = isolation is Isolation.EXECUTION
        self._most = settings.single_use_workers if single_use else settings.workers_per_tenant
        self._requests = 1 if single_use else settings.requests_per_worker
        self._executions = 1 if single_use else settings.worker_executions
        self.id = tenant
        self.isolation = isolation
        self.workers: list[Worker] = []
        self.queue: deque[Job] = deque()
        self.wanted = 0
        """Workers that it has asked for and not been given yet."""

    @property
    def forgettable(self) -> bool:
        """Whether nothing of it is left."""
        return not (self.workers or self.queue or self.wanted)

    def add(self, worker: Worker) -> None:
        """Take a worker for life."""
        worker.tenant, worker.isolation = self.id, self.isolation
        self.workers.append(worker)

    def choose(self) -> Worker | None:
        """Choose the worker that takes the next job; none when all have enough to do."""
        best, least = None, self._requests
        for worker in self.workers:
            if len(worker.pending) < least and self.lasts(worker):
                best, least = worker, len(worker.pending)
        return best

    def lasts(self, worker: Worker) -> bool:
        """Whether a worker is in no trouble and has executions left beyond those it has been given."""
        given = worker.executions + len(worker.pending)
        return given < self._executions and not worker.retiring and not worker.stalled

    def is_used_up(self, worker: Worker) -> bool:
        """Whether a worker has served as many executions as it may."""
        return worker.executions >= self._executions

    def count_lacking(self) -> int:
        """Count the workers that it may ask for now, beside those that are on their way.

        Warm workers are asked for one by one: most of the time the next one is not needed any more when it comes.
        """
        due = len(self.queue) if self.isolation is Isolation.EXECUTION else 1
        return max(0, min(due, self._most - len(self.workers)) - self.wanted)

    def expire(self, now: float) -> None:
        """Drop the jobs at the head of the queue for which nobody waits any more.

        Args:
            now: ``time.monotonic()``.
        """
        while self.queue and self.queue[0].expire(now):
            self.queue.popleft()
