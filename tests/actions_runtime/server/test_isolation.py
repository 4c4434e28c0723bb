"""Which workers a tenant's calls get: its own isolation, or else the server's."""

import json
import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from actions.v1 import execution_pb2 as execution
from actions.v1 import management_pb2 as management
from actions_runtime.execution.job import Job
from actions_runtime.execution.worker import Worker
from actions_runtime.server.isolation import TenantWorkers
from actions_runtime.store.migrations import migrate
from actions_sandbox.contract import Isolation, Trigger
from tests.actions_runtime.execution.flows import EVENT, HONEST, Runs, list_outcomes, make_step, start_executor
from tests.actions_runtime.management.world import OPERATOR, World
from tests.server_process import Server, Tenant

LOGIN = {"user": {"user_id": "u"}}


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A management side with tenants of each isolation, named after it."""
    url = f"sqlite:///{tmp_path}/actions.db"
    await migrate(url)
    world = World(url)
    await world.directory.refresh()
    for name, isolation in (("unset", None), ("worker", Isolation.WORKER), ("execution", Isolation.EXECUTION)):
        await world.tenants.create(OPERATOR, name, isolation=isolation)
    yield world
    await world.store.close()


@pytest.fixture
async def runs() -> AsyncIterator[Runs]:
    """A real executor of this test's own."""
    async with start_executor() as started:
        yield started


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[Worker]:
    """The worker of each job that is sent, in order; every job still goes its way."""
    workers: list[Worker] = []
    send = Worker.send

    def note(self: Worker, job: Job) -> None:
        workers.append(self)
        send(self, job)

    monkeypatch.setattr(Worker, "send", note)
    return workers


async def _use(workers: TenantWorkers, tenant: str) -> None:
    result = await workers.run_flow(tenant, Trigger.POST_LOGIN, [make_step(HONEST)], dict(EVENT), deadline=None)
    assert list_outcomes(result) == ["COMPLETED"]
    assert await workers.check(tenant, "act", Trigger.POST_LOGIN, HONEST) == ()


@pytest.mark.parametrize(
    ("setting", "tenant", "used"),
    [
        (Isolation.WORKER, "unset", Isolation.WORKER),
        (Isolation.WORKER, "worker", Isolation.WORKER),
        (Isolation.WORKER, "execution", Isolation.EXECUTION),
        (Isolation.EXECUTION, "unset", Isolation.EXECUTION),
        (Isolation.EXECUTION, "worker", Isolation.WORKER),
        (Isolation.EXECUTION, "execution", Isolation.EXECUTION),
        (Isolation.WORKER, "not-known-here-yet", Isolation.EXECUTION),
    ],
)
async def test_a_tenants_own_isolation_beats_the_servers(
    world: World, runs: Runs, sent: list[Worker], setting: Isolation, tenant: str, used: Isolation
) -> None:
    """A tenant that this process has not heard of is not trusted with a warm worker; and no check ever has one."""
    workers = TenantWorkers(runs.executor, world.directory, setting)
    for _ in range(2):
        await _use(workers, tenant)
    assert [worker.isolation for worker in sent] == [used, Isolation.EXECUTION] * 2
    assert len({worker.pid for worker in sent}) == (4 if used is Isolation.EXECUTION else 3)


async def test_a_change_of_isolation_holds_for_the_next_execution(world: World, runs: Runs, sent: list[Worker]) -> None:
    workers = TenantWorkers(runs.executor, world.directory, Isolation.WORKER)
    await _use(workers, "unset")
    await world.tenants.update(OPERATOR, "unset", isolation=Isolation.EXECUTION)
    await _use(workers, "unset")
    await world.tenants.update(OPERATOR, "unset", isolation=None)
    await _use(workers, "unset")
    kinds = [worker.isolation.value for worker in sent]
    assert kinds == ["worker", "execution", "execution", "execution", "worker", "execution"]


def _list_workers(server: Server) -> set[int]:
    """List the living workers of a server: the children of its only child, the zygote."""
    parents: dict[int, int] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = path.read_text().rpartition(")")[2].split()[:2]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if state not in "ZX":
            parents[int(path.parent.name)] = int(parent)
    zygotes = {pid for pid, parent in parents.items() if parent == server.process.pid}
    return {pid for pid, parent in parents.items() if parent in zygotes}


def _work(tenant: Tenant) -> None:
    """Make every kind of call that needs a worker."""
    tenant.execute(LOGIN)
    body = json.dumps(LOGIN).encode()
    dry = management.TestFlowRequest(parent=tenant.name, trigger=execution.TRIGGER_POST_LOGIN, event_json=body)
    draft = management.TestFlowRequest(
        parent=tenant.name, trigger=execution.TRIGGER_POST_LOGIN, event_json=body, action_id="act"
    )
    for request in (dry, draft):
        answer = tenant.server.actions.TestFlow(request, metadata=tenant.metadata, timeout=20)
        assert answer.result.decision == execution.DECISION_CONTINUE
    check = management.CheckSourceRequest(parent=tenant.name, trigger=execution.TRIGGER_POST_LOGIN, source=HONEST)
    assert not tenant.server.actions.CheckSource(check, metadata=tenant.metadata, timeout=20).diagnostics


@pytest.mark.skipif(not Path("/proc/self/stat").exists() or os.name != "posix", reason="reads /proc")
@pytest.mark.parametrize("isolation", list(Isolation))
def test_the_servers_setting_reaches_every_call(start_server: Callable[..., Server], isolation: Isolation) -> None:
    """Without standby workers, what was there before and is there still was kept; a checker may be on its way out."""
    settings: dict[str, Any] = {"pool_standby_workers": 0, "pool_single_use_standby": 0, "pool_max_workers": 2}
    server = start_server(isolation=isolation.value, **settings)
    name = server.create_tenant()
    tenant = Tenant(server, name, server.create_key(name))
    tenant.install({"act": HONEST})
    _work(tenant)
    before = _list_workers(server)
    _work(tenant)
    after = _list_workers(server)
    if isolation is Isolation.WORKER:
        assert len(before & after) == 1
    else:
        assert not before & after
