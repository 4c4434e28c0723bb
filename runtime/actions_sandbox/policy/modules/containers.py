"""Modules about containers and functions: collections, itertools, functools, copy.

Runs in: zygote / worker / developer's machine.
"""

import collections
import datetime
import decimal
import fractions
import functools
import itertools
import uuid
from collections.abc import Callable
from types import BuiltinFunctionType, FunctionType
from typing import Any, Final

from actions_sandbox.policy.modules.facade import Module, make_module, pick
from actions_sandbox.policy.surface import TYPE_ATTRIBUTES, Record, words

TYPE_ATTRIBUTES[itertools.chain] = words("from_iterable")


def _wraps(_wrapped: Any) -> Callable[[Any], Any]:
    """Return a decorator that changes nothing.

    The real one writes names into the function it decorates, which may be one of the runtime's.
    """

    def keep(function: Any) -> Any:
        return function

    return keep


_IMMUTABLE: Final = frozenset(
    {
        str,
        bytes,
        int,
        float,
        bool,
        complex,
        type(None),
        type(...),
        type,
        range,
        FunctionType,
        BuiltinFunctionType,
        datetime.datetime,
        datetime.date,
        datetime.time,
        datetime.timedelta,
        datetime.timezone,
        decimal.Decimal,
        fractions.Fraction,
        uuid.UUID,
    }
)
_MAPPINGS: Final = frozenset({dict, collections.OrderedDict, collections.Counter})
_COPIED: Final = _MAPPINGS | {list, set, collections.deque, collections.defaultdict}


def _copy(value: Any) -> Any:
    """Return a shallow copy of plain data."""
    kind = type(value)
    if kind in _IMMUTABLE or kind in (tuple, frozenset):
        return value
    if kind in _COPIED:
        return value.copy()
    if issubclass(kind, Record):
        return value._plain()
    raise _refuse_copy(kind)


def _deepcopy(value: Any) -> Any:
    """Return a copy of plain data that shares nothing mutable; of a record, plain data."""
    return _copy_deep(value, {})


def _copy_deep(value: Any, seen: dict[int, Any]) -> Any:
    """Copy one value; ``seen`` keeps shared and circular parts what they are."""
    kind = type(value)
    if kind in _IMMUTABLE:
        return value
    if id(value) in seen:
        return seen[id(value)]
    if kind in _MAPPINGS or kind is collections.defaultdict:
        return _copy_mapping(value, kind, seen)
    if kind is list or kind is collections.deque:
        made = seen[id(value)] = [] if kind is list else collections.deque(maxlen=value.maxlen)
        made.extend(_copy_deep(item, seen) for item in value)
        return made
    if kind in (tuple, set, frozenset):
        return kind(_copy_deep(item, seen) for item in value)
    if issubclass(kind, Record):
        return value._plain()
    raise _refuse_copy(kind)


def _copy_mapping(value: Any, kind: type, seen: dict[int, Any]) -> Any:
    """Copy a dict or one of its relatives."""
    made: Any = kind() if kind is not collections.defaultdict else kind(value.default_factory)
    seen[id(value)] = made
    for key, item in dict.items(value):
        dict.__setitem__(made, _copy_deep(key, seen), _copy_deep(item, seen))
    return made


def _refuse_copy(kind: type) -> TypeError:
    """Return the error for a value that is no plain data."""
    return TypeError(f"only plain data can be copied, not {kind.__name__[:100]!r}")


_NO_CACHE: Final = "nothing lives longer than one execution; keep values in a dict"
_NO_NAMED: Final = "use a dict or a class with __init__: the real one compiles source text"

MODULES: Final[tuple[Module, ...]] = (
    make_module(
        "collections",
        pick(collections, "Counter OrderedDict defaultdict deque"),
        refused={
            "namedtuple": _NO_NAMED,
            "ChainMap": "merge dicts with the | operator",
            "UserDict": "use a dict",
            "UserList": "use a list",
            "UserString": "use text",
            "abc": "test with isinstance(x, dict) or isinstance(x, list)",
        },
    ),
    make_module(
        "itertools",
        pick(
            itertools,
            """accumulate chain combinations combinations_with_replacement compress count cycle dropwhile
            filterfalse groupby islice pairwise permutations product repeat starmap takewhile tee
            zip_longest""",
        ),
        refused={"batched": "slice the list: it is not in every Python that actions run on"},
    ),
    make_module(
        "functools",
        {"reduce": functools.reduce, "cmp_to_key": functools.cmp_to_key, "wraps": _wraps},
        refused={
            "partial": "use a lambda or an inner function: a partial shows what it holds",
            "lru_cache": _NO_CACHE,
            "cache": _NO_CACHE,
            "cached_property": _NO_CACHE,
            "total_ordering": "write the comparison methods",
            "singledispatch": "test with isinstance",
        },
    ),
    make_module(
        "copy",
        {"copy": _copy, "deepcopy": _deepcopy},
        refused={"replace": "make a new dict: {**old, 'key': value}"},
    ),
)
"""The facades of this file."""
