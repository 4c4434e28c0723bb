import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actions_runtime.errors import InvalidArgument, Violation
from actions_runtime.events import MAX_EVENT_BYTES, MAX_VIOLATIONS, parse_event
from actions_sandbox.contract import Trigger
from tests.actions_runtime.events.full_events import FULL, FULL_LOGIN, SEED_SESSION

LOGIN = Trigger.POST_LOGIN
REGISTRATION = Trigger.PRE_USER_REGISTRATION


def login(**fields: Any) -> dict[str, Any]:
    return {"user": {"user_id": "auth0|1"}, **fields}


def parse(event: Any, trigger: Trigger = LOGIN) -> dict[str, Any]:
    return parse_event(trigger, json.dumps(event).encode())


def violations(event: Any, trigger: Trigger = LOGIN) -> tuple[Violation, ...]:
    with pytest.raises(InvalidArgument) as caught:
        parse(event, trigger)
    assert caught.value.reason == "INVALID_EVENT"
    return caught.value.violations


def walk(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """List the paths of everything inside a value."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for key, child in items for found in ((*path, key), *walk(child, (*path, key)))]


def put(value: Any, path: tuple[str | int, ...], new: Any) -> Any:
    """Copy a value with something else at a path."""
    copy = json.loads(json.dumps(value))
    place = copy
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = new
    return copy


@pytest.mark.parametrize("trigger", Trigger)
def test_an_event_with_every_documented_field_comes_back_unchanged(trigger: Trigger) -> None:
    """Everything that the reference documents is accepted and kept, and so is what it does not know."""
    event = put(FULL[trigger], ("vendor",), {"x": [1, {"y": None}]})
    assert parse(event, trigger) == event


@pytest.mark.parametrize("trigger", Trigger)
def test_every_shape_keeps_fields_that_it_does_not_know(trigger: Trigger) -> None:
    """An auth server may send more than is documented, in any object."""
    objects = [p for p in [(), *walk(FULL[trigger])] if isinstance(_find(FULL[trigger], p), dict)]
    event = FULL[trigger]
    for path in objects:
        event = put(event, (*path, "x_vendor"), 9007199254740993)
    assert parse(event, trigger) == event


def _find(value: Any, path: tuple[str | int, ...]) -> Any:
    for key in path:
        value = value[key]
    return value


@pytest.mark.parametrize("trigger", Trigger)
def test_only_the_user_id_at_login_is_required(trigger: Trigger) -> None:
    """Each other documented field may be missing or null."""
    for path in walk(FULL[trigger]):
        if isinstance(path[-1], int) or (trigger is LOGIN and path in (("user",), ("user", "user_id"))):
            continue
        event = put(FULL[trigger], path, None)
        parsed = parse(event, trigger)
        if path != ("anonymous_session", "metadata"):
            assert parsed == event
        del _find(event, path[:-1])[path[-1]]
        assert parse(event, trigger)


def test_the_smallest_events_are_accepted() -> None:
    """A login needs its user's id, a sign-up needs nothing."""
    assert parse(login()) == login()
    assert parse({}, REGISTRATION) == {}


@pytest.mark.parametrize(
    ("event", "field", "description"),
    [
        ({}, "event.user", "is required"),
        ({"user": {}}, "event.user.user_id", "is required"),
        ({"user": None}, "event.user", "must be an object, not null"),
        ({"user": {"user_id": None}}, "event.user.user_id", "must be text, not null"),
        ({"user": {"user_id": ""}}, "event.user.user_id", "must not be empty"),
        ({"user": {"user_id": 7}}, "event.user.user_id", "must be text, not a number"),
        ([], "event", "must be an object, not a list"),
        ("x", "event", "must be an object, not text"),
        (None, "event", "must be an object, not null"),
        (login(stats={"logins_count": "1"}), "event.stats.logins_count", "must be an integer, not text"),
        (login(stats={"logins_count": 1.0}), "event.stats.logins_count", "must be an integer, not a number"),
        (login(authorization=[]), "event.authorization", "must be an object, not a list"),
        (login(authorization={"roles": {}}), "event.authorization.roles", "must be a list, not an object"),
        (
            login(authorization={"roles": ["a", 1]}),
            "event.authorization.roles[1]",
            "must be text, not a number",
        ),
        (
            login(request={"geoip": {"latitude": "52"}}),
            "event.request.geoip.latitude",
            "must be a number, not text",
        ),
        (
            login(authentication={"methods": [{"name": "pwd"}, {"name": True}]}),
            "event.authentication.methods[1].name",
            "must be text, not true or false",
        ),
        (
            login(anonymous_session={"created_at": True}),
            "event.anonymous_session.created_at",
            "must be text or a number, not true or false",
        ),
        (
            login(anonymous_session={"metadata": [1]}),
            "event.anonymous_session.metadata",
            "must be an object, not a list",
        ),
        (
            login(session={"actor": {"act": {"act": 1}}}),
            "event.session.actor.act.act",
            "must be an object, not a number",
        ),
        (
            login(user={"user_id": "u", "email_verified": 1}),
            "event.user.email_verified",
            "must be true or false, not a number",
        ),
    ],
)
def test_a_wrong_field_is_named_with_what_is_expected(event: Any, field: str, description: str) -> None:
    """The refusal says where, what is expected and what came, and does not coerce."""
    assert violations(event) == (Violation(field, description),)


def test_every_wrong_field_is_listed() -> None:
    """A caller repairs an event in one go."""
    found = violations({"user": {"user_id": 1}, "client": {"name": 2}, "tenant": [], "secrets": {"A": "b"}})
    assert {violation.field for violation in found} == {
        "event.user.user_id",
        "event.client.name",
        "event.tenant",
        "event.secrets",
    }


def test_a_refusal_lists_no_more_than_a_status_can_carry() -> None:
    """Past twenty violations the message tells how many there are."""
    wrong = dict.fromkeys(FULL_LOGIN["session"], 1)
    event = login(session=wrong, refresh_token=dict.fromkeys(FULL_LOGIN["refresh_token"], 1))
    with pytest.raises(InvalidArgument, match=r"\(and 2[0-9] more\)$") as caught:
        parse(event)
    assert len(caught.value.violations) == MAX_VIOLATIONS


def test_a_long_list_of_wrong_items_costs_one_violation() -> None:
    """The first wrong item of a list is told; the rest neither costs time nor space."""
    (violation,) = violations(login(authorization={"roles": ["ok", *([1] * 80_000)]}))
    assert violation.field == "event.authorization.roles[1]"


def test_a_refusal_repeats_no_value() -> None:
    """What the event holds stays out of messages and so out of logs."""
    secret = "correct-horse-battery-staple"
    assert secret not in repr(violations(login(stats={"logins_count": secret}, secrets={"K": secret})))


@pytest.mark.parametrize("trigger", Trigger)
@pytest.mark.parametrize("secrets", [{"KEY": "x"}, {}, None])
def test_secrets_are_not_taken_from_the_caller(trigger: Trigger, secrets: Any) -> None:
    """An event brings no secrets, not even none."""
    (violation,) = violations(login(secrets=secrets), trigger)
    assert violation.field == "event.secrets"


def test_faults_of_json_are_told_with_the_event_s_path() -> None:
    """The JSON edge stands before the shapes, also within free-form data."""
    data = b'{"user": {"user_id": "u", "app_metadata": {"cart": [1, 2, {"qty": 1e400}]}}}'
    with pytest.raises(InvalidArgument, match=r"^event\.user\.app_metadata\.cart\[2\]\.qty is a number beyond"):
        parse_event(LOGIN, data)


@pytest.mark.parametrize(
    "fault",
    [
        '"a": 1, "a": 1',
        r'"a": 1, "a": "\u003a"',
        '"stats": {"logins_count": 1, "logins_count": 2}',
        '"user": {"user_id": "v"}',
        '"a": NaN',
        '"a": [-Infinity]',
        '"request": {"geoip": {"latitude": 1e999}}',
        r'"a": "\u0000"',
        r'"a": "\ud800"',
        f'"a": 1{"0" * 4_000}',
        f'"a": {"[" * 64}{"]" * 64}',
    ],
)
def test_no_fault_slips_through_the_fast_way(fault: str) -> None:
    """An event of right shapes is refused for what its JSON hides."""
    data = f'{{"user": {{"user_id": "u"}}, {fault}}}'.encode()
    with pytest.raises(InvalidArgument) as caught:
        parse_event(LOGIN, data)
    assert caught.value.reason == "INVALID_JSON"


def test_an_event_has_at_most_256_kib() -> None:
    """The default limit is exact, and another can be set."""
    empty = len(json.dumps(login(x="")))
    assert parse(login(x="a" * (MAX_EVENT_BYTES - empty)))
    data = json.dumps(login(x="a" * (MAX_EVENT_BYTES - empty + 1))).encode()
    with pytest.raises(InvalidArgument, match=r"has 262145 bytes; at most 262144"):
        parse_event(LOGIN, data)
    assert parse_event(LOGIN, data, 262_145)


@pytest.mark.parametrize("trigger", Trigger)
def test_the_documented_anonymous_session_is_accepted(trigger: Trigger) -> None:
    """The session of the transfer's documentation arrives as it was sent."""
    assert parse(login(anonymous_session=SEED_SESSION), trigger)["anonymous_session"] == SEED_SESSION


@pytest.mark.parametrize("trigger", Trigger)
@pytest.mark.parametrize("session", [{}, {"metadata": None}, {"user_id": "anon@1", "created_at": 1.5}])
def test_an_anonymous_session_always_has_metadata(trigger: Trigger, session: dict[str, Any]) -> None:
    """Missing or null metadata is an empty object, so that scripts may look into it."""
    assert parse(login(anonymous_session=session), trigger)["anonymous_session"]["metadata"] == {}


def test_no_anonymous_session_is_made_up() -> None:
    """A null session stays null and a missing one missing."""
    assert parse(login(anonymous_session=None))["anonymous_session"] is None
    assert "anonymous_session" not in parse(login())


@settings(max_examples=60, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text("aé:"),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("ab:é"), inner, max_size=4),
        max_leaves=15,
    )
)
def test_free_form_data_comes_back_exactly(value: Any) -> None:
    """Metadata is the tenant's: nothing in it is interpreted or changed."""
    event = login(vendor=value, organization={"metadata": {"k": value}})
    event["user"]["app_metadata"] = {"k": value}
    assert repr(parse(event)["user"]["app_metadata"]) == repr({"k": value})
    assert parse(event) == event
