"""The plugin's options and settings.

Runs in: developer's machine.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

MODES: Final = ("worker", "in-process")
SEEDS: Final = 2**32
"""Seeds are below this, as those of the builders."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What holds for a run of pytest.

    Attributes:
        mode: Where flows run: ``worker`` or ``in-process``.
        seed: What every test's events are made of; None to derive it from the test's name.
        random_seeds: Whether every test draws a new seed.
        paths: Folders of actions, absolute.
        update_snapshots: Whether to take what the tests get as their snapshots.
        write_snapshots: Whether to write a snapshot that does not exist yet.
        coverage: Whether to measure the coverage of actions.
        fail_under: The percentage below which the run fails; None for no threshold.
    """

    mode: str
    seed: int | None
    random_seeds: bool
    paths: tuple[Path, ...]
    update_snapshots: bool
    write_snapshots: bool
    coverage: bool
    fail_under: float | None


def add_options(parser: pytest.Parser) -> None:
    """Add the plugin's options and settings to pytest's."""
    group = parser.getgroup("actions", "actions of auth flows")
    group.addoption(
        "--actions-mode",
        choices=MODES,
        help="where flows run: worker (the default), a sealed process as in production; in-process, for breakpoints",
    )
    group.addoption(
        "--actions-seed",
        metavar="SEED",
        help="what events are made of: a number, as a failure names it, or random; by default the test's name",
    )
    group.addoption(
        "--actions-update-snapshots",
        action="store_true",
        help="take the commands that the tests get as their snapshots, and drop snapshots that nobody uses",
    )
    group.addoption(
        "--actions-coverage",
        action="store_true",
        help="measure lines and branches of the actions that run in actions_harness; runs them in-process",
    )
    group.addoption(
        "--actions-coverage-fail-under",
        metavar="PERCENT",
        help="fail when the coverage of the actions is below this percentage",
    )
    parser.addini("actions_mode", "where flows run: worker or in-process", default=MODES[0])
    parser.addini("actions_paths", "folders of actions", type="paths", default=["actions"])
    parser.addini("actions_coverage", "measure the coverage of actions", type="bool", default=False)
    parser.addini("actions_coverage_fail_under", "fail below this percentage", default="")


def read_settings(config: pytest.Config) -> Settings:
    """Return the settings; an option goes before the project's file.

    Raises:
        pytest.UsageError: A value is not valid, or two contradict each other.
    """
    coverage = config.getoption("actions_coverage") or config.getini("actions_coverage")
    threshold = config.getoption("actions_coverage_fail_under")
    if threshold is not None and not coverage:
        raise pytest.UsageError("--actions-coverage-fail-under needs --actions-coverage: nothing is measured")
    seed = config.getoption("actions_seed")
    update = config.getoption("actions_update_snapshots")
    if update and seed is not None:
        raise pytest.UsageError("snapshots are taken of the tests' own events: leave out --actions-seed")
    return Settings(
        mode=_read_mode(config, coverage=coverage),
        seed=None if seed in (None, "random") else _read_seed(seed),
        random_seeds=seed == "random",
        paths=tuple(config.rootpath / one for one in config.getini("actions_paths")),
        update_snapshots=update,
        write_snapshots=update or (seed is None and not _is_ci()),
        coverage=coverage,
        fail_under=_read_percentage(threshold or config.getini("actions_coverage_fail_under")),
    )


def _read_mode(config: pytest.Config, *, coverage: bool) -> str:
    asked = config.getoption("actions_mode")
    mode: Any = asked or config.getini("actions_mode")
    if mode not in MODES:
        raise pytest.UsageError(f"actions_mode is worker or in-process, not {mode!r}")
    if not coverage:
        return str(mode)
    if asked == "worker":
        raise pytest.UsageError("coverage cannot look into a worker: leave out --actions-mode=worker")
    return "in-process"


def _read_seed(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or int(text) >= SEEDS:
        raise pytest.UsageError(f"--actions-seed is a number from 0 to {SEEDS - 1}, or random, not {text!r}")
    return int(text)


def _read_percentage(text: str) -> float | None:
    if not text:
        return None
    try:
        percentage = float(text)
    except ValueError:
        percentage = -1.0
    if not 0 <= percentage <= 100:
        raise pytest.UsageError(f"the coverage to reach is a percentage from 0 to 100, not {text!r}")
    return percentage


def _is_ci() -> bool:
    """Whether this is a CI's machine: there nobody would see a new snapshot, so none is written."""
    return os.environ.get("CI", "").lower() not in ("", "0", "false", "no")
