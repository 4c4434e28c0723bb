"""The attributes of Python's own types that scripts may use.

Runs in: zygote / worker / developer's machine.

Left out on purpose: ``str.format_map`` and the built-in ``str.format`` walk attributes in C (the policy's own
``format`` takes their place); ``send``, ``throw``, ``gi_*`` and ``cr_*`` of generators and coroutines lead to
frames; ``obj`` and ``name`` of errors hold the object that was guarded; functions and methods have nothing
that a script needs.
"""

import collections
from typing import Final

from actions_sandbox.policy.surface import COMPUTED, HINTS, WRITABLE, expose
from actions_sandbox.policy.templates import bind_format

_TEXT: Final = """
    capitalize casefold center count encode endswith expandtabs find index isalnum isalpha isascii isdecimal
    isdigit isidentifier islower isnumeric isprintable isspace istitle isupper join ljust lower lstrip
    maketrans partition removeprefix removesuffix replace rfind rindex rjust rpartition rsplit rstrip split
    splitlines startswith strip swapcase title translate upper zfill"""

_BYTES: Final = """
    capitalize center count decode endswith expandtabs find hex index isalnum isalpha isascii isdigit islower
    isspace istitle isupper join ljust lower lstrip partition removeprefix removesuffix replace rfind rindex
    rjust rpartition rsplit rstrip split splitlines startswith strip swapcase title translate upper zfill"""

_DICT: Final = "clear copy get items keys pop popitem setdefault update values"

_LIST: Final = "append clear copy count extend index insert pop remove reverse sort"

_FROZENSET: Final = """
    copy difference intersection isdisjoint issubset issuperset symmetric_difference union"""

_SET: Final = (
    _FROZENSET
    + """ add clear difference_update discard intersection_update pop remove symmetric_difference_update
    update"""
)

_DEQUE: Final = """
    append appendleft clear copy count extend extendleft index insert maxlen pop popleft remove reverse
    rotate"""


def _hint_dict(_value: dict[object, object], name: str) -> str:
    """Say how a key of a dict is read."""
    return f'; a dict is read with ["{name}"] or .get("{name}")'


def _hint_none(_value: None, _name: str) -> str:
    """Say why there is nothing to read."""
    return "; the value before the dot is None, test it first"


def _expose_plain_types() -> None:
    """Enter numbers, text and bytes."""
    expose(str, _TEXT, on_class=_TEXT)
    COMPUTED[str, "format"] = bind_format
    expose(bytes, _BYTES, on_class=_BYTES + " fromhex maketrans")
    integer = "as_integer_ratio bit_count bit_length conjugate denominator imag numerator real to_bytes"
    expose(int, integer, on_class="bit_length from_bytes to_bytes")
    expose(bool, integer)
    real = "as_integer_ratio conjugate hex imag is_integer real"
    expose(float, real, on_class="fromhex hex is_integer")
    expose(complex, "conjugate imag real")


def _expose_containers() -> None:
    """Enter containers; the ones made of items are writable."""
    expose(dict, _DICT, on_class=_DICT + " fromkeys")
    expose(list, _LIST, on_class=_LIST)
    expose(tuple, "count index", on_class="count index")
    expose(set, _SET, on_class=_SET)
    expose(frozenset, _FROZENSET, on_class=_FROZENSET)
    expose(range, "count index start step stop")
    expose(slice, "indices start step stop")
    expose(type({}.keys()), "isdisjoint")
    expose(type({}.items()), "isdisjoint")
    expose(property, "deleter getter setter")
    expose(collections.Counter, _DICT + " elements most_common subtract total")
    expose(collections.OrderedDict, _DICT + " move_to_end", on_class="fromkeys")
    expose(collections.defaultdict, _DICT + " default_factory")
    expose(collections.deque, _DEQUE)
    WRITABLE.update({dict, list, collections.Counter, collections.OrderedDict})
    WRITABLE.update({collections.defaultdict, collections.deque})
    HINTS[dict] = _hint_dict
    HINTS[type(None)] = _hint_none


def enter() -> None:
    """Fill the table; entering a type twice changes nothing."""
    _expose_plain_types()
    _expose_containers()
