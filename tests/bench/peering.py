"""How each peer is started: the same work on the same event in another sandbox, or in none."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.cart import MERGE_CART
from tests.bench.driving import Endpoint
from tests.bench.http2 import Call
from tests.bench.peers.install import NODE_FOLDER, PROTO, PYTHON, ROOT, is_node_ready, is_python_ready
from tests.bench.ports import find_port
from tests.bench.servers import Skipped, clean_environment, find_program, running, tune
from tests.bench.work import METHOD

PEERS = Path(__file__).parent / "peers"
_PATH = f"{ROOT}:{PROTO}"
_INSTALL = "`make bench-peers` installs it"


@contextmanager
def node(scratch: Path, name: str, *, context: str, processes: int = 1, tuned: bool = False) -> Iterator[Endpoint]:
    """Run grpc-js with isolated-vm.

    Args:
        scratch: Where its output goes.
        name: What it is called.
        context: ``fresh`` makes a new context for each call, ``kept`` keeps one.
        processes: How many serve the port.
        tuned: Whether it is scheduled as ours is at its best: as batch work, and pinned where there are several.
    """
    program = find_program("node", "Debian package nodejs")
    if not is_node_ready():
        raise Skipped(f"isolated-vm is not installed: {_INSTALL}")
    address = f"127.0.0.1:{find_port()}"
    command = [program, str(NODE_FOLDER / "server.cjs"), address, context, str(processes), str(PROTO)]
    with running(command, scratch, address) as pid:
        if tuned:
            tune(pid, pinned=processes if processes > 1 else 0)
        yield _make_endpoint(name, address, pid)


@contextmanager
def monty(scratch: Path, name: str, *, session: str, tuned: bool = False) -> Iterator[Endpoint]:
    """Run pydantic-monty behind grpc.aio on uvloop.

    Args:
        scratch: Where its output goes.
        name: What it is called.
        session: ``fresh`` takes a new session for each call, ``kept`` keeps two.
        tuned: Whether it is scheduled as ours is at its best.
    """
    _require_python("pydantic-monty")
    address = f"127.0.0.1:{find_port()}"
    environment = clean_environment(PYTHONPATH=_PATH)
    command = [str(PYTHON), str(PEERS / "monty_server.py"), address, session]
    with running(command, scratch, address, environment=environment) as pid:
        if tuned:
            tune(pid)
        yield _make_endpoint(name, address, pid)


@contextmanager
def functions_framework(scratch: Path, name: str, *, workers: int = 1, tuned: bool = False) -> Iterator[Endpoint]:
    """Run functions-framework over HTTP/1.1; nothing protects it from the script.

    Args:
        scratch: Where its output goes.
        name: What it is called.
        workers: How many processes serve the port.
        tuned: Whether it is scheduled as ours is at its best: as batch work, and pinned where there are several.
    """
    _require_python("functions-framework")
    address = f"127.0.0.1:{find_port()}"
    host, _, port = address.rpartition(":")
    command = [str(PYTHON.with_name("functions-framework")), "--host", host, "--port", port, "--target", "serve"]
    environment = clean_environment(WORKERS=str(workers), PYTHONPATH=_PATH)
    with running([*command, "--source", str(PEERS / "function.py")], scratch, address, environment=environment) as pid:
        if tuned:
            tune(pid, pinned=workers if workers > 1 else 0)
        call = Call("/", MERGE_CART.event, MERGE_CART.find_fault_in_json)
        yield Endpoint(name, address, pid, call, http1=True)


@contextmanager
def fresh_process(scratch: Path, name: str, *, policy: str) -> Iterator[Endpoint]:
    """Run a process for each call behind grpc.aio.

    Args:
        scratch: Where its output goes.
        name: What it is called.
        policy: ``restricted`` compiles with RestrictedPython, ``plain`` without.
    """
    address = f"127.0.0.1:{find_port()}"
    command = [sys.executable, str(PEERS / "process_server.py"), address, policy]
    environment = clean_environment(PYTHONPATH=_PATH)
    with running(command, scratch, address, environment=environment) as pid:
        yield _make_endpoint(name, address, pid)


def _require_python(package: str) -> None:
    if not is_python_ready():
        raise Skipped(f"{package} is not installed: {_INSTALL}")


def _make_endpoint(name: str, address: str, pid: int) -> Endpoint:
    return Endpoint(name, address, pid, Call(METHOD, MERGE_CART.request, MERGE_CART.find_fault))
