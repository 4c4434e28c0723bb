"""Runs a tenant's flows and checks in workers that live as long as the tenant's isolation says.

Runs in: server.
"""

from collections.abc import Coroutine, Sequence
from typing import Any

from actions_runtime.errors import NotFound
from actions_runtime.execution import Executor, FlowResult, FlowStep
from actions_runtime.execution.run import Done, Execution, FlowPlan
from actions_runtime.management.directory import Directory
from actions_sandbox.contract import Diagnostic, Isolation, Trigger


class TenantWorkers:
    """The executor as the services and the rules use it: they name the tenant, and its isolation is looked up.

    Its methods hand on the executor's coroutines, so that an execution pays for one look into memory only.

    Args:
        executor: Runs flows and checks sources.
        directory: Knows the tenants.
        isolation: The server's setting, for tenants that have none of their own.
    """

    def __init__(self, executor: Executor, directory: Directory, isolation: Isolation) -> None:
        self._executor = executor
        self._directory = directory
        self._isolation = isolation

    def plan(self, trigger: Trigger, steps: Sequence[FlowStep]) -> FlowPlan:
        """Make a flow ready as :meth:`Executor.plan` does."""
        return self._executor.plan(trigger, steps)

    def begin(
        self, tenant: str, plan: FlowPlan, event: dict[str, Any], done: Done, *, deadline: float | None
    ) -> Execution:
        """Start an execution as :meth:`Executor.begin` does."""
        return self._executor.begin(tenant, plan, event, done, deadline=deadline, isolation=self._choose(tenant))

    def run_flow(
        self,
        tenant: str,
        trigger: Trigger,
        steps: Sequence[FlowStep],
        event: dict[str, Any],
        *,
        deadline: float | None,
    ) -> Coroutine[Any, Any, FlowResult]:
        """Run a flow as :meth:`Executor.run_flow` does."""
        return self._executor.run_flow(tenant, trigger, steps, event, deadline=deadline, isolation=self._choose(tenant))

    def check(
        self, tenant: str, action: str, trigger: Trigger, source: str
    ) -> Coroutine[Any, Any, tuple[Diagnostic, ...]]:
        """Judge a source as :meth:`Executor.check` does."""
        return self._executor.check(tenant, action, trigger, source)

    def _choose(self, tenant: str) -> Isolation:
        """Choose the tenant's own isolation, or the server's; the stricter one for a tenant not known here yet."""
        try:
            return self._directory.require_tenant(tenant).isolation or self._isolation
        except NotFound:
            return Isolation.EXECUTION
