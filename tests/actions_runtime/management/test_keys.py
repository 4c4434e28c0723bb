import asyncio
import re
import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta, timezone

import pytest

from actions_runtime.errors import InvalidArgument, NotFound, Unauthenticated
from actions_runtime.management.principals import Principal
from actions_runtime.management.records import Scope
from tests.actions_runtime.management.world import OPERATOR, World

READ = [Scope.READ]


async def test_a_key_proves_who_holds_it(world: World) -> None:
    """The token names tenant and scopes to the directory at once."""
    new = await world.keys.create(OPERATOR, "acme", [Scope.EXECUTE, Scope.READ], label="auth server")

    principal = world.directory.authenticate(new.token)

    assert principal == Principal(new.key.id, "acme", frozenset({Scope.EXECUTE, Scope.READ}))
    assert new.key.label == "auth server"


@pytest.mark.parametrize(("tenant", "kind"), [("acme", "tenant"), (None, "operator")])
async def test_a_token_names_its_kind_and_holds_256_bits(world: World, tenant: str | None, kind: str) -> None:
    """Prefix, public id, 64 hexadecimal digits."""
    new = await world.keys.create(OPERATOR, tenant, READ)

    assert re.fullmatch(rf"ak_{kind}_{new.key.id}_[0-9a-f]{{64}}", new.token)
    assert new.token.startswith(new.key.prefix + "_")


async def test_a_token_is_kept_nowhere(world: World) -> None:
    """The file has a hash; the record and its text have neither."""
    new = await world.keys.create(OPERATOR, "acme", READ)
    secret = new.token.rsplit("_", 1)[1]

    with sqlite3.connect(world.url.removeprefix("sqlite:///")) as connection:
        dump = "\n".join(connection.iterdump())
        ((size,),) = connection.execute("SELECT length(token_hash) FROM api_keys").fetchall()
    assert size == 32
    assert secret not in dump
    assert secret not in repr(new) + repr(await world.keys.get(new.key.id))


async def test_every_wrong_token_gets_the_same_answer(world: World) -> None:
    """Unknown, malformed, wrong, expired and revoked tokens cannot be told apart."""
    good = await world.keys.create(OPERATOR, "acme", READ)
    expired = await world.keys.create(OPERATOR, "acme", READ, expires_at=world.clock.now() + timedelta(seconds=60))
    revoked = await world.keys.create(OPERATOR, "acme", READ)
    await world.keys.revoke(OPERATOR, revoked.key.id)
    world.clock.advance(60)
    wrong_digit = good.token[:-1] + ("0" if good.token[-1] != "0" else "1")
    wrong_kind = good.token.replace("ak_tenant", "ak_operator")
    unknown = f"ak_tenant_{'0' * 16}_{'0' * 64}"

    answers = set()
    for token in (
        *("", "x", "é" * 90, good.token + "\n", good.token.upper(), wrong_digit, wrong_kind, unknown),
        *(expired.token, revoked.token, good.key.prefix, f"{revoked.key.prefix}_{good.token[-64:]}"),
    ):
        with pytest.raises(Unauthenticated) as refused:
            world.directory.authenticate(token)
        with pytest.raises(Unauthenticated) as refused_fresh:
            await world.directory.authenticate_fresh(token)
        answers |= {(e.value.message, e.value.reason) for e in (refused, refused_fresh)}

    assert len(answers) == 1
    assert world.directory.authenticate(good.token).tenant == "acme"


async def test_a_key_works_until_it_expires(world: World) -> None:
    """The instant of expiry is the first at which it does not."""
    new = await world.keys.create(OPERATOR, "acme", READ, expires_at=world.clock.now() + timedelta(seconds=60))

    world.clock.advance(59.999)
    world.directory.authenticate(new.token)
    world.clock.advance(0.001)
    with pytest.raises(Unauthenticated):
        world.directory.authenticate(new.token)


async def test_a_revoked_key_stops_at_once_here_and_with_the_next_poll_elsewhere(
    open_world: Callable[..., World], world: World
) -> None:
    """Revocation needs no restart anywhere."""
    new = await world.keys.create(OPERATOR, "acme", READ)
    other = open_world()
    await other.directory.refresh()
    other.directory.authenticate(new.token)

    revoked = await world.keys.revoke(OPERATOR, new.key.id)

    with pytest.raises(Unauthenticated):
        world.directory.authenticate(new.token)
    await other.directory.refresh()
    with pytest.raises(Unauthenticated):
        other.directory.authenticate(new.token)
    assert await world.keys.get(new.key.id) == revoked


async def test_revoking_twice_keeps_the_first_time(world: World) -> None:
    """A repeated request changes nothing."""
    new = await world.keys.create(OPERATOR, "acme", READ)
    first = await world.keys.revoke(OPERATOR, new.key.id)
    world.clock.advance(60)

    assert await world.keys.revoke(OPERATOR, new.key.id) == first


async def test_of_two_revocations_at_once_the_first_time_stays(open_world: Callable[..., World], world: World) -> None:
    """Both callers hear of the one time that is kept."""
    late = open_world()
    late.clock.advance(60)
    new = await world.keys.create(OPERATOR, "acme", READ)

    answers = await asyncio.gather(*(side.keys.revoke(OPERATOR, new.key.id) for side in (world, late)))

    kept = (await world.keys.get(new.key.id)).revoked_at
    assert [answer.revoked_at for answer in answers] == [kept, kept]


async def test_a_revoked_key_stays_revoked_after_a_restart(open_world: Callable[..., World], world: World) -> None:
    """A new process knows the good keys and not the revoked ones."""
    good, bad = [await world.keys.create(OPERATOR, "acme", READ) for _ in range(2)]
    await world.keys.revoke(OPERATOR, bad.key.id)

    again = open_world()
    await again.directory.refresh()

    assert again.directory.authenticate(good.token).key_id == good.key.id
    with pytest.raises(Unauthenticated):
        await again.directory.authenticate_fresh(bad.token)


async def test_a_tenants_key_is_no_operators(world: World) -> None:
    """The scope 'operator' is for operator keys, which may carry any."""
    with pytest.raises(InvalidArgument, match="cannot be created"):
        await world.keys.create(OPERATOR, "acme", [Scope.OPERATOR])

    new = await world.keys.create(OPERATOR, None, list(Scope))
    assert world.directory.authenticate(new.token) == Principal(new.key.id, None, frozenset(Scope))


async def test_a_key_at_fault_is_refused_with_every_fault(world: World) -> None:
    """No scopes, a long label and a time without a zone or in the past are told."""
    for expires_at in (world.clock.now(), datetime(2030, 1, 1)):  # noqa: DTZ001, RUF100 - the zone is missing on purpose
        with pytest.raises(InvalidArgument) as refused:
            await world.keys.create(OPERATOR, "acme", [], label="x" * 201, expires_at=expires_at)
        assert [v.field for v in refused.value.violations] == ["label", "scopes", "expires_at"]


async def test_times_are_kept_in_utc(world: World) -> None:
    """An expiry given in another zone is the same instant afterwards."""
    expires_at = datetime(2030, 1, 1, 2, 0, tzinfo=timezone(timedelta(hours=2)))

    new = await world.keys.create(OPERATOR, "acme", READ, expires_at=expires_at)

    assert (await world.keys.get(new.key.id)).expires_at == expires_at
    assert new.key.expires_at is not None
    assert new.key.expires_at.isoformat() == "2030-01-01T00:00:00+00:00"


async def test_keys_are_listed_by_owner(world: World) -> None:
    """A tenant's list has its own keys, the operator's list the operator's."""
    await world.tenants.create(OPERATOR, "other")
    own = [(await world.keys.create(OPERATOR, "acme", READ)).key.id for _ in range(3)]
    await world.keys.create(OPERATOR, "other", READ)
    operator = await world.keys.create(OPERATOR, None, READ)

    first = await world.keys.list("acme", 2)
    second = await world.keys.list("acme", 2, first.next_page_token)

    assert [key.id for key in (*first.items, *second.items)] == sorted(own)
    assert (await world.keys.list(None)).items == (operator.key,)


async def test_an_unknown_key_or_tenant_is_not_found(world: World) -> None:
    """Also for text that is no key's id."""
    for key in ("0" * 16, "a\0", ""):
        with pytest.raises(NotFound):
            await world.keys.revoke(OPERATOR, key)
    with pytest.raises(NotFound):
        await world.keys.create(OPERATOR, "nobody", READ)
    with pytest.raises(NotFound):
        await world.keys.list("nobody")
