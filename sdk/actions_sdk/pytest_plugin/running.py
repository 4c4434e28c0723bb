"""The harness of the tests: it tells what came of each flow, and which files to measure.

Runs in: developer's machine.
"""

from typing import TYPE_CHECKING

from actions_runtime.events import LoginFlow
from actions_sdk.harness import Harness, Result, Trigger
from actions_sdk.harness.harness import Event, Flow, read_flow

if TYPE_CHECKING:
    from actions_sdk.pytest_plugin.measurement import Measurement


class NotedHarness(Harness):
    """A harness whose results are kept for the failure of the test that is running.

    Args:
        mode: ``worker`` or ``in-process``.
        results: Where every result is added.
        measurement: What measures coverage; None when nothing does.
    """

    def __init__(self, mode: str, results: list[Result], measurement: "Measurement | None") -> None:
        super().__init__(mode)
        self._results = results
        self._measurement = measurement

    def run(
        self,
        flow: Flow,
        event: Event,
        *,
        trigger: Trigger | str | None = None,
        login_flow: LoginFlow | str | None = None,
    ) -> Result:
        """Run a flow as :meth:`actions_sdk.harness.Harness.run` does."""
        actions = read_flow(flow)
        if self._measurement is None:
            result = super().run(actions, event, trigger=trigger, login_flow=login_flow)
        else:
            with self._measurement.watch(action.file for action in actions if action.file):
                result = super().run(actions, event, trigger=trigger, login_flow=login_flow)
        self._results.append(result)
        return result
