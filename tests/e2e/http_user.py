"""A person with a browser, and the application that sends people to log in: HTTP alone, and every token is verified."""

import secrets
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, Final, Self
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

import httpx
from authlib.oauth2.rfc7636 import create_s256_code_challenge  # type: ignore[import-untyped]
from joserfc import jwt
from joserfc.jwk import KeySet

ORIGIN: Final = "http://127.0.0.1:4180"
REDIRECT_URI: Final = f"{ORIGIN}/callback"
"""Where the application waits for codes; nobody listens there, the browser stops in front of it."""

_ALGORITHMS: Final = ["ES256", "RS256"]
_MOST_REDIRECTS: Final = 12
_DEVICE_CODE: Final = "urn:ietf:params:oauth:grant-type:device_code"
_CIBA: Final = "urn:openid:params:grant-type:ciba"
_TOKEN_EXCHANGE: Final = "urn:ietf:params:oauth:grant-type:token-exchange"
_ACCESS_TOKEN: Final = "urn:ietf:params:oauth:token-type:access_token"


class Refused(Exception):
    """Raised when a person got a page instead of a login."""

    def __init__(self, page: "Page") -> None:
        super().__init__(f"{page.status} {page.url}: {page.message}")
        self.page = page


class GrantRefused(Exception):
    """Raised when the application got an OAuth error instead of tokens."""

    def __init__(self, status: int, error: str, description: str) -> None:
        super().__init__(f"{status} {error}: {description}")
        self.status = status
        self.error = error
        self.description = description


@dataclass(frozen=True, slots=True)
class Form:
    """A form of a page: where it goes and what it holds already."""

    action: str
    fields: dict[str, str]


@dataclass(slots=True)
class Page:
    """What a browser shows; ``callback`` when it was sent back to the application instead."""

    status: int
    url: str
    callback: str = ""
    forms: dict[str, Form] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    message: str = ""


class _PageReader(HTMLParser):
    """Reads forms and links by their ids, and the paragraph ``message``."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._page = page
        self._form: Form | None = None
        self._in_message = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        identity = given.get("id", "")
        if tag == "form":
            self._form = Form(urljoin(self._page.url, given.get("action") or self._page.url), {})
            self._page.forms[identity] = self._form
        elif tag == "input" and self._form is not None and "name" in given:
            self._form.fields[given["name"]] = given.get("value", "")
        elif tag == "a" and identity:
            self._page.links[identity] = urljoin(self._page.url, given.get("href", ""))
        self._in_message = (tag, identity) == ("p", "message")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        self._in_message = False

    def handle_data(self, data: str) -> None:
        if self._in_message:
            self._page.message += data


class Browser:
    """Keeps cookies, follows redirects and sends forms; it stops where the application would take over."""

    def __init__(self, user_agent: str) -> None:
        self.http = httpx.Client(timeout=30, headers={"user-agent": user_agent})

    def open(self, url: str) -> Page:
        """Go to an address."""
        return self._follow(self.http.get(url))

    def submit(self, page: Page, form: str, **values: str) -> Page:
        """Fill in a form of a page and send it."""
        if form not in page.forms:
            raise Refused(page)
        found = page.forms[form]
        assert values.keys() <= found.fields.keys(), f"{form} asks for {sorted(found.fields)}"
        return self._follow(self.http.post(found.action, data={**found.fields, **values}))

    def follow_link(self, page: Page, link: str) -> Page:
        """Click on a link of a page."""
        if link not in page.links:
            raise Refused(page)
        return self.open(page.links[link])

    def _follow(self, response: httpx.Response) -> Page:
        for _ in range(_MOST_REDIRECTS):
            url = str(response.url)
            if not response.has_redirect_location:
                page = Page(response.status_code, url)
                _PageReader(page).feed(response.text)
                return page
            target = urljoin(url, response.headers["location"])
            if target.startswith(REDIRECT_URI):
                return Page(response.status_code, url, callback=target)
            response = self.http.get(target)
        raise AssertionError(f"more than {_MOST_REDIRECTS} redirects, the last one from {response.url}")


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of a login: their claims, verified, and the texts that the application keeps."""

    access: dict[str, Any]
    id: dict[str, Any]
    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Attempt:
    """A login that the application began: where it sends the browser, and what it remembers of it."""

    url: str
    state: str
    nonce: str
    verifier: str


class Application:
    """The shop: a public client with PKCE, and its backend with a secret."""

    def __init__(
        self, base_url: str, client_id: str, audience: str, backend: tuple[str, str], *, scope: str = "openid email"
    ) -> None:
        self._http = httpx.Client(base_url=base_url, timeout=30)
        self._facts = self._http.get("/.well-known/openid-configuration").raise_for_status().json()
        self._keys = KeySet.import_key_set(self._http.get(self._facts["jwks_uri"]).raise_for_status().json())
        self._client_id = client_id
        self._audience = audience
        self._backend = backend
        self._scope = scope

    def close(self) -> None:
        """Close its connections."""
        self._http.close()

    @property
    def base_url(self) -> str:
        """The provider's address."""
        return str(self._http.base_url).rstrip("/")

    @property
    def client_id(self) -> str:
        """Its id at the provider."""
        return self._client_id

    def begin(self, **more: str) -> Attempt:
        """Begin a login.

        Args:
            more: Further parameters of the authorization request.
        """
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        parameters = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": REDIRECT_URI,
            "scope": self._scope,
            "resource": self._audience,
            "state": state,
            "nonce": nonce,
            "code_challenge": create_s256_code_challenge(verifier),
            "code_challenge_method": "S256",
        }
        url = f"{self._facts['authorization_endpoint']}?{urlencode(parameters | more)}"
        return Attempt(url, state, nonce, verifier)

    def finish(self, attempt: Attempt, page: Page) -> Tokens:
        """Exchange the code that a browser came back with.

        Raises:
            Refused: The browser shows a page.
            GrantRefused: It came back with an error, or the code was refused.
        """
        if not page.callback:
            raise Refused(page)
        answer = {name: values[0] for name, values in parse_qs(urlsplit(page.callback).query).items()}
        assert answer["state"] == attempt.state
        if "error" in answer:
            raise GrantRefused(page.status, answer["error"], answer.get("error_description", ""))
        form = {"code": answer["code"], "redirect_uri": REDIRECT_URI, "code_verifier": attempt.verifier}
        return self._take_tokens("authorization_code", form, nonce=attempt.nonce)

    def refresh(self, tokens: Tokens, **more: str) -> Tokens:
        """Get new tokens for a refresh token."""
        return self._take_tokens("refresh_token", {"refresh_token": tokens.refresh_token, **more})

    def begin_device(self, **more: str) -> dict[str, Any]:
        """Begin a login of a device without a browser (RFC 8628)."""
        form = {"client_id": self._client_id, "scope": self._scope, **more}
        return self._post(self._facts["device_authorization_endpoint"], form)

    def finish_device(self, started: dict[str, Any], **more: str) -> Tokens:
        """Poll for the device's tokens, once."""
        form = {"device_code": started["device_code"], "resource": self._audience, **more}
        return self._take_tokens(_DEVICE_CODE, form)

    def begin_backchannel(self, email: str, **more: str) -> dict[str, Any]:
        """Let the backend ask for a login that the user confirms elsewhere (OpenID CIBA)."""
        form = {"scope": self._scope, "login_hint": email, "resource": self._audience, **more}
        return self._post(self._facts["backchannel_authentication_endpoint"], form, backend=True)

    def finish_backchannel(self, started: dict[str, Any], **more: str) -> Tokens:
        """Poll for the backend's tokens, once."""
        return self._take_tokens(_CIBA, {"auth_req_id": started["auth_req_id"], **more}, backend=True)

    def exchange(self, tokens: Tokens, **more: str) -> Tokens:
        """Let the backend exchange a user's access token (RFC 8693)."""
        form = {"subject_token": tokens.access_token, "subject_token_type": _ACCESS_TOKEN, "resource": self._audience}
        return self._take_tokens(_TOKEN_EXCHANGE, {**form, **more}, backend=True)

    def _take_tokens(self, grant: str, form: dict[str, str], *, nonce: str = "", backend: bool = False) -> Tokens:
        known = {} if backend else {"client_id": self._client_id}
        answer = self._post(self._facts["token_endpoint"], {"grant_type": grant, **known, **form}, backend=backend)
        assert answer["token_type"].lower() == "bearer"
        client_id = self._backend[0] if backend else self._client_id
        access, claims = self._verify_access(answer["access_token"]), {}
        if "id_token" in answer:
            claims = self._verify(answer["id_token"], client_id, nonce=nonce)
            assert claims["sub"] == access["sub"]
        else:
            assert not nonce, "a login gives an ID token"
        return Tokens(access, claims, answer["access_token"], answer.get("refresh_token", ""))

    def _post(self, url: str, form: dict[str, str], *, backend: bool = False) -> dict[str, Any]:
        # A header that a browser sends by itself: what it carries must not matter here.
        cookie = form.pop("cookie", "")
        headers = {"cookie": f"anon={cookie}"} if cookie else {}
        auth = httpx.BasicAuth(*self._backend) if backend else httpx.USE_CLIENT_DEFAULT
        response = self._http.post(url, data=form, headers=headers, auth=auth)
        answer: dict[str, Any] = response.json()
        if response.is_error:
            raise GrantRefused(response.status_code, answer["error"], answer.get("error_description", ""))
        return answer

    def _verify_access(self, text: str) -> dict[str, Any]:
        return self._verify(text, self._audience, kind="at+jwt")

    def _verify(self, text: str, audience: str, *, nonce: str = "", kind: str = "") -> dict[str, Any]:
        token = jwt.decode(text, self._keys, algorithms=_ALGORITHMS)
        assert not kind or token.header["typ"].lower() == kind
        rules: dict[str, Any] = {
            "iss": {"essential": True, "value": self._facts["issuer"]},
            "aud": {"essential": True, "value": audience},
            "exp": {"essential": True},
            "sub": {"essential": True},
        }
        if nonce:
            rules["nonce"] = {"essential": True, "value": nonce}
        jwt.JWTClaimsRegistry(**rules).validate(token.claims)
        return token.claims


@dataclass(frozen=True, slots=True)
class Guest:
    """An anonymous session as the provider tells of it."""

    token: str = field(repr=False)
    session: dict[str, Any]

    @property
    def user_id(self) -> str:
        """The guest's id."""
        return str(self.session["user_id"])


class Person:
    """Somebody with an e-mail address, a password and a browser."""

    def __init__(self, application: Application, *, email: str = "", user_agent: str = "Mozilla/5.0 (X11)") -> None:
        self.application = application
        self.email = email or f"{secrets.token_hex(8)}@example.com"
        self.password = f"correct horse {self.email}"
        self.browser = Browser(user_agent)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.browser.http.close()

    def take_another_device(self, user_agent: str = "Mozilla/5.0 (iPhone)") -> "Person":
        """Return the same person at another device, with no cookie."""
        return Person(self.application, email=self.email, user_agent=user_agent)

    # As a guest

    def fill(self, metadata: dict[str, Any] | None, token: str = "") -> Guest:
        """Create a guest's session or replace its metadata; with None read it."""
        known = {} if metadata is None else {"metadata": metadata}
        response = self._call("/anonymous/token", known | ({"token": token} if token else {})).raise_for_status()
        answer = response.json()
        assert answer["anonymous_session_token"]
        assert answer["expires_in"] > 0
        return Guest(answer["anonymous_session_token"], answer["session"])

    def end_guest(self, token: str = "") -> None:
        """Log the guest out."""
        response = self._call("/anonymous/logout", {"token": token} if token else {})
        assert response.status_code == 204
        assert not self.anon_cookie

    @property
    def anon_cookie(self) -> str:
        """The token that the browser keeps; empty without one."""
        found = [cookie.value or "" for cookie in self.browser.http.cookies.jar if cookie.name == "anon"]
        return found[0] if found else ""

    def set_anon_cookie(self, token: str) -> None:
        """Keep a token in the browser, as an application of the same site may do itself."""
        host = urlsplit(self.application.base_url).hostname or ""
        self.browser.http.cookies.delete("anon") if self.anon_cookie else None
        self.browser.http.cookies.set("anon", token, domain=host, path="/")

    def _call(self, path: str, body: dict[str, Any]) -> httpx.Response:
        content = {"client_id": self.application.client_id, **body}
        return self.browser.http.post(self.application.base_url + path, json=content, headers={"origin": ORIGIN})

    # As a user

    def sign_up(self, **more: str) -> Tokens:
        """Sign up at the provider's page and come back with tokens.

        Raises:
            Refused: The provider showed a page instead.
        """
        attempt = self.application.begin(**more)
        page = self.browser.follow_link(self.browser.open(attempt.url), "sign-up")
        return self.application.finish(attempt, self.give_password(page, "sign-up-form"))

    def log_in(self, **more: str) -> Tokens:
        """Log in at the provider's page and come back with tokens.

        Raises:
            Refused: The provider showed a page instead.
        """
        attempt = self.application.begin(**more)
        return self.application.finish(attempt, self.give_password(self.browser.open(attempt.url), "login-form"))

    def ask_for_reset(self, **more: str) -> Attempt:
        """Begin a login and ask for a new password instead."""
        attempt = self.application.begin(**more)
        page = self.browser.follow_link(self.browser.open(attempt.url), "reset-password")
        assert self.browser.submit(page, "reset-request-form", email=self.email).status == 200
        return attempt

    def reset(self, attempt: Attempt, link: str, password: str) -> Tokens:
        """Choose a new password by the link of a mail, which logs the user in."""
        self.password = password
        page = self.browser.submit(self.browser.open(link), "reset-form", password=password)
        return self.application.finish(attempt, page)

    def give_password(self, page: Page, form: str) -> Page:
        """Fill in a form that asks for e-mail address and password."""
        return self.browser.submit(page, form, email=self.email, password=self.password)
