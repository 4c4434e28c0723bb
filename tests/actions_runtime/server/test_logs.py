"""What a whole run leaves in the log: no credential, no secret, nothing of an event or of an action's output."""

from collections.abc import Callable

import pytest

from actions.v1 import execution_pb2 as execution
from actions.v1 import management_pb2 as management
from tests.server_process import Server, Tenant, refusal_of

SOURCE = """
# planted-in-source
def on_execute_post_login(event, api):
    print("planted-in-print", event.secrets["TOKEN"], event.user.email)
    api.user.set_app_metadata("planted-in-key", "planted-in-value")
    if event.user.name == "raise":
        raise ValueError("planted-in-error " + event.secrets["TOKEN"])
    if event.user.name == "loop":
        while True:
            pass
    api.access.deny("planted-in-reason", "planted-in-message")
"""
EVENT = {"user": {"user_id": "planted-in-id", "email": "planted-in-email"}, "planted-in-field": 1}


@pytest.fixture
def own(start_server: Callable[..., Server]) -> Tenant:
    """A tenant of a server of its own, which logs all that it can."""
    server = start_server(log_level="debug")
    name = server.create_tenant()
    return Tenant(server, name, server.create_key(name))


def test_nothing_that_is_private_reaches_the_log(own: Tenant) -> None:
    own.create("cart", SOURCE, TOKEN="planted-in-secret")
    own.deploy("cart")
    own.bind("cart")
    for name in ("deny", "raise", "loop"):
        own.execute({**EVENT, "user": {**EVENT["user"], "name": name}}, execution_id=f"id-{name}")  # type: ignore[dict-item]
    refusal_of(own.execute, {**EVENT, "secrets": {"planted": "planted"}})
    refusal_of(own.execute, b"planted-in-garbage")
    refusal_of(own.create, "other", SOURCE + "import planted_in_import\n", TOKEN="planted-in-secret")
    refusal_of(Tenant(own.server, own.id, "planted-in-key").execute, EVENT)
    request = management.TestFlowRequest(
        parent=own.name, trigger=execution.TRIGGER_POST_LOGIN, event_json=b'{"user":{"user_id":"planted"}}'
    )
    own.server.actions.TestFlow(request, metadata=own.metadata)
    own.server.stop()
    log = own.server.log_file.read_text()
    assert "id-deny" in log
    assert "planted" not in log
    assert own.key not in log
    assert own.server.operator_key not in log
    assert own.key.rpartition("_")[2] not in log
    assert all(line["event"] for line in own.server.log_lines())
