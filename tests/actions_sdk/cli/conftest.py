"""A new project, as `actions init` makes it, as the current folder."""

from pathlib import Path

import pytest

from actions_sdk.cli.init import make_project


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new project, which is the current folder."""
    folder = tmp_path / "project"
    make_project(folder)
    monkeypatch.chdir(folder)
    return folder
