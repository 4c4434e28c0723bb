"""What is sent for an event, and what is never sent."""

import datetime
import decimal
import json
import math
import types
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actions_runtime.events import MAX_DEPTH, MAX_EVENT_BYTES, parse_json
from actions_sandbox.contract import Trigger
from actions_sdk.commands import is_same_json
from actions_sdk.flows import Counts, WhenUnreachable
from actions_sdk.flows.requests import build_request, encode_event
from actions_sdk.refusals import ActionsClientError
from tests.actions_sdk.flows.conftest import Answer, Open, Scripted, go_on

_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | _TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(_TEXT, inner),
    max_leaves=10,
)


@settings(max_examples=30, deadline=None)
@given(st.dictionaries(_TEXT, _JSON))
def test_the_server_reads_what_the_event_says(event: dict[str, Any]) -> None:
    """The strict reader of the server's edge takes every event that is sent, and finds the same in it."""
    read = parse_json(encode_event(event, MAX_EVENT_BYTES), max_bytes=MAX_EVENT_BYTES, root="event")
    assert is_same_json(read, event)


@pytest.mark.parametrize("number", [9007199254740993, -(10**4_000) + 1, 2**63, 0, -1])
def test_integers_are_exact(number: int) -> None:
    assert json.loads(encode_event({"n": number}, MAX_EVENT_BYTES)) == {"n": number}


def _nest(levels: int) -> Any:
    value: Any = []
    for _ in range(levels - 2):
        value = [value]
    return {"a": value}


@pytest.mark.parametrize(
    ("event", "told"),
    [
        ({"user": {"score": math.nan}}, "event.user.score is nan"),
        ({"user": [1, -math.inf]}, "event.user[1] is -inf"),
        ({"n": 10**4_000}, "event.n is an integer of more than 4 000 digits"),
        ({"at": datetime.date(2026, 1, 1)}, "event.at is of type date"),
        ({"price": decimal.Decimal("1.1")}, "event.price is of type Decimal"),
        ({"tags": {"a"}}, "event.tags is of type set"),
        ({"raw": b"x"}, "event.raw is of type bytes"),
        ({"ids": {1: "a"}}, "event.ids has a key of type int"),
        ({"ids": {None: "a"}}, "event.ids has a key of type NoneType"),
        ({"name": "a\0"}, "event.name holds a NUL or a lone surrogate"),
        ({"name": "\ud800"}, "event.name holds a NUL or a lone surrogate"),
        ({"\udfff": 1}, "event holds a NUL or a lone surrogate"),
        (_nest(MAX_DEPTH + 1), "nests deeper than 64 levels"),
        ([], "event is of type list; expected a mapping"),
    ],
)
def test_an_event_that_is_not_json_is_refused_with_its_place(event: Any, told: str) -> None:
    with pytest.raises(ActionsClientError) as caught:
        encode_event(event, MAX_EVENT_BYTES)
    assert told in caught.value.message
    assert (caught.value.code, caught.value.reason) == ("INVALID_ARGUMENT", "EVENT_NOT_JSON")
    (violation,) = caught.value.violations
    assert caught.value.message == f"{violation.field} {violation.description}."


def test_a_value_within_itself_is_refused() -> None:
    event: dict[str, Any] = {}
    event["self"] = event
    with pytest.raises(ActionsClientError, match="nests deeper"):
        encode_event(event, MAX_EVENT_BYTES)


def test_an_event_is_as_long_as_it_may_be_and_no_longer() -> None:
    """Counted in bytes of UTF-8."""
    fits = {"a": "é" * 10}
    assert len(encode_event(fits, 28)) == 28
    with pytest.raises(ActionsClientError) as caught:
        encode_event(fits, 27)
    assert (caught.value.code, caught.value.reason) == ("INVALID_ARGUMENT", "EVENT_TOO_LARGE")
    assert caught.value.message == "event has 28 bytes; at most 27 are allowed."


def test_the_deepest_event_that_the_server_takes_is_sent() -> None:
    assert parse_json(encode_event(_nest(MAX_DEPTH), MAX_EVENT_BYTES), max_bytes=MAX_EVENT_BYTES) == _nest(MAX_DEPTH)


def test_any_mapping_is_an_event() -> None:
    event = types.MappingProxyType({"user": types.MappingProxyType({"user_id": "a"})})
    assert encode_event(event, MAX_EVENT_BYTES) == b'{"user":{"user_id":"a"}}'


@pytest.mark.parametrize("given", [None, ""])
def test_every_request_carries_an_id(given: str | None) -> None:
    ids = {
        build_request(
            Trigger.POST_LOGIN, {}, login_flow=None, execution_id=given, event_bytes=MAX_EVENT_BYTES
        ).execution_id
        for _ in range(100)
    }
    assert len(ids) == 100
    assert all(len(one) == len("exec_") + 32 for one in ids)


async def test_nothing_is_sent_of_an_event_that_is_not_json(
    script: Callable[[Answer], Scripted], open_client: Open
) -> None:
    """Nobody gets past the actions with an event that cannot be sent."""
    server = script(go_on)
    client = open_client(server.address, when_unreachable=WhenUnreachable.GO_ON)
    with pytest.raises(ActionsClientError):
        await client.run(Trigger.POST_LOGIN, {"user": {"score": math.nan}})
    assert server.requests == []
    assert client.counts == Counts(refused=1)
