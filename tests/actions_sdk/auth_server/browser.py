"""A user with a browser, and the application that the user logs in to; over HTTP like any other."""

import base64
import hashlib
import html
import json
import re
import secrets
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx
from joserfc import jwt
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

CALLBACK = "http://127.0.0.1:49152/callback"


class _Forms(HTMLParser):
    """Collects a page's forms, with the inputs of each, and its links, by id."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: dict[str, dict[str, str]] = {}
        self.links: dict[str, str] = {}
        self._form: dict[str, str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take in a tag."""
        facts = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = self.forms[facts["id"]] = {}
        elif tag == "input" and self._form is not None:
            self._form[facts["name"]] = facts.get("value", "")
        elif tag == "a" and "id" in facts:
            self.links[facts["id"]] = facts["href"]

    def handle_endtag(self, tag: str) -> None:
        """Take in the end of a form."""
        if tag == "form":
            self._form = None


@dataclass
class Page:
    """What a browser shows in the end.

    Attributes:
        response: The last response.
        callback: Parameters with which the application got the browser back; empty when it did not.
    """

    response: httpx.Response
    callback: dict[str, str]

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.response.status_code

    @property
    def message(self) -> str:
        """What stands in ``<p id="message">``."""
        return self._read("message")

    @property
    def problem(self) -> str:
        """What stands in ``<p id="problem">``."""
        return self._read("problem")

    @property
    def parsed(self) -> _Forms:
        """The page's forms and links."""
        parser = _Forms()
        parser.feed(self.response.text)
        return parser

    def _read(self, name: str) -> str:
        found = re.search(rf'<p id="{name}"[^>]*>(.*?)</p>', self.response.text, re.DOTALL)
        return html.unescape(found[1]) if found else ""


@dataclass
class Browser:
    """A browser with cookies of its own; it follows redirects on the server and stops where it would leave it.

    Attributes:
        address: The auth server's address.
    """

    address: str
    client: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        self.client = httpx.Client(base_url=self.address, timeout=60, headers={"User-Agent": "Test/1"})

    def open(self, url: str, **parameters: Any) -> Page:
        """Open a page."""
        return self._follow(self.client.get(url, params=parameters or None))

    def send(self, page: Page, form: str, **typed: str) -> Page:
        """Fill in a form of a page and send it."""
        fields = {**page.parsed.forms[form], **typed}
        origin = {"Origin": self.address}
        return self._follow(self.client.post(str(page.response.url), data=fields, headers=origin))

    def click(self, page: Page, link: str) -> Page:
        """Follow a link of a page."""
        return self.open(urljoin(str(page.response.url), page.parsed.links[link]))

    def _follow(self, response: httpx.Response) -> Page:
        while response.is_redirect:
            target = urljoin(str(response.url), response.headers["location"])
            if not target.startswith(f"{self.address}/"):
                fields = {name: values[0] for name, values in parse_qs(urlsplit(target).query).items()}
                return Page(response, fields)
            response = self.client.get(target)
        return Page(response, {})


@dataclass
class Application:
    """An application that logs users in by the code flow with PKCE.

    Attributes:
        address: The auth server's address.
        scope: The scopes that it asks for.
    """

    address: str
    scope: str = "openid email offline_access"
    client_id: str = "shop"
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))
    state: str = field(default_factory=secrets.token_urlsafe)
    nonce: str = field(default_factory=secrets.token_urlsafe)

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters of its authorization request."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return {
            "client_id": self.client_id,
            "redirect_uri": CALLBACK,
            "response_type": "code",
            "scope": self.scope,
            "state": self.state,
            "nonce": self.nonce,
            "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
            "code_challenge_method": "S256",
        }

    def begin(self, browser: Browser, **more: str) -> Page:
        """Send a browser to the login page."""
        return browser.open("/authorize", **{**self.parameters, **more})

    def sign_up(self, browser: Browser, email: str, password: str = "correct horse", **more: str) -> Page:
        """Let a user sign up."""
        page = browser.click(self.begin(browser, **more), "sign-up")
        return browser.send(page, "sign-up-form", email=email, password=password)

    def log_in(self, browser: Browser, email: str, password: str = "correct horse", **more: str) -> Page:
        """Let a user log in."""
        return browser.send(self.begin(browser, **more), "login-form", email=email, password=password)

    def redeem(self, page: Page, **changed: str) -> httpx.Response:
        """Exchange the code that a browser brought back."""
        fields = {
            "grant_type": "authorization_code",
            "client_id": self.client_id,
            "code": page.callback["code"],
            "redirect_uri": CALLBACK,
            "code_verifier": self.verifier,
        }
        return self.post(**{**fields, **changed})

    def post(self, auth: tuple[str, str] | None = None, **fields: str) -> httpx.Response:
        """Send a request to the token endpoint; fields that are empty are left out."""
        sent = {name: value for name, value in fields.items() if value}
        return httpx.post(f"{self.address}/token", data=sent, auth=auth, timeout=60)

    def tokens(self, page: Page) -> dict[str, Any]:
        """Exchange the code and return the answer, the tokens read and verified as ``access`` and ``id``."""
        answer = self.redeem(page)
        assert answer.status_code == 200, answer.text
        return self.read(answer)

    def read(self, answer: httpx.Response) -> dict[str, Any]:
        """Read the tokens of an answer with the keys that the server publishes."""
        facts: dict[str, Any] = json.loads(answer.text)
        facts["access"] = verify(self.address, facts["access_token"], "at+jwt")
        if "id_token" in facts:
            facts["id"] = verify(self.address, facts["id_token"], "JWT", aud=self.client_id)
        return facts


def verify(address: str, token: str, kind: str, **due: str) -> dict[str, Any]:
    """Verify a token with the server's published keys and return its claims."""
    metadata = httpx.get(f"{address}/.well-known/openid-configuration").json()
    keys = KeySet.import_key_set(httpx.get(metadata["jwks_uri"]).json())
    algorithms = metadata["id_token_signing_alg_values_supported"]
    registry = JWSRegistry(algorithms=algorithms)
    read = jwt.decode(token, keys, registry=registry)
    assert read.header["typ"] == kind
    essential = {name: {"essential": True} for name in ("exp", "iat", "sub", "auth_time")}
    values = {name: {"essential": True, "value": value} for name, value in {"iss": metadata["issuer"], **due}.items()}
    jwt.JWTClaimsRegistry(**essential, **values).validate(read.claims)  # type: ignore[arg-type]
    return read.claims


def make_guest(browser: Browser, metadata: dict[str, Any], client_id: str = "shop") -> dict[str, Any]:
    """Let an application's page create an anonymous session in a browser; returns the answer."""
    body = json.dumps({"client_id": client_id, "metadata": metadata})
    headers = {"Content-Type": "application/json", "Origin": "http://127.0.0.1:49152"}
    answer = browser.client.post("/anonymous/token", content=body, headers=headers)
    assert answer.status_code == 200, answer.text
    return dict(json.loads(answer.text))
