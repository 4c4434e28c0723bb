import asyncio
import itertools

import pytest

from actions_runtime.errors import InvalidArgument
from actions_runtime.execution import Decision
from actions_sandbox.contract import Limits, Outcome, Trigger
from tests.actions_runtime.execution.flows import (
    CRASH,
    ENDLESS,
    HONEST,
    Runs,
    list_outcomes,
    login,
    make_step,
    registration,
    start_executor,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")

HUGE = login("x = 'a' * (1 << 30)")
GROWING = login("x = []", "while True:", "    x.append('a' * 1_000_000)")
BOMBS = [(ENDLESS, "TIMED_OUT"), (HUGE, "OUT_OF_MEMORY"), (CRASH, "CRASHED")]
_tenants = (f"tenant-{number}" for number in itertools.count())


async def test_a_script_that_ends_well_gives_its_commands(runs: Runs) -> None:
    result = await runs.run(HONEST)
    assert (result.decision, list_outcomes(result), result.denial) == (Decision.CONTINUE, ["COMPLETED"], None)
    (command,) = result.commands
    assert (command.action, command.version) == ("act", 1)
    assert command.body == {"kind": "set_app_metadata", "key": "who", "value_json": '"u|1"'}
    (ended,) = result.results
    assert (ended.error, ended.logs, ended.logs_truncated) == (None, (), False)
    assert ended.duration_us is not None


async def test_a_flow_without_actions_continues(runs: Runs) -> None:
    result = await runs.run()
    assert (result.decision, result.commands, result.results) == (Decision.CONTINUE, (), ())


async def test_an_exception_is_raised(runs: Runs) -> None:
    result = await runs.run(login("print('before')", "raise ValueError('broken')"))
    (ended,) = result.results
    assert (result.decision, result.commands, ended.outcome) == (Decision.FAIL, (), Outcome.RAISED)
    assert ended.error is not None
    assert (ended.error.type, ended.error.message, ended.error.file, ended.error.line, ended.error.column) == (
        "ValueError",
        "broken",
        "act.py",
        3,
        5,
    )
    assert ended.logs == (("log", "before"),)


async def test_deny_is_denied_with_the_actions_name(runs: Runs) -> None:
    result = await runs.run(make_step(login("api.access.deny('why', 'sorry')"), name="gate"))
    assert (result.decision, list_outcomes(result)) == (Decision.DENY, ["DENIED"])
    assert result.denial is not None
    assert (result.denial.action, result.denial.code) == ("gate", "access_denied")
    assert (result.denial.reason, result.denial.user_message) == ("why", "sorry")


async def test_a_validation_error_is_denied_with_its_code(runs: Runs) -> None:
    source = registration("api.validation.error('bad_name', 'choose another')")
    result = await runs.run(source, trigger=Trigger.PRE_USER_REGISTRATION)
    assert result.decision is Decision.DENY
    assert result.denial is not None
    assert (result.denial.code, result.denial.user_message) == ("bad_name", "choose another")


async def test_a_loop_that_swallows_everything_is_stopped(runs: Runs) -> None:
    result = await runs.run(ENDLESS, tenant=next(_tenants))
    (ended,) = result.results
    assert (result.decision, ended.outcome) == (Decision.FAIL, Outcome.TIMED_OUT)
    assert ended.error is not None
    assert "over its time" in ended.error.message
    assert ended.duration_us is not None
    assert ended.duration_us >= 300_000


@pytest.mark.parametrize(
    "line",
    ["sum(range(10**15))", "x = 10**10\n    while x in range(10**11, 10**15, 7): pass\n    max(range(10**15))"],
    ids=["sum", "max"],
)
async def test_a_loop_inside_one_call_is_stopped(runs: Runs, line: str) -> None:
    assert list_outcomes(await runs.run(login(line), tenant=next(_tenants))) == ["TIMED_OUT"]


async def test_a_gigabyte_at_once_is_out_of_memory(runs: Runs) -> None:
    result = await runs.run(HUGE, tenant=next(_tenants))
    assert (result.decision, list_outcomes(result)) == (Decision.FAIL, ["OUT_OF_MEMORY"])


async def test_memory_that_grows_slowly_is_out_of_memory() -> None:
    async with start_executor(Limits(action_ms=10_000, flow_ms=10_000)) as runs:
        assert list_outcomes(await runs.run(GROWING)) == ["OUT_OF_MEMORY"]


async def test_a_native_crash_is_crashed(runs: Runs) -> None:
    result = await runs.run(CRASH, tenant=next(_tenants))
    (ended,) = result.results
    assert (result.decision, ended.outcome) == (Decision.FAIL, Outcome.CRASHED)
    assert ended.error is not None
    assert ended.error.message == "the action's process ended or answered wrongly"


async def test_too_much_output_is_told_as_such(runs: Runs) -> None:
    result = await runs.run(login("api.user.setAppMetadata('k', 'x' * 2_000_000)"))
    assert list_outcomes(result) == ["OUTPUT_TOO_LARGE"]


async def test_a_source_beyond_the_language_is_a_violation(runs: Runs) -> None:
    result = await runs.run("import os\n" + login("pass"))
    assert (result.decision, list_outcomes(result)) == (Decision.FAIL, ["POLICY_VIOLATION"])


@pytest.mark.parametrize("bomb", ["while True: pass\n", "x = 'a' * (1 << 30)\n"])
async def test_code_of_the_module_is_under_the_same_limits(runs: Runs, bomb: str) -> None:
    result = await runs.run(bomb + login("pass"), tenant=next(_tenants))
    assert list_outcomes(result)[0] in ("TIMED_OUT", "OUT_OF_MEMORY")


async def test_what_a_handler_leaves_to_be_torn_down_is_under_the_same_limits(runs: Runs) -> None:
    source = """
kept = []
def linger():
    try:
        yield 1
    finally:
        while True: pass
""" + login("generator = linger()", "kept.append(generator)", "for _ in generator:", "    break")
    assert list_outcomes(await runs.run(source, tenant=next(_tenants))) == ["TIMED_OUT"]


@pytest.mark.parametrize(("bomb", "outcome"), BOMBS, ids=[outcome for _, outcome in BOMBS])
async def test_the_next_request_of_the_same_tenant_is_unharmed(runs: Runs, bomb: str, outcome: str) -> None:
    tenant = next(_tenants)
    for _ in range(2):
        assert list_outcomes(await runs.run(bomb, tenant=tenant)) == [outcome]
        assert list_outcomes(await runs.run(HONEST, tenant=tenant)) == ["COMPLETED"]


async def test_other_tenants_in_flight_lose_nothing(runs: Runs) -> None:
    """While one tenant bombs with everything there is, fifty requests of another are all answered, and right."""
    bomber, neighbour = next(_tenants), next(_tenants)
    bombs = [runs.begin(bomb, tenant=bomber) for bomb, _ in BOMBS * 2]
    step = make_step(HONEST)
    events = [{"user": {"user_id": f"u|{number}"}} for number in range(50)]
    results = await asyncio.gather(*(runs.run(step, tenant=neighbour, event=event) for event in events))
    values = [result.commands[0].body["value_json"] for result in results]
    assert values == [f'"u|{number}"' for number in range(50)]
    ended = await asyncio.gather(*bombs)
    assert [list_outcomes(result) for result in ended] == [[outcome] for _, outcome in BOMBS * 2]


async def test_honest_requests_behind_bombs_of_their_own_tenant_are_all_answered(runs: Runs) -> None:
    """What never started must not pay for the worker that died under it, however often that happens."""
    tenant = next(_tenants)
    bombs = [runs.begin(ENDLESS, tenant=tenant) for _ in range(5)]
    honest = [runs.begin(HONEST, tenant=tenant) for _ in range(20)]
    assert {outcome for one in await asyncio.gather(*honest) for outcome in list_outcomes(one)} == {"COMPLETED"}
    assert {outcome for one in await asyncio.gather(*bombs) for outcome in list_outcomes(one)} == {"TIMED_OUT"}


async def test_logs_come_back_with_their_levels(runs: Runs) -> None:
    (ended,) = (await runs.run(login("print('a')", "console.error('b')"))).results
    assert ended.logs == (("log", "a"), ("error", "b"))


async def test_a_sound_source_is_accepted(runs: Runs) -> None:
    assert await runs.executor.check("acme", "act", Trigger.POST_LOGIN, HONEST) == ()


async def test_a_refused_source_comes_back_with_every_reason(runs: Runs) -> None:
    diagnostics = await runs.executor.check("acme", "act", Trigger.POST_LOGIN, "import os\nimport socket\n" + HONEST)
    assert [one.line for one in diagnostics] == [1, 2]
    assert diagnostics[0].source_line == "import os"


async def test_a_source_that_costs_too_much_to_judge_is_the_callers_fault() -> None:
    source = "x = 1\n" * 16_000 + HONEST
    async with start_executor(Limits(action_ms=5, flow_ms=5)) as runs:
        with pytest.raises(InvalidArgument) as caught:
            await runs.executor.check("acme", "act", Trigger.POST_LOGIN, source)
    assert caught.value.reason == "SOURCE_TOO_COSTLY"
