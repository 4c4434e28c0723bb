"""``python -m tests.bench.parts``: where a login's microseconds go, step by step, each step alone and warm.

Prints the processor time of every step that a login takes in the server and in its worker, the least of several
rounds. Inside a busy server each costs one and a half to three times as much, since the caches are cold by then; the
sum is what can be saved by writing less code, the rest by doing more of one kind at a time.
"""

import asyncio
import io
import json
import marshal
import mmap
import time
from collections.abc import Callable
from typing import Any, Final

from actions.v1 import execution_pb2 as execution
from actions_runtime import log
from actions_runtime.commands import Acceptance
from actions_runtime.events import parse_event
from actions_runtime.execution import FlowStep
from actions_runtime.execution.flow import StepEnd, compose
from actions_runtime.execution.run import FlowPlan
from actions_runtime.server.convert import build_response
from actions_sandbox.contract import Limits, RunRequest, Step, Trigger, Version
from actions_sandbox.event import decode_event
from actions_sandbox.policy import compile_source
from actions_sandbox.runner import Runner
from actions_sandbox.values import encode_value
from actions_sandbox.wire import (
    JOURNAL_BYTES,
    FrameDecoder,
    Journal,
    RequestReader,
    decode_answer,
    encode_frame,
    encode_run,
    frame_run,
)
from tests.bench.cart import ACTION, EVENT, MERGE_CART, SOURCE

_ROUNDS: Final = 12
_TIMES: Final = 1_000


def measure(step: Callable[[], object], times: int = _TIMES) -> float:
    """Return the least processor time of a step over some rounds, in microseconds."""
    least = float("inf")
    for _ in range(_ROUNDS):
        started = time.process_time_ns()
        for _ in range(times):
            step()
        least = min(least, (time.process_time_ns() - started) / times / 1_000)
    return least


def list_server_steps(version: Version, event: dict[str, Any], body: bytes) -> dict[str, Callable[[], object]]:
    """List what the server does, without gRPC, sockets and the glue between the steps."""
    trigger, limits = Trigger.POST_LOGIN, Limits()
    request = execution.ExecuteFlowRequest(trigger=execution.TRIGGER_POST_LOGIN, event_json=EVENT).SerializeToString()
    plan = FlowPlan(trigger, (FlowStep(version),), limits)
    encoded, known = marshal.dumps(event), {version.key}
    ends = [StepEnd(plan.steps[0], result) for result in Acceptance(trigger, limits).accept_steps(body, 1)]
    result = compose(trigger, plan.steps, ends)
    log.configure_logging(stream=io.StringIO())
    logger = log.get_logger("execution").bind()
    frame, decoder = encode_frame(bytes(8) + body), FrameDecoder(JOURNAL_BYTES)
    return {
        "read the request's message": lambda: execution.ExecuteFlowRequest.FromString(request),
        "parse, validate and prove the event": lambda: parse_event(trigger, EVENT),
        "encode the event for the worker": lambda: marshal.dumps(event),
        "frame plan and event": lambda: frame_run(1, plan.encode(known, _keep), encoded),
        "cut the answer's frame": lambda: [decode_answer(payload) for payload in decoder.feed(frame)],
        "judge the answer": lambda: Acceptance(trigger, limits).accept_steps(body, 1),
        "compose the result": lambda: compose(trigger, plan.steps, ends),
        "build the response's message": lambda: build_response("exec_1", result).SerializeToString(),
        "write the line of the log": lambda: logger.info(
            "execution", execution_id="exec_1", tenant="t", decision="CONTINUE", outcomes=["COMPLETED"], duration_us=1
        ),
    }


def list_worker_steps(version: Version, event: dict[str, Any], runner: Runner) -> dict[str, Callable[[], object]]:
    """List what the worker does, without its three system calls."""
    encoded, reader = marshal.dumps(event), RequestReader()
    frame = encode_run(RunRequest(1, Trigger.POST_LOGIN, encoded, (Step(version.key),)))[4:]
    request = reader.read(frame)
    cart = json.loads(MERGE_CART.expected[0].set_app_metadata.value_json)
    return {
        "read the frame": lambda: reader.read(frame),
        "copy the event for the action": lambda: decode_event(encoded, Trigger.POST_LOGIN, ()),
        "encode a value (twice a login)": lambda: encode_value(cart, "value", most_bytes=1 << 20, depth=64),
        "the whole run, copy and values included": lambda: runner.answer(request),
    }


def _keep(version: Version) -> Version:
    return version


def show(title: str, steps: dict[str, Callable[[], object]]) -> None:
    """Measure and print some steps."""
    print(f"\n{title}")
    for name, step in steps.items():
        print(f"  {name:42} {measure(step):7.2f} µs")


async def main() -> None:
    """Measure everything."""
    version = Version("v:1", ACTION, 1, SOURCE)
    event = json.loads(EVENT)
    runner = Runner(Journal(mmap.mmap(-1, JOURNAL_BYTES)))
    first = RunRequest(1, Trigger.POST_LOGIN, marshal.dumps(event), (Step(version.key),), (version,))
    body = runner.answer(first)[12:]
    print(f"event {len(EVENT)} bytes, worker's answer {len(body)} bytes")
    show("server", list_server_steps(version, event, body))
    show("worker", list_worker_steps(version, event, runner))
    compiling = measure(lambda: compile_source(SOURCE, filename="a.py", trigger=Trigger.POST_LOGIN), 20)
    print(f"\nonce a version\n  {'compile the source':42} {compiling:7.2f} µs")


if __name__ == "__main__":
    asyncio.run(main())
