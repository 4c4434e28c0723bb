"""Writes inside of one transaction.

Runs in: server.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, insert, update

from actions_runtime.management.records import (
    Action,
    ActionVersion,
    AuditEntry,
    Bindings,
    Credential,
    SealedSecret,
    Tenant,
)
from actions_runtime.store.reading import SqlReader
from actions_runtime.store.rows import write_credential
from actions_runtime.store.tables import (
    actions,
    api_keys,
    audit_entries,
    draft_secrets,
    flows,
    tenants,
    version_secrets,
    versions,
)
from actions_runtime.store.tables import bindings as binding_rows


class SqlTransaction(SqlReader):
    """A change, as :class:`~actions_runtime.store.interface.Transaction` describes it."""

    async def add_tenant(self, tenant: Tenant) -> None:
        """Keep a new tenant."""
        await self._connection.execute(
            insert(tenants).values(
                id=tenant.id,
                display_name=tenant.display_name,
                isolation=tenant.isolation.value if tenant.isolation else None,
                created_at=tenant.created_at,
                revision=tenant.revision,
            )
        )

    async def touch_tenant(self, tenant: str) -> bool:
        """Note that something of a tenant changes; tells whether there is such a tenant."""
        result = await self._connection.execute(
            update(tenants).where(tenants.c.id == tenant).values(revision=self.revision)
        )
        return result.rowcount == 1

    async def put_tenant(self, tenant: Tenant) -> None:
        """Write a tenant's display name, isolation and revision."""
        await self._connection.execute(
            update(tenants)
            .where(tenants.c.id == tenant.id)
            .values(
                display_name=tenant.display_name,
                isolation=tenant.isolation.value if tenant.isolation else None,
                revision=tenant.revision,
            )
        )

    async def add_key(self, credential: Credential) -> None:
        """Keep a new API key."""
        await self._connection.execute(insert(api_keys).values(write_credential(credential)))

    async def revoke_key(self, key: str, at: datetime) -> None:
        """Note that a key was revoked."""
        await self._connection.execute(
            update(api_keys).where(api_keys.c.id == key).values(revoked_at=at, revision=self.revision)
        )

    async def add_action(self, action: Action) -> None:
        """Keep a new action; its secrets are written on their own."""
        await self._connection.execute(
            insert(actions).values(
                tenant=action.tenant,
                name=action.name,
                trigger=action.trigger.value,
                source=action.source,
                deployed=action.deployed,
                last_version=action.last_version,
                created_at=action.created_at,
                updated_at=action.updated_at,
                revision=action.revision,
            )
        )

    async def put_action(self, action: Action) -> None:
        """Write an action's source, deployed version, last version, update time and revision."""
        await self._connection.execute(
            update(actions)
            .where(actions.c.tenant == action.tenant, actions.c.name == action.name)
            .values(
                source=action.source,
                deployed=action.deployed,
                last_version=action.last_version,
                updated_at=action.updated_at,
                revision=action.revision,
            )
        )

    async def remove_action(self, tenant: str, name: str) -> None:
        """Delete an action; the foreign keys take its versions and secrets along."""
        await self._connection.execute(delete(actions).where(actions.c.tenant == tenant, actions.c.name == name))

    async def put_draft_secrets(self, tenant: str, action: str, secrets: Collection[SealedSecret]) -> None:
        """Write secrets of a draft, in the place of those of the same name."""
        if not secrets:
            return
        await self.remove_draft_secrets(tenant, action, [secret.name for secret in secrets])
        rows = [
            {
                "tenant": tenant,
                "action": action,
                "name": secret.name,
                "key_id": secret.key_id,
                "data": secret.data,
            }
            for secret in secrets
        ]
        await self._connection.execute(insert(draft_secrets), rows)

    async def remove_draft_secrets(self, tenant: str, action: str, names: Collection[str]) -> None:
        """Delete secrets of a draft."""
        if not names:
            return
        await self._connection.execute(
            delete(draft_secrets).where(
                draft_secrets.c.tenant == tenant,
                draft_secrets.c.action == action,
                draft_secrets.c.name.in_(names),
            )
        )

    async def add_version(self, version: ActionVersion, secrets: Collection[SealedSecret]) -> None:
        """Keep a new version with its secrets."""
        place = {"tenant": version.tenant, "action": version.action, "number": version.number}
        await self._connection.execute(
            insert(versions).values(
                **place,
                key=version.key,
                source=version.source,
                policy_version=version.policy_version,
                label=version.label,
                created_at=version.created_at,
            )
        )
        rows = [{**place, "name": secret.name, "key_id": secret.key_id, "data": secret.data} for secret in secrets]
        if rows:
            await self._connection.execute(insert(version_secrets), rows)

    async def remove_versions(self, tenant: str, action: str, numbers: Collection[int]) -> None:
        """Delete versions with their secrets."""
        await self._connection.execute(
            delete(versions).where(
                versions.c.tenant == tenant, versions.c.action == action, versions.c.number.in_(numbers)
            )
        )

    async def put_bindings(self, bindings: Bindings) -> None:
        """Write a trigger's list in the place of the one before."""
        place = {"tenant": bindings.tenant, "trigger": bindings.trigger.value}
        result = await self._connection.execute(update(flows).filter_by(**place).values(revision=bindings.revision))
        if result.rowcount == 0:
            await self._connection.execute(insert(flows).values(**place, revision=bindings.revision))
        await self._connection.execute(delete(binding_rows).filter_by(**place))
        rows = [
            {**place, "position": position, "action": item.action, "on_error": item.on_error.value}
            for position, item in enumerate(bindings.items)
        ]
        if rows:
            await self._connection.execute(insert(binding_rows), rows)

    async def record(self, entry: AuditEntry) -> None:
        """Keep this change's audit entry."""
        await self._connection.execute(
            insert(audit_entries).values(
                revision=entry.revision,
                at=entry.at,
                tenant=entry.tenant,
                actor=entry.actor,
                verb=entry.verb,
                resource=entry.resource,
                detail=entry.detail,
            )
        )
