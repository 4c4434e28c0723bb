"""A worker as the server sees it: a socket, what it was asked, and how it ended.

Runs in: server / developer's machine.

Requests of one loop turn are joined into one write. Every byte that comes back is hostile: a frame over the cap,
an answer out of turn or one that is refused kills the worker, and the job that it was working on has CRASHED.
"""

import asyncio
import json
import os
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

import structlog

from actions_runtime.commands import ReplyRefused
from actions_runtime.execution.job import ATTEMPTS, Job, WorkerEnd, monotonic_us
from actions_runtime.execution.spawner import Spawned
from actions_sandbox.contract import FLOOR, MAX_REPLY_BYTES, WIRE_VERSION, Isolation, Outcome
from actions_sandbox.wire import READ_BYTES, FrameDecoder, FrameError, decode_answer

EXIT_MEMORY: Final = 86
"""Exit status by which a worker says that it had no memory left to answer with."""

STALL_NS: Final = 20_000_000
"""How long an execution runs before the worker gets nothing more to do and the tenant another worker."""

_STATUS_SECONDS: Final = 2.0
_log = structlog.get_logger("actions.worker")


@dataclass(frozen=True, slots=True)
class Wall:
    """What holds a worker.

    Attributes:
        layers: Names of the sandbox layers that hold.
        missing: Names of those that do not, with the reason.
    """

    layers: tuple[str, ...] = ()
    missing: Mapping[str, str] = field(default_factory=dict)

    @property
    def below_floor(self) -> dict[str, str]:
        """The layers of the floor that do not hold, with the reason; empty when the floor holds."""
        floor = FLOOR if sys.platform == "linux" else FLOOR[:2]
        lacking = {name: self.missing.get(name, "not applied") for name in floor if name not in self.layers}
        if any(code in lacking.get("landlock", "") for code in ("ENOSYS", "ENOTSUP", "EOPNOTSUPP")):
            del lacking["landlock"]  # this kernel has no Landlock, or was started without
        return lacking


class Worker:
    """One worker process; belongs to no tenant while it stands by, then to one for life.

    Args:
        spawned: The process.
        on_free: Called after each answer.
        on_gone: Called once when it has ended, with the jobs that it never started.
    """

    def __init__(
        self,
        spawned: Spawned,
        on_free: Callable[["Worker"], None],
        on_gone: Callable[["Worker", list[Job]], None],
    ) -> None:
        self._spawned = spawned
        self._on_free = on_free
        self._on_gone = on_gone
        self._loop = asyncio.get_running_loop()
        self._decoder = FrameDecoder(MAX_REPLY_BYTES)
        self._out: list[bytes] = []
        self._known: set[str] = set()
        self._cause: Outcome | None = None
        self._status: int | None = None
        self._eof = False
        self._gone = False
        self._abandoned = False
        self.ready: asyncio.Future[Wall] = self._loop.create_future()
        """Resolves to what holds it once it is sealed; to an error when it ended before."""
        self.tenant = ""
        self.isolation = Isolation.WORKER
        self.pending: deque[Job] = deque()
        self.head_since_ns = 0
        self.executions = 0
        self.idle_since = time.monotonic()
        self.retiring = False
        self.heavy = False
        """Whether its resident memory was above the mark when it was last looked at."""
        self._loop.add_reader(spawned.channel, self._read)

    @property
    def pid(self) -> int:
        """Process id."""
        return self._spawned.pid

    @property
    def violated(self) -> bool:
        """Whether the kernel ended it for a system call that the sandbox forbids."""
        status = self._status
        return status is not None and os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGSYS

    @property
    def end_untold(self) -> bool:
        """Whether its process may still be there although nothing more is expected of it."""
        return self._status is None and not self._abandoned

    @property
    def stalled(self) -> bool:
        """Whether its current execution has run so long that others should not wait behind it."""
        return bool(self.pending) and time.monotonic_ns() - self.head_since_ns > STALL_NS

    def send(self, job: Job) -> None:
        """Queue a job in the worker's socket."""
        if not self.pending:
            self.head_since_ns = time.monotonic_ns()
        self.pending.append(job)
        if not self._out:
            self._loop.call_soon(self._flush)
        self._out.append(job.encode(self._known))

    def _flush(self) -> None:
        data = b"".join(self._out)
        self._out.clear()
        if self._gone or not data:
            return
        try:
            sent = self._spawned.channel.send(data)
        except BlockingIOError:
            sent = 0
        except OSError:
            return  # its end is on its way through the reader
        if sent < len(data):
            self._out.append(data[sent:])
            self._loop.add_writer(self._spawned.channel, self._flush)
        else:
            self._loop.remove_writer(self._spawned.channel)

    def _read(self) -> None:
        try:
            chunk = self._spawned.channel.recv(READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            chunk = b""
        if not chunk:
            self._take_eof()
            return
        answered: list[Job] = []
        try:
            for payload in self._decoder.feed(chunk):
                if self.ready.done():
                    self._take_answer(payload, answered)
                else:
                    self._take_hello(payload)
        except (FrameError, ReplyRefused) as error:
            _log.error("worker answered wrongly", pid=self.pid, tenant=self.tenant, fault=str(error))
            self.kill(Outcome.CRASHED)
        if answered:
            self._on_free(self)
        for job in answered:  # all answers are judged before the first is delivered: one kind of work at a time
            job.deliver()

    def _take_answer(self, payload: bytes, answered: list[Job]) -> None:
        sequence, body = decode_answer(payload)
        if self._cause is not None:
            return
        if not self.pending or self.pending[0].sequence != sequence:
            raise FrameError(f"an answer to {sequence}, which is not its turn")
        job = self.pending[0]
        sound = job.accept(body)
        self.pending.popleft()
        self.head_since_ns = time.monotonic_ns()
        self.executions += 1
        self.idle_since = time.monotonic()
        if not sound:
            self.retiring = True
        answered.append(job)

    def _take_hello(self, payload: bytes) -> None:
        try:
            hello = json.loads(payload)
            wire, forbidden = hello["wire"], hello["forbidden"]
            wall = Wall(tuple(hello["layers"]), dict(hello["missing"]))
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise FrameError("a greeting that is none") from error
        if wire != WIRE_VERSION or forbidden:
            _log.error("worker is not sealed", pid=self.pid, wire=wire, forbidden=forbidden)
            self.kill(Outcome.CRASHED)
            return
        self.ready.set_result(wall)

    def overrun(self, now_ns: int) -> bool:
        """Whether the running execution, or its current step, is over its time."""
        if not self.pending:
            return False
        elapsed_ns = now_ns - self.head_since_ns
        if elapsed_ns > self.pending[0].limit_ns:
            return True
        if elapsed_ns <= self.pending[0].step_limit_ns:
            return False  # and nothing is read while the worker may be writing its first step
        running = self._find_running()
        _, _, started_ns = self._spawned.journal.position()
        return running is not None and now_ns - started_ns > running.step_limit_ns

    def expire(self, now: float) -> bool:
        """Give up the jobs whose callers no longer wait.

        Returns:
            Whether the worker is stalled by a job that nobody waits for.
        """
        for job in self.pending:
            job.expire(now)
        return self.stalled and (self._find_running() or self.pending[0]).settled

    def _find_running(self) -> Job | None:
        """Find the job that the worker says it is working on; an answer before it may be on its way."""
        sequence, _, _ = self._spawned.journal.position()
        return next((job for job in self.pending if job.sequence == sequence), None)

    def kill(self, cause: Outcome) -> None:
        """Kill the process; the first cause stands."""
        if self._cause is None and not self._gone:
            self._cause = cause
            self.retiring = True
            self._spawned.kill()

    def dismiss(self) -> None:
        """End it as soon as it has answered what it was asked."""
        self.retiring = True
        if not self.pending:
            self.retire()

    def read_resident_bytes(self) -> int:
        """Read how much memory the process holds now; 0 where the system does not tell."""
        return self._spawned.read_resident_bytes()

    def abandon(self) -> None:
        """Kill the process for no fault of its own, when nobody is left to tell how it ended."""
        self._abandoned = self.retiring = True
        self._spawned.kill()
        if self._eof:
            self._finish()

    def retire(self) -> None:
        """End an idle worker, whether it would go by itself or not."""
        self._finish()

    def take_status(self, status: int) -> None:
        """Take the wait status that the zygote reports."""
        self._status = status
        if self._eof:
            self._finish()

    def _take_eof(self) -> None:
        self._eof = True
        self._loop.remove_reader(self._spawned.channel)
        if self._status is not None or self._cause is not None or self._abandoned:
            self._finish()
        elif not self._gone:
            self._loop.call_later(_STATUS_SECONDS, self._finish)

    def _finish(self) -> None:
        if self._gone:
            return
        self._gone = True
        if self._status is None:
            self._spawned.kill()  # it is idle, or has closed its channel and lives on
        self._loop.remove_reader(self._spawned.channel)
        self._loop.remove_writer(self._spawned.channel)
        if not self.ready.done():
            self.ready.set_exception(RuntimeError("the worker ended before it was sealed"))
            self.ready.exception()
        head, rest = self._divide_pending()
        if self.violated:
            self._tell_violation(head)
        if head is not None:
            self._report(head)
        self._spawned.close()
        self._on_gone(self, rest)

    def _divide_pending(self) -> tuple[Job | None, list[Job]]:
        """Tell the job that was running from those that can run elsewhere.

        A job that never began is held to be at fault when this server stopped the worker for it, or when it was
        the first in line of several workers that ended.
        """
        running = self._find_running()
        jobs = list(self.pending)
        self.pending.clear()
        if running is None and jobs:
            jobs[0].attempts += 1
            if self._cause is not None or jobs[0].attempts >= ATTEMPTS:
                running = jobs[0]
        return running, [job for job in jobs if job is not running]

    def _tell_violation(self, job: Job | None) -> None:
        """Tell the operator who got through the language and tried the kernel."""
        _, index, _ = self._spawned.journal.position()
        action, version = job.name_version(index) if job else ("", 0)
        _log.error(
            "security event",
            fault="forbidden system call",
            tenant=self.tenant,
            action=action,
            version=version,
            pid=self.pid,
        )

    def _report(self, job: Job) -> None:
        cause = self._cause or classify(self._status)
        _log.warning("worker ended", pid=self.pid, tenant=self.tenant, cause=cause.value, status=self._status)
        job.finish(self._read_journal(cause, job))

    def _read_journal(self, cause: Outcome, job: Job) -> WorkerEnd:
        journal = self._spawned.journal
        sequence, _, started_ns = journal.position()
        run_us = monotonic_us(self.head_since_ns)
        if sequence != job.sequence:
            return WorkerEnd(cause, elapsed_us=run_us, run_us=run_us)
        try:
            results, note = journal.read()
        except FrameError as error:
            _log.error("worker's journal is unsound", pid=self.pid, tenant=self.tenant, fault=str(error))
            return WorkerEnd(Outcome.CRASHED, elapsed_us=run_us, run_us=run_us)
        return WorkerEnd(cause, min(monotonic_us(started_ns), run_us), run_us, tuple(results), note)


def classify(status: int | None) -> Outcome:
    """Read a wait status that this server did not cause.

    Args:
        status: As ``waitpid`` gives it; None when nobody could tell.
    """
    if status is None:
        return Outcome.CRASHED
    if os.WIFEXITED(status):
        return Outcome.OUT_OF_MEMORY if os.WEXITSTATUS(status) == EXIT_MEMORY else Outcome.CRASHED
    return _BY_SIGNAL.get(os.WTERMSIG(status), Outcome.CRASHED)


_BY_SIGNAL: Final[dict[int, Outcome]] = {
    signal.SIGKILL: Outcome.OUT_OF_MEMORY,  # not by this server: the system's own out-of-memory kill
    signal.SIGALRM: Outcome.TIMED_OUT,
    signal.SIGPROF: Outcome.TIMED_OUT,
    signal.SIGXCPU: Outcome.TIMED_OUT,
    signal.SIGSYS: Outcome.POLICY_VIOLATION,
}
