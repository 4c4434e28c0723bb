"""Shapes of the risk assessment inside an event's ``authentication``.

Runs in: developer's machine.

Generated from ``actions_runtime.events.risk``; do not edit, run ``python -m actions_sdk.generate``.
"""

# ruff: noqa: N802 - names of the wire

from typing import Any, Protocol

from actions_sdk.types.records import Record


class AgentSignalDetails(Record, Protocol):
    """What the detection of agents found."""

    @property
    def provider(self) -> str | None:
        """Who runs the agent."""


class AgentSignal(Record, Protocol):
    """Whether an automated agent acts."""

    @property
    def code(self) -> str | None:
        """Finding: `unknown` or `verified_agent`."""

    @property
    def confidence(self) -> str | None:
        """How sure the assessment is: `low`, `medium`, `high` or `neutral`."""

    @property
    def details(self) -> AgentSignalDetails | None:
        """What the detection found."""


class TravelSignal(Record, Protocol):
    """Whether the user can have come here since the last login."""

    @property
    def code(self) -> str | None:
        """Finding.

        `minimal_travel_from_last_login`, `travel_from_last_login`, `substantial_travel_from_last_login`,
        `impossible_travel_from_last_login`, `invalid_travel`, `missing_geoip`, `anonymous_proxy`,
        `unknown_location`, `initial_login`, `location_history_not_found` or `assessment_not_available`.
        """

    @property
    def confidence(self) -> str | None:
        """How sure the assessment is: `low`, `medium`, `high` or `neutral`."""


class DeviceSignalDetails(Record, Protocol):
    """What is known of the device."""

    @property
    def device(self) -> str | None:
        """Whether the device is `known` or `unknown`."""

    @property
    def useragent(self) -> str | None:
        """Whether the user agent is `known` or `unknown`."""


class DeviceSignal(Record, Protocol):
    """Whether the user came with this device before."""

    @property
    def code(self) -> str | None:
        """Finding.

        `match`, `partial_match`, `no_match`, `initial_login`, `unknown_device`, `no_device_history` or
        `assessment_not_available`.
        """

    @property
    def confidence(self) -> str | None:
        """How sure the assessment is: `low`, `medium`, `high` or `neutral`."""

    @property
    def details(self) -> DeviceSignalDetails | None:
        """What is known of the device."""


class AddressSignalDetails(Record, Protocol):
    """Why an IP address is on a deny list."""

    @property
    def category(self) -> str | None:
        """Kind of abuse seen from the address."""

    @property
    def ip(self) -> str | None:
        """The IP address."""

    @property
    def matches(self) -> str | None:
        """What of the address matched the list."""

    @property
    def source(self) -> str | None:
        """Name of the list."""


class AddressSignal(Record, Protocol):
    """Whether the IP address has a bad name."""

    @property
    def code(self) -> str | None:
        """Finding.

        `not_found_on_deny_list`, `found_on_deny_list`, `invalid_ip_address` or `assessment_not_available`.
        """

    @property
    def confidence(self) -> str | None:
        """How sure the assessment is: `low`, `medium`, `high` or `neutral`."""

    @property
    def details(self) -> AddressSignalDetails | None:
        """Why the address is on a list."""


class Assessments(Record, Protocol):
    """The single assessments of which the overall confidence is made."""

    @property
    def AgentDetection(self) -> AgentSignal | None:
        """Whether an automated agent acts."""

    @property
    def ImpossibleTravel(self) -> TravelSignal | None:
        """Whether the user can have come here since the last login."""

    @property
    def NewDevice(self) -> DeviceSignal | None:
        """Whether the user came with this device before."""

    @property
    def UntrustedIP(self) -> AddressSignal | None:
        """Whether the IP address has a bad name."""


class AkamaiBot(Record, Protocol):
    """Akamai's bot score, as its edge sent it along with the request."""

    @property
    def type(self) -> str | None:
        """Kind of the bot."""

    @property
    def action(self) -> str | None:
        """What Akamai did with the request."""

    @property
    def botCategory(self) -> list[str] | None:
        """Categories of the bot."""

    @property
    def botScore(self) -> int | float | None:
        """Score from 0, a human, to 100, a bot."""

    @property
    def botScoreResponseSegment(self) -> str | None:
        """Segment of the score that chose Akamai's answer."""

    @property
    def botnetId(self) -> str | None:
        """Id of the botnet."""


class AkamaiUserRisk(Record, Protocol):
    """Akamai's risk of account take-over, as its edge sent it along with the request."""

    @property
    def action(self) -> str | None:
        """What Akamai did with the request."""

    @property
    def allow(self) -> bool | int | float | str | None:
        """Whether the user is on Akamai's list of the allowed."""

    @property
    def emailDomain(self) -> str | None:
        """Domain of the email address."""

    @property
    def general(self) -> dict[str, Any] | None:
        """General indicators, by Akamai's names."""

    @property
    def ouid(self) -> str | None:
        """Id of the user in the origin's own terms."""

    @property
    def requestid(self) -> str | None:
        """Akamai's id of the request."""

    @property
    def risk(self) -> dict[str, Any] | None:
        """Indicators of risk, by Akamai's names."""

    @property
    def score(self) -> int | float | None:
        """Score from 0, no risk, to 100."""

    @property
    def status(self) -> int | float | str | None:
        """State of the assessment, Akamai's number or word."""

    @property
    def trust(self) -> dict[str, Any] | None:
        """Indicators of trust, by Akamai's names."""

    @property
    def username(self) -> str | None:
        """Name of the user, as Akamai saw it."""

    @property
    def uuid(self) -> str | None:
        """Akamai's id of the user."""


class Akamai(Record, Protocol):
    """What Akamai's edge said of the request."""

    @property
    def akamaiBot(self) -> AkamaiBot | None:
        """Akamai's bot score."""

    @property
    def akamaiUserRisk(self) -> AkamaiUserRisk | None:
        """Akamai's risk of account take-over."""


class SupplementalSignals(Record, Protocol):
    """Signals of others that take no part in the overall confidence."""

    @property
    def akamai(self) -> Akamai | None:
        """What Akamai's edge said of the request."""


class SupplementalRisk(Record, Protocol):
    """The risk assessment at sign-up, when nothing is known of the user yet."""

    @property
    def supplemental(self) -> SupplementalSignals | None:
        """Signals of others."""


class RiskAssessment(SupplementalRisk, Protocol):
    """The risk assessment at login."""

    @property
    def confidence(self) -> str | None:
        """Overall confidence that the user is genuine: `low`, `medium`, `high` or `neutral`."""

    @property
    def version(self) -> str | None:
        """Version of the assessment's format."""

    @property
    def assessments(self) -> Assessments | None:
        """The single assessments."""
