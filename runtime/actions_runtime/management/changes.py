"""The one way to change what is kept: a transaction, an audit entry in it, and word to memory after it.

Runs in: server.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

import structlog

from actions_runtime.errors import Aborted, NotFound
from actions_runtime.management.principals import Principal
from actions_runtime.management.records import AuditEntry, Tenant, utc_now
from actions_runtime.management.refusals import NAME
from actions_runtime.store.interface import Reader, Store, Transaction

_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Change:
    """A change in the making.

    Attributes:
        tx: The transaction it is made in.
        now: The instant at which it happens.
        tenant: Whose resource changes, for the audit list; ``None`` for the operator's.
        detail: What else the audit list should say; never a secret's value.
    """

    tx: Transaction
    now: datetime
    tenant: str | None
    detail: str = ""

    @property
    def revision(self) -> int:
        """This change's number."""
        return self.tx.revision


async def _tell_nobody() -> None:
    """Stand in where no memory has to hear of changes."""


class Changes:
    """Opens changes.

    Args:
        store: Where everything is kept.
        notify: Called after every committed change, before the caller has its answer; the directory's
            ``refresh``, so that a change is in force in this process at once.
        now: Tells the present instant.

    Attributes:
        store: Where everything is kept.
        now: Tells the present instant.
    """

    def __init__(
        self,
        store: Store,
        notify: Callable[[], Awaitable[None]] = _tell_nobody,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self.store = store
        self.now = now
        self._notify = notify

    @asynccontextmanager
    async def open(
        self, actor: Principal, verb: str, resource: str, tenant: str | None = None
    ) -> AsyncIterator[Change]:
        """Open a change; left by an exception it leaves nothing, not even an audit entry.

        Args:
            actor: Who asks for it.
            verb: What is done, e.g. ``action.deploy``.
            resource: To what, e.g. ``tenants/acme/actions/merge-cart``.
            tenant: The existing tenant who owns it; ``None`` for the operator's.

        Raises:
            NotFound: There is no such tenant.
        """
        async with self.store.transaction() as tx:
            if tenant is not None and not (NAME.fullmatch(tenant) and await tx.touch_tenant(tenant)):
                raise tenant_not_found(tenant)
            change = Change(tx, self.now(), tenant)
            yield change
            await tx.record(
                AuditEntry(tx.revision, change.now, change.tenant, actor.key_id, verb, resource, change.detail)
            )
        await self._tell()

    async def _tell(self) -> None:
        """Pass the word on; the change is committed, so that a failure here must not look like its own."""
        try:
            await self._notify()
        except Exception:
            _log.exception("refresh_after_change_failed")


def tenant_not_found(tenant: str) -> NotFound:
    """Return the refusal of a tenant that does not exist."""
    return NotFound(f"There is no tenant {tenant[:63]!r}.", reason="TENANT_NOT_FOUND", metadata={"tenant": tenant[:63]})


async def require_tenant(reader: Reader, tenant: str) -> Tenant:
    """Return a tenant that exists.

    Raises:
        NotFound: There is no such tenant.
    """
    found = await reader.tenant(tenant) if NAME.fullmatch(tenant) else None
    if found is None:
        raise tenant_not_found(tenant)
    return found


def require_etag(resource: str, sent: str, found: str) -> None:
    """Let a compare-and-set pass only when the resource is as its caller saw it.

    Raises:
        Aborted: It changed in between.
    """
    if sent != found:
        raise Aborted(
            f"{resource} changed since it was read. Read it again, and send the change with its new etag.",
            reason="ETAG_MISMATCH",
            metadata={"resource": resource},
        )
