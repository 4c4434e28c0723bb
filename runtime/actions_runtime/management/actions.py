"""Actions and their drafts.

Runs in: server.
"""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from actions_runtime.errors import (
    Aborted,
    AlreadyExists,
    FailedPrecondition,
    InvalidArgument,
    NotFound,
    ResourceExhausted,
    Violation,
)
from actions_runtime.management.changes import Change, Changes, require_etag, require_tenant
from actions_runtime.management.limits import ManagementLimits
from actions_runtime.management.pages import Page, read_page
from actions_runtime.management.principals import Principal
from actions_runtime.management.records import Action
from actions_runtime.management.refusals import NAME, Refusals
from actions_runtime.management.secrets import SecretBox, SecretPlace
from actions_runtime.management.sources import SourceChecker, require_accepted
from actions_runtime.store.interface import Reader, Transaction
from actions_sandbox.contract import Diagnostic, Trigger, Version

_NO_SECRETS: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class _DraftUpdate:
    """What a caller wants changed in a draft."""

    source: str | None
    set_secrets: Mapping[str, str]
    remove_secrets: Collection[str]

    def describe(self) -> str:
        parts = ["source"] if self.source is not None else []
        if self.set_secrets:
            parts.append("set secrets " + ", ".join(sorted(self.set_secrets)))
        if self.remove_secrets:
            parts.append("removed secrets " + ", ".join(sorted(self.remove_secrets)))
        return "; ".join(parts)


class ActionRules:
    """Create, read, change and delete actions.

    Args:
        changes: The way to the store.
        checker: Judges sources.
        box: Seals the drafts' secrets.
        limits: How much a tenant may keep.
    """

    def __init__(
        self,
        changes: Changes,
        checker: SourceChecker,
        box: SecretBox,
        limits: ManagementLimits = ManagementLimits(),  # noqa: B008 - frozen
    ) -> None:
        self._changes = changes
        self._checker = checker
        self._box = box
        self._limits = limits

    async def create(
        self,
        actor: Principal,
        tenant: str,
        name: str,
        trigger: Trigger,
        source: str,
        secrets: Mapping[str, str] = _NO_SECRETS,
    ) -> Action:
        """Create an action with its first draft; nothing runs before it is deployed and bound.

        Args:
            actor: Who asks for it.
            tenant: The owner.
            name: A lower-case letter, then up to 62 lower-case letters, digits or hyphens.
            trigger: Where the action may be bound; never changes.
            source: The draft's Python, up to 100 000 UTF-8 bytes.
            secrets: Up to 30 names and values.

        Raises:
            InvalidArgument: A field is wrong.
            SourceRefused: The source is not accepted.
            AlreadyExists: The tenant has an action of that name.
            ResourceExhausted: The tenant has as many actions as it may.
            NotFound: There is no such tenant.
        """
        refusals = Refusals("The action cannot be created as it is.")
        refusals.require_name("name", name)
        self._require_draft(refusals, source, secrets)
        if len(secrets) > self._limits.secrets_per_action:
            refusals.add("secrets", self._too_many_secrets(len(secrets)))
        refusals.close()
        async with self._changes.store.snapshot() as reader:
            await self._require_room(reader, tenant, name)
        await require_accepted(self._checker, tenant, name, trigger, source)
        sealed = self._box.seal(SecretPlace(tenant, name), secrets)
        async with self._changes.open(actor, "action.create", resource_name(tenant, name), tenant) as change:
            await self._require_room(change.tx, tenant, name)
            names = tuple(sorted(secrets))
            action = Action(tenant, name, trigger, source, names, None, 0, change.now, change.now, change.revision)
            await change.tx.add_action(action)
            await change.tx.put_draft_secrets(tenant, name, sealed)
            change.detail = _DraftUpdate(source, secrets, ()).describe()
        return action

    async def get(self, tenant: str, name: str) -> Action:
        """Return an action with its draft.

        Raises:
            NotFound: The tenant has no such action.
        """
        async with self._changes.store.snapshot() as reader:
            return await require_action(reader, tenant, name)

    async def list(self, tenant: str, page_size: int = 0, page_token: str = "") -> Page[Action]:
        """Return a tenant's actions in the order of their names, without their sources.

        Args:
            tenant: The owner.
            page_size: Items wanted, 0 for 50, at most 200.
            page_token: The token of the page before; empty for the first page.

        Raises:
            InvalidArgument: The size is negative or the token is not one of this list's.
            NotFound: There is no such tenant.
        """
        page = read_page(f"actions of {tenant}", "", page_size, page_token, self._limits)
        async with self._changes.store.snapshot() as reader:
            await require_tenant(reader, tenant)
            return page.cut(await reader.actions(tenant, page.after, page.size + 1), lambda action: action.name)

    async def update(
        self,
        actor: Principal,
        tenant: str,
        name: str,
        *,
        source: str | None = None,
        set_secrets: Mapping[str, str] = _NO_SECRETS,
        remove_secrets: Collection[str] = (),
        etag: str = "",
    ) -> Action:
        """Change an action's draft; what runs stays as it is until the next deployment.

        Args:
            actor: Who asks for it.
            tenant: The owner.
            name: The action's name.
            source: The new source; ``None`` keeps the present one.
            set_secrets: Secrets to write; the others stay.
            remove_secrets: Names of secrets to delete.
            etag: Change the action only in this state; empty changes it in any.

        Raises:
            InvalidArgument: A field is wrong, or nothing is to be changed.
            SourceRefused: The source is not accepted.
            NotFound: The tenant has no such action, or the action no such secret to delete.
            Aborted: The action is not in the state that the etag names.
        """
        update = _DraftUpdate(source, dict(set_secrets), frozenset(remove_secrets))
        self._require_update(update)
        seen = await self.get(tenant, name)
        if source is not None:
            await require_accepted(self._checker, tenant, name, seen.trigger, source)
        async with self._changes.open(actor, "action.update", resource_name(tenant, name), tenant) as change:
            action = await require_action(change.tx, tenant, name, etag)
            if action.trigger is not seen.trigger:
                raise draft_changed(name)
            names = await self._write_secrets(change.tx, action, update)
            action = replace(action, secret_names=names, updated_at=change.now, revision=change.revision)
            if source is not None:
                action = replace(action, source=source)
            await change.tx.put_action(action)
            change.detail = update.describe()
        return action

    async def delete(self, actor: Principal, tenant: str, name: str, *, force: bool = False, etag: str = "") -> None:
        """Delete an action with its versions and secrets.

        Args:
            actor: Who asks for it.
            tenant: The owner.
            name: The action's name.
            force: Also take it out of its trigger's list, where it no longer runs then.
            etag: Delete the action only in this state; empty deletes it in any.

        Raises:
            NotFound: The tenant has no such action.
            FailedPrecondition: It is bound, and ``force`` was not asked for.
            Aborted: The action is not in the state that the etag names.
        """
        async with self._changes.open(actor, "action.delete", resource_name(tenant, name), tenant) as change:
            action = await require_action(change.tx, tenant, name, etag)
            await _unbind(change, action, force=force)
            await change.tx.remove_action(tenant, name)

    async def check(self, tenant: str, name: str, trigger: Trigger, source: str) -> tuple[Diagnostic, ...]:
        """Judge a source without keeping it.

        Args:
            tenant: Whose worker looks at it.
            name: The action's name, for the messages.
            trigger: The trigger it is meant for.
            source: The Python, up to 100 000 UTF-8 bytes.

        Returns:
            Every reason to refuse it; none when it is accepted.

        Raises:
            InvalidArgument: The name is none, or the source is too long or no text.
        """
        refusals = Refusals("The source cannot be checked as it is.")
        refusals.require_name("name", name)
        refusals.require_source("source", source, self._limits.source_bytes)
        refusals.close()
        return await self._checker.check(tenant, name, trigger, source)

    async def draft(self, tenant: str, name: str) -> tuple[Action, Version]:
        """Return an action and its draft as a version to be tried out, with number 0 and a key of its own.

        Raises:
            NotFound: The tenant has no such action.
            FailedPrecondition: A secret cannot be decrypted.
        """
        async with self._changes.store.snapshot() as reader:
            action = await require_action(reader, tenant, name)
            sealed = await reader.draft_secrets(tenant, name)
        secrets = self._box.open(SecretPlace(tenant, name), sealed)
        return action, Version(f"draft-{uuid.uuid4().hex}", name, 0, action.source, secrets)

    async def _require_room(self, reader: Reader, tenant: str, name: str) -> None:
        await require_tenant(reader, tenant)
        if await reader.action(tenant, name) is not None:
            raise AlreadyExists(
                f"There is an action '{name}' already. Update it, or choose another name.",
                reason="ACTION_EXISTS",
                metadata={"action": name},
            )
        limit = self._limits.actions_per_tenant
        if await reader.count_actions(tenant) >= limit:
            raise ResourceExhausted(
                f"The tenant has {limit} actions, which is the limit. Delete one that is no longer needed.",
                reason="TOO_MANY_ACTIONS",
                metadata={"limit": str(limit)},
            )

    def _require_draft(self, refusals: Refusals, source: str | None, secrets: Mapping[str, str]) -> None:
        limits = self._limits
        if source is not None:
            refusals.require_source("source", source, limits.source_bytes)
        for name, value in secrets.items():
            refusals.require_secret(name, value, limits.secret_name_chars, limits.secret_value_chars)

    def _require_update(self, update: _DraftUpdate) -> None:
        refusals = Refusals("The draft cannot be changed like this.")
        self._require_draft(refusals, update.source, update.set_secrets)
        for name in sorted(update.set_secrets.keys() & set(update.remove_secrets)):
            refusals.add(f"secrets.{name[:128]}", "It is both to be set and to be removed.")
        if not update.describe():
            refusals.add("source", "Nothing is to be changed: send a source, or secrets to set or to remove.")
        refusals.close()

    async def _write_secrets(self, tx: Transaction, action: Action, update: _DraftUpdate) -> tuple[str, ...]:
        """Write what an update says about secrets and return the names that the draft has then."""
        present = set(action.secret_names)
        for name in sorted(update.remove_secrets):
            if name not in present:
                raise NotFound(
                    f"The action '{action.name}' has no secret {name[:128]!r} to remove.",
                    reason="SECRET_NOT_FOUND",
                    metadata={"action": action.name},
                )
        names = (present - set(update.remove_secrets)) | update.set_secrets.keys()
        if len(names) > self._limits.secrets_per_action:
            raise InvalidArgument(
                "The draft cannot be changed like this.",
                (Violation("secrets", self._too_many_secrets(len(names))),),
            )
        sealed = self._box.seal(SecretPlace(action.tenant, action.name), update.set_secrets)
        await tx.remove_draft_secrets(action.tenant, action.name, update.remove_secrets)
        await tx.put_draft_secrets(action.tenant, action.name, sealed)
        return tuple(sorted(names))

    def _too_many_secrets(self, count: int) -> str:
        return f"The action would have {count} secrets; the limit is {self._limits.secrets_per_action}."


def resource_name(tenant: str, action: str) -> str:
    """Return an action's resource name."""
    return f"tenants/{tenant}/actions/{action}"


async def require_action(reader: Reader, tenant: str, name: str, etag: str = "") -> Action:
    """Return an action that exists and is in the state that an etag names.

    Args:
        reader: Where to look.
        tenant: The owner.
        name: The action's name.
        etag: The state; empty stands for any.

    Raises:
        NotFound: The tenant has no such action.
        Aborted: It is in another state.
    """
    action = await reader.action(tenant, name) if NAME.fullmatch(name) else None
    if action is None:
        raise NotFound(f"There is no action {name[:63]!r}.", reason="ACTION_NOT_FOUND", metadata={"action": name[:63]})
    if etag:
        require_etag(resource_name(tenant, name), etag, action.etag)
    return action


def draft_changed(name: str) -> Aborted:
    """Return the refusal of a change whose draft became another one while its source was judged."""
    return Aborted(
        f"The draft of '{name}' changed while it was being checked. Read it again, then retry.",
        reason="DRAFT_CHANGED",
        metadata={"action": name},
    )


async def _unbind(change: Change, action: Action, *, force: bool) -> None:
    bindings = await change.tx.bindings(action.tenant, action.trigger)
    rest = tuple(item for item in bindings.items if item.action != action.name)
    if len(rest) == len(bindings.items):
        return
    if not force:
        raise FailedPrecondition(
            f"The action '{action.name}' is bound to {action.trigger.value}. Take it out of the bindings"
            " first, or delete it with force.",
            reason="ACTION_BOUND",
            metadata={"action": action.name, "trigger": action.trigger.value},
        )
    await change.tx.put_bindings(replace(bindings, items=rest, revision=change.revision))
    change.detail = f"taken out of the bindings of {action.trigger.value}"
