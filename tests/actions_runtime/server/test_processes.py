import contextlib
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import grpc
import pytest

from actions.v1 import execution_pb2 as execution
from actions.v1 import management_pb2 as management
from actions_runtime.settings import WrongSettings, load_settings
from tests.actions_runtime.server.process_tree import Tree, children, descriptors, wait_for_end, wait_until
from tests.server_process import COMMAND, Server, Tenant, refusal_of

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are looked at through /proc")

PROCESSES = 3
LOGIN = {"user": {"user_id": "u1"}}
PLAIN = {name: value for name, value in os.environ.items() if not name.startswith("ACTIONS_")}
MARK = "def on_execute_post_login(event, api):\n    api.user.set_app_metadata('mark', {!r})\n"
SLOW = """
import time
def on_execute_post_login(event, api):
    end = time.time() + event["seconds"]
    while time.time() < end:
        pass
    api.user.set_app_metadata("mark", "slow")
"""


@pytest.fixture
def open_views(request: pytest.FixtureRequest) -> Iterator[Callable[[Tenant, int], list[Tenant]]]:
    """Opens connections that share nothing, so that the kernel spreads them over the processes."""
    channels: list[grpc.Channel] = []

    def open_some(tenant: Tenant, count: int) -> list[Tenant]:
        views = []
        for _ in range(count):
            options = [("grpc.use_local_subchannel_pool", 1)]
            channels.append(grpc.insecure_channel(tenant.server.address, options))
            views.append(replace(tenant, server=replace(tenant.server, channel=channels[-1])))
        return views

    yield open_some
    for channel in channels:
        channel.close()


@pytest.fixture(scope="module")
def together(start_server: Callable[..., Server]) -> Server:
    """Several processes that are not stopped by a test."""
    return start_server(processes=PROCESSES)


@pytest.fixture
def own(start_server: Callable[..., Server]) -> Tenant:
    """A tenant of processes that may be stopped, with an action that takes as long as the event says."""
    server = start_server(processes=PROCESSES, drain_s=60, limit_action_ms=60_000, limit_flow_ms=60_000)
    tenant = _make_tenant(server)
    tenant.install({"slow": SLOW})
    return tenant


def _make_tenant(server: Server) -> Tenant:
    name = server.create_tenant()
    return Tenant(server, name, server.create_key(name))


def _reach_all(tenant: Tenant, open_views: Callable[[Tenant, int], list[Tenant]], event: Any = None) -> list[Tenant]:
    """Open connections to every process, each of which has run the flow."""
    views = open_views(tenant, 30)
    _ask(views, event or LOGIN)
    tree = Tree(tenant.server.process.pid)
    servers = tree.servers()
    assert len(servers) == PROCESSES
    assert all(tree.connections(pid, tenant.server.address) > 0 for pid in servers)
    return views


def _call(view: Tenant, event: Any, key: str = "") -> Any:
    """Start an execution; the caller waits for it."""
    request = execution.ExecuteFlowRequest(trigger=execution.TRIGGER_POST_LOGIN, event_json=json.dumps(event).encode())
    metadata = (("authorization", f"Bearer {key or view.key}"),)
    return view.server.executions.ExecuteFlow.future(request, metadata=metadata, timeout=60)


def _ask(views: list[Tenant], event: Any = LOGIN) -> list[list[str]]:
    """Execute the flow through all connections at once and return the marks of each answer."""
    answers = [running.result() for running in [_call(view, event) for view in views]]
    return [[json.loads(c.set_app_metadata.value_json) for c in answer.commands] for answer in answers]


def test_a_deployment_and_a_binding_are_in_force_for_the_next_call_of_all(
    together: Server, open_views: Callable[[Tenant, int], list[Tenant]]
) -> None:
    """Through connections of old and new, whichever process made the change."""
    tenant = _make_tenant(together)
    tenant.install({"a": MARK.format("a0"), "b": MARK.format("b0")})
    views = _reach_all(tenant, open_views)
    for number in range(1, 9):
        author = views[number]
        request = management.UpdateActionRequest(name=f"{tenant.name}/actions/a", source=MARK.format(f"a{number}"))
        author.server.actions.UpdateAction(request, metadata=tenant.metadata, timeout=20)
        author.deploy("a")
        assert _ask(views + open_views(tenant, 15)) == [[f"a{number}", "b0"] if number % 2 else [f"a{number}"]] * 45
        author.bind("a") if number % 2 else author.bind("a", "b")
        assert _ask(views + open_views(tenant, 15)) == [[f"a{number}"] if number % 2 else [f"a{number}", "b0"]] * 45


def test_a_key_works_and_ends_in_all_processes_at_once(
    together: Server, open_views: Callable[[Tenant, int], list[Tenant]]
) -> None:
    tenant = _make_tenant(together)
    views = _reach_all(tenant, open_views)
    parent = f"tenants/{tenant.id}"
    for view in views[:8]:
        create = management.CreateApiKeyRequest(parent=parent, scopes=[management.SCOPE_EXECUTE])
        made = view.server.tenants.CreateApiKey(create, metadata=together.operator, timeout=20)
        for running in [_call(each, LOGIN, made.secret) for each in views + open_views(tenant, 10)]:
            assert running.result().decision == execution.DECISION_CONTINUE
        revoke = management.RevokeApiKeyRequest(name=made.api_key.name)
        view.server.tenants.RevokeApiKey(revoke, metadata=together.operator, timeout=20)
        refused = [_call(each, LOGIN, made.secret) for each in views + open_views(tenant, 10)]
        assert {running.exception().code() for running in refused} == {grpc.StatusCode.UNAUTHENTICATED}


def test_nobody_is_refused_while_others_change_things(
    together: Server, open_views: Callable[[Tenant, int], list[Tenant]]
) -> None:
    """A valid key stays valid, and a flow whole, however many changes arrive meanwhile."""
    tenant, busy = _make_tenant(together), _make_tenant(together)
    tenant.install({"a": MARK.format("a")})
    views = _reach_all(tenant, open_views)
    done = threading.Event()

    def change(author: Tenant) -> int:
        count = 0
        while not done.is_set():
            busy_view = replace(author, id=busy.id, key=busy.key)
            busy_view.create(f"x{count}-{id(author)}", MARK.format(count))
            count += 1
        return count

    with ThreadPoolExecutor(2) as pool:
        changing = [pool.submit(change, author) for author in views[:2]]
        try:
            answers = [_ask(views) for _ in range(20)]
        finally:
            done.set()
    assert answers == [[["a"]] * len(views)] * 20
    assert all(author.result() > 0 for author in changing)


def test_the_process_that_forks_has_not_loaded_grpc(together: Server) -> None:
    """Its threads and locks do not survive a fork."""
    tree = Tree(together.process.pid)
    assert "cygrpc" not in Path(f"/proc/{tree.pid}/maps").read_text()
    assert len(list(Path(f"/proc/{tree.pid}/task").iterdir())) == 1
    for pid in tree.servers():
        assert "cygrpc" in Path(f"/proc/{pid}/maps").read_text()


def test_servers_share_no_descriptor_but_the_lifeline(together: Server) -> None:
    """No pipe of another one's greeting, no socket; and none holds the lifeline's other end."""
    tree = Tree(together.process.pid)
    held = []
    for pid in tree.servers():
        found = descriptors(pid).items()
        held.append({link for fd, link in found if int(fd) > 2 and link.startswith(("pipe:", "socket:"))})
    for index, one in enumerate(held):
        for other in held[index + 1 :]:
            assert len(one & other) == 1
            assert next(iter(one & other)).startswith("pipe:")


def test_a_killed_process_is_replaced_and_the_others_serve_meanwhile(
    own: Tenant, open_views: Callable[[Tenant, int], list[Tenant]]
) -> None:
    event = {**LOGIN, "seconds": 0}
    views = _reach_all(own, open_views, event)
    tree = Tree(own.server.process.pid)
    servers = tree.servers()
    killed = servers[1]
    mine, below = tree.connections(killed, own.server.address), tree.below(killed)
    assert len(below) > 1
    os.kill(killed, signal.SIGKILL)
    calls = [_call(view, event) for view in views]
    assert sum(running.exception() is not None for running in calls) <= mine
    wait_for_end(below)
    wait_until(lambda: sum(line["event"] == "started" for line in own.server.log_lines()) > PROCESSES, "the successor")
    assert sum(line["event"] == "process_ended" for line in own.server.log_lines()) == 1
    assert len(tree.servers()) == PROCESSES
    assert set(servers) - {killed} < set(tree.servers())
    (successor,) = set(tree.servers()) - set(servers)
    own.create("after", MARK.format("after"))
    own.deploy("after")
    own.bind("after")
    views = open_views(own, 40)
    assert _ask(views, event) == [["after"]] * len(views)
    assert tree.connections(successor, own.server.address) > 0
    assert own.server.stop() == 0


def _start_slow(views: list[Tenant]) -> list[Any]:
    """Start executions that take a while, and return once the servers have taken them up."""
    running = [_call(view, {**LOGIN, "seconds": 1.5}) for view in views]
    for view in views:  # calls of one connection are taken up in their order
        refusal_of(view.execute, b"{}")
    return running


def test_sigterm_stops_all_and_answers_what_is_in_flight(
    own: Tenant, open_views: Callable[[Tenant, int], list[Tenant]]
) -> None:
    views = _reach_all(own, open_views, {**LOGIN, "seconds": 0})
    tree = Tree(own.server.process.pid)
    below = tree.below(tree.pid)
    running = _start_slow(views[:6])
    assert own.server.stop() == 0
    assert [len(call.result().commands) for call in running] == [1] * 6
    wait_for_end(below)
    assert sum(line["event"] == "stopped" for line in own.server.log_lines()) == PROCESSES


def test_servers_whose_supervisor_is_killed_stop_in_order(
    own: Tenant, open_views: Callable[[Tenant, int], list[Tenant]]
) -> None:
    views = _reach_all(own, open_views, {**LOGIN, "seconds": 0})
    tree = Tree(own.server.process.pid)
    below = tree.below(tree.pid)
    running = _start_slow(views[:6])
    own.server.process.kill()
    assert own.server.process.wait(30) == -signal.SIGKILL
    assert [len(call.result().commands) for call in running] == [1] * 6
    wait_for_end(below)


def _popen(folder: Path, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    """Start the command; its standard error ends when no process of it is left."""
    return subprocess.Popen(
        [*COMMAND, "serve", "--json", "--address", "127.0.0.1:0", "--data-dir", str(folder), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**PLAIN, "ACTIONS_RUNTIME_PROCESSES": str(PROCESSES), **environment},
        start_new_session=True,
    )


def _count_rows(folder: Path, table: str) -> int:
    with contextlib.closing(sqlite3.connect(folder / "actions.db")) as database:
        return int(database.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def test_a_first_start_makes_one_tenant_and_one_key_and_greets_once(tmp_path: Path) -> None:
    """Ctrl-C, which a terminal sends to every process, then stops all of them without hurry."""
    process = _popen(tmp_path, ACTIONS_RUNTIME_LIMIT_ACTION_MS="60000", ACTIONS_RUNTIME_LIMIT_FLOW_MS="60000")
    assert process.stdout is not None
    greeting = json.loads(process.stdout.readline())
    with grpc.insecure_channel(greeting["address"]) as channel:
        tenant = Tenant(Server(process, greeting, "", tmp_path, channel), "default", greeting["api_key"])
        tenant.install({"slow": SLOW})
        running = _start_slow([tenant])
        os.killpg(process.pid, signal.SIGINT)
        assert len(running[0].result().commands) == 1
    rest, log = process.communicate(timeout=60)
    assert (process.returncode, rest) == (0, "")
    assert greeting["tenant"] == "default"
    assert (_count_rows(tmp_path, "tenants"), _count_rows(tmp_path, "api_keys")) == (1, 1)
    assert "stopped_with_calls_in_flight" not in log


def _assert_refused(process: subprocess.Popen[str], sentence: str) -> None:
    """It ends with one sentence, and leaves nothing running that could hold its standard error."""
    out, log = process.communicate(timeout=60)
    assert (process.returncode, out) == (1, "")
    assert sentence in log
    assert "Traceback" not in log
    assert log.splitlines()[-1].startswith("actions-runtime: ")


def test_a_taken_port_is_refused_even_by_servers_that_would_share_it(together: Server, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        alone = f"127.0.0.1:{other.getsockname()[1]}"
        for address in (alone, together.address):
            _assert_refused(_popen(tmp_path, "--address", address), f"cannot listen on {address}")
    assert not (tmp_path / "actions.db").exists()


def test_a_wrong_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "actions.db").write_text("this is no database, and long enough to be looked at as one" * 20)
    _assert_refused(_popen(tmp_path), "actions.db cannot be used: ")


@pytest.mark.parametrize(
    "flags", [{"database": "sqlite://"}, {"database": "sqlite:///:memory:"}, {"address": "unix:/tmp/actions.sock"}]
)
def test_what_processes_cannot_share_is_refused_as_settings(flags: dict[str, str]) -> None:
    with pytest.raises(WrongSettings, match="processes above 1 need"):
        load_settings(processes=2, **flags)
    assert load_settings(processes=1, **flags)


@pytest.mark.parametrize("depth", [1, 2])
def test_sigterm_during_the_start_leaves_nothing(depth: int, tmp_path: Path) -> None:
    """As soon as there is a server, or a zygote of it."""
    process = _popen(tmp_path)

    def has_come() -> bool:
        servers = children(process.pid)
        return bool(servers if depth == 1 else [zygote for pid in servers for zygote in children(pid)])

    wait_until(has_come, "the process")
    process.send_signal(signal.SIGTERM)
    _, log = process.communicate(timeout=60)
    assert process.returncode == 0, log
