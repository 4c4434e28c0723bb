"""A login leaves no cycle behind: what the collector had to find would stop every login while it looks."""

import gc
import json
import weakref
from functools import partial
from pathlib import Path
from typing import Any, cast

import pytest

from actions.v1 import execution_pb2 as execution
from actions_runtime.execution import ExecutionSettings, Executor
from actions_runtime.execution.answers import Answers
from actions_runtime.management.directory import Flow, ResolvedStep
from actions_runtime.management.principals import SYSTEM
from actions_runtime.management.records import Scope
from actions_runtime.server.app import opened_store
from actions_runtime.server.calls import Gate
from actions_runtime.server.execution import ExecutionService
from actions_runtime.settings import load_settings
from actions_sandbox.contract import OnError, Trigger, Version
from tests.actions_runtime.execution.flows import until
from tests.server_process import bearer

SOURCE = "def on_execute_post_login(event, api):\n    api.user.set_app_metadata('who', event.user.user_id)\n"
FLOW = Flow("acme", Trigger.POST_LOGIN, (ResolvedStep(Version("v:1", "who", 1, SOURCE), OnError.DENY),), 1)


@pytest.mark.parametrize("given_id", ["", "e{}"], ids=["generated id", "the caller's id"])
@pytest.mark.parametrize("event", [{"user": {"user_id": "u|1"}}, {"user": 1}], ids=["answered", "refused"])
async def test_a_login_leaves_nothing_to_the_collector(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given_id: str, event: Any
) -> None:
    executor = Executor(ExecutionSettings(insecure_sandbox=True))
    executor.start_zygote()
    try:
        await executor.start()
        async with opened_store(load_settings(data_dir=tmp_path)) as store:
            await store.tenants.create(SYSTEM, "acme")
            key = await store.keys.create(SYSTEM, "acme", [Scope.EXECUTE])
            monkeypatch.setattr(store.directory, "cached_flow", lambda _tenant, _trigger: FLOW)
            service = ExecutionService(store.directory, executor, Answers(600, 1 << 20), 262_144)
            gate = Gate(store.directory)
            door = gate.open_door("actions.v1.ExecutionService", "ExecuteFlow", service.execute_flow)
            kept: list[object] = []
            for number in range(40):
                if number == 20:
                    gc.collect()
                request = execution.ExecuteFlowRequest(
                    trigger=execution.TRIGGER_POST_LOGIN,
                    event_json=json.dumps(event).encode(),
                    execution_id=given_id.format(number),
                )
                door.execute(bearer(key.token), request.SerializeToString(), None, kept.append)
                await until(partial(_has, kept, number + 1))
            assert gc.collect() < 20  # fewer than one for each login
            assert gate.in_flight == 0
    finally:
        await executor.stop(0)


def _has(kept: list[object], count: int) -> bool:
    return len(kept) == count


async def test_nothing_is_kept_of_a_flow_that_the_directory_has_let_go() -> None:
    """A plan holds sources and secrets: a tenant that is forgotten, or has deployed anew, leaves none behind."""
    executor = Executor(ExecutionSettings(insecure_sandbox=True))
    service = ExecutionService(cast("Any", None), executor, Answers(0, 0), 262_144)
    flow = Flow("acme", Trigger.POST_LOGIN, FLOW.steps, 2)
    assert service._find_plan(flow) is service._find_plan(flow)
    kept = weakref.ref(flow)
    del flow
    assert kept() is None
    assert not service._plans
