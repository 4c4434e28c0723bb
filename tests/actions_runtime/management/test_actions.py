import asyncio
from collections.abc import Callable

import pytest

from actions_runtime.errors import (
    Aborted,
    AlreadyExists,
    FailedPrecondition,
    InvalidArgument,
    NotFound,
    ResourceExhausted,
)
from actions_runtime.management.limits import ManagementLimits
from actions_runtime.management.sources import SourceRefused
from tests.actions_runtime.management.world import AUTHOR, LOGIN, SIGN_UP, SOURCE, World


async def test_a_created_action_is_read_back_whole(world: World) -> None:
    """Create keeps the draft and the names of its secrets, and nothing is deployed."""
    created = await world.actions.create(AUTHOR, "acme", "merge-cart", SIGN_UP, SOURCE, {"B": "2", "A": "1"})

    assert await world.actions.get("acme", "merge-cart") == created
    assert (created.trigger, created.source, created.secret_names) == (SIGN_UP, SOURCE, ("A", "B"))
    assert (created.deployed, created.created_at) == (None, world.clock.now())


@pytest.mark.parametrize("name", ["", "1st", "Merge", "merge_cart", "a" * 64, "ä", "a\n", "a\0", "-a", "a/b"])
async def test_a_name_outside_the_rule_is_refused(world: World, name: str) -> None:
    """Names are [a-z][a-z0-9-]{0,62}."""
    with pytest.raises(InvalidArgument) as refused:
        await world.actions.create(AUTHOR, "acme", name, LOGIN, SOURCE)

    assert [violation.field for violation in refused.value.violations] == ["name"]
    assert not world.checker.asked


@pytest.mark.parametrize("name", ["a", "a" * 63, "a1-", "merge-cart"])
async def test_a_name_inside_the_rule_is_taken(world: World, name: str) -> None:
    """The shortest and the longest name are names."""
    assert (await world.actions.create(AUTHOR, "acme", name, LOGIN, SOURCE)).name == name


async def test_every_field_at_fault_is_told_at_once(world: World) -> None:
    """A refused request names each of its faults, and never a secret's value."""
    secrets = {"1A": "hidden", "LONG": "hidden" * 1000, "NUL": "hid\0den"}
    with pytest.raises(InvalidArgument) as refused:
        await world.actions.create(AUTHOR, "acme", "X", LOGIN, "a\0b", secrets)

    fields = [violation.field for violation in refused.value.violations]
    assert fields == ["name", "source", "secrets", "secrets.LONG", "secrets.NUL"]
    assert "hid" not in str(refused.value.violations)


async def test_a_source_is_measured_in_utf8_bytes(world: World) -> None:
    """100 000 bytes are taken and one more is refused, however many characters that is."""
    fits = "#" + "é" * 49_999 + "\n"
    assert len(fits.encode()) == 100_000
    await world.actions.create(AUTHOR, "acme", "fits", LOGIN, fits)

    with pytest.raises(InvalidArgument, match="cannot be created") as refused:
        await world.actions.create(AUTHOR, "acme", "long", LOGIN, fits + "#")

    assert refused.value.violations[0].description == "It has 100001 UTF-8 bytes; the limit is 100000."


@pytest.mark.parametrize("source", ["a\0", "\ud800"])
async def test_text_that_not_every_database_stores_is_refused(world: World, source: str) -> None:
    """NUL and lone surrogates never reach the store."""
    with pytest.raises(InvalidArgument) as refused:
        await world.actions.create(AUTHOR, "acme", "a", LOGIN, source)

    assert refused.value.violations[0].field == "source"


async def test_a_refused_source_brings_every_diagnostic(world: World) -> None:
    """The exception carries all reasons, and nothing is kept."""
    with pytest.raises(SourceRefused) as refused:
        await world.actions.create(AUTHOR, "acme", "a", LOGIN, "forbidden\nfine\nforbidden\n")

    assert [diagnostic.line for diagnostic in refused.value.diagnostics] == [1, 3]
    assert refused.value.reason == "SOURCE_REFUSED"
    assert [v.field for v in refused.value.violations] == ["source", "source"]
    with pytest.raises(NotFound):
        await world.actions.get("acme", "a")


async def test_an_update_is_judged_as_well(world: World) -> None:
    """A refused source leaves the draft as it was."""
    before = await world.actions.create(AUTHOR, "acme", "a", LOGIN, SOURCE)

    with pytest.raises(SourceRefused):
        await world.actions.update(AUTHOR, "acme", "a", source="forbidden")

    assert await world.actions.get("acme", "a") == before


async def test_a_taken_name_is_refused(world: World) -> None:
    """A name belongs to one action of a tenant."""
    await world.actions.create(AUTHOR, "acme", "a", LOGIN, SOURCE)

    with pytest.raises(AlreadyExists, match="'a' already"):
        await world.actions.create(AUTHOR, "acme", "a", LOGIN, SOURCE)


async def test_two_creations_of_one_name_at_once_make_one_action(world: World) -> None:
    """The name is looked up again where nothing can come in between."""
    results = await asyncio.gather(
        *(world.actions.create(AUTHOR, "acme", "a", LOGIN, SOURCE) for _ in range(4)), return_exceptions=True
    )

    assert [type(result).__name__ for result in results].count("Action") == 1
    assert sum(isinstance(result, AlreadyExists) for result in results) == 3


async def test_actions_of_a_tenant_are_limited(open_world: Callable[..., World], world: World) -> None:
    """One more than the limit is refused; another tenant's actions do not count."""
    small = open_world(limits=ManagementLimits(actions_per_tenant=2))
    await world.tenants.create(AUTHOR, "other")
    for tenant, name in (("other", "x"), ("acme", "a"), ("acme", "b")):
        await small.actions.create(AUTHOR, tenant, name, LOGIN, SOURCE)

    with pytest.raises(ResourceExhausted) as refused:
        await small.actions.create(AUTHOR, "acme", "c", LOGIN, SOURCE)

    assert (refused.value.reason, refused.value.retry_after_ms) == ("TOO_MANY_ACTIONS", None)


async def test_an_unknown_tenant_gets_no_action(world: World) -> None:
    """A tenant must exist before it owns anything."""
    with pytest.raises(NotFound) as refused:
        await world.actions.create(AUTHOR, "nobody", "a", LOGIN, SOURCE)

    assert refused.value.reason == "TENANT_NOT_FOUND"


async def test_tenants_do_not_see_each_other(world: World) -> None:
    """An action is found under its own tenant only."""
    await world.tenants.create(AUTHOR, "other")
    await world.actions.create(AUTHOR, "acme", "a", LOGIN, SOURCE)

    with pytest.raises(NotFound):
        await world.actions.get("other", "a")
    assert (await world.actions.list("other")).items == ()


async def test_secrets_are_set_and_removed_by_name(world: World) -> None:
    """Names not mentioned stay; the values come back only for a trial of the draft."""
    await world.actions.create(AUTHOR, "acme", "a", LOGIN, SOURCE, {"KEEP": "k", "DROP": "d", "CHANGE": "old"})

    action = await world.actions.update(
        AUTHOR, "acme", "a", set_secrets={"CHANGE": "new", "ADD": ""}, remove_secrets=["DROP"]
    )

    assert action.secret_names == ("ADD", "CHANGE", "KEEP")
    _, draft = await world.actions.draft("acme", "a")
    assert (draft.number, dict(draft.secrets)) == (0, {"KEEP": "k", "CHANGE": "new", "ADD": ""})


async def test_removing_an_unknown_secret_is_refused(world: World) -> None:
    """A misspelt name does not pass for a removal, and nothing else of the update is done."""
    before = await world.actions.create(AUTHOR, "acme", "a", LOGIN, SOURCE, {"TOKEN": "t"})

    with pytest.raises(NotFound) as refused:
        await world.actions.update(AUTHOR, "acme", "a", set_secrets={"NEW": "n"}, remove_secrets=["TOKNE"])

    assert refused.value.reason == "SECRET_NOT_FOUND"
    assert await world.actions.get("acme", "a") == before


async def test_a_secret_is_not_set_and_removed_in_one(world: World) -> None:
    """Contradictions are refused."""
    await world.actions.create(AUTHOR, "acme", "a", LOGIN, SOURCE, {"A": "a"})

    with pytest.raises(InvalidArgument) as refused:
        await world.actions.update(AUTHOR, "acme", "a", set_secrets={"A": "b"}, remove_secrets=["A"])

    assert refused.value.violations[0].field == "secrets.A"


async def test_secrets_of_an_action_are_limited(world: World) -> None:
    """Thirty names are taken, one more is refused, and replacing one of thirty is no more."""
    names = {f"S{number}": "v" for number in range(30)}
    with pytest.raises(InvalidArgument, match="cannot be created"):
        await world.actions.create(AUTHOR, "acme", "a", LOGIN, SOURCE, names | {"ONE_MORE": "v"})
    await world.actions.create(AUTHOR, "acme", "a", LOGIN, SOURCE, names)

    await world.actions.update(AUTHOR, "acme", "a", set_secrets={"S0": "other"})
    await world.actions.update(AUTHOR, "acme", "a", set_secrets={"X": "v"}, remove_secrets=["S1"])
    with pytest.raises(InvalidArgument) as refused:
        await world.actions.update(AUTHOR, "acme", "a", set_secrets={"Y": "v"})

    assert refused.value.violations[0].description == "The action would have 31 secrets; the limit is 30."


@pytest.mark.parametrize(("name", "value"), [("N" * 128, "v"), ("_n1", "v" * 4_096)])
async def test_the_longest_secret_is_taken(world: World, name: str, value: str) -> None:
    """128 characters of name and 4 096 of value are allowed."""
    await world.actions.create(AUTHOR, "acme", "a", LOGIN, SOURCE, {name: value})

    _, draft = await world.actions.draft("acme", "a")
    assert draft.secrets[name] == value


@pytest.mark.parametrize(("name", "value"), [("N" * 129, "v"), ("n", "v" * 4_097), ("a-b", "v"), ("", "v")])
async def test_a_secret_over_its_limits_is_refused(world: World, name: str, value: str) -> None:
    """One character more, or another kind of character, is not."""
    with pytest.raises(InvalidArgument):
        await world.actions.create(AUTHOR, "acme", "a", LOGIN, SOURCE, {name: value})


async def test_without_a_key_no_secret_is_stored(open_world: Callable[..., World], world: World) -> None:
    """A server without a key for secrets says so instead of storing them in clear."""
    keyless = open_world(ring={})

    with pytest.raises(FailedPrecondition) as refused:
        await keyless.actions.create(AUTHOR, "acme", "a", LOGIN, SOURCE, {"A": "a"})

    assert refused.value.reason == "SECRETS_KEY_MISSING"
    await keyless.actions.create(AUTHOR, "acme", "a", LOGIN, SOURCE)


async def test_an_update_of_nothing_is_refused(world: World) -> None:
    """A request that changes nothing is a mistake of its caller's."""
    await world.actions.create(AUTHOR, "acme", "a", LOGIN, SOURCE)

    with pytest.raises(InvalidArgument, match="cannot be changed"):
        await world.actions.update(AUTHOR, "acme", "a")


async def test_an_old_etag_is_refused(world: World) -> None:
    """With an etag an update is compare-and-set; without one it is not."""
    first = await world.actions.create(AUTHOR, "acme", "a", LOGIN, SOURCE)
    second = await world.actions.update(AUTHOR, "acme", "a", source=SOURCE + "#2", etag=first.etag)

    with pytest.raises(Aborted) as refused:
        await world.actions.update(AUTHOR, "acme", "a", source=SOURCE + "#3", etag=first.etag)

    assert refused.value.reason == "ETAG_MISMATCH"
    assert await world.actions.get("acme", "a") == second
    await world.actions.update(AUTHOR, "acme", "a", source=SOURCE + "#4")


async def test_of_two_updates_at_once_exactly_one_wins(open_world: Callable[..., World], world: World) -> None:
    """Compare-and-set holds between processes that share the store."""
    other = open_world()
    etag = (await world.actions.create(AUTHOR, "acme", "a", LOGIN, SOURCE)).etag

    results = await asyncio.gather(
        *(
            side.actions.update(AUTHOR, "acme", "a", source=f"{SOURCE}#{number}", etag=etag)
            for number, side in enumerate((world, other, world, other))
        ),
        return_exceptions=True,
    )

    won = [number for number, result in enumerate(results) if not isinstance(result, Exception)]
    assert len(won) == 1
    assert sum(isinstance(result, Aborted) for result in results) == 3
    assert (await world.actions.get("acme", "a")).source == f"{SOURCE}#{won[0]}"


async def test_an_action_replaced_while_its_source_is_judged_is_not_updated(world: World) -> None:
    """A source judged for one trigger never becomes the draft of another trigger's action."""
    await world.actions.create(AUTHOR, "acme", "a", LOGIN, SOURCE)

    async def replace() -> None:
        await world.actions.delete(AUTHOR, "acme", "a")
        await world.actions.create(AUTHOR, "acme", "a", SIGN_UP, SOURCE)

    world.checker.meanwhile = replace
    with pytest.raises(Aborted) as refused:
        await world.actions.update(AUTHOR, "acme", "a", source="# for the login\n")

    assert refused.value.reason == "DRAFT_CHANGED"
    assert (await world.actions.get("acme", "a")).source == SOURCE


async def test_a_deleted_action_is_gone_with_everything(world: World) -> None:
    """Its versions and secrets go along, and a new one of that name starts anew."""
    old = await world.deployed("a", secrets={"A": "a"})
    await world.actions.delete(AUTHOR, "acme", "a")

    with pytest.raises(NotFound):
        await world.versions.get("acme", "a", 1)
    again = await world.deployed("a")
    assert (again.number, again.secret_names) == (1, ())
    assert again.key != old.key


async def test_a_bound_action_is_deleted_by_force_only(world: World) -> None:
    """Deleting refuses to change a login silently; force takes the action out of the list."""
    for name in ("a", "b"):
        await world.deployed(name)
    before = await world.bind("a", "b")

    with pytest.raises(FailedPrecondition) as refused:
        await world.actions.delete(AUTHOR, "acme", "a")
    assert refused.value.reason == "ACTION_BOUND"
    await world.actions.delete(AUTHOR, "acme", "a", force=True)

    after = await world.bindings.get("acme", LOGIN)
    assert [item.action for item in after.items] == ["b"]
    assert after.etag != before.etag
    assert [step.version.action for step in (await world.directory.flow("acme", LOGIN)).steps] == ["b"]


async def test_deleting_an_unknown_or_changed_action_is_refused(world: World) -> None:
    """Delete names what is missing and honours an etag."""
    etag = (await world.actions.create(AUTHOR, "acme", "a", LOGIN, SOURCE)).etag
    await world.actions.update(AUTHOR, "acme", "a", source=SOURCE + "#")

    with pytest.raises(NotFound):
        await world.actions.delete(AUTHOR, "acme", "b")
    with pytest.raises(Aborted):
        await world.actions.delete(AUTHOR, "acme", "a", etag=etag)


async def test_lists_carry_no_sources(world: World) -> None:
    """A page of sources would be megabytes; get brings one."""
    await world.deployed("a", secrets={"A": "a", "B": "b"})
    await world.actions.create(AUTHOR, "acme", "b", SIGN_UP, SOURCE, {"C": "c"})

    page = await world.actions.list("acme")

    assert [(a.name, a.source, a.secret_names, a.deployed) for a in page.items] == [
        ("a", "", ("A", "B"), 1),
        ("b", "", ("C",), None),
    ]
    assert page.items[0].etag == (await world.actions.get("acme", "a")).etag


async def test_checking_a_source_keeps_nothing(world: World) -> None:
    """A check answers with diagnostics and leaves no action and no audit entry."""
    before = await world.store.revision()

    diagnostics = await world.actions.check("acme", "a", LOGIN, "forbidden")

    assert [diagnostic.rule for diagnostic in diagnostics] == ["line-not-allowed"]
    assert await world.store.revision() == before


async def test_an_impossible_name_is_simply_not_found(world: World) -> None:
    """Text that no database could look up never reaches it."""
    for name in ("a\0", "\ud800", "X" * 10_000):
        with pytest.raises(NotFound):
            await world.actions.get("acme", name)
        with pytest.raises(NotFound):
            await world.actions.list(name)
