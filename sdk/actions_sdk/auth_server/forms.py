"""Forms as they arrive, and how a browser's own are told from those that another site makes it send.

Runs in: developer's machine.

A browser carries a random cookie from its first page on. Every form holds the cookie's keyed hash (the signed
double-submit pattern of OWASP's cheat sheet on CSRF), and ``Origin`` must be the server's own where it is sent. A login
belongs to the browser that began it: with another browser's cookie its link leads nowhere.
"""

import base64
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response

MAX_BODY_BYTES: Final = 65_536
"""The longest body that is read; the anonymous session's has a limit of its own below it."""

_MAX_FIELDS: Final = 100
_FORM: Final = "application/x-www-form-urlencoded"
_BROWSER: Final = re.compile(r"[\w-]{43}", re.ASCII)


class FormRefused(Exception):
    """Raised when a form cannot be read or did not come from the server's own page; the message is for its sender."""


def parse_form(text: str) -> dict[str, str]:
    """Read urlencoded fields.

    Raises:
        FormRefused: There are too many, one appears twice (RFC 6749, section 3.1), is not UTF-8 or holds a NUL.
    """
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=_MAX_FIELDS, errors="strict")
    except ValueError:
        raise FormRefused("The fields cannot be read: at most 100 of them, in UTF-8.") from None
    if any("\0" in text for pair in pairs for text in pair):
        raise FormRefused("A field holds a NUL, which no event can carry.")
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise FormRefused("A parameter must not be sent twice.")
    # An empty value is none at all (RFC 6749, section 3.1).
    return {name: value for name, value in fields.items() if value}


async def read_form(request: Request) -> dict[str, str]:
    """Read the fields of a request's body.

    Raises:
        FormRefused: The body is no form, or one that :func:`parse_form` refuses.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
        raise FormRefused(f"The body must be of the type {_FORM}.")
    try:
        text = (await request.body()).decode("ascii")
    except UnicodeDecodeError:
        raise FormRefused("The body must be urlencoded.") from None
    return parse_form(text)


def read_query(request: Request) -> dict[str, str]:
    """Read the parameters of a request's query; raises as :func:`parse_form`."""
    return parse_form(request.url.query)


@dataclass(frozen=True, slots=True)
class Browser:
    """The browser that a request comes from.

    Attributes:
        id: Its random secret.
        known: Whether it sent the cookie itself.
    """

    id: str
    known: bool

    @property
    def fingerprint(self) -> str:
        """What is kept of it."""
        return hashlib.sha256(self.id.encode()).hexdigest()


class Browsers:
    """Knows browsers again and guards their forms.

    Args:
        issuer: The server's own address.
        secure: Whether it is reached by https.
    """

    def __init__(self, issuer: str, *, secure: bool) -> None:
        self._issuer = issuer
        self._secure = secure
        self._key = secrets.token_bytes(32)

    @property
    def cookie(self) -> str:
        """The cookie's name; with the prefix no other host can set it (RFC 6265bis, section 4.1.3.2)."""
        return "__Host-browser" if self._secure else "browser"

    def recognize(self, request: Request) -> Browser:
        """Return the browser of a request; a new one when it sends no cookie of ours."""
        value = request.cookies.get(self.cookie, "")
        if _BROWSER.fullmatch(value):
            return Browser(value, known=True)
        return Browser(secrets.token_urlsafe(32), known=False)

    def remember(self, browser: Browser, response: Response) -> None:
        """Give a browser its cookie, once."""
        if not browser.known:
            response.set_cookie(self.cookie, browser.id, path="/", secure=self._secure, httponly=True, samesite="lax")

    def make_guard(self, browser: Browser) -> str:
        """Return the hidden value of a browser's forms."""
        digest = hmac.digest(self._key, browser.id.encode(), "sha256")
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")

    def require_own_form(self, request: Request, browser: Browser, fields: dict[str, str]) -> None:
        """Refuse a form that the browser was not given by this server.

        Raises:
            FormRefused: The cookie is missing, the hidden value is not the cookie's, or another site sent the form.
        """
        origin = request.headers.get("origin")
        own = origin is None or origin in self._origins(request)
        fits = hmac.compare_digest(fields.get("csrf", "").encode(), self.make_guard(browser).encode())
        if not (own and browser.known and fits):
            raise FormRefused("This form is out of date or was sent by another site. Go back and load the page again.")

    def _origins(self, request: Request) -> set[str]:
        # On loopback a browser may name this machine in more than one way; the host is among the allowed ones by now.
        return {self._issuer} if self._secure else {self._issuer, f"http://{request.headers.get('host', '')}"}
