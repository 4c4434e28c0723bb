"""The kernel wall: the privileges given up before the first tenant byte.

Runs in: zygote / worker.

The zygote seals itself first (:func:`seal_zygote`), each worker the rest (:func:`seal_worker`). A layer is one
function in one of the two tables; it is reported by name when it holds, with the reason when it does not. The server
decides whether what is missing is below its floor.
"""

from actions_sandbox.seal.layers import Seal, seal_worker, seal_zygote
from actions_sandbox.seal.modules import FORBIDDEN_MODULES, loaded_forbidden_modules
from actions_sandbox.seal.syscalls import CHANNEL_FD

__all__ = [
    "CHANNEL_FD",
    "FORBIDDEN_MODULES",
    "Seal",
    "loaded_forbidden_modules",
    "seal_worker",
    "seal_zygote",
]
