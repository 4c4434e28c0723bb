"""What a failed comparison of commands says."""

from typing import Any

import pytest

from actions_sdk.commands import AddScope, ChallengeWith, Command, Factor, SetAppMetadata, SetCustomClaim
from actions_sdk.pytest_plugin.explanation import explain
from tests.actions_sdk.pytest_plugin.conftest import Run

pytest_plugins = ("pytester",)

CART = SetAppMetadata("cart", {"items": [{"sku": "a", "qty": 2}], "n": 1})


def _explain(left: Any, right: Any, *, verbose: bool = False) -> list[str]:
    lines = explain(left, right, verbose=verbose)
    assert lines is not None
    return lines


@pytest.mark.parametrize(
    ("value", "differences"),
    [
        ({"items": [{"sku": "a", "qty": 3}], "n": 1}, ["$.value.items[0].qty: left 2, right 3"]),
        ({"items": [{"sku": "a", "qty": 2.0}], "n": 1}, ["$.value.items[0].qty: left 2, right 2.0"]),
        ({"items": [{"sku": "a", "qty": 2}], "n": True}, ["$.value.n: left 1, right true"]),
        ({"items": [{"sku": "a", "qty": 2}, None]}, ["$.value.items[1]: only right null", "$.value.n: only left 1"]),
        ({"items": {}, "n": 1, "a b": []}, ['$.value.items: left [{"sku": "a", "qty": 2}], right {}',
                                            '$.value["a b"]: only right []']),
        (None, ['$.value: left {"items": [{"sku": "a", "qty": 2}], "n": 1}, right null']),
    ],
)  # fmt: skip
def test_a_value_is_explained_by_path(value: object, differences: list[str]) -> None:
    lines = _explain([CART], [SetAppMetadata("cart", value)])
    assert lines == [
        "commands differ: left 1, right 1",
        '  [0] set_app_metadata "cart"',
        *(" " * 6 + one for one in differences),
    ]


def test_commands_are_compared_with_those_that_do_something_to_the_same() -> None:
    left: list[Command] = [AddScope("x"), CART, SetCustomClaim("access", "c", 1)]
    right: list[Command] = [CART, SetCustomClaim("access", "c", 2), SetCustomClaim("id", "c", 1)]
    assert _explain(left, right) == [
        "commands differ: left 3, right 3",
        '  [2] set_custom_claim "access" "c"',
        "      $.value: left 1, right 2",
        '  [0] only left: add_scope "x"',
        '  [2] only right: set_custom_claim "id" "c" 1',
    ]


def test_a_command_that_moved_is_told_once() -> None:
    assert _explain([AddScope("x"), AddScope("y"), CART], [AddScope("y"), CART, AddScope("x")]) == [
        "commands differ: left 3, right 3",
        '  [0] add_scope "x": out of order, right [2]',
    ]


def test_factors_are_told_with_their_options() -> None:
    left = [ChallengeWith(Factor("otp", {"a": 1}))]
    lines = _explain(left, [])
    assert lines[1:] == [
        '  [0] only left: challenge_with {"type": "otp", "options": {"a": 1}} []',
    ]


def test_single_commands_are_explained_too() -> None:
    assert "      $.value: left 1, right 2" in _explain(SetAppMetadata("k", 1), SetAppMetadata("k", 2))


def test_long_values_are_cut_unless_all_is_asked_for() -> None:
    right = [SetAppMetadata("k", "x" * 500)]
    assert max(map(len, _explain([SetAppMetadata("k", "")], right))) < 200
    assert "x" * 500 in _explain([SetAppMetadata("k", "")], right, verbose=True)[-1]


def test_values_cannot_steer_the_terminal() -> None:
    text = "\n".join(_explain([SetAppMetadata("\u202ek", "\x1b[2J\u009b")], []))
    assert text.isprintable() or set(text) - {"\n"} == {one for one in text if one.isprintable()}


@pytest.mark.parametrize(("left", "right"), [([1], [2]), ([], [1]), ([], []), ("a", "b"), ([CART], [1]), (CART, 1)])
def test_anything_else_is_left_to_pytest(left: object, right: object) -> None:
    assert explain(left, right, verbose=False) is None


def test_pytest_shows_it(run: Run) -> None:
    result = run(
        """
        from actions_sdk.commands import SetAppMetadata

        def test_it(action, actions_harness):
            assert actions_harness.run(action("cart.py"), EVENT).commands == [SetAppMetadata("a", {"qty": 2})]
        """
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "E*assert commands differ: left 1, right 1",
            'E*[[]0] set_app_metadata "a"',
            "E*$.value.qty: left 1, right 2",
        ]
    )
