from pathlib import Path

import pytest


@pytest.fixture
def url(tmp_path: Path) -> str:
    """A place for a database of this test's own; the file is not there yet."""
    return f"sqlite:///{tmp_path / 'actions.db'}"
