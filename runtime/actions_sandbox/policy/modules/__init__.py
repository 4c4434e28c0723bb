"""The modules that actions may import, and what is said about the others.

Runs in: zygote / worker / developer's machine.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

from actions_sandbox.policy.modules import annotations, clock, containers, data, numeric, text, web
from actions_sandbox.policy.modules.facade import Module, make_module

MODULES: Final[Mapping[str, Module]] = MappingProxyType(
    {
        module._name: module
        for table in (data, numeric, text, clock, containers, web, annotations)
        for module in table.MODULES
    }
)
"""Every importable module by its full name."""

_NETWORK: Final = "actions have no network: what an action needs comes with the event or as a secret"
_FILES: Final = "actions have no files, processes or environment; settings belong into event.secrets"
_THREADS: Final = "an action is one function call; there is nothing to run beside it"
_INSPECT: Final = "actions cannot look into the interpreter; data is read by its names"
_CLASSES: Final = "write a class with __init__, or use a dict"
_DATA: Final = "actions use the standard library; the module json carries data"

_FAMILIES: Final = (
    (
        _NETWORK,
        """aiohttp auth0 boto3 ftplib grpc http httpx imaplib paramiko poplib requests smtplib socket
        socketserver ssl telnetlib urllib3 webbrowser websockets xmlrpc""",
    ),
    (
        _FILES,
        """dotenv fcntl fileinput glob io mmap os pathlib platform pty pwd resource shelve shutil signal
        sqlite3 subprocess tempfile""",
    ),
    (_THREADS, "asyncio concurrent multiprocessing queue sched select threading trio anyio"),
    (
        _INSPECT,
        """ast atexit builtins code codeop codecs contextvars ctypes dis gc imp importlib inspect linecache
        marshal opcode pickle pkgutil runpy site symtable sys sysconfig traceback types warnings weakref""",
    ),
    (_DATA, "csv msgpack numpy orjson pandas simplejson struct tomllib ujson yaml array"),
    (_CLASSES, "attr attrs dataclasses msgspec pydantic"),
)

_REASONS: Final[Mapping[str, str]] = MappingProxyType(
    {name: hint for hint, names in _FAMILIES for name in names.split()}
    | {
        "bisect": "use sorted() and a loop",
        "calendar": "use the module datetime",
        "contextlib": "use try/except/finally",
        "cryptography": "use hashlib and hmac",
        "dateutil": "use datetime.datetime.fromisoformat() and the module zoneinfo",
        "enum": "write the values as constants at the top of the file",
        "heapq": "use sorted()",
        "jose": "use hmac and base64; tokens are signed by the auth server",
        "jwt": "use hmac and base64; tokens are signed by the auth server",
        "logging": "use print() or console.log(), console.info(), console.warn(), console.error()",
        "operator": "use a lambda",
        "pprint": "use print() or json.dumps(value, indent=2)",
        "pytz": "use the module zoneinfo",
        "secrets": "use uuid.uuid4() or random.randbytes(): both come from the system's secure source",
        "typing_extensions": "use the module typing",
    }
)
"""What to use instead, by the first part of a module's name."""

_INNER: Final[Mapping[str, Module]] = MappingProxyType({name: make_module(name) for name in ("_strptime", "_pylong")})
"""C code imports these through the script's ``__import__`` and drops the result (datetime.strptime; dividing integers
of thousands of digits, from Python 3.12 on)."""


def explain_module(name: str) -> str:
    """Say what to use instead of a module that cannot be imported.

    Args:
        name: Its full name.

    Returns:
        One clause, without a full stop.
    """
    if name.startswith("urllib"):
        return "only urllib.parse is available: actions have no network"
    if name.startswith("collections."):
        return "test with isinstance(x, dict) or isinstance(x, list)"
    listed = ", ".join(sorted(known for known in MODULES if known != "urllib"))
    return _REASONS.get(name.partition(".")[0], f"available are {listed}")


def import_module(
    name: str,
    _globals: Any = None,
    _locals: Any = None,
    fromlist: Iterable[str] | None = (),
    level: int = 0,
) -> Module:
    """Serve ``import`` in a script (``__import__``).

    Args:
        name: Full name of the module.
        fromlist: Members of a ``from`` import; each is checked, since they are read in C.
        level: Dots of a relative import; always refused.

    Returns:
        The module's facade; of ``import a.b`` the one of ``a``, as Python does.

    Raises:
        ImportError: There is no such module or member.
    """
    if level:
        raise ImportError("relative imports are not available: an action is one file")
    module = MODULES.get(name) or _INNER.get(name)
    if module is None:
        raise ImportError(f"the module {name!r} is not available; {explain_module(name)}")
    for member in fromlist or ():
        if member not in module._members:
            raise ImportError(module._missing(member))
    if fromlist:
        return module
    return MODULES[name.partition(".")[0]] if "." in name else module
