import os
import subprocess
import sys

import pytest

from actions_sdk.demo.scenes import BEYOND_DOUBLES
from actions_sdk.demo.server_process import ServerFailedError, ServerProcess


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_the_demo_comes_out_as_due_and_is_readable_without_colour() -> None:
    """One command shows the whole path, and the sum that a double could not hold."""
    done = subprocess.run(
        [sys.executable, "-m", "actions_sdk.demo"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "\x1b" not in done.stdout
    assert f'"qty": {BEYOND_DOUBLES}' in done.stdout
    assert done.stdout.rstrip().endswith("Every account looks as it should, to the last digit.")
    assert done.stderr == ""


def test_the_demo_says_what_differs_and_fails() -> None:
    """A double in the place of a whole number is a difference; the exit code is for programs."""
    code = (
        "import copy, dataclasses, sys\n"
        "from actions_sdk.demo import __main__ as demo, scenes\n"
        "first, *_ = scenes.SCENES\n"
        "def expect(guests):\n"
        "    due = first.expected(guests)\n"
        "    cart = due['app_metadata']['cart'] = copy.deepcopy(due['app_metadata']['cart'])\n"
        "    cart['items'][1]['qty'] = 2.0**53\n"
        "    return due\n"
        "scenes.SCENES = (dataclasses.replace(first, expected=expect),)\n"
        "sys.exit(demo.main())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 1, done.stdout + done.stderr
    (difference,) = (line for line in done.stdout.splitlines() if line.startswith("DIFFERS"))
    assert "app_metadata" in difference


def test_a_server_of_ones_own_is_stopped_and_its_data_removed() -> None:
    """Also when what used it fails."""
    server = ServerProcess()

    def fail() -> None:
        with server:
            alive.append(_is_alive(server.pid) and server.directory.exists())
            pids.append(server.pid)
            raise KeyError

    alive: list[bool] = []
    pids: list[int] = []
    directory = server.directory
    with pytest.raises(KeyError):
        fail()
    (pid,) = pids
    assert alive == [True]
    assert not _is_alive(pid)
    assert not directory.exists()


def test_a_server_that_does_not_start_is_told_with_what_it_said() -> None:
    """The reason is the server's own sentence."""
    with (
        pytest.raises(ServerFailedError, match=r"(?i)database"),
        ServerProcess({"ACTIONS_RUNTIME_DATABASE_URL": "nonsense"}),
    ):
        pass
