import itertools
import json
import marshal
import mmap
import os
import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions_sandbox.contract import (
    MAX_REPLY_BYTES,
    CheckRequest,
    Limits,
    OnError,
    RunRequest,
    Step,
    Trigger,
    Version,
)
from actions_sandbox.wire import (
    JOURNAL_BYTES,
    FrameDecoder,
    FrameError,
    Journal,
    RequestReader,
    decode_answer,
    decode_request,
    decode_verdict,
    encode_answer,
    encode_check,
    encode_frame,
    encode_plan,
    encode_run,
    encode_verdict,
    frame_run,
    write_all,
)

_HEADER = struct.Struct("=QQIII")


@pytest.fixture
def memory() -> mmap.mmap:
    return mmap.mmap(-1, JOURNAL_BYTES)


@given(st.lists(st.binary(max_size=200), max_size=8), st.data())
def test_frames_come_out_as_they_went_in_however_the_stream_is_cut(payloads: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(map(encode_frame, payloads))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=12)))
    decoder = FrameDecoder(200)
    received: list[bytes] = []
    for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        received += decoder.feed(stream[start:end])
    assert received == payloads
    assert decoder.pending == 0


def test_a_frame_of_exactly_the_cap_passes_and_one_byte_more_does_not() -> None:
    assert list(FrameDecoder(4).feed(encode_frame(b"1234"))) == [b"1234"]
    with pytest.raises(FrameError, match="over the cap of 4"):
        list(FrameDecoder(4).feed(encode_frame(b"12345")))


def test_a_frame_over_the_cap_is_refused_by_its_length_alone() -> None:
    with pytest.raises(FrameError):
        list(FrameDecoder(1_000).feed(b"\xff\xff\xff\xff"))


def test_frames_before_one_over_the_cap_are_still_delivered() -> None:
    frames = FrameDecoder(4).feed(encode_frame(b"good") + encode_frame(b"too long"))
    assert next(frames) == b"good"
    with pytest.raises(FrameError):
        next(frames)


def test_half_a_frame_is_pending_and_no_frame() -> None:
    decoder = FrameDecoder(100)
    frame = encode_frame(b"payload")
    assert list(decoder.feed(frame[:-1])) == []
    assert decoder.pending == len(frame) - 1
    assert list(decoder.feed(frame[-1:] + b"\0")) == [b"payload"]
    assert decoder.pending == 1


def test_an_empty_payload_is_a_frame() -> None:
    assert list(FrameDecoder(0).feed(encode_frame(b""))) == [b""]


def test_write_all_writes_more_than_a_pipe_holds() -> None:
    reader, writer = os.pipe()
    data = os.urandom(300_000)
    if os.fork() == 0:
        os.close(reader)
        write_all(writer, data)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as source:
        assert source.read() == data
    os.wait()


_TEXT = st.text(max_size=20)
_VERSIONS = st.builds(
    Version,
    _TEXT,
    _TEXT,
    st.integers(0, 2**31),
    _TEXT,
    st.dictionaries(_TEXT, _TEXT, max_size=3),
    st.binary(max_size=20),
)
_LIMITS = st.just(Limits()) | st.builds(Limits, action_ms=st.integers(1, 9), value_depth=st.integers(1, 9))
_PRIOR = st.fixed_dictionaries({"kind": st.just("set_app_metadata"), "key": _TEXT, "value_json": _TEXT})
_RUNS = st.builds(
    RunRequest,
    st.integers(0, 2**64 - 1),
    st.sampled_from(Trigger),
    st.binary(max_size=50),
    st.lists(st.builds(Step, _TEXT, st.sampled_from(OnError)), max_size=3).map(tuple),
    st.lists(_VERSIONS, max_size=3).map(tuple),
    st.lists(_PRIOR, max_size=3).map(tuple),
    _LIMITS,
)


@given(_RUNS)
def test_a_flow_arrives_as_it_was_sent(request: RunRequest) -> None:
    (payload,) = FrameDecoder(10_000).feed(encode_run(request))
    read = decode_request(payload)
    assert read == request
    assert isinstance(read, RunRequest)
    assert (type(read.trigger), {type(step.on_error) for step in read.steps} <= {OnError}) == (Trigger, True)


@given(st.lists(_RUNS, min_size=1, max_size=5), st.data())
def test_what_one_reader_remembers_changes_no_request(requests: list[RunRequest], data: st.DataObject) -> None:
    """Plans come again with other events, and with the versions that a worker has not seen."""
    order = data.draw(st.lists(st.sampled_from(requests), min_size=1, max_size=12))
    reader = RequestReader()
    for number, request in enumerate(order):
        sent = request._replace(sequence=number, event=f"event {number}".encode())
        (payload,) = FrameDecoder(10_000).feed(encode_run(sent))
        assert reader.read(payload) == sent


@given(_RUNS)
def test_a_plan_that_was_encoded_once_makes_the_frame_of_any_event(request: RunRequest) -> None:
    plan = encode_plan(request.trigger, iter(request.steps), iter(request.versions), request.prior, request.limits)
    assert frame_run(request.sequence, plan, request.event) == encode_run(request)


def test_a_plan_sent_twice_is_read_once() -> None:
    """Its steps and limits are the same objects the second time; its event and its sequence are its own."""
    reader = RequestReader()
    first, second = (_read(reader, RunRequest(n, Trigger.POST_LOGIN, b"%d" % n, (Step("a"),))) for n in (1, 2))
    assert second.steps is first.steps
    assert (first.sequence, first.event, second.sequence, second.event) == (1, b"1", 2, b"2")


@pytest.mark.parametrize(
    "once", [{"versions": (Version("a", "act", 1, "x = 1"),)}, {"prior": ({"kind": "add_scope", "scope": "s"},)}]
)
def test_a_plan_with_sources_or_commands_is_not_remembered(once: dict[str, Any]) -> None:
    """It comes once, and may be large."""
    reader = RequestReader()
    request = RunRequest(1, Trigger.POST_LOGIN, b"", (Step("a"),), **once)
    assert _read(reader, request) == request
    assert not reader._plans


def test_a_reader_remembers_no_more_plans_than_a_tenant_needs() -> None:
    reader = RequestReader()
    for number in range(10_000):
        request = RunRequest(number, Trigger.POST_LOGIN, b"", (Step(f"v{number}"),))
        assert _read(reader, request) == request
        assert len(reader._plans) <= 64


def _read(reader: RequestReader, request: RunRequest) -> RunRequest:
    (payload,) = FrameDecoder(10_000).feed(encode_run(request))
    read = reader.read(payload)
    assert isinstance(read, RunRequest)
    return read


@given(st.lists(st.binary(max_size=40), max_size=8), st.binary(max_size=12), st.data())
def test_a_stream_is_refused_at_the_same_place_however_it_is_cut(
    payloads: list[bytes], noise: bytes, data: st.DataObject
) -> None:
    """What came whole before it is delivered, in one piece or byte by byte."""
    stream = b"".join(map(encode_frame, payloads)) + b"\xff\xff\xff\xff" + noise
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=12)))
    chunks = [stream[start:end] for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    decoder = FrameDecoder(40)
    frames = (payload for chunk in chunks for payload in decoder.feed(chunk))
    assert list(itertools.islice(frames, len(payloads))) == payloads
    with pytest.raises(FrameError):
        next(frames)


def test_a_check_arrives_as_it_was_sent() -> None:
    request = CheckRequest(7, Trigger.PRE_USER_REGISTRATION, "name", "x = 'ü'\n")
    (payload,) = FrameDecoder(10_000).feed(encode_check(request))
    assert decode_request(payload) == request


@pytest.mark.parametrize("wants_code", [False, True])
def test_a_check_says_whether_code_is_wanted(wants_code: bool) -> None:
    request = CheckRequest(7, Trigger.POST_LOGIN, "name", "x = 1\n", wants_code=wants_code)
    (payload,) = FrameDecoder(10_000).feed(encode_check(request))
    assert decode_request(payload) == request


@given(st.lists(_TEXT, max_size=3), st.binary(max_size=50))
def test_diagnostics_and_code_come_apart_as_they_were_put_together(texts: list[str], code: bytes) -> None:
    """Code may hold any byte; JSON text never holds the one that parts them."""
    diagnostics = json.dumps(texts, ensure_ascii=False).encode(errors="replace")
    assert decode_verdict(encode_verdict(diagnostics, code)) == (diagnostics, code)


def test_a_request_of_another_kind_is_refused() -> None:
    with pytest.raises(FrameError, match="unknown kind of request b'\\\\x03'"):
        decode_request(b"\x03" + marshal.dumps(("stop", 1)))
    with pytest.raises(FrameError, match="unknown kind of request b''"):
        decode_request(b"")


@given(st.integers(0, 2**64 - 1), st.binary(max_size=50))
def test_an_answer_arrives_as_it_was_sent(sequence: int, body: bytes) -> None:
    (payload,) = FrameDecoder(100).feed(encode_answer(sequence, body))
    assert decode_answer(payload) == (sequence, body)


@pytest.mark.parametrize("length", range(8))
def test_an_answer_too_short_for_a_sequence_is_refused(length: int) -> None:
    with pytest.raises(FrameError):
        decode_answer(b"\0" * length)


def test_a_fresh_journal_belongs_to_no_execution(memory: mmap.mmap) -> None:
    assert Journal(memory).position() == (0, 0, 0)
    assert Journal(memory).read() == ([], b"")


def test_the_journal_tells_how_far_an_execution_is(memory: mmap.mmap) -> None:
    journal = Journal(memory)
    journal.begin(5, 100)
    journal.advance(b"first", 200)
    journal.note(b"denied")
    assert Journal(memory).position() == (5, 1, 200)
    assert Journal(memory).read() == ([b"first"], b"denied")


def test_the_first_note_of_a_step_stands_and_goes_with_the_step(memory: mmap.mmap) -> None:
    journal = Journal(memory)
    journal.begin(5, 100)
    journal.note(b"first")
    journal.note(b"second")
    assert journal.read() == ([], b"first")
    journal.advance(b"result", 200)
    assert journal.read() == ([b"result"], b"")


def test_a_new_execution_begins_with_an_empty_journal(memory: mmap.mmap) -> None:
    journal = Journal(memory)
    journal.begin(5, 100)
    journal.advance(b"first", 200)
    journal.note(b"denied")
    journal.begin(6, 300)
    assert journal.position() == (6, 0, 300)
    assert journal.read() == ([], b"")


@given(st.lists(st.binary(max_size=300), max_size=10), st.binary(max_size=100))
def test_the_journal_keeps_any_results_and_note(results: list[bytes], note: bytes) -> None:
    journal = Journal(mmap.mmap(-1, JOURNAL_BYTES))
    journal.begin(1, 0)
    for result in results:
        journal.advance(result, 0)
    journal.note(note)
    assert journal.read() == (results, note)


def test_a_whole_reply_and_a_note_fit_into_the_journal(memory: mmap.mmap) -> None:
    journal = Journal(memory)
    journal.begin(1, 0)
    journal.advance(b"x" * (MAX_REPLY_BYTES - 4), 0)
    journal.note(b"y" * 64 * 1024)
    results, note = journal.read()
    assert (len(results[0]), len(note)) == (MAX_REPLY_BYTES - 4, 64 * 1024)


def test_what_does_not_fit_into_the_journal_is_refused_and_leaves_it_sound(memory: mmap.mmap) -> None:
    journal = Journal(memory)
    journal.begin(1, 0)
    journal.advance(b"kept", 1)
    with pytest.raises(FrameError, match="full"):
        journal.advance(b"x" * JOURNAL_BYTES, 2)
    assert journal.read() == ([b"kept"], b"")


def test_a_result_cut_short_by_a_kill_is_not_counted(memory: mmap.mmap) -> None:
    """A worker killed while it writes a result has lost that step only: the header still tells the old state."""
    journal = Journal(memory)
    journal.begin(1, 0)
    journal.advance(b"whole", 5)
    end = _HEADER.size + 4 + len(b"whole")
    memory[end : end + 6] = struct.pack("!I", 50) + b"to"
    assert journal.read() == ([b"whole"], b"")
    assert journal.position() == (1, 1, 5)


@pytest.mark.parametrize(
    ("used", "count", "noted"),
    [
        (0xFFFFFFFF, 1, 0),
        (JOURNAL_BYTES, 1, 0),
        (0, 0, 0xFFFFFFFF),
        (8, 0, JOURNAL_BYTES),
        (0, 1, 0),
        (3, 1, 0),
        (8, 2, 0),
        (8, 0xFFFFFFFF, 0),
    ],
)
def test_a_lying_header_is_refused(memory: mmap.mmap, used: int, count: int, noted: int) -> None:
    memory[_HEADER.size : _HEADER.size + 8] = struct.pack("!I", 4) + b"four"
    _HEADER.pack_into(memory, 0, 1, 0, used, count, noted)
    with pytest.raises(FrameError):
        Journal(memory).read()


def test_a_journal_of_more_results_than_a_flow_can_have_is_refused(memory: mmap.mmap) -> None:
    """To read millions of empty results would cost the server time."""
    _HEADER.pack_into(memory, 0, 1, 0, 4 * 100_000, 100_000, 0)
    with pytest.raises(FrameError):
        Journal(memory).read()


def test_a_lying_length_of_a_result_is_refused(memory: mmap.mmap) -> None:
    memory[_HEADER.size : _HEADER.size + 8] = struct.pack("!I", 5) + b"four"
    _HEADER.pack_into(memory, 0, 1, 0, 8, 1, 0)
    with pytest.raises(FrameError, match="inside a result"):
        Journal(memory).read()


@given(st.binary(min_size=28, max_size=80))
def test_any_bytes_in_the_journal_are_results_or_refused(noise: bytes) -> None:
    memory = mmap.mmap(-1, JOURNAL_BYTES)
    memory[: len(noise)] = noise
    try:
        results, note = Journal(memory).read()
    except FrameError:
        return
    assert sum(map(len, results)) + len(note) <= JOURNAL_BYTES
