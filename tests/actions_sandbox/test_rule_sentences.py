"""The sentences of the rules, word by word: authors read them; and the totals of a flow at their very limits."""

from typing import Any

import pytest

from actions_sandbox.contract import Limits
from actions_sandbox.rules import (
    FACTOR_TYPE_CHARS,
    FACTORS,
    KEY_CHARS,
    TEXT_CHARS,
    Tally,
    refuse_claim_name,
    refuse_metadata_key,
    refuse_provider,
    refuse_scope,
    refuse_text,
    refuse_transaction_key,
)

SENTENCES = [
    (refuse_text("", "it", 2), "it must not be empty"),
    (refuse_text("abc", "it", 2), "it has 3 characters; at most 2 are allowed"),
    (refuse_text("\0", "it", 2), "it must not hold NUL or a lone surrogate"),
    (refuse_metadata_key("set_user_metadata", ""), "a metadata key must not be empty"),
    (refuse_metadata_key("set_user_metadata", "a.b"), "the metadata key 'a.b' must not contain '.' or '$'"),
    (
        refuse_metadata_key("set_app_metadata", "identities"),
        "the app metadata key 'identities' is reserved for the auth server",
    ),
    (refuse_claim_name(""), "a claim name must not be empty"),
    (
        refuse_claim_name("scope"),
        "the claim 'scope' has calls of its own: api.accessToken.addScope and removeScope",
    ),
    (refuse_claim_name("sub"), "the claim 'sub' is restricted: it belongs to the auth server"),
    (
        refuse_claim_name("urn:auth0:x"),
        "the claim 'urn:auth0:x' is in a namespace of the auth server; use a namespace of your own",
    ),
    (
        refuse_scope(""),
        "a scope is 1 to 256 printable ASCII characters without spaces, quotes and backslashes",
    ),
    (refuse_transaction_key("", Limits()), "a transaction metadata key must not be empty"),
    (
        refuse_provider("x"),
        "unknown multifactor provider; choose one of any, duo, google-authenticator, guardian, none",
    ),
]


@pytest.mark.parametrize(("found", "sentence"), SENTENCES, ids=[sentence for _, sentence in SENTENCES])
def test_a_refusal_says_what_is_wrong(found: str, sentence: str) -> None:
    assert found == sentence


def test_the_sizes_are_the_published_ones() -> None:
    assert (KEY_CHARS, TEXT_CHARS, FACTOR_TYPE_CHARS, FACTORS) == (256, 1_000, 64, 10)


@pytest.mark.parametrize("name", ["https://", "http:///path", "https://?x", "https://auth0.comX.", "auth0.com"])
def test_a_claim_without_a_restricted_host_is_a_name_like_any_other(name: str) -> None:
    assert refuse_claim_name(name) == ""


def _set(kind: str, value_json: str, key: str = "key", **more: str) -> dict[str, Any]:
    return {"kind": kind, "key": key, "name": key, "value_json": value_json, **more}


@pytest.mark.parametrize(
    ("kind", "more", "title"),
    [
        ("set_app_metadata", {}, "app metadata"),
        ("set_user_metadata", {}, "user metadata"),
        ("set_transaction_metadata", {}, "transaction metadata"),
        ("set_custom_claim", {"token": "id"}, "custom claims of the id token"),
        ("set_custom_claim", {"token": "access"}, "custom claims of the access token"),
    ],
)
def test_the_refusal_of_a_total_tells_target_limit_and_sum(kind: str, more: dict[str, str], title: str) -> None:
    limits = Limits(app_metadata_bytes=10, user_metadata_bytes=10, claims_bytes=10, transaction_bytes=10)
    tally = Tally(limits)
    assert tally.refuse(_set(kind, "1234", **more), 0) == ""
    assert tally.refuse(_set(kind, "12", "b", **more), 0) == ""
    assert tally.refuse(_set(kind, "1", "ü", **more), 0) == (
        f"{title} set by one flow may have 10 bytes, names and values together; with 'ü' it has 13"
    )


def test_bytes_are_counted_where_characters_would_still_fit() -> None:
    tally = Tally(Limits(app_metadata_bytes=10))
    assert "it has 12" in tally.refuse(_set("set_app_metadata", '"üüü"', "abcd"), 0)
    assert tally.refuse(_set("set_app_metadata", '"üüü"', "ab"), 0) == ""


def test_commands_are_counted_up_to_their_limit() -> None:
    tally = Tally(Limits(commands=2))
    for _ in range(2):
        assert tally.has_room(0)
        assert tally.refuse({"kind": "add_scope", "scope": "a"}, 0) == ""
    assert not tally.has_room(0)


def test_a_command_refused_for_its_target_counts_as_none() -> None:
    tally = Tally(Limits(commands=1, app_metadata_bytes=3))
    assert tally.refuse(_set("set_app_metadata", "1"), 0)
    assert tally.has_room(0)


def test_a_copy_starts_from_every_count_of_its_original() -> None:
    tally = Tally(Limits(commands=2, commands_bytes=100, app_metadata_bytes=10))
    assert tally.refuse(_set("set_app_metadata", "123456"), 60) == ""
    copy = tally.copy()
    assert copy.has_room(40)
    assert not copy.has_room(41)
    assert copy.refuse(_set("set_app_metadata", "12", "b"), 0)
    assert copy.refuse(_set("set_app_metadata", "654321"), 0) == ""
    assert not copy.has_room(0)
    assert tally.has_room(0)
