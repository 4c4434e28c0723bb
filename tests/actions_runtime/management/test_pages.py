import base64
import json
from collections.abc import Callable, Sequence
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actions_runtime.errors import InvalidArgument
from actions_runtime.management.limits import ManagementLimits
from actions_runtime.management.pages import read_page
from actions_runtime.management.records import Scope
from tests.actions_runtime.management.world import OPERATOR, World

LIMITS = ManagementLimits()
NAMES = st.from_regex(r"[a-z][a-z0-9-]{0,4}", fullmatch=True)


def walk(fetch: Callable[[str, int], Sequence[str]], size: int, *, wanders: bool = False) -> list[str]:
    """Read every page of a list of names; only one that changes meanwhile may end with an empty page."""
    found: list[str] = []
    token = ""
    while True:
        page = read_page("names", "", size, token, LIMITS)
        cut = page.cut(fetch(page.after, page.size + 1), lambda name: name)
        assert len(cut.items) <= size
        assert cut.items or not token or wanders
        found += cut.items
        token = cut.next_page_token
        if not token:
            return found


@settings(deadline=None)
@given(st.sets(NAMES, max_size=30), st.integers(1, 12))
def test_pages_tell_every_item_once(names: set[str], size: int) -> None:
    """No item is left out, told twice or out of order, whatever the size of a page."""
    assert walk(lambda after, count: sorted(n for n in names if n > after)[:count], size) == sorted(names)


@settings(deadline=None)
@given(st.sets(NAMES, min_size=1, max_size=20), st.sets(NAMES, max_size=20), st.integers(1, 5), st.data())
def test_what_comes_and_goes_between_pages_hides_nothing_else(
    lasting: set[str], passing: set[str], size: int, data: st.DataObject
) -> None:
    """Items that are there all the time are each told exactly once while others come and go."""

    def fetch(after: str, count: int) -> Sequence[str]:
        present = lasting | data.draw(st.sets(st.sampled_from(sorted(passing)))) if passing else lasting
        return sorted(name for name in present if name > after)[:count]

    found = walk(fetch, size, wanders=True)
    assert [name for name in found if name in lasting] == sorted(lasting)
    assert len(set(found)) == len(found)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(1, 9))
async def test_pages_of_the_store_tell_every_item_once(world: World, size: int) -> None:
    """The store's order is the cursor's order."""
    names = ["a", "a-", "a-a", "a0", "aa", "acme", "b", "b1", "z"]
    if len((await world.tenants.list()).items) == 1:
        for name in names:
            if name != "acme":
                await world.tenants.create(OPERATOR, name)
    found: list[str] = []
    token = ""
    while True:
        page = await world.tenants.list(size, token)
        found += [tenant.id for tenant in page.items]
        token = page.next_page_token
        if not token:
            break

    assert found == sorted(names)


@pytest.mark.parametrize(("asked", "given_"), [(0, 50), (1, 1), (200, 200), (201, 200), (10**9, 200)])
def test_the_size_of_a_page_has_a_default_and_a_maximum(asked: int, given_: int) -> None:
    """Nothing means 50, and no more than 200 are given."""
    assert read_page("names", "", asked, "", LIMITS).size == given_


def test_a_negative_size_is_refused() -> None:
    """It is a mistake, not a wish for the default."""
    with pytest.raises(InvalidArgument) as refused:
        read_page("names", "", -1, "", LIMITS)

    assert refused.value.violations[0].field == "page_size"


def token_of(value: object) -> str:
    """Forge a token."""
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "token",
    [
        *("x", "é", "====", "a b", "AAAA", "Z" * 5_000, token_of([])),
        *map(token_of, (["names"], ["names", "a", "b"], ["others", "a"], "names")),
        *map(token_of, (["names", 1], ["names", None], ["names", True], ["names", []], ["names", {}])),
        *map(token_of, (["names", "a\0"], ["names", "x" * 201], ["names", 1.5])),
        token_of(["names", "a"]) + "!",
        "W" * 3 + token_of(["names", "a"]),
        base64.urlsafe_b64encode(b"[" * 100_000).decode(),
    ],
)
def test_a_token_of_no_page_of_this_list_is_refused(token: str) -> None:
    """Garbage, forgeries of another shape and tokens of another list are told apart from the list's own."""
    with pytest.raises(InvalidArgument) as refused:
        read_page("names", "", 0, token, LIMITS)

    assert refused.value.violations[0].field == "page_token"


@pytest.mark.parametrize("value", [-1, 2**63, True, "1", None, 10**400])
def test_a_number_that_no_column_holds_is_no_cursor(value: object) -> None:
    """A forged number never reaches the database."""
    with pytest.raises(InvalidArgument):
        read_page("numbers", 9, 0, token_of(["numbers", value]), LIMITS)


@settings(deadline=None)
@given(st.text())
def test_no_token_breaks_the_reading(token: str) -> None:
    """Whatever is sent is read or refused."""
    with suppress(InvalidArgument):
        assert read_page("names", "", 0, token, LIMITS).after.isprintable()


async def test_a_token_of_one_tenants_list_is_no_token_of_anothers(world: World) -> None:
    """Tokens belong to the list they came from."""
    await world.tenants.create(OPERATOR, "other")
    await world.keys.create(OPERATOR, "acme", [Scope.READ])
    token = (await world.tenants.audit("acme", 1)).next_page_token
    assert token

    with pytest.raises(InvalidArgument):
        await world.tenants.audit("other", 1, token)
