"""Transactions: a way to the login page, in one browser, from its beginning to the code that ends it.

Runs in: developer's machine.
"""

from dataclasses import asdict, dataclass, field
from typing import Any

from actions_runtime.events import LoginFlow
from actions_sdk.auth_server.authorization import Authorization
from actions_sdk.auth_server.authorization_request import AuthorizationRequest
from actions_sdk.auth_server.database import Connection
from actions_sdk.auth_server.grants import Grant, Kind, State, add_grant, find_grant, move_grant
from actions_sdk.auth_server.settings import Lifetimes


class StaleTransaction(Exception):
    """Raised when a login is over, was begun in another browser, or never began; the message is for the user."""

    def __init__(self) -> None:
        super().__init__("This login is over or was begun elsewhere. Go back to the application and begin again.")


@dataclass(frozen=True, slots=True)
class Transaction:
    """What a login page has to know.

    Attributes:
        flow: The way to it.
        client_id: The application.
        scopes: The scopes that it asked for and may have.
        browser: Fingerprint of the browser that it belongs to.
        redirect_uri: Where the browser goes in the end; empty where a device or backend waits instead.
        state: The application's state.
        nonce: The application's nonce.
        code_challenge: The application's challenge.
        session_token: The anonymous session token of the request's query.
        login_hint: What stands in the e-mail field.
        facts: What events tell of the request.
        waiting: Kind of the grant that waits for this login; empty without one.
        waiting_handle: Hash of that grant's handle, hexadecimal.
        user_id: The user whose login it must be; empty for anybody's.
    """

    flow: LoginFlow
    client_id: str
    scopes: tuple[str, ...]
    browser: str
    redirect_uri: str = ""
    state: str | None = None
    nonce: str | None = None
    code_challenge: str = ""
    session_token: str | None = field(default=None, repr=False)
    login_hint: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    waiting: str = ""
    waiting_handle: str = ""
    user_id: str = ""

    @classmethod
    def from_request(cls, request: AuthorizationRequest, browser: str) -> "Transaction":
        """Return the transaction that an authorization request begins."""
        return cls(
            flow=LoginFlow.INTERACTIVE,
            client_id=request.client.client_id,
            scopes=request.scopes,
            browser=browser,
            redirect_uri=request.redirect_uri,
            state=request.state,
            nonce=request.nonce,
            code_challenge=request.code_challenge,
            session_token=request.session_token,
            login_hint=request.login_hint,
            facts=request.facts,
        )

    @classmethod
    def from_waiting(cls, grant: Grant, flow: LoginFlow, browser: str) -> "Transaction":
        """Return the transaction of the user's part in a login that a device or backend waits for."""
        return cls(
            flow=flow,
            client_id=grant.body["client_id"],
            scopes=tuple(grant.body["scopes"]),
            browser=browser,
            login_hint=grant.body.get("login_hint", ""),
            waiting=grant.kind,
            waiting_handle=grant.handle.hex(),
            user_id=grant.body.get("user_id", ""),
        )


@dataclass(frozen=True, slots=True)
class OpenTransaction:
    """A transaction that was found open.

    Attributes:
        facts: What it is.
        grant: The grant that it is kept as.
    """

    facts: Transaction
    grant: Grant


async def begin_transaction(connection: Connection, transaction: Transaction, lifetimes: Lifetimes) -> str:
    """Keep a transaction; returns the handle for its pages' addresses."""
    return await add_grant(connection, Kind.TRANSACTION, asdict(transaction), lifetime=lifetimes.transaction)


async def find_transaction(connection: Connection, handle: str | bytes, browser: str) -> OpenTransaction:
    """Return an open transaction of a browser.

    Args:
        connection: A database transaction.
        handle: Its handle, or the hash of it.
        browser: Fingerprint of the browser that asks.

    Raises:
        StaleTransaction: There is none.
    """
    grant = await find_grant(connection, Kind.TRANSACTION, handle)
    if grant is None or grant.state is not State.PENDING or grant.body["browser"] != browser:
        raise StaleTransaction
    body = {**grant.body, "flow": LoginFlow(grant.body["flow"]), "scopes": tuple(grant.body["scopes"])}
    return OpenTransaction(Transaction(**body), grant)


async def complete_transaction(
    connection: Connection, found: OpenTransaction, authorization: Authorization, lifetimes: Lifetimes
) -> str:
    """End a transaction with what it was begun for.

    Args:
        connection: The database transaction that writes the user.
        found: The transaction.
        authorization: What the login granted.
        lifetimes: How long a code holds.

    Returns:
        The code for the application; empty where a device or backend waits, which may now come for its tokens.

    Raises:
        StaleTransaction: It, or what waits for it, was ended meanwhile.
    """
    if not await move_grant(connection, found.grant, State.USED):
        raise StaleTransaction
    facts = found.facts
    if facts.waiting:
        await _settle(connection, facts, State.APPROVED, authorization)
        return ""
    body = {
        "authorization": authorization.to_body(),
        "redirect_uri": facts.redirect_uri,
        "code_challenge": facts.code_challenge,
    }
    return await add_grant(
        connection, Kind.CODE, body, lifetime=lifetimes.code, state=State.APPROVED, user_id=authorization.user_id
    )


async def deny_waiting(connection: Connection, found: OpenTransaction) -> None:
    """Let the device or backend that waits for a refused login know; does nothing where none waits."""
    if found.facts.waiting and await move_grant(connection, found.grant, State.USED):
        await _settle(connection, found.facts, State.DENIED, None)


async def _settle(
    connection: Connection, facts: Transaction, state: State, authorization: Authorization | None
) -> None:
    waiting = await find_grant(connection, Kind(facts.waiting), bytes.fromhex(facts.waiting_handle))
    if waiting is None or waiting.state is not State.PENDING:
        raise StaleTransaction
    if authorization is None:
        await move_grant(connection, waiting, state)
    else:
        body = {**waiting.body, "authorization": authorization.to_body()}
        await move_grant(connection, waiting, state, body, user_id=authorization.user_id)
