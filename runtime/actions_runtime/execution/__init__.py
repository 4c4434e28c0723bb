"""From a resolved flow and a validated event to a command list, through a worker of the tenant.

Runs in: server / developer's machine. Knows neither the store nor gRPC.
"""

from actions_runtime.execution.executor import ExecutionSettings, Executor
from actions_runtime.execution.owner import PoolSettings
from actions_runtime.execution.records import (
    ActionError,
    ActionResult,
    Command,
    Decision,
    Denial,
    FlowResult,
    FlowStep,
    Warning,
)

__all__ = [
    "ActionError",
    "ActionResult",
    "Command",
    "Decision",
    "Denial",
    "ExecutionSettings",
    "Executor",
    "FlowResult",
    "FlowStep",
    "PoolSettings",
    "Warning",
]
