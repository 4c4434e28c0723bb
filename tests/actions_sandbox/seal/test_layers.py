"""The effect of every layer, as it is seen from outside a real worker."""

import contextlib
import json
import os
import re
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from actions_runtime.errors import FailedPrecondition, Unavailable
from actions_runtime.execution import ExecutionSettings, Executor
from actions_runtime.execution.spawner import BOOT, Spawner
from actions_sandbox.contract import FLOOR, Limits
from actions_sandbox.seal.inherited import UNPRIVILEGED_ID, ZYGOTE_LAYERS
from actions_sandbox.seal.layers import WORKER_LAYERS
from tests.actions_sandbox.seal.holder import REPOSITORY, start_holder

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root to become somebody else")

PATIENCE_S: Final = 20.0
ALL_LAYERS: Final = (*ZYGOTE_LAYERS, *WORKER_LAYERS)


@dataclass(frozen=True, slots=True)
class Sandbox:
    """A server in a process of its own, its zygote, and a worker that is busy."""

    server: subprocess.Popen[str]
    told: dict[str, Any]

    @property
    def zygote(self) -> int:
        return int(self.told["zygote"])

    @property
    def worker(self) -> int:
        return int(self.told["worker"])


@contextlib.contextmanager
def hold(*, unprivileged: bool = False) -> Iterator[Sandbox]:
    try:
        process, told = start_holder(unprivileged=unprivileged)
    except PermissionError:
        pytest.skip("this interpreter lies where another user cannot execute it")
    try:
        assert told, "the server did not start"
        yield Sandbox(process, told)
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with hold() as held:
        yield held


@pytest.fixture(scope="module")
def user_sandbox() -> Iterator[Sandbox]:
    with hold(unprivileged=True) as held:
        yield held


def read_status(pid: int) -> dict[str, str]:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def read_limits(pid: int) -> dict[str, list[str]]:
    rows = Path(f"/proc/{pid}/limits").read_text().splitlines()[1:]
    return {row[:26].strip(): row[26:].split()[:2] for row in rows}


def namespaces(pid: int | str) -> dict[str, str]:
    return {kind: str(Path(f"/proc/{pid}/ns/{kind}").readlink()) for kind in ("net", "ipc", "uts", "mnt", "cgroup")}


def wait_for_end(*pids: int, after: Any) -> None:
    """Do something and wait until the processes have ended; fail when one lives on."""
    handles = [os.pidfd_open(pid) for pid in pids]
    try:
        after()
        for handle in handles:
            assert select.select([handle], [], [], PATIENCE_S)[0], "a process outlived what it depends on"
    finally:
        for handle in handles:
            os.close(handle)


def test_no_new_privileges(sandbox: Sandbox) -> None:
    """Neither the zygote nor a worker can gain privileges by executing a file."""
    assert {read_status(pid)["NoNewPrivs"] for pid in (sandbox.zygote, sandbox.worker)} == {"1"}


@as_root
def test_unprivileged_user(sandbox: Sandbox) -> None:
    """A server that is root keeps nothing of it in its zygote and workers: user, groups, and the saved ones too."""
    for pid in (sandbox.zygote, sandbox.worker):
        status = read_status(pid)
        assert set(status["Uid"].split()) == set(status["Gid"].split()) == {str(UNPRIVILEGED_ID)}
        assert status["Groups"] == ""


def test_no_capabilities(sandbox: Sandbox) -> None:
    """Zygote and workers have no capability, and none to give on."""
    for pid in (sandbox.zygote, sandbox.worker):
        status = read_status(pid)
        assert {int(status[kind], 16) for kind in ("CapInh", "CapPrm", "CapEff", "CapAmb")} == {0}


def test_namespaces(sandbox: Sandbox) -> None:
    """Network, System V objects, host name, mounts and control groups are none of the server's."""
    if "namespaces" in sandbox.told["missing"]:
        pytest.skip(sandbox.told["missing"]["namespaces"])
    ours, theirs = namespaces("self"), namespaces(sandbox.worker)
    assert [kind for kind in ours if ours[kind] == theirs[kind]] == []
    interfaces = Path(f"/proc/{sandbox.worker}/net/dev").read_text().splitlines()[2:]
    assert [line.split(":")[0].strip() for line in interfaces] in ([], ["lo"])


def test_not_dumpable(sandbox: Sandbox) -> None:
    """Another process of the same user cannot trace a worker: what is in its memory belongs to root."""
    for pid in (sandbox.zygote, sandbox.worker):
        assert Path(f"/proc/{pid}/mem").stat().st_uid == 0


def test_own_process_and_session(sandbox: Sandbox) -> None:
    """A worker is a process of its own, in a session of its own, with one thread."""
    assert os.getsid(sandbox.worker) == sandbox.worker
    assert sandbox.worker not in (sandbox.zygote, sandbox.server.pid)
    assert read_status(sandbox.worker)["Threads"] == "1"


def test_closed_descriptors(sandbox: Sandbox) -> None:
    """A worker holds its channel and no other descriptor."""
    assert [entry.name for entry in Path(f"/proc/{sandbox.worker}/fd").iterdir()] == ["3"]
    assert str(Path(f"/proc/{sandbox.worker}/fd/3").readlink()).startswith("socket:")


def test_empty_environment(sandbox: Sandbox) -> None:
    """Nothing of the server's environment, where secrets are kept, comes down to a worker."""
    assert Path(f"/proc/{sandbox.worker}/environ").read_bytes() == b""


def test_rlimits(sandbox: Sandbox) -> None:
    """No process, file, core, lock or descriptor more, and an address space that ends where it was set to."""
    limits = read_limits(sandbox.worker)
    none = ("Max processes", "Max file size", "Max core file size", "Max open files", "Max locked memory")
    assert {name: limits[name] for name in none} == {name: ["0", "0"] for name in none}
    (soft, hard) = limits["Max address space"]
    assert soft == hard
    assert Limits().memory_bytes < int(soft) < Limits().memory_bytes + 128 * 1024 * 1024


def test_seccomp(sandbox: Sandbox) -> None:
    """A worker has exactly one filter of system calls."""
    status = read_status(sandbox.worker)
    assert (status["Seccomp"], status.get("Seccomp_filters", "1")) == ("2", "1")


def test_no_page_is_written_and_executed(sandbox: Sandbox) -> None:
    """No page of a worker can be written and executed, not even one that ctypes made before the seal."""
    pages = Path(f"/proc/{sandbox.worker}/maps").read_text().splitlines()
    assert [page for page in pages if re.match(r"\S+ \S*wx", page)] == []


def test_every_layer_is_stated(sandbox: Sandbox) -> None:
    """The server states each layer of the tables as one that holds, or as missing with a reason."""
    told = sandbox.told
    assert sorted([*told["layers"], *told["missing"]]) == sorted(ALL_LAYERS)
    assert all(told["missing"].values())
    assert set(FLOOR) <= set(told["layers"]) | {"landlock"}


@as_root
def test_without_root_the_rest_holds(user_sandbox: Sandbox) -> None:
    """A server without privileges has every layer but the user, which has nothing to give up."""
    assert user_sandbox.told["uid"] == UNPRIVILEGED_ID
    assert set(user_sandbox.told["missing"]) <= {"unprivileged-user", "namespaces"}
    status = read_status(user_sandbox.worker)
    assert (status["NoNewPrivs"], status["Seccomp"]) == ("1", "2")


@as_root
def test_a_namespace_of_one_s_own_gives_no_capability(user_sandbox: Sandbox) -> None:
    """The user namespace that an unprivileged zygote enters would give it every capability inside; it keeps none."""
    for pid in (user_sandbox.zygote, user_sandbox.worker):
        assert int(read_status(pid)["CapEff"], 16) == int(read_status(pid)["CapPrm"], 16) == 0


@pytest.mark.parametrize("victim", ["server", "zygote"])
def test_nothing_outlives_what_it_depends_on(victim: str) -> None:
    """When the server or the zygote is killed, a busy worker ends with it."""
    with hold() as held:
        pid = held.server.pid if victim == "server" else held.zygote
        wait_for_end(held.zygote, held.worker, after=lambda: os.kill(pid, signal.SIGKILL))


_WITHOUT_FILTER: Final = """
import errno, json, os, signal, socket, sys
from actions_sandbox.seal import seal_zygote

def attempt(call, *arguments):
    try:
        call(*arguments)
    except OSError as error:
        return errno.errorcode[error.errno]
    return "done"

port, server = int(sys.argv[1]), os.getppid()
abstract = socket.socket(socket.AF_UNIX)
tcp = socket.socket()
seal = seal_zygote(1 << 26)
print(json.dumps({
    "layers": seal.layers,
    "read": attempt(open, "/etc/passwd"), "write": attempt(open, "/tmp/escaped", "w"),
    "list": attempt(os.listdir, "/"), "make": attempt(os.mkdir, "/tmp/escaped"),
    "connect": attempt(tcp.connect, ("127.0.0.1", port)), "abstract": attempt(abstract.connect, "\\0" + sys.argv[2]),
    "signal": attempt(os.kill, server, 0),
}))
"""


def test_landlock_holds_before_any_filter() -> None:
    """Files, TCP ports, abstract sockets and signals to others are out of reach without seccomp as well.

    Port and socket are listened on in this test's network, so that only a layer can be what refuses them.
    """
    name = f"escapes-{os.getpid()}"
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.socket(socket.AF_UNIX) as abstract:
        abstract.bind("\0" + name)
        abstract.listen()
        port = str(listener.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "-c", _WITHOUT_FILTER, port, name],
            capture_output=True, text=True, cwd=REPOSITORY, timeout=PATIENCE_S, check=True,
        )  # fmt: skip
    told = json.loads(done.stdout)
    if "landlock" not in told.pop("layers"):
        pytest.skip("this kernel has no Landlock")
    refused = {what: end for what, end in told.items() if end == "done"}
    assert refused == {}
    assert {told[what] for what in ("read", "write", "list", "make")} == {"EACCES"}


def boot_without(layer: str, reason: str = "") -> str:
    """Write a zygote's start in which a layer fails with a reason."""
    return (
        "def _prepare():\n"
        "    from actions_sandbox.seal import layers\n"
        f"    def fail(seal): raise OSError({reason!r})\n"
        "    for table in ('ZYGOTE_LAYERS', 'WORKER_LAYERS'):\n"
        "        kept = dict(getattr(layers, table))\n"
        f"        if {layer!r} in kept: kept[{layer!r}] = fail\n"
        "        setattr(layers, table, kept)\n"
        f"_prepare()\n{BOOT}"
    )


async def start_with(boot: str, *, insecure: bool = False) -> Executor:
    executor = Executor(ExecutionSettings(insecure_sandbox=insecure), Spawner(Limits().memory_bytes, boot))
    executor.start_zygote()
    await executor.start()
    return executor


@pytest.mark.parametrize("layer", FLOOR)
async def test_a_server_below_its_floor_refuses_to_start(layer: str) -> None:
    """Without a layer of the floor there is no server, and its operator is told which one and why."""
    with pytest.raises(FailedPrecondition) as refused:
        await start_with(boot_without(layer, "EPERM: the host forbids it"))
    assert refused.value.reason == "SANDBOX_BELOW_FLOOR"
    assert f"{layer}: EPERM: the host forbids it" in str(refused.value)


@pytest.mark.parametrize("layer", ["seccomp", "landlock"])
async def test_only_the_insecure_setting_starts_it(layer: str) -> None:
    """The setting whose name says so starts a server below its floor, which states what is missing."""
    executor = await start_with(boot_without(layer, "EPERM"), insecure=True)
    try:
        assert layer in executor.missing_layers
        assert layer not in executor.layers
    finally:
        await executor.stop(0)


@pytest.mark.parametrize("code", [38, 95])
async def test_a_kernel_without_landlock_is_no_lack_of_the_server_s(code: int) -> None:
    """Where the kernel has no Landlock, or was started without it, the floor is the rest; it is stated as missing."""
    boot = (
        "def _prepare():\n"
        "    import ctypes\n"
        "    from actions_sandbox.seal import kernel, landlock\n"
        "    def refuse(*arguments):\n"
        f"        ctypes.set_errno({code})\n"
        "        return kernel.check(-1, 'system call 444')\n"
        "    class Refusing:\n"
        "        syscall = staticmethod(refuse)\n"
        "    landlock.kernel = Refusing\n"
        f"_prepare()\n{BOOT}"
    )
    executor = await start_with(boot)
    try:
        assert "landlock" in executor.missing_layers
    finally:
        await executor.stop(0)


async def test_without_no_new_privileges_the_floor_does_not_hold() -> None:
    """The kernel takes neither the filter nor Landlock's rules from a process that could gain privileges."""
    with pytest.raises(FailedPrecondition) as refused:
        await start_with(boot_without("no-new-privileges"))
    assert "seccomp" in str(refused.value)


async def test_a_worker_that_kept_its_socket_library_is_not_used() -> None:
    """A worker that greets with a forbidden module is killed, and the server does not start with it."""
    with pytest.raises(Unavailable):
        await start_with(boot_without("no-socket-library"), insecure=True)


@pytest.mark.parametrize("layer", sorted({*ALL_LAYERS} - {*FLOOR, "no-new-privileges", "no-socket-library"}))
async def test_the_other_layers_are_stated_and_not_required(layer: str) -> None:
    """A layer outside of the floor may be missing, in a container for example; the server starts and says so."""
    executor = await start_with(boot_without(layer, "EPERM"))
    try:
        assert executor.missing_layers[layer] == "EPERM"
    finally:
        await executor.stop(0)
