from typing import Any

import pytest

from actions_sandbox.contract import Trigger
from tests.actions_sandbox.in_process import InProcess, login, make_version, read_logs, registration

EVENT: dict[str, Any] = {
    "user": {
        "user_id": "u|1",
        "app_metadata": {"cart": {"items": [1, 2]}, "plan": "free"},
        "user_metadata": {},
        "identities": [{"connection": "db", "user_id": "1"}],
        "tenant_extra": {"deep": [{"x": 1}]},
    },
    "anonymous_session": {"user_id": "anon|1", "session_id": "s", "created_at": 1, "more": {"k": 1}},
    "transaction": {"protocol": "oidc-basic-profile", "metadata": {"m": 1}},
    "custom": {"a": [1]},
}


def _print(at_login: InProcess, *expressions: str, **rest: Any) -> list[str]:
    result = at_login.run(login(*(f"print({expression})" for expression in expressions)), event=EVENT, **rest)
    assert result["error"] is None
    return read_logs(result)


def test_documented_objects_are_read_by_attribute_item_and_get(at_login: InProcess) -> None:
    assert _print(
        at_login,
        "event.user.user_id, event['user']['user_id'], event.get('user').get('user_id')",
        "event.user['app_metadata']['cart']['items'][1], event.user.app_metadata['plan']",
        "event.user.identities[0].connection, event.user.identities[0]['connection']",
        "event.anonymous_session.session_id, event.transaction.protocol",
    ) == ["u|1 u|1 u|1", "2 free", "db db", "s oidc-basic-profile"]


def test_a_missing_optional_field_is_none_by_attribute_and_absent_otherwise(at_login: InProcess) -> None:
    assert _print(
        at_login,
        "event.organization, event.user.email, event.request",
        "event.user.get('email'), event.user.get('email', 'none')",
        "'email' in event.user, 'user_id' in event.user",
    ) == ["None None None", "None none", "False True"]
    error = at_login.run(login("event.user['email']"), event=EVENT)["error"]
    assert (error["type"], error["line"]) == ("KeyError", 2)


def test_fields_that_nobody_documents_are_readable(at_login: InProcess) -> None:
    assert _print(
        at_login, "event.custom['a'], event.user.tenant_extra['deep'][0]['x'], event.anonymous_session.more['k']"
    ) == ["[1] 1 1"]


@pytest.mark.parametrize(
    ("expression", "says"),
    [
        ("event.user.app_metdata", "event.user has no field 'app_metdata'; did you mean 'app_metadata'?"),
        ("event.usr", "event has no field 'usr'; did you mean 'user'?"),
        ("event.user.identities[0].conection", "event.user.identities[0] has no field 'conection'"),
        ("event.zzzzzz", "event has no field 'zzzzzz'"),
        ("event.user.tenant_extr", "did you mean 'tenant_extra'?"),
    ],
)
def test_a_field_that_is_nowhere_raises_and_names_the_nearest(at_login: InProcess, expression: str, says: str) -> None:
    error = at_login.run(login(f"print({expression})"), event=EVENT)["error"]
    assert (error["type"], error["line"]) == ("AttributeError", 2)
    assert says in error["message"]


@pytest.mark.parametrize(
    "line",
    [
        "event.user = 1",
        "event.user.email = 'x'",
        "event['user'] = 1",
        "event.user['email'] = 'x'",
        "del event.user",
        "del event.user['user_id']",
        "event.secrets = {}",
        "event.user.identities[0].connection = 'x'",
    ],
)
def test_writing_to_a_record_raises_and_says_what_to_do(at_login: InProcess, line: str) -> None:
    error = at_login.run(login(line), event=EVENT)["error"]
    assert (error["type"], error["line"]) == ("TypeError", 2)
    assert "event is read-only" in error["message"]
    assert "through api" in error["message"]


def test_writing_to_secrets_raises(at_login: InProcess) -> None:
    error = at_login.run(login("event.secrets.KEY = 'x'"), secrets={"KEY": "v"})["error"]
    assert (error["type"], error["message"]) == (
        "TypeError",
        "event.secrets is read-only: set secrets when you upload the action",
    )


def test_records_list_what_is_present(at_login: InProcess) -> None:
    assert _print(
        at_login,
        "sorted(event.transaction.keys()), len(event.transaction)",
        "[name for name in event.transaction] == list(event.transaction.keys())",
        "dict(event.transaction.items())['protocol'], len(event.transaction.values())",
    ) == ["['metadata', 'protocol'] 2", "True", "oidc-basic-profile 2"]


def test_secrets_are_the_actions_own(at_login: InProcess) -> None:
    reader = login("print(event.secrets.get('A'), event.secrets.get('B'), len(event.secrets))")
    first = make_version(reader, secrets={"A": "1"})
    second = make_version(reader, secrets={"B": "2"})
    results = at_login.run_versions([first, second])
    assert [read_logs(result) for result in results] == [["1 None 1"], ["None 2 1"]]


def test_secrets_are_read_in_every_way_and_a_missing_one_says_which_there_are(at_login: InProcess) -> None:
    secrets = {"A": "one"}
    lines = ["event.secrets.A, event.secrets['A'], 'A' in event.secrets, event.secrets.keys()"]
    # three characters: too short to be masked
    assert _print(at_login, *lines, secrets=secrets) == ["one one True ['A']"]
    error = at_login.run(login("event.secrets.B"), secrets=secrets)["error"]
    assert "no secret 'B' (it has: A)" in error["message"]
    assert at_login.run(login("event.secrets['B']"), secrets=secrets)["error"]["type"] == "KeyError"


def test_printing_the_event_shows_no_secret(at_login: InProcess) -> None:
    (line,) = _print(at_login, "event.secrets", secrets={"KEY": "top-secret"})
    assert "KEY" in line
    assert "top-secret" not in line


def test_each_action_has_its_own_copy(at_login: InProcess) -> None:
    change = login(
        "event.user.app_metadata['cart']['items'].append(3)",
        "event.user.app_metadata['new'] = 1",
        "event.custom['a'].clear()",
        "print(event.user.app_metadata['cart'], event.custom)",
    )
    look = login("print(event.user.app_metadata, event.custom)")
    first, second = at_login.run_flow(change, look, event=EVENT)
    assert read_logs(first) == ["{'items': [1, 2, 3]} {'a': []}"]
    assert read_logs(second) == ["{'cart': {'items': [1, 2]}, 'plan': 'free'} {'a': [1]}"]


def test_metadata_of_earlier_actions_shows_and_that_of_the_same_action_does_not(at_login: InProcess) -> None:
    """Auth0's rule: api calls of an action change the event of later ones only."""
    first, second = at_login.run_flow(
        login(
            "api.user.setAppMetadata('plan', 'gold').user.setUserMetadata('seen', [1])",
            "api.user.setAppMetadata('cart', None)",
            "print(event.user.app_metadata['plan'], 'cart' in event.user.app_metadata, event.user.user_metadata)",
        ),
        login("print(event.user.app_metadata, event.user.user_metadata)"),
        event=EVENT,
    )
    assert read_logs(first) == ["free True {}"]
    assert read_logs(second) == ["{'plan': 'gold'} {'seen': [1]}"]


def test_the_last_of_several_values_shows(at_login: InProcess) -> None:
    _, second = at_login.run_flow(
        login("api.user.setAppMetadata('k', 1).user.setAppMetadata('k', {'a': 2})"),
        login("print(event.user.app_metadata['k'])"),
        event=EVENT,
    )
    assert read_logs(second) == ["{'a': 2}"]


def test_transaction_metadata_of_earlier_actions_shows(at_login: InProcess) -> None:
    _, second = at_login.run_flow(
        login("api.transaction.setMetadata('n', 2)"), login("print(event.transaction.metadata)"), event=EVENT
    )
    assert read_logs(second) == ["{'m': 1, 'n': 2}"]


def test_metadata_that_ran_elsewhere_shows_and_other_commands_do_not_disturb(at_login: InProcess) -> None:
    prior = (
        {"kind": "set_app_metadata", "key": "plan", "value_json": '"gold"'},
        {"kind": "set_custom_claim", "token": "id", "name": "c", "value_json": "1"},
        {"kind": "add_scope", "scope": "s"},
        {"kind": "set_transaction_metadata", "key": "m", "value_json": "null"},
    )
    source = login("print(event.user.app_metadata['plan'], event.transaction.metadata)")
    assert read_logs(at_login.run(source, event=EVENT, prior=prior)) == ["gold {}"]


def test_at_login_the_users_metadata_objects_are_always_there(at_login: InProcess) -> None:
    event = {"user": {"user_id": "u", "app_metadata": None}}
    result = at_login.run(login("print(event.user.app_metadata, event.user.user_metadata)"), event=event)
    assert read_logs(result) == ["{} {}"]


def test_at_registration_earlier_metadata_shows_though_the_event_has_none(at_registration: InProcess) -> None:
    _, second = at_registration.run_flow(
        registration("api.user.setUserMetadata('k', 1)"), registration("print(event.user.user_metadata)"), event={}
    )
    assert read_logs(second) == ["{'k': 1}"]


def test_a_missing_metadata_of_the_anonymous_session_is_empty(at_login: InProcess) -> None:
    assert _print(at_login, "event.anonymous_session.metadata") == ["{}"]


@pytest.mark.parametrize("trigger", Trigger)
def test_an_absent_anonymous_session_is_none_at_both_triggers(trigger: Trigger) -> None:
    write = login if trigger is Trigger.POST_LOGIN else registration
    result = InProcess(trigger).run(write("print(event.anonymous_session)"), event={"user": {"user_id": "u"}})
    assert read_logs(result) == ["None"]


@pytest.mark.parametrize(
    "expression", ["event._data", "event.user._read('user_id')", "event.__class__", "event.secrets._values"]
)
def test_the_inside_of_a_record_is_out_of_reach(at_login: InProcess, expression: str) -> None:
    assert at_login.run(login(f"print({expression})"), event=EVENT)["outcome"] == "POLICY_VIOLATION"
