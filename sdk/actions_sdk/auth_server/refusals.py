"""Refusals of requests, in OAuth's words.

Runs in: developer's machine.
"""

import re
from collections.abc import Awaitable, Callable
from typing import Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from actions_sdk.auth_server.forms import FormRefused
from actions_sdk.auth_server.logins import LoginRefused

NO_STORE: Final = {"Cache-Control": "no-store"}
"""For every answer that holds a token, or says why there is none (RFC 6749, section 5.1)."""

_NOT_DESCRIPTIVE: Final = re.compile(r"[^\x20\x21\x23-\x5b\x5d-\x7e]")


class OAuthError(Exception):
    """A request that is refused.

    Args:
        error: The code, e.g. ``invalid_grant`` (RFC 6749, section 5.2, and its extensions).
        description: What is wrong and what to do, for the application's developer.
        status: HTTP status.
    """

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(f"{error}: {description}")
        self.error = error
        self.description = description
        self.status = status


class RedirectedError(Exception):
    """A refused authorization request whose application is known: the browser takes the refusal there.

    Args:
        redirect_uri: A registered address.
        state: The application's state; None without one.
        error: The code (RFC 6749, section 4.1.2.1).
        description: What is wrong.
    """

    def __init__(self, redirect_uri: str, state: str | None, error: str, description: str) -> None:
        super().__init__(f"{error}: {description}")
        self.redirect_uri = redirect_uri
        self.state = state
        self.error = error
        self.description = description


def describe_error(error: str, description: str) -> dict[str, str]:
    """Return the two fields of an error; a description holds printable ASCII only (RFC 6749, section 5.2)."""
    return {"error": error, "error_description": _NOT_DESCRIPTIVE.sub("?", description)}


def add_to_query(address: str, fields: dict[str, str | None]) -> str:
    """Return an address with more fields in its query; those that are None stay out."""
    query = urlencode({name: value for name, value in fields.items() if value is not None})
    return f"{address}{'&' if '?' in address else '?'}{query}"


Endpoint = Callable[[Request], Awaitable[Response]]


def answer_in_json(endpoint: Endpoint) -> Endpoint:
    """Let an endpoint for applications tell its refusals as JSON (RFC 6749, section 5.2)."""

    async def answer(request: Request) -> Response:
        try:
            return await endpoint(request)
        except OAuthError as refusal:
            return _refuse(refusal)
        except FormRefused as refusal:
            return _refuse(OAuthError("invalid_request", str(refusal)))
        except LoginRefused as refusal:
            return _refuse(OAuthError("access_denied", refusal.user_message))

    return answer


def _refuse(refusal: OAuthError) -> Response:
    headers = dict(NO_STORE)
    if refusal.status == 401:
        headers["WWW-Authenticate"] = 'Basic realm="token", charset="UTF-8"'
    return JSONResponse(describe_error(refusal.error, refusal.description), refusal.status, headers)
