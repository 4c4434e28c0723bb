"""Somebody with a browser, and the shop that sends people to log in: over HTTP, as in the world outside.

Runs in: developer's machine.
"""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from html.parser import HTMLParser
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx
from joserfc import jwt
from joserfc.jwk import KeySet

CALLBACK: Final = "http://127.0.0.1/callback"
"""Where the shop waits for codes; the browser stops in front of it."""

_SHOP: Final = "http://127.0.0.1"
_DEVICE_CODE: Final = "urn:ietf:params:oauth:grant-type:device_code"
_OWN_CLAIMS: Final = frozenset(
    "iss sub aud exp iat auth_time nonce at_hash jti client_id scope email email_verified".split()
)
"""Claims that the auth server sets itself."""


class RefusedError(Exception):
    """The auth server answered with something else than was due."""


class _Page(HTMLParser):
    """Reads what a form holds already, and where links lead, by the ids of both."""

    def __init__(self, response: httpx.Response) -> None:
        super().__init__()
        self.url = str(response.url)
        self.forms: dict[str, dict[str, str]] = {}
        self.links: dict[str, str] = {}
        self._form: dict[str, str] = {}
        self.feed(response.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = self.forms[facts.get("id", "")] = {}
        elif tag == "input":
            self._form[facts.get("name", "")] = facts.get("value", "")
        elif tag == "a":
            self.links[facts.get("id", "")] = urljoin(self.url, facts.get("href", ""))


class Device:
    """A browser on one device: its cookies, among them the guest session's, and the shop's pages in it.

    Use it as a context manager.

    Args:
        address: The auth server's address.
        client_id: The shop's id there.
    """

    def __init__(self, address: str, client_id: str) -> None:
        self._address = address
        self._client_id = client_id
        # A proxy for the world outside must not see calls to this machine.
        self._http = httpx.Client(base_url=address, timeout=30, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def fill_session(self, metadata: Mapping[str, Any]) -> dict[str, Any]:
        """Let the shop's page keep something for the guest; returns the answer, token and session."""
        body = {"client_id": self._client_id, "metadata": metadata}
        return self._read_json(self._http.post("/anonymous/token", json=body, headers={"Origin": _SHOP}))

    def end_session(self) -> None:
        """Let the shop's page end the guest session."""
        body = {"client_id": self._client_id}
        response = self._http.post("/anonymous/logout", json=body, headers={"Origin": _SHOP})
        if response.status_code != httpx.codes.NO_CONTENT:
            raise RefusedError(f"/anonymous/logout answered {response.status_code}.")

    def sign_up(self, email: str, password: str) -> dict[str, dict[str, Any]]:
        """Sign up at the auth server's page; returns the custom claims of each token."""
        verifier, page = self._begin({})
        sign_up = _Page(self._http.get(page.links["sign-up"]))
        return self._finish(verifier, self._send(sign_up, "sign-up-form", email=email, password=password))

    def log_in(self, email: str, password: str, session_token: str = "") -> dict[str, dict[str, Any]]:
        """Log in at the auth server's page; returns the custom claims of each token.

        Args:
            email: The user.
            password: The password.
            session_token: An anonymous session token that the shop puts into the request.
        """
        verifier, page = self._begin({"anonymous_session_token": session_token} if session_token else {})
        return self._finish(verifier, self._send(page, "login-form", email=email, password=password))

    def log_in_a_television(self, email: str, password: str) -> dict[str, dict[str, Any]]:
        """Log a television in, which shows a code, by typing the code here."""
        fields = {"client_id": self._client_id, "scope": "openid"}
        asked = self._read_json(self._http.post("/device_authorization", data=fields))
        page = _Page(self._http.get(asked["verification_uri_complete"]))
        login = _Page(self._follow(self._send(page, "device-form")))
        self._send(login, "login-form", email=email, password=password)
        return self._take_tokens({"grant_type": _DEVICE_CODE, "device_code": asked["device_code"]})

    def _begin(self, more: Mapping[str, str]) -> tuple[str, _Page]:
        """Begin a login by the code flow with PKCE; returns the verifier and the login page."""
        verifier = secrets.token_urlsafe(32)
        digest = hashlib.sha256(verifier.encode()).digest()
        query = {
            "client_id": self._client_id,
            "redirect_uri": CALLBACK,
            "response_type": "code",
            "scope": "openid",
            "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
            "code_challenge_method": "S256",
            **more,
        }
        return verifier, _Page(self._follow(self._http.get("/authorize", params=query)))

    def _send(self, page: _Page, form: str, **typed: str) -> httpx.Response:
        if form not in page.forms:
            raise RefusedError(f"The page {urlsplit(page.url).path} has no form {form}.")
        return self._http.post(page.url, data={**page.forms[form], **typed}, headers={"Origin": self._address})

    def _follow(self, response: httpx.Response) -> httpx.Response:
        """Go where an answer leads on the auth server."""
        while response.is_redirect:
            response = self._http.get(response.headers["location"])
        return response

    def _finish(self, verifier: str, response: httpx.Response) -> dict[str, dict[str, Any]]:
        target = response.headers.get("location", "")
        codes = parse_qs(urlsplit(target).query).get("code", [])
        if not target.startswith(f"{CALLBACK}?") or not codes:
            raise RefusedError(f"The browser was not sent back to the shop: {response.status_code} {target}")
        fields = {"grant_type": "authorization_code", "code": codes[0], "redirect_uri": CALLBACK}
        return self._take_tokens({**fields, "code_verifier": verifier})

    def _take_tokens(self, fields: Mapping[str, str]) -> dict[str, dict[str, Any]]:
        """Exchange a grant; returns the custom claims of each token, whose signatures were verified."""
        answer = self._read_json(self._http.post("/token", data={"client_id": self._client_id, **fields}))
        keys = KeySet.import_key_set(self._http.get("/.well-known/jwks.json").json())
        claims = {}
        for name in ("access_token", "id_token"):
            read = jwt.decode(answer[name], keys, algorithms=["ES256"]).claims
            claims[name] = {claim: value for claim, value in read.items() if claim not in _OWN_CLAIMS}
        return claims

    def _read_json(self, response: httpx.Response) -> dict[str, Any]:
        if not response.is_success:
            raise RefusedError(f"{response.request.url.path} answered {response.status_code}: {response.text}")
        return dict(response.json())


class AuthServer:
    """The auth server as its tests may look at it.

    Args:
        address: Its address.
    """

    def __init__(self, address: str) -> None:
        self._address = address

    def read_account(self, email: str) -> dict[str, Any]:
        """Return a user's metadata."""
        return dict(self._read(f"/accounts/{email}"))

    def read_flows(self) -> list[dict[str, Any]]:
        """Return what the runtime has answered so far."""
        return list(self._read("/flows"))

    def _read(self, path: str) -> Any:
        response = httpx.get(f"{self._address}{path}", trust_env=False, timeout=30)
        if not response.is_success:
            raise RefusedError(f"{path} answered {response.status_code}.")
        return response.json()
