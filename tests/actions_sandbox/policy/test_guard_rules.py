"""What each guard lets through, and the sentence with which it refuses the rest."""

import operator
import types
from collections.abc import Callable
from typing import Any

import pytest

from actions_sandbox import api, event
from actions_sandbox.policy import Facade, Record, namespace
from actions_sandbox.policy.guards import (
    DENIED_ATTRIBUTES,
    guard_apply,
    guard_getattr,
    guard_iter,
    guard_write,
    is_denied,
    resolve_attribute,
)
from actions_sandbox.policy.modules.annotations import InertType
from actions_sandbox.policy.tenant import TenantClass, build_class

NAMESPACE = namespace
FACADES = (api, event)
"""Imported so that their classes are known."""
Run = Callable[..., dict[str, Any]]


class Door(Facade):
    """A facade as the api has them."""

    __slots__ = ()
    public = frozenset({"open"})

    def open(self, **keywords: Any) -> dict[str, Any]:
        """Return what it got."""
        return keywords


class Page(Record):
    """A record with one field."""

    __slots__ = ()

    def _resolve(self, name: str) -> Any:
        return f"field {name}"


def _make(**body: Any) -> Any:
    """Make an object of a script's class."""
    return build_class("Own", (), body)()


def _refusal(function: Callable[..., Any], *args: Any, error: type[Exception] = AttributeError, **keywords: Any) -> str:
    with pytest.raises(error) as caught:
        function(*args, **keywords)
    return str(caught.value)


@pytest.mark.parametrize("name", [*sorted(DENIED_ATTRIBUTES), "_x", "__class__", "_"])
def test_private_and_denied_names_are_refused_on_every_object(name: str) -> None:
    assert is_denied(name)
    for value in (_make(**{name: 1}), 1, Door(), Page(), int, type(_make())):
        assert _refusal(guard_getattr, value, name) == f"scripts may not read the attribute {name!r}"


def test_ordinary_names_are_not_denied() -> None:
    assert not any(map(is_denied, ("x", "x_", "format", "args")))


def test_listed_names_are_read() -> None:
    assert guard_getattr("a", "upper")() == "A"
    assert guard_getattr(Door(), "open")(a=1) == {"a": 1}


def test_objects_and_classes_of_the_script_give_every_public_name() -> None:
    own = _make(x=1)
    assert guard_getattr(own, "x") == guard_getattr(type(own), "x") == 1
    assert "no attribute 'y'" in _refusal(guard_getattr, own, "y")


def test_an_object_whose_class_only_inherits_the_mark_is_not_the_scripts_own() -> None:
    class Above(TenantClass):
        pass

    lookalike = Above("Lookalike", (), {"x": 1})()
    assert _refusal(guard_getattr, lookalike, "x") == "'Lookalike' has no attribute 'x' that scripts may read"
    assert _refusal(guard_write, lookalike, error=TypeError) == "'Lookalike' cannot be changed"


def test_records_find_their_fields_themselves() -> None:
    assert guard_getattr(Page(), "anything") == "field anything"
    assert resolve_attribute(Page(), "anything") == "field anything"


def test_classes_give_what_is_listed_for_them() -> None:
    assert guard_getattr(str, "lower")("A") == "a"
    said = "the class 'str' has no attribute 'format' that scripts may read"
    assert _refusal(guard_getattr, str, "format") == said
    assert _refusal(guard_getattr, object, "x") == "the class 'object' has no attribute 'x' that scripts may read"


def test_errors_give_their_arguments_from_the_slot_that_no_subclass_can_hide() -> None:
    class Lying(ValueError):
        args: Any = property(lambda self: "a lie")

    assert guard_getattr(ValueError(1, 2), "args") == (1, 2)
    assert guard_getattr(Lying(1), "args") == (1,)
    assert _refusal(guard_getattr, Lying(1), "obj") == "'Lying' has no attribute 'obj' that scripts may read"
    assert _refusal(guard_getattr, 1, "args") == "'int' has no attribute 'args' that scripts may read"


def test_format_is_the_policys_own() -> None:
    assert guard_getattr("{}", "format")(1) == "1"
    assert guard_getattr("{}", "format") != "{}".format


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (3, "'int' has no attribute 'cart' that scripts may read"),
        ({}, "'dict' has no attribute 'cart' that scripts may read; a dict is read with [\"cart\"] or .get(\"cart\")"),
        (
            None,
            "'NoneType' has no attribute 'cart' that scripts may read; the value before the dot is None, test it first",
        ),
    ],
)
def test_a_missing_name_is_refused_with_a_way_out(value: Any, said: str) -> None:
    assert _refusal(guard_getattr, value, "cart") == said


def test_super_serves_the_scripts_own_classes_alone(run: Run) -> None:
    source = """
class A:
    def __init__(self, x):
        self.x = x
    def say(self):
        return self.x
class B(A):
    def __init__(self, x):
        super().__init__(x + 1)
    def say(self):
        return super().say() * 10
result = B(1).say()
"""
    assert run(source)["result"] == 20


def _super_of_a_lookalike() -> Any:
    """Make a ``super`` object for an instance whose class only inherits from the script's."""
    own = build_class("Own", (), {})
    lookalike: Any = type("Above", (TenantClass,), {})("Lookalike", (own,), {})
    return super(own, lookalike())


class _Runtimes(dict):  # type: ignore[type-arg]
    pass


@pytest.mark.parametrize(
    "value",
    [
        super(_Runtimes, _Runtimes()),
        super(object, _make()),
        super(TenantClass, build_class("Own", (), {})),
        _super_of_a_lookalike(),
    ],
    ids=["a runtime's object", "a class above the script's", "the class of classes", "a lookalike"],
)
def test_super_gives_nothing_of_the_runtimes(value: Any) -> None:
    said = "super() works in the methods of a script's own classes only"
    assert _refusal(guard_getattr, value, "keys") == said
    assert _refusal(guard_getattr, value, "__init__") == said
    assert _refusal(guard_getattr, value, "__class__") == "scripts may not read the attribute '__class__'"


def test_init_is_read_from_super_alone() -> None:
    own = _make()
    assert _refusal(guard_getattr, own, "__init__") == "scripts may not read the attribute '__init__'"
    assert guard_getattr(super(type(own), own), "__init__")() is None


@pytest.mark.parametrize("make", [dict, list, _make, lambda: type(_make())], ids=["dict", "list", "own", "own class"])
def test_what_the_script_may_change_comes_back_itself(make: Callable[[], Any]) -> None:
    value = make()
    assert guard_write(value) is value


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (Door(), "Door is read-only"),
        (lambda: 1, "functions cannot carry attributes; keep the value in a variable or a dict"),
        (int, "the class 'int' cannot be changed"),
        (TenantClass, "the class 'TenantClass' cannot be changed"),
        ((), "'tuple' cannot be changed"),
        (len, "'builtin_function_or_method' cannot be changed"),
        (_Runtimes(), "'_Runtimes' cannot be changed"),
    ],
)
def test_what_the_script_may_not_change_is_refused(value: Any, said: str) -> None:
    assert _refusal(guard_write, value, error=TypeError) == said


def _own_function() -> Any:
    """Make a function whose globals are a script's."""
    made = {"_getattr_": guard_getattr}
    exec("def f(*args, **keywords):\n    return args, keywords", made)
    return made["f"]


def test_unpacked_arguments_arrive_as_they_are() -> None:
    assert guard_apply(_own_function(), 1, 2, function=3, args=4) == ((1, 2), {"function": 3, "args": 4})


@pytest.mark.parametrize("name", ["_x", "__x", "_x_"])
def test_private_keywords_reach_the_scripts_own_functions_classes_and_dict_alone(name: str) -> None:
    assert guard_apply(_own_function(), **{name: 1}) == ((), {name: 1})
    assert guard_apply(dict, **{name: 1}) == {name: 1}
    own = build_class("Own", (), {"__init__": _own_init})
    assert guard_apply(own, **{name: 1}).got == {name: 1}
    said = f"the keyword argument {name!r} starts with an underscore"
    for function in (Door().open, _own_init, Run, int, _make().__eq__):
        assert _refusal(guard_apply, function, error=TypeError, **{name: 1}) == said


def _own_init(self: Any, **keywords: Any) -> None:
    self.got = keywords


def test_other_keywords_reach_everybody() -> None:
    assert guard_apply(Door().open, a=1, **{"_": 2, "": 3, "x_": 4}) == {"a": 1, "_": 2, "": 3, "x_": 4}


def test_a_function_with_another_getattr_is_not_the_scripts_own() -> None:
    made: dict[str, Any] = {"_getattr_": getattr}
    exec("def f(**keywords): pass", made)
    assert "underscore" in _refusal(guard_apply, made["f"], error=TypeError, _x=1)


def test_a_long_keyword_is_cut_in_the_refusal() -> None:
    said = _refusal(guard_apply, Door().open, error=TypeError, **{"_" + "x" * 500: 1})
    assert said == f"the keyword argument {'_' + 'x' * 99!r} starts with an underscore"


SIGNS: dict[str, Callable[[Any, Any], Any]] = {
    "+=": operator.iadd, "-=": operator.isub, "*=": operator.imul, "/=": operator.itruediv, "//=": operator.ifloordiv,
    "%=": operator.imod, "**=": operator.ipow, "<<=": operator.ilshift, ">>=": operator.irshift, "|=": operator.ior,
    "^=": operator.ixor, "&=": operator.iand,
}  # fmt: skip


TARGETS = ("x", "box['k']", "own.k")
"""A name, an item and an attribute."""


def _augment(run: Run, target: str, sign: str, left: Any, right: Any) -> Any:
    """Let a script do ``left sign right`` in place, and return what the target holds then."""
    start = f"class Own: pass\nown = Own()\nbox = {{}}\n{target} = left\n"
    return run(f"{start}{target} {sign} right\nresult = {target}", left=left, right=right)["result"]


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("sign", SIGNS)
def test_every_sign_does_what_it_says(run: Run, target: str, sign: str) -> None:
    assert _augment(run, target, sign, 29, 3) == SIGNS[sign](29, 3)


@pytest.mark.parametrize("target", TARGETS)
def test_a_list_grows_in_place_and_a_record_or_facade_does_not(run: Run, target: str) -> None:
    items = [1]
    assert _augment(run, target, "+=", items, [2]) is items
    for value, title in ((Door(), "Door"), (Page(), "Page")):
        others: tuple[Any, ...] = (1, "text", [], value, InertType())
        for sign in (*SIGNS, "@="):
            for right in others:
                said = _refusal(_augment, run, target, sign, value, right, error=TypeError)
                assert said == f"{title} is read-only"


def _list_below(kind: type) -> list[type]:
    below: list[type] = kind.__subclasses__()
    return [kind, *(found for one in below for found in _list_below(one))]


@pytest.mark.parametrize("sign", [*SIGNS, "@="])
def test_no_facade_of_the_runtimes_answers_an_operator_in_place(sign: str) -> None:
    """The interpreter asks the left operand's type first, so this one method decides."""
    known = [kind for kind in _list_below(Facade) if kind.__module__.startswith("actions_sandbox.")]
    assert {"EventRecord", "Event", "Secrets", "PostLoginApi", "User", "Module", "InertType", "Console"} <= {
        kind.__name__ for kind in known
    }
    name = {
        "+=": "iadd", "-=": "isub", "*=": "imul", "/=": "itruediv", "//=": "ifloordiv", "%=": "imod", "**=": "ipow",
        "<<=": "ilshift", ">>=": "irshift", "|=": "ior", "^=": "ixor", "&=": "iand", "@=": "imatmul",
    }[sign]  # fmt: skip
    for kind in known:
        assert getattr(kind, f"__{name}__") is vars(Facade)["_refuse_operator"], kind


def test_loops_are_the_interpreters_own() -> None:
    assert guard_iter is iter


def test_functions_give_nothing() -> None:
    for value in (_own_function(), len, Door().open, types.SimpleNamespace()):
        assert f"{type(value).__name__!r} has no attribute 'x'" in _refusal(guard_getattr, value, "x")
