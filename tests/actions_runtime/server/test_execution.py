import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
import pytest
from google.rpc.error_details_pb2 import RetryInfo

from actions.v1 import execution_pb2 as execution
from actions.v1 import management_pb2 as management
from tests.server_process import Server, Tenant, bearer, refusal_of

LOGIN = {"user": {"user_id": "u1"}}
CONTINUE, DENY, FAIL = execution.DECISION_CONTINUE, execution.DECISION_DENY, execution.DECISION_FAIL

CART = """
def on_execute_post_login(event, api):
    print("cart of", event.user.user_id)
    api.user.set_app_metadata("cart", {"qty": 9007199254740993, "one": 1})
    api.access_token.set_custom_claim("https://x/cart", [1])
"""
RAISING = """
def on_execute_post_login(event, api):
    api.user.set_app_metadata("half", True)
    raise ValueError("no way")
"""
DENYING = """
def on_execute_post_login(event, api):
    api.user.set_app_metadata("seen", True)
    api.id_token.set_custom_claim("https://x/c", 1)
    api.access.deny("blocked", "Please call us.")
"""
LOOPING = """
def on_execute_post_login(event, api):
    while True:
        pass
"""
SESSION = """
def on_execute_post_login(event, api):
    api.user.set_app_metadata("had", event.anonymous_session is not None)
"""
RANDOM = """
import uuid
def on_execute_post_login(event, api):
    api.user.set_app_metadata("id", str(uuid.uuid4()))
"""


def test_commands_come_back_with_every_digit_and_no_type_changed(tenant: Tenant) -> None:
    tenant.install({"cart": CART})
    answer = tenant.execute(LOGIN)
    assert answer.decision == CONTINUE
    first, second = answer.commands
    assert (first.action, first.version, first.set_app_metadata.key) == ("cart", 1, "cart")
    assert json.loads(first.set_app_metadata.value_json) == {"qty": 9007199254740993, "one": 1}
    assert second.set_custom_claim.name == "https://x/cart"
    (result,) = answer.results
    assert (result.action, result.version, result.outcome) == ("cart", 1, execution.OUTCOME_COMPLETED)
    assert [(line.level, line.text) for line in result.logs] == [("log", "cart of u1")]
    assert answer.execution_id.startswith("exec_")


def test_a_trigger_without_bindings_continues_with_no_commands(tenant: Tenant) -> None:
    answer = tenant.execute(LOGIN)
    assert (answer.decision, len(answer.commands), len(answer.results)) == (CONTINUE, 0, 0)


def test_a_failure_is_an_answer_and_takes_all_commands_with_it(tenant: Tenant) -> None:
    tenant.install({"cart": CART, "raising": RAISING})
    answer = tenant.execute(LOGIN)
    assert (answer.decision, len(answer.commands)) == (FAIL, 0)
    assert answer.results[1].outcome == execution.OUTCOME_RAISED
    error = answer.results[1].error
    assert (error.type, error.message, error.file, error.line) == ("ValueError", "no way", "raising.py", 4)


def test_a_skipped_failure_takes_its_own_commands_and_leaves_a_warning(tenant: Tenant) -> None:
    tenant.install({"raising": RAISING, "cart": CART}, on_error={"raising": management.ON_ERROR_SKIP})
    answer = tenant.execute(LOGIN)
    assert answer.decision == CONTINUE
    assert {command.action for command in answer.commands} == {"cart"}
    assert [(w.code, w.action) for w in answer.warnings] == [("ACTION_SKIPPED", "raising")]


def test_a_denial_is_an_answer_with_metadata_only_and_ends_the_flow(tenant: Tenant) -> None:
    tenant.install({"denying": DENYING, "cart": CART})
    answer = tenant.execute(LOGIN)
    assert answer.decision == DENY
    assert [c.WhichOneof("kind") for c in answer.commands] == ["set_app_metadata"]
    assert answer.denial == execution.Denial(
        action="denying", code="access_denied", reason="blocked", user_message="Please call us."
    )
    assert [r.outcome for r in answer.results] == [execution.OUTCOME_DENIED, execution.OUTCOME_NOT_RUN]


def test_an_action_that_does_not_end_has_timed_out(tenant: Tenant) -> None:
    tenant.install({"looping": LOOPING})
    answer = tenant.execute(LOGIN)
    assert (answer.decision, answer.results[0].outcome) == (FAIL, execution.OUTCOME_TIMED_OUT)


def test_what_is_deployed_or_bound_next_runs_at_once(tenant: Tenant) -> None:
    tenant.install({"cart": CART})
    assert tenant.execute(LOGIN).results[0].version == 1
    tenant.deploy("cart")
    assert tenant.execute(LOGIN).results[0].version == 2
    tenant.bind()
    assert not tenant.execute(LOGIN).results


@pytest.mark.parametrize(
    ("login_flow", "protocol", "withheld"),
    [
        ("UNSPECIFIED", None, False),
        ("INTERACTIVE", None, False),
        ("INTERACTIVE", "oauth2-device-code", True),
        ("PASSWORD_RESET", "oidc-basic-profile", True),
        ("UNSPECIFIED", "oauth2-refresh-token", True),
        ("CIBA", None, True),
        ("TOKEN_EXCHANGE", None, True),
    ],
)
def test_an_anonymous_session_is_withheld_outside_of_interactive_logins(
    tenant: Tenant, login_flow: str, protocol: str | None, withheld: bool
) -> None:
    tenant.install({"session": SESSION})
    session = {"user_id": "anon|1", "session_id": "s", "created_at": 1}
    event = {**LOGIN, "anonymous_session": session, "transaction": {"protocol": protocol} if protocol else {}}
    answer = tenant.execute(event, login_flow=execution.LoginFlow.Value(f"LOGIN_FLOW_{login_flow}"))
    assert answer.decision == CONTINUE, answer
    assert json.loads(answer.commands[0].set_app_metadata.value_json) is not withheld
    codes = [warning.code for warning in answer.warnings]
    assert codes == (["ANONYMOUS_SESSION_WITHHELD"] if withheld else [])


@pytest.mark.parametrize(
    ("event", "field"),
    [
        (b"", "event"),
        (b"{", "event"),
        (b"[]", "event"),
        (b"\xff{}", "event"),
        (b'{"user":{"user_id":"u","a":NaN}}', "event.user.a"),
        (b'{"user":{"user_id":"u","a":1e400}}', "event.user.a"),
        (b'{"user":{"user_id":"u\\u0000"}}', "event.user.user_id"),
        (b'{"user":{"user_id":"u","a":"\\ud800"}}', "event.user.a"),
        (b'{"user":{"user_id":"u","user_id":"v"}}', "event.user.user_id"),
        (b'{"user":{"user_id":"u"},"x":' + b"[" * 64 + b"]" * 64 + b"}", "event.x"),
        (b'{"user":{"user_id":"u"},"x":"' + b"y" * 262_144 + b'"}', "event"),
        (b'{"user":{"user_id":"u"},"secrets":{}}', "event.secrets"),
        (b"{}", "event.user"),
        (b'{"user":{}}', "event.user.user_id"),
        (b'{"user":{"user_id":5}}', "event.user.user_id"),
    ],
)
def test_a_bad_event_is_refused_with_the_path_of_its_field(tenant: Tenant, event: bytes, field: str) -> None:
    refusal = refusal_of(tenant.execute, event)
    assert refusal.code is grpc.StatusCode.INVALID_ARGUMENT
    assert any(found.startswith(field) for found in refusal.fields), refusal


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"trigger": 0}, "trigger"),
        ({"trigger": 77}, "trigger"),
        ({"login_flow": 77}, "login_flow"),
        ({"execution_id": "x" * 129}, "execution_id"),
        ({"execution_id": "a b"}, "execution_id"),
        ({"execution_id": "ä"}, "execution_id"),
        ({"execution_id": "a\n"}, "execution_id"),
    ],
)
def test_a_bad_field_is_refused_by_its_name(tenant: Tenant, fields: dict[str, Any], field: str) -> None:
    refusal = refusal_of(tenant.execute, LOGIN, **fields)
    assert (refusal.code, refusal.fields) == (grpc.StatusCode.INVALID_ARGUMENT, [field])


def test_a_message_over_the_limit_is_refused_by_grpc(tenant: Tenant) -> None:
    refusal = refusal_of(tenant.execute, b" " * (5 * 1024 * 1024))
    assert refusal.code is grpc.StatusCode.RESOURCE_EXHAUSTED


def test_an_unknown_method_is_unimplemented(server: Server) -> None:
    call: Any = server.channel.unary_unary("/actions.v1.ExecutionService/Nothing")
    assert refusal_of(call, b"", metadata=server.operator).code is grpc.StatusCode.UNIMPLEMENTED


def test_the_same_id_gives_the_same_answer(tenant: Tenant) -> None:
    tenant.install({"random": RANDOM})
    first, second = (tenant.execute(LOGIN, execution_id="login:1") for _ in range(2))
    assert first == second
    assert first.execution_id == "login:1"
    assert tenant.execute(LOGIN, execution_id="login:2").commands != first.commands


def test_the_same_id_in_flight_gives_the_same_answer(tenant: Tenant) -> None:
    tenant.install({"random": RANDOM})
    with ThreadPoolExecutor(8) as pool:
        calls = [pool.submit(tenant.execute, LOGIN, execution_id="login:1") for _ in range(8)]
    assert len({call.result().SerializeToString(deterministic=True) for call in calls}) == 1


def test_a_caller_that_hung_up_finds_the_answer(tenant: Tenant) -> None:
    source = """
import time, uuid
def on_execute_post_login(event, api):
    end = time.time() + 0.3
    while time.time() < end:
        pass
    api.user.set_app_metadata("id", str(uuid.uuid4()))
"""
    tenant.install({"slow": source})
    tenant.execute(LOGIN)
    request = execution.ExecuteFlowRequest(
        event_json=json.dumps(LOGIN).encode(), trigger=execution.TRIGGER_POST_LOGIN, execution_id="login:1"
    )
    call = tenant.server.executions.ExecuteFlow.future(request, metadata=tenant.metadata)
    refusal_of(tenant.execute, b"{}")  # it came later on the same connection: the first has been taken up
    call.cancel()
    answers = [tenant.execute(LOGIN, execution_id="login:1") for _ in range(2)]
    assert answers[0] == answers[1]


@pytest.mark.parametrize(
    "other",
    [
        {"event": {"user": {"user_id": "u2"}}},
        {"login_flow": execution.LOGIN_FLOW_INTERACTIVE},
        {"trigger": execution.TRIGGER_PRE_USER_REGISTRATION},
    ],
)
def test_an_id_used_for_something_else_is_refused(tenant: Tenant, other: dict[str, Any]) -> None:
    tenant.execute(LOGIN, execution_id="login:1")
    refusal = refusal_of(tenant.execute, **{"event": LOGIN, "execution_id": "login:1", **other})
    assert (refusal.code, refusal.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "EXECUTION_ID_REUSED")


def test_the_same_id_of_another_tenant_is_another_execution(server: Server, tenant: Tenant) -> None:
    other = server.create_tenant()
    tenant.execute(LOGIN, execution_id="login:1")
    answer = Tenant(server, other, server.create_key(other)).execute({"user": {"user_id": "x"}}, execution_id="login:1")
    assert answer.decision == CONTINUE


def test_a_refused_call_is_not_remembered(tenant: Tenant) -> None:
    refusal_of(tenant.execute, b"{}", execution_id="login:1")
    assert tenant.execute(LOGIN, execution_id="login:1").decision == CONTINUE


def test_the_callers_deadline_ends_the_call(tenant: Tenant) -> None:
    tenant.install({"looping": LOOPING})
    refusal = refusal_of(tenant.execute, LOGIN, timeout=0.2)
    assert refusal.code is grpc.StatusCode.DEADLINE_EXCEEDED


def test_a_full_queue_says_when_to_come_again(start_server: Callable[..., Server]) -> None:
    server = start_server(pool_queue_per_tenant=1, pool_workers_per_tenant=1, pool_requests_per_worker=1)
    name = server.create_tenant()
    tenant = Tenant(server, name, server.create_key(name))
    tenant.install({"looping": LOOPING})
    with ThreadPoolExecutor(12) as pool:
        calls = [pool.submit(tenant.execute, LOGIN) for _ in range(12)]
    refused = [error for call in calls if (error := call.exception()) is not None]
    assert refused
    for error in refused:
        refusal = refusal_of(_raise, error)
        assert refusal.code is grpc.StatusCode.RESOURCE_EXHAUSTED
        assert int(refusal.pushback or "-1") > 0
        delay = refusal.detail(RetryInfo).retry_delay
        assert delay.seconds or delay.nanos


def _raise(error: BaseException) -> None:
    raise error


def test_the_operator_names_the_tenant_it_acts_for(server: Server, tenant: Tenant) -> None:
    tenant.install({"cart": CART})
    operator = Tenant(server, tenant.id, server.operator_key)
    assert operator.execute(LOGIN, tenant=tenant.id).results[0].action == "cart"
    assert refusal_of(operator.execute, LOGIN).fields == ["tenant"]
    nobody = refusal_of(operator.execute, LOGIN, tenant="nobody")
    assert (nobody.code, nobody.reason) == (grpc.StatusCode.NOT_FOUND, "TENANT_NOT_FOUND")


def test_a_dry_run_of_a_draft_leaves_no_trace(tenant: Tenant) -> None:
    tenant.create("cart", CART)
    request = management.TestFlowRequest(
        parent="tenants/-",
        trigger=execution.TRIGGER_POST_LOGIN,
        event_json=json.dumps(LOGIN).encode(),
        action_id="cart",
    )
    lines = len(_executions(tenant))
    answer = tenant.server.actions.TestFlow(request, metadata=tenant.metadata).result
    assert (answer.results[0].action, answer.results[0].version) == ("cart", 0)
    assert len(answer.commands) == 2
    assert not tenant.execute(LOGIN).results
    assert len(_executions(tenant)) == lines + 1


def test_a_dry_run_of_the_chain_is_what_a_login_would_get(tenant: Tenant) -> None:
    tenant.install({"cart": CART, "denying": DENYING})
    request = management.TestFlowRequest(
        parent=tenant.name, trigger=execution.TRIGGER_POST_LOGIN, event_json=json.dumps(LOGIN).encode()
    )
    dry = tenant.server.actions.TestFlow(request, metadata=tenant.metadata).result
    real = tenant.execute(LOGIN)
    assert (dry.decision, list(dry.commands), dry.denial) == (real.decision, list(real.commands), real.denial)


def test_a_dry_run_refuses_a_draft_of_another_trigger(tenant: Tenant) -> None:
    tenant.create("cart", CART)
    request = management.TestFlowRequest(
        parent=tenant.name,
        trigger=execution.TRIGGER_PRE_USER_REGISTRATION,
        event_json=b"{}",
        action_id="cart",
    )
    assert refusal_of(tenant.server.actions.TestFlow, request, metadata=tenant.metadata).fields == ["trigger"]


def test_a_dry_run_sees_the_drafts_secrets(tenant: Tenant) -> None:
    source = """
def on_execute_post_login(event, api):
    api.user.set_app_metadata("length", len(event.secrets["TOKEN"]))
    print(event.secrets["TOKEN"])
"""
    tenant.create("s", source, TOKEN="planted-value")
    request = management.TestFlowRequest(
        parent=tenant.name,
        trigger=execution.TRIGGER_POST_LOGIN,
        event_json=json.dumps(LOGIN).encode(),
        action_id="s",
    )
    answer = tenant.server.actions.TestFlow(request, metadata=tenant.metadata).result
    assert answer.commands[0].set_app_metadata.value_json == "13", answer
    assert "planted-value" not in str(answer)


def test_an_execution_leaves_one_line_in_the_log(tenant: Tenant) -> None:
    tenant.install({"cart": CART})
    answer = tenant.execute(LOGIN)
    (line,) = [line for line in _executions(tenant) if line["execution_id"] == answer.execution_id]
    assert line["trigger"] == "post-login"
    assert line["decision"] == "CONTINUE"
    assert line["outcomes"] == ["COMPLETED"]
    assert line["duration_us"] > 0


def _executions(tenant: Tenant) -> list[dict[str, Any]]:
    lines = tenant.server.log_lines()
    return [line for line in lines if line["event"] == "execution" and line["tenant"] == tenant.id]


def test_a_key_made_by_another_process_is_known_at_once(server: Server, tenant: Tenant) -> None:
    key = server.create_key(tenant.id, "execute")
    request = execution.ExecuteFlowRequest(trigger=execution.TRIGGER_POST_LOGIN, event_json=json.dumps(LOGIN).encode())
    assert server.executions.ExecuteFlow(request, metadata=bearer(key)).decision == CONTINUE
