import asyncio
import io
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from actions_runtime.errors import DeadlineExceeded, FailedPrecondition, Unavailable
from actions_runtime.execution.answers import Answers, make_fingerprint


class Clock:
    """Seconds that a test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Execution:
    """Counts its runs; each waits until it is let go and then gives the next of its ends."""

    def __init__(self, *ends: bytes | Exception, held: bool = False) -> None:
        self.runs = 0
        self.free = asyncio.Event()
        self._ends = ends
        if not held:
            self.free.set()

    async def __call__(self) -> bytes:
        end = self._ends[self.runs]
        self.runs += 1
        await self.free.wait()
        if isinstance(end, Exception):
            raise end
        return end


async def _yield() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def _ask(answers: Answers, run: Callable[[], Coroutine[Any, Any, bytes]], **key: Any) -> bytes:
    """Call as a server does: the run answers a callback; whoever is cancelled hangs up."""
    future: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
    key = {"tenant": "acme", "execution_id": "e1", "fingerprint": b"f", **key}

    def start(respond: Callable[[bytes | Exception], None]) -> None:
        task = asyncio.get_running_loop().create_task(run())
        task.add_done_callback(lambda done: respond(done.exception() or done.result()))  # type: ignore[arg-type]

    def take(end: bytes | Exception) -> None:
        if isinstance(end, Exception):
            future.set_exception(end)
        else:
            future.set_result(end)

    hang_up = answers.answer(key["tenant"], key["execution_id"], key["fingerprint"], start, take)
    try:
        return await future
    except asyncio.CancelledError:
        hang_up()
        raise


async def test_the_same_id_gives_the_same_answer_without_a_second_run() -> None:
    answers, execution = Answers(600, 10_000), Execution(b"first", b"second")
    assert await _ask(answers, execution) == await _ask(answers, execution) == b"first"
    assert execution.runs == 1


async def test_two_callers_at_once_share_one_run() -> None:
    answers, execution = Answers(600, 10_000), Execution(b"first", b"second", held=True)
    callers = [asyncio.create_task(_ask(answers, execution)) for _ in range(3)]
    await _yield()
    execution.free.set()
    assert await asyncio.gather(*callers) == [b"first"] * 3
    assert execution.runs == 1


async def test_a_run_whose_caller_hung_up_goes_on_and_is_remembered() -> None:
    answers, execution = Answers(600, 10_000), Execution(b"first", held=True)
    caller = asyncio.create_task(_ask(answers, execution))
    await _yield()
    caller.cancel()
    await _yield()
    execution.free.set()
    await answers.settle()
    assert await _ask(answers, execution) == b"first"


async def test_another_question_under_the_same_id_is_refused_also_while_it_runs() -> None:
    answers, execution = Answers(600, 10_000), Execution(b"first", held=True)
    caller = asyncio.create_task(_ask(answers, execution))
    await _yield()
    with pytest.raises(FailedPrecondition) as refusal:
        await _ask(answers, execution, fingerprint=b"g")
    assert refusal.value.reason == "EXECUTION_ID_REUSED"
    execution.free.set()
    await caller
    with pytest.raises(FailedPrecondition):
        await _ask(answers, execution, fingerprint=b"g")


async def test_tenants_do_not_share_ids() -> None:
    answers, execution = Answers(600, 10_000), Execution(b"first", b"second")
    assert await _ask(answers, execution) == b"first"
    assert await _ask(answers, execution, tenant="other", fingerprint=b"g") == b"second"


async def test_an_error_is_not_remembered() -> None:
    answers, execution = Answers(600, 10_000), Execution(Unavailable("x"), b"second")
    with pytest.raises(Unavailable):
        await _ask(answers, execution)
    assert await _ask(answers, execution) == b"second"


async def test_everyone_who_waits_for_a_run_gets_its_error() -> None:
    answers, execution = Answers(600, 10_000), Execution(Unavailable("x"), held=True)
    callers = [asyncio.create_task(_ask(answers, execution)) for _ in range(2)]
    await _yield()
    execution.free.set()
    ends = await asyncio.gather(*callers, return_exceptions=True)
    assert [type(end) for end in ends] == [Unavailable, Unavailable]


async def test_a_waiter_outlives_the_first_callers_deadline() -> None:
    answers, execution = Answers(600, 10_000), Execution(DeadlineExceeded("x"), b"second", held=True)
    first, second = (asyncio.create_task(_ask(answers, execution)) for _ in range(2))
    await _yield()
    execution.free.set()
    with pytest.raises(DeadlineExceeded):
        await first
    assert await second == b"second"


async def test_any_number_of_callers_whose_time_is_over_get_that_answer() -> None:
    answers = Answers(600, 10_000)
    late = Execution(*[DeadlineExceeded("x")] * 600, held=True)
    callers = [asyncio.create_task(_ask(answers, late)) for _ in range(600)]
    await _yield()
    late.free.set()
    ends = await asyncio.gather(*callers, return_exceptions=True)
    assert {type(end) for end in ends} == {DeadlineExceeded}
    assert late.runs == 600


async def test_a_bug_is_logged_even_when_its_callers_hung_up(log: io.StringIO) -> None:
    answers, execution = Answers(600, 10_000), Execution(KeyError("planted"), held=True)
    caller = asyncio.create_task(_ask(answers, execution))
    await _yield()
    caller.cancel()
    execution.free.set()
    await answers.settle()
    await _yield()
    assert "builtins.KeyError" in log.getvalue()
    assert "planted" not in log.getvalue()


async def test_a_run_that_cannot_start_is_an_error_of_its_caller_and_not_remembered() -> None:
    answers = Answers(600, 10_000)
    ends: list[bytes | Exception] = []

    def refuse(_respond: Callable[[bytes | Exception], None]) -> None:
        raise Unavailable("x")

    answers.answer("acme", "e1", b"f", refuse, ends.append)
    assert [type(end) for end in ends] == [Unavailable]
    assert await _ask(answers, Execution(b"second")) == b"second"


async def test_waiters_who_hung_up_are_not_run_again() -> None:
    answers, execution = Answers(600, 10_000), Execution(DeadlineExceeded("x"), b"second", held=True)
    first, second = (asyncio.create_task(_ask(answers, execution)) for _ in range(2))
    await _yield()
    second.cancel()
    await _yield()
    execution.free.set()
    with pytest.raises(DeadlineExceeded):
        await first
    await answers.settle()
    assert execution.runs == 1


async def test_an_answer_is_forgotten_after_its_time() -> None:
    clock = Clock()
    answers, execution = Answers(600, 10_000, clock), Execution(b"first", b"second")
    await _ask(answers, execution)
    clock.now = 599.9
    assert await _ask(answers, execution) == b"first"
    clock.now = 600.0
    assert await _ask(answers, execution) == b"second"


async def test_expired_answers_give_their_memory_back() -> None:
    clock = Clock()
    answers, execution = Answers(600, 10_000, clock), Execution(b"first", b"second")
    await _ask(answers, execution)
    held = answers.held_bytes
    clock.now = 601.0
    await _ask(answers, execution, execution_id="e2")
    assert answers.held_bytes == held + 1


async def test_memory_is_bounded_and_the_oldest_answer_goes_first() -> None:
    answers, execution = Answers(600, 2_500), Execution(*[b"x" * 600] * 4)
    for number in range(3):
        await _ask(answers, execution, execution_id=f"e{number}")
    assert answers.held_bytes <= 2_500
    await _ask(answers, execution, execution_id="e2")
    assert execution.runs == 3
    await _ask(answers, execution, execution_id="e0")
    assert execution.runs == 4


async def test_a_tenant_that_fills_the_memory_pushes_out_its_own_answers() -> None:
    answers, quiet, loud = Answers(600, 5_000), Execution(b"quiet"), Execution(*[b"x" * 600] * 20)
    await _ask(answers, quiet, tenant="quiet")
    for number in range(20):
        await _ask(answers, loud, tenant="loud", execution_id=f"e{number}")
    assert await _ask(answers, quiet, tenant="quiet") == b"quiet"
    assert quiet.runs == 1


async def test_without_a_time_to_live_nothing_is_remembered() -> None:
    answers, execution = Answers(0, 10_000), Execution(b"first", b"second")
    await _ask(answers, execution)
    assert await _ask(answers, execution) == b"second"
    assert answers.held_bytes == 0


@pytest.mark.parametrize("other", [("b", "", b"c"), ("a", "c", b""), ("a", "", b"d"), ("a", "c", b"c")])
def test_a_fingerprint_tells_every_part_of_a_question(other: tuple[str, str, bytes]) -> None:
    assert make_fingerprint("a", "", b"c") != make_fingerprint(*other)
