"""Runs flows in sealed workers under the server's own executor, whose loop has a thread of its own.

Runs in: developer's machine.
"""

import asyncio
import contextlib
import logging
import threading
from collections.abc import Coroutine, Mapping, Sequence
from typing import Any, Final, TypeVar

import structlog

from actions_runtime.execution import ExecutionSettings, Executor, FlowResult, FlowStep, PoolSettings
from actions_sandbox.contract import Diagnostic, Limits, Trigger
from actions_sdk.harness.sources import Action

_Value = TypeVar("_Value")
_TENANT: Final = "local"
_POOL: Final = PoolSettings(workers_per_tenant=2, max_workers=4, standby_workers=1)


class SealedEngine:
    """One zygote and its warm workers.

    A layer of the sandbox that this machine does not have is no reason to refuse: the code is the developer's own.

    Args:
        limits: What each flow may use.

    Raises:
        actions_runtime.errors.Unavailable: No worker came up.
    """

    def __init__(self, limits: Limits) -> None:
        _quiet_logging()
        self._executor = Executor(ExecutionSettings(limits, insecure_sandbox=True, pool=_POOL))
        self._executor.start_zygote()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="actions-harness", daemon=True)
        self._thread.start()
        try:
            self._await(self._executor.start())
        except BaseException:
            self.close()
            raise

    @property
    def unenforced(self) -> Mapping[str, str]:
        """The layers of the sandbox that this machine does not have, with the reason."""
        return dict(self._executor.missing_layers)

    def run_flow(self, trigger: Trigger, flow: Sequence[Action], steps: list[FlowStep], event: Any) -> FlowResult:  # noqa: ARG002 - the engine in this process needs the files
        """Run a flow in a worker.

        Raises:
            actions_runtime.errors.ActionsError: The workers are gone, or more than 256 flows wait for them.
        """
        return self._await(self._executor.run_flow(_TENANT, trigger, steps, event))

    def check(self, action: Action, trigger: Trigger) -> tuple[Diagnostic, ...]:
        """Compile a source in a worker and return every reason for its refusal."""
        return self._await(self._executor.check(_TENANT, action.name, trigger, action.source))

    def close(self) -> None:
        """End the workers, the zygote and the loop."""
        with contextlib.suppress(Exception):
            self._await(self._executor.stop(0))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _await(self, call: Coroutine[Any, Any, _Value]) -> _Value:
        return asyncio.run_coroutine_threadsafe(call, self._loop).result()


def _quiet_logging() -> None:
    """Send the executor's lines to :mod:`logging`, which shows them to those who ask: the result tells it all."""
    if structlog.is_configured():
        return
    structlog.configure(
        processors=[structlog.processors.KeyValueRenderer(key_order=["event"])],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    logging.getLogger("actions").addHandler(logging.NullHandler())
