"""One execution from its beginning to the one call that ends it, whatever becomes of caller and workers."""

import asyncio
import json
import time
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest

from actions_runtime.errors import DeadlineExceeded, ResourceExhausted
from actions_runtime.execution import Decision, FlowResult, worker
from actions_runtime.execution.run import Execution, FlowPlan
from actions_sandbox.contract import Limits, OnError, RunRequest, Trigger
from actions_sandbox.wire import encode_answer
from tests.actions_runtime.execution.flows import EVENT, HONEST, Runs, list_outcomes, make_step, start_executor, until
from tests.actions_runtime.execution.hostile import COMPLETED, HostileEnd, start_hostile

SOUND = json.dumps([COMPLETED], separators=(",", ":")).encode()
PATIENT = Limits(action_ms=20_000, flow_ms=20_000)
"""Limits that no test reaches: the test alone decides when a worker answers."""


@pytest.fixture(autouse=True)
def _never_stalled(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine must not make a worker look stalled, which would end it when nobody waits for its answer."""
    monkeypatch.setattr(worker, "STALL_NS", 10**12)


@dataclass
class Desk:
    """The worker's end: what it was asked, and one end for each worker."""

    asked: list[tuple[HostileEnd, RunRequest]] = field(default_factory=list)

    @property
    def workers(self) -> int:
        """How many workers have been asked to run something."""
        return len({id(end) for end, _ in self.asked})

    async def behave(self, end: HostileEnd) -> None:
        """Take every request and leave the answer to the test; what is only to be compiled stays without one."""
        while True:
            request = await end.take()
            if isinstance(request, RunRequest):
                self.asked.append((end, request))

    async def answer(self, index: int, *values: Any) -> None:
        """Answer the request of that number, with one sound result for each step unless values are given."""
        end, request = self.asked[index]
        await end.answer(request, list(values) or [COMPLETED] * len(request.steps))


def _begin(runs: Runs, plan: FlowPlan, deadline: float | None = None) -> tuple[Execution, list[FlowResult | Exception]]:
    ends: list[FlowResult | Exception] = []
    return runs.executor.begin("acme", plan, dict(EVENT), ends.append, deadline=deadline), ends


def _plan(runs: Runs, count: int = 1, on_error: OnError = OnError.DENY) -> FlowPlan:
    return runs.executor.plan(Trigger.POST_LOGIN, [make_step(HONEST, on_error) for _ in range(count)])


def _completed(ends: list[FlowResult | Exception]) -> bool:
    (end,) = ends
    return isinstance(end, FlowResult) and list_outcomes(end) == ["COMPLETED"]


async def test_the_answer_to_a_caller_that_hung_up_is_dropped_and_the_next_one_is_unharmed() -> None:
    desk = Desk()
    async with start_hostile(desk.behave, PATIENT) as (runs, _):
        plan = _plan(runs)
        (given_up, dropped), (_, kept) = _begin(runs, plan), _begin(runs, plan)
        await until(lambda: len(desk.asked) == 2)
        given_up.cancel()
        await desk.answer(0)
        await desk.answer(1)
        await until(lambda: kept)
        assert _completed(kept)
        assert dropped == []
        _, after = _begin(runs, plan)
        await until(lambda: len(desk.asked) == 3)
        await desk.answer(2)
        await until(lambda: after)
        assert (_completed(after), desk.workers) == (True, 1)


async def test_what_is_given_up_while_it_waits_is_never_sent() -> None:
    desk = Desk()
    async with start_hostile(desk.behave, PATIENT, requests_per_worker=1) as (runs, _):
        plan = _plan(runs)
        _, first = _begin(runs, plan)
        waiting, dropped = _begin(runs, plan)
        _, last = _begin(runs, plan)
        await until(lambda: desk.asked)
        waiting.cancel()
        await desk.answer(0)
        await until(lambda: len(desk.asked) == 2)
        await desk.answer(1)
        await until(lambda: last)
        assert (_completed(first), dropped, _completed(last), len(desk.asked)) == (True, [], True, 2)


async def test_a_deadline_that_passes_while_it_waits_ends_it_and_it_is_never_sent() -> None:
    desk = Desk()
    async with start_hostile(desk.behave, PATIENT, requests_per_worker=1) as (runs, _):
        plan = _plan(runs)
        _, first = _begin(runs, plan)
        _, late = _begin(runs, plan, time.monotonic() + 0.05)
        await until(lambda: late)
        assert isinstance(late[0], DeadlineExceeded)
        assert first == []
        _, last = _begin(runs, plan)
        await desk.answer(0)
        await until(lambda: len(desk.asked) == 2)
        await desk.answer(1)
        await until(lambda: last)
        assert (_completed(first), _completed(last), len(late), desk.workers) == (True, True, 1, 1)


async def test_what_nobody_waits_for_holds_no_place_in_a_full_queue_when_its_turn_comes() -> None:
    desk = Desk()
    async with start_hostile(desk.behave, PATIENT, requests_per_worker=1, queue_per_tenant=2) as (runs, _):
        plan = _plan(runs)
        begun = [_begin(runs, plan)]
        await until(lambda: desk.asked)
        begun += [_begin(runs, plan) for _ in range(2)]
        _, refused = _begin(runs, plan)
        assert [type(end) for end in refused] == [ResourceExhausted]
        for execution, _ in begun[1:]:
            execution.cancel()
        await desk.answer(0)
        await until(lambda: begun[0][1])
        _, after = _begin(runs, plan)
        await until(lambda: len(desk.asked) == 2)
        await desk.answer(1)
        await until(lambda: after)
        assert _completed(after)


async def test_a_deadline_that_has_passed_is_told_before_anything_is_sent() -> None:
    """The end may come before ``begin`` returns, and comes once."""
    desk = Desk()
    async with start_hostile(desk.behave, PATIENT) as (runs, _):
        execution, late = _begin(runs, _plan(runs), time.monotonic() - 1)
        execution.cancel()
        assert [type(end) for end in late] == [DeadlineExceeded]
        assert desk.asked == []


async def test_a_flow_whose_worker_dies_goes_on_elsewhere_with_what_is_left() -> None:
    """The second worker gets the rest of the steps, their sources, and what the first steps recorded."""
    desk = Desk()
    async with start_hostile(desk.behave, PATIENT) as (runs, _):
        _, ends = _begin(runs, _plan(runs, 3, OnError.SKIP))
        await until(lambda: desk.asked)
        end, request = desk.asked[0]
        end.journal.begin(request.sequence, time.monotonic_ns())
        command = b'{"kind":"set_app_metadata","key":"k","value":[1]}'
        end.journal.advance(SOUND[1:-1].replace(b'"commands":[]', b'"commands":[' + command + b"]"), 2**63)
        end.end()
        await until(lambda: len(desk.asked) == 2)
        _, rest = desk.asked[1]
        assert rest.steps == request.steps[2:]
        assert [version.key for version in rest.versions] == [step.key for step in rest.steps]
        assert rest.prior == ({"kind": "set_app_metadata", "key": "k", "value_json": "[1]"},)
        assert (rest.event, rest.sequence != request.sequence) == (request.event, True)
        await desk.answer(1)
        await until(lambda: ends)
        (result,) = ends
        assert isinstance(result, FlowResult)
        assert list_outcomes(result) == ["COMPLETED", "CRASHED", "COMPLETED"]
        assert [command.body["value_json"] for command in result.commands] == ["[1]"]
        assert desk.workers == 2


async def test_a_flow_that_nobody_waits_for_does_not_go_on_elsewhere() -> None:
    desk = Desk()
    async with start_hostile(desk.behave, PATIENT) as (runs, _):
        execution, ends = _begin(runs, _plan(runs, 3, OnError.SKIP))
        await until(lambda: desk.asked)
        end, request = desk.asked[0]
        end.journal.begin(request.sequence, time.monotonic_ns())
        execution.cancel()
        end.end()
        await until(lambda: not runs.workers("acme"))
        await asyncio.sleep(0)
        assert (ends, len(desk.asked), desk.workers) == ([], 1, 1)


async def test_answers_that_come_at_once_are_all_judged_before_the_first_is_handed_over() -> None:
    """A forged one among them costs the worker, and neither those before it nor those behind it."""
    desk = Desk()
    order: list[str] = []
    async with start_hostile(desk.behave, PATIENT) as (runs, _):
        plan = _plan(runs)
        results: dict[str, FlowResult | Exception] = {}
        given_up: list[bool] = []

        def note(name: str, end: FlowResult | Exception) -> None:
            order.append(name)
            results[name] = end
            given_up.append(any(one.retiring for one in runs.workers("acme")))

        for name in ("first", "second", "forged", "behind"):
            runs.executor.begin("acme", plan, dict(EVENT), partial(note, name))
        await until(lambda: len(desk.asked) == 4)
        end, _ = desk.asked[0]
        bodies = [SOUND, SOUND, b"[]"]
        frames = [encode_answer(desk.asked[index][1].sequence, body) for index, body in enumerate(bodies)]
        end.journal.begin(desk.asked[2][1].sequence, 0)
        await end.send(b"".join(frames))
        await until(lambda: len(desk.asked) == 5)
        await desk.answer(4)
        await until(lambda: len(results) == 4)
        outcomes = {name: list_outcomes(one) for name, one in results.items() if isinstance(one, FlowResult)}
        assert outcomes == {
            "first": ["COMPLETED"],
            "second": ["COMPLETED"],
            "forged": ["CRASHED"],
            "behind": ["COMPLETED"],
        }
        assert order == ["first", "second", "forged", "behind"]
        assert given_up[:2] == [True, True]
        assert desk.workers == 2


async def test_an_end_may_begin_the_next_execution() -> None:
    async with start_executor() as runs:
        plan = _plan(runs)
        ends: list[FlowResult | Exception] = []

        def go_on(end: FlowResult | Exception) -> None:
            ends.append(end)
            if len(ends) < 50:
                runs.executor.begin("acme", plan, dict(EVENT), go_on)

        for _ in range(3):
            runs.executor.begin("acme", plan, dict(EVENT), go_on)
        await until(lambda: len(ends) >= 50)
        await until(lambda: not any(worker.pending for worker in runs.workers("acme")))
        assert all(isinstance(end, FlowResult) and end.decision is Decision.CONTINUE for end in ends)


async def test_a_plan_sends_what_a_worker_has_not_seen_and_nothing_twice() -> None:
    desk = Desk()
    async with start_hostile(desk.behave, PATIENT) as (runs, _):
        one, two = make_step(HONEST), make_step(HONEST)
        first, second = (runs.executor.plan(Trigger.POST_LOGIN, steps) for steps in ([one], [two, one, two]))
        for number, plan in enumerate((first, first, second, second, first)):
            _, ends = _begin(runs, plan)
            await until(lambda: len(desk.asked) > number)  # noqa: B023 - waited for within the turn
            await desk.answer(number)
            await until(lambda: ends)  # noqa: B023
        sent = [[version.key for version in request.versions] for _, request in desk.asked]
        assert sent == [[one.version.key], [], [two.version.key], [], []]
        keys = [[step.key for step in request.steps] for _, request in desk.asked]
        assert keys[2] == keys[3] == [two.version.key, one.version.key, two.version.key]


async def test_who_waits_with_run_flow_and_gives_up_leaves_nothing_behind() -> None:
    desk = Desk()
    async with start_hostile(desk.behave, PATIENT) as (runs, _):
        waiting = runs.begin(HONEST)
        await until(lambda: desk.asked)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert [job.settled for worker in runs.workers("acme") for job in worker.pending] == [True]
        await desk.answer(0)
        after = runs.begin(HONEST)
        await until(lambda: len(desk.asked) == 2)
        await desk.answer(1)
        assert list_outcomes(await after) == ["COMPLETED"]
        assert desk.workers == 1
