import secrets
from typing import Any

import grpc
import pytest

from actions.v1 import execution_pb2 as execution
from actions.v1 import management_pb2 as management
from tests.server_process import Server, Tenant, refusal_of

SOURCE = "def on_execute_post_login(event, api):\n    pass\n"
_UNKNOWN: Any = 7
REGISTRATION = "def on_execute_pre_user_registration(event, api):\n    pass\n"


def _get(tenant: Tenant, action: str) -> Any:
    request = management.GetActionRequest(name=f"{tenant.name}/actions/{action}")
    return tenant.server.actions.GetAction(request, metadata=tenant.metadata).action


def _update(tenant: Tenant, action: str, **fields: Any) -> Any:
    request = management.UpdateActionRequest(name=f"{tenant.name}/actions/{action}", **fields)
    return tenant.server.actions.UpdateAction(request, metadata=tenant.metadata).action


def _list(tenant: Tenant, **fields: Any) -> Any:
    request = management.ListActionsRequest(parent=tenant.name, **fields)
    return tenant.server.actions.ListActions(request, metadata=tenant.metadata)


def _rollback(tenant: Tenant, action: str, number: int) -> Any:
    name = f"{tenant.name}/actions/{action}/versions/{number}"
    request = management.RollbackActionRequest(name=name)
    return tenant.server.actions.RollbackAction(request, metadata=tenant.metadata).version


def test_an_action_is_created_read_changed_and_deleted(tenant: Tenant) -> None:
    created = tenant.create("cart", SOURCE, TOKEN="x", KEY="y")
    assert created.name == f"{tenant.name}/actions/cart"
    assert created.source == SOURCE
    assert list(created.secret_names) == ["KEY", "TOKEN"]
    assert (created.deployed_version, created.draft_changed) == (0, True)
    assert created.create_time.seconds > 0
    assert _get(tenant, "cart") == created
    changed = _update(tenant, "cart", source=SOURCE + "\n", removed_secrets=["KEY"], etag=created.etag)
    assert changed.source == SOURCE + "\n"
    assert list(changed.secret_names) == ["TOKEN"]
    assert changed.etag != created.etag
    request = management.DeleteActionRequest(name=created.name)
    tenant.server.actions.DeleteAction(request, metadata=tenant.metadata)
    refusal = refusal_of(_get, tenant, "cart")
    assert (refusal.code, refusal.reason) == (grpc.StatusCode.NOT_FOUND, "ACTION_NOT_FOUND")


def test_a_change_of_secrets_alone_keeps_the_source(tenant: Tenant) -> None:
    tenant.create("cart", SOURCE)
    assert _update(tenant, "cart", secrets={"A": "1"}).source == SOURCE


def test_a_source_is_not_emptied_by_leaving_it_out(tenant: Tenant) -> None:
    """`source` is optional: an empty text that is sent is a source, and is refused as one without a handler."""
    tenant.create("cart", SOURCE)
    assert refusal_of(_update, tenant, "cart", source="").reason == "SOURCE_REFUSED"


def test_a_stale_etag_is_aborted(tenant: Tenant) -> None:
    etag = tenant.create("cart", SOURCE).etag
    _update(tenant, "cart", source=SOURCE + "\n")
    refusal = refusal_of(_update, tenant, "cart", source=SOURCE, etag=etag)
    assert (refusal.code, refusal.reason) == (grpc.StatusCode.ABORTED, "ETAG_MISMATCH")


def test_a_taken_name_already_exists(tenant: Tenant) -> None:
    tenant.create("cart", SOURCE)
    assert refusal_of(tenant.create, "cart", SOURCE).code is grpc.StatusCode.ALREADY_EXISTS


@pytest.mark.parametrize("name", ["", "Cart", "1cart", "a" * 64, "a/b", "ä"])
def test_a_wrong_name_is_refused_under_the_requests_own_field(tenant: Tenant, name: str) -> None:
    refusal = refusal_of(tenant.create, name, SOURCE)
    assert (refusal.code, refusal.fields) == (grpc.StatusCode.INVALID_ARGUMENT, ["action_id"])


def test_a_refused_source_names_every_place(tenant: Tenant) -> None:
    source = "import os\n\ndef on_execute_post_login(event, api):\n    exec('x')\n    eval('y')\n"
    refusal = refusal_of(tenant.create, "cart", source)
    assert (refusal.code, refusal.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "SOURCE_REFUSED")
    found = refusal.detail(management.SourceDiagnostics).diagnostics
    assert [one.line for one in found] == [1, 4, 5]
    assert found[0].source_line == "import os"
    assert all(one.rule and one.message and one.column for one in found)
    assert refusal_of(_get, tenant, "cart").code is grpc.StatusCode.NOT_FOUND


def test_a_source_with_very_many_faults_still_gets_an_answer_with_details(tenant: Tenant) -> None:
    refusal = refusal_of(tenant.create, "cart", "import os\n" * 1_000)
    assert refusal.reason == "SOURCE_REFUSED"
    assert len(refusal.detail(management.SourceDiagnostics).diagnostics) > 3


def test_check_source_lists_every_fault_and_stores_nothing(tenant: Tenant) -> None:
    request = management.CheckSourceRequest(
        parent=tenant.name, trigger=execution.TRIGGER_POST_LOGIN, source="import os\n" * 50
    )
    found = tenant.server.actions.CheckSource(request, metadata=tenant.metadata).diagnostics
    assert len([one for one in found if one.source_line == "import os"]) == 50
    request.source = SOURCE
    assert not tenant.server.actions.CheckSource(request, metadata=tenant.metadata).diagnostics
    assert not _list(tenant).actions


def test_a_source_for_another_trigger_is_refused(tenant: Tenant) -> None:
    assert refusal_of(tenant.create, "cart", REGISTRATION).reason == "SOURCE_REFUSED"


def test_a_source_over_its_limit_is_refused(tenant: Tenant) -> None:
    refusal = refusal_of(tenant.create, "cart", SOURCE + "#" * 100_000)
    assert (refusal.code, refusal.fields) == (grpc.StatusCode.INVALID_ARGUMENT, ["source"])


def test_a_secret_over_its_limit_is_refused_without_its_value(tenant: Tenant) -> None:
    refusal = refusal_of(tenant.create, "cart", SOURCE, TOKEN="planted" * 1_000)
    assert (refusal.code, refusal.fields) == (grpc.StatusCode.INVALID_ARGUMENT, ["secrets.TOKEN"])
    assert "planted" not in str(refusal)


def test_lists_come_in_pages_without_sources(tenant: Tenant) -> None:
    for name in ("c", "a", "b"):
        tenant.create(name, SOURCE)
    first = _list(tenant, page_size=2)
    second = _list(tenant, page_size=2, page_token=first.next_page_token)
    names = [action.name.rpartition("/")[2] for page in (first, second) for action in page.actions]
    assert names == ["a", "b", "c"]
    assert second.next_page_token == ""
    assert {action.source for action in first.actions} == {""}


@pytest.mark.parametrize("fields", [{"page_token": "nonsense"}, {"page_size": -1}])
def test_a_bad_page_is_refused(tenant: Tenant, fields: dict[str, Any]) -> None:
    assert refusal_of(_list, tenant, **fields).code is grpc.StatusCode.INVALID_ARGUMENT


def test_versions_are_deployed_listed_read_and_rolled_back(tenant: Tenant) -> None:
    tenant.create("cart", SOURCE, TOKEN="x")
    assert tenant.deploy("cart").number == 1
    _update(tenant, "cart", source=SOURCE + "# two\n", removed_secrets=["TOKEN"])
    second = tenant.deploy("cart")
    assert (second.number, second.deployed, second.policy_version > 0) == (2, True, True)
    third = _rollback(tenant, "cart", 1)
    assert (third.number, third.source, list(third.secret_names)) == (3, SOURCE, ["TOKEN"])
    request = management.ListActionVersionsRequest(parent=f"{tenant.name}/actions/cart")
    versions = tenant.server.actions.ListActionVersions(request, metadata=tenant.metadata).versions
    assert [(v.number, v.deployed, v.source) for v in versions] == [(3, True, ""), (2, False, ""), (1, False, "")]
    got = tenant.server.actions.GetActionVersion(
        management.GetActionVersionRequest(name=versions[1].name), metadata=tenant.metadata
    ).version
    assert (got.number, got.source, got.deployed) == (2, SOURCE + "# two\n", False)
    refusal = refusal_of(_rollback, tenant, "cart", 9)
    assert (refusal.code, refusal.reason) == (grpc.StatusCode.NOT_FOUND, "VERSION_NOT_FOUND")


def test_an_action_tells_whether_its_draft_differs_from_what_runs(tenant: Tenant) -> None:
    def states() -> tuple[bool, bool]:
        return _get(tenant, "cart").draft_changed, _list(tenant).actions[0].draft_changed

    tenant.create("cart", SOURCE)
    assert states() == (True, True)
    tenant.deploy("cart")
    assert states() == (False, False)
    _update(tenant, "cart", source=SOURCE + "# two\n")
    assert states() == (True, True)
    tenant.deploy("cart")
    _rollback(tenant, "cart", 1)
    assert states() == (True, True)


def test_bindings_are_one_ordered_list_under_compare_and_set(tenant: Tenant) -> None:
    for name in ("a", "b"):
        tenant.create(name, SOURCE)
        tenant.deploy(name)
    bound = tenant.bind("b", "a", on_error={"a": management.ON_ERROR_SKIP})
    assert [(b.action.rpartition("/")[2], b.on_error) for b in bound.bindings] == [
        ("b", management.ON_ERROR_DENY),
        ("a", management.ON_ERROR_SKIP),
    ]
    tenant.bind("a")
    stale = management.UpdateBindingsRequest(bindings=bound)
    refusal = refusal_of(tenant.server.bindings.UpdateBindings, stale, metadata=tenant.metadata)
    assert refusal.code is grpc.StatusCode.ABORTED


@pytest.mark.parametrize(
    ("bindings", "field"),
    [
        ({"name": "nonsense"}, "bindings.name"),
        ({"etag": ""}, "bindings.etag"),
        ({"bindings": [management.Binding(action="cart")]}, "bindings.bindings[0].action"),
        (
            {"bindings": [management.Binding(action="tenants/-/actions/a", on_error=_UNKNOWN)]},
            "bindings.bindings[0].on_error",
        ),
        ({"bindings": [management.Binding(action="tenants/other/actions/a")]}, "bindings.bindings[0].action"),
        ({"bindings": [management.Binding(action="tenants/-/actions/a")] * 21}, "bindings.bindings"),
    ],
)
def test_wrong_bindings_are_refused_by_field(tenant: Tenant, bindings: dict[str, Any], field: str) -> None:
    name = f"{tenant.name}/triggers/post-login/bindings"
    message = management.Bindings(**{"name": name, "etag": "x", **bindings})
    request = management.UpdateBindingsRequest(bindings=message)
    refusal = refusal_of(tenant.server.bindings.UpdateBindings, request, metadata=tenant.metadata)
    assert refusal.code is grpc.StatusCode.INVALID_ARGUMENT
    assert field in refusal.fields


def test_an_action_that_was_never_deployed_cannot_be_bound(tenant: Tenant) -> None:
    tenant.create("a", SOURCE)
    refusal = refusal_of(tenant.bind, "a")
    assert (refusal.code, refusal.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "ACTION_NOT_DEPLOYED")


def test_a_bound_action_is_deleted_only_with_force(tenant: Tenant) -> None:
    tenant.install({"a": SOURCE})
    request = management.DeleteActionRequest(name=f"{tenant.name}/actions/a")
    refusal = refusal_of(tenant.server.actions.DeleteAction, request, metadata=tenant.metadata)
    assert (refusal.code, refusal.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "ACTION_BOUND")
    request.force = True
    tenant.server.actions.DeleteAction(request, metadata=tenant.metadata)
    assert not tenant.execute({"user": {"user_id": "u"}}).results


def test_tenants_are_created_read_and_listed(server: Server) -> None:
    tenant = server.create_tenant()
    got = server.tenants.GetTenant(management.GetTenantRequest(name=f"tenants/{tenant}"), metadata=server.operator)
    assert got.tenant.create_time.seconds > 0
    listed = server.tenants.ListTenants(management.ListTenantsRequest(page_size=200), metadata=server.operator)
    assert f"tenants/{tenant}" in [one.name for one in listed.tenants]
    taken = management.CreateTenantRequest(tenant_id=tenant)
    refusal = refusal_of(server.tenants.CreateTenant, taken, metadata=server.operator)
    assert (refusal.code, refusal.reason) == (grpc.StatusCode.ALREADY_EXISTS, "TENANT_EXISTS")
    missing = management.GetTenantRequest(name="tenants/no-such-tenant")
    refusal = refusal_of(server.tenants.GetTenant, missing, metadata=server.operator)
    assert (refusal.code, refusal.reason) == (grpc.StatusCode.NOT_FOUND, "TENANT_NOT_FOUND")


def _update_tenant(server: Server, tenant: str, **fields: Any) -> Any:
    request = management.UpdateTenantRequest(name=f"tenants/{tenant}", **fields)
    return server.tenants.UpdateTenant(request, metadata=server.operator).tenant


def test_a_tenants_isolation_is_given_at_creation_or_left_to_the_server(server: Server) -> None:
    assert server.create_tenant()
    for isolation in (management.ISOLATION_UNSPECIFIED, management.ISOLATION_WORKER, management.ISOLATION_EXECUTION):
        name = f"t-{secrets.token_hex(6)}"
        request = management.CreateTenantRequest(tenant_id=name, isolation=isolation)
        created = server.tenants.CreateTenant(request, metadata=server.operator).tenant
        got = server.tenants.GetTenant(management.GetTenantRequest(name=f"tenants/{name}"), metadata=server.operator)
        assert created.isolation == got.tenant.isolation == isolation


def test_a_tenant_is_changed_where_the_request_says_so(tenant: Tenant) -> None:
    """An absent field stays as it is; an isolation that is sent as UNSPECIFIED is the server's again."""
    server = tenant.server
    changed = _update_tenant(server, tenant.id, display_name="Acme", isolation=management.ISOLATION_EXECUTION)
    assert (changed.display_name, changed.isolation) == ("Acme", management.ISOLATION_EXECUTION)
    renamed = _update_tenant(server, tenant.id, display_name="")
    assert (renamed.display_name, renamed.isolation) == ("", management.ISOLATION_EXECUTION)
    back = _update_tenant(server, tenant.id, isolation=management.ISOLATION_UNSPECIFIED)
    assert (back.display_name, back.isolation) == ("", management.ISOLATION_UNSPECIFIED)
    request = management.ListAuditEntriesRequest(parent=tenant.name)
    entries = server.tenants.ListAuditEntries(request, metadata=server.operator).audit_entries
    assert [(entry.verb, entry.resource, entry.detail) for entry in entries[:3]] == [
        ("tenant.update", tenant.name, "isolation of the server"),
        ("tenant.update", tenant.name, "display name"),
        ("tenant.update", tenant.name, "display name; isolation execution"),
    ]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({}, "display_name"),
        ({"display_name": "x" * 129}, "display_name"),
        ({"isolation": _UNKNOWN}, "isolation"),
        ({"name": "acme", "display_name": "a"}, "name"),
    ],
)
def test_a_wrong_change_of_a_tenant_is_refused_by_field(tenant: Tenant, fields: dict[str, Any], field: str) -> None:
    request = management.UpdateTenantRequest(**{"name": tenant.name, **fields})
    refusal = refusal_of(tenant.server.tenants.UpdateTenant, request, metadata=tenant.server.operator)
    assert (refusal.code, refusal.fields) == (grpc.StatusCode.INVALID_ARGUMENT, [field])


def test_a_tenant_that_is_none_cannot_be_changed(server: Server) -> None:
    refusal = refusal_of(_update_tenant, server, "no-such-tenant", display_name="a")
    assert (refusal.code, refusal.reason) == (grpc.StatusCode.NOT_FOUND, "TENANT_NOT_FOUND")


def test_a_tenant_may_not_change_itself(tenant: Tenant) -> None:
    request = management.UpdateTenantRequest(name=tenant.name, isolation=management.ISOLATION_WORKER)
    refusal = refusal_of(tenant.server.tenants.UpdateTenant, request, metadata=tenant.metadata)
    assert (refusal.code, refusal.reason) == (grpc.StatusCode.PERMISSION_DENIED, "SCOPE_MISSING")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"tenant_id": "acme", "isolation": _UNKNOWN}, "isolation"),
        ({"tenant_id": "Acme"}, "tenant_id"),
        ({"tenant_id": "acme", "display_name": "x" * 129}, "display_name"),
        ({"tenant_id": "acme", "display_name": "a\0b"}, "display_name"),
    ],
)
def test_a_wrong_tenant_is_refused_by_field(server: Server, fields: dict[str, Any], field: str) -> None:
    request = management.CreateTenantRequest(**fields)
    refusal = refusal_of(server.tenants.CreateTenant, request, metadata=server.operator)
    assert (refusal.code, refusal.fields) == (grpc.StatusCode.INVALID_ARGUMENT, [field])


@pytest.mark.parametrize("scopes", [[], [0], [99], [management.SCOPE_READ, 99]])
def test_a_key_without_proper_scopes_is_refused(tenant: Tenant, scopes: list[Any]) -> None:
    request = management.CreateApiKeyRequest(parent=tenant.name, scopes=scopes)
    refusal = refusal_of(tenant.server.tenants.CreateApiKey, request, metadata=tenant.server.operator)
    assert refusal.code is grpc.StatusCode.INVALID_ARGUMENT
    assert refusal.fields[0].startswith("scopes")


def test_a_key_is_shown_once_and_listed_without_its_secret(tenant: Tenant) -> None:
    request = management.ListApiKeysRequest(parent=tenant.name)
    listed = tenant.server.tenants.ListApiKeys(request, metadata=tenant.server.operator)
    (key,) = listed.api_keys
    assert tenant.key.startswith(key.prefix)
    assert tenant.key not in str(listed)
    assert list(key.scopes) == sorted(key.scopes)


def test_what_was_changed_is_listed_newest_first(tenant: Tenant) -> None:
    tenant.create("cart", SOURCE, TOKEN="planted-secret")
    tenant.deploy("cart")
    request = management.ListAuditEntriesRequest(parent=tenant.name)
    listed = tenant.server.tenants.ListAuditEntries(request, metadata=tenant.server.operator)
    verbs = [entry.verb for entry in listed.audit_entries]
    assert verbs[:2] == ["action.deploy", "action.create"]
    assert {entry.tenant for entry in listed.audit_entries} == {tenant.id}
    assert listed.audit_entries[0].actor in tenant.key
    assert "planted-secret" not in str(listed)
