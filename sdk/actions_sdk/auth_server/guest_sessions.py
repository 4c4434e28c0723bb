"""``/anonymous/token`` and ``/anonymous/logout`` in this server's framework.

Runs in: developer's machine.
"""

import re
from collections.abc import Awaitable, Callable
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from actions_sdk.anonymous import AnonymousEndpoints, HttpRequest, HttpResponse, SessionCookie
from actions_sdk.auth_server.services import Services
from actions_sdk.auth_server.settings import ServerSettings

_JUDGED: Final = frozenset({"origin", "sec-fetch-site"})


def build_origin_pattern(settings: ServerSettings) -> str:
    """Return the origins of all applications' pages and of the server's own, as a regular expression's source."""
    own = re.escape(settings.issuer)
    return "|".join([own, *(client.origin_pattern for client in settings.clients)])


class GuestSessions:
    """The endpoints of anonymous sessions.

    Args:
        services: The server's parts.
    """

    def __init__(self, services: Services) -> None:
        self._settings = services.settings
        cookie = SessionCookie(insecure=not services.settings.secure)
        self._endpoints = AnonymousEndpoints(services.sessions, self._is_client, cookie=cookie)
        self._origins = re.compile(build_origin_pattern(services.settings))

    async def give_token(self, request: Request) -> Response:
        """Answer ``POST /anonymous/token``."""
        return await self._hand_on(request, self._endpoints.token)

    async def log_out(self, request: Request) -> Response:
        """Answer ``POST /anonymous/logout``."""
        return await self._hand_on(request, self._endpoints.logout)

    async def _is_client(self, client_id: str) -> bool:
        return self._settings.find_client(client_id) is not None

    async def _hand_on(self, request: Request, answer: Callable[[HttpRequest], Awaitable[HttpResponse]]) -> Response:
        given = await answer(
            HttpRequest(request.method, self._pass_headers(request), request.cookies, await request.body())
        )
        response = Response(given.body, given.status)
        for name, value in given.headers:
            response.headers.append(name, value)
        return response

    def _pass_headers(self, request: Request) -> dict[str, str]:
        """Return the headers; those that tell the origin only when it is not an application's.

        An application on this machine may have any port, which a list of origins cannot say.
        """
        headers = dict(request.headers)
        if self._origins.fullmatch(headers.get("origin", "")):
            return {name: value for name, value in headers.items() if name not in _JUDGED}
        return headers
