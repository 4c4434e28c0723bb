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


def remove_modules() -> None:
    """Take the modules that only the zygote and the sealing need out of the worker's reach.

    Their names are emptied as well, so that nothing they held can be found through them.
    """
    for name in list(sys.modules):
        sealing = name in _SEALING or name.startswith("actions_sandbox.seal.")
        if sealing or is_forbidden(name):
            module = sys.modules.pop(name)
            if sealing and name != __name__:
                vars(module).clear()


def loaded_forbidden_modules() -> tuple[str, ...]:
    """Name the forbidden modules that this process has loaded; empty in a sealed worker."""
    return tuple(sorted(name for name in sys.modules if is_forbidden(name)))


def is_forbidden(name: str) -> bool:
    """Whether a module is a forbidden one, or inside one."""
    while name not in FORBIDDEN_MODULES:
        name = name.rpartition(".")[0]
        if not name:
            return False
    return True
