"""The harness answers as the pool of workers and the server do, in both of its modes."""

import json

import pytest

from actions_sandbox.contract import Trigger
from actions_sdk.client import ActionsClient, Connection
from actions_sdk.harness import Harness
from actions_sdk.messages import describe_answer
from tests.actions_sdk.harness.door import HarnessDoor
from tests.cases.corpus import Case, check, load_cases
from tests.server_process import Server


@pytest.mark.parametrize("case", load_cases(), ids=lambda case: case.name)
def test_both_modes_give_the_answer_that_is_due(case: Case, worker: Harness, in_process: Harness) -> None:
    """The same corpus goes through the pool and the server (``tests/cases/test_doors.py``)."""
    check(case, HarnessDoor(worker))
    check(case, HarnessDoor(in_process))
    if "$iso_time" not in json.dumps(case.expect):
        asked = case.sources, case.trigger, case.event, case.login_flow
        assert HarnessDoor(worker).run_flow(*asked) == HarnessDoor(in_process).run_flow(*asked)


def test_a_withheld_session_is_told_in_the_servers_words(server: Server, in_process: Harness) -> None:
    event = {
        "user": {"user_id": "u"},
        "anonymous_session": {"user_id": "anon|1"},
        "transaction": {"protocol": "oidc-ciba"},
    }
    key = server.create_key(server.create_tenant())
    with ActionsClient(Connection(server.address, api_key=key)) as client:
        answer = describe_answer(client.execute_flow(Trigger.POST_LOGIN, json.dumps(event).encode()))
    (told,) = in_process.run([], event, trigger="post-login").warnings
    assert answer["warnings"] == [{"code": told.code, "message": told.message, "action": told.action}]
