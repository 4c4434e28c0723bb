"""Tenants, and the list of everything that anybody changed.

Runs in: server.
"""

from dataclasses import replace
from enum import Enum
from typing import Final, Literal

from actions_runtime.errors import AlreadyExists
from actions_runtime.management.changes import Changes, require_tenant
from actions_runtime.management.limits import ManagementLimits
from actions_runtime.management.pages import Page, read_page
from actions_runtime.management.principals import Principal
from actions_runtime.management.records import AuditEntry, Tenant
from actions_runtime.management.refusals import Refusals
from actions_sandbox.contract import Isolation

_ABOVE_ALL: Final = 2**63 - 1
"""Stands before the newest entry of the audit list; the largest number a database column holds."""


class Unchanged(Enum):
    """Stands for a value that an update leaves as it is, where ``None`` is a value."""

    UNCHANGED = "unchanged"


UNCHANGED: Final = Unchanged.UNCHANGED


class TenantRules:
    """Create, read and change tenants; read the audit list.

    Args:
        changes: The way to the store.
        limits: Lengths of texts and pages.
    """

    def __init__(
        self,
        changes: Changes,
        limits: ManagementLimits = ManagementLimits(),  # noqa: B008 - frozen
    ) -> None:
        self._changes = changes
        self._limits = limits

    async def create(
        self, actor: Principal, tenant: str, display_name: str = "", isolation: Isolation | None = None
    ) -> Tenant:
        """Create a tenant.

        Args:
            actor: Who asks for it.
            tenant: Its id: a lower-case letter, then up to 62 lower-case letters, digits or hyphens.
            display_name: For people; up to 200 characters.
            isolation: How long its workers live; ``None`` leaves it to the server's setting.

        Raises:
            InvalidArgument: A field is wrong.
            AlreadyExists: The id is taken.
        """
        refusals = Refusals("The tenant cannot be created as it is.")
        refusals.require_name("id", tenant)
        refusals.require_text("display_name", display_name, self._limits.label_chars)
        refusals.close()
        async with self._changes.open(actor, "tenant.create", f"tenants/{tenant}") as change:
            if await change.tx.tenant(tenant) is not None:
                raise AlreadyExists(
                    f"There is a tenant '{tenant}' already. Choose another id.",
                    reason="TENANT_EXISTS",
                    metadata={"tenant": tenant},
                )
            created = Tenant(tenant, display_name, isolation, change.now, change.revision)
            await change.tx.add_tenant(created)
            change.tenant = tenant
            change.detail = f"isolation {isolation.value}" if isolation else ""
        return created

    async def update(
        self,
        actor: Principal,
        tenant: str,
        *,
        display_name: str | None = None,
        isolation: Isolation | Literal[Unchanged.UNCHANGED] | None = UNCHANGED,
    ) -> Tenant:
        """Change a tenant; executions that begin after it are held to it.

        Args:
            actor: Who asks for it.
            tenant: Its id.
            display_name: For people; up to 200 characters; ``None`` keeps the present one.
            isolation: How long its workers live; ``None`` leaves it to the server's setting.

        Raises:
            InvalidArgument: A field is wrong, or nothing is to be changed.
            NotFound: There is no such tenant.
        """
        self._require_update(display_name, isolation)
        async with self._changes.open(actor, "tenant.update", f"tenants/{tenant}", tenant) as change:
            changed = await require_tenant(change.tx, tenant)
            details = []
            if display_name is not None:
                changed = replace(changed, display_name=display_name)
                details.append("display name")
            if isolation is not UNCHANGED:
                changed = replace(changed, isolation=isolation)
                details.append(f"isolation {isolation.value if isolation else 'of the server'}")
            await change.tx.put_tenant(changed)
            change.detail = "; ".join(details)
        return changed

    def _require_update(self, display_name: str | None, isolation: Isolation | Unchanged | None) -> None:
        refusals = Refusals("The tenant cannot be changed like this.")
        if display_name is not None:
            refusals.require_text("display_name", display_name, self._limits.label_chars)
        elif isolation is UNCHANGED:
            refusals.add("display_name", "Nothing is to be changed: send a display name or an isolation.")
        refusals.close()

    async def get(self, tenant: str) -> Tenant:
        """Return a tenant.

        Raises:
            NotFound: There is no such tenant.
        """
        async with self._changes.store.snapshot() as reader:
            return await require_tenant(reader, tenant)

    async def list(self, page_size: int = 0, page_token: str = "") -> Page[Tenant]:
        """Return the tenants in the order of their ids.

        Args:
            page_size: Items wanted, 0 for 50, at most 200.
            page_token: The token of the page before; empty for the first page.

        Raises:
            InvalidArgument: The size is negative or the token is not one of this list's.
        """
        page = read_page("tenants", "", page_size, page_token, self._limits)
        async with self._changes.store.snapshot() as reader:
            found = await reader.tenants(page.after, page.size + 1)
        return page.cut(found, lambda tenant: tenant.id)

    async def audit(self, tenant: str | None = None, page_size: int = 0, page_token: str = "") -> Page[AuditEntry]:
        """Return who changed what, the newest first.

        Args:
            tenant: Only this tenant's resources; ``None`` for everything.
            page_size: Items wanted, 0 for 50, at most 200.
            page_token: The token of the page before; empty for the first page.

        Raises:
            InvalidArgument: The size is negative or the token is not one of this list's.
            NotFound: There is no such tenant.
        """
        of = "audit" if tenant is None else f"audit of {tenant}"
        page = read_page(of, _ABOVE_ALL, page_size, page_token, self._limits)
        async with self._changes.store.snapshot() as reader:
            if tenant is not None:
                await require_tenant(reader, tenant)
            found = await reader.audit(tenant, page.after, page.size + 1)
        return page.cut(found, lambda entry: entry.revision)
