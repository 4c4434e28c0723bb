"""Executors with both walls, and with one of them switched off, which only a test can ask for.

Each starts a real zygote with real workers. A wall is left out by other Python at the zygote's start; nothing in
the runtime knows of it.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from actions_runtime.execution import ExecutionSettings, Executor, PoolSettings
from actions_runtime.execution.spawner import BOOT, Spawner
from actions_sandbox.contract import Limits

ACTION_MS: Final = 300
MEMORY_BYTES: Final = 64 * 1024 * 1024

BOTH_WALLS: Final = BOOT
"""The boot that servers use."""

_PLAIN_PYTHON: Final = """
import builtins
from actions_sandbox import runner
from actions_sandbox.contract import Diagnostic
from actions_sandbox.policy import Compiled

def compile_plain(source, *, filename, trigger):
    try:
        return Compiled(compile(source, filename, "exec", dont_inherit=True))
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return Compiled(None, (Diagnostic("syntax-error", type(error).__name__),))

def make_plain_namespace(sink):
    def show(*values, **_):
        sink("log", " ".join(map(str, values)))
    return {"__builtins__": builtins.__dict__, "__name__": "action", "print": show}

runner.compile_source = compile_plain
runner.new_namespace = make_plain_namespace
"""

KERNEL_WALL_ALONE: Final = f"exec({_PLAIN_PYTHON!r}, {{}})\n{BOOT}"
"""Actions are plain Python with the real built-ins; the code stands in globals of its own, since the seal empties
``__main__``."""

LANGUAGE_WALL_ALONE: Final = f"""
from actions_sandbox import worker
from actions_sandbox.seal import layers

layers.ZYGOTE_LAYERS = {{}}
layers.WORKER_LAYERS = {{}}
worker.loaded_forbidden_modules = lambda: ()
{BOOT}
"""
"""Workers are mere forks: every privilege, file, module and system call of the zygote is theirs, without limits."""


@asynccontextmanager
async def open_executor(
    boot: str = BOTH_WALLS,
    *,
    action_ms: int = ACTION_MS,
    memory_bytes: int = MEMORY_BYTES,
    worker_executions: int = 10_000,
    max_workers: int = 6,
) -> AsyncIterator[Executor]:
    """Run an executor with one worker a tenant, so that a second execution meets the first one's worker.

    Args:
        boot: One of the boots above.
        action_ms: Wall-clock milliseconds of one action.
        memory_bytes: Address space of a worker above the idle worker.
        worker_executions: Executions after which a worker is replaced; 1 isolates every execution.
        max_workers: The most workers in all; the least recently used tenants lose theirs.
    """
    settings = ExecutionSettings(
        limits=Limits(action_ms=action_ms, memory_bytes=memory_bytes),
        insecure_sandbox=boot == LANGUAGE_WALL_ALONE,
        pool=PoolSettings(
            workers_per_tenant=1,
            max_workers=max_workers,
            standby_workers=2,
            worker_executions=worker_executions,
        ),
    )
    executor = Executor(settings, Spawner(memory_bytes, boot))
    executor.start_zygote()
    try:
        await executor.start()
        yield executor
    finally:
        await executor.stop(1.0)
