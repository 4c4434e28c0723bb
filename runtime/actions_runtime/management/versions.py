"""Versions: deploying a draft, going back to an old version, and how many are kept.

Runs in: server.
"""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from actions_runtime.errors import NotFound
from actions_runtime.management.actions import draft_changed, require_action, resource_name
from actions_runtime.management.changes import Change, Changes
from actions_runtime.management.limits import ManagementLimits
from actions_runtime.management.pages import Page, read_page
from actions_runtime.management.principals import Principal
from actions_runtime.management.records import Action, ActionVersion, SealedSecret
from actions_runtime.management.refusals import Refusals
from actions_runtime.management.secrets import SecretBox, SecretPlace
from actions_runtime.management.sources import SourceChecker, require_accepted
from actions_runtime.store.interface import Reader

_ABOVE_ALL: Final = 2**63 - 1
"""Stands before the newest version of a list; the largest number a database column holds."""

_NUMBER_MAX: Final = 2**31 - 1
"""The largest number that the versions' column holds."""


class VersionRules:
    """Deploy, roll back and read versions.

    Args:
        changes: The way to the store.
        checker: Judges sources.
        box: Seals each version's secrets for that version alone.
        policy_version: The language policy that ``checker`` applies; kept with each version.
        limits: How many versions are kept.
    """

    def __init__(
        self,
        changes: Changes,
        checker: SourceChecker,
        box: SecretBox,
        policy_version: int,
        limits: ManagementLimits = ManagementLimits(),  # noqa: B008 - frozen
    ) -> None:
        self._changes = changes
        self._checker = checker
        self._box = box
        self._policy_version = policy_version
        self._limits = limits

    async def deploy(
        self, actor: Principal, tenant: str, action: str, *, label: str = "", etag: str = ""
    ) -> ActionVersion:
        """Make a version out of an action's draft, and make it the one that runs.

        The source is judged again: the policy may have become stricter since it was uploaded.

        Args:
            actor: Who asks for it.
            tenant: The owner.
            action: The action's name.
            label: What the author calls it, e.g. a git sha; up to 200 characters.
            etag: Deploy the action only in this state; empty deploys it in any.

        Raises:
            InvalidArgument: The label is too long or no text.
            SourceRefused: The source is no longer accepted.
            NotFound: The tenant has no such action.
            Aborted: The action is not in the state that the etag names, or its draft changed meanwhile.
            FailedPrecondition: A secret cannot be decrypted.
        """
        self._require_label(label)
        async with self._changes.store.snapshot() as reader:
            seen = await require_action(reader, tenant, action, etag)
        await require_accepted(self._checker, tenant, action, seen.trigger, seen.source)
        async with self._changes.open(actor, "action.deploy", resource_name(tenant, action), tenant) as change:
            found = await require_action(change.tx, tenant, action, etag)
            if (found.source, found.trigger) != (seen.source, seen.trigger):
                raise draft_changed(action)
            sealed = await change.tx.draft_secrets(tenant, action)
            return await self._run(change, found, found.source, SecretPlace(tenant, action), sealed, label)

    async def rollback(
        self, actor: Principal, tenant: str, action: str, number: int, *, label: str = "", etag: str = ""
    ) -> ActionVersion:
        """Deploy an old version's source and secrets under a new number; the draft stays as it is.

        Args:
            actor: Who asks for it.
            tenant: The owner.
            action: The action's name.
            number: The old version's number.
            label: What the author calls the new version; empty takes the old one's label.
            etag: Roll back the action only in this state; empty does in any.

        Raises:
            InvalidArgument: The label is too long or no text.
            SourceRefused: The old source is not accepted under today's policy.
            NotFound: The tenant has no such action, or the version is not kept any more.
            Aborted: The action is not in the state that the etag names.
            FailedPrecondition: A secret cannot be decrypted.
        """
        self._require_label(label)
        async with self._changes.store.snapshot() as reader:
            seen = await require_action(reader, tenant, action, etag)
            old = await _require_version(reader, tenant, action, number)
        await require_accepted(self._checker, tenant, action, seen.trigger, old.source)
        async with self._changes.open(actor, "action.rollback", resource_name(tenant, action), tenant) as change:
            found = await require_action(change.tx, tenant, action, etag)
            again = await _require_version(change.tx, tenant, action, number)
            if again.key != old.key:
                raise draft_changed(action)
            sealed = await change.tx.version_secrets(tenant, action, number)
            place = SecretPlace(tenant, action, number)
            version = await self._run(change, found, old.source, place, sealed, label or old.label)
            change.detail = f"version {version.number} from version {number}"
            return version

    async def get(self, tenant: str, action: str, number: int) -> ActionVersion:
        """Return one version.

        Raises:
            NotFound: The tenant has no such action, or the version is not kept any more.
        """
        async with self._changes.store.snapshot() as reader:
            await require_action(reader, tenant, action)
            return await _require_version(reader, tenant, action, number)

    async def list(self, tenant: str, action: str, page_size: int = 0, page_token: str = "") -> Page[ActionVersion]:
        """Return an action's versions, the newest first, without their sources.

        Args:
            tenant: The owner.
            action: The action's name.
            page_size: Items wanted, 0 for 50, at most 200.
            page_token: The token of the page before; empty for the first page.

        Raises:
            InvalidArgument: The size is negative or the token is not one of this list's.
            NotFound: The tenant has no such action.
        """
        page = read_page(f"versions of {tenant}/{action}", _ABOVE_ALL, page_size, page_token, self._limits)
        async with self._changes.store.snapshot() as reader:
            await require_action(reader, tenant, action)
            found = await reader.versions(tenant, action, page.after, page.size + 1)
        return page.cut(found, lambda version: version.number)

    def _require_label(self, label: str) -> None:
        refusals = Refusals("The version cannot be labelled like this.")
        refusals.require_text("label", label, self._limits.label_chars)
        refusals.close()

    async def _run(
        self,
        change: Change,
        action: Action,
        source: str,
        place: SecretPlace,
        sealed: Sequence[SealedSecret],
        label: str,
    ) -> ActionVersion:
        """Keep a new version of the given content and make it the one that runs."""
        number = action.last_version + 1
        version = ActionVersion(
            tenant=action.tenant,
            action=action.name,
            number=number,
            key=uuid.uuid4().hex,
            source=source,
            policy_version=self._policy_version,
            label=label,
            secret_names=tuple(secret.name for secret in sealed),
            created_at=change.now,
        )
        target = SecretPlace(action.tenant, action.name, number)
        await change.tx.add_version(version, self._box.reseal(place, target, sealed))
        await change.tx.put_action(
            replace(
                action,
                deployed=number,
                last_version=number,
                updated_at=change.now,
                revision=change.revision,
            )
        )
        await self._prune(change, action, number)
        change.detail = f"version {number}"
        return version

    async def _prune(self, change: Change, action: Action, deployed: int) -> None:
        """Delete the oldest versions over the limit, never the one that runs."""
        numbers = await change.tx.version_numbers(action.tenant, action.name)
        surplus = len(numbers) - self._limits.versions_per_action
        if surplus > 0:
            unused = [number for number in numbers if number != deployed]
            await change.tx.remove_versions(action.tenant, action.name, unused[:surplus])


async def _require_version(reader: Reader, tenant: str, action: str, number: int) -> ActionVersion:
    version = await reader.version(tenant, action, number) if 0 < number <= _NUMBER_MAX else None
    if version is None:
        raise NotFound(
            f"The action '{action}' has no version {number}, or it is not kept any more."
            " List the versions to see which are.",
            reason="VERSION_NOT_FOUND",
            metadata={"action": action, "version": str(number)},
        )
    return version
