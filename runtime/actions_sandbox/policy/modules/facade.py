"""What ``import`` gives a script: frozen objects that list single members.

Runs in: zygote / worker / developer's machine.

A live module leads to ``sys`` in a step or two (``json.codecs.sys``), and ``from json import codecs`` reads
it in C, past the guard. A facade has only what its table lists.
"""

from collections.abc import Callable, Mapping
from itertools import chain
from types import MappingProxyType
from typing import Any, Final, NoReturn, TypeVar

from actions_sandbox.policy.surface import Facade, words

_Result = TypeVar("_Result")


class Module(Facade):
    """A module as scripts see it.

    Args:
        name: Its full name.
        members: What it has.
        refused: Members of the real module that are left out, and what to use instead.
    """

    __slots__ = ("_members", "_name", "_refused")
    _members: Mapping[str, Any]
    _name: str
    _refused: Mapping[str, str]

    def __init__(self, name: str, members: Mapping[str, Any], refused: Mapping[str, str]) -> None:
        object.__setattr__(self, "_name", name)
        object.__setattr__(self, "_members", MappingProxyType({key: members[key] for key in sorted(members)}))
        object.__setattr__(self, "_refused", MappingProxyType(dict(refused)))

    def __setattr__(self, name: str, value: Any) -> NoReturn:
        raise TypeError(self._refuse())

    def __delattr__(self, name: str) -> NoReturn:
        raise TypeError(self._refuse())

    def __getattr__(self, name: str) -> Any:
        """Serve ``from module import member``, which reads in C."""
        if name.startswith("_"):
            raise AttributeError(self._missing(name))
        return self._resolve(name)

    def _label(self) -> str:
        return f"module {self._name}"

    def _refuse(self) -> str:
        return f"the module {self._name} is read-only"

    def _resolve(self, name: str) -> Any:
        members = self._members
        if name in members:
            return members[name]
        raise AttributeError(self._missing(name))

    def _missing(self, name: str) -> str:
        hint = self._refused.get(name) or f"available are {', '.join(self._members)}"
        return f"module {self._name!r} has no {name!r} that scripts may use; {hint}"


def make_module(name: str, *tables: Mapping[str, Any], refused: Mapping[str, str] | None = None) -> Module:
    """Make a module's facade.

    Args:
        name: Its full name.
        *tables: What it has, by name.
        refused: Members left out on purpose, and what to use instead.

    Returns:
        A frozen facade.

    Raises:
        ValueError: A member starts with an underscore.
    """
    members: dict[str, Any] = {}
    for table in tables:
        members.update(table)
    words(" ".join(members))
    return Module(name, members, refused or {})


def pick(module: Any, names: str) -> dict[str, Any]:
    """Return members of a real module as they are.

    Args:
        module: The module.
        names: Member names separated by white space; all must exist.
    """
    return {name: getattr(module, name) for name in words(names)}


SCALARS: Final = (str, bytes, int, float, bool, type(None))
"""Types that Python code may keep as a key of a cache without keeping anything of a tenant's."""


def exact(function: Callable[..., _Result], *kinds: type) -> Callable[..., _Result]:
    """Let a function take arguments of the given exact types only.

    Python-level modules keep caches keyed by their arguments; a tenant's object in there would meet a later
    execution.

    Args:
        function: The function.
        *kinds: The exact types that its arguments may have.

    Returns:
        The checked function.
    """
    allowed = frozenset(kinds)
    title = getattr(function, "__name__", "function")

    def checked(*args: Any, **kwargs: Any) -> _Result:
        for value in chain(args, kwargs.values()):
            if type(value) not in allowed:
                raise TypeError(f"{title}() takes no argument of type {type(value).__name__[:100]!r}")
        return function(*args, **kwargs)

    checked.__name__ = checked.__qualname__ = title
    return checked


def pick_exact(module: Any, names: str, *kinds: type) -> dict[str, Any]:
    """Return functions of a real module that take arguments of the given exact types only."""
    return {name: exact(function, *kinds) for name, function in pick(module, names).items()}
