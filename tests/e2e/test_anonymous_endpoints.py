"""``/anonymous/token`` and ``/anonymous/logout`` answer alike at both providers, in status and in words.

So do logins with tokens that are no good.
"""

import json
from typing import Any, Final

import httpx
import pytest

from actions_sandbox.contract import Trigger
from tests.e2e.http_user import ORIGIN
from tests.e2e.providers import Provider

TOKEN: Final = "/anonymous/token"
LOGOUT: Final = "/anonymous/logout"
JSON: Final = {"content-type": "application/json"}
KNOWN: Final = '{"client_id": "shop"'


def _post(provider: Provider, path: str, body: str | bytes, **headers: str) -> httpx.Response:
    kept = JSON | {"origin": ORIGIN} | {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.post(provider.address.base_url + path, content=body, headers=kept)


def _create(provider: Provider, metadata: dict[str, Any]) -> dict[str, Any]:
    body = json.dumps({"client_id": "shop", "metadata": metadata})
    answer: dict[str, Any] = _post(provider, TOKEN, body).raise_for_status().json()
    return answer


def _nest(levels: int) -> str:
    return f'{KNOWN}, "metadata": {{"a": {"[" * (levels - 1)}{"]" * (levels - 1)}}}}}'


REFUSED: Final[dict[str, tuple[str | bytes, dict[str, str], int, str]]] = {
    "foreign page": (KNOWN + "}", {"origin": "http://attacker.test"}, 403, "origin_not_allowed"),
    "page without origin": (KNOWN + "}", {"origin": "null"}, 403, "origin_not_allowed"),
    "form": (KNOWN + "}", {"content_type": "text/plain"}, 415, "unsupported_media_type"),
    "no object": ("[]", {}, 400, "invalid_request"),
    "no JSON": ("{", {}, 400, "invalid_request"),
    "not UTF-8": (b'{"client_id": "\xff"}', {}, 400, "invalid_request"),
    "no client": ("{}", {}, 400, "invalid_request"),
    "unknown client": ('{"client_id": "nobody"}', {}, 401, "invalid_client"),
    "client of another type": ('{"client_id": 1}', {}, 400, "invalid_request"),
    "metadata of another type": (KNOWN + ', "metadata": []}', {}, 400, "invalid_request"),
    "metadata null": (KNOWN + ', "metadata": null}', {}, 400, "invalid_request"),
    "token of another type": (KNOWN + ', "token": 1}', {}, 400, "invalid_request"),
    "key twice": (KNOWN + ', "metadata": {"a": 1, "a": 1}}', {}, 400, "invalid_request"),
    "NaN": (KNOWN + ', "metadata": {"a": NaN}}', {}, 400, "invalid_request"),
    "NUL": (KNOWN + ', "metadata": {"a": "\\u0000"}}', {}, 400, "invalid_request"),
    "lone surrogate": (KNOWN + ', "metadata": {"a": "\\ud800"}}', {}, 400, "invalid_request"),
    "eleven levels": (_nest(11), {}, 400, "invalid_request"),
    "too many keys": (
        f'{KNOWN}, "metadata": {json.dumps({str(n): n for n in range(1_001)})}}}',
        {},
        400,
        "invalid_request",
    ),
    "too large": (f'{KNOWN}, "metadata": {{"a": "{"x" * 16_384}"}}}}', {}, 413, "too_large"),
    "forged token": (KNOWN + ', "token": "a.b.c.d.e"}', {}, 401, "invalid_token"),
    "forged cookie": (KNOWN + "}", {"cookie": "anon=nonsense"}, 401, "invalid_token"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_bad_request_is_refused_with_a_word_and_makes_no_session(case: str, provider: Provider) -> None:
    """Each refusal has its status, a stable word and a sentence, and sets no token in the browser."""
    body, headers, status, word = REFUSED[case]
    response = _post(provider, TOKEN, body, **headers)
    assert (response.status_code, response.json()["error"]) == (status, word)
    assert response.json()["error_description"]
    assert not response.cookies.get("anon")


def test_a_forged_cookie_is_cleared_so_that_the_next_call_creates_one(provider: Provider) -> None:
    """A cookie that opens nothing is taken away; no session comes into being in its place in the same call."""
    response = _post(provider, TOKEN, KNOWN + "}", cookie="anon=nonsense")
    assert response.json()["reason"] == "MALFORMED"
    cookie = response.headers["set-cookie"].lower()
    assert cookie.startswith("anon=;")
    assert "max-age=0" in cookie or "expires=thu, 01 jan 1970" in cookie


def test_the_limits_themselves_are_allowed(provider: Provider) -> None:
    """Ten levels, and metadata of exactly 16 KiB."""
    assert _post(provider, TOKEN, _nest(10)).status_code == 200
    assert _create(provider, {"a": "x" * (16_384 - len('{"a":""}'))})


def test_metadata_comes_back_exactly(provider: Provider) -> None:
    """No digit is lost, and keys that are special to a language are keys like any others."""
    text = '{"n":9007199254740993,"f":1.0,"__proto__":{"x":null},"t":"\\u00e9\\ud83d\\ude00"}'
    created = _post(provider, TOKEN, f'{KNOWN}, "metadata": {text}}}')
    assert '"n":9007199254740993,"f":1.0' in created.text
    read = _post(provider, TOKEN, json.dumps({"client_id": "shop", "token": created.json()["anonymous_session_token"]}))
    assert read.json()["session"] == created.json()["session"]
    assert read.json()["session"]["metadata"] == json.loads(text)


def test_an_update_replaces_and_keeps_the_session(provider: Provider) -> None:
    """The metadata is replaced whole; the guest stays the same one."""
    created = _create(provider, {"a": 1})
    body = json.dumps({"client_id": "shop", "token": created["anonymous_session_token"], "metadata": {"b": 2}})
    updated = _post(provider, TOKEN, body).raise_for_status().json()
    assert updated["session"]["metadata"] == {"b": 2}
    kept = ("user_id", "session_id", "created_at")
    assert [updated["session"][name] for name in kept] == [created["session"][name] for name in kept]


def test_a_token_is_its_clients_alone(provider: Provider) -> None:
    """Another client of the same provider cannot read, change or end the session."""
    created = _create(provider, {})
    body = json.dumps({"client_id": provider.address.backend[0], "token": created["anonymous_session_token"]})
    refused = _post(provider, TOKEN, body)
    assert (refused.status_code, refused.json()["reason"]) == (401, "FOREIGN")
    assert _post(provider, LOGOUT, body).status_code == 204
    own = json.dumps({"client_id": "shop", "token": created["anonymous_session_token"]})
    assert _post(provider, TOKEN, own).status_code == 200


def test_a_logout_is_for_good_and_may_be_repeated(provider: Provider) -> None:
    """An ended session is refused as REVOKED from then on; ending it again is no error."""
    created = _create(provider, {})
    body = json.dumps({"client_id": "shop", "token": created["anonymous_session_token"]})
    assert [_post(provider, LOGOUT, body).status_code for _ in range(2)] == [204, 204]
    refused = _post(provider, TOKEN, body)
    assert (refused.status_code, refused.json()["reason"]) == (401, "REVOKED")


def test_a_foreign_page_ends_no_session(provider: Provider) -> None:
    """Not even with the token in its hands: the origin is asked for first."""
    created = _create(provider, {})
    body = json.dumps({"client_id": "shop", "token": created["anonymous_session_token"]})
    assert _post(provider, LOGOUT, body, origin="http://attacker.test").status_code == 403
    assert _post(provider, TOKEN, body).status_code == 200


@pytest.mark.parametrize("path", [TOKEN, LOGOUT])
def test_pages_of_the_application_may_call_with_cookies(path: str, provider: Provider) -> None:
    """The preflight allows the application's origin with credentials, and no other origin."""
    asked = {"access-control-request-method": "POST", "access-control-request-headers": "content-type"}
    url = provider.address.base_url + path
    allowed = httpx.options(url, headers={"origin": ORIGIN, **asked})
    assert allowed.headers["access-control-allow-origin"] == ORIGIN
    assert allowed.headers["access-control-allow-credentials"] == "true"
    assert "content-type" in allowed.headers["access-control-allow-headers"].lower()
    refused = httpx.options(url, headers={"origin": "http://attacker.test", **asked})
    assert refused.headers.get("access-control-allow-origin") not in ("*", "http://attacker.test")


@pytest.mark.parametrize("token", ["nonsense", "a.b.c.d.e", "é\x01", "x" * 4_000])
def test_a_bad_parameter_is_not_replaced_by_the_cookie_and_fails_no_login(token: str, provider: Provider) -> None:
    """The cookie's guest may be another one than the application pointed to: nothing is handed over then."""
    provider.bind(Trigger.POST_LOGIN, "link_session")
    person = provider.meet()
    person.fill({"cart": {"items": []}})
    assert "anonymous_cart" not in person.sign_up(anonymous_session_token=token).access
    assert person.log_in().access["anonymous_cart"] == {"items": []}
