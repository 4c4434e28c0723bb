"""TenantService: tenants, their keys and the audit list; thin over the rules.

Runs in: server.
"""

from actions.v1 import management_pb2 as management
from actions_runtime.errors import NotFound, PermissionDenied
from actions_runtime.management.keys import KeyRules
from actions_runtime.management.principals import Principal
from actions_runtime.management.tenants import UNCHANGED, TenantRules
from actions_runtime.server import names
from actions_runtime.server.calls import Call, parsed
from actions_runtime.server.convert_management import (
    build_audit_entry,
    build_key,
    build_tenant,
    read_isolation,
    read_scopes,
    read_timestamp,
)


class TenantService:
    """Operators' service.

    Args:
        tenants: The rules for tenants.
        keys: The rules for API keys.
    """

    def __init__(self, tenants: TenantRules, keys: KeyRules) -> None:
        self._tenants = tenants
        self._keys = keys

    def calls(self) -> dict[str, Call]:
        """Return the service's methods by name."""
        return {
            "CreateTenant": parsed(management.CreateTenantRequest, self.create_tenant),
            "GetTenant": parsed(management.GetTenantRequest, self.get_tenant),
            "ListTenants": parsed(management.ListTenantsRequest, self.list_tenants),
            "UpdateTenant": parsed(management.UpdateTenantRequest, self.update_tenant),
            "CreateApiKey": parsed(management.CreateApiKeyRequest, self.create_api_key),
            "ListApiKeys": parsed(management.ListApiKeysRequest, self.list_api_keys),
            "RevokeApiKey": parsed(management.RevokeApiKeyRequest, self.revoke_api_key),
            "ListAuditEntries": parsed(management.ListAuditEntriesRequest, self.list_audit_entries),
        }

    async def create_tenant(
        self, principal: Principal, request: management.CreateTenantRequest, _deadline: float | None
    ) -> management.CreateTenantResponse:
        """Create a tenant."""
        _require_operator(principal)
        isolation = read_isolation(request.isolation)
        with names.fields_renamed(id="tenant_id"):
            tenant = await self._tenants.create(principal, request.tenant_id, request.display_name, isolation)
        return management.CreateTenantResponse(tenant=build_tenant(tenant))

    async def get_tenant(
        self, principal: Principal, request: management.GetTenantRequest, _deadline: float | None
    ) -> management.GetTenantResponse:
        """Return a tenant."""
        _require_operator(principal)
        tenant = principal.tenant_for(names.parse_tenant(request.name, "name"))
        return management.GetTenantResponse(tenant=build_tenant(await self._tenants.get(tenant)))

    async def list_tenants(
        self, principal: Principal, request: management.ListTenantsRequest, _deadline: float | None
    ) -> management.ListTenantsResponse:
        """List tenants by id."""
        _require_operator(principal)
        page = await self._tenants.list(request.page_size, request.page_token)
        return management.ListTenantsResponse(
            tenants=map(build_tenant, page.items), next_page_token=page.next_page_token
        )

    async def update_tenant(
        self, principal: Principal, request: management.UpdateTenantRequest, _deadline: float | None
    ) -> management.UpdateTenantResponse:
        """Change a tenant's display name or isolation."""
        _require_operator(principal)
        tenant = await self._tenants.update(
            principal,
            principal.tenant_for(names.parse_tenant(request.name, "name")),
            display_name=request.display_name if request.HasField("display_name") else None,
            isolation=read_isolation(request.isolation) if request.HasField("isolation") else UNCHANGED,
        )
        return management.UpdateTenantResponse(tenant=build_tenant(tenant))

    async def create_api_key(
        self, principal: Principal, request: management.CreateApiKeyRequest, _deadline: float | None
    ) -> management.CreateApiKeyResponse:
        """Create an API key and show its secret this once."""
        _require_operator(principal)
        tenant = names.parse_tenant(request.parent, "parent") or None
        expires_at = read_timestamp(request.expire_time, "expire_time") if request.HasField("expire_time") else None
        scopes = read_scopes(request.scopes)
        with names.fields_renamed(expires_at="expire_time"):
            new = await self._keys.create(principal, tenant, scopes, label=request.label, expires_at=expires_at)
        return management.CreateApiKeyResponse(api_key=build_key(new.key), secret=new.token)

    async def list_api_keys(
        self, principal: Principal, request: management.ListApiKeysRequest, _deadline: float | None
    ) -> management.ListApiKeysResponse:
        """List API keys without their secrets."""
        _require_operator(principal)
        tenant = names.parse_tenant(request.parent, "parent") or None
        page = await self._keys.list(tenant, request.page_size, request.page_token)
        return management.ListApiKeysResponse(api_keys=map(build_key, page.items), next_page_token=page.next_page_token)

    async def revoke_api_key(
        self, principal: Principal, request: management.RevokeApiKeyRequest, _deadline: float | None
    ) -> management.RevokeApiKeyResponse:
        """Revoke an API key for ever."""
        _require_operator(principal)
        name = names.parse_key(request.name, "name")
        found = await self._keys.get(name.key)
        if (found.tenant or "") != name.tenant:
            raise NotFound(f"There is no API key {request.name!r}.", reason="KEY_NOT_FOUND", metadata={"key": name.key})
        return management.RevokeApiKeyResponse(api_key=build_key(await self._keys.revoke(principal, name.key)))

    async def list_audit_entries(
        self, principal: Principal, request: management.ListAuditEntriesRequest, _deadline: float | None
    ) -> management.ListAuditEntriesResponse:
        """List what was changed, newest first."""
        _require_operator(principal)
        tenant = names.parse_tenant(request.parent, "parent") or None
        page = await self._tenants.audit(tenant, request.page_size, request.page_token)
        return management.ListAuditEntriesResponse(
            audit_entries=map(build_audit_entry, page.items), next_page_token=page.next_page_token
        )


def _require_operator(principal: Principal) -> None:
    """Hold a tenant's credential off even if it carried the operator's scope."""
    if principal.tenant is not None:
        raise PermissionDenied("This credential may not administer tenants.", reason="NOT_OPERATOR")
