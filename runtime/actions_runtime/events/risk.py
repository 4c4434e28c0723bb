"""Shapes of the risk assessment inside an event's ``authentication``.

Runs in: server / developer's machine.

Values named in a description are those known today; another text is accepted, since the auth server's engine
may learn more.
"""

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from actions_runtime.events.facts import FreeForm, Items, Number, documented

_CONFIDENCE = "How sure the assessment is: `low`, `medium`, `high` or `neutral`."


@documented
class AgentSignalDetails(TypedDict, total=False):
    """What the detection of agents found."""

    provider: Annotated[str | None, Field(description="Who runs the agent.")]


@documented
class AgentSignal(TypedDict, total=False):
    """Whether an automated agent acts."""

    code: Annotated[str | None, Field(description="Finding: `unknown` or `verified_agent`.")]
    confidence: Annotated[str | None, Field(description=_CONFIDENCE)]
    details: Annotated[AgentSignalDetails | None, Field(description="What the detection found.")]


@documented
class TravelSignal(TypedDict, total=False):
    """Whether the user can have come here since the last login."""

    code: Annotated[
        str | None,
        Field(
            description="Finding: `minimal_travel_from_last_login`, `travel_from_last_login`,"
            " `substantial_travel_from_last_login`, `impossible_travel_from_last_login`, `invalid_travel`,"
            " `missing_geoip`, `anonymous_proxy`, `unknown_location`, `initial_login`,"
            " `location_history_not_found` or `assessment_not_available`."
        ),
    ]
    confidence: Annotated[str | None, Field(description=_CONFIDENCE)]


@documented
class DeviceSignalDetails(TypedDict, total=False):
    """What is known of the device."""

    device: Annotated[str | None, Field(description="Whether the device is `known` or `unknown`.")]
    useragent: Annotated[str | None, Field(description="Whether the user agent is `known` or `unknown`.")]


@documented
class DeviceSignal(TypedDict, total=False):
    """Whether the user came with this device before."""

    code: Annotated[
        str | None,
        Field(
            description="Finding: `match`, `partial_match`, `no_match`, `initial_login`, `unknown_device`,"
            " `no_device_history` or `assessment_not_available`."
        ),
    ]
    confidence: Annotated[str | None, Field(description=_CONFIDENCE)]
    details: Annotated[DeviceSignalDetails | None, Field(description="What is known of the device.")]


@documented
class AddressSignalDetails(TypedDict, total=False):
    """Why an IP address is on a deny list."""

    category: Annotated[str | None, Field(description="Kind of abuse seen from the address.")]
    ip: Annotated[str | None, Field(description="The IP address.")]
    matches: Annotated[str | None, Field(description="What of the address matched the list.")]
    source: Annotated[str | None, Field(description="Name of the list.")]


@documented
class AddressSignal(TypedDict, total=False):
    """Whether the IP address has a bad name."""

    code: Annotated[
        str | None,
        Field(
            description="Finding: `not_found_on_deny_list`, `found_on_deny_list`, `invalid_ip_address` or"
            " `assessment_not_available`."
        ),
    ]
    confidence: Annotated[str | None, Field(description=_CONFIDENCE)]
    details: Annotated[AddressSignalDetails | None, Field(description="Why the address is on a list.")]


@documented
class Assessments(TypedDict, total=False):
    """The single assessments of which the overall confidence is made."""

    AgentDetection: Annotated[AgentSignal | None, Field(description="Whether an automated agent acts.")]
    ImpossibleTravel: Annotated[
        TravelSignal | None, Field(description="Whether the user can have come here since the last login.")
    ]
    NewDevice: Annotated[DeviceSignal | None, Field(description="Whether the user came with this device before.")]
    UntrustedIP: Annotated[AddressSignal | None, Field(description="Whether the IP address has a bad name.")]


@documented
class AkamaiBot(TypedDict, total=False):
    """Akamai's bot score, as its edge sent it along with the request."""

    type: Annotated[str | None, Field(description="Kind of the bot.")]
    action: Annotated[str | None, Field(description="What Akamai did with the request.")]
    botCategory: Annotated[Items[str] | None, Field(description="Categories of the bot.")]
    botScore: Annotated[Number | None, Field(description="Score from 0, a human, to 100, a bot.")]
    botScoreResponseSegment: Annotated[
        str | None, Field(description="Segment of the score that chose Akamai's answer.")
    ]
    botnetId: Annotated[str | None, Field(description="Id of the botnet.")]


@documented
class AkamaiUserRisk(TypedDict, total=False):
    """Akamai's risk of account take-over, as its edge sent it along with the request."""

    action: Annotated[str | None, Field(description="What Akamai did with the request.")]
    allow: Annotated[
        bool | Number | str | None, Field(description="Whether the user is on Akamai's list of the allowed.")
    ]
    emailDomain: Annotated[str | None, Field(description="Domain of the email address.")]
    general: Annotated[FreeForm | None, Field(description="General indicators, by Akamai's names.")]
    ouid: Annotated[str | None, Field(description="Id of the user in the origin's own terms.")]
    requestid: Annotated[str | None, Field(description="Akamai's id of the request.")]
    risk: Annotated[FreeForm | None, Field(description="Indicators of risk, by Akamai's names.")]
    score: Annotated[Number | None, Field(description="Score from 0, no risk, to 100.")]
    status: Annotated[Number | str | None, Field(description="State of the assessment, Akamai's number or word.")]
    trust: Annotated[FreeForm | None, Field(description="Indicators of trust, by Akamai's names.")]
    username: Annotated[str | None, Field(description="Name of the user, as Akamai saw it.")]
    uuid: Annotated[str | None, Field(description="Akamai's id of the user.")]


@documented
class Akamai(TypedDict, total=False):
    """What Akamai's edge said of the request."""

    akamaiBot: Annotated[AkamaiBot | None, Field(description="Akamai's bot score.")]
    akamaiUserRisk: Annotated[AkamaiUserRisk | None, Field(description="Akamai's risk of account take-over.")]


@documented
class SupplementalSignals(TypedDict, total=False):
    """Signals of others that take no part in the overall confidence."""

    akamai: Annotated[Akamai | None, Field(description="What Akamai's edge said of the request.")]


@documented
class SupplementalRisk(TypedDict, total=False):
    """The risk assessment at sign-up, when nothing is known of the user yet."""

    supplemental: Annotated[SupplementalSignals | None, Field(description="Signals of others.")]


@documented
class RiskAssessment(SupplementalRisk, total=False):
    """The risk assessment at login."""

    confidence: Annotated[
        str | None,
        Field(description="Overall confidence that the user is genuine: `low`, `medium`, `high` or `neutral`."),
    ]
    version: Annotated[str | None, Field(description="Version of the assessment's format.")]
    assessments: Annotated[Assessments | None, Field(description="The single assessments.")]
