"""Runs a flow for one event, or judges a source; the whole of what a worker is for.

Runs in: worker / developer's machine.
"""

import json
import time
from collections.abc import Callable
from dataclasses import asdict
from types import CoroutineType
from typing import Any, Final

from actions_sandbox.api import build_api
from actions_sandbox.contract import (
    HANDLERS,
    SHOWN_KINDS,
    CheckRequest,
    Limits,
    OnError,
    Outcome,
    RunRequest,
    Step,
    Trigger,
    Version,
)
from actions_sandbox.event import Event, Prior, decode_event
from actions_sandbox.leftovers import discard_leftovers, read_ages
from actions_sandbox.policy import Compiled, compile_source, describe_exception, dump_code, load_code, new_namespace
from actions_sandbox.recorder import Recorder
from actions_sandbox.rules import TEXT_CHARS, Tally
from actions_sandbox.values import OutputTooLarge
from actions_sandbox.wire import Journal, encode_answer, encode_verdict

_encode: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_MASKED_CHARS: Final = 4
"""Length from which a secret's value is masked in logs and messages; shorter ones would mask ordinary text."""


_DIAGNOSTICS: Final = 500
"""The most diagnostics of one answer; a source with more is not worth more."""


class MissingHandler(Exception):
    """Raised when a script does not bind its trigger's handler."""


class UnsupportedAwait(Exception):
    """Raised when a handler awaits something that never ends here: there is no event loop."""


class Runner:
    """Keeps one tenant's compiled versions and runs flows of them; keeps nothing else from run to run.

    Args:
        journal: Where progress is noted so that it survives this process.
    """

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._versions: dict[str, Version] = {}
        self._compiled: dict[tuple[str, Trigger], Compiled] = {}

    def answer(self, request: RunRequest | CheckRequest) -> bytes:
        """Carry out a request and return its answer as a frame."""
        if isinstance(request, CheckRequest):
            self._journal.begin(request.sequence, time.monotonic_ns())
            return encode_answer(request.sequence, _check(request))
        return encode_answer(request.sequence, self._run(request))

    def _run(self, request: RunRequest) -> bytes:
        self._journal.begin(request.sequence, time.monotonic_ns())
        for version in request.versions:
            self._learn(version, request.trigger)
        flow = _Flow(request, self._journal)
        results: list[bytes] = []
        for step in request.steps:
            if results:
                self._journal.advance(results[-1], time.monotonic_ns())
            version = self._versions[step.key]
            result, goes_on = flow.run(step, version, self._compile(version, request.trigger))
            results.append(result)
            if not goes_on:
                break
            if flow.exhausted and len(results) < len(request.steps):
                raise MemoryError  # what the step left behind must not fail the next one: it runs elsewhere
        return b"[" + b",".join(results) + b"]"

    def _learn(self, version: Version, trigger: Trigger) -> None:
        """Remember a version, and its code if it comes with it: compiled for the trigger for which it is sent."""
        self._versions[version.key] = version
        compiled = load_code(version.code)
        if compiled is not None:
            self._compiled[version.key, trigger] = compiled

    def _compile(self, version: Version, trigger: Trigger) -> Compiled:
        """Compile a version at its first run; whether it has a handler depends on the trigger."""
        compiled = self._compiled.get((version.key, trigger))
        if compiled is None:
            compiled = compile_source(version.source, filename=f"{version.action}.py", trigger=trigger)
            if compiled.code is not None:  # a refusal may be for want of memory: the next run tries again
                self._compiled[version.key, trigger] = compiled
        return compiled


class _Flow:
    """What the steps of one execution share: totals, logs and the metadata set so far."""

    __slots__ = ("_journal", "_log", "_prior", "_request", "_tally", "exhausted")

    def __init__(self, request: RunRequest, journal: Journal) -> None:
        self._request = request
        self._journal = journal
        self._log = _Log(request.limits)
        self._prior: list[Prior] = []
        self._tally = Tally(request.limits)
        self.exhausted = False
        """Whether a step ran out of memory; only a new worker has it all again."""
        for body in request.prior:
            self._tally.refuse(body, len(_encode(body).encode()))
            if body["kind"] in SHOWN_KINDS:
                self._prior.append((body["kind"], body["key"], body["value_json"]))

    def run(self, step: Step, version: Version, compiled: Compiled) -> tuple[bytes, bool]:
        """Run one step.

        Returns:
            Its encoded result, and whether the flow goes on after it.
        """
        started = time.monotonic_ns()
        self._log.begin(version)
        recorder = Recorder(self._request.limits, self._tally.copy(), self._journal.note)
        ages = read_ages()
        outcome, error = self._execute(version, compiled, recorder)
        recorder.close()
        discard_leftovers(ages)
        self.exhausted = self.exhausted or outcome is Outcome.OUT_OF_MEMORY
        lines, truncated = self._log.end()
        if not outcome.failed:
            self._tally = recorder.tally
            self._prior += recorder.prior
        commands = "" if outcome.failed else ",".join(recorder.encoded)
        result = (
            f'{{"outcome":"{outcome.value}","duration_us":{(time.monotonic_ns() - started) // 1_000},'
            f'"error":{_encode(error) if error else "null"},"logs":{_encode(lines) if lines else "[]"},'
            f'"logs_truncated":{"true" if truncated else "false"},"denial":{recorder.denial or "null"},'
            f'"commands":[{commands}]}}'
        )
        goes_on = recorder.denial is None and (not outcome.failed or step.on_error is OnError.SKIP)
        return result.encode(errors="replace"), goes_on

    def _execute(
        self, version: Version, compiled: Compiled, recorder: Recorder
    ) -> tuple[Outcome, dict[str, Any] | None]:
        if compiled.code is None:
            first = compiled.diagnostics[0]
            error = {
                "type": "PolicyViolation",
                "message": first.message[:TEXT_CHARS],
                "file": f"{version.action}.py",
            }
            return Outcome.POLICY_VIOLATION, error | {"line": first.line, "column": first.column}
        namespace = new_namespace(self._log.write)
        try:
            request = self._request
            data = decode_event(request.event, request.trigger, self._prior)
            api = build_api(request.trigger, recorder, data, request.limits)
            exec(compiled.code, namespace)  # noqa: S102 - the compiled policy is what makes this safe
            _call(_find_handler(namespace, request.trigger), Event(data, request.trigger, version.secrets), api)
        except MemoryError:
            recorder.close()
            namespace.clear()
            return Outcome.OUT_OF_MEMORY, _OUT_OF_MEMORY
        except BaseException as exc:
            recorder.close()
            outcome = Outcome.OUTPUT_TOO_LARGE if isinstance(exc, OutputTooLarge) else Outcome.RAISED
            return outcome, self._describe(exc, version)
        finally:
            recorder.close()
            namespace.clear()
        return (Outcome.DENIED if recorder.denial else Outcome.COMPLETED), None

    def _describe(self, exc: BaseException, version: Version) -> dict[str, Any]:
        info = describe_exception(exc, {f"{version.action}.py": version.source})
        return asdict(info) | {"message": self._log.mask(info.message)[:TEXT_CHARS]}


_OUT_OF_MEMORY: Final = {
    "type": "MemoryError",
    "message": "the action is over its memory",
    "file": "",
    "line": 0,
    "column": 0,
}


class _Log:
    """The log lines of one execution, masked and capped."""

    __slots__ = ("_left", "_lines", "_masked", "_truncated")

    def __init__(self, limits: Limits) -> None:
        self._left = limits.log_bytes
        self._lines: list[tuple[str, str]] = []
        self._truncated = False
        self._masked: tuple[str, ...] = ()

    def begin(self, version: Version) -> None:
        """Start a step's lines; its secrets are masked, longest first."""
        self._masked = ()
        if version.secrets:
            values = {value for value in version.secrets.values() if len(value) >= _MASKED_CHARS}
            self._masked = tuple(sorted(values, key=len, reverse=True))
        self._lines, self._truncated = [], False

    def end(self) -> tuple[list[tuple[str, str]], bool]:
        """Return the step's (level, text) lines and whether some were cut."""
        return self._lines, self._truncated

    def mask(self, text: str) -> str:
        """Replace every secret of the running action."""
        for value in self._masked:
            text = text.replace(value, "***")
        return text

    def write(self, level: str, text: str) -> None:
        """Keep a line, cut to the bytes that are left; its end counts as one more byte."""
        encoded = self.mask(text).encode(errors="replace")
        if len(encoded) >= self._left:
            self._truncated = True
            encoded = encoded[: max(self._left - 1, 0)]
        if self._left > 0:
            self._left -= len(encoded) + 1
            self._lines.append((level, encoded.decode(errors="ignore")))


def _find_handler(namespace: dict[str, Any], trigger: Trigger) -> Callable[..., Any]:
    for name in HANDLERS[trigger]:
        handler = namespace.get(name)
        if handler is not None:
            if not callable(handler):
                raise MissingHandler(f"{name} is not a function")
            return handler  # type: ignore[no-any-return]
    camel, snake = HANDLERS[trigger]
    raise MissingHandler(f"the script defines neither {camel}(event, api) nor {snake}(event, api)")


def _call(handler: Callable[..., Any], event: Event, api: object) -> None:
    """Call a handler; a coroutine is driven to its end without an event loop."""
    result = handler(event, api)
    if type(result) is not CoroutineType:
        return
    try:
        result.send(None)
    except StopIteration:
        return
    result.close()
    raise UnsupportedAwait("await only coroutines of your own: there is nothing here that could wait")


def _check(request: CheckRequest) -> bytes:
    compiled = compile_source(request.source, filename=f"{request.action}.py", trigger=request.trigger)
    found = [
        asdict(one) | {"message": one.message[:TEXT_CHARS], "hint": one.hint[:TEXT_CHARS]}
        for one in compiled.diagnostics[:_DIAGNOSTICS]
    ]
    code = dump_code(compiled.code) if request.wants_code and compiled.code is not None else b""
    return encode_verdict(_encode(found).encode(errors="replace"), code)
