"""The harness: one engine kept warm for many runs.

Runs in: developer's machine.
"""

import asyncio
import atexit
import hashlib
import json
import os
import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Protocol, Self

from actions_runtime.events import LoginFlow, parse_event, withhold
from actions_runtime.execution import FlowResult, FlowStep, Warning
from actions_sandbox.contract import Diagnostic, Limits, Trigger, Version
from actions_sdk.harness.errors import HarnessError, SourceRefused
from actions_sdk.harness.places import Finding
from actions_sdk.harness.result import Result, build_result
from actions_sdk.harness.sources import Action, Source, choose_trigger, load_flow

WITHHELD: Final = Warning(
    "ANONYMOUS_SESSION_WITHHELD",
    "event.anonymous_session was withheld from the actions: session transfer is not for this login flow.",
)
"""Told when an event's session does not reach the actions; the server's words."""

Flow = Action | Source | Sequence[Action | Source]
"""What runs: actions, files, or names of samples; one of them or several in order."""

Event = Mapping[str, Any] | bytes | os.PathLike[str]
"""An event: plain data, JSON in UTF-8, or a JSON file."""


class Mode(StrEnum):
    """Where a flow runs."""

    WORKER = "worker"
    """In a sealed process, as in production."""
    IN_PROCESS = "in-process"
    """In this process: breakpoints and coverage work, time and memory are not limited."""


class Engine(Protocol):
    """Runs flows and judges sources."""

    @property
    def unenforced(self) -> Mapping[str, str]:
        """What the engine does not enforce, with the reason."""
        ...

    def run_flow(self, trigger: Trigger, flow: Sequence[Action], steps: list[FlowStep], event: Any) -> FlowResult:
        """Run a flow for an event."""
        ...

    def check(self, action: Action, trigger: Trigger) -> tuple[Diagnostic, ...]:
        """Return every reason for refusing a source."""
        ...

    def close(self) -> None:
        """End the engine."""
        ...


class Harness:
    """Runs flows; a context manager that keeps one zygote and warm workers for many runs.

    It starts at its first use and may be used from several threads.

    Args:
        mode: ``worker`` or ``in-process``.
        limits: What each flow may use; the server's defaults when omitted.

    Raises:
        ValueError: There is no such mode.
    """

    def __init__(self, mode: Mode | str = Mode.WORKER, limits: Limits | None = None) -> None:
        self.mode = Mode(mode)
        self.limits = limits or Limits()
        self._engine: Engine | None = None
        self._closed = False
        self._lock = threading.Lock()
        self._findings: dict[tuple[str, Trigger], tuple[Diagnostic, ...]] = {}

    def __enter__(self) -> Self:
        self._open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        await asyncio.to_thread(self._open)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await asyncio.to_thread(self.close)

    def close(self) -> None:
        """End the workers and the zygote; the harness cannot be used again."""
        with self._lock:
            engine, self._engine, self._closed = self._engine, None, True
        if engine is not None:
            engine.close()

    @property
    def unenforced(self) -> Mapping[str, str]:
        """What this mode does not enforce on this machine, by name, with the reason."""
        return self._open().unenforced

    def run(
        self,
        flow: Flow,
        event: Event,
        *,
        trigger: Trigger | str | None = None,
        login_flow: LoginFlow | str | None = None,
    ) -> Result:
        """Run a flow for one event and apply the answer.

        Args:
            flow: The actions in order.
            event: The event.
            trigger: The trigger; found from the handlers when omitted.
            login_flow: How the user came, e.g. ``DEVICE_CODE``; not stated when omitted.

        Raises:
            SourceRefused: A source breaks the rules; lists every reason, of all actions.
            TriggerUnclear: The handlers do not say which trigger is meant.
            HarnessError: A file cannot be read, or an argument is not valid.
            actions_runtime.errors.InvalidArgument: The event is refused; names the fields.
            actions_runtime.errors.Unavailable: There are no workers now.
        """
        actions = read_flow(flow)
        chosen = choose_trigger(actions, trigger)
        facts = parse_event(chosen, read_event(event))
        withheld = withhold(facts, read_login_flow(login_flow))
        self._require_accepted(actions, chosen)
        steps = list(map(_number_step, actions))
        answer = self._open().run_flow(chosen, actions, steps, facts)
        warnings = (WITHHELD,) if withheld else ()
        result = build_result(actions, chosen, facts, answer, withheld=warnings, limits=self.limits)
        seed = getattr(event, "seed", None)
        return replace(result, mode=self.mode.value, unenforced=self.unenforced, seed=seed)

    async def run_async(
        self,
        flow: Flow,
        event: Event,
        *,
        trigger: Trigger | str | None = None,
        login_flow: LoginFlow | str | None = None,
    ) -> Result:
        """Run a flow as :meth:`run` does; in the mode ``worker`` without holding up the running loop.

        In the mode ``in-process`` the flow runs on the loop's own thread, where a debugger can follow it.
        """
        if self.mode is Mode.IN_PROCESS:
            return self.run(flow, event, trigger=trigger, login_flow=login_flow)
        return await asyncio.to_thread(self.run, flow, event, trigger=trigger, login_flow=login_flow)

    def check(self, action: Action | Source, *, trigger: Trigger | str | None = None) -> tuple[Finding, ...]:
        """Judge a source without running it.

        Args:
            action: The action, its file, or a sample's name.
            trigger: The trigger; found from the handlers when omitted.

        Returns:
            Every reason for its refusal; empty when it is accepted.

        Raises:
            TriggerUnclear: The handlers do not say which trigger is meant.
            actions_runtime.errors.InvalidArgument: The source is too costly to judge.
        """
        (one,) = read_flow(action)
        return self._find_faults(one, choose_trigger([one], trigger))

    def _require_accepted(self, actions: Sequence[Action], trigger: Trigger) -> None:
        findings = [finding for action in actions for finding in self._find_faults(action, trigger)]
        if findings:
            raise SourceRefused(findings)

    def _find_faults(self, action: Action, trigger: Trigger) -> tuple[Finding, ...]:
        key = action.source, trigger
        found = self._findings.get(key)
        if found is None:
            found = self._findings[key] = self._open().check(action, trigger)
        return tuple(Finding.locate(action.path, one) for one in found)

    def _open(self) -> Engine:
        with self._lock:
            if self._closed:
                raise HarnessError("the harness is closed; make a new one")
            if self._engine is None:
                self._engine = _make_engine(self.mode, self.limits)
            return self._engine


def _make_engine(mode: Mode, limits: Limits) -> Engine:
    """Make an engine; each mode loads only what it needs, which is most of the time to a first result."""
    if mode is Mode.WORKER:
        from actions_sdk.harness.sealed import SealedEngine

        return SealedEngine(limits)
    from actions_sdk.harness.in_process import InProcessEngine

    return InProcessEngine(limits)


def read_flow(flow: Flow) -> tuple[Action, ...]:
    """Return a flow's actions, loading those that are files or samples."""
    return load_flow(flow) if isinstance(flow, Action | str | os.PathLike) else load_flow(*flow)


def read_event(event: Event) -> bytes:
    """Return an event's JSON.

    Raises:
        HarnessError: It is of another kind, holds what JSON cannot carry, or its file cannot be read.
    """
    if isinstance(event, bytes):
        return event
    if isinstance(event, Mapping):
        return _write_json(event)
    if isinstance(event, os.PathLike):
        try:
            return Path(event).read_bytes()
        except OSError as error:
            raise HarnessError(f"{event} cannot be read: {error.strerror}") from None
    raise HarnessError(f"an event is a dict, JSON in bytes, or the path of a JSON file, not {type(event).__name__}")


def _write_json(event: Mapping[str, Any]) -> bytes:
    try:
        text = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
    except (TypeError, ValueError) as error:
        raise HarnessError(f"the event is not JSON: {error}") from None
    return text.encode(errors="surrogatepass")


def read_login_flow(login_flow: LoginFlow | str | None) -> LoginFlow | None:
    """Return a login flow by its name, however it is written: ``DEVICE_CODE`` or ``device-code``.

    Raises:
        HarnessError: There is no login flow of that name.
    """
    if login_flow is None:
        return None
    try:
        return LoginFlow(login_flow)
    except ValueError as error:
        raise HarnessError(str(error)) from None


def _number_step(action: Action) -> FlowStep:
    """Make a draft's step, whose key stands for one content as it does for stored versions."""
    content = json.dumps([action.name, action.path, action.source, sorted(action.secrets.items())])
    key = hashlib.sha256(content.encode(errors="surrogatepass")).hexdigest()
    return FlowStep(Version(key, action.name, 0, action.source, dict(action.secrets)), action.on_error)


_shared: Final[dict[tuple[int, Mode], Harness]] = {}
_sharing: Final = threading.Lock()


def _share(mode: Mode) -> Harness:
    """Return this process's harness of a mode with the default limits; it ends with the process."""
    with _sharing:
        harness = _shared.get((os.getpid(), mode))
        if harness is None:
            harness = _shared[os.getpid(), mode] = Harness(mode)
            atexit.register(_close_shared, os.getpid(), mode)
        return harness


def _close_shared(pid: int, mode: Mode) -> None:
    if pid == os.getpid():
        _shared[pid, mode].close()


def run(
    flow: Flow,
    event: Event,
    *,
    trigger: Trigger | str | None = None,
    login_flow: LoginFlow | str | None = None,
    mode: Mode | str = Mode.WORKER,
    limits: Limits | None = None,
) -> Result:
    """Run a flow for one event, in a harness that this process keeps warm.

    Args:
        flow: The actions in order.
        event: The event.
        trigger: The trigger; found from the handlers when omitted.
        login_flow: How the user came, e.g. ``DEVICE_CODE``; not stated when omitted.
        mode: ``worker`` or ``in-process``.
        limits: What the flow may use; other limits than the default take a harness, and so a process, of their own.

    Raises:
        As :meth:`Harness.run`.
    """
    if limits is None or limits == Limits():
        return _share(Mode(mode)).run(flow, event, trigger=trigger, login_flow=login_flow)
    with Harness(mode, limits) as harness:
        return harness.run(flow, event, trigger=trigger, login_flow=login_flow)


async def run_async(
    flow: Flow,
    event: Event,
    *,
    trigger: Trigger | str | None = None,
    login_flow: LoginFlow | str | None = None,
    mode: Mode | str = Mode.WORKER,
    limits: Limits | None = None,
) -> Result:
    """Run a flow as :func:`run` does; in the mode ``worker`` without holding up the running loop."""
    if Mode(mode) is Mode.IN_PROCESS:
        return run(flow, event, trigger=trigger, login_flow=login_flow, mode=mode, limits=limits)
    return await asyncio.to_thread(run, flow, event, trigger=trigger, login_flow=login_flow, mode=mode, limits=limits)
