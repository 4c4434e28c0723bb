"""The tables, for every database alike.

Runs in: server.

Every row that belongs to a tenant names it in its primary key or a foreign key. ``revision`` columns hold the
number of the change that wrote the row last.
"""

from datetime import UTC, datetime
from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

NAMING: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
"""Names of constraints, so that a later migration can name the one it changes."""


class UtcDateTime(TypeDecorator[datetime]):
    """An instant; SQLite keeps no time zone, so that it is put back when a row is read."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Turn an aware time into UTC."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Make what the database returns aware."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _name(chars: int) -> String:
    """Return the type of a name; ordered by code point everywhere, whatever the database's language is."""
    return String(chars).with_variant(String(chars, collation="C"), "postgresql")


metadata = MetaData(naming_convention=NAMING)

revisions = Table(
    "revisions",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("value", BigInteger, nullable=False),
)
"""One row: the number of the last change."""

tenants = Table(
    "tenants",
    metadata,
    Column("id", _name(63), primary_key=True),
    Column("display_name", Text, nullable=False),
    Column("isolation", String(16)),
    Column("created_at", UtcDateTime, nullable=False),
    Column("revision", BigInteger, nullable=False, index=True),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", _name(32), primary_key=True),
    Column("tenant", _name(63), ForeignKey("tenants.id"), index=True),
    Column("scopes", String(200), nullable=False),
    Column("label", Text, nullable=False),
    Column("prefix", String(64), nullable=False),
    Column("token_hash", LargeBinary(32), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime),
    Column("revoked_at", UtcDateTime),
    Column("revision", BigInteger, nullable=False, index=True),
)

actions = Table(
    "actions",
    metadata,
    Column("tenant", _name(63), ForeignKey("tenants.id"), primary_key=True),
    Column("name", _name(63), primary_key=True),
    Column("trigger", String(64), nullable=False),
    Column("source", Text, nullable=False),
    Column("deployed", Integer),
    Column("last_version", Integer, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("revision", BigInteger, nullable=False),
)

draft_secrets = Table(
    "draft_secrets",
    metadata,
    Column("tenant", _name(63), primary_key=True),
    Column("action", _name(63), primary_key=True),
    Column("name", _name(128), primary_key=True),
    Column("key_id", String(64), nullable=False),
    Column("data", LargeBinary, nullable=False),
    ForeignKeyConstraint(["tenant", "action"], ["actions.tenant", "actions.name"], ondelete="CASCADE"),
)

versions = Table(
    "versions",
    metadata,
    Column("tenant", _name(63), primary_key=True),
    Column("action", _name(63), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("key", String(64), nullable=False),
    Column("source", Text, nullable=False),
    Column("policy_version", Integer, nullable=False),
    Column("label", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    ForeignKeyConstraint(["tenant", "action"], ["actions.tenant", "actions.name"], ondelete="CASCADE"),
    UniqueConstraint("key"),
)

version_secrets = Table(
    "version_secrets",
    metadata,
    Column("tenant", _name(63), primary_key=True),
    Column("action", _name(63), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("name", _name(128), primary_key=True),
    Column("key_id", String(64), nullable=False),
    Column("data", LargeBinary, nullable=False),
    ForeignKeyConstraint(
        ["tenant", "action", "number"],
        ["versions.tenant", "versions.action", "versions.number"],
        ondelete="CASCADE",
    ),
)

flows = Table(
    "flows",
    metadata,
    Column("tenant", _name(63), ForeignKey("tenants.id"), primary_key=True),
    Column("trigger", String(64), primary_key=True),
    Column("revision", BigInteger, nullable=False),
)
"""A row for each list of bindings that was ever written; an emptied list keeps its row and its revision."""

bindings = Table(
    "bindings",
    metadata,
    Column("tenant", _name(63), primary_key=True),
    Column("trigger", String(64), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("action", _name(63), nullable=False),
    Column("on_error", String(16), nullable=False),
    ForeignKeyConstraint(["tenant", "trigger"], ["flows.tenant", "flows.trigger"]),
    ForeignKeyConstraint(["tenant", "action"], ["actions.tenant", "actions.name"]),
    UniqueConstraint("tenant", "trigger", "action"),
)

audit_entries = Table(
    "audit_entries",
    metadata,
    Column("revision", BigInteger, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("tenant", _name(63), ForeignKey("tenants.id")),
    Column("actor", String(200), nullable=False),
    Column("verb", String(64), nullable=False),
    Column("resource", String(200), nullable=False),
    Column("detail", Text, nullable=False),
    Index(None, "tenant", "revision"),
)
