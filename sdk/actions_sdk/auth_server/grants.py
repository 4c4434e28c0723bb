"""Grants: what somebody may come back with once, and for how long.

Runs in: developer's machine.

A grant is found by a secret handle of which only a hash is kept, moves from one state to the next in one statement,
and so is used once however often its handle arrives.
"""

import hashlib
import json
import secrets
import time
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Row, delete, insert, select, update

from actions_sdk.auth_server.database import Connection
from actions_sdk.auth_server.tables import grants

_REMEMBERED_S: Final = 3_600
"""Seconds for which it is known of a grant that it is over, so that a device can be told."""


class Kind(StrEnum):
    """What a grant is."""

    TRANSACTION = "transaction"
    """An authorization request, or another way to the login page, in one browser."""
    CODE = "code"
    REFRESH = "refresh"
    DEVICE = "device"
    BACKCHANNEL = "backchannel"
    RESET = "reset"


class State(StrEnum):
    """Where a grant stands."""

    PENDING = "pending"
    """Waits for a user; a transaction is open."""
    APPROVED = "approved"
    """Can be used."""
    DENIED = "denied"
    USED = "used"


@dataclass(frozen=True, slots=True)
class Grant:
    """A grant as the database has it.

    Attributes:
        handle: Hash of the secret by which it is found.
        kind: What it is.
        state: Where it stands.
        family: Names the login that it comes from.
        body: Facts; integers are exact.
        expires_at: Seconds since the epoch.
    """

    handle: bytes
    kind: Kind
    state: State
    family: str
    body: dict[str, Any]
    expires_at: float

    @property
    def over(self) -> bool:
        """Whether its time has passed."""
        return self.expires_at < time.time()


def make_handle() -> str:
    """Return a new secret of 256 bits."""
    return secrets.token_urlsafe(32)


def hash_handle(handle: str) -> bytes:
    """Return what is kept of a handle."""
    return hashlib.sha256(handle.encode(errors="surrogatepass")).digest()


async def add_grant(
    connection: Connection,
    kind: Kind,
    body: dict[str, Any],
    *,
    lifetime: float,
    state: State = State.PENDING,
    family: str = "",
    alias: str | None = None,
    user_id: str | None = None,
) -> str:
    """Write a grant and forget those that have been over for long.

    Args:
        connection: A transaction.
        kind: What it is.
        body: Facts that JSON can carry.
        lifetime: Seconds for which it can be found.
        state: Where it stands.
        family: Names the login that it comes from; a new family when empty.
        alias: A second secret by which it can be found.
        user_id: The user who has logged in.

    Returns:
        Its handle.
    """
    handle, now = make_handle(), time.time()
    await connection.execute(delete(grants).where(grants.c.expires_at < now - _REMEMBERED_S))
    row = {
        "handle": hash_handle(handle),
        "alias": hash_handle(alias) if alias is not None else None,
        "kind": kind,
        "state": state,
        "family": family or secrets.token_hex(16),
        "user_id": user_id,
        "body": json.dumps(body, ensure_ascii=False, allow_nan=False),
        "expires_at": now + lifetime,
    }
    await connection.execute(insert(grants).values(row))
    return handle


async def find_grant(
    connection: Connection, kind: Kind, handle: str | bytes, *, by_alias: bool = False, over: bool = False
) -> Grant | None:
    """Return the grant of a kind and handle, whatever its state; None when there is none or it is over.

    Args:
        connection: A transaction.
        kind: What it is.
        handle: Its secret, or the hash of it as another grant of it has it.
        by_alias: Whether the secret is the second one.
        over: Whether one whose time has passed may be returned too, while it is still known.
    """
    hashed = handle if isinstance(handle, bytes) else hash_handle(handle)
    column = grants.c.alias if by_alias else grants.c.handle
    wanted = (column == hashed) & (grants.c.kind == kind)
    row = (await connection.execute(select(grants).where(wanted))).one_or_none()
    grant = _read(row) if row is not None else None
    return grant if grant is not None and (over or not grant.over) else None


async def move_grant(
    connection: Connection,
    grant: Grant,
    state: State,
    body: dict[str, Any] | None = None,
    *,
    user_id: str | None = None,
) -> bool:
    """Move a grant to another state if it still stands where it was found.

    Args:
        connection: A transaction.
        grant: The grant as it was found.
        state: Where it goes.
        body: New facts; the old ones stay when omitted.
        user_id: The user who has logged in meanwhile.

    Returns:
        Whether it was moved; False when somebody was faster.
    """
    values: dict[str, Any] = {"state": state}
    if body is not None:
        values["body"] = json.dumps(body, ensure_ascii=False, allow_nan=False)
    if user_id is not None:
        values["user_id"] = user_id
    there = (grants.c.handle == grant.handle) & (grants.c.state == grant.state)
    result = await connection.execute(update(grants).where(there).values(values))
    return bool(result.rowcount == 1)


async def end_family(connection: Connection, family: str) -> None:
    """Forget all that came of a login: somebody used a part of it twice (RFC 9700, section 4.14.2)."""
    await connection.execute(delete(grants).where(grants.c.family == family))


async def end_logins(connection: Connection, user_id: str) -> None:
    """Forget the refresh tokens and open codes of a user, whose password is a new one."""
    await connection.execute(delete(grants).where(grants.c.user_id == user_id))


def _read(row: Row[Any]) -> Grant:
    return Grant(row.handle, Kind(row.kind), State(row.state), row.family, json.loads(row.body), row.expires_at)
