"""Workers of one execution: fresh before it, gone after it, and never too many."""

import asyncio
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from actions_runtime.execution import ExecutionSettings, Executor, supply
from actions_runtime.execution.job import Check, Job
from actions_runtime.execution.spawner import Spawner
from actions_runtime.execution.worker import Worker
from actions_sandbox.contract import Isolation, Limits, OnError, Outcome, Trigger
from tests.actions_runtime.execution.flows import (
    BUSY,
    CRASH,
    HONEST,
    Runs,
    is_running,
    list_outcomes,
    login,
    make_step,
    start_executor,
    until,
)
from tests.actions_runtime.execution.hostile import COMPLETED, HostileEnd, start_hostile
from tests.escapes.walls import KERNEL_WALL_ALONE, MEMORY_BYTES

PATIENT = Limits(action_ms=10_000, flow_ms=10_000)
"""Limits for work that only the test ends."""

SINGLE = Isolation.EXECUTION
KINDS = (Isolation.WORKER, Isolation.EXECUTION)


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> dict[bool, list[Worker]]:
    """The worker of each run (False) and each check (True), in order; every job still goes its way."""
    workers: dict[bool, list[Worker]] = {False: [], True: []}
    send = Worker.send

    def note(self: Worker, job: Job) -> None:
        assert not (self.isolation is SINGLE and (self.pending or self.executions)), "not a fresh worker"
        workers[isinstance(job, Check)].append(self)
        send(self, job)

    monkeypatch.setattr(Worker, "send", note)
    return workers


@pytest.fixture
def sent(served: dict[bool, list[Worker]]) -> list[Worker]:
    """The worker of each run, in order."""
    return served[False]


@contextmanager
def _peaks(runs: Runs) -> Iterator[Counter[str]]:
    """Watch at every turn of the loop how many processes there are at most, by the pool's word and in truth."""
    peaks: Counter[str] = Counter()
    living: set[int] = set()

    async def watch() -> None:
        while True:
            living.update(runs.pids())
            living.difference_update([pid for pid in living if not is_running(pid)])
            peaks["told"] = max(peaks["told"], runs.pool.supply.size)
            peaks["true"] = max(peaks["true"], len(living))
            await asyncio.sleep(0)

    task = asyncio.create_task(watch())
    try:
        yield peaks
    finally:
        task.cancel()


async def test_no_process_serves_two_executions(sent: list[Worker]) -> None:
    step = make_step(HONEST)
    async with start_executor() as runs:
        results = await asyncio.gather(*(runs.run(step, isolation=SINGLE) for _ in range(40)))
        assert {outcome for result in results for outcome in list_outcomes(result)} == {"COMPLETED"}
        assert Counter(worker.pid for worker in sent) == Counter({worker.pid: 1 for worker in sent})
        assert len(sent) == 40
        await until(lambda: not any(is_running(worker.pid) for worker in sent))


async def test_a_worker_is_gone_when_its_answer_is_there(sent: list[Worker]) -> None:
    """Whatever it has become, nothing is asked of it any more."""
    async with start_executor() as runs:
        await runs.run(HONEST, isolation=SINGLE)
        assert not runs.workers("acme")
        assert sent[0].pid not in runs.pids()
        assert not runs.pool._single_use


async def test_a_check_has_a_worker_of_its_own_whatever_the_isolation(served: dict[bool, list[Worker]]) -> None:
    """What runs a tenant's code never judges a source, nor compiles one for other workers."""
    async with start_executor() as runs:
        for isolation in KINDS:
            await runs.run(HONEST, isolation=isolation)
            assert await runs.executor.check("acme", "act", Trigger.POST_LOGIN, HONEST) == ()
            await runs.run(HONEST, isolation=isolation)
        assert {worker.isolation for worker in served[True]} == {SINGLE}
        assert not set(served[True]) & set(served[False])
        assert len(set(served[True])) == len(served[True])


@pytest.mark.parametrize(("isolation", "seen"), [(Isolation.WORKER, "planted"), (Isolation.EXECUTION, "nothing")])
async def test_what_a_script_plants_beyond_the_language_dies_with_its_worker(isolation: Isolation, seen: str) -> None:
    """With the language wall switched off a warm worker keeps what was planted, and a single-use one cannot."""
    plant = make_step("import json\n" + login("json.planted = 'planted'"))
    look = make_step("import json\n" + login("print(getattr(json, 'planted', 'nothing'))"))
    executor = Executor(ExecutionSettings(limits=PATIENT), Spawner(MEMORY_BYTES, KERNEL_WALL_ALONE))
    executor.start_zygote()
    try:
        await executor.start()
        runs = Runs(executor)
        for _ in range(3):
            assert list_outcomes(await runs.run(plant, isolation=isolation)) == ["COMPLETED"]
            (result,) = (await runs.run(look, isolation=isolation)).results
            assert result.logs[0][1] == seen
    finally:
        await executor.stop(0)


async def test_the_rest_of_a_flow_whose_worker_is_lost_has_a_fresh_worker(sent: list[Worker]) -> None:
    async with start_executor() as runs:
        result = await runs.run(HONEST, CRASH, HONEST, on_error=OnError.SKIP, isolation=SINGLE)
        assert list_outcomes(result) == ["COMPLETED", "CRASHED", "COMPLETED"]
        first, second = sent
        assert first.pid != second.pid
        assert not runs.workers("acme")


async def test_both_kinds_of_tenants_live_side_by_side(sent: list[Worker]) -> None:
    """The warm tenant keeps its worker whatever the other one does; one tenant's two kinds never mix."""
    step = make_step(HONEST)
    async with start_executor() as runs:
        await runs.run(step, tenant="warm")
        before = runs.pids("warm")
        calls = [("warm", Isolation.WORKER), ("strict", SINGLE), ("turning", Isolation.WORKER), ("turning", SINGLE)]
        results = await asyncio.gather(
            *(
                runs.run(step, tenant=tenant, isolation=isolation, event={"user": {"user_id": tenant}})
                for tenant, isolation in calls * 10
            )
        )
        values = [result.commands[0].body["value_json"] for result in results]
        assert values == [f'"{tenant}"' for tenant, _ in calls * 10]
        assert runs.pids("warm") == before
        single_use = [worker.pid for worker in sent if worker.isolation is SINGLE]
        assert len(single_use) == len(set(single_use)) == 20
        assert not set(single_use) & {worker.pid for worker in sent if worker.isolation is Isolation.WORKER}


async def test_a_tenant_has_no_more_single_use_workers_than_it_may() -> None:
    async with start_executor(PATIENT, single_use_workers=3, single_use_standby=6) as runs:
        calls = [runs.begin(BUSY, isolation=SINGLE) for _ in range(5)]
        await until(lambda: len(runs.workers("acme")) == 3 and all(w.pending for w in runs.workers("acme")))
        await until(lambda: len(runs.pool.supply.standby) == 6)
        assert len(runs.workers("acme")) == 3
        assert list_outcomes(await runs.run(HONEST, isolation=SINGLE, tenant="other")) == ["COMPLETED"]
        for call in calls:
            call.cancel()
        assert list_outcomes(await runs.run(HONEST, isolation=SINGLE)) == ["COMPLETED"]


async def test_a_new_worker_that_nobody_needs_any_more_stands_by() -> None:
    """A caller that went away leaves no worker behind that only its tenant could use."""
    async with start_executor(standby_workers=1, single_use_standby=1) as runs:
        await until(lambda: len(runs.pool.supply.standby) == 1)
        calls = [runs.begin(HONEST, isolation=SINGLE) for _ in range(4)]
        await until(lambda: runs.pool._single_use and runs.pool._single_use["acme"].wanted)
        for call in calls:
            call.cancel()
        await until(lambda: not runs.pool._single_use and runs.pool.supply.standby)
        assert not runs.workers("acme")
        assert list_outcomes(await runs.run(HONEST, isolation=SINGLE)) == ["COMPLETED"]


async def test_more_workers_stand_by_while_there_are_single_use_executions(monkeypatch: pytest.MonkeyPatch) -> None:
    async with start_executor(standby_workers=1, single_use_standby=5) as runs:
        await runs.run(HONEST)
        await until(lambda: len(runs.pool.supply.standby) == 1)
        await runs.run(HONEST, isolation=SINGLE)
        await until(lambda: len(runs.pool.supply.standby) == 5)
        monkeypatch.setattr(supply, "_ACTIVE_SECONDS", 0.0)
        runs.pool.sweep_idle()
        assert len(runs.pool.supply.standby) == 1


async def test_a_hundred_tenants_share_a_few_processes() -> None:
    """Of both kinds, one after the other and at once: all are answered, and there are never more than eight."""
    step = make_step(HONEST)
    tenants = [(f"tenant-{number}", KINDS[number % 2]) for number in range(100)]

    async def call(runs: Runs, tenant: str, isolation: Isolation) -> None:
        result = await runs.run(step, tenant=tenant, isolation=isolation, event={"user": {"user_id": tenant}})
        assert result.commands[0].body["value_json"] == f'"{tenant}"'

    async with start_executor(PATIENT, max_workers=8) as runs:
        with _peaks(runs) as peaks:
            for tenant, isolation in tenants:
                await call(runs, tenant, isolation)
            await asyncio.gather(*(call(runs, tenant, isolation) for tenant, isolation in tenants))
    assert peaks["told"] == 8
    assert 2 < peaks["true"] <= 8


async def test_a_place_is_free_when_its_process_has_ended_and_not_before() -> None:
    """A worker that was told to end still holds memory until it has."""

    async def behave(end: HostileEnd) -> None:
        await end.answer(await end.take(), [COMPLETED])

    async with start_hostile(behave, max_workers=1, single_use_standby=0) as (runs, spawner):
        spawner.tells = False
        (pid,) = runs.pids()
        assert list_outcomes(await runs.run(HONEST, isolation=SINGLE)) == ["COMPLETED"]
        waiting = runs.begin(HONEST, isolation=SINGLE, tenant="other")
        await until(lambda: not is_running(pid))
        assert (spawner.spawned, runs.pool.supply.size, waiting.done()) == (1, 1, False)
        spawner.on_ended(pid, 9)
        assert list_outcomes(await waiting) == ["COMPLETED"]
        assert spawner.spawned == 2


async def test_several_workers_are_forked_at_once() -> None:
    """Whoever waits does not wait until those before have their workers."""
    held = asyncio.Event()

    async def behave(end: HostileEnd) -> None:
        await end.answer(await end.take(), [COMPLETED])

    async with start_hostile(behave, single_use_standby=0) as (runs, spawner):
        (pid,) = runs.pids()
        spawner.hold = held
        calls = [runs.begin(HONEST, isolation=SINGLE) for _ in range(6)]
        await until(lambda: spawner.spawned == 5 and pid not in runs.pids())
        held.set()
        assert {outcome for call in calls for outcome in list_outcomes(await call)} == {"COMPLETED"}
        assert spawner.spawned == 6


async def test_executions_go_on_when_the_zygote_is_lost(sent: list[Worker]) -> None:
    async with start_executor(PATIENT) as runs:
        await runs.run(HONEST, isolation=SINGLE)
        os.kill(runs.executor.zygote_pid, 9)
        results = await asyncio.gather(*(runs.run(HONEST, isolation=SINGLE) for _ in range(12)))
        assert {outcome for result in results for outcome in list_outcomes(result)} <= {"COMPLETED", "CRASHED"}
        assert list_outcomes(await runs.run(HONEST, isolation=SINGLE)) == ["COMPLETED"]
        assert runs.pool.supply.size <= 64
        assert len({worker.pid for worker in sent}) == len(sent)


async def test_a_worker_whose_memory_stays_above_the_mark_is_thrown_away_at_the_second_look() -> None:
    async with start_executor(worker_memory_mark_bytes=1) as runs:
        await runs.run(HONEST)
        before = runs.pids("acme")
        runs.pool.sweep_idle()
        assert runs.pids("acme") == before
        runs.pool.sweep_idle()
        assert not runs.workers("acme")
        assert list_outcomes(await runs.run(HONEST)) == ["COMPLETED"]


async def test_a_worker_that_gives_its_memory_back_stays() -> None:
    """An execution may need much for a moment, twice even, when there is a look in between that finds it small."""
    wait = "import time\n" + login("x = 'a' * 100_000_000", "end = time.time() + 0.2", "while time.time() < end: pass")
    async with start_executor(PATIENT) as runs:
        await runs.run(HONEST)
        (worker,) = runs.workers("acme")
        mark = runs.pool._settings.worker_memory_mark_bytes
        assert 0 < worker.read_resident_bytes() < mark
        for _ in range(2):
            run = runs.begin(wait)
            await until(lambda: worker.read_resident_bytes() > mark)
            runs.pool.sweep_idle()
            assert list_outcomes(await run) == ["COMPLETED"]
            runs.pool.sweep_idle()
        assert runs.workers("acme") == [worker]


async def test_a_busy_worker_above_the_mark_ends_after_its_answer() -> None:
    """A worker that is never idle is recycled all the same, and nobody's execution is lost for it."""
    async with start_executor(PATIENT, worker_memory_mark_bytes=1, workers_per_tenant=1) as runs:
        wait = "import time\n" + login("end = time.time() + 0.1", "while time.time() < end: pass")
        runs_of_it = [runs.begin(wait) for _ in range(2)]
        await until(lambda: any(worker.pending for worker in runs.workers("acme")))
        (worker,) = runs.workers("acme")
        for _ in range(2):
            runs.pool.sweep_idle()
        assert list_outcomes(await runs_of_it[0]) == list_outcomes(await runs_of_it[1]) == ["COMPLETED"]
        assert worker not in runs.workers("acme")


async def test_a_worker_that_told_of_too_much_output_is_thrown_away() -> None:
    """A failure that is no plain exception costs the worker, also when the worker could still answer."""
    much = login("for i in range(900):", "    api.multifactor.enable('any', {'all': 'x' * 2_000})")
    async with start_executor() as runs:
        await runs.run(HONEST)
        before = runs.pids("acme")
        assert list_outcomes(await runs.run(much)) == [Outcome.OUTPUT_TOO_LARGE]
        await until(lambda: not before & runs.pids())
        assert list_outcomes(await runs.run(HONEST)) == ["COMPLETED"]
