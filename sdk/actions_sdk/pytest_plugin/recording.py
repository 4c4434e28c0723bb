"""What a run of pytest writes down, and what it tells at the end.

Runs in: developer's machine.
"""

import json
import os
from typing import TYPE_CHECKING, Any, Final

import pytest

from actions_sdk.pytest_plugin import seeds, snapshots
from actions_sdk.pytest_plugin.ledger import Closing, Ledger
from actions_sdk.pytest_plugin.options import Settings

if TYPE_CHECKING:
    from actions_sdk.harness import Result
    from actions_sdk.pytest_plugin.measurement import Covered, Measurement

_OUTPUT: Final = "actions_recording"
_SHOWN_RESULTS: Final = 3
_JUDGED: Final = (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)
"""How a run ends that got to the end of its tests."""


class Recording:
    """Keeps what the tests of one process use; where several processes run tests, the first one keeps all.

    Args:
        config: pytest's.
        settings: The plugin's.

    Raises:
        pytest.UsageError: Coverage is asked for and coverage.py is not installed.
    """

    def __init__(self, config: pytest.Config, settings: Settings) -> None:
        self.settings = settings
        self.results: list[Result] = []
        self.measurement = _make_measurement() if settings.coverage else None
        self._config = config
        self._ledger = Ledger()
        self._closing = Closing()
        self._covered: Covered | None = None
        self._trouble = ""

    def pytest_itemcollected(self, item: pytest.Item) -> None:
        """Note which tests there are."""
        self._ledger.add_test(item.path, snapshots.name_test(item))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Forget the results of the test before, and what this one used if it runs again."""
        self.results.clear()
        if seeds.KEY in item.stash:
            del item.stash[seeds.KEY]
        if snapshots.KEY in item.stash:
            del item.stash[snapshots.KEY]

    def note_report(self, item: pytest.Item, report: pytest.TestReport) -> None:
        """Add to a failure what the actions did; keep what a passed test compared."""
        if report.failed:
            report.sections += [("actions", text) for text in self._describe(item) if text]
        elif report.passed and report.when == "call":
            found = item.stash.get(snapshots.KEY, None)
            self._ledger.add_passed(item.path, snapshots.name_test(item), found)

    def _describe(self, item: pytest.Item) -> list[str]:
        return [*(result.render() for result in self.results[-_SHOWN_RESULTS:]), seeds.describe_seeds(item)]

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take over what a process of pytest-xdist wrote down."""
        output = getattr(node, "workeroutput", None) or {}  # a process that crashed leaves none
        if _OUTPUT in output:
            kept = json.loads(output[_OUTPUT])
            self._ledger.receive(kept["ledger"])
            if self.measurement is not None:
                self.measurement.receive(kept["arcs"])

    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Write the snapshots and sum up the coverage, or hand both over to the process that does."""
        output = getattr(self._config, "workeroutput", None)
        if output is not None:
            arcs = self.measurement.collect() if self.measurement is not None else {}
            output[_OUTPUT] = json.dumps({"ledger": self._ledger.collect(), "arcs": arcs})
            return
        if self._config.getoption("collectonly"):
            return
        if exitstatus in _JUDGED:
            self._close_snapshots()
        if self.measurement is not None:
            self._covered = self.measurement.report(self.settings.paths)
        if session.exitstatus == pytest.ExitCode.OK and (self._trouble or self._is_below()):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def _close_snapshots(self) -> None:
        settings = self.settings
        whole = not any("::" in one for one in self._config.args) and not self._config.getoption("lf", False)
        try:
            self._closing = self._ledger.close(
                update=settings.update_snapshots, write=settings.write_snapshots, whole=whole
            )
        except (OSError, ValueError) as error:
            self._trouble = f"the snapshots could not be written: {error}"

    def _is_below(self) -> bool:
        if self._covered is None or self.settings.fail_under is None:
            return False
        return (self._covered.percentage or 0.0) < self.settings.fail_under

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Tell about snapshots that were written or are unused, and the coverage."""
        lines = [*self._describe_snapshots(), *self._describe_coverage()]
        if lines:
            terminalreporter.section("actions", sep="=")
            for line in lines:
                terminalreporter.line(line)

    def _describe_snapshots(self) -> list[str]:
        closing = self._closing
        unused = "removed, no test used them" if closing.removed else "unused; --actions-update-snapshots removes them"
        told = ((closing.written, "written"), (closing.updated, "updated"), (closing.unused, unused))
        lines = [self._trouble] if self._trouble else []
        for names, what in told:
            if names:
                lines.append(f"{len(names)} snapshot{'s' if len(names) > 1 else ''} {what}:")
                lines += [f"  {name.removeprefix(f'{self._config.rootpath}{os.sep}')}" for name in names]
        return lines

    def _describe_coverage(self) -> list[str]:
        if self._covered is None:
            return []
        percentage, below = self._covered.percentage, self._is_below()
        lines = ["coverage: no action ran in actions_harness"] if percentage is None else []
        lines += self._covered.table.splitlines()
        if below:
            lines.append(
                f"FAILED: {percentage or 0:.4g}% of the actions is covered, below {self.settings.fail_under:g}%"
            )
        return lines


RECORDING: Final = pytest.StashKey[Recording]()


def _make_measurement() -> "Measurement":
    try:
        from actions_sdk.pytest_plugin.measurement import Measurement
    except ModuleNotFoundError as error:
        if error.name != "coverage":
            raise
        raise pytest.UsageError(
            "--actions-coverage needs coverage.py: pip install 'actions-runtime[testing]'"
        ) from None
    return Measurement()
