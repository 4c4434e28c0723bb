"""Events out of a seed, and named ones."""

import copy
import json
import pickle
from typing import Any

import pytest

from actions_runtime.events import parse_event
from actions_sandbox.contract import Trigger
from actions_sdk import generate
from actions_sdk.events import (
    PROFILES,
    build_profile,
    expired_session,
    hostile_session,
    new_guest,
    no_session,
    post_login_event,
    pre_user_registration_event,
    read_profile,
    returning_guest_with_cart,
    several_devices,
)
from actions_sdk.harness import Harness

SEEDS = range(25)


@pytest.mark.parametrize(
    "build", [post_login_event, pre_user_registration_event, *(p.build for p in PROFILES.values())]
)
def test_every_built_event_is_one_that_the_server_takes(build: Any) -> None:
    for seed in SEEDS:
        event = build(seed)
        assert parse_event(event.trigger, json.dumps(event, ensure_ascii=False).encode()) == event
        assert json.dumps(build(seed)) == json.dumps(event), "the same seed makes the same event"
    assert len({json.dumps(build(seed)) for seed in SEEDS}) > len(SEEDS) // 2


def test_an_event_without_a_seed_can_be_made_again() -> None:
    event = post_login_event()
    assert post_login_event(event.seed) == event
    assert f"<post_login_event seed={event.seed}: " in repr(event)
    assert copy.deepcopy(event).seed == pickle.loads(pickle.dumps(event)).seed == event.seed


def test_overrides_merge_into_objects_and_replace_free_data() -> None:
    plain = post_login_event(3)
    event = post_login_event(
        3,
        user={"email": "me@example.com", "app_metadata": {"plan": "pro"}, "identities": []},
        request={"geoip": {"cityName": "Rome"}},
        stats={"logins_count": 1},
        organization={"id": "org_1"},
        session=None,
    )
    assert event["user"] == plain["user"] | {
        "email": "me@example.com",
        "app_metadata": {"plan": "pro"},
        "identities": [],
    }
    assert event["request"]["geoip"] == plain["request"]["geoip"] | {"cityName": "Rome"}
    assert event["organization"] == {"id": "org_1"}
    assert "session" not in event
    assert returning_guest_with_cart(3, user={"app_metadata": {}})["user"]["app_metadata"] == {}


def test_a_session_is_filled_up_with_a_guests() -> None:
    session = pre_user_registration_event(1, anonymous_session={"metadata": {"a": 1}})["anonymous_session"]
    assert session["metadata"] == {"a": 1}
    assert session["user_id"].startswith("anon|")
    assert "anonymous_session" not in new_guest(1, anonymous_session=None)


def test_a_name_that_no_event_has_is_told() -> None:
    with pytest.raises(TypeError, match=r"no field 'anonymous_sesion'; did you mean 'anonymous_session'\?"):
        post_login_event(anonymous_sesion={})
    with pytest.raises(TypeError, match="pre-user-registration has no field 'stats'"):
        new_guest(stats={})


def test_each_profile_tells_its_story() -> None:
    for seed in SEEDS:
        cart = returning_guest_with_cart(seed)
        guests = {item["sku"] for item in cart["anonymous_session"]["metadata"]["cart"]["items"]}
        own = {item["sku"] for item in cart["user"]["app_metadata"]["cart"]["items"]}
        assert own < guests
        assert "anonymous_session" not in no_session(seed)
        session = expired_session(seed)["anonymous_session"]
        assert session["created_at"] < session["expires_at"] < "2026-05-14"
        devices = several_devices(seed)
        assert len(devices["user"]["app_metadata"]["linked_sessions"]) == 2
        assert devices["anonymous_session"]["user_id"] not in devices["user"]["app_metadata"]["linked_sessions"]
        assert new_guest(seed).trigger == Trigger.PRE_USER_REGISTRATION


def test_a_hostile_session_breaks_a_naive_action_and_no_hardened_one(in_process: Harness) -> None:
    for seed in SEEDS:
        event = hostile_session(seed)
        result = in_process.run("merge_cart_hardened", event)
        assert result.decision == "CONTINUE"
        assert all(0 < item["qty"] <= 999 for item in result.user["app_metadata"]["cart"]["items"])
    naive = [in_process.run("merge_cart", hostile_session(seed)).decision for seed in SEEDS]
    assert "FAIL" in naive


def test_a_profile_is_found_by_its_name() -> None:
    event = build_profile("no_session", 4, stats={"logins_count": 1})
    assert (event.profile, event.seed, event["stats"]) == ("no_session", 4, {"logins_count": 1})
    with pytest.raises(KeyError, match="no profile is called 'guest'; there are: new_guest"):
        build_profile("guest")


@pytest.mark.parametrize("name", PROFILES)
def test_the_shipped_files_are_what_the_functions_build(name: str) -> None:
    profile = PROFILES[name]
    assert read_profile(name) == profile.build(1)
    assert profile.summary.endswith(".")
    parse_event(profile.trigger, json.dumps(read_profile(name)).encode())


def test_nothing_generated_has_drifted() -> None:
    assert generate.find_drift() == []
