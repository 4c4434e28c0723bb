"""The pytest plugin for authors of actions; a thin layer over :mod:`actions_sdk.harness`.

Runs in: developer's machine.

::

    def test_carts_are_merged(action, actions_harness, post_login_event, actions_snapshot):
        result = actions_harness.run(action("actions/merge_cart.py"), post_login_event())
        assert result.commands == actions_snapshot

pytest finds it by itself; ``-p no:actions`` leaves it out. It costs a test that uses none of its fixtures nothing:
the harness, the events and coverage.py are loaded when they are asked for.

==================================== =================================================================================
``--actions-mode``                   ``worker`` (the default): a sealed process, as in production; ``in-process``
``--actions-seed``                   what events are made of: a number to replay a test, or ``random``
``--actions-update-snapshots``       take what the tests got as their snapshots, and drop those that nobody uses
``--actions-coverage``               lines and branches of actions that ran in ``actions_harness``; ``in-process``
``--actions-coverage-fail-under``    the percentage below which the run fails
==================================== =================================================================================

The settings ``actions_mode``, ``actions_coverage`` and ``actions_coverage_fail_under`` of the project's file say the
same for every run; ``actions_paths`` names the folders of actions, ``actions`` when it is left out. For annotations
there are :class:`LoadAction`, :class:`BuildEvent`, :class:`BuildProfile` and :class:`Snapshot`.
"""

from collections.abc import Generator

import pytest

from actions_sdk.pytest_plugin.fixtures import (
    BuildEvent,
    BuildProfile,
    LoadAction,
    action,
    actions_harness,
    actions_profile,
    actions_snapshot,
    post_login_event,
    pre_user_registration_event,
)
from actions_sdk.pytest_plugin.options import add_options, read_settings
from actions_sdk.pytest_plugin.recording import RECORDING, Recording
from actions_sdk.pytest_plugin.snapshots import Snapshot

__all__ = [
    "BuildEvent",
    "BuildProfile",
    "LoadAction",
    "Snapshot",
    "action",
    "actions_harness",
    "actions_profile",
    "actions_snapshot",
    "post_login_event",
    "pre_user_registration_event",
    "pytest_addoption",
    "pytest_assertrepr_compare",
    "pytest_configure",
    "pytest_runtest_makereport",
]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the plugin's options and settings."""
    add_options(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Read the settings, and begin to write down what the tests use.

    Raises:
        pytest.UsageError: A setting is not valid.
    """
    recording = Recording(config, read_settings(config))
    config.stash[RECORDING] = recording
    config.pluginmanager.register(recording, "actions-recording")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Tell a failure's seed and results; keep what a passed test compared with its snapshots."""
    report = yield
    item.config.stash[RECORDING].note_report(item, report)
    return report


def pytest_assertrepr_compare(config: pytest.Config, op: str, left: object, right: object) -> list[str] | None:
    """Explain how two lists of commands differ: by command, and by path of the JSON."""
    if op != "==":
        return None
    from actions_sdk.pytest_plugin.explanation import explain

    return explain(left, right, verbose=config.get_verbosity(pytest.Config.VERBOSITY_ASSERTIONS) > 1)
