"""Reads one state of the database.

Runs in: server.
"""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, Table, func, literal, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from actions_runtime.management.records import (
    Action,
    ActionVersion,
    ApiKey,
    AuditEntry,
    Binding,
    Bindings,
    BoundVersion,
    Credential,
    SealedSecret,
    Tenant,
)
from actions_runtime.store.rows import (
    AnyRow,
    read_action,
    read_credential,
    read_entry,
    read_key,
    read_secret,
    read_tenant,
    read_version,
)
from actions_runtime.store.tables import (
    actions,
    api_keys,
    audit_entries,
    bindings,
    draft_secrets,
    flows,
    tenants,
    version_secrets,
    versions,
)
from actions_sandbox.contract import OnError, Trigger


class SqlReader:
    """A state of the database, as :class:`~actions_runtime.store.interface.Reader` describes it.

    Args:
        connection: A connection inside of a transaction.
        revision: The last change that the state contains.
    """

    def __init__(self, connection: AsyncConnection, revision: int) -> None:
        self._connection = connection
        self._revision = revision

    @property
    def revision(self) -> int:
        """The last change that this state contains."""
        return self._revision

    async def tenant(self, tenant: str) -> Tenant | None:
        """Return one tenant."""
        row = await self._first(select(tenants).where(tenants.c.id == tenant))
        return read_tenant(row) if row else None

    async def tenants(self, after: str, count: int) -> Sequence[Tenant]:
        """Return tenants in the order of their ids."""
        query = select(tenants).where(tenants.c.id > after).order_by(tenants.c.id).limit(count)
        return [read_tenant(row) for row in await self._all(query)]

    async def tenants_since(self, revision: int) -> Sequence[Tenant]:
        """Return the tenants that own something changed after a revision."""
        return [read_tenant(row) for row in await self._all(select(tenants).where(tenants.c.revision > revision))]

    async def key(self, key: str) -> ApiKey | None:
        """Return one API key."""
        row = await self._first(select(api_keys).where(api_keys.c.id == key))
        return read_key(row) if row else None

    async def keys(self, tenant: str | None, after: str, count: int) -> Sequence[ApiKey]:
        """Return the keys of a tenant, or of the operator for ``None``, in the order of their ids."""
        owned = api_keys.c.tenant.is_(None) if tenant is None else api_keys.c.tenant == tenant
        query = select(api_keys).where(owned, api_keys.c.id > after).order_by(api_keys.c.id).limit(count)
        return [read_key(row) for row in await self._all(query)]

    async def credentials_since(self, revision: int) -> Sequence[Credential]:
        """Return the keys changed after a revision, revoked ones included, with their hashes."""
        query = select(api_keys).where(api_keys.c.revision > revision)
        return [read_credential(row) for row in await self._all(query)]

    async def action(self, tenant: str, name: str) -> Action | None:
        """Return one action."""
        row = await self._first(select(actions).where(actions.c.tenant == tenant, actions.c.name == name))
        if row is None:
            return None
        secrets = await self.draft_secrets(tenant, name)
        return read_action(row, [secret.name for secret in secrets])

    async def actions(self, tenant: str, after: str, count: int) -> Sequence[Action]:
        """Return a tenant's actions in the order of their names, without sources."""
        query = (
            _without_source(actions)
            .where(actions.c.tenant == tenant, actions.c.name > after)
            .order_by(actions.c.name)
            .limit(count)
        )
        rows = await self._all(query)
        if not rows:
            return []
        names = defaultdict(list)
        secrets = (
            select(draft_secrets.c.action, draft_secrets.c.name)
            .where(draft_secrets.c.tenant == tenant)
            .where(draft_secrets.c.action.between(rows[0].name, rows[-1].name))
            .order_by(draft_secrets.c.name)
        )
        for secret in await self._all(secrets):
            names[secret.action].append(secret.name)
        return [read_action(row, names[row.name]) for row in rows]

    async def count_actions(self, tenant: str) -> int:
        """Return how many actions a tenant has."""
        query = select(func.count()).select_from(actions).where(actions.c.tenant == tenant)
        return (await self._connection.execute(query)).scalar_one()

    async def draft_secrets(self, tenant: str, action: str) -> Sequence[SealedSecret]:
        """Return a draft's secrets in the order of their names."""
        query = (
            select(draft_secrets)
            .where(draft_secrets.c.tenant == tenant, draft_secrets.c.action == action)
            .order_by(draft_secrets.c.name)
        )
        return [read_secret(row) for row in await self._all(query)]

    async def version(self, tenant: str, action: str, number: int) -> ActionVersion | None:
        """Return one version that is still kept."""
        row = await self._first(select(versions).where(_of_action(versions, tenant, action, number)))
        if row is None:
            return None
        secrets = await self.version_secrets(tenant, action, number)
        return read_version(row, [secret.name for secret in secrets])

    async def versions(self, tenant: str, action: str, below: int, count: int) -> Sequence[ActionVersion]:
        """Return an action's versions, the highest number first, without sources."""
        query = (
            _without_source(versions)
            .where(_of_action(versions, tenant, action), versions.c.number < below)
            .order_by(versions.c.number.desc())
            .limit(count)
        )
        rows = await self._all(query)
        if not rows:
            return []
        names = defaultdict(list)
        secrets = (
            select(version_secrets.c.number, version_secrets.c.name)
            .where(_of_action(version_secrets, tenant, action))
            .where(version_secrets.c.number.between(rows[-1].number, rows[0].number))
            .order_by(version_secrets.c.name)
        )
        for secret in await self._all(secrets):
            names[secret.number].append(secret.name)
        return [read_version(row, names[row.number]) for row in rows]

    async def version_numbers(self, tenant: str, action: str) -> Sequence[int]:
        """Return the numbers of the versions kept, the lowest first."""
        query = select(versions.c.number).where(_of_action(versions, tenant, action)).order_by(versions.c.number)
        return (await self._connection.execute(query)).scalars().all()

    async def version_secrets(self, tenant: str, action: str, number: int) -> Sequence[SealedSecret]:
        """Return a version's secrets in the order of their names."""
        query = (
            select(version_secrets)
            .where(_of_action(version_secrets, tenant, action, number))
            .order_by(version_secrets.c.name)
        )
        return [read_secret(row) for row in await self._all(query)]

    async def bindings(self, tenant: str, trigger: Trigger) -> Bindings:
        """Return a trigger's list; an empty one of revision 0 when it was never written."""
        flow = await self._first(
            select(flows.c.revision).where(flows.c.tenant == tenant, flows.c.trigger == trigger.value)
        )
        if flow is None:
            return Bindings(tenant, trigger, (), 0)
        query = (
            select(bindings)
            .where(bindings.c.tenant == tenant, bindings.c.trigger == trigger.value)
            .order_by(bindings.c.position)
        )
        items = tuple(Binding(row.action, OnError(row.on_error)) for row in await self._all(query))
        return Bindings(tenant, trigger, items, flow.revision)

    async def bound_versions(self, tenant: str) -> Sequence[BoundVersion]:
        """Return what runs for a tenant: per trigger, in the order of its list."""
        source = bindings.join(
            actions, (actions.c.tenant == bindings.c.tenant) & (actions.c.name == bindings.c.action)
        ).join(
            versions,
            (versions.c.tenant == actions.c.tenant)
            & (versions.c.action == actions.c.name)
            & (versions.c.number == actions.c.deployed),
        )
        query = (
            select(versions, bindings.c.trigger, bindings.c.on_error)
            .select_from(source)
            .where(bindings.c.tenant == tenant)
            .order_by(bindings.c.trigger, bindings.c.position)
        )
        rows = await self._all(query)
        secrets = await self._deployed_secrets(tenant) if rows else {}
        bound = []
        for row in rows:
            own = secrets.get(row.action, [])
            version = read_version(row, [secret.name for secret in own])
            bound.append(BoundVersion(Trigger(row.trigger), OnError(row.on_error), version, tuple(own)))
        return bound

    async def audit(self, tenant: str | None, below: int, count: int) -> Sequence[AuditEntry]:
        """Return the audit entries of a tenant, or all for ``None``, the newest first."""
        owned = true() if tenant is None else audit_entries.c.tenant == tenant
        query = (
            select(audit_entries)
            .where(owned, audit_entries.c.revision < below)
            .order_by(audit_entries.c.revision.desc())
            .limit(count)
        )
        return [read_entry(row) for row in await self._all(query)]

    async def _deployed_secrets(self, tenant: str) -> dict[str, list[SealedSecret]]:
        """Return the secrets of each action's deployed version."""
        deployed = (
            (version_secrets.c.tenant == actions.c.tenant)
            & (version_secrets.c.action == actions.c.name)
            & (version_secrets.c.number == actions.c.deployed)
        )
        query = (
            select(version_secrets)
            .select_from(version_secrets.join(actions, deployed))
            .where(actions.c.tenant == tenant)
            .order_by(version_secrets.c.name)
        )
        found = defaultdict(list)
        for row in await self._all(query):
            found[row.action].append(read_secret(row))
        return dict(found)

    async def _first(self, query: Select[*tuple[object, ...]]) -> AnyRow | None:
        return (await self._connection.execute(query)).first()

    async def _all(self, query: Select[*tuple[object, ...]]) -> Sequence[AnyRow]:
        return (await self._connection.execute(query)).all()


def _of_action(table: Table, tenant: str, action: str, number: int | None = None) -> ColumnElement[bool]:
    """Return the condition that a row belongs to an action, or to one of its versions."""
    condition = (table.c.tenant == tenant) & (table.c.action == action)
    return condition if number is None else condition & (table.c.number == number)


def _without_source(table: Table) -> Select[*tuple[object, ...]]:
    """Select everything but the sources, which would make a page of a list megabytes long."""
    columns = [column for column in table.c if column.name != "source"]
    return select(*columns, literal("").label("source"))
