"""``POST /anonymous/token`` and ``POST /anonymous/logout``, without a web framework.

Runs in: auth server.
"""

import json
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast
from urllib.parse import urlsplit

from actions_runtime.errors import InvalidArgument, Unavailable
from actions_runtime.events import parse_json
from actions_sdk.anonymous.cookies import COOKIE, SessionCookie
from actions_sdk.anonymous.metadata import TOO_LARGE
from actions_sdk.anonymous.records import AnonymousSession, TokenRefused, TransferReason, is_name
from actions_sdk.anonymous.sessions import AnonymousSessions

_ENVELOPE_BYTES: Final = 8_192
"""Bytes of a body beside the metadata: a token, a client id, spaces."""

_RETRY_SECONDS: Final = "1"
_CROSS_SITE: Final = frozenset({"cross-site", "same-site"})


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """A request as an application got it.

    Attributes:
        method: The method, e.g. ``POST``.
        headers: The header fields; names in any case.
        cookies: The cookies by name.
        body: The whole body. Stop reading at :attr:`AnonymousEndpoints.max_body_bytes` and one more: it is refused.
    """

    method: str
    headers: Mapping[str, str]
    cookies: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """The answer to send.

    Attributes:
        status: The status.
        headers: The header fields in order; ``Set-Cookie`` may be one of them.
        body: The whole body.
    """

    status: int
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Call:
    """A request that may be answered: what its body says."""

    client_id: str
    field_token: str | None
    cookie_token: str | None
    members: Mapping[str, Any]

    @property
    def token(self) -> str | None:
        """The token that is looked at: the body's goes before the cookie's, as the query's does at a login."""
        return self.field_token or self.cookie_token


class _Refusal(Exception):
    """A request that is answered with an error."""

    def __init__(self, status: int, error: str, description: str, *headers: tuple[str, str], **more: str) -> None:
        super().__init__(description)
        self.status = status
        self.headers = headers
        self.content = {"error": error, "error_description": description, **more}


class AnonymousEndpoints:
    """Answers requests for anonymous sessions.

    Errors are JSON objects with ``error`` (a stable word) and ``error_description`` (a sentence for the developer):
    400 ``invalid_request``, 401 ``invalid_client``, 401 ``invalid_token`` with the ``reason`` (EXPIRED, REVOKED,
    MALFORMED, FOREIGN), 403 ``origin_not_allowed``, 405 ``method_not_allowed``, 413 ``too_large``, 415
    ``unsupported_media_type``, 503 ``temporarily_unavailable``.

    Args:
        sessions: The service.
        is_client: Tells whether there is a client of an id.
        origins: The web origins whose pages may call, this server's own included if its pages do, e.g.
            ``https://shop.example``; or what tells of an origin in lower case whether its pages may. A request without
            ``Origin``, as native apps and servers send it, is let through: browsers send one with every POST.
        cookie: How the cookie is written.

    Raises:
        ValueError: An origin is not of the form ``scheme://host[:port]``.
    """

    def __init__(
        self,
        sessions: AnonymousSessions,
        is_client: Callable[[str], Awaitable[bool]],
        origins: Collection[str] | Callable[[str], bool] = (),
        cookie: SessionCookie = SessionCookie(),  # noqa: B008 - frozen
    ) -> None:
        self._sessions = sessions
        self._is_client = is_client
        self._is_origin = origins if callable(origins) else _list_origins(origins)
        self._cookie = cookie

    @property
    def max_body_bytes(self) -> int:
        """Bytes of a body that is read: thrice the metadata's limit for its escapes, and an envelope."""
        return 3 * self._sessions.settings.metadata_bytes + _ENVELOPE_BYTES

    async def token(self, request: HttpRequest) -> HttpResponse:
        """Answer ``POST /anonymous/token``: create, update or read a session.

        The body is a JSON object: ``client_id``; ``metadata``, an object; ``token``, instead of the cookie. Without a
        token a session is created; with one its metadata is replaced, or the session is read when there is no
        ``metadata``. A token that is no good is refused and never replaced by a new session in the same call; when it
        came in the cookie, the cookie is cleared, so that the next call creates one.

        Returns:
            200 with ``anonymous_session_token``, ``token_type`` (``anonymous_session``), ``expires_in`` (seconds),
            ``session`` (user_id, session_id, created_at, expires_at, metadata) and the cookie, or an error.
        """
        return await self._answer(request, self._give_token)

    async def logout(self, request: HttpRequest) -> HttpResponse:
        """Answer ``POST /anonymous/logout``: end the sessions whose tokens came along, and clear the cookie.

        The body is a JSON object: ``client_id``, and ``token`` beside or instead of the cookie.

        Returns:
            204, also when there was nothing to end, or an error; when the store cannot be reached nothing is cleared.
        """
        return await self._answer(request, self._end)

    async def _answer(self, request: HttpRequest, answer: Callable[[_Call], Awaitable[HttpResponse]]) -> HttpResponse:
        try:
            return await answer(await self._accept(request))
        except _Refusal as refusal:
            return _respond(refusal.status, refusal.content, *refusal.headers)
        except InvalidArgument as refusal:
            if refusal.reason == TOO_LARGE:
                return _respond(413, {"error": "too_large", "error_description": refusal.message})
            return _respond(400, {"error": "invalid_request", "error_description": refusal.message})
        except (Unavailable, TimeoutError):
            content = {
                "error": "temporarily_unavailable",
                "error_description": "Anonymous sessions cannot be reached now. Try again.",
            }
            return _respond(503, content, ("Retry-After", _RETRY_SECONDS))

    async def _give_token(self, call: _Call) -> HttpResponse:
        metadata = call.members.get("metadata")
        if "metadata" in call.members and not isinstance(metadata, dict):
            raise _Refusal(400, "invalid_request", "metadata must be an object")
        if call.token is None:
            issued = await self._sessions.create(call.client_id, metadata or {})
            return self._grant(issued.session, issued.token, issued.expires_in)
        try:
            if metadata is not None:
                issued = await self._sessions.update(call.token, metadata, call.client_id)
                return self._grant(issued.session, issued.token, issued.expires_in)
            session = await self._sessions.read(call.token, call.client_id)
            return self._grant(session, call.token, self._sessions.seconds_left(call.token))
        except TokenRefused as refusal:
            raise self._refuse_token(refusal, call) from None

    async def _end(self, call: _Call) -> HttpResponse:
        for token in {call.field_token, call.cookie_token} - {None}:
            await self._sessions.logout(cast("str", token), call.client_id)
        return HttpResponse(204, (("Cache-Control", "no-store"), ("Set-Cookie", self._cookie.clear())), b"")

    def _grant(self, session: AnonymousSession, token: str, expires_in: int) -> HttpResponse:
        content = {
            "anonymous_session_token": token,
            "token_type": "anonymous_session",
            "expires_in": expires_in,
            "session": session.describe(),
        }
        return _respond(200, content, ("Set-Cookie", self._cookie.set(token, expires_in)))

    def _refuse_token(self, refusal: TokenRefused, call: _Call) -> _Refusal:
        headers = [("WWW-Authenticate", 'AnonymousSession error="invalid_token"')]
        if call.field_token is None and refusal.reason is not TransferReason.FOREIGN:
            headers.append(("Set-Cookie", self._cookie.clear()))
        return _Refusal(401, "invalid_token", str(refusal), *headers, reason=refusal.reason.value)

    async def _accept(self, request: HttpRequest) -> _Call:
        headers = {name.lower(): value for name, value in request.headers.items()}
        if request.method.upper() != "POST":
            raise _Refusal(405, "method_not_allowed", "Send a POST.", ("Allow", "POST"))
        self._require_origin(headers)
        _require_json(headers)
        members = parse_json(
            request.body,
            max_bytes=self.max_body_bytes,
            max_depth=self._sessions.settings.metadata_depth + 1,
            root="body",
        )
        if not isinstance(members, dict):
            raise _Refusal(400, "invalid_request", "body must be an object")
        call = _Call(
            client_id=_take_text(members, "client_id") or "",
            field_token=_take_text(members, "token") or None,
            cookie_token=request.cookies.get(COOKIE) or None,
            members=members,
        )
        await self._require_client(call.client_id)
        return call

    async def _require_client(self, client_id: str) -> None:
        if not is_name(client_id):
            raise _Refusal(400, "invalid_request", "client_id is required: 1 to 200 printable ASCII characters")
        if not await self._is_client(client_id):
            challenge = ("WWW-Authenticate", 'AnonymousSession error="invalid_client"')
            raise _Refusal(401, "invalid_client", "There is no client of this client_id.", challenge)

    def _require_origin(self, headers: Mapping[str, str]) -> None:
        """Refuse what another site lets a browser send: it would plant its session there, or end the guest's."""
        origin = headers.get("origin")
        allowed = (
            headers.get("sec-fetch-site") not in _CROSS_SITE if origin is None else self._is_origin(origin.lower())
        )
        if not allowed:
            raise _Refusal(403, "origin_not_allowed", "Pages of this origin may not call. Let the server list it.")


def _list_origins(origins: Collection[str]) -> Callable[[str], bool]:
    return frozenset(_require_origin(origin) for origin in origins).__contains__


def _require_origin(origin: str) -> str:
    parts = urlsplit(origin)
    if parts.scheme not in ("http", "https") or not parts.netloc or f"{parts.scheme}://{parts.netloc}" != origin:
        raise ValueError(f"an origin has the form scheme://host[:port], not {origin!r}")
    return origin.lower()


def _require_json(headers: Mapping[str, str]) -> None:
    """Refuse every type that a form can send without the browser asking first (Fetch, "CORS-safelisted")."""
    kind, _, _ = headers.get("content-type", "").partition(";")
    if kind.strip().lower() != "application/json":
        raise _Refusal(415, "unsupported_media_type", "Send a JSON object as application/json.")


def _take_text(members: Mapping[str, Any], name: str) -> str | None:
    value = members.get(name)
    if value is not None and not isinstance(value, str):
        raise _Refusal(400, "invalid_request", f"{name} must be text")
    return value


def _respond(status: int, content: Mapping[str, Any], *headers: tuple[str, str]) -> HttpResponse:
    body = json.dumps(content, separators=(",", ":")).encode()
    kept = (("Content-Type", "application/json"), ("Cache-Control", "no-store"), *headers)
    return HttpResponse(status, kept, body)
