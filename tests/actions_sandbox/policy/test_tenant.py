"""Which classes a script may make."""

from typing import Any

import pytest

from actions_sandbox.policy import Facade
from actions_sandbox.policy.tenant import EXCEPTION_BASES, TenantClass, build_class

LISTED = (
    "ArithmeticError, AssertionError, Exception, IndexError, KeyError, LookupError, NotImplementedError,"
    " PermissionError, RuntimeError, TimeoutError, TypeError, ValueError"
)


def test_a_class_is_made_of_its_body_and_marked_by_its_metaclass() -> None:
    made = build_class("A", (), {"x": 1})
    assert (type(made), made.__name__, made.__bases__, made.__dict__["x"]) == (TenantClass, "A", (object,), 1)


@pytest.mark.parametrize("base", sorted(EXCEPTION_BASES, key=repr), ids=repr)
def test_a_class_extends_a_listed_exception(base: type) -> None:
    assert issubclass(build_class("A", (base,), {}), base)


def test_a_class_extends_classes_of_the_script_and_object() -> None:
    first = build_class("First", (), {})
    second = build_class("Second", (), {})
    assert build_class("Both", (first, second), {}).__bases__ == (first, second)
    assert build_class("Plain", (object,), {}).__bases__ == (object,)


@pytest.mark.parametrize(
    ("base", "title"),
    [
        (str, "str"),
        (BaseException, "BaseException"),
        (StopIteration, "StopIteration"),
        (Facade, "Facade"),
        (type, "type"),
        (TenantClass, "TenantClass"),
        (1, "int"),
        ([], "list"),
        (Facade(), "Facade"),
        (KeyError("x"), "KeyError"),
    ],
)
def test_any_other_base_is_refused_with_what_may_be_extended(base: Any, title: str) -> None:
    """Also one that compares equal to a listed class, or cannot be looked up in a set at all."""
    with pytest.raises(TypeError) as caught:
        build_class("A", (Exception, base), {})
    assert str(caught.value) == (
        f"class A cannot extend {title!r}: a class may extend classes of this script and the exceptions {LISTED}"
    )


def test_an_object_that_claims_to_be_a_listed_exception_is_no_base() -> None:
    class Liar:
        def __hash__(self) -> int:
            return hash(ValueError)

        def __eq__(self, other: object) -> bool:
            return True

    with pytest.raises(TypeError, match=r"^class A cannot extend 'Liar'"):
        build_class("A", (Liar(),), {})


def test_keywords_of_a_class_are_refused() -> None:
    """The metaclass of a tenant's class is never the tenant's choice."""
    with pytest.raises(TypeError, match=r"^class A: keyword arguments of a class are not available$"):
        build_class("A", (), {}, metaclass=type)
