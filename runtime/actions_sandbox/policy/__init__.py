"""The language of actions: what may be written, what may be reached, and what is told about errors.

Runs in: zygote / worker / developer's machine.

Wall one of two. A source is compiled by :func:`compile_source` and runs in the globals that
:func:`new_namespace` makes; every object it gets from the runtime is a :class:`Facade` or plain data.
"""

from actions_sandbox.contract import POLICY_VERSION
from actions_sandbox.policy.compilation import Compiled, compile_source, dump_code, load_code
from actions_sandbox.policy.console import Sink
from actions_sandbox.policy.describe import ErrorInfo, describe_exception
from actions_sandbox.policy.namespace import new_namespace, preload
from actions_sandbox.policy.render import render, to_plain
from actions_sandbox.policy.surface import Facade, Record

__all__ = [
    "POLICY_VERSION",
    "Compiled",
    "ErrorInfo",
    "Facade",
    "Record",
    "Sink",
    "compile_source",
    "describe_exception",
    "dump_code",
    "load_code",
    "new_namespace",
    "preload",
    "render",
    "to_plain",
]
