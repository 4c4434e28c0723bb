from collections.abc import Callable

import pytest

from actions_runtime.errors import Aborted, InvalidArgument, NotFound
from actions_runtime.management.limits import ManagementLimits
from actions_runtime.management.sources import SourceRefused
from tests.actions_runtime.management.world import AUTHOR, LOGIN, SOURCE, World


async def running(world: World, action: str = "a") -> tuple[int, str, dict[str, str]]:
    """Bind an action and return what runs for it."""
    if not (await world.bindings.get("acme", LOGIN)).items:
        await world.bind(action)
    (step,) = (await world.directory.flow("acme", LOGIN)).steps
    return step.version.number, step.version.source, dict(step.version.secrets)


async def test_a_version_is_a_copy_that_a_draft_no_longer_reaches(world: World) -> None:
    """What runs is source and secrets as they were when they were deployed."""
    await world.actions.create(AUTHOR, "acme", "a", LOGIN, SOURCE, {"TOKEN": "one"})
    version = await world.versions.deploy(AUTHOR, "acme", "a", label="abc123")
    await world.actions.update(AUTHOR, "acme", "a", source="# two\n", set_secrets={"TOKEN": "two", "NEW": "n"})

    assert await running(world) == (1, SOURCE, {"TOKEN": "one"})
    assert await world.versions.get("acme", "a", 1) == version
    assert (version.label, version.policy_version, version.secret_names) == ("abc123", 7, ("TOKEN",))


async def test_deploying_makes_the_draft_run_at_once(world: World) -> None:
    """Numbers count up, and a bound action's flow has the new version in this process at once."""
    await world.deployed("a", secrets={"TOKEN": "one"})
    assert await running(world) == (1, SOURCE, {"TOKEN": "one"})
    await world.actions.update(AUTHOR, "acme", "a", source="# two\n", set_secrets={"TOKEN": "two"})

    await world.versions.deploy(AUTHOR, "acme", "a")

    assert await running(world) == (2, "# two\n", {"TOKEN": "two"})
    assert (await world.actions.get("acme", "a")).deployed == 2


async def test_rollback_brings_back_source_and_secrets_under_a_new_number(world: World) -> None:
    """The old version's content runs again; draft and history stay."""
    await world.actions.create(AUTHOR, "acme", "a", LOGIN, SOURCE, {"TOKEN": "one", "OLD": "o"})
    await world.versions.deploy(AUTHOR, "acme", "a", label="good")
    await world.actions.update(
        AUTHOR, "acme", "a", source="# two\n", set_secrets={"TOKEN": "two"}, remove_secrets=["OLD"]
    )
    await world.versions.deploy(AUTHOR, "acme", "a")

    version = await world.versions.rollback(AUTHOR, "acme", "a", 1)

    assert (version.number, version.label) == (3, "good")
    assert await running(world) == (3, SOURCE, {"TOKEN": "one", "OLD": "o"})
    assert (await world.actions.get("acme", "a")).source == "# two\n"
    assert [v.number for v in (await world.versions.list("acme", "a")).items] == [3, 2, 1]


async def test_only_so_many_versions_are_kept(open_world: Callable[..., World], world: World) -> None:
    """The oldest that does not run goes first; numbers are never given twice."""
    small = open_world(limits=ManagementLimits(versions_per_action=3))
    await small.actions.create(AUTHOR, "acme", "a", LOGIN, SOURCE, {"A": "a"})
    for _ in range(5):
        await small.versions.deploy(AUTHOR, "acme", "a")

    assert [v.number for v in (await small.versions.list("acme", "a")).items] == [5, 4, 3]
    with pytest.raises(NotFound) as refused:
        await small.versions.rollback(AUTHOR, "acme", "a", 2)
    assert refused.value.reason == "VERSION_NOT_FOUND"
    assert (await small.versions.rollback(AUTHOR, "acme", "a", 3)).number == 6
    assert [v.number for v in (await small.versions.list("acme", "a")).items] == [6, 5, 4]


@pytest.mark.parametrize("limit", [0, 1])
async def test_the_version_that_runs_is_never_deleted(
    open_world: Callable[..., World], world: World, limit: int
) -> None:
    """Whatever the limit, what was deployed last stays, with its secrets."""
    tiny = open_world(limits=ManagementLimits(versions_per_action=limit))
    await tiny.actions.create(AUTHOR, "acme", "a", LOGIN, SOURCE, {"A": "a"})
    for _ in range(3):
        await tiny.versions.deploy(AUTHOR, "acme", "a")

    assert [v.number for v in (await tiny.versions.list("acme", "a")).items] == [3]
    assert await running(tiny) == (3, SOURCE, {"A": "a"})


@pytest.mark.parametrize("number", [0, -1, 2, 2**31, 2**70])
async def test_a_version_that_never_was_is_not_found(world: World, number: int) -> None:
    """Numbers outside of what exists, or of what a column holds, are simply not found."""
    await world.deployed("a")

    with pytest.raises(NotFound):
        await world.versions.get("acme", "a", number)
    with pytest.raises(NotFound):
        await world.versions.rollback(AUTHOR, "acme", "a", number)


async def test_deploying_an_unknown_action_is_refused(world: World) -> None:
    """There is nothing to deploy."""
    with pytest.raises(NotFound) as refused:
        await world.versions.deploy(AUTHOR, "acme", "a")

    assert refused.value.reason == "ACTION_NOT_FOUND"


async def test_a_stricter_policy_is_met_at_deployment(open_world: Callable[..., World], world: World) -> None:
    """A draft and an old version are judged again, and what runs stays as it is."""
    await world.deployed("a")
    later = open_world(policy_version=8)
    later.checker.rule = "pass"

    with pytest.raises(SourceRefused):
        await later.versions.deploy(AUTHOR, "acme", "a")
    with pytest.raises(SourceRefused):
        await later.versions.rollback(AUTHOR, "acme", "a", 1)

    assert (await world.versions.get("acme", "a", 1)).policy_version == 7
    assert (await world.actions.get("acme", "a")).deployed == 1


async def test_what_was_judged_is_what_is_deployed(world: World) -> None:
    """A draft that changes while it is judged is not deployed unseen."""
    await world.actions.create(AUTHOR, "acme", "a", LOGIN, SOURCE)

    async def change() -> None:
        await world.actions.update(AUTHOR, "acme", "a", source="# not judged for this\n")

    world.checker.meanwhile = change
    with pytest.raises(Aborted) as refused:
        await world.versions.deploy(AUTHOR, "acme", "a")

    assert refused.value.reason == "DRAFT_CHANGED"
    assert (await world.actions.get("acme", "a")).deployed is None


async def test_deploy_and_rollback_honour_an_etag(world: World) -> None:
    """An author deploys what they have seen."""
    etag = (await world.actions.create(AUTHOR, "acme", "a", LOGIN, SOURCE)).etag
    await world.versions.deploy(AUTHOR, "acme", "a", etag=etag)

    with pytest.raises(Aborted):
        await world.versions.deploy(AUTHOR, "acme", "a", etag=etag)
    with pytest.raises(Aborted):
        await world.versions.rollback(AUTHOR, "acme", "a", 1, etag=etag)


async def test_a_label_is_short_text(world: World) -> None:
    """200 characters are a label; more, or a NUL, are not."""
    await world.actions.create(AUTHOR, "acme", "a", LOGIN, SOURCE)

    assert (await world.versions.deploy(AUTHOR, "acme", "a", label="x" * 200)).label == "x" * 200
    for label in ("x" * 201, "a\0"):
        with pytest.raises(InvalidArgument):
            await world.versions.deploy(AUTHOR, "acme", "a", label=label)


async def test_versions_are_listed_in_pages(world: World) -> None:
    """The newest first, without sources, each once."""
    await world.actions.create(AUTHOR, "acme", "a", LOGIN, SOURCE, {"A": "a"})
    for _ in range(5):
        await world.versions.deploy(AUTHOR, "acme", "a")

    first = await world.versions.list("acme", "a", 2)
    second = await world.versions.list("acme", "a", 2, first.next_page_token)
    third = await world.versions.list("acme", "a", 2, second.next_page_token)

    found = [*first.items, *second.items, *third.items]
    assert [(v.number, v.source, v.secret_names) for v in found] == [(n, "", ("A",)) for n in (5, 4, 3, 2, 1)]
    assert third.next_page_token == ""
