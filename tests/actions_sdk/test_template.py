"""The example project that a new author starts from."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

import actions_sdk
from actions_sdk.events import PROFILES, read_profile
from actions_sdk.harness import Harness

TEMPLATE: Final = Path(actions_sdk.__file__).parent / "template"


@pytest.mark.parametrize("file", sorted((TEMPLATE / "actions").glob("*.py")), ids=lambda path: path.stem)
def test_its_actions_are_accepted(file: Path) -> None:
    with Harness("in-process") as harness:
        assert harness.check(file) == ()


def test_its_own_tests_pass(tmp_path: Path) -> None:
    project = shutil.copytree(TEMPLATE, tmp_path / "project", ignore=shutil.ignore_patterns("__pycache__"))
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly"]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stdout
    assert "6 passed" in done.stdout


def test_its_events_are_profiles() -> None:
    files = sorted((TEMPLATE / "events").glob("*.json"))
    assert files
    for file in files:
        assert file.stem in PROFILES
        assert json.loads(file.read_bytes()) == read_profile(file.stem)
