"""Three ways into the same flow: the runner in this process, a pool of workers, a server over gRPC."""

import asyncio
import hashlib
import itertools
import json
import marshal
import mmap
import threading
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Final, TypeVar

from actions_runtime.commands import Acceptance
from actions_runtime.events import LoginFlow, parse_event, withhold
from actions_runtime.execution import (
    Decision,
    ExecutionSettings,
    Executor,
    FlowResult,
    FlowStep,
    PoolSettings,
)
from actions_runtime.execution.flow import StepEnd, compose
from actions_sandbox.contract import MAX_REPLY_BYTES, Limits, RunRequest, Step, Trigger, Version
from actions_sandbox.runner import Runner
from actions_sandbox.wire import JOURNAL_BYTES, FrameDecoder, Journal, decode_answer
from actions_sdk.cli.bind import bind_actions
from actions_sdk.cli.deploy import deploy_action
from actions_sdk.cli.push import push_source
from actions_sdk.client import ActionsClient
from actions_sdk.messages import describe_answer
from tests.cases.corpus import Result, Source

_Value = TypeVar("_Value")
_WITHHELD: Final = "ANONYMOUS_SESSION_WITHHELD"


def _number_steps(sources: Sequence[Source]) -> list[FlowStep]:
    # A key stands for one content, as it does for stored versions.
    return [FlowStep(_number_version(source), source.on_error) for source in sources]


def _number_version(source: Source) -> Version:
    key = hashlib.sha256(f"{source.action}\0{source.text}".encode()).hexdigest()
    return Version(key, source.action, 1, source.text)


def _read_event(trigger: Trigger, data: bytes, login_flow: str | None) -> tuple[dict[str, Any], list[str]]:
    event = parse_event(trigger, data)
    withheld = withhold(event, LoginFlow(login_flow) if login_flow else None)
    return event, [_WITHHELD] if withheld else []


def _normalize(result: FlowResult, warnings: list[str]) -> Result:
    denial = result.denial
    return {
        "decision": result.decision.value,
        "commands": [{"action": c.action} | _parse_values(c.body) for c in result.commands],
        "outcomes": [one.outcome.value for one in result.results],
        "denial": None
        if denial is None
        else {
            "action": denial.action,
            "code": denial.code,
            "reason": denial.reason,
            "user_message": denial.user_message,
        },
        "warnings": warnings + [warning.code for warning in result.warnings],
    }


def _parse_values(body: Any) -> Any:
    if isinstance(body, list | tuple):
        return [_parse_values(item) for item in body]
    if not hasattr(body, "items"):
        return body
    return {
        key.removesuffix("_json"): json.loads(value)
        if key.endswith("_json")
        else str(value)
        if isinstance(value, str)
        else _parse_values(value)
        for key, value in body.items()
    }


class RunnerDoor:
    """The worker's runner, called in this process: the language wall alone."""

    def __init__(self) -> None:
        self._journal = Journal(mmap.mmap(-1, JOURNAL_BYTES))
        self._sequences = itertools.count(1)

    def run(self, sources: Sequence[Source], trigger: Trigger, event: bytes, login_flow: str | None) -> Result:
        """Run a flow in a runner of its own."""
        data, warnings = _read_event(trigger, event, login_flow)
        steps = _number_steps(sources)
        if not steps:
            return _normalize(FlowResult(Decision.CONTINUE), warnings)
        request = RunRequest(
            next(self._sequences),
            trigger,
            marshal.dumps(data),
            tuple(Step(step.version.key, step.on_error) for step in steps),
            tuple(step.version for step in steps),
        )
        frame = Runner(self._journal).answer(request)
        (payload,) = FrameDecoder(MAX_REPLY_BYTES).feed(frame)
        _, body = decode_answer(payload)
        results = Acceptance(trigger, Limits()).accept_steps(body, len(steps))
        ends = [StepEnd(step, result) for step, result in zip(steps, results, strict=False)]
        return _normalize(compose(trigger, steps, ends), warnings)


class PoolDoor:
    """Sealed workers under an executor whose loop runs in a thread of its own."""

    def __init__(self) -> None:
        self._executor = Executor(ExecutionSettings(pool=PoolSettings()))
        self._executor.start_zygote()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._await(self._executor.start)

    def _await(self, call: Callable[..., Coroutine[Any, Any, _Value]], *args: Any, **names: Any) -> _Value:
        return asyncio.run_coroutine_threadsafe(call(*args, **names), self._loop).result(60)

    def run(self, sources: Sequence[Source], trigger: Trigger, event: bytes, login_flow: str | None) -> Result:
        """Run a flow in a worker of one tenant."""
        data, warnings = _read_event(trigger, event, login_flow)
        result = self._await(self._executor.run_flow, "acme", trigger, _number_steps(sources), data)
        return _normalize(result, warnings)

    def close(self) -> None:
        """End the workers, the zygote and the loop."""
        self._await(self._executor.stop, 5.0)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


class GrpcDoor:
    """A running server, authored and called as authors and auth servers do."""

    def __init__(self, client: ActionsClient) -> None:
        self._client = client
        self._deployed: dict[str, str] = {}

    def run(self, sources: Sequence[Source], trigger: Trigger, event: bytes, login_flow: str | None) -> Result:
        """Push and deploy what is not deployed yet, bind, and execute."""
        for source in sources:
            if self._deployed.get(source.action) != source.text:
                push_source(self._client, source.action, source.text)
                deploy_action(self._client, source.action)
                self._deployed[source.action] = source.text
        bind_actions(self._client, trigger, [(source.action, source.on_error) for source in sources])
        flow = LoginFlow(login_flow) if login_flow else None
        answer = describe_answer(self._client.execute_flow(trigger, event, login_flow=flow))
        return {
            "decision": answer["decision"],
            "commands": [
                {key: value for key, value in command.items() if key != "version"} for command in answer["commands"]
            ],
            "outcomes": [result["outcome"] for result in answer["results"]],
            "denial": answer["denial"],
            "warnings": [warning["code"] for warning in answer["warnings"]],
        }
