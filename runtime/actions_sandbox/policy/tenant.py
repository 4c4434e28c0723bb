"""The class of tenants' classes.

Runs in: worker / developer's machine.

A tenant's class may extend other tenant classes and a few plain exceptions. A subclass of ``str``, ``int`` or
a type of the runtime could pass an ``isinstance`` check and lie afterwards.
"""

from typing import Any, Final


class TenantClass(type):
    """Marks a class that a script defined; ``type(type(x)) is TenantClass`` marks its instances."""


EXCEPTION_BASES: Final[frozenset[type]] = frozenset(
    {
        Exception,
        ArithmeticError,
        AssertionError,
        IndexError,
        KeyError,
        LookupError,
        NotImplementedError,
        PermissionError,
        RuntimeError,
        TimeoutError,
        TypeError,
        ValueError,
    }
)
"""Exceptions that a script may extend. AttributeError, NameError, ImportError and StopIteration carry
objects in C fields, and BaseException would pass an author's ``except Exception``."""


def build_class(name: str, bases: tuple[Any, ...], body: dict[str, Any], /, **keywords: Any) -> TenantClass:
    """Make the class of a ``class`` statement (``__metaclass__``).

    Args:
        name: The class's name.
        bases: What the statement lists in brackets.
        body: The namespace that the class body filled.
        **keywords: Always refused.

    Returns:
        A class whose metaclass is :class:`TenantClass`.

    Raises:
        TypeError: A base is neither a tenant class nor a listed exception, or keywords are given.
    """
    if keywords:
        raise TypeError(f"class {name}: keyword arguments of a class are not available")
    for base in bases:
        _check_base(name, base)
    return TenantClass(name, bases, body)


def _check_base(name: str, base: Any) -> None:
    """Refuse a base that is not a script's own class or a listed exception."""
    kind = type(base)
    if kind is TenantClass or base is object or (issubclass(kind, type) and base in EXCEPTION_BASES):
        return
    title = base.__name__ if issubclass(kind, type) else kind.__name__
    raise TypeError(
        f"class {name} cannot extend {title!r}: a class may extend classes of this script and the exceptions"
        f" {', '.join(sorted(item.__name__ for item in EXCEPTION_BASES))}"
    )
