"""What the mode in this process is for: debuggers and coverage see the author's own lines."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from actions_sdk.harness import Harness

SOURCE = """\
LIMIT = 3


def clean(value):
    return [
        one
        for one in value
    ]


def on_execute_post_login(event, api):
    if event.stats:
        api.access.deny("never")
    total = 0
    for number in clean(range(LIMIT)):
        total += number
    api.user.set_app_metadata("total", total)
"""
EVENT = {"user": {"user_id": "u"}}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """An action of the author's."""
    path = tmp_path / "counting.py"
    path.write_text(SOURCE)
    return path


def _trace(harness: Harness, file: Path, note: Callable[[FrameType], None]) -> Any:
    def follow(frame: FrameType, event: str, _argument: object) -> Any:
        if frame.f_code.co_filename != str(file):
            return None
        if event == "line":
            note(frame)
        return follow

    before = sys.gettrace()
    sys.settrace(follow)
    try:
        return harness.run(file, EVENT)
    finally:
        sys.settrace(before)


def test_a_debugger_stops_at_the_authors_lines_and_sees_the_names(in_process: Harness, file: Path) -> None:
    lines: set[int] = set()
    totals: list[int] = []

    def note(frame: FrameType) -> None:
        lines.add(frame.f_lineno)
        if frame.f_lineno == 16:
            totals.append(frame.f_locals["total"])

    result = _trace(in_process, file, note)
    assert result.user["app_metadata"] == {"total": 3}
    assert {1, 12, 14, 15, 16, 17} <= lines
    assert 13 not in lines
    assert totals == [0, 0, 1]


def test_an_interrupt_inside_an_action_ends_the_run(in_process: Harness, file: Path) -> None:
    """Ctrl-C is the developer's, not the script's to lose."""

    def interrupt(frame: FrameType) -> None:
        if frame.f_lineno == 16:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        _trace(in_process, file, interrupt)
    assert in_process.run(file, EVENT).user["app_metadata"] == {"total": 3}


def test_coverage_counts_the_authors_lines(file: Path) -> None:
    pytest.importorskip("coverage")
    code = (
        "import coverage, json, sys\n"
        "from actions_sdk.harness import run\n"
        f"measured = coverage.Coverage(include=[{str(file)!r}], data_file=None)\n"
        "measured.start()\n"
        f"run(__import__('pathlib').Path({str(file)!r}), {EVENT!r}, mode='in-process')\n"
        "measured.stop()\n"
        f"_, statements, missing, _ = measured.analysis({str(file)!r})\n"
        "print(json.dumps([statements, missing]))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout == "[[1, 4, 5, 11, 12, 13, 14, 15, 16, 17], [13]]\n", done.stderr
