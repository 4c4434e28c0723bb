import json
from typing import Any

import pytest

from actions_sandbox.contract import COMMANDS, RESERVED_APP_METADATA, CommandKind, Limits, Trigger
from tests.actions_sandbox.in_process import InProcess, login, read_logs, registration

LOGIN_CALLS: list[tuple[str, str, dict[str, Any]]] = [
    ("user.setAppMetadata", "'k', [1]", {"kind": "set_app_metadata", "key": "k", "value": [1]}),
    ("user.setUserMetadata", "'k', {'a': 1.0}", {"kind": "set_user_metadata", "key": "k", "value": {"a": 1.0}}),
    (
        "accessToken.setCustomClaim",
        "'c', 'v'",
        {"kind": "set_custom_claim", "token": "access", "name": "c", "value": "v"},
    ),
    (
        "idToken.setCustomClaim",
        "'https://shop.example/c', True",
        {"kind": "set_custom_claim", "token": "id", "name": "https://shop.example/c", "value": True},
    ),
    ("accessToken.addScope", "'read:cart'", {"kind": "add_scope", "scope": "read:cart"}),
    ("accessToken.removeScope", "'read:cart'", {"kind": "remove_scope", "scope": "read:cart"}),
    ("transaction.setMetadata", "'k', 2", {"kind": "set_transaction_metadata", "key": "k", "value": 2}),
    ("multifactor.enable", "'any'", {"kind": "enable_multifactor", "provider": "any", "options_json": "{}"}),
    (
        "multifactor.enable",
        "'duo', {'host': 'h'}",
        {"kind": "enable_multifactor", "provider": "duo", "options_json": '{"host":"h"}'},
    ),
    (
        "authentication.challengeWith",
        "{'type': 'otp'}",
        {
            "kind": "challenge_with",
            "factor": {"type": "otp", "options_json": "{}"},
            "additional_factors": [],
        },
    ),
    (
        "authentication.enrollWith",
        "{'type': 'phone', 'options': {'preferredMethod': 'sms'}}, {'additionalFactors': [{'type': 'email'}]}",
        {
            "kind": "enroll_with",
            "factor": {"type": "phone", "options_json": '{"preferredMethod":"sms"}'},
            "additional_factors": [{"type": "email", "options_json": "{}"}],
        },
    ),
    (
        "authentication.challengeWithAny",
        "[{'type': 'otp'}, {'type': 'email'}]",
        {
            "kind": "challenge_with_any",
            "factors": [{"type": "otp", "options_json": "{}"}, {"type": "email", "options_json": "{}"}],
        },
    ),
    (
        "authentication.enrollWithAny",
        "({'type': 'otp'},)",
        {"kind": "enroll_with_any", "factors": [{"type": "otp", "options_json": "{}"}]},
    ),
]
_SPELLINGS = {
    "setAppMetadata": "set_app_metadata",
    "setUserMetadata": "set_user_metadata",
    "setCustomClaim": "set_custom_claim",
    "addScope": "add_scope",
    "removeScope": "remove_scope",
    "setMetadata": "set_metadata",
    "challengeWith": "challenge_with",
    "challengeWithAny": "challenge_with_any",
    "enrollWith": "enroll_with",
    "enrollWithAny": "enroll_with_any",
    "accessToken": "access_token",
    "idToken": "id_token",
}


def _snake(path: str) -> str:
    return ".".join(_SPELLINGS.get(part, part) for part in path.split("."))


@pytest.mark.parametrize(("path", "arguments", "command"), LOGIN_CALLS)
def test_a_call_becomes_its_command_in_both_spellings(
    at_login: InProcess, path: str, arguments: str, command: dict[str, Any]
) -> None:
    result = at_login.run(login(f"api.{path}({arguments})", f"api.{_snake(path)}({arguments})"))
    assert result["outcome"] == "COMPLETED"
    assert json.dumps(result["commands"], sort_keys=True) == json.dumps([command, command], sort_keys=True)


def test_every_kind_of_command_has_a_call() -> None:
    assert {command["kind"] for _, _, command in LOGIN_CALLS} == set(CommandKind)


def test_registration_has_the_calls_for_metadata(at_registration: InProcess) -> None:
    result = at_registration.run(
        registration("api.user.setAppMetadata('a', 1).user.set_user_metadata('b', None).user.setUserMetadata('b', 2)")
    )
    assert {command["kind"] for command in result["commands"]} == COMMANDS[Trigger.PRE_USER_REGISTRATION]
    assert [command["value"] for command in result["commands"]] == [1, None, 2]


def test_every_call_returns_api_so_that_calls_chain(at_login: InProcess) -> None:
    chain = "".join(f".{path}({arguments})" for path, arguments, _ in LOGIN_CALLS)
    result = at_login.run(login(f"print((api{chain}.access.deny('a').validation.error('b', 'c')) == api)"))
    assert read_logs(result) == ["True"]
    assert len(result["commands"]) == len(LOGIN_CALLS)


def test_commands_keep_the_order_of_the_calls(at_login: InProcess) -> None:
    result = at_login.run(login("for i in range(5):", "    api.user.setAppMetadata('k', i)"))
    assert [command["value"] for command in result["commands"]] == list(range(5))


@pytest.mark.parametrize(
    ("call", "denial"),
    [
        ("api.access.deny('why')", {"code": "access_denied", "reason": "why", "user_message": ""}),
        ("api.access.deny('why', 'sorry')", {"code": "access_denied", "reason": "why", "user_message": "sorry"}),
        ("api.access.deny('why', None)", {"code": "access_denied", "reason": "why", "user_message": ""}),
        (
            "api.access.deny(reason='why', user_message='sorry')",
            {"code": "access_denied", "reason": "why", "user_message": "sorry"},
        ),
        ("api.validation.error('bad_name', 'say')", {"code": "bad_name", "reason": "say", "user_message": "say"}),
    ],
)
def test_a_denial_says_what_it_was_told_at_both_triggers(
    at_login: InProcess, at_registration: InProcess, call: str, denial: dict[str, str]
) -> None:
    for result in (at_login.run(login(call)), at_registration.run(registration(call))):
        assert (result["outcome"], result["denial"]) == ("DENIED", denial)


REFUSED_CALLS = [
    ("api.user.setAppMetadata('a.b', 1)", "ValueError", "must not contain '.' or '$'"),
    ("api.user.setUserMetadata('$a', 1)", "ValueError", "must not contain '.' or '$'"),
    ("api.user.setAppMetadata('', 1)", "ValueError", "must not be empty"),
    ("api.user.setAppMetadata(1, 1)", "TypeError", "must be text"),
    ("api.user.setAppMetadata('k' * 257, 1)", "ValueError", "at most 256"),
    ("api.user.setAppMetadata('k', {1, 2})", "TypeError", "value of 'k': a set is not a JSON value"),
    ("api.user.setAppMetadata('k', float('nan'))", "ValueError", "no NaN"),
    ("api.user.setAppMetadata('k', {1: 2})", "TypeError", "JSON keys are text"),
    ("api.user.setAppMetadata('k', api)", "TypeError", "is not a JSON value"),
    ("api.user.setAppMetadata('k', 'x' * 32_000)", "ValueError", "app metadata set by one flow may have 32000 bytes"),
    ("api.user.setUserMetadata('k', 'x' * 32_000)", "ValueError", "user metadata set by one flow"),
    ("api.user.setAppMetadata('k')", "TypeError", "value"),
    ("api.accessToken.setCustomClaim('sub', 1)", "ValueError", "restricted"),
    ("api.idToken.setCustomClaim('scope', 1)", "ValueError", "addScope"),
    ("api.idToken.setCustomClaim('https://x.auth0.com/a', 1)", "ValueError", "namespace"),
    ("api.idToken.setCustomClaim('c', 'x' * 100_000)", "ValueError", "custom claims of the id token"),
    ("api.accessToken.addScope('a b')", "ValueError", "without spaces"),
    ("api.accessToken.removeScope(None)", "TypeError", "must be text"),
    ("api.idToken.addScope('a')", "AttributeError", "use api.accessToken"),
    ("api.access.deny('')", "ValueError", "must not be empty"),
    ("api.access.deny(None)", "TypeError", "must be text"),
    ("api.access.deny('x' * 1_001)", "ValueError", "at most 1000"),
    ("api.access.deny('a', '\\0')", "ValueError", "NUL"),
    ("api.validation.error('', 'm')", "ValueError", "must not be empty"),
    ("api.validation.error('c', '')", "ValueError", "must not be empty"),
    ("api.validation.error('c')", "TypeError", "message"),
    ("api.transaction.setMetadata('k' * 65, 1)", "ValueError", "at most 64"),
    ("api.transaction.setMetadata('k', [1])", "TypeError", "text, numbers and booleans"),
    ("api.transaction.setMetadata('k', 'x' * 8_192)", "ValueError", "8192 bytes"),
    ("api.transaction.setMetadata('k', 'ü' * 4_096)", "ValueError", "8192 bytes"),
    ("api.transaction.setMetadata('k', float('inf'))", "ValueError", "Infinity"),
    (
        "[api.transaction.setMetadata(k, 'x' * 8_000) for k in 'abc']",
        "ValueError",
        "transaction metadata set by one flow may have 16384 bytes",
    ),
    ("api.multifactor.enable('sms')", "ValueError", "choose one of any, duo"),
    ("api.multifactor.enable('any', [1])", "TypeError", "options must be a dict"),
    ("api.multifactor.enable('any', {'a': {1}})", "TypeError", "options.a: a set"),
    ("api.authentication.challengeWith('otp')", "TypeError", "a factor is a dict"),
    ("api.authentication.challengeWith({'kind': 'otp'})", "TypeError", "a factor is a dict"),
    ("api.authentication.challengeWith({'type': 'otp', 'method': 'x'})", "ValueError", "nothing else"),
    ("api.authentication.challengeWith({'type': ''})", "ValueError", "must not be empty"),
    ("api.authentication.challengeWith({'type': 'otp'}, {'additional': []})", "ValueError", "additionalFactors"),
    ("api.authentication.challengeWith({'type': 'otp'}, {'additionalFactors': 'x'})", "TypeError", "must be a list"),
    (
        "api.authentication.enrollWith({'type': 'a'}, {'additionalFactors': [{'type': 'b'}] * 10})",
        "ValueError",
        "most 10",
    ),
    ("api.authentication.enrollWithAny([])", "ValueError", "1 to 10"),
    ("api.authentication.enrollWithAny([{'type': 'a'}] * 11)", "ValueError", "1 to 10"),
    ("api.authentication.enrollWithAny({'type': 'a'})", "ValueError", "must be a list"),
    ("api.user.setappmetadata('a', 1)", "AttributeError", "setAppMetadata"),
    ("api.users", "AttributeError", "it has: access, accessToken"),
    ("api.cache", "AttributeError", "it has: access, accessToken"),
]


@pytest.mark.parametrize(("call", "kind", "says"), REFUSED_CALLS)
def test_a_refused_call_raises_at_its_own_line_with_the_reason(
    at_login: InProcess, call: str, kind: str, says: str
) -> None:
    result = at_login.run(login("api.user.setAppMetadata('before', 1)", call, "print('never')"))
    assert (result["outcome"], result["commands"], result["logs"]) == ("RAISED", [], [])
    assert (result["error"]["type"], result["error"]["file"], result["error"]["line"]) == (kind, "act.py", 3)
    assert says in result["error"]["message"]


@pytest.mark.parametrize(("call", "kind", "says"), REFUSED_CALLS)
def test_a_refused_call_can_be_caught_and_records_nothing(at_login: InProcess, call: str, kind: str, says: str) -> None:
    result = at_login.run(
        login(
            "try:", f"    {call}", f"except {kind} as error:", "    print('caught')", "api.user.setAppMetadata('k', 1)"
        )
    )
    assert (result["outcome"], read_logs(result), result["denial"]) == ("COMPLETED", ["caught"], None)
    recorded = [command for command in result["commands"] if command["kind"] != "set_transaction_metadata"]
    assert recorded == [{"kind": "set_app_metadata", "key": "k", "value": 1}]


@pytest.mark.parametrize(
    "name", ["accessToken", "access_token", "idToken", "authentication", "multifactor", "transaction"]
)
def test_a_call_that_registration_does_not_have_says_where_it_belongs(at_registration: InProcess, name: str) -> None:
    error = at_registration.run(registration(f"api.{name}"))["error"]
    assert error["type"] == "AttributeError"
    assert error["message"] == f"api.{name} does not exist at pre-user-registration; it is part of post-login"


@pytest.mark.parametrize("key", sorted(RESERVED_APP_METADATA))
def test_reserved_names_are_refused_in_app_metadata_and_free_elsewhere(at_login: InProcess, key: str) -> None:
    assert "reserved" in at_login.run(login(f"api.user.setAppMetadata({key!r}, 1)"))["error"]["message"]
    result = at_login.run(
        login(f"api.user.setUserMetadata({key!r}, 1)", f"api.user.setAppMetadata('k', {{{key!r}: 1, 'a.$b': 2}})")
    )
    assert len(result["commands"]) == 2


def test_none_removes_metadata_and_is_null_in_a_claim(at_login: InProcess) -> None:
    result = at_login.run(
        login(
            "api.user.setAppMetadata('k', None)",
            "api.transaction.setMetadata('k', None)",
            "api.idToken.setCustomClaim('k', None)",
        )
    )
    assert [command["value"] for command in result["commands"]] == [None] * 3


def test_a_key_set_again_and_again_counts_once_against_its_limit(at_login: InProcess) -> None:
    result = at_login.run(login("for _ in range(5):", "    api.user.setAppMetadata('k', 'x' * 20_000)"))
    assert (result["outcome"], len(result["commands"])) == ("COMPLETED", 5)


def test_limits_are_those_of_the_execution(at_login: InProcess) -> None:
    at_login.limits = Limits(app_metadata_bytes=5, value_depth=2)
    assert at_login.run(login("api.user.setAppMetadata('k', 1234)"))["outcome"] == "COMPLETED"
    assert at_login.run(login("api.user.setAppMetadata('k', 12345)"))["outcome"] == "RAISED"
    assert at_login.run(login("api.idToken.setCustomClaim('k', [[]])"))["outcome"] == "COMPLETED"
    assert at_login.run(login("api.idToken.setCustomClaim('k', [[[]]])"))["outcome"] == "RAISED"


def test_transaction_metadata_shows_at_once(at_login: InProcess) -> None:
    result = at_login.run(
        login(
            "print(event.transaction)",
            "api.transaction.setMetadata('a', 1).transaction.setMetadata('b', 'x')",
            "print(event.transaction.metadata, event['transaction']['metadata']['a'])",
            "api.transaction.setMetadata('a', None)",
            "print(event.transaction.metadata)",
        )
    )
    assert read_logs(result) == ["None", "{'a': 1, 'b': 'x'} 1", "{'b': 'x'}"]


@pytest.mark.parametrize(
    "line",
    [
        "api.user = 1",
        "api.user.setAppMetadata = 1",
        "del api.user",
        "api.access.deny = lambda *a: None",
        "api['user'] = 1",
        "api.extra = 1",
    ],
)
def test_the_facade_cannot_be_changed(at_login: InProcess, line: str) -> None:
    error = at_login.run(login(line))["error"]
    assert (error["type"], error["line"]) == ("TypeError", 2)
    assert "api cannot be changed" in error["message"]


def test_options_are_copied_at_the_call(at_login: InProcess) -> None:
    result = at_login.run(
        login(
            "options = {'a': 1}",
            "factor = {'type': 'otp', 'options': options}",
            "api.authentication.challengeWith(factor).multifactor.enable('any', options)",
            "options['a'] = 2",
            "factor['type'] = 'email'",
        )
    )
    first, second = result["commands"]
    assert first["factor"] == {"type": "otp", "options_json": '{"a":1}'}
    assert json.loads(second["options_json"]) == {"a": 1}
