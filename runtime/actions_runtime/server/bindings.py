"""BindingService: which actions run at a trigger, and in which order; thin over the rules.

Runs in: server.
"""

from collections.abc import Iterable

from actions.v1 import management_pb2 as management
from actions_runtime.errors import InvalidArgument, Violation
from actions_runtime.management.bindings import BindingRules
from actions_runtime.management.principals import Principal
from actions_runtime.management.records import Binding
from actions_runtime.server import names
from actions_runtime.server.calls import Call, parsed
from actions_runtime.server.convert_management import build_bindings, read_on_error


class BindingService:
    """Authors' service for bindings.

    Args:
        bindings: The rules for bindings.
    """

    def __init__(self, bindings: BindingRules) -> None:
        self._bindings = bindings

    def calls(self) -> dict[str, Call]:
        """Return the service's methods by name."""
        return {
            "GetBindings": parsed(management.GetBindingsRequest, self.get_bindings),
            "UpdateBindings": parsed(management.UpdateBindingsRequest, self.update_bindings),
        }

    async def get_bindings(
        self, principal: Principal, request: management.GetBindingsRequest, _deadline: float | None
    ) -> management.GetBindingsResponse:
        """Return a trigger's bindings."""
        name = names.parse_bindings(request.name, "name")
        bindings = await self._bindings.get(principal.tenant_for(name.tenant), name.trigger)
        return management.GetBindingsResponse(bindings=build_bindings(bindings))

    async def update_bindings(
        self, principal: Principal, request: management.UpdateBindingsRequest, _deadline: float | None
    ) -> management.UpdateBindingsResponse:
        """Replace a trigger's bindings as one ordered list."""
        name = names.parse_bindings(request.bindings.name, "bindings.name")
        tenant = principal.tenant_for(name.tenant)
        items = _read_bindings(tenant, request.bindings.bindings)
        with names.fields_renamed(bindings="bindings.bindings", etag="bindings.etag"):
            bindings = await self._bindings.update(principal, tenant, name.trigger, items, request.bindings.etag)
        return management.UpdateBindingsResponse(bindings=build_bindings(bindings))


def _read_bindings(tenant: str, messages: Iterable[management.Binding]) -> list[Binding]:
    items = []
    for index, message in enumerate(messages):
        field = f"bindings.bindings[{index}]"
        owner, action = names.parse_action(message.action, f"{field}.action")
        if owner not in ("", tenant):
            raise InvalidArgument(
                "A flow is made of its own tenant's actions only.",
                [Violation(f"{field}.action", f"expected `{names.format_tenant(tenant)}/actions/...`.")],
            )
        items.append(Binding(action, read_on_error(message.on_error, f"{field}.on_error")))
    return items
