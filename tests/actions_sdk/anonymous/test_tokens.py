"""Tokens: nobody but the server makes one, and no change to one goes unnoticed."""

import base64
import json
import string
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from joserfc import jwe, jws
from joserfc.jwk import OctKey, RSAKey

from actions_sdk.anonymous import KeyRing, SessionSettings, TokenRefused, TransferReason
from actions_sdk.anonymous.tokens import MAX_TOKEN, Reference, Tokens

REFERENCE = Reference(
    session_id="sess_0123456789abcdef0123456789abcdef",
    user_id="anon|0123456789abcdef0123456789abcdef",
    client_id="shop",
    issued_at=1_778_754_600,
    expires_at=1_781_346_600,
)
KEYS = KeyRing.generate()
TOKENS = Tokens(KEYS, "https://auth.example", "https://auth.example")
TOKEN = TOKENS.seal(REFERENCE)
ALPHABET = string.ascii_letters + string.digits + "-_."


def _reason(token: str, tokens: Tokens = TOKENS) -> TransferReason:
    with pytest.raises(TokenRefused) as caught:
        tokens.open(token)
    assert len(token) < 100 or token not in str(caught.value)
    return caught.value.reason


def test_a_token_says_what_was_sealed() -> None:
    assert TOKENS.open(TOKEN) == REFERENCE


def test_a_token_reveals_nothing_but_its_key_and_kind() -> None:
    header, encrypted_key, *_ = TOKEN.split(".")
    decoded = json.loads(base64.urlsafe_b64decode(header + "=" * (-len(header) % 4)))
    assert decoded == {"alg": "dir", "enc": "A256GCM", "kid": KEYS.newest.kid, "typ": "anon-session+jwe"}
    assert encrypted_key == ""
    assert "shop" not in TOKEN


def test_two_tokens_of_one_session_differ() -> None:
    assert TOKENS.seal(REFERENCE) != TOKEN


@pytest.mark.parametrize("bit", range(8))
def test_every_flipped_bit_is_noticed(bit: int) -> None:
    """At every place, the last characters of each segment included, whose lowest bits say nothing."""
    for place in range(len(TOKEN)):
        flipped = TOKEN[:place] + chr(ord(TOKEN[place]) ^ 1 << bit) + TOKEN[place + 1 :]
        assert _reason(flipped) is TransferReason.MALFORMED


@settings(deadline=None)
@given(place=st.integers(0, len(TOKEN) - 1), character=st.sampled_from(ALPHABET))
def test_every_exchanged_character_is_noticed(place: int, character: str) -> None:
    changed = TOKEN[:place] + character + TOKEN[place + 1 :]
    if changed != TOKEN:
        assert _reason(changed) is TransferReason.MALFORMED


@settings(deadline=None)
@given(place=st.integers(0, len(TOKEN)), text=st.text(min_size=1, max_size=4))
@example(place=len(TOKEN), text="=")
@example(place=len(TOKEN), text="\n")
@example(place=0, text=" ")
def test_every_inserted_text_is_noticed(place: int, text: str) -> None:
    assert _reason(TOKEN[:place] + text + TOKEN[place:]) is TransferReason.MALFORMED


@settings(deadline=None)
@given(start=st.integers(0, len(TOKEN) - 1), length=st.integers(1, len(TOKEN)))
def test_every_missing_part_is_noticed(start: int, length: int) -> None:
    assert _reason(TOKEN[:start] + TOKEN[start + length :]) is TransferReason.MALFORMED


@settings(deadline=None)
@given(st.lists(st.sampled_from([TOKEN, TOKENS.seal(REFERENCE)]), min_size=5, max_size=5))
def test_segments_of_two_tokens_do_not_mix(sources: list[str]) -> None:
    mixed = ".".join(source.split(".")[number] for number, source in enumerate(sources))
    if mixed not in sources:
        assert _reason(mixed) is TransferReason.MALFORMED


@settings(deadline=None)
@given(st.text())
@example("\ud800")
@example("....")
@example(base64.urlsafe_b64encode(b"[" * 700).decode().rstrip("=") + "....")
@example(base64.urlsafe_b64encode(b'{"alg":["dir"],"enc":{}}').decode().rstrip("=") + "....")
@example("a" * 1_000_000)
def test_any_text_is_refused_and_nothing_worse(text: str) -> None:
    assert _reason(text) is TransferReason.MALFORMED


def _seal(claims: object, header: dict[str, Any] | None = None, key: OctKey = KEYS.newest) -> str:
    given = {"alg": "dir", "enc": "A256GCM", "kid": key.kid, "typ": "anon-session+jwe", **(header or {})}
    content = claims if isinstance(claims, bytes) else json.dumps(claims).encode()
    return jwe.encrypt_compact(given, content, key, algorithms=["dir", "A256GCM", "DEF"])


CLAIMS = {
    "iss": "https://auth.example",
    "aud": "https://auth.example",
    "sub": REFERENCE.user_id,
    "sid": REFERENCE.session_id,
    "client_id": "shop",
    "iat": REFERENCE.issued_at,
    "exp": REFERENCE.expires_at,
}


def test_the_forged_tokens_below_differ_from_a_good_one_by_their_fault_alone() -> None:
    assert TOKENS.open(_seal(CLAIMS)) == REFERENCE


@pytest.mark.parametrize(
    "header",
    [{"typ": "JWT"}, {"typ": None}, {"zip": "DEF"}, {"cty": "JWT"}, {"kid": "another"}],
    ids=lambda header: next(iter(header)) + "=" + str(next(iter(header.values()))),
)
def test_the_right_key_with_another_header_is_refused(header: dict[str, Any]) -> None:
    """A key that also served something else would not make its tokens ours."""
    dropped = {name for name, value in header.items() if value is None}
    kept = {**{"alg": "dir", "enc": "A256GCM", "kid": KEYS.newest.kid, "typ": "anon-session+jwe"}, **header}
    kept = {name: value for name, value in kept.items() if name not in dropped}
    token = jwe.encrypt_compact(kept, json.dumps(CLAIMS), KEYS.newest, algorithms=["dir", "A256GCM", "DEF"])
    assert _reason(token) is TransferReason.MALFORMED


def test_other_algorithms_are_refused() -> None:
    key = KEYS.newest
    wrapped = jwe.encrypt_compact(
        {"alg": "A256KW", "enc": "A256GCM", "kid": key.kid, "typ": "anon-session+jwe"},
        json.dumps(CLAIMS),
        OctKey.import_key(key.raw_value, {"kid": str(key.kid)}),
        algorithms=["A256KW", "A256GCM"],
    )
    signed = jws.serialize_compact(
        {"alg": "HS256", "kid": key.kid}, json.dumps(CLAIMS), OctKey.import_key(key.raw_value), algorithms=["HS256"]
    )
    assert _reason(wrapped) is TransferReason.MALFORMED
    assert _reason(signed) is TransferReason.MALFORMED


def test_another_servers_key_opens_nothing_even_under_our_id() -> None:
    stranger = OctKey.generate_key(256, {"kid": str(KEYS.newest.kid)})
    assert _reason(_seal(CLAIMS, key=stranger)) is TransferReason.MALFORMED


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *((name, None) for name in ("sub", "sid", "client_id", "iat", "exp")),
        ("exp", "1781346600"),
        ("exp", 1781346600.5),
        ("exp", True),
        ("sid", ["sess_1"]),
    ],
)
def test_a_claim_of_the_wrong_kind_is_refused(name: str, value: object) -> None:
    assert _reason(_seal({**CLAIMS, name: value})) is TransferReason.MALFORMED


def test_a_genuine_token_that_no_cookie_could_hold_is_refused() -> None:
    assert _reason(_seal({**CLAIMS, "more": "a" * MAX_TOKEN})) is TransferReason.MALFORMED


@pytest.mark.parametrize("content", [b"", b"[]", b"null", b"\xff", b"{", b"[" * 2000])
def test_what_is_no_object_is_refused(content: bytes) -> None:
    assert _reason(_seal(content)) is TransferReason.MALFORMED


@pytest.mark.parametrize("claim", ["iss", "aud"])
def test_a_token_of_another_issuer_or_audience_is_foreign(claim: str) -> None:
    assert _reason(_seal({**CLAIMS, claim: "https://other.example"})) is TransferReason.FOREIGN
    assert _reason(_seal({**CLAIMS, claim: ["https://auth.example"]})) is TransferReason.FOREIGN


def test_the_longest_names_still_fit_into_a_cookie() -> None:
    name = '"\\' * 100
    names = SessionSettings(issuer=name, audience=name)
    keys = KeyRing([OctKey.generate_key(256, {"kid": "k" * 64})])
    reference = Reference("s" * 37, "u" * 37, name, 2**40, 2**40)
    tokens = Tokens(keys, names.issuer, names.audience)
    token = tokens.seal(reference)
    assert len(token) <= MAX_TOKEN
    assert tokens.open(token) == reference


class TestKeyRing:
    """The ring of keys."""

    def test_a_rotated_key_seals_and_the_ones_before_still_open(self) -> None:
        keys = KeyRing.generate()
        tokens = Tokens(keys, "issuer", "audience")
        before = tokens.seal(REFERENCE)
        kid = keys.rotate()
        after = tokens.seal(REFERENCE)
        assert keys.newest.kid == kid
        assert before.split(".")[0] != after.split(".")[0]
        assert tokens.open(before) == tokens.open(after) == REFERENCE

    def test_a_dropped_key_opens_nothing(self) -> None:
        keys = KeyRing.generate()
        tokens = Tokens(keys, "issuer", "audience")
        token = tokens.seal(REFERENCE)
        keys.rotate(keep=2)
        assert tokens.open(token) == REFERENCE
        keys.rotate(keep=2)
        assert _reason(token, tokens) is TransferReason.MALFORMED

    def test_a_ring_outlives_its_process_as_a_jwk_set(self) -> None:
        keys = KeyRing.generate()
        keys.rotate()
        token = Tokens(keys, "issuer", "audience").seal(REFERENCE)
        for written in (keys.as_jwk_set(), json.dumps(keys.as_jwk_set()), json.dumps(keys.as_jwk_set()).encode()):
            again = KeyRing.from_jwk_set(written)
            assert again.newest.kid == keys.newest.kid
            assert again.as_jwk_set() == keys.as_jwk_set()
            assert Tokens(again, "issuer", "audience").open(token) == REFERENCE

    @pytest.mark.parametrize("more", [{}, {"alg": "dir"}, {"alg": "A256GCM"}, {"use": "enc"}])
    def test_a_key_may_say_what_it_is_for(self, more: dict[str, str]) -> None:
        made = OctKey.generate_key(256).as_dict()
        tokens = Tokens(KeyRing.from_jwk_set({"keys": [{**made, "kid": "a", **more}]}), "issuer", "audience")
        assert tokens.open(tokens.seal(REFERENCE)) == REFERENCE

    def test_printing_a_ring_shows_no_key(self) -> None:
        keys = KeyRing.generate()
        assert keys.as_jwk_set()["keys"][0]["k"] not in repr(keys)

    def test_a_rotation_keeps_at_least_the_key_before(self) -> None:
        with pytest.raises(ValueError, match="at least 2"):
            KeyRing.generate().rotate(keep=1)

    @pytest.mark.parametrize(
        ("jwk_set", "expected"),
        [
            ({"keys": []}, "expected a JWK set"),
            ({}, "expected a JWK set"),
            ([], "expected a JWK set"),
            ({"keys": ["secret-text"]}, "expected a JWK set"),
            ({"keys": [{"kty": "oct", "kid": "a"}]}, "expected a JWK set"),
            ({"keys": [OctKey.generate_key(256, {"kid": "a"}).as_dict()] * 2}, "same kid"),
            ({"keys": [OctKey.generate_key(128, {"kid": "a"}).as_dict()]}, "256 bits"),
            ({"keys": [OctKey.generate_key(256, {"kid": "a" * 65}).as_dict()]}, "1 to 64"),
            ({"keys": [OctKey.generate_key(256, {"kid": "a", "use": "sig"}).as_dict()]}, "use"),
            ({"keys": [OctKey.generate_key(256, {"kid": "a", "alg": "HS256"}).as_dict()]}, "alg"),
            ({"keys": [RSAKey.generate_key(2048, {"kid": "a"}).as_dict(private=True)]}, "symmetric"),
        ],
    )
    def test_a_set_that_cannot_serve_is_refused(self, jwk_set: Any, expected: str) -> None:
        with pytest.raises(ValueError, match=expected):
            KeyRing.from_jwk_set(jwk_set)

    def test_text_that_is_no_json_is_refused_and_not_repeated(self) -> None:
        with pytest.raises(ValueError, match="expected a JWK set") as caught:
            KeyRing.from_jwk_set('{"keys": [{"k": "secret-text", }]}')
        assert "secret-text" not in str(caught.value)
