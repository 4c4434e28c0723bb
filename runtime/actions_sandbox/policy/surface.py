"""What tenants may reach: the table of attributes by exact type, and the classes that enter it.

Runs in: zygote / worker / developer's machine.

Access is decided by the exact type of an object, never by ``isinstance``: a subclass of an allowed type has
no attributes until it is entered itself. The table is filled while modules are imported and is not changed
afterwards.
"""

from collections.abc import Callable, Iterable
from typing import Any, ClassVar, Final, NoReturn

ATTRIBUTES: Final[dict[type, frozenset[str]]] = {}
"""Names that may be read from instances, by exact type."""

FACADES: Final[set[type]] = set()
"""The types in ``ATTRIBUTES`` that are facades."""

TYPE_ATTRIBUTES: Final[dict[type, frozenset[str]]] = {}
"""Names that may be read from a class itself, such as ``datetime.now`` or ``str.lower``."""

COMPUTED: Final[dict[tuple[type, str], Callable[[Any], Any]]] = {}
"""Names whose value is made by the policy instead of being read, by exact type and name."""

WRITABLE: Final[set[type]] = set()
"""Exact types, beside tenant classes, whose items a script may set and delete."""

HINTS: Final[dict[type, Callable[[Any, str], str]]] = {}
"""Texts that end the message about a missing attribute, by exact type."""


def words(text: str) -> frozenset[str]:
    """Split names written in one string.

    Args:
        text: Names separated by white space.

    Returns:
        The set of names.

    Raises:
        ValueError: A name starts with an underscore; such a name never enters a table.
    """
    names = frozenset(text.split())
    private = sorted(name for name in names if name.startswith("_"))
    if private:
        raise ValueError(f"names with a leading underscore are never public: {private}")
    return names


def expose(kind: type, names: str, *, on_class: str = "") -> None:
    """Enter a type into the table.

    Args:
        kind: The exact type.
        names: Names readable on instances, separated by white space.
        on_class: Names readable on the class itself.
    """
    ATTRIBUTES[kind] = words(names)
    if on_class:
        TYPE_ATTRIBUTES[kind] = words(on_class)


def expose_all(kinds: Iterable[type], names: str) -> None:
    """Enter several types with the same instance attributes."""
    for kind in kinds:
        expose(kind, names)


class Facade:
    """An object handed to tenants, of which they reach the names in ``public`` and nothing else.

    Attributes:
        public: Names that scripts may read. A subclass that sets its own replaces the inherited ones.
        title: How messages call the object; the class's name when empty.
        refusal: The whole text of the error when a script tries to write to it; made up when empty.
    """

    __slots__ = ()
    public: ClassVar[frozenset[str]] = frozenset()
    title: ClassVar[str] = ""
    refusal: ClassVar[str] = ""

    def __init_subclass__(cls, **keywords: Any) -> None:
        super().__init_subclass__(**keywords)
        private = sorted(name for name in cls.public if name.startswith("_"))
        if private:
            raise TypeError(f"{cls.__name__}.public lists names with a leading underscore: {private}")
        ATTRIBUTES[cls] = cls.public
        FACADES.add(cls)

    def __repr__(self) -> str:
        return f"<{self._label()}>"

    def _label(self) -> str:
        """Return how messages call the object."""
        return self.title or type(self).__name__

    def _refuse(self) -> str:
        """Return the text for a script that writes to the object."""
        return self.refusal or f"{self._label()} is read-only"

    def _refuse_operator(self, _other: Any) -> NoReturn:
        """Refuse an augmented assignment, which the interpreter asks the left operand's type for first."""
        raise TypeError(self._refuse())

    __iadd__ = __isub__ = __imul__ = __imatmul__ = __itruediv__ = __ifloordiv__ = __imod__ = _refuse_operator
    __ipow__ = __ilshift__ = __irshift__ = __iand__ = __ixor__ = __ior__ = _refuse_operator

    def _missing(self, name: str) -> str:
        """Return the text for a name that the object does not have."""
        names = ", ".join(sorted(self.public))
        return f"{self._label()} has no attribute {name!r}" + (f"; it has {names}" if names else "")

    def _resolve(self, name: str) -> Any:
        """Return the value of a name that is not in ``public``.

        Raises:
            AttributeError: There is no such name.
        """
        raise AttributeError(self._missing(name))


class Record(Facade):
    """A facade whose names are data; a subclass says how a name is found and what a plain copy is."""

    __slots__ = ()

    def _plain(self) -> Any:
        """Return a fresh copy made of dict, list, str, int, float, bool and None."""
        raise NotImplementedError(f"{type(self).__name__} does not say what its plain copy is")
