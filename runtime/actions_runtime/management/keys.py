"""API keys: shown once, kept as a hash, revoked for good.

Runs in: server.
"""

import hashlib
import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final

from actions_runtime.errors import NotFound
from actions_runtime.management.changes import Changes, require_tenant
from actions_runtime.management.limits import ManagementLimits
from actions_runtime.management.pages import Page, read_page
from actions_runtime.management.principals import Principal
from actions_runtime.management.records import ApiKey, Credential, Scope
from actions_runtime.management.refusals import Refusals
from actions_runtime.store.interface import Reader

_ID_BYTES: Final = 8
_SECRET_BYTES: Final = 32
"""256 bits, too many to guess; that is why a plain hash keeps them as well as a slow one would."""

TOKEN: Final = re.compile(r"ak_(?:tenant|operator)_([0-9a-f]{16})_[0-9a-f]{64}")
"""What every token looks like; the group is the key's id."""

_KEY_ID: Final = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key at the one moment at which its token is known.

    Attributes:
        key: The key.
        token: What its holder sends as ``authorization: Bearer <token>``; kept nowhere.
    """

    key: ApiKey
    token: str = field(repr=False)


def hash_token(token: str) -> bytes:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode()).digest()


class KeyRules:
    """Create, list and revoke API keys.

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
        self,
        actor: Principal,
        tenant: str | None,
        scopes: Collection[Scope],
        *,
        label: str = "",
        expires_at: datetime | None = None,
    ) -> NewKey:
        """Create a key.

        Args:
            actor: Who asks for it.
            tenant: Whom it belongs to; ``None`` for the operator, whose key may act for every tenant.
            scopes: What its holder may do, at least one; ``operator`` is for operator keys only.
            label: For people; up to 200 characters.
            expires_at: The instant from which it no longer works, with its time zone; ``None`` for never.

        Raises:
            InvalidArgument: A field is wrong.
            NotFound: There is no such tenant.
        """
        self._require_key(tenant, scopes, label, expires_at)
        until = expires_at.astimezone(UTC) if expires_at else None
        kind = "operator" if tenant is None else "tenant"
        key_id = secrets.token_hex(_ID_BYTES)
        prefix = f"ak_{kind}_{key_id}"
        token = f"{prefix}_{secrets.token_hex(_SECRET_BYTES)}"
        async with self._changes.open(actor, "key.create", f"keys/{key_id}", tenant) as change:
            key = ApiKey(key_id, tenant, frozenset(scopes), label, prefix, change.now, until, None, change.revision)
            await change.tx.add_key(Credential(key, hash_token(token)))
            change.detail = f"{kind} key with the scopes {' '.join(sorted(scopes))}"
        return NewKey(key, token)

    async def get(self, key: str) -> ApiKey:
        """Return a key.

        Raises:
            NotFound: There is no such key.
        """
        async with self._changes.store.snapshot() as reader:
            return await _require_key(reader, key)

    async def list(self, tenant: str | None, page_size: int = 0, page_token: str = "") -> Page[ApiKey]:
        """Return the keys of a tenant or of the operator, revoked ones included, in the order of their ids.

        Args:
            tenant: The tenant; ``None`` for the operator.
            page_size: Items wanted, 0 for 50, at most 200.
            page_token: The token of the page before; empty for the first page.

        Raises:
            InvalidArgument: The size is negative or the token is not one of this list's.
            NotFound: There is no such tenant.
        """
        of = "operator keys" if tenant is None else f"keys of {tenant}"
        page = read_page(of, "", page_size, page_token, self._limits)
        async with self._changes.store.snapshot() as reader:
            if tenant is not None:
                await require_tenant(reader, tenant)
            found = await reader.keys(tenant, page.after, page.size + 1)
        return page.cut(found, lambda key: key.id)

    async def revoke(self, actor: Principal, key: str) -> ApiKey:
        """Revoke a key for good; it stops at once in all processes of this server, and within a poll in other
        servers.

        A key that is revoked already stays as it is.

        Raises:
            NotFound: There is no such key.
        """
        seen = await self.get(key)
        if seen.revoked_at is not None:
            return seen
        async with self._changes.open(actor, "key.revoke", f"keys/{key}", seen.tenant) as change:
            found = await _require_key(change.tx, key)
            revoked_at = found.revoked_at or change.now
            await change.tx.revoke_key(key, revoked_at)
        return replace(found, revoked_at=revoked_at, revision=change.revision)

    def _require_key(
        self, tenant: str | None, scopes: Collection[Scope], label: str, expires_at: datetime | None
    ) -> None:
        refusals = Refusals("The key cannot be created as it is.")
        refusals.require_text("label", label, self._limits.label_chars)
        if not scopes:
            refusals.add("scopes", "Expected at least one scope.")
        if tenant is not None and Scope.OPERATOR in scopes:
            refusals.add("scopes", "Only an operator's key may carry the scope 'operator'.")
        if expires_at is not None:
            if expires_at.tzinfo is None:
                refusals.add("expires_at", "It has no time zone.")
            elif expires_at <= self._changes.now():
                refusals.add("expires_at", "It is in the past.")
        refusals.close()


async def _require_key(reader: Reader, key: str) -> ApiKey:
    found = await reader.key(key) if _KEY_ID.fullmatch(key) else None
    if found is None:
        raise NotFound(f"There is no key {key[:40]!r}.", reason="KEY_NOT_FOUND")
    return found
