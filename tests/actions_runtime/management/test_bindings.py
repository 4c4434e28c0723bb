import asyncio
from collections.abc import Callable

import pytest

from actions_runtime.errors import Aborted, FailedPrecondition, InvalidArgument, NotFound
from actions_runtime.management.records import Binding
from actions_sandbox.contract import OnError
from tests.actions_runtime.management.world import AUTHOR, LOGIN, SIGN_UP, SOURCE, World


async def test_a_list_keeps_its_order_and_what_follows_a_failure(world: World) -> None:
    """The order and each ``on_error`` are the caller's, in the list and in the flow."""
    for name in ("a", "b", "c"):
        await world.deployed(name)
    etag = (await world.bindings.get("acme", LOGIN)).etag
    items = (Binding("c", OnError.SKIP), Binding("a"), Binding("b", OnError.SKIP))

    written = await world.bindings.update(AUTHOR, "acme", LOGIN, items, etag)

    assert await world.bindings.get("acme", LOGIN) == written
    assert written.items == items
    flow = await world.directory.flow("acme", LOGIN)
    assert [(step.version.action, step.on_error) for step in flow.steps] == [
        ("c", OnError.SKIP),
        ("a", OnError.DENY),
        ("b", OnError.SKIP),
    ]


async def test_an_empty_list_has_an_etag_that_counts(world: World) -> None:
    """The very first write is compare-and-set as well."""
    await world.deployed("a")
    empty = await world.bindings.get("acme", LOGIN)

    assert empty.items == ()
    assert empty.etag
    await world.bindings.update(AUTHOR, "acme", LOGIN, [Binding("a")], empty.etag)
    with pytest.raises(Aborted):
        await world.bindings.update(AUTHOR, "acme", LOGIN, [], empty.etag)


async def test_no_etag_is_no_permission_to_overwrite(world: World) -> None:
    """An update without an etag is refused, also on an empty list."""
    with pytest.raises(InvalidArgument) as refused:
        await world.bindings.update(AUTHOR, "acme", LOGIN, [], "")

    assert [violation.field for violation in refused.value.violations] == ["etag"]


async def test_of_two_updates_at_once_exactly_one_wins(open_world: Callable[..., World], world: World) -> None:
    """Compare-and-set holds between processes that share the store."""
    other = open_world()
    for name in ("a", "b"):
        await world.deployed(name)
    etag = (await world.bindings.get("acme", LOGIN)).etag

    results = await asyncio.gather(
        world.bindings.update(AUTHOR, "acme", LOGIN, [Binding("a")], etag),
        other.bindings.update(AUTHOR, "acme", LOGIN, [Binding("b")], etag),
        return_exceptions=True,
    )

    (won,) = [result for result in results if not isinstance(result, BaseException)]
    assert sum(isinstance(result, Aborted) for result in results) == 1
    assert await world.bindings.get("acme", LOGIN) == won


async def test_every_binding_at_fault_is_named(world: World) -> None:
    """Unknown actions and actions of another trigger are told with their places."""
    await world.deployed("login")
    await world.deployed("sign-up", SIGN_UP)
    etag = (await world.bindings.get("acme", LOGIN)).etag

    with pytest.raises(InvalidArgument) as refused:
        await world.bindings.update(
            AUTHOR, "acme", LOGIN, [Binding("nope"), Binding("login"), Binding("sign-up")], etag
        )

    assert [violation.field for violation in refused.value.violations] == [
        "bindings[0].action",
        "bindings[2].action",
    ]


async def test_an_action_is_bound_once(world: World) -> None:
    """The second place is refused and names the first."""
    await world.deployed("a")
    etag = (await world.bindings.get("acme", LOGIN)).etag

    with pytest.raises(InvalidArgument) as refused:
        await world.bindings.update(AUTHOR, "acme", LOGIN, [Binding("a"), Binding("a")], etag)

    (violation,) = refused.value.violations
    assert (violation.field, violation.description) == (
        "bindings[1].action",
        "It is bound already, by bindings[0].",
    )


async def test_an_undeployed_action_is_not_bound(world: World) -> None:
    """A binding without a version would have nothing to run; the refusal says what to do."""
    await world.actions.create(AUTHOR, "acme", "a", LOGIN, SOURCE)

    with pytest.raises(FailedPrecondition, match="Deploy first") as refused:
        await world.bind("a")

    assert refused.value.reason == "ACTION_NOT_DEPLOYED"


async def test_bindings_of_a_trigger_are_limited(world: World) -> None:
    """Twenty are taken and twenty-one refused."""
    names = [f"a{number}" for number in range(21)]
    for name in names:
        await world.deployed(name)

    with pytest.raises(InvalidArgument) as refused:
        await world.bind(*names)
    assert refused.value.violations[0].description == "It has 21 bindings; the limit is 20."
    await world.bind(*names[:20])

    assert len((await world.directory.flow("acme", LOGIN)).steps) == 20


async def test_triggers_have_lists_of_their_own(world: World) -> None:
    """Writing one list leaves the other and its etag alone."""
    await world.deployed("login")
    await world.deployed("sign-up", SIGN_UP)
    sign_up = await world.bind("sign-up", trigger=SIGN_UP)
    await world.bind("login")
    await world.bind()

    assert await world.bindings.get("acme", SIGN_UP) == sign_up
    assert (await world.bindings.get("acme", LOGIN)).items == ()


async def test_an_unknown_tenant_has_no_bindings(world: World) -> None:
    """Neither to read nor to write."""
    with pytest.raises(NotFound):
        await world.bindings.get("nobody", LOGIN)
    with pytest.raises(NotFound):
        await world.bindings.update(AUTHOR, "nobody", LOGIN, [], "etag")
