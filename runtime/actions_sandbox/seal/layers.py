"""The layers of the kernel wall and the order in which they are applied.

Runs in: zygote / worker.
"""

import gc
import os
import resource
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from actions_sandbox.seal.inherited import ZYGOTE_LAYERS
from actions_sandbox.seal.modules import list_removable_modules, list_spent_modules, pin_modules, remove_modules
from actions_sandbox.seal.syscalls import CHANNEL_FD

if sys.platform == "linux":
    from actions_sandbox.seal import kernel
    from actions_sandbox.seal.bpf import prepare_filter


@dataclass(slots=True)
class Seal:
    """What holds a process, and what does not.

    Attributes:
        space: Address space in bytes that a worker may have at most.
        zygote: Process id of the zygote.
        layers: Names of the layers that hold, in order.
        missing: Names of those that do not, with the reason.
        removable: Names of the modules that a worker takes away from itself.
    """

    space: int
    zygote: int
    layers: list[str] = field(default_factory=list)
    missing: dict[str, str] = field(default_factory=dict)
    removable: tuple[str, ...] = ()

    def apply(self, table: Mapping[str, Callable[["Seal"], None]]) -> None:
        """Apply every layer of a table and note which ones hold."""
        for name, layer in table.items():
            try:
                layer(self)
            except (OSError, ValueError) as error:
                self.missing[name] = str(error)
            else:
                self.layers.append(name)


def _leave_session(_seal: Seal) -> None:
    os.setsid()
    os.umask(0o077)


def _die_with_zygote(seal: Seal) -> None:
    kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != seal.zygote:
        os.kill(os.getpid(), signal.SIGKILL)  # the zygote died before the kernel had been told


def _close_descriptors(_seal: Seal) -> None:
    os.closerange(0, CHANNEL_FD)
    os.closerange(CHANNEL_FD + 1, _most_descriptors())


def _limit_resources(seal: Seal) -> None:
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (seal.space, seal.space))
        resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
        resource.setrlimit(resource.RLIMIT_MEMLOCK, (0, 0))
    for name in (resource.RLIMIT_CORE, resource.RLIMIT_FSIZE, resource.RLIMIT_NOFILE):
        resource.setrlimit(name, (0, 0))


def _filter_system_calls(_seal: Seal) -> None:
    if _filter is None:
        raise OSError("the filter could not be prepared")
    _filter.install(os.getpid())


def _remove_modules(seal: Seal) -> None:
    remove_modules(seal.removable)


_LINUX: Final = sys.platform == "linux"
_filter: "kernel.Filter | None" = None

WORKER_LAYERS: Final[Mapping[str, Callable[[Seal], None]]] = MappingProxyType(
    {
        "own-process": _leave_session,
        **({"dies-with-zygote": _die_with_zygote} if _LINUX else {}),
        "closed-descriptors": _close_descriptors,
        "rlimits": _limit_resources,
        **({"seccomp": _filter_system_calls} if _LINUX else {}),
        "no-socket-library": _remove_modules,
    }
)
"""What a worker gives up after the fork, the filter last of what asks the kernel."""


def seal_zygote(memory_bytes: int) -> Seal:
    """Seal the zygote, and prepare what seals its workers.

    Args:
        memory_bytes: Address space that a worker may use above the idle worker.

    Returns:
        What holds from now on, to be completed by each worker.
    """
    global _filter
    seal = Seal(_address_space() + memory_bytes, os.getpid())
    if _LINUX:
        try:
            _filter = prepare_filter()
        except OSError as error:
            seal.missing["seccomp"] = str(error)
    seal.apply(ZYGOTE_LAYERS)
    remove_modules(list_spent_modules())
    seal.removable = list_removable_modules()
    pin_modules(seal.removable)
    gc.freeze()
    return seal


def seal_worker(seal: Seal) -> Seal:
    """Seal a forked worker for ever, on top of what the zygote gave up."""
    seal.apply(WORKER_LAYERS)
    return seal


def _address_space() -> int:
    if not _LINUX:
        return 0
    with open("/proc/self/statm", "rb") as statm:  # noqa: PTH123 - pathlib is not loaded into a worker
        return int(statm.read().split()[0]) * resource.getpagesize()


def _most_descriptors() -> int:
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return 65_536 if soft == resource.RLIM_INFINITY else min(soft, 65_536)
