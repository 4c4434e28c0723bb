"""The module typing, inert: annotations are never evaluated, aliases and ``cast`` work.

Runs in: zygote / worker / developer's machine.
"""

from collections.abc import Callable
from typing import Any, Final

from actions_sandbox.policy.modules.facade import Module, make_module
from actions_sandbox.policy.surface import Facade


class InertType(Facade):
    """Stands for any type; what is built from it is the same object again."""

    __slots__ = ()
    title = "a type of the module typing"

    def __getitem__(self, _parameters: Any) -> "InertType":
        return self

    def __or__(self, _other: Any) -> "InertType":
        return self

    def __ror__(self, _other: Any) -> "InertType":
        return self


_INERT: Final = InertType()


def _cast(_kind: Any, value: Any) -> Any:
    """Return the value as it is."""
    return value


def _make_variable(*_names: Any, **_options: Any) -> InertType:
    """Stand for ``TypeVar``."""
    return _INERT


def _keep(value: Any) -> Any:
    """Return the value, or what is decorated, as it is."""
    return value


def _make_new_type(_name: Any, _kind: Any) -> Callable[[Any], Any]:
    """Stand for ``NewType``: calling the type returns the value."""
    return _keep


_TYPES: Final = """
    Annotated Any AnyStr Awaitable Callable ClassVar Coroutine DefaultDict Deque Dict Final
    FrozenSet Generator Iterable Iterator List Literal LiteralString Mapping MutableMapping
    MutableSequence Never NoReturn NotRequired Optional Required Self Sequence Set Sized
    SupportsFloat SupportsInt Text Tuple Type TypeAlias TypeGuard Union"""

_NO_BASE: Final = "use a plain class or a dict: annotations are never read"

MODULES: Final[tuple[Module, ...]] = (
    make_module(
        "typing",
        dict.fromkeys(_TYPES.split(), _INERT),
        {"TYPE_CHECKING": False, "TypeVar": _make_variable, "NewType": _make_new_type, "cast": _cast},
        {"final": _keep, "overload": _keep},
        refused=dict.fromkeys(("TypedDict", "NamedTuple", "Protocol", "Generic"), _NO_BASE),
    ),
)
"""The facades of this file."""
