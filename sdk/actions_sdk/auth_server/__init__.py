"""A small auth server of its own: the reference for how one calls the runtime, and what the demo and tests log in to.

Runs in: developer's machine.

NOT FOR PRODUCTION. It is real where the feature is: OpenID Connect's code flow with PKCE, passwords, signed tokens, the
triggers, the transfer of anonymous sessions, and the flows that transfer nothing. It has no rate limits, no second
factor, no mail, no verified addresses, no sessions of its own (every login shows the login page), no rotation of keys
and no administration.

``python -m actions_sdk.auth_server --runtime 127.0.0.1:50051`` starts one; :func:`create_app` makes the ASGI
application with parts of one's own. The protocol is written out on joserfc and Starlette: the grant classes of Authlib,
the library kept for servers, call their storage synchronously, and here a grant waits for the runtime and for a
database in the same event loop.
"""

try:
    from actions_sdk.auth_server.app import create_app
except ModuleNotFoundError as missing:
    raise ModuleNotFoundError(
        f"The auth server needs {missing.name}: pip install 'actions-runtime[auth-server]'", name=missing.name
    ) from None
from actions_sdk.auth_server.database import Database
from actions_sdk.auth_server.keys import ServerKeys
from actions_sdk.auth_server.settings import Lifetimes, RegisteredClient, ServerSettings, hash_secret

__all__ = [
    "Database",
    "Lifetimes",
    "RegisteredClient",
    "ServerKeys",
    "ServerSettings",
    "create_app",
    "hash_secret",
]
