import asyncio
import subprocess
import sys
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions_runtime.errors import Unauthenticated, Unavailable
from actions_runtime.management.notice import Notices
from actions_runtime.management.records import Scope
from tests.actions_runtime.management.world import LOGIN, OPERATOR, World

PROCESSES = 3
STEPS = st.tuples(st.sampled_from(["commit", "give", "look", "read", "note"]), st.integers(0, PROCESSES - 1))


class Reader:
    """A process: what it knows of the store, and how far it has come in taking over what is new."""

    def __init__(self, view: Notices) -> None:
        self.view = view
        self.knows = 0
        self.looked: bytes | None = None
        self.has_read = False
        self.committed = 0

    def look(self) -> None:
        self.looked, self.has_read = self.view.look(), False

    def read(self, store: int) -> None:
        if self.looked is not None:
            self.knows, self.has_read = store, True

    def note(self) -> None:
        if self.looked is not None and self.has_read:
            self.view.note(self.looked)
            self.looked = None


@given(st.lists(STEPS, max_size=60))
def test_no_change_is_missed_whatever_the_interleaving(steps: list[tuple[str, int]]) -> None:
    """A process that has nothing unread knows every change that somebody was told of."""
    memory = Notices(PROCESSES)
    readers = [Reader(memory.of(index)) for index in range(PROCESSES)]
    store = told = 0
    for step, index in steps:
        reader = readers[index]
        if step == "commit":
            store += 1
            reader.committed = store
        elif step == "give":
            reader.view.give()
            told = max(told, reader.committed)
        elif step == "read":
            reader.read(store)
        else:
            getattr(reader, step)()
        assert all(other.view.unread or other.knows >= told for other in readers)


@given(st.lists(st.integers(0, PROCESSES - 1), min_size=1, max_size=20))
def test_a_change_is_unread_by_everybody_until_each_has_noted_it(givers: list[int]) -> None:
    memory = Notices(PROCESSES)
    views = [memory.of(index) for index in range(PROCESSES)]
    assert not any(view.unread for view in views)
    for giver in givers:
        views[giver].give()
    for view in views:
        assert view.unread
        view.note(view.look())
        assert not view.unread


def test_one_that_comes_later_has_not_read_what_was_before_it() -> None:
    """The place of a process that died is taken by one that has to read all, and counts on from there."""
    memory = Notices(2)
    memory.of(1).give()
    other, successor = memory.of(0), memory.of(1)
    assert successor.unread
    other.note(other.look())
    successor.give()
    assert other.unread


_HAMMER = """
import os, struct, sys
from actions_runtime.management.notice import Notices
gives, writers = 40_000, 2
memory = Notices(writers)
pids = []
for index in range(writers):
    pid = os.fork()
    if pid == 0:
        view = memory.of(index)
        for _ in range(gives):
            view.give()
        os._exit(0)
    pids.append(pid)
last = [0] * writers
while min(last) < gives:
    now = struct.unpack(f"@{writers}Q", memory.look())
    assert all(map(lambda new, old: new >= old, now, last)), (last, now)
    last = now
assert last == (gives,) * writers, last
for pid in pids:
    assert os.waitpid(pid, 0)[1] == 0
"""


def test_processes_see_each_others_counts_whole_and_growing() -> None:
    """A count that is being written is seen as before or as after, never half."""
    done = subprocess.run([sys.executable, "-c", _HAMMER], capture_output=True, text=True, timeout=100)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.fixture
async def pair(open_world: Callable[..., World]) -> tuple[World, World]:
    """Two processes of one server, both of which know the tenant and its empty flow."""
    memory = Notices(2)
    first, second = (open_world(notices=memory.of(index)) for index in range(2))
    await first.tenants.create(OPERATOR, "acme")
    for world in (first, second):
        await world.directory.flow("acme", LOGIN)
    return first, second


async def _name_steps(world: World) -> list[str]:
    flow = world.directory.cached_flow("acme", LOGIN) or await world.directory.flow("acme", LOGIN)
    return [step.version.action for step in flow.steps]


async def test_what_one_process_changes_is_in_force_in_the_other(pair: tuple[World, World]) -> None:
    first, second = pair
    await first.deployed("a")
    await first.bind("a")
    assert await _name_steps(second) == ["a"]
    assert second.directory.cached_flow("acme", LOGIN) is not None
    key = await first.keys.create(OPERATOR, "acme", [Scope.EXECUTE])
    assert (await second.directory.authenticate_fresh(key.token)).tenant == "acme"
    assert second.directory.authenticate(key.token).tenant == "acme"
    await first.keys.revoke(OPERATOR, key.key.id)
    for ask in (second.directory.authenticate, second.directory.authenticate_fresh):
        with pytest.raises(Unauthenticated):
            await ask(key.token)  # type: ignore[misc]


async def test_nobody_passes_on_the_old_view_while_the_new_one_is_read(
    pair: tuple[World, World], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A call that comes while another one reads the store waits for it."""
    first, second = pair
    key = await first.keys.create(OPERATOR, "acme", [Scope.EXECUTE])
    await second.directory.authenticate_fresh(key.token)
    await first.deployed("a")
    await first.bind("a")
    await first.keys.revoke(OPERATOR, key.key.id)
    reading, go_on = asyncio.Event(), asyncio.Event()
    revision = second.store.revision

    async def slow() -> int:
        reading.set()
        await go_on.wait()
        return await revision()

    monkeypatch.setattr(second.store, "revision", slow)
    early = asyncio.create_task(_name_steps(second))
    await reading.wait()
    assert second.directory.cached_flow("acme", LOGIN) is None
    with pytest.raises(Unauthenticated):
        second.directory.authenticate(key.token)
    late = asyncio.create_task(_name_steps(second))
    revoked = asyncio.create_task(second.directory.authenticate_fresh(key.token))
    go_on.set()
    assert await early == await late == ["a"]
    with pytest.raises(Unauthenticated):
        await revoked


async def test_a_valid_key_is_not_refused_because_changes_keep_coming(
    pair: tuple[World, World], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every look into the store is followed by another change: the caller is known all the same."""
    first, second = pair
    known = await first.keys.create(OPERATOR, "acme", [Scope.EXECUTE])
    refresh = second.directory.refresh

    async def overtaken() -> None:
        await refresh()
        await first.keys.create(OPERATOR, "acme", [Scope.EXECUTE])

    monkeypatch.setattr(second.directory, "refresh", overtaken)
    for _ in range(3):
        assert (await second.directory.authenticate_fresh(known.token)).key_id == known.key.id
        assert await _name_steps(second) == []


async def test_the_last_view_goes_on_while_the_store_cannot_be_reached(
    pair: tuple[World, World], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Word of a change that cannot be read stops no login; the regular look takes it over afterwards."""
    first, second = pair
    key = await first.keys.create(OPERATOR, "acme", [Scope.EXECUTE])
    await second.directory.authenticate_fresh(key.token)
    await first.deployed("a")
    await first.bind("a")
    with monkeypatch.context() as gone:
        gone.setattr(second.store, "revision", _refuse)
        assert (await second.directory.authenticate_fresh(key.token)).key_id == key.key.id
        assert await _name_steps(second) == []
    await second.directory.refresh()
    assert await _name_steps(second) == ["a"]


async def _refuse() -> int:
    raise Unavailable("gone")


async def test_the_others_are_told_of_a_change_whose_own_echo_failed(
    pair: tuple[World, World], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = pair
    await first.deployed("a")
    await _name_steps(second)
    monkeypatch.setattr(first.store, "revision", _refuse)
    await first.bind("a")
    assert await _name_steps(second) == ["a"]


async def test_a_burst_of_calls_reads_a_change_once(pair: tuple[World, World], monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = pair
    await first.deployed("a")
    await first.bind("a")
    looks = 0
    revision = second.store.revision

    async def counted() -> int:
        nonlocal looks
        looks += 1
        return await revision()

    monkeypatch.setattr(second.store, "revision", counted)
    answers = await asyncio.gather(*(_name_steps(second) for _ in range(20)))
    assert answers == [["a"]] * 20
    assert looks == 1
