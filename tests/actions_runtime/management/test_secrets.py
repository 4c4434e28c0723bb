import dataclasses
import sqlite3
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actions_runtime.errors import FailedPrecondition
from actions_runtime.management.records import SealedSecret
from actions_runtime.management.secrets import SecretBox, SecretPlace
from tests.actions_runtime.management.world import AUTHOR, LOGIN, SOURCE, World

KEY = bytes(range(32))
OTHER_KEY = bytes(range(32, 64))
TEXT = st.text(max_size=6)
PLACE = SecretPlace("acme", "merge-cart", 3)


def seal(value: str = "hush", name: str = "TOKEN", box: SecretBox | None = None) -> SealedSecret:
    """Seal one secret for the usual place."""
    (sealed,) = (box or SecretBox({"k1": KEY})).seal(PLACE, {name: value})
    return sealed


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=300))
def test_a_sealed_secret_opens_at_its_place(value: str) -> None:
    """Whatever text was sealed comes back as it was."""
    assert SecretBox({"k1": KEY}).open(PLACE, [seal(value)]) == {"TOKEN": value}


@pytest.mark.parametrize(
    "place",
    [
        SecretPlace("other", "merge-cart", 3),
        SecretPlace("acme", "other", 3),
        SecretPlace("acme", "merge-cart", 4),
        SecretPlace("acme", "merge-cart", "draft"),
        SecretPlace("acme-merge", "cart", 3),
    ],
)
def test_a_record_moved_to_another_place_does_not_open(place: SecretPlace) -> None:
    """Tenant, action and version are bound to the ciphertext."""
    with pytest.raises(FailedPrecondition) as refused:
        SecretBox({"k1": KEY}).open(place, [seal()])

    assert refused.value.reason == "SECRETS_UNREADABLE"


def test_a_record_under_another_name_does_not_open() -> None:
    """The name is bound to the ciphertext as well."""
    with pytest.raises(FailedPrecondition):
        SecretBox({"k1": KEY}).open(PLACE, [dataclasses.replace(seal(), name="OTHER")])


@pytest.mark.parametrize("cut", [0, 5, 12, 20])
def test_a_damaged_record_does_not_open(cut: int) -> None:
    """Neither a cut record nor a changed one opens, and the refusal keeps the value to itself."""
    sealed = seal()
    flipped = bytes([sealed.data[0] ^ 1]) + sealed.data[1:]
    for data in (sealed.data[:cut], flipped):
        with pytest.raises(FailedPrecondition) as refused:
            SecretBox({"k1": KEY}).open(PLACE, [dataclasses.replace(sealed, data=data)])
        assert "hush" not in refused.value.message


@settings(deadline=None)
@given(st.lists(st.tuples(TEXT, TEXT, TEXT, st.integers(0, 50) | st.just("draft")), min_size=2, max_size=2))
def test_no_two_places_share_their_associated_data(places: list[tuple[str, str, str, int]]) -> None:
    """The encoding is unambiguous, whatever the parts contain."""
    first, second = (SecretPlace(t, a, v).associated_data(n) for t, a, n, v in places)

    assert (first == second) == (places[0] == places[1])


def test_the_same_value_never_looks_the_same() -> None:
    """Each sealing has a nonce of its own."""
    assert seal().data != seal().data


def test_the_first_key_seals_and_all_open() -> None:
    """A key is replaced by putting the new one in front and keeping the old one."""
    old = seal()
    ring = SecretBox({"k2": OTHER_KEY, "k1": KEY})
    new = seal(box=ring)

    assert (old.key_id, new.key_id) == ("k1", "k2")
    assert ring.open(PLACE, [old]) == ring.open(PLACE, [new]) == {"TOKEN": "hush"}
    with pytest.raises(FailedPrecondition, match="not among the server's"):
        SecretBox({"k1": KEY}).open(PLACE, [new])


def test_a_key_of_another_value_under_the_same_id_does_not_open() -> None:
    """A ring that was mixed up is found out."""
    with pytest.raises(FailedPrecondition):
        SecretBox({"k1": OTHER_KEY}).open(PLACE, [seal()])


@pytest.mark.parametrize("keys", [{"k": b"short"}, {"": KEY}, {"k" * 65: KEY}, {"k": KEY + b"!"}])
def test_a_ring_of_bad_keys_is_refused(keys: dict[str, bytes]) -> None:
    """AES-256 takes 32 bytes, and each key has an id that fits its column."""
    with pytest.raises(ValueError, match="32 bytes"):
        SecretBox(keys)


def rows_of(world: World, query: str) -> list[tuple[object, ...]]:
    """Look into the file past the store."""
    with sqlite3.connect(world.url.removeprefix("sqlite:///")) as connection:
        return connection.execute(query).fetchall()


async def test_no_secret_is_in_the_file_in_clear(world: World) -> None:
    """Draft, version and audit list hold no value."""
    await world.deployed("a", secrets={"TOKEN": "hush-hush-hush"})

    dumped = [rows_of(world, f"SELECT * FROM {t}") for t in ("draft_secrets", "version_secrets", "audit_entries")]
    assert [len(rows) for rows in dumped[:2]] == [1, 1]
    assert "hush-hush-hush" not in repr(dumped)


async def test_a_row_copied_to_another_tenant_does_not_open(open_world: Callable[..., World], world: World) -> None:
    """Whoever can write to the database still cannot move a secret to an action of their own."""
    await world.tenants.create(AUTHOR, "thief")
    await world.deployed("a", secrets={"TOKEN": "hush"})
    await world.deployed("a", secrets={"TOKEN": "mine"}, tenant="thief")
    await world.bind("a", tenant="thief")
    with sqlite3.connect(world.url.removeprefix("sqlite:///")) as connection:
        connection.execute(
            "UPDATE version_secrets SET data = (SELECT data FROM version_secrets WHERE tenant = 'acme')"
            " WHERE tenant = 'thief'"
        )

    fresh = open_world()
    await fresh.directory.refresh()
    with pytest.raises(FailedPrecondition) as refused:
        await fresh.directory.flow("thief", LOGIN)

    assert refused.value.reason == "SECRETS_UNREADABLE"


async def test_each_version_has_its_own_ciphertext(world: World) -> None:
    """Deploying and rolling back seal anew for the version's own place."""
    await world.actions.create(AUTHOR, "acme", "a", LOGIN, SOURCE, {"TOKEN": "hush"})
    await world.versions.deploy(AUTHOR, "acme", "a")
    await world.versions.rollback(AUTHOR, "acme", "a", 1)

    rows = rows_of(world, "SELECT data FROM draft_secrets UNION ALL SELECT data FROM version_secrets")
    assert len(set(rows)) == 3


async def test_actions_of_one_name_have_their_own_secrets(world: World) -> None:
    """Two tenants may call action and secret alike, and each flow has its own tenant's."""
    await world.tenants.create(AUTHOR, "other")
    for tenant in ("acme", "other"):
        await world.deployed("a", secrets={"TOKEN": f"of {tenant}"}, tenant=tenant)
        await world.bind("a", tenant=tenant)

    for tenant in ("acme", "other"):
        (step,) = (await world.directory.flow(tenant, LOGIN)).steps
        assert dict(step.version.secrets) == {"TOKEN": f"of {tenant}"}
