"""Management's records on the wire: actions, versions, bindings, tenants, keys and the audit list.

Runs in: server.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final

from google.protobuf.timestamp_pb2 import Timestamp

from actions.v1 import management_pb2 as management
from actions_runtime.errors import InvalidArgument, Violation
from actions_runtime.management import records
from actions_runtime.server import names
from actions_runtime.server.convert import TRIGGER_NUMBERS
from actions_sandbox.contract import Diagnostic, Isolation, OnError

_ON_ERRORS: Final[Mapping[int, OnError]] = MappingProxyType(
    {
        management.ON_ERROR_UNSPECIFIED: OnError.DENY,
        management.ON_ERROR_DENY: OnError.DENY,
        management.ON_ERROR_SKIP: OnError.SKIP,
    }
)
_ON_ERROR_NUMBERS: Final[Mapping[OnError, management.OnError.ValueType]] = MappingProxyType(
    {OnError.DENY: management.ON_ERROR_DENY, OnError.SKIP: management.ON_ERROR_SKIP}
)
_ISOLATIONS: Final[Mapping[int, Isolation | None]] = MappingProxyType(
    {
        management.ISOLATION_UNSPECIFIED: None,
        management.ISOLATION_WORKER: Isolation.WORKER,
        management.ISOLATION_EXECUTION: Isolation.EXECUTION,
    }
)
_ISOLATION_NUMBERS: Final[Mapping[Isolation | None, management.Isolation.ValueType]] = MappingProxyType(
    {
        None: management.ISOLATION_UNSPECIFIED,
        Isolation.WORKER: management.ISOLATION_WORKER,
        Isolation.EXECUTION: management.ISOLATION_EXECUTION,
    }
)
_SCOPES: Final[Mapping[int, records.Scope]] = MappingProxyType(
    {
        management.SCOPE_EXECUTE: records.Scope.EXECUTE,
        management.SCOPE_READ: records.Scope.READ,
        management.SCOPE_AUTHOR: records.Scope.AUTHOR,
        management.SCOPE_OPERATOR: records.Scope.OPERATOR,
    }
)
_SCOPE_NUMBERS: Final[Mapping[records.Scope, management.Scope.ValueType]] = MappingProxyType(
    {
        records.Scope.EXECUTE: management.SCOPE_EXECUTE,
        records.Scope.READ: management.SCOPE_READ,
        records.Scope.AUTHOR: management.SCOPE_AUTHOR,
        records.Scope.OPERATOR: management.SCOPE_OPERATOR,
    }
)


def build_timestamp(at: datetime | None) -> Timestamp | None:
    """Build a time's message; None stays absent."""
    if at is None:
        return None
    message = Timestamp()
    message.FromDatetime(at)
    return message


def read_timestamp(message: Timestamp, field: str) -> datetime:
    """Read a time.

    Raises:
        InvalidArgument: It is outside of the years 1 to 9999.
    """
    try:
        return message.ToDatetime(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise InvalidArgument(
            f"The field {field} is no time.", [Violation(field, "It lies outside of the years 1 to 9999.")]
        ) from error


def read_scopes(numbers: Iterable[int]) -> list[records.Scope]:
    """Read a list of scopes.

    Raises:
        InvalidArgument: A number stands for none.
    """
    scopes = []
    for index, number in enumerate(numbers):
        if number not in _SCOPES:
            field = f"scopes[{index}]"
            raise InvalidArgument(
                f"The field {field} is no scope.",
                [Violation(field, f"{number} is no scope that can be given.")],
            )
        scopes.append(_SCOPES[number])
    return scopes


def read_on_error(number: int, field: str) -> OnError:
    """Read what a binding wants when its action fails; unset means DENY.

    Raises:
        InvalidArgument: The number stands for nothing.
    """
    if number not in _ON_ERRORS:
        raise InvalidArgument(
            f"The field {field} cannot be used.",
            [Violation(field, f"{number} is unknown; expected ON_ERROR_DENY or ON_ERROR_SKIP.")],
        )
    return _ON_ERRORS[number]


def read_isolation(number: int) -> Isolation | None:
    """Read how long a tenant's workers live; unset, and so None, leaves it to the server's setting.

    Raises:
        InvalidArgument: The number stands for nothing.
    """
    if number not in _ISOLATIONS:
        raise InvalidArgument(
            "The field isolation cannot be used.",
            [Violation("isolation", f"{number} is unknown; expected ISOLATION_WORKER or ISOLATION_EXECUTION.")],
        )
    return _ISOLATIONS[number]


def build_diagnostic(diagnostic: Diagnostic) -> management.Diagnostic:
    """Build one reason for which a source is refused."""
    return management.Diagnostic(
        rule=diagnostic.rule,
        message=diagnostic.message,
        hint=diagnostic.hint,
        line=diagnostic.line,
        column=diagnostic.column,
        source_line=diagnostic.source_line,
    )


def build_action(action: records.Action, *, draft_changed: bool) -> management.Action:
    """Build an action.

    Args:
        action: The action.
        draft_changed: Whether its draft differs from the version that runs.
    """
    return management.Action(
        name=names.format_action(action.tenant, action.name),
        trigger=TRIGGER_NUMBERS[action.trigger],
        source=action.source,
        secret_names=action.secret_names,
        deployed_version=action.deployed or 0,
        draft_changed=draft_changed,
        etag=action.etag,
        create_time=build_timestamp(action.created_at),
        update_time=build_timestamp(action.updated_at),
    )


def build_version(version: records.ActionVersion, *, deployed: bool) -> management.ActionVersion:
    """Build a version.

    Args:
        version: The version.
        deployed: Whether it is the one that runs.
    """
    return management.ActionVersion(
        name=names.format_version(version.tenant, version.action, version.number),
        number=version.number,
        source=version.source,
        secret_names=version.secret_names,
        label=version.label,
        policy_version=version.policy_version,
        deployed=deployed,
        create_time=build_timestamp(version.created_at),
    )


def build_bindings(bindings: records.Bindings) -> management.Bindings:
    """Build a trigger's bindings."""
    return management.Bindings(
        name=names.format_bindings(bindings.tenant, bindings.trigger),
        bindings=(
            management.Binding(
                action=names.format_action(bindings.tenant, item.action),
                on_error=_ON_ERROR_NUMBERS[item.on_error],
            )
            for item in bindings.items
        ),
        etag=bindings.etag,
    )


def build_tenant(tenant: records.Tenant) -> management.Tenant:
    """Build a tenant."""
    return management.Tenant(
        name=names.format_tenant(tenant.id),
        display_name=tenant.display_name,
        create_time=build_timestamp(tenant.created_at),
        isolation=_ISOLATION_NUMBERS[tenant.isolation],
    )


def build_key(key: records.ApiKey) -> management.ApiKey:
    """Build what may be told about an API key."""
    return management.ApiKey(
        name=names.format_key(key.tenant, key.id),
        scopes=sorted(_SCOPE_NUMBERS[scope] for scope in key.scopes),
        label=key.label,
        prefix=key.prefix,
        create_time=build_timestamp(key.created_at),
        expire_time=build_timestamp(key.expires_at),
        revoke_time=build_timestamp(key.revoked_at),
    )


def build_audit_entry(entry: records.AuditEntry) -> management.AuditEntry:
    """Build one entry of the audit list."""
    return management.AuditEntry(
        time=build_timestamp(entry.at),
        tenant=entry.tenant or "",
        actor=entry.actor,
        verb=entry.verb,
        resource=entry.resource,
        detail=entry.detail,
    )
