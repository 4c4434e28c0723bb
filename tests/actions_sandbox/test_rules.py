from typing import Any

import pytest

from actions_sandbox.contract import (
    MULTIFACTOR_PROVIDERS,
    RESERVED_APP_METADATA,
    RESTRICTED_CLAIMS,
    Limits,
)
from actions_sandbox.rules import (
    KEY_CHARS,
    Tally,
    refuse_claim_name,
    refuse_metadata_key,
    refuse_provider,
    refuse_scope,
    refuse_text,
    refuse_transaction_key,
)

KINDS = ["set_app_metadata", "set_user_metadata"]


@pytest.mark.parametrize("text", ["a", "x" * 10, "ü", "a b", "\U0001f600", "\n"])
def test_ordinary_text_passes(text: str) -> None:
    assert refuse_text(text, "it", 10) == ""


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "it must not be empty"),
        ("x" * 11, "it has 11 characters; at most 10 are allowed"),
        ("a\0", "must not hold NUL"),
        ("\ud800", "lone surrogate"),
        ("a\udfffb", "lone surrogate"),
    ],
)
def test_text_that_cannot_be_used_is_refused_with_the_reason(text: str, says: str) -> None:
    assert says in refuse_text(text, "it", 10)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("key", ["cart", "a b", "ключ", "__proto__", "x" * KEY_CHARS])
def test_a_metadata_key_may_be_any_text(kind: str, key: str) -> None:
    assert refuse_metadata_key(kind, key) == ""


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("key", ["", "a.b", ".", "$set", "a$", "x" * (KEY_CHARS + 1), "a\0b", "\ud800"])
def test_a_metadata_key_without_sense_to_the_store_is_refused(kind: str, key: str) -> None:
    assert refuse_metadata_key(kind, key)


@pytest.mark.parametrize("key", sorted(RESERVED_APP_METADATA))
def test_reserved_names_are_app_metadatas_alone(key: str) -> None:
    assert "reserved" in refuse_metadata_key("set_app_metadata", key)
    assert refuse_metadata_key("set_user_metadata", key) == ""


@pytest.mark.parametrize(
    "name",
    [
        "cart",
        "https://shop.example/cart",
        "https://notauth0.com/x",
        "https://auth0.com.example/x",
        "https://example.com/auth0.com",
        "urn:shop:cart",
        "Sub",
        "email",
    ],
)
def test_a_claim_may_have_a_name_of_ones_own(name: str) -> None:
    assert refuse_claim_name(name) == ""


@pytest.mark.parametrize("name", sorted(RESTRICTED_CLAIMS))
def test_restricted_claims_are_refused(name: str) -> None:
    assert refuse_claim_name(name)


def test_the_refusal_of_a_scope_claim_names_the_calls_for_scopes() -> None:
    assert "addScope" in refuse_claim_name("scope")


@pytest.mark.parametrize("host", ["auth0.com", "webtask.io", "webtask.run"])
@pytest.mark.parametrize(
    "shape",
    [
        "https://{}",
        "http://{}/x",
        "HTTPS://{}/x",
        "https://a.b.{}/x",
        "https://u@{}:8/x",
        "https://{}./x",
        "http://{}?x",
    ],
)
def test_a_restricted_namespace_is_refused_however_it_is_written(host: str, shape: str) -> None:
    assert "namespace" in refuse_claim_name(shape.format(host))
    assert "namespace" in refuse_claim_name(shape.format(host.upper()))


@pytest.mark.parametrize("name", ["urn:auth0:x", "URN:AUTH0", "https://[broken/x", "", "x" * (KEY_CHARS + 1), "a\0"])
def test_other_claim_names_that_are_refused(name: str) -> None:
    assert refuse_claim_name(name)


@pytest.mark.parametrize("scope", ["read:cart", "!", "x" * 256, "https://api/.default", "a'b"])
def test_a_scope_token_passes(scope: str) -> None:
    assert refuse_scope(scope) == ""


@pytest.mark.parametrize("scope", ["", "a b", 'a"b', "a\\b", "ü", "a\n", "x" * 257, "\x7f", "a\0"])
def test_what_is_no_scope_token_is_refused(scope: str) -> None:
    """RFC 6749 section 3.3: scope-token = 1*( %x21 / %x23-5B / %x5D-7E )."""
    assert refuse_scope(scope)


def test_a_transaction_key_has_its_own_length() -> None:
    limits = Limits(transaction_key_chars=5)
    assert refuse_transaction_key("a.$_b", limits) == ""
    assert refuse_transaction_key("sixsix", limits)
    assert refuse_transaction_key("", limits)


def test_only_known_multifactor_providers_pass_and_the_refusal_lists_them() -> None:
    assert all(refuse_provider(provider) == "" for provider in MULTIFACTOR_PROVIDERS)
    assert "any, duo" in refuse_provider("Duo")


def _app(key: str, value_json: str) -> dict[str, Any]:
    return {"kind": "set_app_metadata", "key": key, "value_json": value_json}


def _claim(token: str, name: str, value_json: str) -> dict[str, Any]:
    return {"kind": "set_custom_claim", "token": token, "name": name, "value_json": value_json}


@pytest.fixture
def tally() -> Tally:
    return Tally(
        Limits(commands_bytes=100, app_metadata_bytes=10, user_metadata_bytes=20, claims_bytes=10, transaction_bytes=10)
    )


def test_names_and_values_count_together_up_to_the_limit(tally: Tally) -> None:
    assert tally.refuse(_app("key", "1234567"), 0) == ""
    assert tally.refuse(_app("k", "1"), 0).startswith("app metadata set by one flow may have 10 bytes")


def test_the_same_key_again_counts_once_with_its_last_value(tally: Tally) -> None:
    assert tally.refuse(_app("key", "1234567"), 0) == ""
    assert tally.refuse(_app("key", "7654321"), 0) == ""
    assert tally.refuse(_app("key", "1"), 0) == ""
    assert tally.refuse(_app("other", "1"), 0) == ""


def test_a_removed_key_counts_nothing(tally: Tally) -> None:
    assert tally.refuse(_app("key", "1234567"), 0) == ""
    assert tally.refuse(_app("key", "null"), 0) == ""
    assert tally.refuse(_app("new", "1234567"), 0) == ""
    assert tally.refuse(_app("a_long_key_is_removed", "null"), 0) == ""


def test_a_claim_with_the_value_null_counts_since_it_is_sent(tally: Tally) -> None:
    assert tally.refuse(_claim("id", "a_name", "null"), 0) == ""
    assert tally.refuse(_claim("id", "b", "null"), 0)


def test_a_refused_command_is_not_counted(tally: Tally) -> None:
    assert tally.refuse(_app("key", "12345678"), 90)
    assert tally.refuse(_app("key", "1234567"), 90) == ""


def test_bytes_are_counted_and_not_characters(tally: Tally) -> None:
    assert tally.refuse(_app("ü", '"ü"'), 0) == ""
    assert tally.refuse(_app("ü", '"üüü"'), 0) == ""
    assert tally.refuse(_app("üü", '"ü"'), 0)


def test_every_target_has_its_own_total(tally: Tally) -> None:
    assert tally.refuse(_app("key", "1234567"), 0) == ""
    assert tally.refuse({"kind": "set_user_metadata", "key": "key", "value_json": "1" * 17}, 0) == ""
    assert tally.refuse(_claim("id", "key", "1234567"), 0) == ""
    assert tally.refuse(_claim("access", "key", "1234567"), 0) == ""
    assert tally.refuse({"kind": "set_transaction_metadata", "key": "key", "value_json": "1234567"}, 0) == ""
    assert tally.refuse(_claim("access", "k", "1"), 0)


def test_all_commands_have_room_together_whatever_their_target(tally: Tally) -> None:
    assert tally.has_room(100)
    assert not tally.has_room(101)
    assert tally.refuse({"kind": "add_scope", "scope": "a"}, 60) == ""
    assert tally.has_room(40)
    assert not tally.has_room(41)


def test_a_copy_counts_on_and_leaves_the_original_as_it_was(tally: Tally) -> None:
    assert tally.refuse(_app("a", "1"), 10) == ""
    copy = tally.copy()
    assert copy.refuse(_app("key", "12345"), 90) == ""
    assert not copy.has_room(1)
    assert tally.has_room(90)
    assert tally.refuse(_app("other", "123"), 0) == ""
