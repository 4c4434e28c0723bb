"""Fresh globals for one execution.

Runs in: zygote (``preload``) / worker / developer's machine.
"""

import codecs
import importlib
import sys
import time
from typing import Any, Final

from actions_sandbox.policy import attributes
from actions_sandbox.policy.builtins import BUILTINS
from actions_sandbox.policy.console import Console, Sink, make_print
from actions_sandbox.policy.guards import GUARDS
from actions_sandbox.policy.modules.clock import read_zones
from actions_sandbox.policy.tenant import build_class

attributes.enter()

_PREPARED: Final[dict[str, Any]] = {
    **GUARDS,
    "__builtins__": BUILTINS,
    "__metaclass__": build_class,
    "__name__": "action",
}
"""What every namespace starts with, beside ``print`` and ``console``."""


def new_namespace(sink: Sink) -> dict[str, Any]:
    """Return fresh globals for one execution of one action.

    Args:
        sink: Takes the lines of ``print`` and ``console``.

    Returns:
        A dict to execute compiled code in; it shares nothing mutable with any other.
    """
    namespace = _PREPARED.copy()
    namespace["print"] = make_print(sink)
    namespace["console"] = Console(sink)
    return namespace


_LATE_MODULES: Final = "_strptime heapq stringprep linecache traceback encodings.idna encodings.punycode" + (
    " _pylong" if sys.version_info >= (3, 12) else ""
)
"""Modules that the standard library imports on first use."""

_CODECS: Final = """
    ascii base64 big5 cp1250 cp1251 cp1252 cp437 euc_jp euc_kr gb18030 gbk hex idna iso8859_15 iso8859_2
    latin_1 mbcs punycode raw_unicode_escape rot13 shift_jis unicode_escape utf_16 utf_16_be utf_16_le utf_32
    utf_7 utf_8 utf_8_sig"""


def preload() -> None:
    """Load whatever opens files on first use, before a sealed worker no longer can."""
    for name in _LATE_MODULES.split():
        importlib.import_module(name)
    for name in _CODECS.split():
        try:
            codecs.lookup(name)
        except LookupError:  # the platform does not have it
            continue
    time.localtime()  # reads the machine's own zone
    read_zones()
