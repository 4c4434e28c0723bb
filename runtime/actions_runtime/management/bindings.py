"""Bindings: which deployed actions run at a trigger, and in which order.

Runs in: server.
"""

from collections.abc import Sequence

from actions_runtime.errors import FailedPrecondition
from actions_runtime.management.changes import Changes, require_etag, require_tenant
from actions_runtime.management.limits import ManagementLimits
from actions_runtime.management.principals import Principal
from actions_runtime.management.records import Action, Binding, Bindings
from actions_runtime.management.refusals import Refusals
from actions_runtime.store.interface import Reader
from actions_sandbox.contract import Trigger


class BindingRules:
    """Read and write the list of a trigger.

    Args:
        changes: The way to the store.
        limits: How many bindings a list may have.
    """

    def __init__(
        self,
        changes: Changes,
        limits: ManagementLimits = ManagementLimits(),  # noqa: B008 - frozen
    ) -> None:
        self._changes = changes
        self._limits = limits

    async def get(self, tenant: str, trigger: Trigger) -> Bindings:
        """Return a trigger's list; one that nobody wrote yet is empty and has an etag as well.

        Raises:
            NotFound: There is no such tenant.
        """
        async with self._changes.store.snapshot() as reader:
            await require_tenant(reader, tenant)
            return await reader.bindings(tenant, trigger)

    async def update(
        self, actor: Principal, tenant: str, trigger: Trigger, items: Sequence[Binding], etag: str
    ) -> Bindings:
        """Write a trigger's list in the place of the one that the etag names.

        Args:
            actor: Who asks for it.
            tenant: The owner.
            trigger: The trigger.
            items: Up to 20 bindings in the order in which they are to run; empty unbinds everything.
            etag: The etag that ``get`` returned; always required, since a list written over another one
                unseen could drop a check from every login.

        Raises:
            InvalidArgument: A binding is wrong, or the etag is missing.
            FailedPrecondition: An action was never deployed.
            NotFound: There is no such tenant.
            Aborted: The list changed in between.
        """
        self._require_list(items, etag)
        resource = f"tenants/{tenant}/bindings/{trigger.value}"
        async with self._changes.open(actor, "bindings.update", resource, tenant) as change:
            found = await change.tx.bindings(tenant, trigger)
            require_etag(resource, etag, found.etag)
            await _require_bindable(change.tx, tenant, trigger, items)
            bindings = Bindings(tenant, trigger, tuple(items), change.revision)
            await change.tx.put_bindings(bindings)
            change.detail = ", ".join(f"{item.action} ({item.on_error.value})" for item in items) or "none"
        return bindings

    def _require_list(self, items: Sequence[Binding], etag: str) -> None:
        refusals = Refusals("The bindings cannot be written like this.")
        if not etag:
            refusals.add("etag", "It is missing: read the bindings first and send the etag they came with.")
        limit = self._limits.bindings_per_trigger
        if len(items) > limit:
            refusals.add("bindings", f"It has {len(items)} bindings; the limit is {limit}.")
        first: dict[str, int] = {}
        for index, item in enumerate(items[:limit]):
            if first.setdefault(item.action, index) != index:
                earlier = first[item.action]
                refusals.add(f"bindings[{index}].action", f"It is bound already, by bindings[{earlier}].")
            refusals.require_name(f"bindings[{index}].action", item.action)
        refusals.close()


async def _require_bindable(reader: Reader, tenant: str, trigger: Trigger, items: Sequence[Binding]) -> None:
    """Let a list pass whose actions exist, belong to the trigger and were deployed."""
    refusals = Refusals("The bindings cannot be written like this.")
    actions: list[Action] = []
    for index, item in enumerate(items):
        action = await reader.action(tenant, item.action)
        if action is None:
            refusals.add(f"bindings[{index}].action", f"There is no action '{item.action}'.")
        elif action.trigger is not trigger:
            refusals.add(
                f"bindings[{index}].action",
                f"'{item.action}' is an action for {action.trigger.value}, not for {trigger.value}.",
            )
        else:
            actions.append(action)
    refusals.close()
    undeployed = [action.name for action in actions if action.deployed is None]
    if undeployed:
        raise FailedPrecondition(
            f"Never deployed: {', '.join(undeployed)}. Deploy first, so that there is a version to run.",
            reason="ACTION_NOT_DEPLOYED",
            metadata={"actions": ",".join(undeployed)},
        )
