"""A project of an author's, whose tests pytest runs in this process."""

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import Final

import pytest

# Loaded here, so that the runs inside find them loaded: pytester forgets what a run was the first to load.
import actions_sdk.events
import actions_sdk.harness
import actions_sdk.harness.in_process
import actions_sdk.pytest_plugin.explanation
import actions_sdk.pytest_plugin.measurement
import actions_sdk.pytest_plugin.running  # noqa: F401

CART: Final = """\
LIMIT = 3


def on_execute_post_login(event, api):
    session = event.anonymous_session
    if not session:
        return
    if session.metadata.get("empty"):
        api.access.deny("empty")
    for item in session.metadata["items"]:
        api.user.set_app_metadata(item, {"qty": 1})
    console.info("saw", event.user.user_id)
"""
EVENT: Final = '{"user": {"user_id": "u"}, "anonymous_session": {"user_id": "g", "metadata": {"items": ["a"]}}}'

Run = Callable[..., pytest.RunResult]


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with one action, on a developer's own machine."""
    monkeypatch.delenv("CI", raising=False)
    # The other plugins of this environment take seconds to load.
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    # A module that changes within a second must not be taken from the cache of the run before.
    monkeypatch.setattr("sys.dont_write_bytecode", True)
    (pytester.path / "actions").mkdir()
    (pytester.path / "actions" / "cart.py").write_text(CART)
    (pytester.path / "tests").mkdir()
    return pytester.path


@pytest.fixture
def run(pytester: pytest.Pytester, project: Path) -> Run:
    """Runs a test module's text, in this process and without workers unless told otherwise."""

    def run_tests(source: str = "", *arguments: str, mode: str = "in-process") -> pytest.RunResult:
        if source:
            (project / "tests" / "test_cart.py").write_text(f"EVENT = {EVENT}\n\n{dedent(source)}")
        modes = [f"--actions-mode={mode}"] if mode else []
        return pytester.runpytest_inprocess(
            "-p", "actions_sdk.pytest_plugin", "-p", "no:cacheprovider", *modes, *arguments
        )

    return run_tests
