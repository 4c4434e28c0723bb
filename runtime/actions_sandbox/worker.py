"""The loop of one sealed worker: frames in, frames out, one execution at a time.

Runs in: worker / zygote (``Rehearsal.prepare``).

A worker belongs to one tenant for life. It answers in the order in which it was asked; when it cannot answer,
it ends, and its exit status says why.
"""

import gc
import json
import marshal
import mmap
import os
import signal
from typing import Any, Final, NoReturn

from actions_sandbox.contract import (
    MAX_REQUEST_BYTES,
    POLICY_VERSION,
    WIRE_VERSION,
    CheckRequest,
    RunRequest,
    Step,
    Trigger,
    Version,
)
from actions_sandbox.runner import Runner
from actions_sandbox.seal import CHANNEL_FD, Seal, loaded_forbidden_modules
from actions_sandbox.wire import (
    JOURNAL_BYTES,
    READ_BYTES,
    FrameDecoder,
    Journal,
    RequestReader,
    decode_answer,
    decode_verdict,
    encode_frame,
    encode_run,
    write_all,
)

EXIT_FAULT: Final = 70
"""Exit status of a worker whose own code failed (``EX_SOFTWARE``)."""

EXIT_MEMORY: Final = 86
"""Exit status of a worker that had no memory left to answer with."""

_SPARE_SECONDS: Final = 1.0
"""CPU seconds beyond a flow's limit after which the kernel itself ends the worker, should the server not."""

_REHEARSALS: Final = 16
"""Runs after which the interpreter has adapted its code to the way in which it is used."""

_ACTION: Final = """
import json

def on_execute_post_login(event, api):
    if event.anonymous_session:
        guest = event.anonymous_session.metadata
        cart = (event.user.app_metadata or {}).get("cart") or {"items": []}
        items = [*cart["items"]]
        for new in guest.get("cart", {}).get("items", []):
            for item in items:
                if item["sku"] == new["sku"]:
                    item["qty"] += new["qty"]
                    break
            else:
                items.append(new)
        api.user.set_app_metadata("cart", {"items": items})
        api.access_token.set_custom_claim("cart", json.dumps(items))
    if event.user.email and not event.user.email_verified:
        print(f"not verified: {event.user.user_id}")
    try:
        int("none")
    except ValueError:
        api.user.set_user_metadata("seen", True)
"""
_EVENT: Final = {
    "user": {"user_id": "u|1", "email": "a@example.com", "app_metadata": {"cart": {"items": [{"sku": "1", "qty": 1}]}}},
    "anonymous_session": {"metadata": {"cart": {"items": [{"sku": "1", "qty": 1}, {"sku": "2", "qty": 1}]}}},
}

leave = os._exit


class Rehearsal:
    """A run of a flow of the runtime's own, before there is any tenant.

    What is done for the first time in a forked process costs a copy of each page that it writes to; what the
    interpreter does for the first time, it does slowly. The zygote therefore rehearses until its code is adapted and
    its caches are full, and each worker once more while nobody waits for it. Nothing remains of it: the runner is
    thrown away, and with it all that the run made.
    """

    def __init__(self) -> None:
        self._check = CheckRequest(0, Trigger.POST_LOGIN, "rehearsal", _ACTION, wants_code=True)
        self._frame = b""

    def prepare(self) -> None:
        """Compile and run until the code is adapted; what is left over is the frame that a worker answers."""
        journal = Journal(mmap.mmap(-1, JOURNAL_BYTES))
        for _ in range(_REHEARSALS):
            (answer,) = FrameDecoder(JOURNAL_BYTES).feed(Runner(journal).answer(self._check))
            _, code = decode_verdict(decode_answer(answer)[1])
            version = Version("rehearsal", self._check.action, 0, _ACTION, code=code)
            request = RunRequest(0, self._check.trigger, marshal.dumps(_EVENT), (Step(version.key),), (version,))
            self._frame = encode_run(request)
            self.run(journal)

    def run(self, journal: Journal) -> None:
        """Answer a request from frame to frame; no execution has its sequence, 0."""
        for payload in FrameDecoder(MAX_REQUEST_BYTES).feed(self._frame):
            Runner(journal).answer(RequestReader().read(payload))


def serve(memory: mmap.mmap, seal: Seal, rehearsal: Rehearsal | None) -> NoReturn:
    """Greet the server, then answer its requests until it closes the channel.

    Args:
        memory: The shared mapping of the journal.
        seal: What holds this process.
        rehearsal: What is run before the greeting; None when somebody waits for it.
    """
    try:
        gc.freeze()  # what the zygote has made since its own is nothing for this process's collections
        if rehearsal is not None:
            rehearsal.run(Journal(memory))
        write_all(CHANNEL_FD, encode_frame(_encode_hello(seal)))
        _answer_requests(Runner(Journal(memory)))
    except MemoryError:
        leave(EXIT_MEMORY)
    except BaseException:
        leave(EXIT_FAULT)
    leave(0)


def _encode_hello(seal: Seal) -> bytes:
    hello: dict[str, Any] = {
        "wire": WIRE_VERSION,
        "policy": POLICY_VERSION,
        "layers": seal.layers,
        "missing": seal.missing,
        "forbidden": loaded_forbidden_modules(),
    }
    return json.dumps(hello).encode()


def _answer_requests(runner: Runner) -> None:
    """Answer one request after the other; no answer waits for the next one, which may run until its limit."""
    decoder, reader = FrameDecoder(MAX_REQUEST_BYTES), RequestReader()
    while chunk := os.read(CHANNEL_FD, READ_BYTES):
        for payload in decoder.feed(chunk):
            request = reader.read(payload)
            signal.setitimer(signal.ITIMER_PROF, request.limits.flow_ms / 1_000 + _SPARE_SECONDS)
            write_all(CHANNEL_FD, runner.answer(request))
