"""What the rules ask of a store.

Runs in: server.

Two ways in: a :class:`Reader` sees one consistent state; a :class:`Transaction` changes it, all or nothing.
Transactions run one after another, in every process that shares the store, and each is given the next
revision. Whoever has seen revision *n* has therefore seen every change up to *n*, and what a transaction
reads stays true until it ends.
"""

from collections.abc import Collection, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

from actions_runtime.management.records import (
    Action,
    ActionVersion,
    ApiKey,
    AuditEntry,
    Bindings,
    BoundVersion,
    Credential,
    SealedSecret,
    Tenant,
)
from actions_sandbox.contract import Trigger


class Reader(Protocol):
    """One consistent state of the store.

    Lists are ordered by the cursor that their arguments name: ``after`` leaves out everything up to and with
    that item, ``below`` everything from that number on; ``count`` bounds the items.
    """

    @property
    def revision(self) -> int:
        """The last change that this state contains."""

    async def tenant(self, tenant: str) -> Tenant | None:
        """Return one tenant."""

    async def tenants(self, after: str, count: int) -> Sequence[Tenant]:
        """Return tenants in the order of their ids."""

    async def tenants_since(self, revision: int) -> Sequence[Tenant]:
        """Return the tenants that own something changed after a revision."""

    async def key(self, key: str) -> ApiKey | None:
        """Return one API key."""

    async def keys(self, tenant: str | None, after: str, count: int) -> Sequence[ApiKey]:
        """Return the keys of a tenant, or of the operator for ``None``, in the order of their ids."""

    async def credentials_since(self, revision: int) -> Sequence[Credential]:
        """Return the keys changed after a revision, revoked ones included, with their hashes."""

    async def action(self, tenant: str, name: str) -> Action | None:
        """Return one action."""

    async def actions(self, tenant: str, after: str, count: int) -> Sequence[Action]:
        """Return a tenant's actions in the order of their names, without sources."""

    async def count_actions(self, tenant: str) -> int:
        """Return how many actions a tenant has."""

    async def draft_secrets(self, tenant: str, action: str) -> Sequence[SealedSecret]:
        """Return a draft's secrets in the order of their names."""

    async def version(self, tenant: str, action: str, number: int) -> ActionVersion | None:
        """Return one version that is still kept."""

    async def versions(self, tenant: str, action: str, below: int, count: int) -> Sequence[ActionVersion]:
        """Return an action's versions, the highest number first, without sources."""

    async def version_numbers(self, tenant: str, action: str) -> Sequence[int]:
        """Return the numbers of the versions kept, the lowest first."""

    async def version_secrets(self, tenant: str, action: str, number: int) -> Sequence[SealedSecret]:
        """Return a version's secrets in the order of their names."""

    async def bindings(self, tenant: str, trigger: Trigger) -> Bindings:
        """Return a trigger's list; an empty one of revision 0 when it was never written."""

    async def bound_versions(self, tenant: str) -> Sequence[BoundVersion]:
        """Return what runs for a tenant: per trigger, in the order of its list."""

    async def audit(self, tenant: str | None, below: int, count: int) -> Sequence[AuditEntry]:
        """Return the audit entries of a tenant, or all for ``None``, the newest first."""


class Transaction(Reader, Protocol):
    """A change in the making; :attr:`revision` is its own number."""

    async def add_tenant(self, tenant: Tenant) -> None:
        """Keep a new tenant."""

    async def touch_tenant(self, tenant: str) -> bool:
        """Note that something of a tenant changes; tells whether there is such a tenant."""

    async def put_tenant(self, tenant: Tenant) -> None:
        """Write a tenant's display name, isolation and revision."""

    async def add_key(self, credential: Credential) -> None:
        """Keep a new API key."""

    async def revoke_key(self, key: str, at: datetime) -> None:
        """Note that a key was revoked."""

    async def add_action(self, action: Action) -> None:
        """Keep a new action; its secrets are written on their own."""

    async def put_action(self, action: Action) -> None:
        """Write an action's source, deployed version, last version, update time and revision."""

    async def remove_action(self, tenant: str, name: str) -> None:
        """Delete an action with its versions and secrets."""

    async def put_draft_secrets(self, tenant: str, action: str, secrets: Collection[SealedSecret]) -> None:
        """Write secrets of a draft, in the place of those of the same name."""

    async def remove_draft_secrets(self, tenant: str, action: str, names: Collection[str]) -> None:
        """Delete secrets of a draft."""

    async def add_version(self, version: ActionVersion, secrets: Collection[SealedSecret]) -> None:
        """Keep a new version with its secrets."""

    async def remove_versions(self, tenant: str, action: str, numbers: Collection[int]) -> None:
        """Delete versions with their secrets."""

    async def put_bindings(self, bindings: Bindings) -> None:
        """Write a trigger's list in the place of the one before."""

    async def record(self, entry: AuditEntry) -> None:
        """Keep this change's audit entry."""


class Store(Protocol):
    """A place where everything is kept."""

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """Open a transaction: left by an exception it leaves nothing, otherwise everything.

        Raises:
            Unavailable: The database cannot be reached or stays locked.
        """

    def snapshot(self) -> AbstractAsyncContextManager[Reader]:
        """Open a consistent state to read from.

        Raises:
            Unavailable: The database cannot be reached.
        """

    async def revision(self) -> int:
        """Return the last change's number; cheap enough to be asked every second."""

    async def close(self) -> None:
        """Give back every connection."""
