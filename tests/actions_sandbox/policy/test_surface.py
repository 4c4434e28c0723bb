"""What scripts may reach is a list that changes on purpose only."""

import json
from typing import Any, ClassVar

import pytest

from actions_sandbox.policy import Facade, Record, namespace, surface
from actions_sandbox.policy.guards import is_denied
from actions_sandbox.policy.surface import ATTRIBUTES, COMPUTED, FACADES, TYPE_ATTRIBUTES, expose, expose_all, words
from tests.golden.surface import SURFACE, list_surface

NAMESPACE = namespace
FORBIDDEN = frozenset(
    "format format_map send throw close mro func args_ keywords obj name_ tb_frame gi_frame with_traceback"
    " add_note groupindex scanner raw buffer base".split()
)


def test_the_surface_is_the_one_agreed_on() -> None:
    """A name more or less shows here: `python -m tests.golden.surface` writes the list anew."""
    assert list_surface() == json.loads(SURFACE.read_text())


@pytest.mark.parametrize("kind", [kind for kind in ATTRIBUTES if not issubclass(kind, Facade)], ids=repr)
def test_every_listed_name_exists_and_none_leads_out(kind: type) -> None:
    listed = ATTRIBUTES[kind] | TYPE_ATTRIBUTES.get(kind, frozenset())
    assert not [name for name in listed if is_denied(name)]
    assert not listed & FORBIDDEN
    sets_its_own = kind.__dictoffset__ != 0
    assert sets_its_own or all(hasattr(kind, name) for name in listed)


def test_names_are_words_and_never_private() -> None:
    assert words(" a\n  b ") == {"a", "b"}
    with pytest.raises(ValueError, match=r"^names with a leading underscore are never public: \['__c', '_b'\]$"):
        words("a _b __c")


@pytest.fixture
def kind(monkeypatch: pytest.MonkeyPatch) -> type:
    """A class of one's own, and tables that are as before afterwards."""
    for table in ("ATTRIBUTES", "TYPE_ATTRIBUTES"):
        before = getattr(surface, table).copy()
        monkeypatch.setattr(surface, table, before)
    return type("Kind", (), {"x": 1})


def test_a_type_is_entered_with_what_its_class_gives_only_when_asked(kind: type) -> None:
    expose(kind, "a b")
    assert surface.ATTRIBUTES[kind] == {"a", "b"}
    assert kind not in surface.TYPE_ATTRIBUTES
    expose(kind, "a", on_class="c")
    assert surface.ATTRIBUTES[kind] == {"a"}
    assert surface.TYPE_ATTRIBUTES[kind] == {"c"}


def test_several_types_are_entered_alike(kind: type) -> None:
    other = type("Other", (), {})
    expose_all([kind, other], "a")
    assert surface.ATTRIBUTES[kind] == surface.ATTRIBUTES[other] == {"a"}


class Plain(Facade):
    """A facade that says nothing about itself."""

    __slots__ = ()


class Titled(Facade):
    """A facade with a title and names."""

    __slots__ = ()
    public: ClassVar[frozenset[str]] = frozenset({"b", "a"})
    title = "api.titled"


class Told(Titled):
    """A facade with a sentence of its own."""

    __slots__ = ()
    refusal = "call it"


def test_a_facade_is_called_by_its_title_or_its_class() -> None:
    assert (repr(Plain()), repr(Titled())) == ("<Plain>", "<api.titled>")


def test_a_facade_says_what_it_has_and_that_it_is_read_only() -> None:
    assert (Plain()._missing("x"), Titled()._missing("x")) == (
        "Plain has no attribute 'x'",
        "api.titled has no attribute 'x'; it has a, b",
    )
    assert (Plain()._refuse(), Titled()._refuse(), Told()._refuse()) == (
        "Plain is read-only",
        "api.titled is read-only",
        "call it",
    )


def test_a_facade_has_nothing_but_what_it_lists() -> None:
    with pytest.raises(AttributeError, match=r"^api\.titled has no attribute 'x'; it has a, b$"):
        Titled()._resolve("x")
    assert ATTRIBUTES[Plain] == frozenset()
    assert ATTRIBUTES[Told] == {"a", "b"}
    assert {Plain, Titled, Told} <= FACADES
    assert not {str, dict, int} & FACADES


def test_a_facade_cannot_list_a_private_name() -> None:
    with pytest.raises(TypeError, match=r"^Leaky\.public lists names with a leading underscore: \['__y', '_x'\]$"):
        type("Leaky", (Facade,), {"public": frozenset({"_x", "__y", "z"})})


def test_a_facade_passes_what_its_subclasses_are_told() -> None:
    class Open(Facade):
        told: ClassVar[Any] = None

        def __init_subclass__(cls, *, more: int = 0, **keywords: Any) -> None:
            super().__init_subclass__(**keywords)
            cls.told = more

    class Inner(Open, more=3):
        pass

    assert (Inner.told, ATTRIBUTES[Inner]) == (3, frozenset())
    with pytest.raises(TypeError, match="keyword"):
        type("Wrong", (Facade,), {}, more=1)


def test_a_record_must_say_what_its_plain_copy_is() -> None:
    class Silent(Record):
        pass

    with pytest.raises(NotImplementedError, match=r"^Silent does not say what its plain copy is$"):
        Silent()._plain()


def test_only_the_policys_own_format_is_computed() -> None:
    assert set(COMPUTED) == {(str, "format")}
