"""Runs flows on the developer's machine, with the engine of the server and without gRPC.

Runs in: developer's machine.

::

    from actions_sdk.harness import load_action, run

    result = run(load_action("actions/merge_cart.py"), {"user": {"user_id": "auth0|1"}})
    assert result.decision == "CONTINUE"

In the mode ``worker`` the flow runs in a sealed process, as in production. In the mode ``in-process`` the same
runner is called in this process: breakpoints and coverage work, and neither time nor memory is limited.
"""

from actions_runtime.execution import Decision, Denial, Warning
from actions_sandbox.contract import Limits, OnError, Outcome, Trigger
from actions_sdk.harness.errors import HarnessError, SourceRefused, TriggerUnclear
from actions_sdk.harness.harness import Harness, Mode, run, run_async
from actions_sdk.harness.places import Failure, Finding
from actions_sdk.harness.result import ActionReport, Result
from actions_sdk.harness.sources import Action, load_action, load_flow, make_action

__all__ = [
    "Action",
    "ActionReport",
    "Decision",
    "Denial",
    "Failure",
    "Finding",
    "Harness",
    "HarnessError",
    "Limits",
    "Mode",
    "OnError",
    "Outcome",
    "Result",
    "SourceRefused",
    "Trigger",
    "TriggerUnclear",
    "Warning",
    "load_action",
    "load_flow",
    "make_action",
    "run",
    "run_async",
]
