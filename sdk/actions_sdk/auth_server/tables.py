"""The tables of the auth server.

Runs in: developer's machine.

They are made when a database is opened for the first time: a reference server has no older data to carry over.
"""

from typing import Final

from sqlalchemy import Column, Float, Integer, LargeBinary, MetaData, String, Table, Text

metadata: Final = MetaData()

users: Final = Table(
    "users",
    metadata,
    Column("user_id", String(64), primary_key=True),
    Column("email", String(320), nullable=False, unique=True),
    Column("password", String(200), nullable=False),
    Column("app_metadata", Text, nullable=False),
    Column("user_metadata", Text, nullable=False),
    Column("logins_count", Integer, nullable=False),
    Column("created_at", String(32), nullable=False),
    Column("updated_at", String(32), nullable=False),
    Column("password_set_at", String(32)),
    Column("revision", Integer, nullable=False),
)
"""One row for each user. Metadata is JSON text: integers stay exact. ``revision`` counts the row's changes."""

grants: Final = Table(
    "grants",
    metadata,
    Column("handle", LargeBinary(32), primary_key=True),
    Column("alias", LargeBinary(32), unique=True),
    Column("kind", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("family", String(64), nullable=False, index=True),
    Column("user_id", String(64), index=True),
    Column("body", Text, nullable=False),
    Column("expires_at", Float, nullable=False, index=True),
)
"""Everything that somebody may come back with: transactions, codes, refresh tokens, requests that wait for a user.

Of the secrets by which they are found only SHA-256 hashes are kept. All that comes of one login is one family.
"""
