import asyncio
import json
import math
import struct
from typing import Any

import pytest

from actions_runtime.errors import InvalidArgument, Unavailable
from actions_runtime.execution import Decision, worker
from actions_sandbox.contract import MAX_REPLY_BYTES, OnError, RunRequest, Trigger
from actions_sandbox.wire import JOURNAL_BYTES, encode_answer, encode_frame
from tests.actions_runtime.execution.flows import (
    HONEST,
    is_running,
    list_outcomes,
    list_values,
    make_step,
    registration,
    until,
)
from tests.actions_runtime.execution.hostile import (
    COMPLETED,
    DENIED,
    GREETING,
    HostileEnd,
    start_hostile,
)

_HEADER = struct.Struct("=QQIII")
RAISED = {
    **COMPLETED,
    "outcome": "RAISED",
    "error": {"type": "E", "message": "m", "file": "", "line": 0, "column": 0},
}


async def _take_run(end: HostileEnd) -> RunRequest:
    request = await end.take()
    assert isinstance(request, RunRequest)
    return request


async def _be_sound(end: HostileEnd) -> None:
    while True:
        request = await _take_run(end)
        end.journal.begin(request.sequence, 0)
        await end.answer(request, [COMPLETED] * len(request.steps))


async def test_a_sound_end_is_served_so_that_the_others_fail_for_their_own_reasons() -> None:
    async with start_hostile(_be_sound) as (runs, spawner):
        for _ in range(3):
            assert list_outcomes(await runs.run(HONEST, HONEST)) == ["COMPLETED", "COMPLETED"]
        assert spawner.spawned == 1


def _claim(name: str = "c", value: Any = 1) -> dict[str, Any]:
    return {"kind": "set_custom_claim", "token": "id", "name": name, "value": value}


DEEP = "[" * 65 + "]" * 65
BODIES: dict[str, bytes] = {
    "nothing": b"",
    "garbage": b"\xff\xfe\x00garbage",
    "half a text": json.dumps([COMPLETED]).encode()[:-5],
    "deep": b"[" * 100_000,
    "another shape": b'{"outcome":"COMPLETED"}',
    "no result": b"[]",
    "too many results": json.dumps([COMPLETED] * 4).encode(),
    "many small values": b"[" + b"1," * 500_000 + b"1]",
    "unknown outcome": json.dumps([COMPLETED | {"outcome": "FINE"}]).encode(),
    "crashed as it says": json.dumps([RAISED | {"outcome": "CRASHED"}]).encode(),
    "unknown kind": json.dumps([COMPLETED | {"commands": [{"kind": "grant_all"}]}] * 3).encode(),
    "restricted claim": json.dumps([COMPLETED | {"commands": [_claim("sub")]}] * 3).encode(),
    "value that is no JSON": json.dumps([COMPLETED | {"commands": [_claim(value=math.nan)]}] * 3).encode(),
    "value as a text of its own": json.dumps([COMPLETED | {"commands": [_claim() | {"value_json": "1"}]}] * 3).encode(),
    "value of no number": json.dumps([COMPLETED | {"commands": [_claim(value="?")]}] * 3)
    .replace('"?"', "1e999")
    .encode(),
    "value too deep": json.dumps([COMPLETED | {"commands": [_claim(value="?")]}] * 3).replace('"?"', DEEP).encode(),
    "denied without a denial": json.dumps([DENIED | {"denial": None}]).encode(),
    "a denial and then more": json.dumps([DENIED, COMPLETED]).encode(),
    "a failure and then more": json.dumps([RAISED, COMPLETED]).encode(),
    "fewer than it should": json.dumps([COMPLETED, COMPLETED]).encode(),
    "too much log": json.dumps([COMPLETED | {"logs": [["log", "x" * 17_000]]}] * 3).encode(),
}


async def test_a_sound_claim_is_taken_so_that_a_forged_one_is_refused_for_its_fault() -> None:
    async def behave(end: HostileEnd) -> None:
        await end.answer(await end.take(), [COMPLETED | {"commands": [_claim()]}] * 3)

    async with start_hostile(behave) as (runs, _):
        result = await runs.run(HONEST, HONEST, HONEST)
        assert list_values(result) == [("set_custom_claim", "1")] * 3


@pytest.mark.parametrize("name", BODIES)
async def test_an_answer_that_no_sound_worker_gives_is_crashed(name: str) -> None:
    async def behave(end: HostileEnd) -> None:
        request = await _take_run(end)
        end.journal.begin(request.sequence, 0)
        await end.send(encode_answer(request.sequence, BODIES[name]))

    async with start_hostile(behave) as (runs, _):
        result = await runs.run(HONEST, HONEST, HONEST)
        assert (result.decision, result.commands) == (Decision.FAIL, ())
        assert list_outcomes(result) == ["CRASHED", "NOT_RUN", "NOT_RUN"]


async def test_commands_of_another_trigger_are_crashed() -> None:
    async def behave(end: HostileEnd) -> None:
        await end.answer(await end.take(), [COMPLETED | {"commands": [_claim()]}])

    async with start_hostile(behave) as (runs, _):
        result = await runs.run(registration("pass"), trigger=Trigger.PRE_USER_REGISTRATION)
        assert (result.commands, list_outcomes(result)) == ((), ["CRASHED"])


RAW: dict[str, bytes] = {
    "an answer without a sequence": encode_frame(b"short"),
    "an empty frame": encode_frame(b""),
    "a frame over the cap": struct.pack("!I", MAX_REPLY_BYTES + 1),
    "the longest length there is": b"\xff\xff\xff\xff",
    "an answer to nobody": encode_answer(0, json.dumps([COMPLETED]).encode()),
    "an answer to a later request": encode_answer(2**64 - 1, json.dumps([COMPLETED]).encode()),
    "a second greeting": encode_frame(json.dumps(GREETING).encode()),
}


@pytest.mark.parametrize("name", RAW)
@pytest.mark.parametrize("begun", [True, False], ids=["begun", "not begun"])
async def test_bytes_that_are_no_answer_to_the_request_are_crashed(name: str, begun: bool) -> None:
    async def behave(end: HostileEnd) -> None:
        request = await _take_run(end)
        if begun:
            end.journal.begin(request.sequence, 0)
        await end.send(RAW[name])

    async with start_hostile(behave) as (runs, spawner):
        assert list_outcomes(await runs.run(HONEST)) == ["CRASHED"]
        assert spawner.spawned == 1


async def test_an_answer_to_the_neighbour_in_the_queue_is_crashed() -> None:
    async def behave(end: HostileEnd) -> None:
        first, second = await _take_run(end), await _take_run(end)
        end.journal.begin(first.sequence, 0)
        await end.answer(second, [COMPLETED])
        await end.answer(first, [COMPLETED])

    async with start_hostile(behave) as (runs, _):
        first, second = runs.begin(HONEST), runs.begin(HONEST)
        assert list_outcomes(await first) == ["CRASHED"]
        second.cancel()


@pytest.mark.parametrize("sent", [b"", encode_answer(1, json.dumps([COMPLETED]).encode())[:-3], b"\0\0"])
async def test_an_end_in_the_middle_of_a_frame_is_crashed(sent: bytes) -> None:
    async def behave(end: HostileEnd) -> None:
        request = await _take_run(end)
        end.journal.begin(request.sequence, 0)
        await end.send(sent)
        end.end()

    async with start_hostile(behave) as (runs, _):
        assert list_outcomes(await runs.run(HONEST)) == ["CRASHED"]


async def test_a_job_that_ends_every_worker_before_it_begins_is_crashed_in_the_end() -> None:
    """It is tried in three workers; a fourth may be asked to compile its source, which went to two without its code."""
    tried: list[RunRequest] = []

    async def behave(end: HostileEnd) -> None:
        request = await end.take()
        if isinstance(request, RunRequest):
            tried.append(request)
        end.end()

    async with start_hostile(behave) as (runs, _):
        assert list_outcomes(await runs.run(HONEST)) == ["CRASHED"]
        assert len(tried) == 3


@pytest.mark.parametrize(
    "more", [encode_answer(0, b"[]"), encode_frame(b""), b"\xff\xff\xff\xff", encode_frame(b"x") * 100]
)
@pytest.mark.parametrize("executions", [1, 100], ids=["retiring", "staying"])
async def test_frames_beyond_the_answer_cost_the_worker_and_not_the_answer(more: bytes, executions: int) -> None:
    async def behave(end: HostileEnd) -> None:
        request = await end.take()
        await end.send(encode_answer(request.sequence, json.dumps([COMPLETED]).encode()) + more)

    async with start_hostile(behave, worker_executions=executions) as (runs, spawner):
        for _ in range(3):
            assert list_outcomes(await runs.run(HONEST)) == ["COMPLETED"]
        assert spawner.spawned == 3


async def test_a_worker_that_stays_when_its_channel_is_closed_is_killed() -> None:
    """The process behind the channel reads nothing and would not notice."""

    async def behave(end: HostileEnd) -> None:
        await end.answer(await end.take(), [COMPLETED])

    async with start_hostile(behave, worker_executions=1) as (runs, _):
        (pid,) = runs.pids()
        assert list_outcomes(await runs.run(HONEST)) == ["COMPLETED"]
        assert pid not in runs.pids()
        await until(lambda: not is_running(pid))


@pytest.mark.parametrize("first", ["channel", "zygote"])
async def test_when_the_zygote_is_lost_nobody_waits_to_be_told_how_workers_ended(
    first: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_STATUS_SECONDS", 1_000.0)
    ends: list[HostileEnd] = []

    async def behave(end: HostileEnd) -> None:
        ends.append(end)
        await _be_sound(end) if len(ends) > 1 else end.journal.begin((await _take_run(end)).sequence, 2**63)

    async with start_hostile(behave) as (runs, spawner):
        run = runs.begin(HONEST)
        await until(lambda: ends and ends[0].journal.position()[0])
        (working,) = runs.workers("acme")
        spawner.tells = False
        if first == "channel":
            ends[0].end()
            await until(lambda: working._eof)
        spawner.on_lost()
        assert list_outcomes(await run) == ["CRASHED"]
        spawner.tells = True
        assert list_outcomes(await runs.run(HONEST)) == ["COMPLETED"]


async def test_bytes_without_being_asked_cost_the_worker_and_nobody_else() -> None:
    first = True

    async def behave(end: HostileEnd) -> None:
        nonlocal first
        if first:
            first = False
            await end.send(encode_answer(1, b"[]"))
        await _be_sound(end)

    async with start_hostile(behave) as (runs, _):
        assert list_outcomes(await runs.run(HONEST)) == ["COMPLETED"]


async def test_an_answer_byte_by_byte_is_an_answer() -> None:
    async def behave(end: HostileEnd) -> None:
        request = await end.take()
        frame = encode_answer(request.sequence, json.dumps([COMPLETED]).encode())
        for index in range(len(frame)):
            await end.send(frame[index : index + 1])
            await asyncio.sleep(0)

    async with start_hostile(behave) as (runs, _):
        assert list_outcomes(await runs.run(HONEST)) == ["COMPLETED"]


@pytest.mark.parametrize("begun", [True, False], ids=["begun", "not begun"])
async def test_silence_ends_with_the_limit(begun: bool) -> None:
    async def behave(end: HostileEnd) -> None:
        request = await _take_run(end)
        if begun:
            end.journal.begin(request.sequence, 2**63)

    async with start_hostile(behave) as (runs, spawner):
        assert list_outcomes(await runs.run(HONEST)) == ["TIMED_OUT"]
        assert spawner.spawned == 1


async def test_a_flow_after_a_lying_journal_ends_by_its_limits_all_the_same() -> None:
    """A worker that says that every step has just begun holds each step's clock back, not the flow's."""

    async def behave(end: HostileEnd) -> None:
        request = await _take_run(end)
        end.journal.begin(request.sequence, 2**63)

    async with start_hostile(behave) as (runs, spawner):
        result = await runs.run(*(make_step(HONEST, OnError.SKIP, name) for name in ("one", "two", "three")))
        assert list_outcomes(result) == ["TIMED_OUT"] * 3
        assert spawner.spawned == 1


def _lie(end: HostileEnd, request: RunRequest, used: int, count: int, noted: int, data: bytes) -> None:
    end.memory[_HEADER.size : _HEADER.size + len(data)] = data
    _HEADER.pack_into(end.memory, 0, request.sequence, 0, used, count, noted)


def _result(value: Any) -> bytes:
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    return struct.pack("!I", len(body)) + body


JOURNALS: dict[str, tuple[int, bytes]] = {
    "garbage": (1, _result(b"garbage")),
    "a wrong result": (1, _result(COMPLETED | {"commands": [_claim("sub")]})),
    "a denial that went on": (2, _result(DENIED) + _result(COMPLETED)),
    "a failure that went on": (1, _result(RAISED)),
    "a length over the end": (1, struct.pack("!I", 500)),
    "more results than there are": (5, _result(COMPLETED)),
    "four thousand million results": (2**32 - 1, struct.pack("!I", 0) * 1_000),
}


@pytest.mark.parametrize("name", JOURNALS)
async def test_a_journal_that_no_sound_worker_leaves_is_crashed(name: str) -> None:
    count, data = JOURNALS[name]

    async def behave(end: HostileEnd) -> None:
        _lie(end, await _take_run(end), len(data), count, 0, data)
        end.end()

    async with start_hostile(behave) as (runs, _):
        result = await runs.run(HONEST, HONEST, HONEST)
        assert (result.decision, result.commands) == (Decision.FAIL, ())
        assert list_outcomes(result) == ["CRASHED", "NOT_RUN", "NOT_RUN"]


async def test_more_results_in_the_journal_than_the_flow_has_steps_are_not_taken() -> None:
    data = _result(COMPLETED) * 5

    async def behave(end: HostileEnd) -> None:
        _lie(end, await _take_run(end), len(data), 5, 0, data)
        end.end()

    async with start_hostile(behave) as (runs, _):
        assert list_outcomes(await runs.run(HONEST, HONEST)) == ["COMPLETED", "CRASHED"]


@pytest.mark.parametrize("note", [b"garbage", b"null", b"[" * 50_000, json.dumps({"code": "x"}).encode()])
async def test_a_note_that_is_no_denial_is_none(note: bytes) -> None:
    async def behave(end: HostileEnd) -> None:
        request = await _take_run(end)
        end.journal.begin(request.sequence, 0)
        end.journal.note(note)
        end.end()

    async with start_hostile(behave) as (runs, _):
        result = await runs.run(HONEST, on_error=OnError.SKIP)
        assert (result.decision, result.denial, list_outcomes(result)) == (Decision.CONTINUE, None, ["CRASHED"])


async def test_a_journal_full_of_noise_is_crashed() -> None:
    async def behave(end: HostileEnd) -> None:
        request = await _take_run(end)
        end.memory[:] = b"\xff" * JOURNAL_BYTES
        _HEADER.pack_into(end.memory, 0, request.sequence, 0, JOURNAL_BYTES, 1, JOURNAL_BYTES)
        end.end()

    async with start_hostile(behave) as (runs, _):
        assert list_outcomes(await runs.run(HONEST)) == ["CRASHED"]


@pytest.mark.parametrize(
    "greeting",
    [
        encode_frame(b"garbage"),
        encode_frame(b"[]"),
        encode_frame(b"{}"),
        encode_frame(b"[" * 100_000),
        encode_frame(json.dumps(GREETING | {"wire": 99}).encode()),
        encode_frame(json.dumps(GREETING | {"forbidden": ["socket"]}).encode()),
        encode_frame(json.dumps(GREETING | {"layers": 5}).encode()),
        b"\xff\xff\xff\xff",
    ],
)
async def test_a_worker_that_does_not_greet_as_a_sealed_one_is_not_used(greeting: bytes) -> None:
    with pytest.raises(Unavailable):
        async with start_hostile(_be_sound, greeting=greeting):
            pass


@pytest.mark.parametrize("body", [b"garbage", b"{}", b'[{"rule":1}]', b"[" + b"1," * 500_000 + b"1]"])
async def test_a_wrong_answer_to_a_check_refuses_the_source(body: bytes) -> None:
    async def behave(end: HostileEnd) -> None:
        request = await end.take()
        await end.send(encode_answer(request.sequence, body))

    async with start_hostile(behave) as (runs, _):
        with pytest.raises(InvalidArgument):
            await runs.executor.check("acme", "act", Trigger.POST_LOGIN, HONEST)


async def test_one_tenants_hostile_worker_leaves_the_others_theirs() -> None:
    async def behave(end: HostileEnd) -> None:
        while True:
            request = await _take_run(end)
            if len(request.steps) == 1:
                await end.answer(request, [COMPLETED])
            else:
                await end.send(b"\xff" * 100_000)

    async with start_hostile(behave) as (runs, _):
        hostile = [runs.begin(HONEST, HONEST, tenant="hostile") for _ in range(5)]
        honest = [runs.begin(HONEST, tenant=f"tenant-{number % 3}") for number in range(30)]
        assert {outcome for run in honest for outcome in list_outcomes(await run)} == {"COMPLETED"}
        assert {list_outcomes(await run)[0] for run in hostile} == {"CRASHED"}
