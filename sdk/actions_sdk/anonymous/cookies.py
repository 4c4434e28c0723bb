"""The cookie that carries a token, and where a request's tokens are.

Runs in: auth server.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from actions_sdk.anonymous.records import PresentedTokens

COOKIE: Final = "anon"
"""Name of the cookie (Auth0, "Anonymous session transfer")."""

PARAMETER: Final = "anonymous_session_token"
"""Name of the authorization request's parameter (Auth0, as above)."""


def read_token(query: Mapping[str, str], cookies: Mapping[str, str]) -> PresentedTokens:
    """Return the tokens of an authorization request; an empty one is none.

    Args:
        query: The query's parameters.
        cookies: The request's cookies.
    """
    return PresentedTokens(query.get(PARAMETER) or None, cookies.get(COOKIE) or None)


@dataclass(frozen=True, slots=True)
class SessionCookie:
    """Writes the cookie ``anon``: ``HttpOnly``, ``SameSite=Lax``, for every path of this host and no other host.

    ``Lax`` sends it along when another site's link leads to ``/authorize``, which is how a login begins, and withholds
    it from another site's POST. An application on another site than the auth server, whose requests carry no such
    cookie, keeps the token itself and sends it in the body and in the query.

    Attributes:
        insecure: Leave ``Secure`` out, so that browsers keep the cookie over plain HTTP; for development only.
    """

    insecure: bool = False

    def set(self, token: str, max_age: int) -> str:
        """Return the ``Set-Cookie`` that keeps a token, in the place of any before.

        Args:
            token: The token.
            max_age: Seconds to keep it.
        """
        return f"{COOKIE}={token}; Max-Age={max_age}; {self._attributes()}"

    def clear(self) -> str:
        """Return the ``Set-Cookie`` that removes the token."""
        return f"{COOKIE}=; Max-Age=0; {self._attributes()}"

    def _attributes(self) -> str:
        return "Path=/; HttpOnly; SameSite=Lax" + ("" if self.insecure else "; Secure")
