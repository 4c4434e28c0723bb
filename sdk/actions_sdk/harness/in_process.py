"""Runs flows with the worker's own runner in this process, for breakpoints and coverage.

Runs in: developer's machine.

The language is the same, and the answer is accepted like a worker's. What is missing is the process of its own:
nothing stops an action that takes too long or too much memory, and no kernel wall stands behind the language. Code
is compiled under the name of the author's file, so that debuggers and coverage find its lines.
"""

import itertools
import json
import marshal
import mmap
import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

from actions_runtime.commands import Acceptance, ReplyRefused, accept_denial, accept_diagnostics
from actions_runtime.execution import Decision, FlowResult, FlowStep
from actions_runtime.execution.flow import StepEnd, compose, describe_end, goes_on
from actions_sandbox.contract import (
    MAX_REPLY_BYTES,
    CheckRequest,
    Diagnostic,
    Limits,
    Outcome,
    RunRequest,
    Step,
    Trigger,
    Version,
)
from actions_sandbox.runner import Runner
from actions_sandbox.wire import JOURNAL_BYTES, FrameDecoder, Journal, decode_answer
from actions_sdk.harness.sources import Action

UNENFORCED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "time": "an action that takes too long is not stopped; the mode worker stops it",
        "memory": "an action's memory is not limited; the mode worker limits it",
        "process": "the action runs in this process, with the language as its only wall",
    }
)
"""What this mode does not enforce."""

_INTERRUPTS: Final = frozenset({"KeyboardInterrupt", "BdbQuit"})
"""By these the developer wants out; the runner takes them for the script's own."""


class InProcessEngine:
    """One runner, used by one thread at a time.

    Args:
        limits: What each flow may use; those of time and memory do not hold.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._journal = Journal(mmap.mmap(-1, JOURNAL_BYTES))
        self._runner = Runner(self._journal)
        self._sequences = itertools.count(1)
        self._lock = threading.RLock()

    @property
    def unenforced(self) -> Mapping[str, str]:
        """What this mode does not enforce, with the reason."""
        return UNENFORCED

    def run_flow(self, trigger: Trigger, flow: Sequence[Action], steps: list[FlowStep], event: Any) -> FlowResult:
        """Run a flow on this thread.

        Raises:
            KeyboardInterrupt: The developer interrupted an action, or left the debugger.
        """
        if not steps:
            return FlowResult(Decision.CONTINUE)
        with self._lock:
            run = _Run(self, trigger, flow, steps, marshal.dumps(event), self._limits)
            while run.is_open():
                run.advance()
        return compose(trigger, steps, run.ends)

    def check(self, action: Action, trigger: Trigger) -> tuple[Diagnostic, ...]:
        """Compile a source and return every reason for its refusal."""
        with self._lock:
            body = self.ask(CheckRequest(next(self._sequences), trigger, action.name, action.source))
        return tuple(Diagnostic(**one) for one in accept_diagnostics(body))

    def close(self) -> None:
        """Forget everything that was compiled."""
        self._runner = Runner(self._journal)

    def ask(self, request: RunRequest | CheckRequest) -> bytes:
        """Have a request answered, as over a worker's socket.

        Raises:
            MemoryError: The runner gave up, as a worker ends itself.
        """
        request = request._replace(sequence=next(self._sequences))
        (payload,) = FrameDecoder(MAX_REPLY_BYTES).feed(self._runner.answer(request))
        return decode_answer(payload)[1]

    def renew(self) -> tuple[list[bytes], bytes]:
        """Give up the runner; return the results and the note that it leaves, as a lost worker does."""
        self._runner = Runner(self._journal)
        return self._journal.read()


class _Run:
    """One execution on its way through one or more runners; the counterpart of the executor's."""

    def __init__(
        self,
        engine: InProcessEngine,
        trigger: Trigger,
        flow: Sequence[Action],
        steps: list[FlowStep],
        event: bytes,
        limits: Limits,
    ) -> None:
        self._engine = engine
        self._trigger = trigger
        self._steps = steps
        self._event = event
        self._limits = limits
        self._acceptance = Acceptance(trigger, limits)
        self._files = {action.path: f"{action.name}.py" for action in flow}
        self._versions = tuple(
            replace(step.version, action=action.path.removesuffix(".py"))
            for action, step in zip(flow, steps, strict=True)
        )
        self.ends: list[StepEnd] = []

    def is_open(self) -> bool:
        """Whether a step is still to be run."""
        return len(self.ends) < len(self._steps) and (not self.ends or goes_on(self.ends[-1]))

    def advance(self) -> None:
        """Run the steps that are left, as far as one runner gets."""
        first = len(self.ends)
        rest = self._steps[first:]
        try:
            body = self._engine.ask(self._build_request(rest, self._versions[first:]))
        except MemoryError:
            results, note = self._engine.renew()
            self._take([self._acceptance.accept_step(self._rename(result)) for result in results])
            self._end(Outcome.OUT_OF_MEMORY, note)
            return
        try:
            self._take(self._acceptance.accept_steps(self._rename(body), len(rest)))
        except ReplyRefused:
            self._engine.renew()
            self._end(Outcome.CRASHED, b"")

    def _build_request(self, rest: Sequence[FlowStep], versions: tuple[Version, ...]) -> RunRequest:
        limits = self._limits
        return RunRequest(
            0,
            self._trigger,
            self._event,
            tuple(Step(step.version.key, step.on_error) for step in rest),
            versions,
            tuple(body for end in self.ends if not end.outcome.failed for body in end.result.commands),
            replace(limits, log_bytes=self._acceptance.log_bytes_left) if self.ends else limits,
        )

    def _rename(self, body: bytes) -> bytes:
        """Name files in errors after their actions, as a worker does; the path may be longer than it may send."""
        answer = json.loads(body)
        for step in answer if isinstance(answer, list) else [answer]:
            error = step["error"]
            if error is not None:
                if error["type"] in _INTERRUPTS:
                    raise KeyboardInterrupt
                error["file"] = self._files.get(error["file"], error["file"])
        return json.dumps(answer, ensure_ascii=False).encode()

    def _take(self, results: Sequence[Any]) -> None:
        self.ends += [StepEnd(step, one) for step, one in zip(self._steps[len(self.ends) :], results, strict=False)]

    def _end(self, cause: Outcome, note: bytes) -> None:
        result = describe_end(cause, 0, accept_denial(note))
        self.ends.append(StepEnd(self._steps[len(self.ends)], result))
