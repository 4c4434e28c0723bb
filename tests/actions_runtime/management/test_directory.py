import asyncio
import dataclasses
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from actions_runtime.errors import FailedPrecondition, NotFound, Unauthenticated, Unavailable
from actions_runtime.management.records import Scope
from actions_runtime.store.sql import SqlStore
from tests.actions_runtime.management.world import AUTHOR, LOGIN, OPERATOR, RING, SIGN_UP, SOURCE, World


@pytest.fixture
async def other(open_world: Callable[..., World], world: World) -> World:
    """Another process on the same store, which has seen the tenant."""
    other = open_world()
    await other.directory.refresh()
    return other


def close_ways(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every way into a store fail, as when its database is gone."""

    def refuse() -> None:
        raise Unavailable("gone")

    for way in ("transaction", "snapshot", "revision"):
        monkeypatch.setattr(store, way, refuse)


async def test_a_trigger_without_bindings_has_an_empty_flow(world: World) -> None:
    """Nothing bound is an answer, not an error."""
    assert (await world.directory.flow("acme", LOGIN)).steps == ()


async def test_an_unknown_tenant_has_no_flow(world: World) -> None:
    """Neither cold nor warm."""
    assert world.directory.cached_flow("nobody", LOGIN) is None
    with pytest.raises(NotFound):
        await world.directory.flow("nobody", LOGIN)


async def test_a_warm_tenant_is_served_without_the_store(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The hot path is synchronous and survives the database; a cold tenant says that it cannot be served."""
    await world.tenants.create(OPERATOR, "cold")
    key = await world.keys.create(OPERATOR, "acme", [Scope.EXECUTE])
    await world.deployed("a", secrets={"TOKEN": "hush"})
    await world.bind("a")
    assert world.directory.cached_flow("acme", LOGIN) is None
    warm = await world.directory.flow("acme", LOGIN)

    close_ways(world.store, monkeypatch)

    assert world.directory.cached_flow("acme", LOGIN) is warm
    assert await world.directory.flow("acme", LOGIN) is warm
    assert world.directory.authenticate(key.token).tenant == "acme"
    assert world.directory.cached_flow("acme", SIGN_UP) is not None
    with pytest.raises(Unavailable):
        await world.directory.refresh()
    assert world.directory.cached_flow("acme", LOGIN) is warm
    with pytest.raises(Unavailable):
        await world.directory.flow("cold", LOGIN)


async def test_a_flow_cannot_be_changed(world: World) -> None:
    """What executions share is immutable, the secrets too."""
    await world.deployed("a", secrets={"TOKEN": "hush"})
    await world.bind("a")
    flow = await world.directory.flow("acme", LOGIN)

    with pytest.raises(dataclasses.FrozenInstanceError):
        flow.steps = ()  # type: ignore[misc]
    with pytest.raises(TypeError):
        flow.steps[0].version.secrets["TOKEN"] = "x"  # type: ignore[index]


async def test_changes_of_another_process_arrive_with_the_next_refresh(world: World, other: World) -> None:
    """A warm flow is replaced as a whole, the one held before stays whole as well."""
    await world.deployed("a")
    await world.bind("a")
    before = await other.directory.flow("acme", LOGIN)
    await world.deployed("b")
    await world.bind("b", "a")
    assert other.directory.cached_flow("acme", LOGIN) is before

    await other.directory.refresh()

    after = other.directory.cached_flow("acme", LOGIN)
    assert after is not None
    assert [step.version.action for step in after.steps] == ["b", "a"]
    assert [step.version.action for step in before.steps] == ["a"]
    assert after.revision > before.revision
    assert after.steps[1].version.key == before.steps[0].version.key


async def test_a_tenant_that_did_not_change_is_left_alone(world: World, other: World) -> None:
    """Another tenant's changes cost it nothing."""
    await world.tenants.create(OPERATOR, "busy")
    await other.directory.refresh()
    quiet = await other.directory.flow("acme", LOGIN)
    await world.deployed("a", tenant="busy")

    await other.directory.refresh()

    assert other.directory.cached_flow("acme", LOGIN) is quiet


async def test_nobody_ever_sees_half_a_change(world: World, other: World) -> None:
    """While lists are written and refreshed, every flow seen is one that was written."""
    for name in ("a", "b"):
        await world.deployed(name)
    await world.bind("a", "b")
    seen: set[tuple[str, ...]] = set()
    done = asyncio.Event()

    async def watch() -> None:
        while not done.is_set():
            flow = await other.directory.flow("acme", LOGIN)
            seen.add(tuple(step.version.action for step in flow.steps))
            await asyncio.sleep(0)

    async def poll() -> None:
        while not done.is_set():
            await other.directory.refresh()

    watchers = [asyncio.create_task(watch()), asyncio.create_task(poll())]
    for order in [("b", "a"), ("a",), (), ("a", "b")] * 3:
        await world.bind(*order)
    done.set()
    await asyncio.gather(*watchers)

    assert seen <= {("a", "b"), ("b", "a"), ("a",), ()}


async def test_a_reading_overtaken_by_a_refresh_is_not_kept(
    world: World, other: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cold tenant's flow read before a change is read again when the change arrived meanwhile."""
    await world.deployed("a")
    read = other.directory._read
    hooks: list[Callable[[], Awaitable[object]]] = [lambda: world.bind("a"), other.directory.refresh]

    async def slowly(reader: object, tenant: str) -> object:
        view = await read(reader, tenant)  # type: ignore[arg-type]
        while hooks:
            await hooks.pop(0)()
        return view

    monkeypatch.setattr(other.directory, "_read", slowly)
    flow = await other.directory.flow("acme", LOGIN)

    assert [step.version.action for step in flow.steps] == ["a"]
    assert other.directory.cached_flow("acme", LOGIN) is flow


async def test_a_cold_tenant_is_read_once_for_everybody(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A burst of first logins costs one reading."""
    readings = []
    read = world.directory._read

    async def counted(*arguments: object) -> object:
        readings.append(arguments)
        return await read(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(world.directory, "_read", counted)
    flows = await asyncio.gather(*(world.directory.flow("acme", LOGIN) for _ in range(20)))

    assert len(readings) == 1
    assert all(flow is flows[0] for flow in flows)


async def test_idle_tenants_are_forgotten_and_found_again(world: World) -> None:
    """Memory holds the tenants somebody logs in to."""
    await world.tenants.create(OPERATOR, "busy")
    for tenant in ("acme", "busy"):
        await world.directory.flow(tenant, LOGIN)
    world.clock.advance(599)
    assert world.directory.cached_flow("busy", LOGIN) is not None
    world.clock.advance(1)

    await world.directory.refresh()

    assert world.directory.cached_flow("acme", LOGIN) is None
    assert world.directory.cached_flow("busy", LOGIN) is not None
    assert (await world.directory.flow("acme", LOGIN)).steps == ()


async def test_one_tenants_unreadable_secrets_stop_nobody_else(open_world: Callable[..., World], world: World) -> None:
    """The tenant's own flow fails closed and says why; other tenants' changes still arrive."""
    await world.tenants.create(OPERATOR, "other")
    half_blind = open_world()
    await half_blind.directory.refresh()
    for tenant in ("acme", "other"):
        await half_blind.directory.flow(tenant, LOGIN)
    newer = open_world(ring={"key-2": bytes(32), **RING})
    await newer.deployed("a", secrets={"TOKEN": "hush"})
    await newer.bind("a")
    await newer.deployed("b", tenant="other")
    await newer.bind("b", tenant="other")

    await half_blind.directory.refresh()

    assert half_blind.directory.cached_flow("acme", LOGIN) is None
    with pytest.raises(FailedPrecondition) as refused:
        await half_blind.directory.flow("acme", LOGIN)
    assert refused.value.reason == "SECRETS_UNREADABLE"
    assert len((await half_blind.directory.flow("other", LOGIN)).steps) == 1


async def test_a_key_created_elsewhere_works_before_the_next_poll(world: World, other: World) -> None:
    """An unknown key is worth one look into the store."""
    new = await world.keys.create(OPERATOR, "acme", [Scope.EXECUTE])
    with pytest.raises(Unauthenticated):
        other.directory.authenticate(new.token)

    principals = await asyncio.gather(*(other.directory.authenticate_fresh(new.token) for _ in range(5)))

    assert {principal.key_id for principal in principals} == {new.key.id}
    assert other.directory.authenticate(new.token).tenant == "acme"


async def test_a_tenant_created_elsewhere_has_a_flow_before_the_next_poll(world: World, other: World) -> None:
    """An unknown tenant is worth one look as well."""
    await world.tenants.create(OPERATOR, "new")

    assert (await other.directory.flow("new", LOGIN)).steps == ()


async def test_strangers_cannot_make_the_store_busy(
    world: World, other: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Looks on behalf of unknown keys are rate-limited, and malformed tokens are not worth one."""
    looks = []
    revision = other.store.revision

    async def counted() -> int:
        looks.append(1)
        return await revision()

    monkeypatch.setattr(other.store, "revision", counted)

    async def knock(count: int, token: str) -> None:
        for _ in range(count):
            with pytest.raises(Unauthenticated):
                await other.directory.authenticate_fresh(token)

    await knock(20, "garbage")
    assert looks == []
    await knock(20, f"ak_tenant_{'0' * 16}_{'0' * 64}")
    assert looks == [1]
    other.clock.advance(0.25)
    await knock(20, f"ak_operator_{'f' * 16}_{'0' * 64}")
    assert looks == [1, 1]


async def test_a_store_put_back_to_an_older_state_is_read_anew(world: World) -> None:
    """After a restore from a copy nothing of the later state goes on working."""
    file = Path(world.url.removeprefix("sqlite:///"))
    kept = await world.keys.create(OPERATOR, "acme", [Scope.EXECUTE])
    await world.store.close()
    copy = file.read_bytes()
    lost = await world.keys.create(OPERATOR, "acme", [Scope.EXECUTE])
    await world.tenants.create(OPERATOR, "lost")
    await world.deployed("a")
    await world.bind("a")
    assert len((await world.directory.flow("acme", LOGIN)).steps) == 1

    await world.store.close()
    file.write_bytes(copy)
    await world.directory.refresh()

    assert world.directory.authenticate(kept.token).tenant == "acme"
    with pytest.raises(Unauthenticated):
        world.directory.authenticate(lost.token)
    with pytest.raises(NotFound):
        world.directory.require_tenant("lost")
    assert world.directory.cached_flow("acme", LOGIN) is None
    assert (await world.directory.flow("acme", LOGIN)).steps == ()


async def test_the_watch_goes_on_after_a_failure(world: World, other: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A round that fails is logged, and a later one takes over what changed."""
    await other.directory.flow("acme", LOGIN)
    await world.deployed("a")
    await world.bind("a")
    revision = other.store.revision
    rounds = 0
    arrived = asyncio.Event()

    async def shaky() -> int:
        nonlocal rounds
        rounds += 1
        if rounds < 3:
            raise Unavailable("gone")
        if rounds > 3:
            arrived.set()
        return await revision()

    monkeypatch.setattr(other.store, "revision", shaky)
    task = asyncio.create_task(other.directory.watch(0))
    await arrived.wait()
    task.cancel()
    await asyncio.wait((task,))  # the store is closed under nobody's hands

    flow = other.directory.cached_flow("acme", LOGIN)
    assert flow is not None
    assert [step.version.action for step in flow.steps] == ["a"]


async def test_a_change_whose_echo_fails_is_still_a_change(
    world: World, other: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When memory cannot be brought up to date, the committed change is answered as done."""

    async def broken() -> int:
        raise Unavailable("gone")

    monkeypatch.setattr(world.store, "revision", broken)
    await world.actions.create(AUTHOR, "acme", "a", LOGIN, SOURCE)

    assert (await other.actions.get("acme", "a")).name == "a"
