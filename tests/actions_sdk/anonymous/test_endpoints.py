"""The two endpoints, byte for byte as an application passes them."""

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from http.cookies import Morsel, SimpleCookie
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from actions_runtime.errors import Unavailable
from actions_sdk.anonymous import (
    AnonymousEndpoints,
    AnonymousSessions,
    HttpRequest,
    HttpResponse,
    KeyRing,
    LoginFlow,
    MemorySessionStore,
    SessionCookie,
    SessionSettings,
    StoredSession,
    TransferReason,
    TransferRequest,
)
from tests.actions_sdk.anonymous.clock import Clock

CART = {"cart": {"items": [{"sku": "ITEM-001", "qty": 2}]}, "big": 9007199254740993}
JSON = {"content-type": "application/json"}
CREATE = {"client_id": "shop", "metadata": CART}


async def _is_client(client_id: str) -> bool:
    return client_id in ("shop", "other")


@pytest.fixture
def store() -> MemorySessionStore:
    """One kind is enough here: that all kinds are alike is asked elsewhere."""
    return MemorySessionStore()


@pytest.fixture
def endpoints(sessions: AnonymousSessions) -> AnonymousEndpoints:
    return AnonymousEndpoints(sessions, _is_client, origins=["https://shop.example", "http://127.0.0.1:8080"])


def _post(
    body: object,
    token: str | None = None,
    headers: Mapping[str, str] = JSON,
    method: str = "POST",
) -> HttpRequest:
    """Make a request; a token goes into the cookie."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return HttpRequest(method, headers, {} if token is None else {"anon": token}, content)


def _read(response: HttpResponse) -> Any:
    assert ("Content-Type", "application/json") in response.headers
    assert ("Cache-Control", "no-store") in response.headers
    return json.loads(response.body)


def _cookie(response: HttpResponse) -> Morsel[str] | None:
    written = [value for name, value in response.headers if name == "Set-Cookie"]
    assert len(written) < 2
    return SimpleCookie(written[0])["anon"] if written else None


def _error(response: HttpResponse, status: int, error: str) -> Any:
    content = _read(response)
    assert (response.status, content["error"]) == (status, error)
    assert content["error_description"]
    return content


class TestToken:
    """``POST /anonymous/token``."""

    async def test_a_session_is_created(self, endpoints: AnonymousEndpoints, sessions: AnonymousSessions) -> None:
        response = await endpoints.token(_post(CREATE))
        content = _read(response)
        assert response.status == 200
        assert set(content) == {"anonymous_session_token", "token_type", "expires_in", "session"}
        assert (content["token_type"], content["expires_in"]) == ("anonymous_session", 30 * 86_400)
        found = await sessions.read(content["anonymous_session_token"])
        assert content["session"] == found.describe()
        assert content["session"]["metadata"] == CART

    async def test_the_cookie_carries_the_token_and_nobody_elses_script_or_site_gets_it(
        self, endpoints: AnonymousEndpoints
    ) -> None:
        response = await endpoints.token(_post(CREATE))
        cookie = _cookie(response)
        assert cookie is not None
        assert cookie.value == _read(response)["anonymous_session_token"]
        assert {name: value for name, value in cookie.items() if value} == {
            "max-age": str(30 * 86_400),
            "path": "/",
            "httponly": True,
            "samesite": "Lax",
            "secure": True,
        }

    async def test_only_a_flag_that_says_so_leaves_secure_out(self, sessions: AnonymousSessions) -> None:
        endpoints = AnonymousEndpoints(sessions, _is_client, cookie=SessionCookie(insecure=True))
        cookie = _cookie(await endpoints.token(_post(CREATE)))
        assert cookie is not None
        assert not cookie["secure"]
        assert cookie["httponly"]

    async def test_metadata_may_be_left_out(self, endpoints: AnonymousEndpoints) -> None:
        assert _read(await endpoints.token(_post({"client_id": "shop"})))["session"]["metadata"] == {}

    @pytest.mark.parametrize("place", ["cookie", "field"])
    async def test_a_token_with_metadata_updates(self, endpoints: AnonymousEndpoints, place: str) -> None:
        made = _read(await endpoints.token(_post(CREATE)))
        token = made["anonymous_session_token"]
        body = {"client_id": "shop", "metadata": {"a": 1}, **({"token": token} if place == "field" else {})}
        response = await endpoints.token(_post(body, token if place == "cookie" else None))
        content = _read(response)
        assert content["session"] == {**made["session"], "metadata": {"a": 1}}
        assert content["anonymous_session_token"] != token
        cookie = _cookie(response)
        assert cookie is not None
        assert cookie.value == content["anonymous_session_token"]

    @pytest.mark.parametrize("place", ["cookie", "field"])
    async def test_a_token_without_metadata_reads(
        self, endpoints: AnonymousEndpoints, clock: Clock, place: str
    ) -> None:
        made = _read(await endpoints.token(_post(CREATE)))
        clock.move(days=10)
        token = made["anonymous_session_token"]
        body = {"client_id": "shop", **({"token": token} if place == "field" else {})}
        response = await endpoints.token(_post(body, token if place == "cookie" else None))
        assert _read(response) == {**made, "expires_in": 20 * 86_400}
        cookie = _cookie(response)
        assert cookie is not None
        assert (cookie.value, cookie["max-age"]) == (token, str(20 * 86_400))

    async def test_empty_metadata_updates(self, endpoints: AnonymousEndpoints) -> None:
        token = _read(await endpoints.token(_post(CREATE)))["anonymous_session_token"]
        assert (
            _read(await endpoints.token(_post({"client_id": "shop", "metadata": {}}, token)))["session"]["metadata"]
            == {}
        )

    async def test_the_bodys_token_goes_before_the_cookie_without_falling_back(
        self, endpoints: AnonymousEndpoints
    ) -> None:
        first, second = [_read(await endpoints.token(_post(CREATE))) for _ in range(2)]
        body = {"client_id": "shop", "token": first["anonymous_session_token"]}
        read = _read(await endpoints.token(_post(body, second["anonymous_session_token"])))
        assert read["session"] == first["session"]
        refused = await endpoints.token(_post({**body, "token": "x"}, second["anonymous_session_token"]))
        assert _error(refused, 401, "invalid_token")["reason"] == "MALFORMED"
        assert _cookie(refused) is None

    @pytest.mark.parametrize("state", ["MALFORMED", "REVOKED", "EXPIRED"])
    @pytest.mark.parametrize("body", [{"client_id": "shop"}, CREATE], ids=["read", "update"])
    async def test_a_cookie_that_is_no_good_is_refused_and_cleared_and_makes_no_session(
        self, endpoints: AnonymousEndpoints, clock: Clock, state: str, body: object
    ) -> None:
        """The next call, which has no cookie any more, begins afresh with ids of the server's own."""
        made = _read(await endpoints.token(_post(CREATE)))
        token = made["anonymous_session_token"]
        if state == "MALFORMED":
            token = "chosen-by-an-attacker"
        elif state == "REVOKED":
            await endpoints.logout(_post({"client_id": "shop"}, token))
        else:
            clock.move(days=30)
        refused = await endpoints.token(_post(body, token))
        content = _error(refused, 401, "invalid_token")
        assert content["reason"] == state
        assert "session" not in content
        cookie = _cookie(refused)
        assert cookie is not None
        assert (cookie.value, cookie["max-age"]) == ("", "0")
        assert any(name == "WWW-Authenticate" for name, _ in refused.headers)
        fresh = _read(await endpoints.token(_post(CREATE)))
        assert fresh["session"]["session_id"] != made["session"]["session_id"]

    @pytest.mark.parametrize("more", [{}, {"metadata": {"a": 1}}], ids=["read", "update"])
    async def test_a_cookie_of_another_client_is_refused_and_left_alone(
        self, endpoints: AnonymousEndpoints, more: dict[str, object]
    ) -> None:
        token = _read(await endpoints.token(_post(CREATE)))["anonymous_session_token"]
        refused = await endpoints.token(_post({"client_id": "other", **more}, token))
        assert _error(refused, 401, "invalid_token")["reason"] == "FOREIGN"
        assert _cookie(refused) is None
        assert token not in str(refused)


class TestLogout:
    """``POST /anonymous/logout``."""

    async def test_it_ends_the_session_and_clears_the_cookie(
        self, endpoints: AnonymousEndpoints, sessions: AnonymousSessions
    ) -> None:
        token = _read(await endpoints.token(_post(CREATE)))["anonymous_session_token"]
        response = await endpoints.logout(_post({"client_id": "shop"}, token))
        assert (response.status, response.body) == (204, b"")
        cookie = _cookie(response)
        assert cookie is not None
        assert (cookie.value, cookie["max-age"], cookie["path"], cookie["secure"]) == ("", "0", "/", True)
        transfer = await sessions.transfer(TransferRequest(token, None, LoginFlow.INTERACTIVE, "shop"))
        assert transfer.reason is TransferReason.REVOKED

    async def test_it_ends_the_session_of_the_body_and_that_of_the_cookie(
        self, endpoints: AnonymousEndpoints, sessions: AnonymousSessions
    ) -> None:
        """The cookie is cleared, and what it stood for must not outlive it."""
        first, second = [_read(await endpoints.token(_post(CREATE)))["anonymous_session_token"] for _ in range(2)]
        assert (await endpoints.logout(_post({"client_id": "shop", "token": first}, second))).status == 204
        for token in (first, second):
            transfer = await sessions.transfer(TransferRequest(token, None, LoginFlow.INTERACTIVE, "shop"))
            assert transfer.reason is TransferReason.REVOKED

    @pytest.mark.parametrize("token", [None, "", "x"])
    async def test_it_succeeds_when_there_is_nothing_to_end(
        self, endpoints: AnonymousEndpoints, token: str | None
    ) -> None:
        response = await endpoints.logout(_post({"client_id": "shop"}, token))
        assert response.status == 204
        assert _cookie(response) is not None

    async def test_it_may_be_repeated(self, endpoints: AnonymousEndpoints) -> None:
        token = _read(await endpoints.token(_post(CREATE)))["anonymous_session_token"]
        ended = [await endpoints.logout(_post({"client_id": "shop"}, token)) for _ in range(2)]
        assert ended[0] == ended[1]

    async def test_another_clients_session_goes_on(
        self, endpoints: AnonymousEndpoints, sessions: AnonymousSessions
    ) -> None:
        token = _read(await endpoints.token(_post(CREATE)))["anonymous_session_token"]
        await endpoints.logout(_post({"client_id": "other"}, token))
        assert (await sessions.read(token)).metadata == CART


@pytest.mark.parametrize("door", ["token", "logout"])
class TestRefusals:
    """What both endpoints refuse; nothing is created, ended or cleared by it."""

    @pytest.mark.parametrize(
        ("headers", "status"),
        [
            ({}, 200),
            ({"Origin": "https://shop.example"}, 200),
            ({"ORIGIN": "http://127.0.0.1:8080", "Sec-Fetch-Site": "cross-site"}, 200),
            ({"Sec-Fetch-Site": "same-origin"}, 200),
            ({"Sec-Fetch-Site": "none"}, 200),
            ({"Sec-Fetch-Site": "cross-site"}, 403),
            ({"Sec-Fetch-Site": "same-site"}, 403),
            ({"Origin": "null"}, 403),
            ({"Origin": ""}, 403),
            ({"Origin": "http://shop.example"}, 403),
            ({"Origin": "https://shop.example:8443"}, 403),
            ({"Origin": "https://shop.example.evil.example"}, 403),
            ({"Origin": "https://evil.example"}, 403),
        ],
    )
    async def test_pages_of_other_sites(
        self, endpoints: AnonymousEndpoints, door: str, headers: dict[str, str], status: int
    ) -> None:
        response = await getattr(endpoints, door)(_post(CREATE, headers={**JSON, **headers}))
        if status == 403:
            _error(response, 403, "origin_not_allowed")
            assert _cookie(response) is None
        else:
            assert response.status == {"token": 200, "logout": 204}[door]

    @pytest.mark.parametrize(
        "kind",
        [
            "",
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data",
            "application/jsonp",
            "text/json",
        ],
    )
    async def test_what_a_form_can_send(self, endpoints: AnonymousEndpoints, door: str, kind: str) -> None:
        for headers in ({"Content-Type": kind}, {}):
            response = await getattr(endpoints, door)(_post(CREATE, headers=headers))
            _error(response, 415, "unsupported_media_type")
            assert _cookie(response) is None

    async def test_the_media_type_may_have_parameters_and_any_case(
        self, endpoints: AnonymousEndpoints, door: str
    ) -> None:
        headers = {"CONTENT-TYPE": "Application/JSON; charset=utf-8"}
        assert (await getattr(endpoints, door)(_post(CREATE, headers=headers))).status < 300

    @pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])
    async def test_other_methods(self, endpoints: AnonymousEndpoints, door: str, method: str) -> None:
        response = await getattr(endpoints, door)(_post(CREATE, method=method))
        _error(response, 405, "method_not_allowed")
        assert ("Allow", "POST") in response.headers

    @pytest.mark.parametrize(
        ("body", "words"),
        [
            (b"", "body"),
            (b"\xff", "UTF-8"),
            (b"{", "body"),
            (b"[]", "body must be an object"),
            (b"null", "body must be an object"),
            ({}, "client_id"),
            ({"client_id": None}, "client_id"),
            ({"client_id": ""}, "client_id"),
            ({"client_id": 7}, "client_id must be text"),
            ({"client_id": "a" * 201}, "client_id"),
            ({"client_id": "shop", "token": 7}, "token must be text"),
            (b'{"client_id":"shop","client_id":"other"}', "more than once"),
            (b'{"client_id":"shop","metadata":{"a":{"b":1,"b":2}}}', "body.metadata.a"),
            (b'{"client_id":"shop","metadata":{"a":NaN}}', "body.metadata.a"),
            (b'{"client_id":"shop","metadata":{"a":1e999}}', "body.metadata.a"),
            (b'{"client_id":"shop","metadata":{"a":"\\u0000"}}', "body.metadata.a"),
            (b'{"client_id":"shop","metadata":{"a":"\\ud800"}}', "body.metadata.a"),
            (b'{"client_id":"shop","metadata":{"a":' + b"[" * 10 + b"]" * 10 + b"}}", "body.metadata.a"),
        ],
        ids=str,
    )
    async def test_bodies_that_two_readers_may_understand_differently(
        self, endpoints: AnonymousEndpoints, door: str, body: object, words: str
    ) -> None:
        response = await getattr(endpoints, door)(_post(body))
        assert words in _error(response, 400, "invalid_request")["error_description"]
        assert _cookie(response) is None

    async def test_a_client_that_nobody_knows(self, endpoints: AnonymousEndpoints, door: str) -> None:
        response = await getattr(endpoints, door)(_post({**CREATE, "client_id": "stranger"}))
        _error(response, 401, "invalid_client")

    async def test_a_body_that_is_too_large(self, endpoints: AnonymousEndpoints, door: str) -> None:
        body = json.dumps(CREATE).encode()
        fits = body + b" " * (endpoints.max_body_bytes - len(body))
        assert (await getattr(endpoints, door)(_post(fits))).status < 300
        _error(await getattr(endpoints, door)(_post(fits + b" ")), 413, "too_large")

    @settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        st.binary() | st.text().map(str.encode) | st.recursive(st.integers(), st.lists).map(json.dumps).map(str.encode)
    )
    @example(b'{"client_id":"\\ud800"}')
    @example(b"[" * 5000)
    async def test_any_bytes_are_refused_and_nothing_worse(
        self, endpoints: AnonymousEndpoints, door: str, body: bytes
    ) -> None:
        assert (await getattr(endpoints, door)(_post(body))).status == 400

    async def test_a_store_that_is_away(self, keys: KeyRing, clock: Clock, door: str) -> None:
        """The cookie stays: the session may go on."""

        class Away(MemorySessionStore):
            async def get(self, session_id: str) -> StoredSession | None:
                raise Unavailable("gone")

            async def end(self, session_id: str, now: object) -> bool:
                raise Unavailable("gone")

        sessions = AnonymousSessions(Away(), keys, clock=clock)
        token = (await sessions.create("shop", {})).token
        response = await getattr(AnonymousEndpoints(sessions, _is_client), door)(_post(CREATE, token))
        _error(response, 503, "temporarily_unavailable")
        assert ("Retry-After", "1") in response.headers
        assert _cookie(response) is None


@pytest.mark.parametrize("place", ["create", "update"])
@pytest.mark.parametrize(
    ("metadata", "status", "error"),
    [
        ([], 400, "invalid_request"),
        (None, 400, "invalid_request"),
        ("text", 400, "invalid_request"),
        ({str(number): 1 for number in range(1001)}, 400, "invalid_request"),
        ({"a": "b" * 16_384}, 413, "too_large"),
    ],
    ids=["list", "null", "text", "keys", "bytes"],
)
async def test_metadata_over_a_limit_is_refused_and_changes_nothing(
    endpoints: AnonymousEndpoints, place: str, metadata: object, status: int, error: str
) -> None:
    made = _read(await endpoints.token(_post(CREATE)))
    token = made["anonymous_session_token"]
    refused = await endpoints.token(
        _post({"client_id": "shop", "metadata": metadata}, token if place == "update" else None)
    )
    _error(refused, status, error)
    assert _cookie(refused) is None
    assert _read(await endpoints.token(_post({"client_id": "shop"}, token)))["session"] == made["session"]


async def test_the_largest_metadata_passes_through_create_update_and_read(endpoints: AnonymousEndpoints) -> None:
    """16 KiB to the byte, and every character escaped in the body."""
    metadata = {"a": "é" * ((16_384 - 8) // 2)}
    body = {"client_id": "shop", "metadata": metadata}
    made = _read(await endpoints.token(_post(json.dumps(body).encode())))
    assert made["session"]["metadata"] == metadata
    read = _read(await endpoints.token(_post({"client_id": "shop"}, made["anonymous_session_token"])))
    assert read["session"]["metadata"] == metadata


@pytest.mark.parametrize(
    "origin",
    ["shop.example", "*", "null", "https://shop.example/", "https://shop.example/path", "ftp://shop.example", ""],
)
def test_origins_that_are_none_are_refused_at_the_start(sessions: AnonymousSessions, origin: str) -> None:
    with pytest.raises(ValueError, match="an origin has the form"):
        AnonymousEndpoints(sessions, _is_client, origins=[origin])


@pytest.mark.parametrize(
    ("origin", "status"), [("http://127.0.0.1:49152", 200), ("http://127.0.0.1.evil", 403), ("null", 403)]
)
async def test_a_rule_may_judge_origins(sessions: AnonymousSessions, origin: str, status: int) -> None:
    """An application on this machine may have any port, which a list cannot say."""
    rule = re.compile(r"http://127\.0\.0\.1:\d+").fullmatch
    endpoints = AnonymousEndpoints(sessions, _is_client, origins=lambda origin: rule(origin) is not None)
    assert (await endpoints.token(_post(CREATE, headers={**JSON, "Origin": origin}))).status == status


async def test_the_limits_of_bodies_follow_the_settings(keys: KeyRing) -> None:
    small = AnonymousSessions(MemorySessionStore(), keys, SessionSettings(metadata_bytes=20, metadata_depth=1))
    endpoints = AnonymousEndpoints(small, _is_client)
    assert (await endpoints.token(_post({"client_id": "shop", "metadata": {"a": 1}}))).status == 200
    _error(await endpoints.token(_post({"client_id": "shop", "metadata": {"a": []}})), 400, "invalid_request")
    _error(await endpoints.token(_post({"client_id": "shop", "metadata": {"a": "b" * 20}})), 413, "too_large")


def test_the_library_loads_neither_grpc_nor_a_web_framework() -> None:
    code = "import actions_sdk.anonymous, sys; print(*{name.partition('.')[0] for name in sys.modules})"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert not set(ended.stdout.split()) & {"grpc", "google", "actions", "starlette", "authlib", "httpx", "uvicorn"}
