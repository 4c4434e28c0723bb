"""What must hold for any bytes at the places where hostile bytes arrive.

Each function takes the fuzzer's bytes and raises when the property does not hold.
"""

import json
import mmap
import struct
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from pydantic import ValidationError

from actions_runtime.commands import Acceptance, ReplyRefused, accept_denial, accept_diagnostics
from actions_runtime.errors import InvalidArgument
from actions_runtime.events import MAX_DEPTH, MAX_EVENT_BYTES, parse_event
from actions_runtime.events.acceptance import EVENTS
from actions_runtime.events.strict_reader import read_strictly
from actions_sandbox.contract import COMMANDS, Limits, Trigger
from actions_sandbox.policy import compile_source
from actions_sandbox.wire import FrameDecoder, FrameError, Journal, encode_frame

_TRIGGERS: Final = (None, *Trigger)
_HEADER: Final = struct.Struct("=QQIII")
_CAP: Final = 4096
_REFUSAL_CHARS: Final = 20_000


def compile_anything(data: bytes) -> None:
    """The compiler answers every text with code or with reasons, and raises nothing."""
    trigger = _TRIGGERS[len(data) % len(_TRIGGERS)]
    source = _read_text(data)
    compiled = compile_source(source, filename="action.py", trigger=trigger)
    assert (compiled.code is None) == bool(compiled.diagnostics)
    for item in compiled.diagnostics:
        assert item.rule
        assert item.message
        assert item.rule != "policy-invariant", f"a check of the transformer is missing: {item.message}"
        (item.message + item.hint + item.source_line).encode()


def _read_text(data: bytes) -> str:
    """Make text of any bytes, lone surrogates included."""
    try:
        return data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def read_event(data: bytes) -> None:
    """The fast way and the strict reader agree on every document, for both triggers."""
    for trigger in Trigger:
        expected, found = _read_slowly(trigger, data), _read(trigger, data)
        assert found == expected, f"{trigger}: {found} is not {expected}"


def _read(trigger: Trigger, data: bytes) -> str:
    try:
        return _describe(parse_event(trigger, data))
    except InvalidArgument as error:
        refused = error
    assert refused.violations
    assert len(str(refused)) < _REFUSAL_CHARS
    return "refused"


def _read_slowly(trigger: Trigger, data: bytes) -> str:
    """Read an event by the strict reader alone."""
    try:
        assert len(data) <= MAX_EVENT_BYTES
        value = read_strictly(data.decode(), root="event", max_depth=MAX_DEPTH)
        event = EVENTS[trigger].validate_python(value)
        assert "secrets" not in event
    except (AssertionError, InvalidArgument, UnicodeDecodeError, ValidationError):
        return "refused"
    session = event.get("anonymous_session")
    if session is not None and session.get("metadata") is None:
        session["metadata"] = {}
    return _describe(event)


def _describe(value: Any) -> str:
    """Write a value with its types; keys in order, since an object has none."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{key!r}:{_describe(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_describe, value)) + "]"
    return f"{type(value).__name__} {value!r}"


def read_worker(data: bytes) -> None:
    """Whatever a worker sends is a sound answer or refused as what it is."""
    kind, body = data[:1], data[1:]
    check = _WORKER_PARTS[kind[0] % len(_WORKER_PARTS)] if kind else _cut_frames
    check(body)


def _cut_frames(data: bytes) -> None:
    """Frames do not depend on how the stream was cut, and never go over the cap."""
    whole, parts = _feed([data]), _feed([data[start : start + 3] for start in range(0, len(data), 3)])
    assert whole == parts
    payloads, _ = whole
    assert all(len(payload) <= _CAP for payload in payloads)
    assert data.startswith(b"".join(map(encode_frame, payloads)))


def _feed(chunks: list[bytes]) -> tuple[list[bytes], bool]:
    """Return the payloads and whether the stream was refused."""
    decoder, payloads = FrameDecoder(_CAP), list[bytes]()
    try:
        for chunk in chunks:
            for payload in decoder.feed(chunk):
                payloads.append(payload)
            assert decoder.pending <= _CAP + 4
    except FrameError:
        return payloads, True
    return payloads, False


def _read_journal(data: bytes) -> None:
    """A journal gives what lies in it, or is refused."""
    size = max(len(data), _HEADER.size)
    with mmap.mmap(-1, size) as memory:
        memory[: len(data)] = data
        Journal(memory).position()
        try:
            results, note = Journal(memory).read()
        except FrameError:
            return
        assert sum(map(len, results)) + len(note) + 4 * len(results) <= size - _HEADER.size
        acceptance = Acceptance(Trigger.POST_LOGIN, Limits())
        with suppress(ReplyRefused):
            for result in results:
                acceptance.accept_step(result)
        accept_denial(note)


def _write_journal(data: bytes) -> None:
    """What a sound worker wrote comes back as it was, to the last byte that fits."""
    parts = data.split(b"\n")
    with mmap.mmap(-1, 512) as memory:
        journal, kept = Journal(memory), list[bytes]()
        journal.begin(7, 1)
        with suppress(FrameError):
            for part in parts[:-1]:
                journal.advance(part, 2)
                kept.append(part)
        note = b""
        with suppress(FrameError):
            journal.note(parts[-1])
            note = parts[-1]
        assert journal.read() == (kept, note)
        assert journal.position()[:2] == (7, len(kept))


def _accept_login(data: bytes) -> None:
    _accept(Trigger.POST_LOGIN, data)


def _accept_registration(data: bytes) -> None:
    _accept(Trigger.PRE_USER_REGISTRATION, data)


def _accept(trigger: Trigger, data: bytes) -> None:
    """An accepted answer keeps to its trigger and the limits, and its values are JSON to everybody."""
    limits = Limits(commands_bytes=2_000, log_bytes=200, claims_bytes=300, transaction_bytes=200)
    acceptance = Acceptance(trigger, limits)
    try:
        steps = acceptance.accept_steps(data, 3)
    except ReplyRefused:
        return
    assert 0 < len(steps) <= 3
    assert sum(len(text.encode()) + 1 for step in steps for _, text in step.logs) <= limits.log_bytes
    kept = [command for step in steps if not step.outcome.failed for command in step.commands]
    assert {command["kind"] for command in kept} <= COMMANDS[trigger]
    assert sum(len(text) for command in kept for text in _list_json(command)) <= limits.commands_bytes
    for step, sent in zip(steps, json.loads(data), strict=True):
        for command, body in zip(step.commands, sent["commands"], strict=True):
            for text in _list_json(command):
                read_strictly(text, root="value", max_depth=limits.value_depth)
            assert ("value_json" in command) == ("value" in body)
            if "value" in body:
                assert _describe(json.loads(command["value_json"])) == _describe(body["value"])


def _list_json(command: dict[str, Any]) -> list[str]:
    """List the JSON texts of an accepted command, those of its factors included."""
    factors = [command.get("factor"), *command.get("additional_factors", ()), *command.get("factors", ())]
    parts = [command, *filter(None, factors)]
    return [part[name] for part in parts for name in ("value_json", "options_json") if name in part]


def _accept_check(data: bytes) -> None:
    with suppress(ReplyRefused):
        for item in accept_diagnostics(data):
            assert item["rule"] is not None
    accept_denial(data)


_WORKER_PARTS: Final = (
    _cut_frames,
    _read_journal,
    _write_journal,
    _accept_login,
    _accept_registration,
    _accept_check,
)

PROPERTIES: Final[dict[str, Callable[[bytes], None]]] = {
    "compiler": compile_anything,
    "event": read_event,
    "worker": read_worker,
}
"""What ``make fuzz`` tries; each has a corpus of its own."""
