"""What a worker runs before it has a tenant leaves nothing behind."""

import gc
import json
import mmap

from actions_sandbox.runner import Runner
from actions_sandbox.wire import JOURNAL_BYTES, FrameDecoder, Journal, decode_answer, decode_request
from actions_sandbox.worker import Rehearsal


def test_the_rehearsed_flow_completes_and_records_its_commands() -> None:
    """It takes the way of a real flow, from a frame with code to the answer, and not a short one into an error."""
    rehearsal = Rehearsal()
    rehearsal.prepare()
    journal = Journal(mmap.mmap(-1, JOURNAL_BYTES))
    (payload,) = FrameDecoder(JOURNAL_BYTES).feed(rehearsal._frame)
    request = decode_request(payload)
    (frame,) = FrameDecoder(JOURNAL_BYTES).feed(Runner(journal).answer(request))
    sequence, body = decode_answer(frame)
    (result,) = json.loads(body)
    assert sequence == 0
    assert result["outcome"] == "COMPLETED"
    assert [one["kind"] for one in result["commands"]] == ["set_app_metadata", "set_custom_claim", "set_user_metadata"]
    assert [text for _, text in result["logs"]] == ["not verified: u|1"]


def test_the_journal_names_no_execution_after_it() -> None:
    """Executions are counted from 1; a worker that is killed before its first one must not seem to have begun it."""
    rehearsal = Rehearsal()
    rehearsal.prepare()
    journal = Journal(mmap.mmap(-1, JOURNAL_BYTES))
    rehearsal.run(journal)
    sequence, count, _ = journal.position()
    assert (sequence, count) == (0, 0)
    assert journal.read() == ([], b"")


def test_nothing_that_it_made_outlives_it() -> None:
    rehearsal = Rehearsal()
    rehearsal.prepare()
    journal = Journal(mmap.mmap(-1, JOURNAL_BYTES))
    rehearsal.run(journal)
    before = len(gc.get_objects())
    for _ in range(20):
        rehearsal.run(journal)
    assert len(gc.get_objects()) - before < 20
