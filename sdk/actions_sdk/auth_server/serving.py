"""Starts the auth server on a socket of this machine.

Runs in: developer's machine.
"""

import contextlib
import secrets
import signal
import socket
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import uvicorn
from starlette.applications import Starlette

from actions_sandbox.contract import Trigger
from actions_sdk.anonymous import AnonymousSessions, MemorySessionStore, SessionSettings, SessionStore, SqlSessionStore
from actions_sdk.auth_server.app import create_app
from actions_sdk.auth_server.database import Database
from actions_sdk.auth_server.keys import ServerKeys
from actions_sdk.auth_server.settings import (
    BACKEND_GRANTS,
    LOOPBACK_REDIRECTS,
    Algorithm,
    RegisteredClient,
    ServerSettings,
    hash_secret,
    is_loopback,
)
from actions_sdk.flows import AsyncFlowClient, Replicas, WhenUnreachable

CLIENT_ID: Final = "shop"
"""The application without a secret."""
BACKEND_ID: Final = "shop-backend"
"""The application with a secret, which is made at each start."""

_BACKLOG: Final = 2_048
_STOP_S: Final = 5


@dataclass(frozen=True, slots=True)
class Start:
    """How a server is started.

    Attributes:
        replicas: Where the runtime is.
        host: Loopback address to listen on.
        port: Port; 0 takes a free one.
        database: SQLite file for users and grants; beside it are made a file for anonymous sessions and one for keys.
            None keeps all in memory.
        redirect_uris: Where the application ``shop`` may have browsers sent.
        algorithm: How tokens are signed.
        password_work: scrypt's ``p``.
        timeout_s: Seconds that the runtime may take.
        when_unreachable: What happens at each trigger when it does not answer.
        anonymous_seconds: How long an anonymous session lives; None for what the library chooses.
        test_views: Whether accounts and mails can be looked at.
    """

    replicas: Replicas
    host: str = "127.0.0.1"
    port: int = 0
    database: Path | None = None
    redirect_uris: Sequence[str] = LOOPBACK_REDIRECTS
    algorithm: Algorithm = "ES256"
    password_work: int = 5
    timeout_s: float = 5.0
    when_unreachable: Mapping[Trigger, WhenUnreachable] = field(
        default_factory=lambda: MappingProxyType(dict.fromkeys(Trigger, WhenUnreachable.DENY))
    )
    anonymous_seconds: int | None = None
    test_views: bool = False


async def serve(start: Start, greet: Callable[[dict[str, Any]], None]) -> None:
    """Serve until SIGTERM or SIGINT.

    Args:
        start: How.
        greet: Told where it listens and which applications there are, once it takes requests.

    Raises:
        ValueError: The host is not of this machine, or a file holds something else than it should.
        OSError: The address is in use, or a file cannot be read or made.
    """
    if not is_loopback(start.host):
        raise ValueError(f"{start.host!r} is not of this machine: a reference server without TLS listens on loopback")
    family = socket.AF_INET6 if ":" in start.host else socket.AF_INET
    with socket.create_server((start.host, start.port), family=family, backlog=_BACKLOG) as listening:
        host = f"[{start.host}]" if family == socket.AF_INET6 else start.host
        issuer = f"http://{host}:{listening.getsockname()[1]}"
        secret = secrets.token_urlsafe(32)
        async with _open_app(start, issuer, secret) as app:
            server = _make_server(app)
            greet(_describe(issuer, secret))
            await server.serve(sockets=[listening])


@contextlib.asynccontextmanager
async def _open_app(start: Start, issuer: str, secret: str) -> AsyncIterator[Starlette]:
    settings = _build_settings(start, issuer, secret)
    keys, store = _load_keys(start), _open_store(start)
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(store.close)
        database = await stack.enter_async_context(Database(start.database))
        runtime = await stack.enter_async_context(AsyncFlowClient(start.replicas, timeout_s=start.timeout_s))
        sessions = AnonymousSessions(store, keys.sessions, _build_session_settings(start, issuer))
        yield create_app(settings, database=database, sessions=sessions, runtime=runtime, signing_key=keys.signing)


def _open_store(start: Start) -> SessionStore:
    if start.database is None:
        return MemorySessionStore()
    return SqlSessionStore(f"sqlite:///{start.database.absolute()}-sessions")


def _load_keys(start: Start) -> ServerKeys:
    if start.database is None:
        return ServerKeys.generate(start.algorithm)
    return ServerKeys.keep(start.database.with_name(f"{start.database.name}-keys.json"), start.algorithm)


def _build_settings(start: Start, issuer: str, secret: str) -> ServerSettings:
    shop = RegisteredClient(CLIENT_ID, "Shop", tuple(start.redirect_uris))
    backend = RegisteredClient(BACKEND_ID, "Shop's backend", secret_hash=hash_secret(secret), grants=BACKEND_GRANTS)
    return ServerSettings(
        issuer=issuer,
        clients=(shop, backend),
        algorithm=start.algorithm,
        password_work=start.password_work,
        when_unreachable=start.when_unreachable,
        test_views=start.test_views,
    )


def _build_session_settings(start: Start, issuer: str) -> SessionSettings:
    seconds = start.anonymous_seconds
    if seconds is None:
        return SessionSettings(issuer=issuer)
    return SessionSettings(issuer=issuer, idle_seconds=seconds, absolute_seconds=seconds)


def _describe(issuer: str, secret: str) -> dict[str, Any]:
    return {
        "address": issuer,
        "issuer": issuer,
        "client_id": CLIENT_ID,
        "backend_client_id": BACKEND_ID,
        "backend_client_secret": secret,
    }


def _make_server(app: Starlette) -> uvicorn.Server:
    config = uvicorn.Config(
        app,
        lifespan="off",
        log_config=None,
        access_log=False,  # addresses hold codes, links and anonymous session tokens
        proxy_headers=False,  # whoever connects is who is told to actions
        server_header=False,
        timeout_graceful_shutdown=_STOP_S,
    )
    server = uvicorn.Server(config)
    # A signal counts from the greeting on. uvicorn takes it itself while it serves, and raises it once more when it has
    # ended: it must not end the process before everything is closed.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, server.handle_exit)
    return server
