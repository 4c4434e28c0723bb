"""Anonymous sessions for auth servers: issue them, keep them, and hand them over at sign-up and login.

Runs in: auth server.

A guest gets a token that refers to a session, and the session's metadata stays in the auth server's store. At
``/authorize`` the token comes back in the query or in the cookie ``anon``; :meth:`AnonymousSessions.transfer` turns it
into ``event["anonymous_session"]``, or into a reason for the log::

    sessions = AnonymousSessions(SqlSessionStore("sqlite:///sessions.db"), KeyRing.from_jwk_set(jwk_set))
    presented = read_token(request.query, request.cookies)
    transfer = await sessions.transfer(TransferRequest(*presented, LoginFlow.INTERACTIVE, client_id))
    if transfer.session is not None:
        event["anonymous_session"] = transfer.session

Nothing here knows a web framework or gRPC. :class:`AnonymousEndpoints` answers ``POST /anonymous/token`` and
``POST /anonymous/logout`` in plain bytes.

**Fixation.** Somebody who plants a session of his own in another's browser would read what the other puts into it, and
would hand his own things over to the other's account. Against that:

* The server alone makes session ids, of 128 random bits, and a token is authenticated encryption: nobody can choose
  either. A token that is unknown, over, or ended never brings a session into being.
* The endpoints take JSON only and refuse an ``Origin`` that is not listed, so that neither a form nor a script of
  another site can let a browser create a session and keep its cookie. The cookie is ``HttpOnly`` and ``SameSite=Lax``.
* Every create and update answers with a new token and writes the cookie anew; logout ends the session itself, not the
  cookie alone.
* A token is bound to the client it was issued to.

What remains: whoever follows a prepared link with an ``anonymous_session_token`` hands that session over, a host under
the same domain can write the cookie ``anon`` for its neighbours, and a token that got out stays good until its time is
over or the session is ended. Actions therefore treat its metadata as written by an attacker.

**CORS** is the application's: the endpoints judge the ``Origin`` and add no CORS header. **How many** sessions one
caller may create is the application's as well: anybody may ask for one, so put a rate limit before the endpoint and
call :meth:`AnonymousSessions.purge` now and then.
"""

from actions_runtime.events import LoginFlow
from actions_sdk.anonymous.cookies import COOKIE, SessionCookie, read_token
from actions_sdk.anonymous.endpoints import AnonymousEndpoints, HttpRequest, HttpResponse
from actions_sdk.anonymous.keys import KeyRing
from actions_sdk.anonymous.records import (
    AnonymousSession,
    IssuedSession,
    PresentedTokens,
    SessionSettings,
    StoredSession,
    TokenRefused,
    Transfer,
    TransferReason,
    TransferRequest,
)
from actions_sdk.anonymous.sessions import AnonymousSessions
from actions_sdk.anonymous.sql_store import SqlSessionStore
from actions_sdk.anonymous.store import MemorySessionStore, SessionStore

__all__ = [
    "COOKIE",
    "AnonymousEndpoints",
    "AnonymousSession",
    "AnonymousSessions",
    "HttpRequest",
    "HttpResponse",
    "IssuedSession",
    "KeyRing",
    "LoginFlow",
    "MemorySessionStore",
    "PresentedTokens",
    "SessionCookie",
    "SessionSettings",
    "SessionStore",
    "SqlSessionStore",
    "StoredSession",
    "TokenRefused",
    "Transfer",
    "TransferReason",
    "TransferRequest",
    "read_token",
]
