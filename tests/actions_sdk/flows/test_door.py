"""The corpus of cases through the auth server's client: a fourth door with the same answers."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from actions_sandbox.contract import Trigger
from actions_sdk.cli.bind import bind_actions
from actions_sdk.cli.deploy import deploy_action
from actions_sdk.cli.push import push_source
from actions_sdk.client import ActionsClient, Connection
from actions_sdk.commands import Command
from actions_sdk.flows import FlowClient, LoginFlow, Replicas
from tests.cases.corpus import Case, Result, Source, check, load_cases
from tests.server_process import Server


class FlowDoor:
    """A running server, called with events as an auth server holds them."""

    def __init__(self, author: ActionsClient, client: FlowClient) -> None:
        self._author = author
        self._client = client
        self._deployed: dict[str, str] = {}

    def run(self, sources: Sequence[Source], trigger: Trigger, event: bytes, login_flow: str | None) -> Result:
        """Push and deploy what is not deployed yet, bind, and run the flow."""
        for source in sources:
            if self._deployed.get(source.action) != source.text:
                push_source(self._author, source.action, source.text)
                deploy_action(self._author, source.action)
                self._deployed[source.action] = source.text
        bind_actions(self._author, trigger, [(source.action, source.on_error) for source in sources])
        flow = LoginFlow[login_flow] if login_flow else None
        answer = self._client.run(trigger, json.loads(event), login_flow=flow)
        denial = answer.denial
        return {
            "decision": answer.decision.value,
            "commands": [_normalize(command) for command in answer.commands],
            "outcomes": [result.outcome.value for result in answer.results],
            "denial": None
            if denial is None
            else {
                "action": denial.action,
                "code": denial.code,
                "reason": denial.reason,
                "user_message": denial.user_message,
            },
            "warnings": [warning.code for warning in answer.warnings],
        }


def _normalize(command: Command) -> dict[str, Any]:
    facts = {"action": command.action} | command.to_body()
    parsed: dict[str, Any] = _parse_texts(facts)
    return parsed


def _parse_texts(value: Any) -> Any:
    if isinstance(value, list):
        return [_parse_texts(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        name.removesuffix("_json"): json.loads(item) if name.endswith("_json") else _parse_texts(item)
        for name, item in value.items()
    }


@pytest.fixture(scope="module")
def door(server: Server) -> Iterator[FlowDoor]:
    """The door, in front of a tenant of its own."""
    key = server.create_key(server.create_tenant())
    with (
        ActionsClient(Connection(server.address, api_key=key)) as author,
        FlowClient(Replicas([server.address], api_key=key)) as client,
    ):
        yield FlowDoor(author, client)


@pytest.mark.parametrize("case", load_cases(), ids=lambda case: case.name)
def test_the_client_gives_the_answer_that_is_due(case: Case, door: FlowDoor) -> None:
    """Nothing is lost or changed between an auth server's event and its commands."""
    check(case, door)
