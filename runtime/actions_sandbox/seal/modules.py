"""Which modules a sealed worker must not hold, and how they are taken away.

Runs in: zygote / worker.
"""

import sys
from typing import Final

FORBIDDEN_MODULES: Final = frozenset(
    "_asyncio _ctypes _posixsubprocess _socket _sqlite3 _ssl aiosqlite alembic asyncio cffi cryptography ctypes google "
    "grpc http multiprocessing psycopg pydantic pydantic_core select selectors socket sqlalchemy sqlite3 ssl structlog "
    "subprocess urllib.request uvloop".split()
)
"""Modules that a worker must not be able to import or find loaded; their submodules count as well."""

_SEALING: Final = ("__main__", "actions_sandbox.zygote", "actions_sandbox.seal")
_SPENT: Final = ("bpf", "inherited", "landlock", "privileges", "syscalls")
"""Modules of the sealing that nothing needs any more once the zygote is sealed."""

_IMPORTING: Final = frozenset({"__annotations__", "__cached__", "__doc__", "__file__", "__loader__", "__spec__"})
_PACKAGE: Final = "actions_sandbox.seal"
_suspects: set[str] = set(FORBIDDEN_MODULES)


def list_spent_modules() -> tuple[str, ...]:
    """Name the modules that only the zygote's sealing needed."""
    return tuple(f"{_PACKAGE}.{name}" for name in _SPENT)


def list_removable_modules() -> tuple[str, ...]:
    """Name the modules that no worker may keep: the sealing's own and the forbidden ones.

    The zygote looks through its modules once. A worker that did would write to the reference count of every name,
    and so copy most of the pages that the names lie on.
    """
    forbidden = {name for name in sys.modules if is_forbidden(name)}
    _suspects.update(forbidden)
    sealing = {name for name in sys.modules if name in _SEALING or name.startswith(f"{_PACKAGE}.")}
    return tuple(forbidden | sealing)


def pin_modules(names: tuple[str, ...]) -> None:
    """Keep what modules hold from being torn down when they are removed.

    Tearing it down would write to nearly every page that it lies on, in every worker anew. A ring keeps it alive that
    nothing refers to; the zygote then freezes it, so that no collection finds it either. For the same reason the names
    go at once that only importing needs.
    """
    modules = [module for name in names if (module := sys.modules.get(name))]
    ring: list[object] = [(module, *vars(module).values()) for module in modules]
    ring.append(ring)
    for module in modules:
        if not is_forbidden(module.__name__):
            for spent in _IMPORTING & vars(module).keys():
                del vars(module)[spent]


def remove_modules(names: tuple[str, ...]) -> None:
    """Take modules out of the process's reach.

    The names of those that are the sealing's own are emptied as well, so that nothing they held can be found through
    them.
    """
    for name in names:
        module = sys.modules.pop(name, None)
        if module is not None and name != __name__ and not is_forbidden(name):
            vars(module).clear()


def loaded_forbidden_modules() -> tuple[str, ...]:
    """Name the forbidden modules that this process has loaded; empty in a sealed worker."""
    return tuple(sorted(name for name in _suspects if name in sys.modules))


def is_forbidden(name: str) -> bool:
    """Whether a module is a forbidden one, or inside one."""
    while name not in FORBIDDEN_MODULES:
        name = name.rpartition(".")[0]
        if not name:
            return False
    return True
