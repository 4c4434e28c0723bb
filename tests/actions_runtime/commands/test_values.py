"""A command's value: judged as JSON, and written anew."""

import json
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from actions_runtime.commands import (
    Acceptance,
    ReplyRefused,
)
from actions_sandbox.contract import (
    Limits,
    Trigger,
)
from tests.actions_runtime.commands.answers import (
    ROOMY,
    VALUED,
    accept_value,
    make_command,
    make_step,
)


@pytest.mark.parametrize("long", [False, True])
@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "nul",
        "{",
        "1 2",
        "NaN",
        "-NaN",
        "Infinity",
        "-Infinity",
        "[NaN]",
        '{"a":[Infinity]}',
        '["Infinity",1e999]',
        "1e400",
        "1e999",
        "-1e999",
        "[[1e999]]",
        "01",
        "'a'",
        '"\\u0000"',
        '{"\\u0000":1}',
        '["a\\\\\\u0000"]',
        '"\0"',
        '"\\ud800"',
        '{"\\udfff":1}',
        "[" * 65 + "]" * 65,
        '{"a":' * 65 + "1" + "}" * 65,
        "[" * 100_000,
        "9" * 4_001,
        "-" + "9" * 4_001,
        "[" + "9" * 4_001 + "]",
        "9" * 5_000,
        "\ufeff1",
        '"a\nb"',
    ],
    ids=lambda text: text[:20],
)
@pytest.mark.parametrize("kind", VALUED)
def test_a_value_that_two_readers_might_read_differently_is_refused(kind: str, text: str, long: bool) -> None:
    with pytest.raises(ReplyRefused):
        accept_value(kind, text, long=long)


@pytest.mark.parametrize("long", [False, True])
@pytest.mark.parametrize(
    "value", ["NaN", "Infinity", "-Infinity", "1e999", ["NaN", "Infinity"], {"NaN": "Infinity"}, r"\u0000", "9" * 5_000]
)
def test_a_text_may_spell_what_a_number_must_not_be(value: Any, long: bool) -> None:
    assert json.loads(accept_value("set_app_metadata", json.dumps(value), long=long)) == value


@pytest.mark.parametrize("long", [False, True])
@pytest.mark.parametrize("text", ["9" * 4_000, "-" + "9" * 4_000, "[" + "1" * 4_000 + "]"], ids=["plus", "minus", "in"])
@pytest.mark.parametrize("kind", ["set_app_metadata", "set_user_metadata", "set_custom_claim"])
def test_an_integer_is_exact_up_to_four_thousand_digits(kind: str, text: str, long: bool) -> None:
    assert accept_value(kind, text, long=long) == text


@pytest.mark.parametrize("long", [False, True])
@pytest.mark.parametrize(
    "text",
    [
        "9007199254740993",
        "-9007199254740993",
        "0",
        "1",
        "1.0",
        "-0.0",
        "0.1",
        "1e16",
        "1e+16",
        "1e-7",
        "0.00001",
        "1e-05",
        "1.7976931348623157e308",
        "5e-324",
        "2.2250738585072014e-308",
        "123456789012345680.0",
        "true",
        "false",
        "null",
        '""',
        "[]",
        "{}",
    ],
)
def test_a_value_keeps_its_type_and_its_last_digit(text: str, long: bool) -> None:
    """1 is neither 1.0 nor true; what is no integer in JSON stays none, whichever way it is spelled."""
    written = accept_value("set_custom_claim", text, long=long)
    assert repr(json.loads(written)) == repr(json.loads(text))


@pytest.mark.parametrize("text", ['{"a":1,"a":2}', '{"a":1,"b":0,"a":2}', '{"a":[1],"\\u0061":2}'])
def test_a_key_twice_arrives_once(text: str) -> None:
    """What goes to the auth server is written anew, so no reader there can choose between two."""
    written = accept_value("set_app_metadata", text)
    assert written.count('"a"') == 1
    assert json.loads(written)["a"] == 2


def test_a_field_twice_is_judged_as_it_goes_on() -> None:
    """Whichever of two keys stands, it is the one that the rules have seen."""
    sound = json.dumps(make_step(make_command("set_app_metadata")))
    for twice in ('"key": "k", "key": "blocked"', '"key": "blocked", "key": "k"'):
        with suppress(ReplyRefused):
            body = sound.replace('"key": "k"', twice).encode()
            (command,) = Acceptance(Trigger.POST_LOGIN, Limits()).accept_step(body).commands
            assert command["key"] == "k"


@pytest.mark.parametrize("kind", ["set_app_metadata", "set_user_metadata", "set_custom_claim"])
@pytest.mark.parametrize(("opened", "closed"), [("[", "]"), ('{"a":', "}")])
@pytest.mark.parametrize("long", [False, True])
@pytest.mark.parametrize("depth", [5, 64])
def test_a_value_nests_as_deep_as_the_limit_and_no_deeper(
    kind: str, opened: str, closed: str, long: bool, depth: int
) -> None:
    limits = replace(ROOMY, value_depth=depth)

    def accept(levels: int) -> str:
        return accept_value(kind, opened * levels + "0" + closed * levels, long=long, limits=limits)

    assert accept(depth).count(opened[0]) == depth
    with pytest.raises(ReplyRefused, match="nested too deep"):
        accept(depth + 1)


def test_many_values_beside_each_other_are_not_deep() -> None:
    value = [{"sku": str(number), "tags": []} for number in range(100)]
    assert json.loads(accept_value("set_app_metadata", json.dumps(value))) == value
