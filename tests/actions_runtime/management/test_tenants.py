import pytest

from actions_runtime.errors import AlreadyExists, InvalidArgument, NotFound, PermissionDenied
from actions_runtime.management.principals import Principal
from actions_runtime.management.records import Binding, Scope, Tenant
from actions_sandbox.contract import Isolation
from tests.actions_runtime.management.world import AUTHOR, LOGIN, OPERATOR, SOURCE, World


async def test_a_created_tenant_is_known_at_once(world: World) -> None:
    """The store and the directory both have it."""
    created = await world.tenants.create(OPERATOR, "shop-7", "Shop 7 €", Isolation.EXECUTION)

    assert await world.tenants.get("shop-7") == created == world.directory.require_tenant("shop-7")
    assert created == Tenant("shop-7", "Shop 7 €", Isolation.EXECUTION, world.clock.now(), created.revision)


async def test_a_taken_id_is_refused(world: World) -> None:
    """An id belongs to one tenant."""
    with pytest.raises(AlreadyExists) as refused:
        await world.tenants.create(OPERATOR, "acme")

    assert refused.value.reason == "TENANT_EXISTS"


@pytest.mark.parametrize("tenant", ["", "Acme", "a" * 64, "a.b", "a\0"])
async def test_an_id_outside_the_rule_is_refused(world: World, tenant: str) -> None:
    """Ids are [a-z][a-z0-9-]{0,62}, and a display name is short text."""
    with pytest.raises(InvalidArgument) as refused:
        await world.tenants.create(OPERATOR, tenant, "x\0")

    assert [violation.field for violation in refused.value.violations] == ["id", "display_name"]


async def test_an_unknown_tenant_is_not_found(world: World) -> None:
    """In the store and in memory alike."""
    with pytest.raises(NotFound):
        await world.tenants.get("nobody")
    with pytest.raises(NotFound):
        world.directory.require_tenant("nobody")


async def test_a_tenant_is_changed_where_the_update_says_so(world: World) -> None:
    """What is not named stays; the directory holds the next execution to the change at once."""
    created = await world.tenants.get("acme")

    strict = await world.tenants.update(OPERATOR, "acme", isolation=Isolation.EXECUTION)
    assert (strict.display_name, strict.isolation) == ("Acme", Isolation.EXECUTION)
    assert world.directory.require_tenant("acme") == await world.tenants.get("acme") == strict
    assert (strict.created_at, strict.revision) == (created.created_at, created.revision + 1)

    renamed = await world.tenants.update(OPERATOR, "acme", display_name="")
    assert (renamed.display_name, renamed.isolation) == ("", Isolation.EXECUTION)

    back = await world.tenants.update(OPERATOR, "acme", display_name="Acme €", isolation=None)
    assert (back.display_name, back.isolation) == ("Acme €", None)
    assert world.directory.require_tenant("acme") == back


async def test_a_wrong_update_of_a_tenant_changes_nothing(world: World) -> None:
    """Nothing to change, a text that cannot be kept, a tenant that is none: refused, without a trace."""
    before, revision = await world.tenants.get("acme"), await world.store.revision()

    for name in (None, "x" * 201, "a\0b"):
        with pytest.raises(InvalidArgument) as refused:
            await world.tenants.update(OPERATOR, "acme", display_name=name)
        assert [violation.field for violation in refused.value.violations] == ["display_name"]
    with pytest.raises(NotFound):
        await world.tenants.update(OPERATOR, "nobody", isolation=Isolation.WORKER)

    assert await world.tenants.get("acme") == before
    assert await world.store.revision() == revision


async def test_every_change_leaves_one_audit_entry(world: World) -> None:
    """Who, what, to which resource, and what else: the newest first."""
    await world.actions.create(AUTHOR, "acme", "a", LOGIN, SOURCE, {"TOKEN": "hush"})
    await world.actions.update(AUTHOR, "acme", "a", set_secrets={"NEW": "hush"}, remove_secrets=["TOKEN"])
    await world.versions.deploy(AUTHOR, "acme", "a")
    await world.versions.rollback(AUTHOR, "acme", "a", 1)
    await world.bind("a")
    await world.actions.delete(AUTHOR, "acme", "a", force=True)
    key = (await world.keys.create(OPERATOR, "acme", [Scope.READ])).key.id
    await world.keys.revoke(OPERATOR, key)
    own = (await world.keys.create(OPERATOR, None, [Scope.OPERATOR])).key.id
    await world.tenants.update(OPERATOR, "acme", display_name="A", isolation=Isolation.EXECUTION)
    await world.tenants.update(OPERATOR, "acme", isolation=None)

    found = [(e.actor, e.verb, e.resource, e.detail) for e in (await world.tenants.audit()).items]
    action = "tenants/acme/actions/a"
    assert found == [
        ("operator-key", "tenant.update", "tenants/acme", "isolation of the server"),
        ("operator-key", "tenant.update", "tenants/acme", "display name; isolation execution"),
        ("operator-key", "key.create", f"keys/{own}", "operator key with the scopes operator"),
        ("operator-key", "key.revoke", f"keys/{key}", ""),
        ("operator-key", "key.create", f"keys/{key}", "tenant key with the scopes read"),
        ("author-key", "action.delete", action, "taken out of the bindings of post-login"),
        ("author-key", "bindings.update", "tenants/acme/bindings/post-login", "a (DENY)"),
        ("author-key", "action.rollback", action, "version 2 from version 1"),
        ("author-key", "action.deploy", action, "version 1"),
        ("author-key", "action.update", action, "set secrets NEW; removed secrets TOKEN"),
        ("author-key", "action.create", action, "source; set secrets TOKEN"),
        ("operator-key", "tenant.create", "tenants/acme", ""),
    ]


async def test_a_tenants_audit_list_is_its_own(world: World) -> None:
    """Filtered by tenant, in pages, and the pages fit together."""
    await world.tenants.create(OPERATOR, "other")
    for name in ("a", "b", "c"):
        await world.actions.create(AUTHOR, "acme", name, LOGIN, SOURCE)

    first = await world.tenants.audit("acme", 3)
    second = await world.tenants.audit("acme", 3, first.next_page_token)

    resources = [entry.resource for entry in (*first.items, *second.items)]
    assert resources == [*(f"tenants/acme/actions/{name}" for name in "cba"), "tenants/acme"]
    assert [entry.tenant for entry in (await world.tenants.audit("other")).items] == ["other"]
    with pytest.raises(NotFound):
        await world.tenants.audit("nobody")


async def test_a_refused_change_leaves_no_audit_entry(world: World) -> None:
    """The entry is part of the transaction, and the revision as well."""
    etag = (await world.bindings.get("acme", LOGIN)).etag
    before = await world.store.revision()

    with pytest.raises(InvalidArgument):
        await world.bindings.update(AUTHOR, "acme", LOGIN, [Binding("nope")], etag)

    assert await world.store.revision() == before
    assert len((await world.tenants.audit()).items) == 1


def test_a_tenants_credential_speaks_for_its_tenant_alone() -> None:
    """The request may leave the tenant out; naming another is refused without another word."""
    assert AUTHOR.tenant_for("") == AUTHOR.tenant_for("acme") == "acme"
    with pytest.raises(PermissionDenied) as refused:
        AUTHOR.tenant_for("other")

    assert "other" not in refused.value.message
    assert refused.value.metadata == {}


def test_an_operators_credential_names_the_tenant() -> None:
    """It has none of its own."""
    assert OPERATOR.tenant_for("acme") == "acme"
    with pytest.raises(InvalidArgument):
        OPERATOR.tenant_for("")


def test_a_scope_is_required_by_name() -> None:
    """Only the scopes a credential carries let it pass."""
    reader = Principal("key", "acme", frozenset({Scope.READ}))

    reader.require(Scope.READ)
    for scope in set(Scope) - {Scope.READ}:
        with pytest.raises(PermissionDenied, match=scope.value):
            reader.require(scope)
