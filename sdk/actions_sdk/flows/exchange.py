"""What a call is and what becomes of it, alike for asyncio and for threads.

Runs in: auth server.
"""

import math
from collections.abc import Mapping
from typing import Any

import grpc

from actions.v1 import execution_pb2
from actions_runtime.events import LoginFlow
from actions_sandbox.contract import Trigger
from actions_sdk.flows.answers import FlowAnswer, make_unreached, read_answer
from actions_sdk.flows.requests import build_request
from actions_sdk.flows.unreachable import UNREACHABLE_CODES, Tally, WhenUnreachable
from actions_sdk.refusals import ActionsClientError, read_refusal


class Exchange:
    """Builds requests, reads what comes back and keeps count.

    Args:
        timeout_s: Seconds that a call may take, all attempts together.
        when_unreachable: What to do when no replica answers in time.
        event_bytes: The longest event.

    Raises:
        ValueError: The time is not a positive number of seconds.
    """

    def __init__(self, timeout_s: float, when_unreachable: WhenUnreachable, event_bytes: int) -> None:
        self.timeout_s = _require_time(timeout_s)
        self.when_unreachable = WhenUnreachable(when_unreachable)
        self.tally = Tally()
        self._event_bytes = event_bytes

    def ask(
        self, trigger: Trigger, event: Mapping[str, Any], login_flow: LoginFlow | None, execution_id: str | None
    ) -> execution_pb2.ExecuteFlowRequest:
        """Build the request for one execution.

        Raises:
            ActionsClientError: The event cannot be sent.
        """
        try:
            return build_request(
                trigger, event, login_flow=login_flow, execution_id=execution_id, event_bytes=self._event_bytes
            )
        except ActionsClientError:
            self.tally.add("refused")
            raise

    def choose_time(self, timeout_s: float | None) -> float:
        """Return the seconds that a call may take.

        Raises:
            ValueError: They are not positive.
        """
        return self.timeout_s if timeout_s is None else _require_time(timeout_s)

    def read(self, trigger: Trigger, response: execution_pb2.ExecuteFlowResponse) -> FlowAnswer:
        """Read a replica's answer.

        Raises:
            ActionsClientError: It must not be applied.
        """
        try:
            answer = read_answer(trigger, response)
        except ActionsClientError:
            self.tally.add("refused")
            raise
        self.tally.add("answered")
        return answer

    def stand_in(
        self,
        trigger: Trigger,
        request: execution_pb2.ExecuteFlowRequest,
        call: grpc.Call,
        when_unreachable: WhenUnreachable | None,
    ) -> FlowAnswer:
        """Make what was chosen of a call that no replica answered.

        Args:
            trigger: The trigger that was asked for.
            request: What was sent.
            call: The failed call.
            when_unreachable: The choice for this call; the client's when None.

        Raises:
            ActionsClientError: A replica refused the call.
        """
        refusal = read_refusal(call)
        if refusal.code not in UNREACHABLE_CODES:
            self.tally.add("refused")
            raise refusal from None
        choice = self.when_unreachable if when_unreachable is None else WhenUnreachable(when_unreachable)
        self.tally.add("denied" if choice is WhenUnreachable.DENY else "gone_on")
        return make_unreached(trigger, request.execution_id, choice, refusal)


def _require_time(seconds: float) -> float:
    if not (math.isfinite(seconds) and seconds > 0):
        raise ValueError(f"{seconds!r} is no time that a call may take: give a positive number of seconds")
    return seconds
