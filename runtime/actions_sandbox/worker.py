"""The loop of one sealed worker: frames in, frames out, one execution at a time.

Runs in: worker.

A worker belongs to one tenant for life. It answers in the order in which it was asked; when it cannot answer,
it ends, and its exit status says why.
"""

import json
import mmap
import os
import signal
from typing import Any, Final, NoReturn

from actions_sandbox.contract import MAX_REQUEST_BYTES, POLICY_VERSION, WIRE_VERSION
from actions_sandbox.runner import Runner
from actions_sandbox.seal import CHANNEL_FD, Seal, loaded_forbidden_modules
from actions_sandbox.wire import READ_BYTES, FrameDecoder, Journal, decode_request, encode_frame, write_all

EXIT_FAULT: Final = 70
"""Exit status of a worker whose own code failed (``EX_SOFTWARE``)."""

EXIT_MEMORY: Final = 86
"""Exit status of a worker that had no memory left to answer with."""

_SPARE_SECONDS: Final = 1.0
"""CPU seconds beyond a flow's limit after which the kernel itself ends the worker, should the server not."""

leave = os._exit


def serve(memory: mmap.mmap, seal: Seal) -> NoReturn:
    """Greet the server, then answer its requests until it closes the channel.

    Args:
        memory: The shared mapping of the journal.
        seal: What holds this process.
    """
    try:
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
    decoder = FrameDecoder(MAX_REQUEST_BYTES)
    while chunk := os.read(CHANNEL_FD, READ_BYTES):
        for payload in decoder.feed(chunk):
            request = decode_request(payload)
            signal.setitimer(signal.ITIMER_PROF, request.limits.flow_ms / 1_000 + _SPARE_SECONDS)
            write_all(CHANNEL_FD, runner.answer(request))
