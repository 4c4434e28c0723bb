"""The built-in names of a script.

Runs in: zygote / worker / developer's machine.

The table is made here, name by name: RestrictedPython's own dict is shared with everybody who imports it and
holds names that are not wanted. Left out on purpose:

- ``BaseException``, ``SystemExit``, ``KeyboardInterrupt``, ``GeneratorExit``, ``MemoryError``: they are for
  the runtime to raise. ``BaseExceptionGroup`` and ``ExceptionGroup``: ``except*`` confuses types
  (CVE-2025-22153).
- ``eval``, ``exec``, ``compile``: code that the policy has not seen.
- ``globals``, ``locals``, ``vars``, ``dir``, ``type``, ``id``: a look into the runtime.
- ``setattr``, ``delattr``: writes whose name the compiler cannot check.
- ``open``, ``input``, ``breakpoint``, ``help``, ``exit``, ``quit``: no files and no terminal.
- ``memoryview``, ``bytearray``: shared memory under bytes that look immutable.
"""

import builtins
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from actions_sandbox.policy.guards import guard_getattr
from actions_sandbox.policy.modules import import_module
from actions_sandbox.policy.modules.facade import pick
from actions_sandbox.policy.surface import expose

_FUNCTIONS: Final = """
    abs all any ascii bin bool bytes callable chr classmethod complex dict divmod enumerate filter
    float format frozenset hash hex int isinstance issubclass iter len list map max min next object
    oct ord pow property range repr reversed round set slice sorted staticmethod str sum super tuple
    zip"""

_EXCEPTIONS: Final = """
    ArithmeticError AssertionError AttributeError BufferError EOFError Exception FloatingPointError
    ImportError IndexError KeyError LookupError ModuleNotFoundError NameError NotImplementedError
    OSError OverflowError PermissionError RecursionError ReferenceError RuntimeError StopIteration
    SyntaxError TimeoutError TypeError UnboundLocalError UnicodeDecodeError UnicodeEncodeError
    UnicodeError UnicodeTranslateError ValueError ZeroDivisionError"""

NAME_HINTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "BaseException": "catch Exception",
        "BaseExceptionGroup": "raise one exception",
        "ExceptionGroup": "raise one exception",
        "GeneratorExit": "use try/finally",
        "JSON": "use the module json: json.loads() and json.dumps()",
        "KeyboardInterrupt": "catch Exception",
        "MemoryError": "catch Exception; a script that is out of memory cannot go on",
        "SystemExit": "use return to end the handler",
        "bytearray": "use bytes, or a list of numbers",
        "breakpoint": "use print()",
        "compile": "code cannot be made at run time",
        "delattr": "use del on an item of a dict",
        "dir": "use .keys() of a dict, or the documentation",
        "eval": "code cannot be made at run time; json.loads() reads data",
        "exec": "code cannot be made at run time",
        "exit": "use return to end the handler",
        "exports": "this is JavaScript; write def on_execute_post_login(event, api): at the top of the file",
        "fetch": "actions have no network",
        "false": "write False",
        "globals": "keep values in a dict of your own",
        "help": "see the documentation",
        "id": "compare with the operator is",
        "input": "an action has no terminal; data comes with the event",
        "locals": "keep values in a dict of your own",
        "memoryview": "use bytes",
        "module": "this is JavaScript; write def on_execute_post_login(event, api): at the top of the file",
        "null": "write None",
        "open": "actions have no files; data comes with the event or as a secret",
        "quit": "use return to end the handler",
        "require": "this is JavaScript; write import name",
        "setattr": "assign with the operator =, or use a dict",
        "true": "write True",
        "type": "use isinstance(value, kind)",
        "undefined": "write None",
        "vars": "keep values in a dict of your own",
    }
)
"""Names that scripts ask for in vain, and what to write instead."""

_ABSENT: Final = object()


def _check_name(name: Any) -> str:
    """Return an attribute's name when it is exact text."""
    if type(name) is not str:
        raise TypeError("the name of an attribute is text")
    return name


def _getattr(value: Any, name: str, default: Any = _ABSENT, /) -> Any:
    """Read an attribute through the guard."""
    try:
        return guard_getattr(value, _check_name(name))
    except AttributeError:
        if default is _ABSENT:
            raise
        return default


def _hasattr(value: Any, name: str, /) -> bool:
    """Tell whether the guard lets an attribute be read."""
    try:
        guard_getattr(value, _check_name(name))
    except AttributeError:
        return False
    return True


def _make_table() -> dict[str, Any]:
    """Return the built-in names of scripts."""
    exceptions = pick(builtins, _EXCEPTIONS)
    for kind in exceptions.values():
        expose(kind, "args")
    expose(StopIteration, "args value")
    expose(UnicodeDecodeError, "args encoding end reason start")
    expose(UnicodeEncodeError, "args encoding end reason start")
    constants = {
        "Ellipsis": ...,
        "False": False,
        "None": None,
        "NotImplemented": NotImplemented,
        "True": True,
    }
    own = {
        "__build_class__": builtins.__build_class__,
        "__import__": import_module,
        "getattr": _getattr,
        "hasattr": _hasattr,
    }
    return pick(builtins, _FUNCTIONS) | exceptions | constants | own


BUILTINS: Final[dict[str, Any]] = _make_table()
"""The table; one for all namespaces, since no script can reach it and nothing in it keeps state."""
