"""The event of the trigger ``post-login``.

Runs in: server / developer's machine.

Fields as Auth0 documents them ("Actions Triggers: post-login - Event Object"); the rules of
:mod:`actions_runtime.events.facts` hold.
"""

from typing import Annotated, Any, Required

from pydantic import Field
from typing_extensions import TypedDict

from actions_runtime.events.facts import (
    AnonymousSession,
    Client,
    Connection,
    CustomDomain,
    FreeForm,
    GeoIp,
    Items,
    RequestFacts,
    SecurityContext,
    Tenant,
    TransactionFacts,
    UserFacts,
    documented,
)
from actions_runtime.events.risk import RiskAssessment

_DEVICE = "Which device was used, at the beginning and most recently."


@documented
class Agent(TypedDict, total=False):
    """The automated agent that acts for the user."""

    agent_id: Annotated[str | None, Field(description="Id of the agent.")]
    agent_metadata: Annotated[FreeForm | None, Field(description="Metadata of the agent.")]
    name: Annotated[str | None, Field(description="Name of the agent.")]


@documented
class AuthenticationMethod(TypedDict, total=False):
    """One way in which the user has proved who they are in this session."""

    name: Annotated[
        str | None,
        Field(
            description="Kind of the proof: `federated`, `pwd`, `passkey`, `sms`, `email`, `phone_number`,"
            " `mock`, `mfa`, or a URL for a proof of the tenant's own."
        ),
    ]
    timestamp: Annotated[str | None, Field(description="When it was given, ISO 8601.")]
    type: Annotated[str | None, Field(description="Kind of the second factor; with the name `mfa` only.")]


@documented
class Authentication(TypedDict, total=False):
    """How the user was authenticated."""

    methods: Annotated[
        Items[AuthenticationMethod] | None,
        Field(description="Every proof given in this session, oldest first."),
    ]
    riskAssessment: Annotated[RiskAssessment | None, Field(description="How risky the login looks.")]


@documented
class Authorization(TypedDict, total=False):
    """What the user is allowed to do."""

    roles: Annotated[Items[str] | None, Field(description="Names of the roles assigned to the user.")]


@documented
class RefreshTokenPolicy(TypedDict, total=False):
    """An audience and the scopes for which a refresh token can be exchanged."""

    audience: Annotated[str | None, Field(description="Identifier of the API.")]
    scope: Annotated[Items[str] | None, Field(description="Scopes that an exchange may ask for.")]


@documented
class ClientRefreshToken(TypedDict, total=False):
    """How the application's refresh tokens are set up."""

    policies: Annotated[
        Items[RefreshTokenPolicy] | None, Field(description="What its refresh tokens can be exchanged for.")
    ]


@documented
class LoginClient(Client, total=False):
    """The application that asked for the login."""

    refresh_token: Annotated[
        ClientRefreshToken | None, Field(description="How the application's refresh tokens are set up.")
    ]


@documented
class Organization(TypedDict, total=False):
    """The organization that the user logs in to."""

    id: Annotated[str | None, Field(description="Id of the organization.")]
    name: Annotated[str | None, Field(description="Name of the organization, as used in URLs.")]
    display_name: Annotated[str | None, Field(description="Name of the organization, as shown to people.")]
    metadata: Annotated[FreeForm | None, Field(description="Metadata of the organization.")]


@documented
class Prompt(TypedDict, total=False):
    """The form that the user filled in during the login."""

    id: Annotated[str | None, Field(description="Id of the form.")]
    fields: Annotated[FreeForm | None, Field(description="What the user filled in, by the field's id.")]
    vars: Annotated[FreeForm | None, Field(description="The form's variables, by name.")]


@documented
class Device(TypedDict, total=False):
    """A device at the beginning of a session or token, and most recently."""

    initial_asn: Annotated[str | int | None, Field(description="Autonomous system of the network at the beginning.")]
    initial_ip: Annotated[str | None, Field(description="IP address at the beginning.")]
    initial_user_agent: Annotated[str | None, Field(description="`User-Agent` header at the beginning.")]
    last_asn: Annotated[str | int | None, Field(description="Autonomous system of the network most recently.")]
    last_ip: Annotated[str | None, Field(description="IP address most recently.")]
    last_user_agent: Annotated[str | None, Field(description="`User-Agent` header most recently.")]


@documented
class ParentRefreshToken(TypedDict, total=False):
    """The refresh token of a native app from which a web session was made."""

    id: Annotated[str | None, Field(description="Id of the refresh token.")]
    metadata: Annotated[FreeForm | None, Field(description="Metadata of the refresh token.")]


@documented
class SessionTransfer(TypedDict, total=False):
    """Where a session came from when a native app handed it to the web; no anonymous session."""

    parent_refresh_token: Annotated[ParentRefreshToken | None, Field(description="The native app's refresh token.")]


@documented
class RefreshToken(TypedDict, total=False):
    """The refresh token that is issued or exchanged."""

    id: Annotated[str | None, Field(description="Id of the refresh token.")]
    client_id: Annotated[str | None, Field(description="Id of the application that it was issued to.")]
    created_at: Annotated[str | None, Field(description="When it was issued, ISO 8601.")]
    device: Annotated[Device | None, Field(description=_DEVICE)]
    expires_at: Annotated[str | None, Field(description="When it expires in any case, ISO 8601.")]
    idle_expires_at: Annotated[str | None, Field(description="When it expires unless used, ISO 8601.")]
    last_exchanged_at: Annotated[str | None, Field(description="When it was last exchanged, ISO 8601.")]
    metadata: Annotated[FreeForm | None, Field(description="Metadata of the refresh token.")]
    resource_servers: Annotated[
        Items[Any] | None, Field(description="The APIs for which it was issued, with their scopes.")
    ]
    rotating: Annotated[bool | None, Field(description="Whether every exchange replaces it.")]
    session_id: Annotated[str | None, Field(description="Id of the session in which it was issued.")]
    session_transfer: Annotated[
        SessionTransfer | None,
        Field(description="Where it came from when a native app handed over a session."),
    ]
    user_id: Annotated[str | None, Field(description="Id of the user that it was issued for.")]


@documented
class Request(RequestFacts, total=False):
    """The HTTP request that began the login."""

    asn: Annotated[str | int | None, Field(description="Autonomous system of the end user's network, e.g. `AS3320`.")]
    query: Annotated[FreeForm | None, Field(description="Parameters of the request's query.")]


@documented
class ResourceServer(TypedDict, total=False):
    """The API that the access token is meant for."""

    identifier: Annotated[str | None, Field(description="The API's identifier: the token's audience.")]


@documented
class Actor(TypedDict, total=False):
    """The party that acts for the user (RFC 8693, section 4.1)."""

    sub: Annotated[str | None, Field(description="Id of the acting party.")]
    act: Annotated["Actor | None", Field(description="The party that acts for the acting party, if any.")]


@documented
class SessionClient(TypedDict, total=False):
    """An application of a session."""

    client_id: Annotated[str | None, Field(description="Id of the application.")]


@documented
class SessionCookie(TypedDict, total=False):
    """The cookie that holds a session."""

    mode: Annotated[
        str | None,
        Field(description="`persistent`, or `non-persistent` when the cookie ends with the browser."),
    ]


@documented
class Session(TypedDict, total=False):
    """The user's session at the auth server."""

    id: Annotated[str | None, Field(description="Id of the session.")]
    actor: Annotated[Actor | None, Field(description="The party that acts for the user, if any.")]
    authenticated_at: Annotated[str | None, Field(description="When the user last proved themselves, ISO 8601.")]
    clients: Annotated[Items[SessionClient] | None, Field(description="The applications used in the session.")]
    cookie: Annotated[SessionCookie | None, Field(description="The cookie that holds the session.")]
    created_at: Annotated[str | None, Field(description="When the session began, ISO 8601.")]
    device: Annotated[Device | None, Field(description=_DEVICE)]
    expires_at: Annotated[str | None, Field(description="When the session ends in any case, ISO 8601.")]
    idle_expires_at: Annotated[str | None, Field(description="When the session ends unless used, ISO 8601.")]
    last_interacted_at: Annotated[str | None, Field(description="When the session was last used, ISO 8601.")]
    metadata: Annotated[FreeForm | None, Field(description="Metadata of the session.")]
    session_transfer: Annotated[
        SessionTransfer | None,
        Field(description="Where it came from when a native app handed over a session."),
    ]
    updated_at: Annotated[str | None, Field(description="When the session last changed, ISO 8601.")]
    user_id: Annotated[str | None, Field(description="Id of the session's user.")]


@documented
class TransferRequest(TypedDict, total=False):
    """The request with which a native app asked for a session transfer token."""

    asn: Annotated[str | int | None, Field(description="Autonomous system of the app's network.")]
    geoip: Annotated[GeoIp | None, Field(description="Where the app's IP address is thought to be.")]
    ip: Annotated[str | None, Field(description="IP address of the app, v4 or v6.")]
    user_agent: Annotated[str | None, Field(description="The app's `User-Agent` header.")]


@documented
class SessionTransferToken(TypedDict, total=False):
    """The token with which a native app hands its session to the web; no anonymous session."""

    client_id: Annotated[str | None, Field(description="Id of the native app.")]
    scope: Annotated[Items[str] | None, Field(description="Scopes of the native app.")]
    request: Annotated[TransferRequest | None, Field(description="The request with which the app asked for the token.")]


@documented
class Stats(TypedDict, total=False):
    """Counters of the user."""

    logins_count: Annotated[int | None, Field(description="How often the user has logged in, this one included.")]


@documented
class Transaction(TransactionFacts, total=False):
    """The transaction that the login belongs to."""

    id: Annotated[str | None, Field(description="Id of the transaction.")]
    actor: Annotated[Actor | None, Field(description="The party that acts for the user (token exchange).")]
    actor_token_type: Annotated[
        str | None, Field(description="Type of the actor's token, a URI (token exchange, RFC 8693).")
    ]
    linking_id: Annotated[
        str | None, Field(description="Id that links the transaction to one that the application began.")
    ]
    metadata: Annotated[FreeForm | None, Field(description="Metadata that actions set in this transaction, by key.")]
    requested_authorization_details: Annotated[
        Items[FreeForm] | None, Field(description="Authorization details asked for (RFC 9396).")
    ]
    subject_token_type: Annotated[
        str | None, Field(description="Type of the user's token, a URI (token exchange, RFC 8693).")
    ]


@documented
class EnrolledFactor(TypedDict, total=False):
    """A second factor that the user has enrolled."""

    type: Annotated[str | None, Field(description="Kind of the factor, e.g. `otp`, `phone`, `webauthn-roaming`.")]
    options: Annotated[FreeForm | None, Field(description="Options of the factor.")]


@documented
class Identity(TypedDict, total=False):
    """An account at a connection that belongs to the user."""

    connection: Annotated[str | None, Field(description="Name of the connection.")]
    isSocial: Annotated[bool | None, Field(description="Whether the connection is a social provider.")]
    profileData: Annotated[FreeForm | None, Field(description="The profile as the connection sent it.")]
    provider: Annotated[str | None, Field(description="Kind of the connection, e.g. `auth0`, `google-oauth2`.")]
    user_id: Annotated[str | None, Field(description="Id of the account at the connection.")]


@documented
class User(UserFacts, total=False):
    """The user who logs in."""

    user_id: Required[
        Annotated[str, Field(min_length=1, description="Required. Id of the user, unique for the auth server.")]
    ]
    email_verified: Annotated[bool | None, Field(description="Whether the email address is verified.")]
    phone_verified: Annotated[bool | None, Field(description="Whether the phone number is verified.")]
    created_at: Annotated[str | None, Field(description="When the user was created, ISO 8601.")]
    updated_at: Annotated[str | None, Field(description="When the user last changed, ISO 8601.")]
    last_password_reset: Annotated[str | None, Field(description="When the password last changed, ISO 8601.")]
    multifactor: Annotated[Items[str] | None, Field(description="Providers of second factors in use.")]
    enrolledFactors: Annotated[  # noqa: N815 - a name of the wire
        Items[EnrolledFactor] | None, Field(description="Second factors that the user has enrolled.")
    ]
    identities: Annotated[Items[Identity] | None, Field(description="The accounts that belong to the user.")]


@documented
class PostLoginEvent(TypedDict, total=False):
    """A login that succeeded, before its tokens are issued."""

    agent: Annotated[Agent | None, Field(description="The automated agent that acts for the user, if any.")]
    anonymous_session: Annotated[
        AnonymousSession | None,
        Field(
            description="The anonymous session that this login continues, if any. Withheld from actions in"
            " device code, CIBA, token exchange, refresh token and password reset flows."
        ),
    ]
    authentication: Annotated[Authentication | None, Field(description="How the user was authenticated.")]
    authorization: Annotated[Authorization | None, Field(description="What the user is allowed to do.")]
    client: Annotated[LoginClient | None, Field(description="The application that asked for the login.")]
    connection: Annotated[Connection | None, Field(description="The connection that the user came through.")]
    custom_domain: Annotated[
        CustomDomain | None, Field(description="The custom domain through which the request came, if any.")
    ]
    organization: Annotated[
        Organization | None, Field(description="The organization that the user logs in to, if any.")
    ]
    prompt: Annotated[Prompt | None, Field(description="The form that the user filled in, if any.")]
    refresh_token: Annotated[
        RefreshToken | None, Field(description="The refresh token that is issued or exchanged, if any.")
    ]
    request: Annotated[Request | None, Field(description="The HTTP request that began the login.")]
    resource_server: Annotated[
        ResourceServer | None, Field(description="The API that the access token is meant for, if any.")
    ]
    security_context: Annotated[SecurityContext | None, Field(description="Fingerprints of the TLS client.")]
    session: Annotated[Session | None, Field(description="The user's session at the auth server, if any.")]
    session_transfer_token: Annotated[
        SessionTransferToken | None,
        Field(description="The token with which a native app hands its session to the web, if any."),
    ]
    stats: Annotated[Stats | None, Field(description="Counters of the user.")]
    tenant: Annotated[Tenant | None, Field(description="The auth server's tenant.")]
    transaction: Annotated[Transaction | None, Field(description="The transaction that the login belongs to, if any.")]
    user: Required[Annotated[User, Field(description="Required. The user who logs in.")]]
