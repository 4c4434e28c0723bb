"""When no replica answers in time: the stated choice, counted, and never half a list."""

import asyncio
import signal
import socket
from collections.abc import Callable, Iterator
from typing import Any

import grpc
import pytest

from actions_runtime.execution import Decision
from actions_sandbox.contract import Trigger
from actions_sdk.apply import State, Tokens
from actions_sdk.flows import ActionsClientError, Counts, FlowAnswer, WhenUnreachable
from actions_sdk.flows.replicas import ATTEMPTS
from actions_sdk.flows.unreachable import UNREACHABLE_CODES
from tests.actions_sdk.flows.conftest import PATIENT, SLOW, Answer, Open, Scripted
from tests.server_process import Server, Tenant

EVENT = {"user": {"user_id": "auth0|ada"}}
CHOICES = [(WhenUnreachable.DENY, Decision.FAIL), (WhenUnreachable.GO_ON, Decision.CONTINUE)]


@pytest.fixture
def dead() -> Iterator[str]:
    """An address at which nobody listens."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{unused.getsockname()[1]}"


@pytest.fixture
def silent() -> Iterator[str]:
    """An address that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"127.0.0.1:{listening.getsockname()[1]}"


def _expect_stand_in(answer: FlowAnswer, decision: Decision, code: str) -> None:
    assert (answer.reached, answer.decision, answer.commands) == (False, decision, ())
    assert (answer.denial, answer.results) == (None, ())
    (warning,) = answer.warnings
    assert warning.code == "RUNTIME_UNREACHABLE"
    assert code in warning.message


@pytest.mark.parametrize(("choice", "decision"), CHOICES)
async def test_nobody_listens(choice: WhenUnreachable, decision: Decision, dead: str, open_client: Open) -> None:
    client = open_client(dead, when_unreachable=choice)
    _expect_stand_in(await client.run(Trigger.POST_LOGIN, EVENT), decision, "UNAVAILABLE")
    denied = choice is WhenUnreachable.DENY
    assert client.counts == Counts(denied=int(denied), gone_on=int(not denied))


@pytest.mark.parametrize(("choice", "decision"), CHOICES)
async def test_nobody_answers(choice: WhenUnreachable, decision: Decision, silent: str, open_client: Open) -> None:
    """The deadline holds from the first moment, with no connection yet."""
    client = open_client(silent, timeout_s=0.3, when_unreachable=choice)
    _expect_stand_in(await client.run(Trigger.POST_LOGIN, EVENT), decision, "DEADLINE_EXCEEDED")


async def test_the_choice_is_each_call_s_own_where_it_says_so(dead: str, open_client: Open) -> None:
    """Registration fails closed while logins go on."""
    client = open_client(dead, when_unreachable=WhenUnreachable.GO_ON)
    registration = await client.run(Trigger.PRE_USER_REGISTRATION, {"user": {}}, when_unreachable=WhenUnreachable.DENY)
    login = await client.run(Trigger.POST_LOGIN, EVENT)
    assert (registration.decision, login.decision) == (Decision.FAIL, Decision.CONTINUE)
    assert client.counts == Counts(denied=1, gone_on=1)


async def test_the_default_is_to_deny(dead: str, open_client: Open) -> None:
    assert (await open_client(dead).run(Trigger.POST_LOGIN, EVENT)).decision is Decision.FAIL


@pytest.mark.parametrize(("choice", "issued"), [(WhenUnreachable.DENY, False), (WhenUnreachable.GO_ON, True)])
async def test_a_stand_in_changes_nothing_and_says_whether_tokens_are_issued(
    choice: WhenUnreachable, issued: bool, dead: str, open_client: Open
) -> None:
    answer = await open_client(dead, when_unreachable=choice).run(Trigger.POST_LOGIN, EVENT, execution_id="kept")
    after = answer.apply(State(user={"user_id": "auth0|ada"}, tokens=Tokens()))
    assert after.user == {"user_id": "auth0|ada"}
    assert (after.tokens is not None) is issued
    assert answer.execution_id == "kept"


def _make_slow_tenant(server: Server) -> Tenant:
    name = server.create_tenant()
    tenant = Tenant(server, name, server.create_key(name))
    tenant.install({"slow": SLOW})
    return tenant


async def test_a_server_that_is_killed_leaves_no_half_list(
    start_server: Callable[..., Server], open_client: Open
) -> None:
    """The only replica dies with calls in flight: each has its stated choice, none has commands."""
    tenant = _make_slow_tenant(start_server(**PATIENT))
    client = open_client(tenant.server.address, api_key=tenant.key, timeout_s=60)
    assert len((await client.run(Trigger.POST_LOGIN, EVENT)).commands) == 2
    endless = EVENT | {"seconds": 3_600}
    calls = [
        asyncio.create_task(client.run(Trigger.POST_LOGIN, endless, when_unreachable=choice)) for choice, _ in CHOICES
    ]
    # Calls of one connection are taken up in their order: one that came later has been answered.
    with pytest.raises(ActionsClientError):
        await client.run(Trigger.POST_LOGIN, {"user": {}})
    tenant.server.stop(signal.SIGKILL)
    for answer, (_, decision) in zip(await asyncio.gather(*calls), CHOICES, strict=True):
        _expect_stand_in(answer, decision, "UNAVAILABLE")
    assert client.counts == Counts(answered=1, denied=1, gone_on=1, refused=1)


@pytest.fixture(scope="module")
def tight(start_server: Callable[..., Server]) -> Tenant:
    """A tenant of a server that has one worker, and room for two waiting calls."""
    few = {"pool_workers_per_tenant": 1, "pool_requests_per_worker": 1, "pool_queue_per_tenant": 1}
    return _make_slow_tenant(start_server(**PATIENT, **few))


async def test_a_full_queue_is_as_good_as_no_server(tight: Tenant, open_client: Open) -> None:
    """RESOURCE_EXHAUSTED of a server whose workers are all taken."""
    client = open_client(tight.server.address, api_key=tight.key, timeout_s=60)
    answers = await asyncio.gather(*(client.run(Trigger.POST_LOGIN, EVENT | {"seconds": 0.5}) for _ in range(8)))
    missed = [answer for answer in answers if not answer.reached]
    assert 0 < len(missed) < len(answers)
    for answer in missed:
        _expect_stand_in(answer, Decision.FAIL, "RESOURCE_EXHAUSTED")
    assert all(len(answer.commands) == 2 for answer in answers if answer.reached)
    assert client.counts == Counts(answered=len(answers) - len(missed), denied=len(missed))


def _end_with(code: grpc.StatusCode, *trailers: tuple[str, str]) -> Answer:
    def answer(_: Any, context: grpc.ServicerContext) -> None:
        context.set_trailing_metadata(trailers)
        context.abort(code, "no")

    return answer


@pytest.mark.parametrize("code", [code for code in grpc.StatusCode if code is not grpc.StatusCode.OK])
async def test_every_status_is_either_a_choice_or_a_refusal(
    code: grpc.StatusCode, script: Callable[[Answer], Scripted], open_client: Open
) -> None:
    """Three statuses mean that nobody answers; every other one raises, and is not sent again."""
    server = script(_end_with(code))
    client = open_client(server.address)
    if code.name in UNREACHABLE_CODES:
        _expect_stand_in(await client.run(Trigger.POST_LOGIN, EVENT), Decision.FAIL, code.name)
    else:
        with pytest.raises(ActionsClientError) as caught:
            await client.run(Trigger.POST_LOGIN, EVENT)
        assert caught.value.code == code.name
    assert len(server.requests) == (ATTEMPTS if code is grpc.StatusCode.UNAVAILABLE else 1)


async def test_attempts_carry_one_id(script: Callable[[Answer], Scripted], open_client: Open) -> None:
    """What is sent again is the same execution."""
    server = script(_end_with(grpc.StatusCode.UNAVAILABLE))
    answer = await open_client(server.address).run(Trigger.POST_LOGIN, EVENT)
    assert {request.execution_id for request in server.requests} == {answer.execution_id}


async def test_a_server_that_forbids_another_attempt_gets_none(
    script: Callable[[Answer], Scripted], open_client: Open
) -> None:
    """A negative pushback (gRFC A6)."""
    server = script(_end_with(grpc.StatusCode.UNAVAILABLE, ("grpc-retry-pushback-ms", "-1")))
    _expect_stand_in(await open_client(server.address).run(Trigger.POST_LOGIN, EVENT), Decision.FAIL, "UNAVAILABLE")
    assert len(server.requests) == 1


async def test_a_server_that_asks_for_patience_gets_it(script: Callable[[Answer], Scripted], open_client: Open) -> None:
    """A pushback that is longer than the call may take leaves no time for another attempt."""
    server = script(_end_with(grpc.StatusCode.UNAVAILABLE, ("grpc-retry-pushback-ms", "3600000")))
    answer = await open_client(server.address, timeout_s=0.5).run(Trigger.POST_LOGIN, EVENT)
    assert not answer.reached
    assert len(server.requests) == 1
