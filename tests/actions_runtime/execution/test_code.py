"""Compiled code: whose it is, where it comes from, and what it may never change."""

import json
import marshal
import time
from collections.abc import AsyncIterator
from typing import Any, Final

import pytest
import pytest_asyncio

from actions_runtime.execution.code import CodeShelf, Place
from actions_runtime.execution.worker import Worker
from actions_sandbox.contract import CODE_BYTES, CheckRequest, Isolation, RunRequest, Trigger, Version
from actions_sandbox.policy import dump_code
from actions_sandbox.wire import RequestReader, encode_answer
from tests.actions_runtime.execution.flows import (
    HONEST,
    Runs,
    list_outcomes,
    login,
    make_step,
    registration,
    start_executor,
    until,
)
from tests.actions_runtime.execution.hostile import COMPLETED, HostileEnd, start_hostile

LOGIN: Final = Trigger.POST_LOGIN
SINGLE: Final = Isolation.EXECUTION
PLACE: Final[Place] = ("acme", LOGIN, "act", HONEST)


@pytest_asyncio.fixture
async def runs() -> AsyncIterator[Runs]:
    """An executor of one's own, whose shelf holds nothing yet."""
    async with start_executor() as started:
        yield started


@pytest.fixture
def received(monkeypatch: pytest.MonkeyPatch) -> list[Version]:
    """Every version that goes down to a worker, as the worker reads it."""
    versions: list[Version] = []
    flush = Worker._flush

    def note(self: Worker) -> None:
        for frame in self._out:
            request = RequestReader().read(frame[4:])
            versions.extend(request.versions if isinstance(request, RunRequest) else ())
        flush(self)

    monkeypatch.setattr(Worker, "_flush", note)
    return versions


def shelf_of(runs: Runs) -> CodeShelf:
    compiler = runs.executor._compiler
    assert compiler is not None
    return compiler._shelf


async def test_the_first_execution_after_a_check_finds_its_code(runs: Runs, received: list[Version]) -> None:
    """A deployment checks the source; what the check has compiled nobody compiles again."""
    assert await runs.executor.check("acme", "act", LOGIN, HONEST) == ()
    for isolation in Isolation:
        assert list_outcomes(await runs.run(make_step(HONEST), isolation=isolation)) == ["COMPLETED"]
    assert [bool(version.code) for version in received] == [True, True]


async def test_code_that_two_workers_compiled_is_there_for_the_third(runs: Runs, received: list[Version]) -> None:
    step = make_step(HONEST)
    for _ in range(2):
        await runs.run(step, isolation=SINGLE)
    await until(lambda: shelf_of(runs).find(PLACE))
    assert list_outcomes(await runs.run(step, isolation=SINGLE)) == ["COMPLETED"]
    assert [bool(version.code) for version in received] == [False, False, True]


async def test_code_goes_to_nobody_but_the_tenant_trigger_action_and_source_it_was_made_for(
    runs: Runs, received: list[Version]
) -> None:
    assert await runs.executor.check("acme", "act", LOGIN, HONEST) == ()
    both = HONEST + registration("pass")
    assert await runs.executor.check("acme", "both", LOGIN, both) == ()
    await runs.run(make_step(HONEST), tenant="other")
    await runs.run(make_step(HONEST, name="another"))
    await runs.run(make_step(HONEST + "\n"))
    await runs.run(make_step(both, name="both"), trigger=Trigger.PRE_USER_REGISTRATION)
    assert len(received) == 4
    assert not any(version.code for version in received)


async def test_a_refused_source_leaves_no_code(runs: Runs) -> None:
    source = "import os\n" + HONEST
    assert await runs.executor.check("acme", "act", LOGIN, source)
    assert not shelf_of(runs).find(("acme", LOGIN, "act", source))


FAILING: Final = login("text = 'ä'; api.user.setAppMetadata('a', 1 / len(event.user.name or ''))")


async def test_an_error_names_the_same_place_whether_the_code_was_kept_or_not(
    runs: Runs, received: list[Version]
) -> None:
    step = make_step(FAILING)
    (bare,) = (await runs.run(step, isolation=SINGLE)).results
    assert await runs.executor.check("acme", "act", LOGIN, FAILING) == ()
    (kept,) = (await runs.run(step, isolation=SINGLE)).results
    assert [bool(version.code) for version in received] == [False, True]
    assert kept.error == bare.error
    assert kept.error is not None
    assert (kept.error.file, kept.error.line) == ("act.py", 2)


@pytest.mark.parametrize(
    "code",
    [
        b"no stamp",
        dump_code(compile("", "act.py", "exec"))[:-1],
        dump_code(compile("", "act.py", "exec"))[:8],
        dump_code(compile("", "act.py", "exec"))[:8] + marshal.dumps("no code"),
    ],
    ids=["foreign", "cut", "empty", "no code"],
)
async def test_what_is_not_this_interpreter_s_code_is_compiled_anew(runs: Runs, code: bytes) -> None:
    shelf_of(runs).keep(PLACE, code)
    assert list_outcomes(await runs.run(make_step(HONEST), isolation=SINGLE)) == ["COMPLETED"]


async def test_a_run_cannot_put_code_on_the_shelf() -> None:
    """Whatever a worker that runs says, only the answer to a check is ever looked through for code."""

    async def behave(end: HostileEnd) -> None:
        request = await end.take()
        assert isinstance(request, RunRequest)
        body = json.dumps([COMPLETED]).encode() + b"\0" + dump_code(compile("", "act.py", "exec"))
        await end.send(encode_answer(request.sequence, body))

    async with start_hostile(behave) as (runs, _):
        assert list_outcomes(await runs.run(HONEST)) == ["CRASHED"]
        assert shelf_of(runs).find(PLACE) is None


async def test_a_worker_that_has_checked_is_asked_nothing_more() -> None:
    """Not even one that says it is the tenant's: what it sends after its answer reaches nobody."""
    asked: list[Any] = []

    async def behave(end: HostileEnd) -> None:
        while True:
            request = await end.take()
            asked.append((end, type(request)))
            await end.answer(request, [] if isinstance(request, CheckRequest) else [COMPLETED])

    async with start_hostile(behave) as (runs, _):
        for _ in range(3):
            assert await runs.executor.check("acme", "act", LOGIN, HONEST) == ()
        await runs.run(HONEST)
        await runs.run(HONEST)
    checkers = [end for end, kind in asked if kind is CheckRequest]
    assert len(set(checkers)) == 3
    assert not {end for end, kind in asked if kind is RunRequest} & set(checkers)


async def test_code_without_an_accepted_source_is_not_kept() -> None:
    async def behave(end: HostileEnd) -> None:
        request = await end.take()
        refusal = {"rule": "r", "message": "m", "hint": "", "line": 1, "column": 1, "source_line": ""}
        body = json.dumps([refusal]).encode() + b"\0" + dump_code(compile("", "act.py", "exec"))
        await end.send(encode_answer(request.sequence, body))

    async with start_hostile(behave) as (runs, _):
        assert await runs.executor.check("acme", "act", LOGIN, HONEST)
        assert shelf_of(runs).find(PLACE) is None


async def test_checks_are_no_reason_to_keep_more_workers(runs: Runs) -> None:
    """Only executions that use up workers are; a deployment a minute is not."""
    for _ in range(3):
        await runs.executor.check("acme", "act", LOGIN, HONEST)
    assert runs.pool.supply._single_use_at < time.monotonic() - 5


def test_the_shelf_drops_what_was_used_least_recently() -> None:
    places = [("acme", LOGIN, "act", f"source {index}") for index in range(3)]
    shelf = CodeShelf(most_bytes=2 * (len("source 0") + 10))
    shelf.keep(places[0], b"a" * 10)
    shelf.keep(places[1], b"b" * 10)
    assert shelf.find(places[0]) == b"a" * 10
    shelf.keep(places[2], b"c" * 10)
    assert [shelf.find(place) for place in places] == [b"a" * 10, None, b"c" * 10]


def test_the_shelf_counts_a_place_once() -> None:
    shelf = CodeShelf(most_bytes=2 * (len(HONEST) + 10))
    for _ in range(5):
        shelf.keep(PLACE, b"x" * 10)
    assert shelf.find(PLACE) == b"x" * 10


def test_code_over_its_limit_is_not_kept_but_known_not_to_be_had() -> None:
    shelf = CodeShelf()
    shelf.keep(PLACE, bytes(CODE_BYTES + 1))
    assert shelf.find(PLACE) == b""
