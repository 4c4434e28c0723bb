"""The run-time checks that compiled actions call.

Runs in: worker / developer's machine.

Iteration, unpacking and indexing are no place for access control: C code iterates and indexes past any guard. What
a script must not reach is therefore neither iterable nor indexable, by its type alone; items are read by the
interpreter itself, and ``_getiter_`` is plain ``iter``, whose call has the place of what is looped over for a
traceback. Nor are in-place operators: what is not the script's to change has none, or refuses them itself, as
:class:`actions_sandbox.policy.surface.Facade` does.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import FunctionType
from typing import Any, Final, NoReturn

from RestrictedPython.transformer import INSPECT_ATTRIBUTES

from actions_sandbox.policy.surface import (
    ATTRIBUTES,
    COMPUTED,
    FACADES,
    HINTS,
    TYPE_ATTRIBUTES,
    WRITABLE,
    Facade,
)
from actions_sandbox.policy.tenant import TenantClass

DENIED_ATTRIBUTES: Final = INSPECT_ATTRIBUTES | {
    "format_map",
    "mro",
    "with_traceback",
    "gi_running",
    "gi_suspended",
    "cr_running",
    "cr_suspended",
    "tb_lasti",
    "tb_lineno",
    "co_consts",
    "co_names",
}
"""Names refused on every object, tenants' own included."""

_NO_NAMES: Final[frozenset[str]] = frozenset()
_read_args: Final = BaseException.__dict__["args"].__get__


def is_denied(name: str) -> bool:
    """Tell whether an attribute's name is refused on every object."""
    return name.startswith("_") or name in DENIED_ATTRIBUTES


def guard_getattr(value: Any, name: str) -> Any:
    """Read an attribute when the exact type of ``value`` lists it (``_getattr_``).

    Args:
        value: Any object a script holds.
        name: The attribute's name; an exact ``str``.

    Returns:
        The attribute's value.

    Raises:
        AttributeError: The name is not listed, or the object lacks it.
    """
    kind = type(value)
    if kind in ATTRIBUTES:  # cheaper than dict.get, and than an exception for every object of a script's own class
        if name in ATTRIBUTES[kind]:
            return getattr(value, name)
        if kind in FACADES and name[:1] != "_" and name not in DENIED_ATTRIBUTES:
            return value._resolve(name)  # as below: a field of the event is what scripts read most
    return resolve_attribute(value, name)


def resolve_attribute(value: Any, name: str) -> Any:
    """Read an attribute that no table lists for the type of ``value``.

    Raises:
        AttributeError: Scripts may not read it, or the object lacks it.
    """
    kind = type(value)
    if is_denied(name):
        return _resolve_denied(value, name)
    if type(kind) is TenantClass:
        return getattr(value, name)
    if issubclass(kind, Facade):
        return value._resolve(name)
    if issubclass(kind, type):
        return _resolve_on_class(value, name)
    if kind is super:
        return getattr(_check_super(value), name)
    if name == "args" and issubclass(kind, BaseException):
        return _read_args(value)
    if (kind, name) in COMPUTED:
        return COMPUTED[kind, name](value)
    return _raise_missing(value, name)


def _resolve_denied(value: Any, name: str) -> Any:
    """Serve ``super().__init__`` and refuse every other private name."""
    if name == "__init__" and type(value) is super:
        return _check_super(value).__init__
    raise AttributeError(f"scripts may not read the attribute {name!r}")


def _resolve_on_class(kind: type, name: str) -> Any:
    """Read an attribute of a class object."""
    if type(kind) is TenantClass or name in TYPE_ATTRIBUTES.get(kind, _NO_NAMES):
        return getattr(kind, name)
    raise AttributeError(f"the class {kind.__name__!r} has no attribute {name!r} that scripts may read")


def _check_super(value: Any) -> Any:
    """Let only tenant classes use ``super``.

    Raises:
        AttributeError: The object behind ``value`` belongs to the runtime.
    """
    if type(value.__self_class__) is not TenantClass or type(value.__thisclass__) is not TenantClass:
        raise AttributeError("super() works in the methods of a script's own classes only")
    return value


def _raise_missing(value: Any, name: str) -> NoReturn:
    """Refuse a name with what the author can write instead."""
    kind = type(value)
    hint = HINTS[kind](value, name) if kind in HINTS else ""
    raise AttributeError(f"{kind.__name__!r} has no attribute {name!r} that scripts may read{hint}")


def guard_write(value: Any) -> Any:
    """Return ``value`` when a script may change its items or attributes (``_write_``).

    Raises:
        TypeError: The object is not the script's to change.
    """
    kind = type(value)
    if kind in WRITABLE or type(kind) is TenantClass or kind is TenantClass:
        return value
    if issubclass(kind, Facade):
        raise TypeError(value._refuse())
    if kind is FunctionType:
        raise TypeError("functions cannot carry attributes; keep the value in a variable or a dict")
    if issubclass(kind, type):
        raise TypeError(f"the class {value.__name__!r} cannot be changed")
    raise TypeError(f"{kind.__name__!r} cannot be changed")


guard_iter: Final[Callable[[Iterable[Any]], Iterator[Any]]] = iter
"""``_getiter_``."""


def guard_apply(function: Any, /, *args: Any, **kwargs: Any) -> Any:
    """Call with unpacked arguments (``_apply_``).

    Raises:
        TypeError: A keyword starts with an underscore and the callable is not the script's own.
    """
    for key in kwargs:
        if key[:1] == "_" and key != "_" and not _is_own(function):
            raise TypeError(f"the keyword argument {key[:100]!r} starts with an underscore")
    return function(*args, **kwargs)


def _is_own(function: Any) -> bool:
    """Tell whether a callable is ``dict`` or comes from the script."""
    if type(function) is FunctionType:
        return function.__globals__.get("_getattr_") is guard_getattr
    return function is dict or type(function) is TenantClass


GUARDS: Final[Mapping[str, Any]] = {
    "_getattr_": guard_getattr,
    "_getiter_": guard_iter,
    "_write_": guard_write,
    "_apply_": guard_apply,
}
"""The names by which compiled actions call the guards."""
