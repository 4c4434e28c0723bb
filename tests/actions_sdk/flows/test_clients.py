"""Both clients against a real server."""

import asyncio

import pytest

from actions_runtime.execution import Decision
from actions_sandbox.contract import Outcome, Trigger
from actions_sdk.apply import State, Tokens
from actions_sdk.commands import SetAppMetadata, SetCustomClaim, SetUserMetadata
from actions_sdk.flows import ActionsClientError, AsyncFlowClient, Counts, FlowClient, LoginFlow, Replicas
from actions_sdk.flows.unreachable import WhenUnreachable
from tests.actions_sdk.flows.conftest import Open
from tests.server_process import Tenant

EVENT = {"user": {"user_id": "auth0|ada"}}

RECORD = """
import uuid
def on_execute_post_login(event, api):
    print("run")
    api.user.set_app_metadata("run", str(uuid.uuid4()))
    api.user.set_user_metadata("given", event.get("given"))
    api.id_token.set_custom_claim("given", event.get("given"))
"""

DENY = """
def on_execute_post_login(event, api):
    api.user.set_app_metadata("seen", True)
    api.access_token.set_custom_claim("never", 1)
    api.access.deny("blocked country", "Not from here.")
"""


@pytest.fixture
def recording(tenant: Tenant) -> Tenant:
    """A tenant whose action tells one run from another and hands back what it was given."""
    tenant.install({"record": RECORD})
    return tenant


def _address(tenant: Tenant) -> tuple[str, str]:
    return tenant.server.address, tenant.key


async def test_an_answer_holds_commands_results_and_the_id(recording: Tenant, open_client: Open) -> None:
    address, key = _address(recording)
    client = open_client(address, api_key=key)
    answer = await client.run(Trigger.POST_LOGIN, EVENT, login_flow=LoginFlow.INTERACTIVE, execution_id=None)
    assert (answer.decision, answer.reached, answer.denial, answer.warnings) == (Decision.CONTINUE, True, None, ())
    assert [type(command) for command in answer.commands] == [SetAppMetadata, SetUserMetadata, SetCustomClaim]
    assert {(command.action, command.version) for command in answer.commands} == {("record", 1)}
    (result,) = answer.results
    assert (result.action, result.version, result.outcome) == ("record", 1, Outcome.COMPLETED)
    assert result.logs == (("log", "run"),)
    assert result.duration_us is not None
    assert answer.execution_id.startswith("exec_")
    assert client.counts == Counts(answered=1)


GIVEN = [
    9007199254740993,
    -(2**200),
    1,
    1.0,
    True,
    None,
    0.1,
    5e-324,
    "é \u2028 😀 \\ \x7f",
    {"a.b": [], "": {}},
    (1, 2),
]


async def test_every_value_comes_back_as_itself(recording: Tenant, open_client: Open) -> None:
    """Big integers are exact, and 1, 1.0 and true stay three values."""
    address, key = _address(recording)
    client = open_client(address, api_key=key)
    answer = await client.run(Trigger.POST_LOGIN, EVENT | {"given": GIVEN})
    expected = SetCustomClaim("id", "given", GIVEN)
    assert answer.commands[2] == expected
    assert answer.commands[2].to_body() == expected.to_body()


async def test_the_same_id_gives_the_same_answer_and_runs_once(recording: Tenant, open_client: Open) -> None:
    address, key = _address(recording)
    client = open_client(address, api_key=key)
    id_ = "login-1"
    answers = await asyncio.gather(*(client.run(Trigger.POST_LOGIN, EVENT, execution_id=id_) for _ in range(5)))
    assert {answer.execution_id for answer in answers} == {id_}
    assert all(answer == answers[0] for answer in answers)
    runs = [line for line in recording.server.log_lines() if line.get("tenant") == recording.id]
    assert [line["execution_id"] for line in runs] == [id_]


async def test_calls_without_an_id_are_executions_of_their_own(recording: Tenant, open_client: Open) -> None:
    address, key = _address(recording)
    client = open_client(address, api_key=key)
    first, second = [await client.run(Trigger.POST_LOGIN, EVENT) for _ in range(2)]
    assert first.execution_id != second.execution_id
    assert first.commands[0] != second.commands[0]


async def test_an_answer_is_applied_by_its_own_trigger_and_decision(tenant: Tenant, open_client: Open) -> None:
    """A denied login keeps the metadata and gets no token."""
    tenant.install({"deny": DENY})
    address, key = _address(tenant)
    answer = await open_client(address, api_key=key).run(Trigger.POST_LOGIN, EVENT)
    assert answer.decision is Decision.DENY
    assert answer.denial is not None
    assert (answer.denial.action, answer.denial.user_message) == ("deny", "Not from here.")
    state = State(user={"user_id": "auth0|ada"}, tokens=Tokens())
    after = answer.apply(state)
    assert after.user == {"user_id": "auth0|ada", "app_metadata": {"seen": True}}
    assert after.tokens is None
    assert state.user == {"user_id": "auth0|ada"}


async def test_a_failed_action_is_an_answer_without_commands(tenant: Tenant, open_client: Open) -> None:
    tenant.install(
        {"raise": "def on_execute_post_login(event, api):\n    api.user.set_app_metadata('a', 1)\n    1 / 0\n"}
    )
    address, key = _address(tenant)
    answer = await open_client(address, api_key=key).run(Trigger.POST_LOGIN, EVENT)
    assert (answer.decision, answer.commands, answer.reached) == (Decision.FAIL, (), True)
    assert answer.results[0].outcome is Outcome.RAISED
    error = answer.results[0].error
    assert error is not None
    assert (error.type, error.file, error.line) == ("ZeroDivisionError", "raise.py", 3)


async def test_the_login_flow_reaches_the_server(recording: Tenant, open_client: Open) -> None:
    """A guest session is not handed over where the login flow forbids it."""
    address, key = _address(recording)
    session = {"user_id": "anon|1", "session_id": "s", "created_at": "2026-05-14T10:30:00Z", "metadata": {}}
    event = EVENT | {"anonymous_session": session}
    client = open_client(address, api_key=key)
    for flow in LoginFlow:
        answer = await client.run(Trigger.POST_LOGIN, event, login_flow=flow)
        withheld = [warning.code for warning in answer.warnings]
        assert withheld == ([] if flow.name == "INTERACTIVE" else ["ANONYMOUS_SESSION_WITHHELD"])


async def test_a_wrong_key_raises_whatever_was_chosen(recording: Tenant, open_client: Open) -> None:
    """A refused caller is no replica that is gone: nobody gets past the actions with a wrong key."""
    client = open_client(recording.server.address, api_key="ak_tenant_wrong", when_unreachable=WhenUnreachable.GO_ON)
    with pytest.raises(ActionsClientError) as caught:
        await client.run(Trigger.POST_LOGIN, EVENT)
    assert caught.value.code == "UNAUTHENTICATED"
    assert client.counts == Counts(refused=1)


async def test_an_event_that_the_server_refuses_raises_with_the_field(recording: Tenant, open_client: Open) -> None:
    address, key = _address(recording)
    client = open_client(address, api_key=key, when_unreachable=WhenUnreachable.GO_ON)
    with pytest.raises(ActionsClientError) as caught:
        await client.run(Trigger.POST_LOGIN, {"user": {}})
    assert caught.value.code == "INVALID_ARGUMENT"
    assert [violation.field for violation in caught.value.violations] == ["event.user.user_id"]


async def test_an_id_of_another_execution_raises(recording: Tenant, open_client: Open) -> None:
    """An id that is used twice for different events is a fault of the caller's, and told as one."""
    address, key = _address(recording)
    client = open_client(address, api_key=key)
    await client.run(Trigger.POST_LOGIN, EVENT, execution_id="reused")
    with pytest.raises(ActionsClientError) as caught:
        await client.run(Trigger.POST_LOGIN, EVENT | {"given": 1}, execution_id="reused")
    assert (caught.value.code, caught.value.reason) == ("FAILED_PRECONDITION", "EXECUTION_ID_REUSED")


async def test_an_asyncio_client_made_outside_of_a_loop_works_inside(recording: Tenant) -> None:
    """An application makes its client at import."""
    address, key = _address(recording)
    client = await asyncio.to_thread(AsyncFlowClient, Replicas([address], api_key=key))
    async with client:
        assert (await client.run(Trigger.POST_LOGIN, EVENT)).reached


async def test_a_closed_client_refuses_calls(recording: Tenant) -> None:
    address, key = _address(recording)
    replicas = Replicas([address], api_key=key)
    async with AsyncFlowClient(replicas) as asynchronous:
        await asynchronous.run(Trigger.POST_LOGIN, EVENT)
    with pytest.raises(ValueError, match="closed"):
        await asynchronous.run(Trigger.POST_LOGIN, EVENT)
    with FlowClient(replicas) as threaded:
        threaded.run(Trigger.POST_LOGIN, EVENT)
    with pytest.raises(ValueError, match="closed"):
        threaded.run(Trigger.POST_LOGIN, EVENT)


async def test_a_cancelled_call_can_be_asked_for_again(recording: Tenant) -> None:
    """Whoever hangs up leaves no half answer: the id gives the whole one."""
    address, key = _address(recording)
    async with AsyncFlowClient(Replicas([address], api_key=key)) as client:
        call = asyncio.create_task(client.run(Trigger.POST_LOGIN, EVENT, execution_id="hung-up"))
        await asyncio.sleep(0)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        answer = await client.run(Trigger.POST_LOGIN, EVENT, execution_id="hung-up")
    assert len(answer.commands) == 3


@pytest.mark.parametrize("seconds", [0, -1, float("nan"), float("inf")])
async def test_a_call_needs_a_deadline(seconds: float, open_client: Open) -> None:
    with pytest.raises(ValueError, match="positive number of seconds"):
        open_client("127.0.0.1:1", timeout_s=seconds)
    with pytest.raises(ValueError, match="positive number of seconds"):
        await open_client("127.0.0.1:1").run(Trigger.POST_LOGIN, EVENT, timeout_s=seconds)
