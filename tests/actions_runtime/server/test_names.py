import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions_runtime.errors import InvalidArgument, Violation
from actions_runtime.server import names
from actions_sandbox.contract import Trigger

_IDS = st.from_regex(r"[a-z][a-z0-9-]{0,62}", fullmatch=True)


@given(tenant=_IDS, action=_IDS, number=st.integers(1, 2**31 - 1), trigger=st.sampled_from(list(Trigger)))
def test_every_name_that_is_written_is_read_back(tenant: str, action: str, number: int, trigger: Trigger) -> None:
    assert names.parse_tenant(names.format_tenant(tenant), "name") == tenant
    assert names.parse_action(names.format_action(tenant, action), "name") == (tenant, action)
    assert names.parse_version(names.format_version(tenant, action, number), "name") == (
        tenant,
        action,
        number,
    )
    assert names.parse_bindings(names.format_bindings(tenant, trigger), "name") == (tenant, trigger)
    assert names.parse_key(names.format_key(tenant, "0123456789abcdef"), "name") == (
        tenant,
        "0123456789abcdef",
    )


def test_a_dash_stands_for_the_credentials_own_tenant() -> None:
    assert names.parse_action("tenants/-/actions/a", "name") == ("", "a")
    assert names.format_tenant(None) == "tenants/-"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tenants/",
        "tenants/Acme",
        "tenants/acme/",
        "tenants/acme\n",
        "/tenants/acme",
        "tenants/acme/actions",
        "tenants/--",
        "tenants/" + "a" * 64,
        "tenants/äcme",
    ],
)
def test_another_form_is_refused_with_the_field_and_what_is_expected(text: str) -> None:
    with pytest.raises(InvalidArgument) as refusal:
        names.parse_tenant(text, "parent")
    assert [v.field for v in refusal.value.violations] == ["parent"]
    assert "tenants/{tenant}" in refusal.value.violations[0].description


def test_a_long_name_is_not_repeated_whole() -> None:
    with pytest.raises(InvalidArgument) as refusal:
        names.parse_tenant("x" * 10_000, "parent")
    assert len(refusal.value.message) < 300


@pytest.mark.parametrize("number", ["0", "01", "-1", "1e3", "١", "9" * 19])
def test_a_version_is_a_plain_positive_number(number: str) -> None:
    with pytest.raises(InvalidArgument):
        names.parse_version(f"tenants/acme/actions/a/versions/{number}", "name")


def test_an_unknown_trigger_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(InvalidArgument, match="post-login, pre-user-registration"):
        names.parse_bindings("tenants/acme/triggers/pre-login/bindings", "name")


def test_a_rules_word_becomes_the_requests_field() -> None:
    with (
        pytest.raises(InvalidArgument) as refusal,
        names.fields_renamed(name="action_id", items="list.items"),
    ):
        raise InvalidArgument("x", [Violation("name", "a"), Violation("items[2].x", "b"), Violation("other", "c")])
    assert [v.field for v in refusal.value.violations] == ["action_id", "list.items[2].x", "other"]
