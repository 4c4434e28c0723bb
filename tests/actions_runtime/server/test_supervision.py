import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.actions_runtime.server.process_tree import children, started, wait_until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are looked at through /proc")

PROCESSES = 3
PLAIN = {name: value for name, value in os.environ.items() if not name.startswith("ACTIONS_")}

_PROGRAM = """
import os, signal, sys
from pathlib import Path
from actions_runtime.log import configure_logging
from actions_runtime.server.failures import StartFailed
from actions_runtime.server.processes import Processes
from actions_runtime.settings import load_settings

folder, fork, main = Path(sys.argv[1]), os.fork, os.getpid()

def serve(settings, notices, greet, lifeline):
    if (folder / "fault").exists():
        raise ValueError("planted")
    if (folder / "refuse").exists():
        (folder / "refused").touch()
        raise SystemExit(1)
    greet({"address": settings.address})
    os.read(lifeline, 1)

def fork_under_fire():
    pid = fork()
    if (folder / ("parent" if pid else "child")).exists():
        os.kill(os.getpid(), signal.SIGTERM)
    return pid

os.fork = fork_under_fire
configure_logging()
settings = load_settings(processes=3, address="127.0.0.1:0", data_dir=folder)
try:
    code = Processes(settings, serve).run(lambda facts: print("up", flush=True))
except StartFailed as error:
    print(error, file=sys.stderr)
    code = 1
if os.getpid() != main:
    print("a server has come back as its parent", file=sys.stderr)
raise SystemExit(code)
"""


@pytest.fixture
def run_program(tmp_path: Path) -> Iterator[Callable[[], subprocess.Popen[str]]]:
    """Starts processes that serve nothing, whose behaviour is told by files in the test's folder."""
    running: list[subprocess.Popen[str]] = []

    def run() -> subprocess.Popen[str]:
        command = [sys.executable, "-c", _PROGRAM, str(tmp_path)]
        running.append(subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=PLAIN))
        return running[-1]

    yield run
    for process in running:
        process.kill()
        process.communicate()


def test_a_signal_between_a_fork_and_the_note_of_it_reaches_the_new_process(
    tmp_path: Path, run_program: Callable[[], subprocess.Popen[str]]
) -> None:
    (tmp_path / "parent").touch()
    process = run_program()
    out, log = process.communicate(timeout=60)
    assert (process.returncode, out, log) == (0, "", "")


def test_a_signal_that_a_new_process_gets_at_once_ends_it_alone(
    tmp_path: Path, run_program: Callable[[], subprocess.Popen[str]]
) -> None:
    """Not its siblings, whom its parent's handler would reach."""
    process = run_program()
    assert process.stdout is not None
    process.stdout.readline()
    servers = children(process.pid)
    (tmp_path / "child").touch()
    os.kill(servers[0], signal.SIGKILL)
    assert process.stderr is not None
    assert "process_ended" in process.stderr.readline()
    assert "process_not_replaced" in process.stderr.readline()
    (tmp_path / "child").unlink()
    wait_until(lambda: len(children(process.pid)) == PROCESSES, "the successor")
    assert set(servers[1:]) < set(children(process.pid))
    process.terminate()
    process.communicate(timeout=60)
    assert process.returncode == 0


def test_when_a_successor_does_not_start_the_others_go_on_and_it_is_tried_again(
    tmp_path: Path, run_program: Callable[[], subprocess.Popen[str]]
) -> None:
    process = run_program()
    assert process.stdout is not None
    process.stdout.readline()
    servers = children(process.pid)
    (tmp_path / "refuse").touch()
    os.kill(servers[0], signal.SIGKILL)
    wait_until((tmp_path / "refused").exists, "the try")
    os.kill(servers[1], signal.SIGKILL)  # another one dies while the first one cannot be replaced
    assert started(servers[2])
    (tmp_path / "refuse").unlink()
    wait_until(
        lambda: len(children(process.pid)) == PROCESSES and not set(servers[:2]) & set(children(process.pid)), "both"
    )
    assert servers[2] in children(process.pid)
    process.terminate()
    _, log = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "process_not_replaced" in log


def test_sigterm_while_a_successor_is_tried_again_ends_all(
    tmp_path: Path, run_program: Callable[[], subprocess.Popen[str]]
) -> None:
    process = run_program()
    assert process.stdout is not None
    process.stdout.readline()
    (tmp_path / "refuse").touch()
    os.kill(children(process.pid)[0], signal.SIGKILL)
    wait_until((tmp_path / "refused").exists, "the try")
    process.terminate()
    process.communicate(timeout=60)
    assert process.returncode == 0


def test_a_fault_in_a_starting_server_is_told_without_its_values(
    tmp_path: Path, run_program: Callable[[], subprocess.Popen[str]]
) -> None:
    (tmp_path / "fault").touch()
    process = run_program()
    out, log = process.communicate(timeout=60)
    assert (process.returncode, out) == (1, "")
    assert "process_failed" in log
    assert "builtins.ValueError" in log
    assert "planted" not in log
    assert log.splitlines()[-1].endswith("did not start; the lines above say why")
