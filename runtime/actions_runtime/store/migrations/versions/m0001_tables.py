"""The first tables.

Runs in: server.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create every table, and the one row that counts changes."""
    _create_tenants()
    _create_actions()
    _create_versions()
    _create_bindings()
    _create_audit()
    op.execute(sa.text("INSERT INTO revisions (id, value) VALUES (1, 0)"))


def downgrade() -> None:
    """Drop every table."""
    for table in (
        "audit_entries",
        "bindings",
        "flows",
        "version_secrets",
        "versions",
        "draft_secrets",
        "actions",
        "api_keys",
        "tenants",
        "revisions",
    ):
        op.drop_table(table)


def _name(chars: int) -> sa.String:
    return sa.String(chars).with_variant(sa.String(chars, collation="C"), "postgresql")


def _create_tenants() -> None:
    op.create_table(
        "revisions",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revisions")),
    )
    op.create_table(
        "tenants",
        sa.Column("id", _name(63), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("isolation", sa.String(length=16), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tenants")),
    )
    op.create_index(op.f("ix_tenants_revision"), "tenants", ["revision"], unique=False)
    op.create_table(
        "api_keys",
        sa.Column("id", _name(32), nullable=False),
        sa.Column("tenant", _name(63), nullable=True),
        sa.Column("scopes", sa.String(length=200), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("prefix", sa.String(length=64), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["tenant"], ["tenants.id"], name=op.f("fk_api_keys_tenants")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
    )
    op.create_index(op.f("ix_api_keys_revision"), "api_keys", ["revision"], unique=False)
    op.create_index(op.f("ix_api_keys_tenant"), "api_keys", ["tenant"], unique=False)


def _create_actions() -> None:
    op.create_table(
        "actions",
        sa.Column("tenant", _name(63), nullable=False),
        sa.Column("name", _name(63), nullable=False),
        sa.Column("trigger", sa.String(length=64), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("deployed", sa.Integer(), nullable=True),
        sa.Column("last_version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["tenant"], ["tenants.id"], name=op.f("fk_actions_tenants")),
        sa.PrimaryKeyConstraint("tenant", "name", name=op.f("pk_actions")),
    )
    op.create_table(
        "draft_secrets",
        sa.Column("tenant", _name(63), nullable=False),
        sa.Column("action", _name(63), nullable=False),
        sa.Column("name", _name(128), nullable=False),
        sa.Column("key_id", sa.String(length=64), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant", "action"],
            ["actions.tenant", "actions.name"],
            name=op.f("fk_draft_secrets_actions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant", "action", "name", name=op.f("pk_draft_secrets")),
    )


def _create_versions() -> None:
    op.create_table(
        "versions",
        sa.Column("tenant", _name(63), nullable=False),
        sa.Column("action", _name(63), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("policy_version", sa.Integer(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant", "action"],
            ["actions.tenant", "actions.name"],
            name=op.f("fk_versions_actions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant", "action", "number", name=op.f("pk_versions")),
        sa.UniqueConstraint("key", name=op.f("uq_versions_key")),
    )
    op.create_table(
        "version_secrets",
        sa.Column("tenant", _name(63), nullable=False),
        sa.Column("action", _name(63), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", _name(128), nullable=False),
        sa.Column("key_id", sa.String(length=64), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant", "action", "number"],
            ["versions.tenant", "versions.action", "versions.number"],
            name=op.f("fk_version_secrets_versions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant", "action", "number", "name", name=op.f("pk_version_secrets")),
    )


def _create_bindings() -> None:
    op.create_table(
        "flows",
        sa.Column("tenant", _name(63), nullable=False),
        sa.Column("trigger", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["tenant"], ["tenants.id"], name=op.f("fk_flows_tenants")),
        sa.PrimaryKeyConstraint("tenant", "trigger", name=op.f("pk_flows")),
    )
    op.create_table(
        "bindings",
        sa.Column("tenant", _name(63), nullable=False),
        sa.Column("trigger", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("action", _name(63), nullable=False),
        sa.Column("on_error", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant", "action"], ["actions.tenant", "actions.name"], name=op.f("fk_bindings_actions")
        ),
        sa.ForeignKeyConstraint(
            ["tenant", "trigger"], ["flows.tenant", "flows.trigger"], name=op.f("fk_bindings_flows")
        ),
        sa.PrimaryKeyConstraint("tenant", "trigger", "position", name=op.f("pk_bindings")),
        sa.UniqueConstraint("tenant", "trigger", "action", name=op.f("uq_bindings_tenant_trigger_action")),
    )


def _create_audit() -> None:
    op.create_table(
        "audit_entries",
        sa.Column("revision", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tenant", _name(63), nullable=True),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("verb", sa.String(length=64), nullable=False),
        sa.Column("resource", sa.String(length=200), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["tenant"], ["tenants.id"], name=op.f("fk_audit_entries_tenants")),
        sa.PrimaryKeyConstraint("revision", name=op.f("pk_audit_entries")),
    )
    op.create_index(op.f("ix_audit_entries_tenant_revision"), "audit_entries", ["tenant", "revision"], unique=False)
