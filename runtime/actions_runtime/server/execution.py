"""ExecutionService: an event in, the flow's answer out.

Runs in: server.

No task and no coroutine is made for an execution: it begins when its request is read, and the answer is handed to a
callback when its worker has answered. Only what has to wait for the store takes a task.
"""

import asyncio
import re
import secrets
import time
from collections.abc import Coroutine, Sequence
from functools import partial
from typing import Any, Final, Protocol
from weakref import WeakKeyDictionary

from actions.v1 import execution_pb2 as execution
from actions_runtime import log
from actions_runtime.errors import InvalidArgument, Violation
from actions_runtime.events import LoginFlow, parse_event, withhold
from actions_runtime.execution.answers import Answers, make_fingerprint
from actions_runtime.execution.records import Decision, FlowResult, FlowStep, Warning
from actions_runtime.execution.run import Done, FlowPlan
from actions_runtime.management.directory import Directory, Flow
from actions_runtime.management.principals import Principal
from actions_runtime.server.calls import Cancel, Respond, parse_request
from actions_runtime.server.convert import build_response, read_login_flow, read_trigger
from actions_sandbox.contract import Trigger

_EXECUTION_ID: Final = re.compile(r"[A-Za-z0-9._:-]{1,128}")

_WITHHELD: Final = Warning(
    "ANONYMOUS_SESSION_WITHHELD",
    "event.anonymous_session was withheld from the actions: session transfer is not for this login flow.",
)
_NO_STEPS: Final = FlowResult(Decision.CONTINUE)


class Running(Protocol):
    """An execution under way."""

    def cancel(self) -> None:
        """Give it up."""


class FlowRunner(Protocol):
    """Runs flows in workers."""

    def plan(self, trigger: Trigger, steps: Sequence[FlowStep]) -> FlowPlan:
        """Make a flow ready to be run again and again."""

    def begin(
        self, tenant: str, plan: FlowPlan, event: dict[str, Any], done: Done, *, deadline: float | None
    ) -> Running:
        """Start a flow for an event.

        Args:
            tenant: Whose flow it is.
            plan: The flow, of at least one step.
            event: The validated event.
            done: Called once with the result, or with ``ResourceExhausted``, ``DeadlineExceeded`` or
                ``Unavailable``.
            deadline: The caller's deadline in seconds of ``time.monotonic()``; None without one.
        """

    async def run_flow(
        self,
        tenant: str,
        trigger: Trigger,
        steps: Sequence[FlowStep],
        event: dict[str, Any],
        *,
        deadline: float | None,
    ) -> FlowResult:
        """Run a flow once and return how it ended; raises what :meth:`begin` hands over."""


async def run_event(
    runner: FlowRunner,
    tenant: str,
    trigger: Trigger,
    login_flow: LoginFlow | None,
    event: dict[str, Any],
    steps: Sequence[FlowStep],
    deadline: float | None,
) -> FlowResult:
    """Withhold what this login flow must not see, and run a flow.

    Args:
        runner: Runs flows.
        tenant: Whose flow it is.
        trigger: The trigger.
        login_flow: How the user came here; None when not stated.
        event: The validated event; loses its anonymous session when that is withheld.
        steps: The flow's actions in order; without any the answer is CONTINUE.
        deadline: The caller's deadline in seconds of ``time.monotonic()``; None without one.
    """
    withheld = withhold(event, login_flow)
    result = await runner.run_flow(tenant, trigger, steps, event, deadline=deadline) if steps else _NO_STEPS
    return _warn(result) if withheld else result


def _warn(result: FlowResult) -> FlowResult:
    return result._replace(warnings=(_WITHHELD, *result.warnings))


def read_steps(flow: Flow) -> tuple[FlowStep, ...]:
    """Put a resolved flow into the words of an execution."""
    return tuple(FlowStep(step.version, step.on_error) for step in flow.steps)


def make_execution_id() -> str:
    """Return a new id that nobody can guess."""
    return f"exec_{secrets.token_hex(16)}"


class _Execution:
    """What is known of one execution until its answer is built."""

    __slots__ = ("event", "id", "login_flow", "started_ns", "tenant", "trigger", "withheld")

    def __init__(
        self, tenant: str, execution_id: str, trigger: Trigger, login_flow: LoginFlow | None, event: bytes
    ) -> None:
        self.tenant = tenant
        self.id = execution_id
        self.trigger = trigger
        self.login_flow = login_flow
        self.event = event
        self.withheld = False
        self.started_ns = time.perf_counter_ns()


class ExecutionService:
    """Runs tenants' flows.

    Args:
        directory: Knows the flows.
        runner: Runs them.
        answers: The answers that are remembered.
        event_bytes: The longest event.
    """

    def __init__(self, directory: Directory, runner: FlowRunner, answers: Answers, event_bytes: int) -> None:
        self._directory = directory
        self._runner = runner
        self._answers = answers
        self._event_bytes = event_bytes
        self._plans: WeakKeyDictionary[Flow, FlowPlan] = WeakKeyDictionary()
        self._log = log.get_logger("execution").bind()

    def execute_flow(self, principal: Principal, request: bytes, deadline: float | None, respond: Respond) -> Cancel:
        """Run the flow of a trigger for one event.

        Args:
            principal: Who calls.
            request: An ``ExecuteFlowRequest``.
            deadline: The caller's deadline in seconds of ``time.monotonic()``; None without one.
            respond: Takes an ``ExecuteFlowResponse``, or the error that the call ends in.

        Returns:
            What to call when the caller hangs up.

        Raises:
            ActionsError: The call cannot be answered; see the service's description.
        """
        message = parse_request(execution.ExecuteFlowRequest, request)
        given_id = message.execution_id
        if given_id:
            _require_execution_id(given_id)
        asked = _Execution(
            principal.tenant_for(message.tenant),
            given_id or make_execution_id(),
            read_trigger(message.trigger),
            read_login_flow(message.login_flow),
            message.event_json,
        )
        if not given_id:
            return self._begin(asked, deadline, respond)
        fingerprint = make_fingerprint(asked.trigger.value, asked.login_flow or "", asked.event)
        start = partial(self._begin, asked, deadline)
        return self._answers.answer(asked.tenant, asked.id, fingerprint, start, respond)

    def _begin(self, asked: _Execution, deadline: float | None, respond: Respond) -> Cancel:
        """Start an execution."""
        event = parse_event(asked.trigger, asked.event, max_bytes=self._event_bytes)
        asked.withheld = withhold(event, asked.login_flow)
        flow = self._directory.cached_flow(asked.tenant, asked.trigger)
        if flow is None:
            return _spawn(self._run_cold(asked, event, deadline), respond)
        if not flow.steps:
            respond(self._finish(asked, _NO_STEPS))
            return _nothing
        plan = self._find_plan(flow)
        return self._runner.begin(
            asked.tenant, plan, event, partial(self._respond, asked, respond), deadline=deadline
        ).cancel

    def _find_plan(self, flow: Flow) -> FlowPlan:
        """Return the plan of a flow, which holds secrets in clear: it lives no longer than the directory's view."""
        plan = self._plans.get(flow)
        if plan is None:
            plan = self._plans[flow] = self._runner.plan(flow.trigger, read_steps(flow))
        return plan

    def _respond(self, asked: _Execution, respond: Respond, end: FlowResult | Exception) -> None:
        if isinstance(end, FlowResult):
            try:
                respond(self._finish(asked, end))
            except Exception as error:  # whoever waits must hear of it
                respond(error)
        else:
            respond(end)

    def _finish(self, asked: _Execution, result: FlowResult) -> bytes:
        """Note an execution in the log and build its answer."""
        if asked.withheld:
            result = _warn(result)
        answer = build_response(asked.id, result).SerializeToString()
        self._log.info(
            "execution",
            execution_id=asked.id,
            tenant=asked.tenant,
            trigger=asked.trigger.value,
            decision=result.decision.value,
            outcomes=[step.outcome.value for step in result.results],
            duration_us=(time.perf_counter_ns() - asked.started_ns) // 1_000,
        )
        return answer

    async def _run_cold(self, asked: _Execution, event: dict[str, Any], deadline: float | None) -> bytes:
        """Run an execution whose flow has to be read from the store."""
        flow = await self._directory.flow(asked.tenant, asked.trigger)
        if not flow.steps:
            return self._finish(asked, _NO_STEPS)
        steps = read_steps(flow)
        return self._finish(
            asked, await self._runner.run_flow(asked.tenant, asked.trigger, steps, event, deadline=deadline)
        )


def _nothing() -> None:
    """Cancel what has already ended."""


def _spawn(coroutine: Coroutine[Any, Any, bytes], respond: Respond) -> Cancel:
    """Answer a call by a task of its own."""
    task = asyncio.get_running_loop().create_task(coroutine)
    task.add_done_callback(partial(_hand_over, respond))
    return task.cancel


def _hand_over(respond: Respond, task: asyncio.Task[bytes]) -> None:
    if not task.cancelled():
        error = task.exception()
        respond(task.result() if error is None else error)  # type: ignore[arg-type]


def _require_execution_id(execution_id: str) -> None:
    if _EXECUTION_ID.fullmatch(execution_id) is None:
        expected = "expected 1 to 128 characters of A-Z, a-z, 0-9, `.`, `_`, `:` and `-`"
        raise InvalidArgument(
            f"The execution id cannot be used: {expected}.", [Violation("execution_id", f"{expected}.")]
        )
