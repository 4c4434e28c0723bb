from typing import Any

import pytest

from actions_runtime.events import WITHHOLDING_PROTOCOLS, LoginFlow, withhold

UNSUPPORTED = [flow for flow in LoginFlow if flow is not LoginFlow.INTERACTIVE]


def event_of(protocol: str | None = "oidc-basic-profile") -> dict[str, Any]:
    return {
        "user": {"user_id": "u"},
        "anonymous_session": {"user_id": "anon|1", "metadata": {}},
        "transaction": {"protocol": protocol},
    }


@pytest.mark.parametrize("flow", [None, LoginFlow.INTERACTIVE])
@pytest.mark.parametrize("protocol", ["oidc-basic-profile", "oauth2-password", "samlp", "new", "", None])
def test_a_session_reaches_an_interactive_login(flow: LoginFlow | None, protocol: str | None) -> None:
    """Where neither word speaks against it, the session stays."""
    event = event_of(protocol)
    assert withhold(event, flow) is False
    assert event == event_of(protocol)


@pytest.mark.parametrize("flow", UNSUPPORTED)
def test_the_caller_s_word_suffices(flow: LoginFlow) -> None:
    """An unsupported flow withholds whatever the protocol says, or when it says nothing."""
    for event in (event_of(), event_of(None), {**event_of(), "transaction": None}):
        assert withhold(event, flow) is True
        assert "anonymous_session" not in event
        assert event["user"] == {"user_id": "u"}


@pytest.mark.parametrize("protocol", sorted(WITHHOLDING_PROTOCOLS))
@pytest.mark.parametrize("flow", [None, *LoginFlow])
def test_the_protocol_suffices(protocol: str, flow: LoginFlow | None) -> None:
    """An unsupported protocol withholds also when the caller says that the login is interactive."""
    event = event_of(protocol)
    assert withhold(event, flow) is True
    assert "anonymous_session" not in event


def test_the_protocols_are_those_of_the_unsupported_flows() -> None:
    """Password reset has no protocol of its own: only the caller can tell it."""
    assert {
        "oauth2-device-code",
        "oidc-ciba",
        "oauth2-token-exchange",
        "oauth2-refresh-token",
    } == WITHHOLDING_PROTOCOLS
    assert len(UNSUPPORTED) == len(WITHHOLDING_PROTOCOLS) + 1


@pytest.mark.parametrize("transaction", [None, {}, {"protocol": None}])
@pytest.mark.parametrize("session", [{}, {"anonymous_session": None}])
def test_without_a_session_nothing_is_withheld(session: dict[str, Any], transaction: Any) -> None:
    """No session, no warning."""
    event = {"transaction": transaction, **session}
    assert withhold(event, LoginFlow.PASSWORD_RESET) is False
    assert withhold(event, None) is False


def test_case_and_space_do_not_get_a_session_through() -> None:
    """A protocol that is spelled carelessly is still the same protocol."""
    assert withhold(event_of(" OAuth2-Device-Code "), None) is True


@pytest.mark.parametrize("written", ["DEVICE_CODE", "device-code", "device_code", "Device-Code"])
def test_a_flow_is_found_by_its_name_however_it_is_written(written: str) -> None:
    assert LoginFlow(written) is LoginFlow.DEVICE_CODE


@pytest.mark.parametrize("unknown", ["", "telepathy", 1, None])
def test_what_is_no_flow_is_not_taken_for_one(unknown: object) -> None:
    with pytest.raises(ValueError, match="there are: INTERACTIVE, DEVICE_CODE"):
        LoginFlow(unknown)
