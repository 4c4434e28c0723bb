import asyncio
import itertools
import os
import signal
from collections import defaultdict

import pytest

from actions_runtime.errors import ResourceExhausted, Unavailable
from actions_runtime.execution import ExecutionSettings, Executor, FlowResult
from actions_sandbox.contract import Limits, Outcome, Trigger
from tests.actions_runtime.execution.flows import (
    BUSY,
    EVENT,
    HONEST,
    Runs,
    is_running,
    list_outcomes,
    login,
    make_step,
    start_executor,
    until,
)

PATIENT = Limits(action_ms=10_000, flow_ms=10_000)
"""Limits for work that only the test ends."""


def _pids(runs: Runs, tenant: str) -> set[int]:
    return {worker.pid for worker in runs.workers(tenant)}


async def _begin_busy(runs: Runs, tenant: str = "acme") -> "asyncio.Task[FlowResult]":
    """Start work that does not end by itself, and wait until it runs."""
    run = runs.begin(BUSY, tenant=tenant)
    await until(lambda: any(worker.stalled for worker in runs.workers(tenant)))
    return run


async def test_a_worker_never_passes_from_one_tenant_to_another() -> None:
    """Six tenants share three places for workers, so that workers come and go all the time."""
    served: defaultdict[int, set[str]] = defaultdict(set)
    step = make_step(HONEST)
    async with start_executor(max_workers=3, standby_workers=1, worker_executions=4) as runs:

        async def call(tenant: str) -> None:
            for _ in range(8):
                result = await runs.run(step, tenant=tenant, event={"user": {"user_id": tenant}})
                assert result.commands[0].body["value_json"] == f'"{tenant}"'
                for worker in runs.pool.supply.workers:
                    served[worker.pid] |= {worker.tenant} - {""}

        await asyncio.gather(*(call(f"tenant-{number}") for number in range(6)))
        assert runs.pool.supply.size <= 3
    assert len(served) > 6
    assert max(map(len, served.values())) == 1


async def test_state_of_a_worker_is_invisible_to_other_tenants() -> None:
    """What one tenant's script does to what it can reach is not there for the next tenant's."""
    write = make_step("import json, re, math, datetime\n" + login("seen = re.compile('(secret)+')", "print(seen)"))
    async with start_executor() as runs:
        await runs.run(write, tenant="first")
        first = _pids(runs, "first")
        await runs.run(HONEST, tenant="second")
        assert first
        assert not first & _pids(runs, "second")


async def test_workers_are_reused_by_their_tenant() -> None:
    async with start_executor() as runs:
        await runs.run(HONEST)
        pids = _pids(runs, "acme")
        for _ in range(10):
            await runs.run(HONEST)
        assert len(pids) == 1
        assert _pids(runs, "acme") == pids


async def test_jobs_that_never_started_run_elsewhere_when_their_worker_is_killed() -> None:
    async with start_executor(PATIENT, workers_per_tenant=1, requests_per_worker=8) as runs:
        first = runs.begin(BUSY)
        honest = [runs.begin(HONEST) for _ in range(7)]
        await until(lambda: [len(worker.pending) for worker in runs.workers("acme")] == [8])
        (worker,) = runs.workers("acme")
        await until(lambda: worker.stalled)
        os.kill(worker.pid, signal.SIGKILL)
        assert {outcome for run in honest for outcome in list_outcomes(await run)} == {"COMPLETED"}
        assert list_outcomes(await first) == ["OUT_OF_MEMORY"]


@pytest.mark.parametrize(
    ("number", "outcome"),
    [
        (signal.SIGKILL, "OUT_OF_MEMORY"),
        (signal.SIGSEGV, "CRASHED"),
        (signal.SIGABRT, "CRASHED"),
        (signal.SIGXCPU, "TIMED_OUT"),
        (signal.SIGSYS, "POLICY_VIOLATION"),
    ],
)
async def test_a_worker_that_ends_by_a_signal_is_told_by_it(number: signal.Signals, outcome: str) -> None:
    """A kill that this server did not send is the system's, for want of memory."""
    async with start_executor(PATIENT) as runs:
        run = await _begin_busy(runs)
        (worker,) = runs.workers("acme")
        os.kill(worker.pid, number)
        assert list_outcomes(await run) == [outcome]
        assert list_outcomes(await runs.run(HONEST)) == ["COMPLETED"]


async def test_an_idle_worker_that_dies_costs_the_next_request_nothing() -> None:
    async with start_executor(standby_workers=2) as runs:
        await runs.run(HONEST)
        await until(lambda: len(runs.pool.supply.standby) == 2)
        for pid in runs.pids():
            os.kill(pid, signal.SIGKILL)
        results = await asyncio.gather(*(runs.run(HONEST, tenant=tenant) for tenant in ["acme", "b", "c", "d"]))
        assert {outcome for result in results for outcome in list_outcomes(result)} == {"COMPLETED"}


async def test_a_standby_worker_that_is_being_killed_is_given_to_nobody() -> None:
    async with start_executor(standby_workers=1) as runs:
        await until(lambda: runs.pool.supply.standby)
        for worker in runs.pool.supply.standby:
            worker.kill(Outcome.CRASHED)
        assert list_outcomes(await runs.run(HONEST)) == ["COMPLETED"]


async def test_the_pool_recovers_from_the_zygotes_end() -> None:
    async with start_executor(PATIENT) as runs:
        run = await _begin_busy(runs)
        zygote, old = runs.executor.zygote_pid, runs.pids()
        os.kill(zygote, signal.SIGKILL)
        assert list_outcomes(await run) == ["CRASHED"]
        assert list_outcomes(await runs.run(HONEST)) == ["COMPLETED"]
        assert runs.executor.zygote_pid not in (0, zygote)
        await until(lambda: not any(map(is_running, old)))


async def test_requests_at_the_moment_of_the_zygotes_end_are_answered() -> None:
    async with start_executor(standby_workers=2) as runs:
        await runs.run(HONEST)
        os.kill(runs.executor.zygote_pid, signal.SIGKILL)
        results = await asyncio.gather(*(runs.run(HONEST, tenant=tenant) for tenant in ["acme", "b", "c"]))
        assert {outcome for result in results for outcome in list_outcomes(result)} <= {"COMPLETED", "CRASHED"}
        results = await asyncio.gather(*(runs.run(HONEST, tenant=tenant) for tenant in ["acme", "b", "c"]))
        assert {outcome for result in results for outcome in list_outcomes(result)} == {"COMPLETED"}


async def test_a_full_queue_refuses_its_own_tenant_alone() -> None:
    settings = {"workers_per_tenant": 1, "requests_per_worker": 1, "queue_per_tenant": 2}
    async with start_executor(PATIENT, **settings) as runs:
        held = [await _begin_busy(runs), runs.begin(HONEST), runs.begin(HONEST)]
        await asyncio.sleep(0)
        with pytest.raises(ResourceExhausted) as caught:
            await runs.run(HONEST)
        assert caught.value.reason == "QUEUE_FULL"
        assert caught.value.retry_after_ms
        assert list_outcomes(await runs.run(HONEST, tenant="other")) == ["COMPLETED"]
        for run in held:
            run.cancel()


@pytest.mark.parametrize("executions", [1, 3])
async def test_a_worker_is_replaced_after_its_number_of_executions(executions: int) -> None:
    step = make_step(HONEST)
    batches: list[set[int]] = []
    async with start_executor(PATIENT, worker_executions=executions, workers_per_tenant=1) as runs:
        for _ in range(3):
            batch: set[int] = set()
            for _ in range(executions - 1):
                await runs.run(step)
                batch |= _pids(runs, "acme")
            await runs.run(step)
            assert not _pids(runs, "acme")
            batches.append(batch)
    assert [len(batch) for batch in batches] == [min(executions - 1, 1)] * 3
    assert len(set().union(*batches)) == sum(map(len, batches))


async def test_a_worker_gets_no_more_executions_at_once_than_it_has_left() -> None:
    """With one execution for each worker, requests at the same time never share one."""
    step = make_step("seen = []\n" + HONEST)
    given: defaultdict[int, int] = defaultdict(int)
    async with start_executor(worker_executions=1, workers_per_tenant=2) as runs:
        calls = [runs.begin(step) for _ in range(12)]
        while not all(call.done() for call in calls):
            for worker in runs.workers("acme"):
                given[worker.pid] = max(given[worker.pid], worker.executions + len(worker.pending))
            await asyncio.sleep(0)
        assert {outcome for call in calls for outcome in list_outcomes(call.result())} == {"COMPLETED"}
    assert set(given.values()) == {1}


async def test_an_idle_worker_ends() -> None:
    async with start_executor(worker_idle_s=0.05) as runs:
        await runs.run(HONEST)
        (pid,) = _pids(runs, "acme")
        await until(lambda: not runs.workers("acme"))
        await until(lambda: not is_running(pid))
        assert list_outcomes(await runs.run(HONEST)) == ["COMPLETED"]


async def test_a_worker_that_ran_out_of_memory_is_retired_after_its_answer() -> None:
    async with start_executor() as runs:
        await runs.run(HONEST)
        before = _pids(runs, "acme")
        assert list_outcomes(await runs.run(login("x = 'a' * (1 << 40)"))) == ["OUT_OF_MEMORY"]
        await runs.run(HONEST)
        assert not before & _pids(runs, "acme")


async def test_a_plain_exception_does_not_cost_the_worker() -> None:
    async with start_executor() as runs:
        await runs.run(HONEST)
        before = _pids(runs, "acme")
        await runs.run(login("[][0]"))
        await runs.run("import os\n" + HONEST)
        assert _pids(runs, "acme") == before


async def test_a_tenant_whose_worker_is_stalled_gets_another_one() -> None:
    async with start_executor(PATIENT, workers_per_tenant=2) as runs:
        busy = await _begin_busy(runs)
        assert list_outcomes(await runs.run(HONEST)) == ["COMPLETED"]
        assert not busy.done()
        assert len(runs.workers("acme")) == 2
        busy.cancel()


async def test_a_tenant_has_no_more_workers_than_it_may() -> None:
    async with start_executor(PATIENT, workers_per_tenant=2, requests_per_worker=1) as runs:
        calls = [runs.begin(BUSY) for _ in range(5)]
        await until(lambda: len(runs.workers("acme")) == 2 and all(w.stalled for w in runs.workers("acme")))
        for call in calls:
            call.cancel()
        assert list_outcomes(await runs.run(HONEST)) == ["COMPLETED"]
        assert len(runs.workers("acme")) <= 2


async def test_the_least_recently_used_idle_worker_makes_room_for_a_new_tenant() -> None:
    async with start_executor(max_workers=2, standby_workers=0) as runs:
        for tenant in ("a", "b", "a", "c"):
            assert list_outcomes(await runs.run(HONEST, tenant=tenant)) == ["COMPLETED"]
        assert runs.workers("a")
        assert not runs.workers("b")
        assert runs.workers("c")
        assert runs.pool.supply.size == 2


async def test_a_busy_worker_is_not_evicted_and_the_new_tenant_waits() -> None:
    async with start_executor(Limits(action_ms=500, flow_ms=500), max_workers=1, standby_workers=0) as runs:
        busy = await _begin_busy(runs, "a")
        waiting = runs.begin(HONEST, tenant="b")
        assert list_outcomes(await busy) == ["TIMED_OUT"]
        assert list_outcomes(await waiting) == ["COMPLETED"]


async def test_standby_workers_belong_to_nobody_and_are_made_again() -> None:
    async with start_executor(standby_workers=2) as runs:
        await until(lambda: len(runs.pool.supply.standby) == 2)
        assert {worker.tenant for worker in runs.pool.supply.standby} == {""}
        await runs.run(HONEST)
        await until(lambda: len(runs.pool.supply.standby) == 2)
        assert runs.pool.supply.size == 3


async def test_stop_lets_running_work_end() -> None:
    busy = "import time\n" + login("end = time.time() + 0.15", "while time.time() < end: pass")
    async with start_executor() as runs:
        run = runs.begin(busy)
        await until(lambda: any(worker.stalled for worker in runs.workers("acme")))
        await runs.executor.stop(10)
        assert list_outcomes(run.result() if run.done() else await run) == ["COMPLETED"]


async def test_stop_does_not_wait_longer_than_it_is_told() -> None:
    async with start_executor(PATIENT, workers_per_tenant=1, requests_per_worker=1) as runs:
        running, waiting = await _begin_busy(runs), runs.begin(HONEST)
        await asyncio.sleep(0)
        await runs.executor.stop(0.01)
        for run in (running, waiting):
            with pytest.raises(Unavailable) as caught:
                await run
            assert caught.value.reason == "STOPPING"


async def test_after_stop_nothing_is_left_and_nothing_is_taken() -> None:
    async with start_executor() as runs:
        await runs.run(HONEST)
        pids = [*runs.pids(), runs.executor.zygote_pid]
        await runs.executor.stop(1)
        with pytest.raises(Unavailable):
            await runs.run(HONEST)
        await until(lambda: not any(map(is_running, pids)))


async def test_an_executor_that_was_not_started_says_so() -> None:
    executor = Executor(ExecutionSettings())
    with pytest.raises(RuntimeError, match="has not been started"):
        await executor.run_flow("acme", Trigger.POST_LOGIN, [make_step(HONEST)], EVENT)


async def test_many_tenants_at_once_are_all_answered() -> None:
    step = make_step(HONEST)
    async with start_executor(max_workers=4, standby_workers=1) as runs:
        tenants = [f"tenant-{number % 10}" for number in range(60)]
        results = await asyncio.gather(
            *(runs.run(step, tenant=tenant, event={"user": {"user_id": tenant}}) for tenant in tenants)
        )
        assert [result.commands[0].body["value_json"] for result in results] == [f'"{tenant}"' for tenant in tenants]


async def test_a_large_event_and_a_large_answer_pass_in_both_directions() -> None:
    event = {"user": {"user_id": "u", "extra": ["x" * 1_000] * 200}}
    source = login("for i in range(9):", "    api.multifactor.enable('any', {'all': event.user['extra'][:100]})")
    async with start_executor(Limits()) as runs:
        step = make_step(source)
        results = await asyncio.gather(*(runs.run(step, event=event) for _ in range(10)))
        assert [len(result.commands) for result in results] == [9] * 10


async def test_versions_are_sent_once_and_run_in_any_mixture() -> None:
    steps = [make_step(login(f"print({number})")) for number in range(5)]
    async with start_executor() as runs:
        for first, second in itertools.permutations(range(5), 2):
            result = await runs.run(steps[first], steps[second])
            assert [one.logs[0][1] for one in result.results] == [str(first), str(second)]
