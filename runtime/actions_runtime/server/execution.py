"""ExecutionService: an event in, the flow's answer out.

Runs in: server.
"""

import re
import secrets
import time
from collections.abc import Sequence
from typing import Any, Final, Protocol

from actions.v1 import execution_pb2 as execution
from actions_runtime import log
from actions_runtime.errors import InvalidArgument, Violation
from actions_runtime.events import LoginFlow, parse_event, withhold
from actions_runtime.execution.answers import Answers, make_fingerprint
from actions_runtime.execution.records import Decision, FlowResult, FlowStep, Warning
from actions_runtime.management.directory import Directory, Flow
from actions_runtime.management.principals import Principal
from actions_runtime.server.calls import Call, parse_request
from actions_runtime.server.convert import build_response, read_login_flow, read_trigger
from actions_sandbox.contract import Trigger

_EXECUTION_ID: Final = re.compile(r"[A-Za-z0-9._:-]{1,128}")

_WITHHELD: Final = Warning(
    "ANONYMOUS_SESSION_WITHHELD",
    "event.anonymous_session was withheld from the actions: session transfer is not for this login flow.",
)


class FlowRunner(Protocol):
    """Runs flows in workers."""

    async def run_flow(
        self,
        tenant: str,
        trigger: Trigger,
        steps: Sequence[FlowStep],
        event: dict[str, Any],
        *,
        deadline: float | None,
    ) -> FlowResult:
        """Run a flow for an event and return how it ended.

        Args:
            tenant: Whose flow it is.
            trigger: The trigger.
            steps: The flow's actions in order.
            event: The validated event.
            deadline: The caller's deadline in seconds of ``time.monotonic()``; None without one.

        Raises:
            ResourceExhausted: Too many executions of the tenant are waiting.
            DeadlineExceeded: The caller's time is over.
            Unavailable: There are no workers now.
        """


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
    if steps:
        result = await runner.run_flow(tenant, trigger, steps, event, deadline=deadline)
    else:
        result = FlowResult(Decision.CONTINUE)
    if not withheld:
        return result
    return FlowResult(result.decision, result.commands, result.denial, result.results, (_WITHHELD, *result.warnings))


def read_steps(flow: Flow) -> tuple[FlowStep, ...]:
    """Put a resolved flow into the words of an execution."""
    return tuple(FlowStep(step.version, step.on_error) for step in flow.steps)


def make_execution_id() -> str:
    """Return a new id that nobody can guess."""
    return f"exec_{secrets.token_hex(16)}"


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
        self._log = log.get_logger("execution").bind()

    def calls(self) -> dict[str, Call]:
        """Return the service's methods by name."""
        return {"ExecuteFlow": self.execute_flow}

    async def execute_flow(self, principal: Principal, request: bytes, deadline: float | None) -> bytes:
        """Run the flow of a trigger for one event.

        Args:
            principal: Who calls.
            request: An ``ExecuteFlowRequest``.
            deadline: The caller's deadline in seconds of ``time.monotonic()``; None without one.

        Returns:
            An ``ExecuteFlowResponse``.

        Raises:
            ActionsError: The call cannot be answered; see the service's description.
        """
        message = parse_request(execution.ExecuteFlowRequest, request)
        tenant = principal.tenant_for(message.tenant)
        trigger = read_trigger(message.trigger)
        login_flow = read_login_flow(message.login_flow)
        event_json = message.event_json
        execution_id = message.execution_id
        if not execution_id:
            return await self._run(tenant, make_execution_id(), trigger, login_flow, event_json, deadline)
        _require_execution_id(execution_id)
        return await self._answers.answer(
            tenant,
            execution_id,
            make_fingerprint(trigger.value, login_flow or "", event_json),
            lambda: self._run(tenant, execution_id, trigger, login_flow, event_json, deadline),
        )

    async def _run(
        self,
        tenant: str,
        execution_id: str,
        trigger: Trigger,
        login_flow: LoginFlow | None,
        event_json: bytes,
        deadline: float | None,
    ) -> bytes:
        """Run one execution, note it in the log and return the finished answer."""
        started = time.perf_counter_ns()
        event = parse_event(trigger, event_json, max_bytes=self._event_bytes)
        flow = self._directory.cached_flow(tenant, trigger)
        if flow is None:
            flow = await self._directory.flow(tenant, trigger)
        result = await run_event(self._runner, tenant, trigger, login_flow, event, read_steps(flow), deadline)
        answer = build_response(execution_id, result).SerializeToString()
        self._log.info(
            "execution",
            execution_id=execution_id,
            tenant=tenant,
            trigger=trigger.value,
            decision=result.decision.value,
            outcomes=[step.outcome.value for step in result.results],
            duration_us=(time.perf_counter_ns() - started) // 1_000,
        )
        return answer


def _require_execution_id(execution_id: str) -> None:
    if _EXECUTION_ID.fullmatch(execution_id) is None:
        expected = "expected 1 to 128 characters of A-Z, a-z, 0-9, `.`, `_`, `:` and `-`"
        raise InvalidArgument(
            f"The execution id cannot be used: {expected}.", [Violation("execution_id", f"{expected}.")]
        )
