"""Starts what is measured, each in processes of its own, and stops it."""

import json
import os
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from types import MappingProxyType

import grpc

from actions_runtime.settings import PREFIX, Settings
from tests.bench import echo_server
from tests.bench.cpu import descendants, list_threads
from tests.bench.driving import Endpoint
from tests.bench.http2 import Call
from tests.bench.ports import find_port
from tests.bench.work import METHOD, Work
from tests.server_process import COMMAND, Server, Tenant, make_operator_key

START_S = 30
_NUMBERS = count()


class Skipped(Exception):
    """A target that cannot run here; the text says why and what to do."""


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """Make a folder for logs and databases, in memory where the system has such a place, and remove it."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as folder:
        yield Path(folder)


def clean_environment(**more: str) -> dict[str, str]:
    """Return this process's environment without settings of the server, and with more."""
    return {name: value for name, value in os.environ.items() if not name.upper().startswith("ACTIONS_")} | more


@contextmanager
def running(
    command: Sequence[str], scratch: Path, address: str, *, environment: Mapping[str, str] | None = None
) -> Iterator[int]:
    """Run a server until the end of the block.

    Args:
        command: What to run.
        scratch: Where its output goes.
        address: Where it will listen, host:port.
        environment: Its environment; this process's without the server's settings when omitted.

    Returns:
        Its process id, once something accepts connections at the address.

    Raises:
        RuntimeError: It ended, or nobody listens after half a minute.
    """
    log = scratch / f"log-{next(_NUMBERS)}"
    with log.open("w") as output:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=environment or clean_environment()
        )
    try:
        _wait_for(address, process, log)
        yield process.pid
    finally:
        _end(process)


def _wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    host, _, port = address.rpartition(":")
    end = time.monotonic() + START_S
    while time.monotonic() < end and process.poll() is None:
        try:
            socket.create_connection((host, int(port)), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise RuntimeError(f"{process.args!r} does not listen on {address}:\n{log.read_text()[-2_000:]}")


def _end(process: subprocess.Popen[bytes] | subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextmanager
def running_server(
    scratch: Path,
    settings: Mapping[str, str] = MappingProxyType({}),
    channel_of: Callable[[str], grpc.Channel] = grpc.insecure_channel,
    folder: Path | None = None,
) -> Iterator[Server]:
    """Run our server until the end of the block.

    Args:
        scratch: Where its database and log go.
        settings: What differs from the defaults.
        channel_of: Opens a channel to it.
        folder: Its data directory, to start again with what another server left there; a new one when omitted.

    Raises:
        Skipped: This server has no such setting.
        RuntimeError: It does not start.
    """
    for name in settings.keys() - Settings.model_fields.keys():
        raise Skipped(f"this server has no setting `{name}`")
    folder = folder or scratch / f"data-{next(_NUMBERS)}"
    folder.mkdir(exist_ok=True)
    key = make_operator_key(folder)
    log = scratch / f"log-{next(_NUMBERS)}"
    command = [*COMMAND, "serve", "--json", "--address", f"127.0.0.1:{find_port()}", "--data-dir", str(folder)]
    environment = clean_environment(**{f"{PREFIX}{name.upper()}": value for name, value in settings.items()})
    with log.open("w") as output:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=output, text=True, env=environment)
    try:
        line = process.stdout.readline() if process.stdout else ""
        if not line:
            raise RuntimeError(f"the server does not start with {settings}:\n{log.read_text()[-2_000:]}")
        greeting = json.loads(line)
        with channel_of(greeting["address"]) as channel:
            yield Server(process, greeting, key, log, channel)
    finally:
        _end(process)


def install(server: Server, name: str, work: Work, *, tls: ssl.SSLContext | None = None) -> Endpoint:
    """Give a server a tenant with a work's actions.

    Args:
        server: A running server.
        name: What the endpoint is called.
        work: The actions, the event and what must come back.
        tls: How connections to it are encrypted.
    """
    tenant = make_tenant(server, work)
    call = Call(METHOD, work.request, work.find_fault, tenant.metadata)
    return Endpoint(name, server.address, server.process.pid, call, work.slack_bytes, tls=tls)


def make_tenant(server: Server, work: Work) -> Tenant:
    """Create a tenant and deploy and bind a work's actions."""
    name = server.create_tenant()
    tenant = Tenant(server, name, server.create_key(name))
    tenant.install(dict(work.sources))
    return tenant


@contextmanager
def running_echo(scratch: Path, works: Sequence[Work], name: str = "echo") -> Iterator[list[Endpoint]]:
    """Run a bare echo until the end of the block.

    Args:
        scratch: Where its files go.
        works: What is sent and answered; the echo looks at nothing.
        name: What the endpoints are called.

    Returns:
        An endpoint for each work.
    """
    files = [scratch / f"reply-{next(_NUMBERS)}" for _ in works]
    for file, work in zip(files, works, strict=True):
        file.write_bytes(work.reply)
    address = f"127.0.0.1:{find_port()}"
    with running([sys.executable, echo_server.__file__, address, *map(str, files)], scratch, address) as pid:
        yield [
            Endpoint(name, address, pid, Call(echo_server.name_method(number), work.request, _expect(work.reply)))
            for number, work in enumerate(works)
        ]


def _expect(reply: bytes) -> Callable[[bytes], str]:
    return lambda got: "" if got == reply else f"not the expected {len(reply)} bytes: {got[:100]!r}"


def tune(pid: int, *, pinned: int = 0) -> None:
    """Let a server's processes be scheduled as batch work.

    Args:
        pid: Its first process; what is started later inherits the scheduling.
        pinned: How many processes get a core of their own: those that have no children. None when 0.

    Raises:
        RuntimeError: There are not so many of them.
    """
    cores = sorted(os.sched_getaffinity(0))
    last = _wait_for_last(pid, pinned) if pinned else []
    for one in descendants(pid):
        for thread in list_threads(one):
            os.sched_setscheduler(thread, os.SCHED_BATCH, os.sched_param(0))
    for number, one in enumerate(last):
        for thread in list_threads(one):
            os.sched_setaffinity(thread, {cores[number % len(cores)]})


def _wait_for_last(pid: int, count: int) -> list[int]:
    """Return the processes without children when there are so many; a server listens before it has all of them."""
    end = time.monotonic() + START_S
    while time.monotonic() < end:
        last = sorted(one for one in descendants(pid) if descendants(one) == {one})
        if len(last) == count and pid not in last:
            return last
        time.sleep(0.02)
    raise RuntimeError(f"there are {len(last)} processes to pin instead of {count}")


def find_program(name: str, package: str) -> str:
    """Return the path of a program.

    Raises:
        Skipped: It is not installed.
    """
    found = shutil.which(name)
    if not found:
        raise Skipped(f"{name} is not on this machine ({package})")
    return found
