"""Turns rows into records and records into rows.

Runs in: server.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from actions_runtime.management.records import (
    Action,
    ActionVersion,
    ApiKey,
    AuditEntry,
    Credential,
    Scope,
    SealedSecret,
    Tenant,
)
from actions_sandbox.contract import Isolation, Trigger

AnyRow = Row[*tuple[Any, ...]]


def read_tenant(row: AnyRow) -> Tenant:
    """Make a tenant of its row."""
    isolation = None if row.isolation is None else Isolation(row.isolation)
    return Tenant(row.id, row.display_name, isolation, row.created_at, row.revision)


def read_key(row: AnyRow) -> ApiKey:
    """Make an API key of its row, without what proves it."""
    return ApiKey(
        row.id,
        row.tenant,
        frozenset(map(Scope, row.scopes.split())),
        row.label,
        row.prefix,
        row.created_at,
        row.expires_at,
        row.revoked_at,
        row.revision,
    )


def read_credential(row: AnyRow) -> Credential:
    """Make an API key with its hash of its row."""
    return Credential(read_key(row), row.token_hash)


def write_credential(credential: Credential) -> dict[str, Any]:
    """Make a row of an API key with its hash."""
    key = credential.key
    return {
        "id": key.id,
        "tenant": key.tenant,
        "scopes": " ".join(sorted(key.scopes)),
        "label": key.label,
        "prefix": key.prefix,
        "token_hash": credential.token_hash,
        "created_at": key.created_at,
        "expires_at": key.expires_at,
        "revoked_at": key.revoked_at,
        "revision": key.revision,
    }


def read_action(row: AnyRow, secret_names: Sequence[str]) -> Action:
    """Make an action of its row and the names of its draft's secrets."""
    return Action(
        row.tenant,
        row.name,
        Trigger(row.trigger),
        row.source,
        tuple(secret_names),
        row.deployed,
        row.last_version,
        row.created_at,
        row.updated_at,
        row.revision,
    )


def read_version(row: AnyRow, secret_names: Sequence[str]) -> ActionVersion:
    """Make a version of its row and the names of its secrets."""
    return ActionVersion(
        row.tenant,
        row.action,
        row.number,
        row.key,
        row.source,
        row.policy_version,
        row.label,
        tuple(secret_names),
        row.created_at,
    )


def read_secret(row: AnyRow) -> SealedSecret:
    """Make a sealed secret of its row."""
    return SealedSecret(row.name, row.key_id, row.data)


def read_entry(row: AnyRow) -> AuditEntry:
    """Make an audit entry of its row."""
    return AuditEntry(row.revision, row.at, row.tenant, row.actor, row.verb, row.resource, row.detail)
