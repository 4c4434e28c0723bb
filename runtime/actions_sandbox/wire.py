"""Length-prefixed frames with caps, and the journal that outlives a killed worker.

Runs in: server / zygote / worker.

Downwards a frame is ``marshal``: the server is trusted and both ends are one interpreter. Upwards a frame is
JSON text, since nothing a worker sends may be more than data. EOF without a complete reply *is* the crash
contract: there is no goodbye frame.
"""

import marshal
import mmap
import os
import struct
from collections.abc import Iterable, Iterator
from typing import Any, Final

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

_LENGTH: Final = struct.Struct("!I")
DEFAULT_LIMITS: Final = Limits()
READ_BYTES: Final = 65_536
"""Bytes asked of one ``recv``; a larger buffer costs a memory mapping for every call."""


_SEQUENCE: Final = struct.Struct("!Q")
_CODE_MARK: Final = b"\0"
_RUN_KIND: Final = 1
_CHECK_KIND: Final = 2
_RUN_MARK: Final = bytes((_RUN_KIND,))
_RUN: Final = struct.Struct("!BQI")
"""Kind, sequence and length of the plan, which stands between them and the event."""
_RUN_FRAME: Final = struct.Struct("!IBQI")
_PLANS: Final = 64
"""The most plans that a worker remembers: a tenant has two flows, and one more for each deployment."""


class FrameError(Exception):
    """Raised when the other end broke the frame format."""


def encode_frame(payload: bytes) -> bytes:
    """Put the length in front of a payload."""
    return _LENGTH.pack(len(payload)) + payload


class FrameDecoder:
    """Cuts a byte stream into frames and refuses one longer than its cap before it is read.

    Args:
        cap: The most bytes that one payload may have.
    """

    __slots__ = ("_buffer", "_cap")

    def __init__(self, cap: int) -> None:
        self._buffer = bytearray()
        self._cap = cap

    @property
    def pending(self) -> int:
        """Bytes of a frame that is not complete yet."""
        return len(self._buffer)

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Take received bytes and yield every payload completed by them.

        Raises:
            FrameError: The announced length is over the cap.
        """
        data: bytes | bytearray = chunk
        if self._buffer:
            self._buffer += chunk
            data = self._buffer
        start, size = 0, len(data)
        while size - start >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(data, start)
            if length > self._cap:
                raise FrameError(f"a frame of {length} bytes is over the cap of {self._cap}")
            end = start + _LENGTH.size + length
            if end > size:
                break
            payload = bytes(data[start + _LENGTH.size : end])
            start = end
            yield payload
        self._keep(data, start)

    def _keep(self, data: bytes | bytearray, start: int) -> None:
        """Keep what is left of a frame that is not complete."""
        if data is self._buffer:
            del self._buffer[:start]
        elif start < len(data):
            self._buffer += data[start:]


def write_all(fd: int, data: bytes) -> None:
    """Write every byte to a blocking descriptor."""
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]


def encode_plan(
    trigger: Trigger,
    steps: Iterable[Step],
    versions: Iterable[Version] = (),
    prior: tuple[dict[str, Any], ...] = (),
    limits: Limits = DEFAULT_LIMITS,
) -> bytes:
    """Encode all of a run request that is not its event; the same bytes serve every event of a flow."""
    return marshal.dumps(
        (
            trigger.value,
            tuple((step.key, step.on_error.value) for step in steps),
            tuple((v.key, v.action, v.number, v.source, dict(v.secrets), v.code) for v in versions),
            prior,
            None if limits == DEFAULT_LIMITS else tuple(getattr(limits, n) for n in Limits.__slots__),
        )
    )


def frame_run(sequence: int, plan: bytes, event: bytes) -> bytes:
    """Put a plan and an event together as one frame."""
    size = len(plan)
    return _RUN_FRAME.pack(_RUN.size + size + len(event), _RUN_KIND, sequence, size) + plan + event


def encode_run(request: RunRequest) -> bytes:
    """Encode a flow for a worker as one frame."""
    plan = encode_plan(request.trigger, request.steps, request.versions, request.prior, request.limits)
    return frame_run(request.sequence, plan, request.event)


def encode_check(request: CheckRequest) -> bytes:
    """Encode a source to judge as one frame."""
    facts = (request.sequence, request.trigger.value, request.action, request.source, request.wants_code)
    return encode_frame(bytes((_CHECK_KIND,)) + marshal.dumps(facts))


def encode_answer(sequence: int, body: bytes) -> bytes:
    """Encode a worker's answer to one request as one frame."""
    return encode_frame(_SEQUENCE.pack(sequence) + body)


def decode_answer(payload: bytes) -> tuple[int, bytes]:
    """Split a worker's answer into the sequence it claims and its JSON body.

    Raises:
        FrameError: The payload is too short to be an answer.
    """
    if len(payload) < _SEQUENCE.size:
        raise FrameError("an answer without a sequence")
    return _SEQUENCE.unpack_from(payload)[0], payload[_SEQUENCE.size :]


def encode_verdict(diagnostics: bytes, code: bytes) -> bytes:
    """Encode the answer to a check: JSON text, which holds no NUL, and the code where there is any."""
    return diagnostics + _CODE_MARK + code if code else diagnostics


def decode_verdict(body: bytes) -> tuple[bytes, bytes]:
    """Split the answer to a check into diagnostics, as JSON text, and code, which is not for the server to read."""
    diagnostics, _, code = body.partition(_CODE_MARK)
    return diagnostics, code


class RequestReader:
    """Decodes the frames that come from the server, and remembers the plans that come again and again."""

    __slots__ = ("_plans",)

    def __init__(self) -> None:
        self._plans: dict[bytes, RunRequest] = {}

    def read(self, payload: bytes) -> RunRequest | CheckRequest:
        """Decode a frame.

        Raises:
            FrameError: The payload is of no known kind.
        """
        kind = payload[:1]
        if kind == _RUN_MARK:
            return self._read_run(payload)
        if kind != bytes((_CHECK_KIND,)):
            raise FrameError(f"unknown kind of request {kind!r}")
        sequence, trigger, action, source, wants_code = marshal.loads(payload[1:])  # noqa: S302 - as below
        return CheckRequest(sequence, Trigger(trigger), action, source, wants_code=wants_code)

    def _read_run(self, payload: bytes) -> RunRequest:
        _, sequence, size = _RUN.unpack_from(payload)
        end = _RUN.size + size
        encoded = payload[_RUN.size : end]
        plan = self._plans.get(encoded) or self._learn(encoded)
        return RunRequest(sequence, plan.trigger, payload[end:], plan.steps, plan.versions, plan.prior, plan.limits)

    def _learn(self, encoded: bytes) -> RunRequest:
        # The server wrote it; a worker only ever reads here.
        trigger, steps, versions, prior, limits = marshal.loads(encoded)  # noqa: S302
        plan = RunRequest(
            0,
            Trigger(trigger),
            b"",
            tuple(Step(key, OnError(on_error)) for key, on_error in steps),
            tuple(Version(*version) for version in versions),
            prior,
            DEFAULT_LIMITS if limits is None else Limits(*limits),
        )
        if not versions and not prior:  # such a plan comes once
            if len(self._plans) >= _PLANS:
                self._plans.clear()
            self._plans[encoded] = plan
        return plan


def decode_request(payload: bytes) -> RunRequest | CheckRequest:
    """Decode one frame that came from the server.

    Raises:
        FrameError: The payload is of no known kind.
    """
    return RequestReader().read(payload)


_HEADER: Final = struct.Struct("=QQIII")
_NOTE_BYTES: Final = 64 * 1024
_MOST_RESULTS: Final = 1_000
"""Far more than a flow has steps; keeps a lying journal from costing the server time."""

JOURNAL_BYTES: Final = _HEADER.size + MAX_REPLY_BYTES + _NOTE_BYTES
"""Size of the shared journal of one worker."""


class Journal:
    """A shared page in which a worker notes how far it is; read by the server when the worker is gone.

    It holds the running execution's sequence, the start of its current step, the encoded results of the steps
    that ended and a note about the current one, so that a kill takes one action and not the flow, and no denial
    with it. A worker writes it without a system call. What it holds is as hostile as a reply.

    Args:
        memory: A shared mapping of :data:`JOURNAL_BYTES`.
    """

    __slots__ = ("_memory",)

    def __init__(self, memory: mmap.mmap) -> None:
        self._memory = memory

    def begin(self, sequence: int, started_ns: int) -> None:
        """Note that an execution starts with its first step."""
        _HEADER.pack_into(self._memory, 0, sequence, started_ns, 0, 0, 0)

    def advance(self, result: bytes, started_ns: int) -> None:
        """Keep an ended step's result and note that the next step starts.

        The result is written before the header counts it: a worker killed in between lost only that step.
        """
        sequence, _, used, count, _ = _HEADER.unpack_from(self._memory)
        end = self._append(used, _LENGTH.pack(len(result)) + result)
        _HEADER.pack_into(self._memory, 0, sequence, started_ns, end, count + 1, 0)

    def note(self, fact: bytes) -> None:
        """Keep a fact about the current step that must survive the worker; the first one stands."""
        sequence, started_ns, used, count, noted = _HEADER.unpack_from(self._memory)
        if not noted:
            end = self._append(used, fact)
            _HEADER.pack_into(self._memory, 0, sequence, started_ns, used, count, end - used)

    def _append(self, used: int, data: bytes) -> int:
        start = _HEADER.size + used
        end = start + len(data)
        if end > len(self._memory):
            raise FrameError("the journal is full")
        self._memory[start:end] = data
        return end - _HEADER.size

    def position(self) -> tuple[int, int, int]:
        """Return the running execution's sequence, its current step's index and that step's start in ns."""
        sequence, started_ns, _, count, _ = _HEADER.unpack_from(self._memory)
        return sequence, count, started_ns

    def read(self) -> tuple[list[bytes], bytes]:
        """Return the encoded results of the steps that ended and the note about the current one.

        Raises:
            FrameError: The lengths in the journal do not add up.
        """
        data = self._memory[:]
        _, _, used, count, noted = _HEADER.unpack_from(data)
        offset, end = _HEADER.size, _HEADER.size + used
        if end + noted > len(data) or count > _MOST_RESULTS:
            raise FrameError("the journal claims more than it holds")
        results = []
        for _ in range(count):
            if offset + _LENGTH.size > end:
                raise FrameError("the journal ends inside a length")
            (length,) = _LENGTH.unpack_from(data, offset)
            offset += _LENGTH.size + length
            if offset > end:
                raise FrameError("the journal ends inside a result")
            results.append(data[offset - length : offset])
        return results, data[end : end + noted]
