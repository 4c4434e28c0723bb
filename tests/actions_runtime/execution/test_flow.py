import asyncio
import itertools
import time
from typing import Any

import pytest

from actions_runtime.errors import DeadlineExceeded
from actions_runtime.execution import Decision
from actions_sandbox.contract import Limits, OnError, Outcome, Trigger
from tests.actions_runtime.execution.flows import (
    BUSY,
    CRASH,
    ENDLESS,
    HONEST,
    Runs,
    list_outcomes,
    list_values,
    login,
    make_step,
    registration,
    start_executor,
    until,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")

SKIP = OnError.SKIP
KILLS = [(ENDLESS, "TIMED_OUT"), (CRASH, "CRASHED")]
FAILURES = [*KILLS, (login("[][0]"), "RAISED"), (login("x = 'a' * (1 << 30)"), "OUT_OF_MEMORY")]
_tenants = (f"flow-{number}" for number in itertools.count())


def _ids(pairs: list[tuple[str, str]]) -> list[str]:
    return [outcome for _, outcome in pairs]


async def test_actions_run_in_order_and_commands_keep_it(runs: Runs) -> None:
    flow = [make_step(login(f"api.accessToken.addScope('{name}')"), name=name) for name in "cab"]
    result = await runs.run(*flow)
    assert [(command.action, command.body["scope"]) for command in result.commands] == [
        ("c", "c"),
        ("a", "a"),
        ("b", "b"),
    ]
    assert [one.action for one in result.results] == ["c", "a", "b"]


async def test_each_action_has_a_fresh_namespace_each_time(runs: Runs) -> None:
    step = make_step("seen = []\n" + login("seen.append(1)", "print(len(seen))"))
    other = make_step(login("seen"), SKIP)
    for _ in range(3):
        result = await runs.run(step, other, tenant="one")
        assert result.results[0].logs == (("log", "1"),)
        assert result.results[1].error is not None
        assert result.results[1].error.type == "NameError"


async def test_a_later_action_sees_earlier_metadata_and_the_same_action_does_not(runs: Runs) -> None:
    look = "print(event.user.app_metadata.get('k'), event.transaction and event.transaction.metadata.get('t'))"
    first = login("api.user.setAppMetadata('k', 1).transaction.setMetadata('t', 2)", look)
    result = await runs.run(first, login(look))
    assert [one.logs for one in result.results] == [(("log", "None 2"),), (("log", "1 2"),)]


async def test_after_deny_the_script_runs_on_and_later_actions_do_not(runs: Runs) -> None:
    result = await runs.run(login("api.access.deny('no')", "print('still')"), HONEST)
    assert (result.decision, list_outcomes(result)) == (Decision.DENY, ["DENIED", "NOT_RUN"])
    assert result.results[0].logs == (("log", "still"),)
    assert result.results[1].duration_us is None


async def test_deny_at_login_keeps_metadata_and_drops_the_rest(runs: Runs) -> None:
    everything = (
        "api.user.setAppMetadata('a', 1).user.setUserMetadata('u', 2).transaction.setMetadata('t', 3)",
        "api.idToken.setCustomClaim('c', 4).accessToken.addScope('s').multifactor.enable('any')",
    )
    result = await runs.run(login(*everything), login(*everything, "api.access.deny('no')", *everything))
    kept = [("set_app_metadata", "1"), ("set_user_metadata", "2"), ("set_transaction_metadata", "3")]
    assert result.decision is Decision.DENY
    assert list_values(result) == kept * 3


async def test_deny_at_registration_drops_everything(runs: Runs) -> None:
    result = await runs.run(
        registration("api.user.setAppMetadata('a', 1)"),
        registration("api.user.setUserMetadata('u', 1).access.deny('no', 'sorry')"),
        trigger=Trigger.PRE_USER_REGISTRATION,
    )
    assert (result.decision, result.commands) == (Decision.DENY, ())


@pytest.mark.parametrize(("failure", "outcome"), FAILURES, ids=_ids(FAILURES))
async def test_a_failure_under_deny_fails_the_execution_without_commands(
    runs: Runs, failure: str, outcome: str
) -> None:
    result = await runs.run(HONEST, failure, HONEST, tenant=next(_tenants))
    assert (result.decision, result.commands, result.denial) == (Decision.FAIL, (), None)
    assert list_outcomes(result) == ["COMPLETED", outcome, "NOT_RUN"]
    assert result.warnings == ()


@pytest.mark.parametrize(("failure", "outcome"), FAILURES, ids=_ids(FAILURES))
async def test_a_failure_under_skip_drops_its_commands_and_the_flow_goes_on(
    runs: Runs, failure: str, outcome: str
) -> None:
    """The third action sees the first one's metadata and nothing of the second, whichever worker it runs in."""
    header, body = failure.split("\n", 1)
    failing = f"{header}\n    api.user.setAppMetadata('b', 2).accessToken.addScope('b')\n{body}"
    flow = (
        login("api.user.setAppMetadata('a', 1).user.setAppMetadata('gone', 1)"),
        make_step(failing, SKIP, "second"),
        login("print(event.user.app_metadata)", "api.user.setAppMetadata('c', 3).accessToken.addScope('c')"),
    )
    result = await runs.run(*flow, tenant=next(_tenants))
    assert (result.decision, list_outcomes(result)) == (Decision.CONTINUE, ["COMPLETED", outcome, "COMPLETED"])
    assert [command.body.get("key", "scope") for command in result.commands] == ["a", "gone", "c", "scope"]
    assert result.results[2].logs == (("log", "{'a': 1, 'gone': 1}"),)
    (warning,) = result.warnings
    assert (warning.code, warning.action) == ("ACTION_SKIPPED", "second")
    assert outcome in warning.message


async def test_a_flow_goes_on_after_every_kill(runs: Runs) -> None:
    scope = "api.accessToken.addScope(event.user.user_id)"
    flow = [login(scope), CRASH, login(scope), CRASH, CRASH, login(scope)]
    result = await runs.run(*flow, on_error=SKIP, tenant=next(_tenants))
    assert list_outcomes(result) == ["COMPLETED", "CRASHED", "COMPLETED", "CRASHED", "CRASHED", "COMPLETED"]
    assert len(result.commands) == 3


@pytest.mark.parametrize(("failure", "outcome"), FAILURES, ids=_ids(FAILURES))
async def test_under_skip_a_denial_stands_whatever_ends_the_action(runs: Runs, failure: str, outcome: str) -> None:
    """A crash can never turn a no into a yes."""
    header, body = failure.split("\n", 1)
    denying = f"{header}\n    api.user.setAppMetadata('b', 2).access.deny('no', 'sorry')\n{body}"
    first = login("api.user.setAppMetadata('a', 1).accessToken.addScope('a')")
    result = await runs.run(first, denying, HONEST, on_error=SKIP, tenant=next(_tenants))
    assert (result.decision, list_outcomes(result)) == (Decision.DENY, ["COMPLETED", outcome, "NOT_RUN"])
    assert result.denial is not None
    assert (result.denial.reason, result.denial.user_message) == ("no", "sorry")
    assert list_values(result) == [("set_app_metadata", "1")]


@pytest.mark.parametrize(("failure", "outcome"), FAILURES, ids=_ids(FAILURES))
async def test_under_deny_a_denial_that_fails_is_a_failure(runs: Runs, failure: str, outcome: str) -> None:
    header, body = failure.split("\n", 1)
    result = await runs.run(f"{header}\n    api.access.deny('no')\n{body}", tenant=next(_tenants))
    assert (result.decision, list_outcomes(result), result.denial) == (Decision.FAIL, [outcome], None)


async def test_the_first_denial_of_an_action_wins_over_its_kill(runs: Runs) -> None:
    source = login("api.access.deny('first')", "api.access.deny('second')", "while True: pass")
    result = await runs.run(source, on_error=SKIP, tenant=next(_tenants))
    assert result.denial is not None
    assert result.denial.reason == "first"


async def test_limits_count_over_the_workers_of_a_flow(runs: Runs) -> None:
    """After a kill the rest is held to what is left, at the author's line, and the log to what is left of it."""
    first = login("api.idToken.setCustomClaim('a', 'x' * 60_000)", *["print('x' * 4_000)"] * 4)
    third = login("print('y' * 1_000)", "api.idToken.setCustomClaim('b', 'x' * 60_000)")
    result = await runs.run(first, CRASH, third, on_error=SKIP, tenant=next(_tenants))
    assert list_outcomes(result) == ["COMPLETED", "CRASHED", "RAISED"]
    error, truncated = result.results[2].error, result.results[2].logs_truncated
    assert error is not None
    assert (error.line, truncated) == (3, True)
    assert "custom claims of the id token" in error.message


async def test_the_flow_has_a_limit_over_all_its_actions() -> None:
    """No action is over its own time, all of them together are."""
    busy = "import time\n" + login("end = time.time() + 0.15", "while time.time() < end: pass")
    async with start_executor(Limits(action_ms=2_000, flow_ms=500)) as runs:
        result = await runs.run(*[busy] * 8)
        assert (result.decision, result.commands) == (Decision.FAIL, ())
        outcomes = list_outcomes(result)
        assert outcomes.count("TIMED_OUT") == 1
        assert outcomes[0] == "COMPLETED"
        assert outcomes[-1] == "NOT_RUN"


async def test_time_spent_waiting_for_a_worker_is_not_the_flows() -> None:
    limits = Limits(action_ms=400, flow_ms=600)
    async with start_executor(limits, workers_per_tenant=1, requests_per_worker=1) as runs:
        blocking = [runs.begin(ENDLESS) for _ in range(2)]
        await until(lambda: any(worker.pending for worker in runs.workers("acme")))
        result = await runs.run(HONEST, CRASH, HONEST, on_error=SKIP)
        assert list_outcomes(result) == ["COMPLETED", "CRASHED", "COMPLETED"]
        await asyncio.gather(*blocking)


async def test_under_skip_actions_beyond_the_flows_time_are_timed_out_one_by_one() -> None:
    async with start_executor(Limits(action_ms=200, flow_ms=300)) as runs:
        result = await runs.run(ENDLESS, ENDLESS, HONEST, HONEST, on_error=SKIP)
        assert (result.decision, result.commands) == (Decision.CONTINUE, ())
        assert list_outcomes(result) == ["TIMED_OUT"] * 4
        assert len(result.warnings) == 4


async def test_the_callers_deadline_ends_the_wait_and_the_work(runs: Runs) -> None:
    tenant = next(_tenants)
    run = runs.begin(BUSY, tenant=tenant, deadline=time.monotonic() + 0.1)
    await until(lambda: any(worker.pending for worker in runs.workers(tenant)))
    (worker,) = runs.workers(tenant)
    with pytest.raises(DeadlineExceeded):
        await run
    await until(lambda: worker not in runs.workers(tenant))
    assert list_outcomes(await runs.run(HONEST, tenant=tenant)) == ["COMPLETED"]


async def test_a_deadline_that_has_passed_starts_nothing(runs: Runs) -> None:
    with pytest.raises(DeadlineExceeded):
        await runs.run(HONEST, deadline=time.monotonic() - 1)


async def test_a_caller_behind_others_in_the_same_worker_waits_no_longer_than_its_deadline() -> None:
    async with start_executor(Limits(action_ms=5_000, flow_ms=5_000), workers_per_tenant=1) as runs:
        blocking = runs.begin(BUSY)
        late = runs.begin(HONEST, deadline=time.monotonic() + 0.1)
        with pytest.raises(DeadlineExceeded):
            await late
        assert not blocking.done()
        blocking.cancel()


async def test_a_caller_that_hangs_up_stops_the_work(runs: Runs) -> None:
    tenant = next(_tenants)
    run = runs.begin(BUSY, tenant=tenant)
    await until(lambda: any(worker.pending for worker in runs.workers(tenant)))
    (worker,) = runs.workers(tenant)
    run.cancel()
    await until(lambda: worker not in runs.workers(tenant))


async def test_one_callers_end_does_not_stop_the_work_of_another() -> None:
    """The first one's answer may be on its way while the worker has long begun the second."""
    limits = Limits(action_ms=400, flow_ms=2_000)
    busy = "import time\n" + login(
        "end = time.time() + 0.2", "while time.time() < end: pass", "api.accessToken.addScope('done')"
    )
    async with start_executor(limits, workers_per_tenant=1) as runs:
        await runs.run(HONEST)
        step = make_step(HONEST)
        first = [runs.begin(step, deadline=time.monotonic() + 0.08) for _ in range(3)]
        second = runs.begin(busy)
        ended: list[Any] = await asyncio.gather(*first, return_exceptions=True)
        for one in ended:
            assert isinstance(one, DeadlineExceeded) or list_outcomes(one) == ["COMPLETED"]
        assert list_values(await second) == [("add_scope", "done")]


async def test_the_duration_of_a_killed_action_is_its_own(runs: Runs) -> None:
    result = await runs.run(HONEST, ENDLESS, tenant=next(_tenants))
    first, second = (one.duration_us for one in result.results)
    assert first is not None
    assert second is not None
    assert first < 300_000 <= second
    assert result.results[1].outcome is Outcome.TIMED_OUT
