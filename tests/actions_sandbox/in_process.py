"""Runs scripts with the worker's own runner in the test's process, so that a test sees the raw results."""

import itertools
import json
import marshal
import mmap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from actions_runtime.commands import Acceptance, StepResult
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
from actions_sandbox.runner import Runner
from actions_sandbox.wire import JOURNAL_BYTES, FrameDecoder, Journal, decode_answer

LOGIN: Final = "def onExecutePostLogin(event, api):\n"
REGISTRATION: Final = "def onExecutePreUserRegistration(event, api):\n"
EVENT: Final[Mapping[str, Any]] = {"user": {"user_id": "u|1"}}
_keys = itertools.count(1)


def login(*lines: str) -> str:
    """Write a login handler of these lines."""
    return LOGIN + "".join(f"    {line}\n" for line in lines)


def registration(*lines: str) -> str:
    """Write a registration handler of these lines."""
    return REGISTRATION + "".join(f"    {line}\n" for line in lines)


def make_version(source: str, name: str = "act", secrets: Mapping[str, str] | None = None) -> Version:
    """Make a version with a key of its own."""
    return Version(f"v{next(_keys)}", name, 1, source, dict(secrets or {}))


@dataclass
class InProcess:
    """One runner; every answer must also be one that the server accepts."""

    trigger: Trigger = Trigger.POST_LOGIN
    limits: Limits = field(default_factory=Limits)
    journal: Journal = field(default_factory=lambda: Journal(mmap.mmap(-1, JOURNAL_BYTES)))

    def __post_init__(self) -> None:
        self._runner = Runner(self.journal)
        self._sequences = itertools.count(1)
        self.accepted: list[StepResult] = []
        """What the server made of the last flow."""

    def run_versions(
        self,
        versions: Sequence[Version],
        event: Mapping[str, Any] = EVENT,
        on_error: OnError = OnError.DENY,
        prior: tuple[dict[str, Any], ...] = (),
    ) -> list[dict[str, Any]]:
        """Run a flow of versions and return its results."""
        request = RunRequest(
            next(self._sequences),
            self.trigger,
            marshal.dumps(dict(event)),
            tuple(Step(version.key, on_error) for version in versions),
            tuple(versions),
            prior,
            self.limits,
        )
        body = self._answer(request)
        self.accepted = Acceptance(self.trigger, self.limits).accept_steps(body, len(versions))
        results: list[dict[str, Any]] = json.loads(body)
        return results

    def run_flow(self, *sources: str, **rest: Any) -> list[dict[str, Any]]:
        """Run a flow of sources and return its results."""
        return self.run_versions([make_version(source) for source in sources], **rest)

    def run(self, source: str, *, secrets: Mapping[str, str] | None = None, **rest: Any) -> dict[str, Any]:
        """Run one source and return its result."""
        (result,) = self.run_versions([make_version(source, secrets=secrets)], **rest)
        return result

    def check(self, source: str, action: str = "act") -> list[dict[str, Any]]:
        """Judge a source."""
        request = CheckRequest(next(self._sequences), self.trigger, action, source)
        diagnostics: list[dict[str, Any]] = json.loads(self._answer(request))
        return diagnostics

    def _answer(self, request: RunRequest | CheckRequest) -> bytes:
        (payload,) = FrameDecoder(MAX_REPLY_BYTES).feed(self._runner.answer(request))
        sequence, body = decode_answer(payload)
        assert sequence == request.sequence
        return body


def read_logs(result: Mapping[str, Any]) -> list[str]:
    """Return the texts of a result's log lines."""
    return [text for _, text in result["logs"]]
