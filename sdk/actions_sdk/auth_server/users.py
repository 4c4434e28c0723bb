"""Users: the rows of the database, and who is written when.

Runs in: developer's machine.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from actions_sdk.auth_server.database import Connection
from actions_sdk.auth_server.tables import users

MAX_EMAIL_CHARS: Final = 320


class EmailTaken(Exception):
    """Raised when somebody already has the address."""


@dataclass(frozen=True, slots=True)
class User:
    """A user as the database has it.

    Attributes:
        user_id: Id, never given twice.
        email: Address in lower case, unique.
        password: Hash of the password.
        app_metadata: Metadata that the user cannot edit.
        user_metadata: Metadata that the user may edit.
        logins_count: Logins that ended well.
        created_at: When the user signed up, ISO 8601.
        updated_at: When the row changed last, ISO 8601.
        password_set_at: When the password was last reset, ISO 8601; None when never.
        revision: Number of the row's last change.
    """

    user_id: str
    email: str
    password: str = field(repr=False)
    app_metadata: dict[str, Any] = field(default_factory=dict)
    user_metadata: dict[str, Any] = field(default_factory=dict)
    logins_count: int = 0
    created_at: str = ""
    updated_at: str = ""
    password_set_at: str | None = None
    revision: int = 0


def normalize_email(text: str) -> str | None:
    """Return the form in which an address is compared; None when the text is no address.

    Whether it can be reached only a mail would tell; this keeps out what is certainly none.
    """
    email = text.strip().lower()
    name, at, domain = email.rpartition("@")
    fits = len(email) <= MAX_EMAIL_CHARS and name and at and domain and email.isprintable() and " " not in email
    return email if fits and "@" not in name else None


def tell_time() -> str:
    """Return the present time, ISO 8601 in UTC with milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


async def find_user(connection: Connection, *, email: str | None = None, user_id: str | None = None) -> User | None:
    """Return the user of an address or an id; None when there is none."""
    condition = users.c.email == email if email is not None else users.c.user_id == user_id
    row = (await connection.execute(select(users).where(condition))).one_or_none()
    return _read(row) if row is not None else None


async def add_user(connection: Connection, email: str, password: str, profile: Mapping[str, Any]) -> User:
    """Write a new user, metadata and all, in one row.

    Args:
        connection: A transaction.
        email: The normalized address.
        password: Hash of the password.
        profile: What is known of the user: ``app_metadata`` and ``user_metadata`` where there are any.

    Raises:
        EmailTaken: Somebody has the address.
    """
    now = tell_time()
    user = User(
        user_id=f"db|{secrets.token_hex(12)}",
        email=email,
        password=password,
        app_metadata=profile.get("app_metadata") or {},
        user_metadata=profile.get("user_metadata") or {},
        created_at=now,
        updated_at=now,
    )
    try:
        await connection.execute(insert(users).values(_write(user)))
    except IntegrityError:
        raise EmailTaken from None
    return user


async def record_login(connection: Connection, user: User, profile: Mapping[str, Any], *, logged_in: bool) -> bool:
    """Write what a login made of a user, unless the row has changed since it was read.

    Args:
        connection: A transaction.
        user: The user as read before the login's actions ran.
        profile: The user afterwards: ``app_metadata`` and ``user_metadata``.
        logged_in: Whether the login counts.

    Returns:
        Whether the row was written; False when somebody else wrote it in between.
    """
    changes = {
        "app_metadata": _dump(profile.get("app_metadata") or {}),
        "user_metadata": _dump(profile.get("user_metadata") or {}),
        "logins_count": user.logins_count + logged_in,
    }
    return await _change(connection, user, changes)


async def set_password(connection: Connection, user: User, password: str) -> bool:
    """Write the hash of a new password, unless the row has changed since it was read."""
    return await _change(connection, user, {"password": password, "password_set_at": tell_time()})


async def _change(connection: Connection, user: User, changes: dict[str, Any]) -> bool:
    unchanged = (users.c.user_id == user.user_id) & (users.c.revision == user.revision)
    written = {**changes, "updated_at": tell_time(), "revision": user.revision + 1}
    result = await connection.execute(update(users).where(unchanged).values(written))
    return bool(result.rowcount == 1)


def _dump(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _write(user: User) -> dict[str, Any]:
    row = {name: getattr(user, name) for name in users.c.keys()}  # noqa: SIM118 - the names of columns
    return row | {"app_metadata": _dump(user.app_metadata), "user_metadata": _dump(user.user_metadata)}


def _read(row: Row[Any]) -> User:
    facts = dict(row._mapping)
    facts["app_metadata"] = json.loads(facts["app_metadata"])
    facts["user_metadata"] = json.loads(facts["user_metadata"])
    return User(**facts)
