"""Who may call what: every method against every kind of credential."""

from collections.abc import Callable, Iterator
from typing import Any

import grpc
import pytest
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message_factory import GetMessageClass

from actions.v1 import execution_pb2 as execution
from actions.v1 import management_pb2 as management
from actions_runtime.management.records import Scope
from actions_runtime.server.calls import SCOPES
from tests.server_process import Metadata, Server, Tenant, bearer, refusal_of


def _methods() -> Iterator[MethodDescriptor]:
    for file in (execution.DESCRIPTOR, management.DESCRIPTOR):
        for service in file.services_by_name.values():
            yield from service.methods


METHODS = list(_methods())
TENANTS_OWN = [method for method in METHODS if method.containing_service.name != "TenantService"]


def _name(method: MethodDescriptor) -> str:
    return str(method.name)


def _call(server: Server, method: MethodDescriptor, metadata: Metadata, **fields: str) -> Callable[[], Any]:
    request = GetMessageClass(method.input_type)(**fields)
    call: Any = server.channel.unary_unary(
        f"/{method.containing_service.full_name}/{method.name}",
        request_serializer=lambda message: message.SerializeToString(),
    )
    return lambda: call(request, metadata=metadata, timeout=10)


def _name_tenant(method: MethodDescriptor, tenant: str) -> dict[str, Any]:
    """Fill the field by which a method's request names a tenant."""
    fields = method.input_type.fields_by_name
    if "tenant" in fields:
        return {"tenant": tenant}
    if "parent" in fields:
        suffix = "/actions/a" if method.name == "ListActionVersions" else ""
        return {"parent": f"tenants/{tenant}{suffix}"}
    if "bindings" in fields:
        return {"bindings": management.Bindings(name=f"tenants/{tenant}/triggers/post-login/bindings")}
    suffix = {
        "GetBindings": "triggers/post-login/bindings",
        "RollbackAction": "actions/a/versions/1",
        "GetActionVersion": "actions/a/versions/1",
    }.get(method.name, "actions/a")
    return {"name": f"tenants/{tenant}/{suffix}"}


@pytest.mark.parametrize("method", METHODS, ids=_name)
@pytest.mark.parametrize(
    "metadata",
    [
        (),
        bearer(""),
        bearer("nonsense"),
        bearer("ak_tenant_0123456789abcdef_" + "0" * 64),
        (("authorization", "Basic eDp5"),),
    ],
)
def test_no_method_answers_without_a_valid_key(server: Server, method: MethodDescriptor, metadata: Metadata) -> None:
    refusal = refusal_of(_call(server, method, metadata))
    assert refusal.code is grpc.StatusCode.UNAUTHENTICATED


@pytest.mark.parametrize("method", METHODS, ids=_name)
def test_a_method_needs_its_own_scope_and_no_other_stands_in(
    server: Server, tenant: Tenant, method: MethodDescriptor
) -> None:
    needed = SCOPES[method.containing_service.full_name][method.name]
    others = [scope for scope in Scope if scope not in (needed, Scope.OPERATOR)]
    metadata = bearer(server.create_key(tenant.id, *others))
    refusal = refusal_of(_call(server, method, metadata))
    assert refusal.code is grpc.StatusCode.PERMISSION_DENIED


@pytest.mark.parametrize("method", METHODS, ids=_name)
def test_the_operators_other_scopes_do_not_stand_in_either(server: Server, method: MethodDescriptor) -> None:
    needed = SCOPES[method.containing_service.full_name][method.name]
    metadata = bearer(server.create_key("-", *[scope for scope in Scope if scope is not needed]))
    refusal = refusal_of(_call(server, method, metadata))
    assert (refusal.code, refusal.reason) == (grpc.StatusCode.PERMISSION_DENIED, "SCOPE_MISSING")


@pytest.mark.parametrize("method", TENANTS_OWN, ids=_name)
def test_another_tenant_is_denied_and_nothing_more_is_said(
    server: Server, tenant: Tenant, method: MethodDescriptor
) -> None:
    """The refusal is the same for a tenant that exists and for one that does not."""
    other = server.create_tenant()
    refusals = [
        refusal_of(_call(server, method, tenant.metadata, **_name_tenant(method, name)))
        for name in (other, "no-such-tenant")
    ]
    assert refusals[0].code is grpc.StatusCode.PERMISSION_DENIED
    assert refusals[0] == refusals[1]
    assert other not in str(refusals[0])


def test_a_revoked_key_stops_at_once(server: Server, tenant: Tenant) -> None:
    keys = server.tenants.ListApiKeys(
        management.ListApiKeysRequest(parent=tenant.name), metadata=server.operator
    ).api_keys
    assert [key.prefix for key in keys if tenant.key.startswith(key.prefix)]
    revoked = server.tenants.RevokeApiKey(
        management.RevokeApiKeyRequest(name=keys[0].name), metadata=server.operator
    ).api_key
    assert revoked.HasField("revoke_time")
    assert refusal_of(tenant.execute, {"user": {"user_id": "u"}}).code is grpc.StatusCode.UNAUTHENTICATED


def test_a_key_of_a_tenant_cannot_be_given_the_operators_scope(server: Server, tenant: Tenant) -> None:
    refusal = refusal_of(server.create_key, tenant.id, "operator")
    assert refusal.code is grpc.StatusCode.INVALID_ARGUMENT


def test_a_key_is_revoked_under_its_own_tenants_name_only(server: Server, tenant: Tenant) -> None:
    (key,) = server.tenants.ListApiKeys(
        management.ListApiKeysRequest(parent=tenant.name), metadata=server.operator
    ).api_keys
    name = f"tenants/{server.create_tenant()}/apiKeys/{key.name.rpartition('/')[2]}"
    refusal = refusal_of(
        server.tenants.RevokeApiKey, management.RevokeApiKeyRequest(name=name), metadata=server.operator
    )
    assert refusal.code is grpc.StatusCode.NOT_FOUND
    assert tenant.execute({"user": {"user_id": "u"}})


def test_a_key_that_would_be_expired_already_is_not_made(server: Server, tenant: Tenant) -> None:
    request = management.CreateApiKeyRequest(parent=tenant.name, scopes=[management.SCOPE_EXECUTE])
    request.expire_time.FromJsonString("2001-01-01T00:00:00Z")
    refusal = refusal_of(server.tenants.CreateApiKey, request, metadata=server.operator)
    assert (refusal.code, refusal.fields) == (grpc.StatusCode.INVALID_ARGUMENT, ["expire_time"])
