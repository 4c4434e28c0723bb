"""The event of the trigger ``post-login``.

Runs in: developer's machine.

Generated from ``actions_runtime.events.post_login``; do not edit, run ``python -m actions_sdk.generate``.
"""

# ruff: noqa: N802 - names of the wire

from typing import Any, Protocol

from actions_sdk.types.facts import (
    AnonymousSession,
    Client,
    Connection,
    CustomDomain,
    GeoIp,
    RequestFacts,
    SecurityContext,
    Tenant,
    TransactionFacts,
    UserFacts,
)
from actions_sdk.types.records import Record, Secrets
from actions_sdk.types.risk import RiskAssessment


class Agent(Record, Protocol):
    """The automated agent that acts for the user."""

    @property
    def agent_id(self) -> str | None:
        """Id of the agent."""

    @property
    def agent_metadata(self) -> dict[str, Any] | None:
        """Metadata of the agent."""

    @property
    def name(self) -> str | None:
        """Name of the agent."""


class AuthenticationMethod(Record, Protocol):
    """One way in which the user has proved who they are in this session."""

    @property
    def name(self) -> str | None:
        """Kind of the proof.

        `federated`, `pwd`, `passkey`, `sms`, `email`, `phone_number`, `mock`, `mfa`, or a URL for a proof of the
        tenant's own.
        """

    @property
    def timestamp(self) -> str | None:
        """When it was given, ISO 8601."""

    @property
    def type(self) -> str | None:
        """Kind of the second factor; with the name `mfa` only."""


class Authentication(Record, Protocol):
    """How the user was authenticated."""

    @property
    def methods(self) -> list[AuthenticationMethod] | None:
        """Every proof given in this session, oldest first."""

    @property
    def riskAssessment(self) -> RiskAssessment | None:
        """How risky the login looks."""


class Authorization(Record, Protocol):
    """What the user is allowed to do."""

    @property
    def roles(self) -> list[str] | None:
        """Names of the roles assigned to the user."""


class RefreshTokenPolicy(Record, Protocol):
    """An audience and the scopes for which a refresh token can be exchanged."""

    @property
    def audience(self) -> str | None:
        """Identifier of the API."""

    @property
    def scope(self) -> list[str] | None:
        """Scopes that an exchange may ask for."""


class ClientRefreshToken(Record, Protocol):
    """How the application's refresh tokens are set up."""

    @property
    def policies(self) -> list[RefreshTokenPolicy] | None:
        """What its refresh tokens can be exchanged for."""


class LoginClient(Client, Protocol):
    """The application that asked for the login."""

    @property
    def refresh_token(self) -> ClientRefreshToken | None:
        """How the application's refresh tokens are set up."""


class Organization(Record, Protocol):
    """The organization that the user logs in to."""

    @property
    def id(self) -> str | None:
        """Id of the organization."""

    @property
    def name(self) -> str | None:
        """Name of the organization, as used in URLs."""

    @property
    def display_name(self) -> str | None:
        """Name of the organization, as shown to people."""

    @property
    def metadata(self) -> dict[str, Any] | None:
        """Metadata of the organization."""


class Prompt(Record, Protocol):
    """The form that the user filled in during the login."""

    @property
    def id(self) -> str | None:
        """Id of the form."""

    @property
    def fields(self) -> dict[str, Any] | None:
        """What the user filled in, by the field's id."""

    @property
    def vars(self) -> dict[str, Any] | None:
        """The form's variables, by name."""


class Device(Record, Protocol):
    """A device at the beginning of a session or token, and most recently."""

    @property
    def initial_asn(self) -> str | int | None:
        """Autonomous system of the network at the beginning."""

    @property
    def initial_ip(self) -> str | None:
        """IP address at the beginning."""

    @property
    def initial_user_agent(self) -> str | None:
        """`User-Agent` header at the beginning."""

    @property
    def last_asn(self) -> str | int | None:
        """Autonomous system of the network most recently."""

    @property
    def last_ip(self) -> str | None:
        """IP address most recently."""

    @property
    def last_user_agent(self) -> str | None:
        """`User-Agent` header most recently."""


class ParentRefreshToken(Record, Protocol):
    """The refresh token of a native app from which a web session was made."""

    @property
    def id(self) -> str | None:
        """Id of the refresh token."""

    @property
    def metadata(self) -> dict[str, Any] | None:
        """Metadata of the refresh token."""


class SessionTransfer(Record, Protocol):
    """Where a session came from when a native app handed it to the web; no anonymous session."""

    @property
    def parent_refresh_token(self) -> ParentRefreshToken | None:
        """The native app's refresh token."""


class RefreshToken(Record, Protocol):
    """The refresh token that is issued or exchanged."""

    @property
    def id(self) -> str | None:
        """Id of the refresh token."""

    @property
    def client_id(self) -> str | None:
        """Id of the application that it was issued to."""

    @property
    def created_at(self) -> str | None:
        """When it was issued, ISO 8601."""

    @property
    def device(self) -> Device | None:
        """Which device was used, at the beginning and most recently."""

    @property
    def expires_at(self) -> str | None:
        """When it expires in any case, ISO 8601."""

    @property
    def idle_expires_at(self) -> str | None:
        """When it expires unless used, ISO 8601."""

    @property
    def last_exchanged_at(self) -> str | None:
        """When it was last exchanged, ISO 8601."""

    @property
    def metadata(self) -> dict[str, Any] | None:
        """Metadata of the refresh token."""

    @property
    def resource_servers(self) -> list[Any] | None:
        """The APIs for which it was issued, with their scopes."""

    @property
    def rotating(self) -> bool | None:
        """Whether every exchange replaces it."""

    @property
    def session_id(self) -> str | None:
        """Id of the session in which it was issued."""

    @property
    def session_transfer(self) -> SessionTransfer | None:
        """Where it came from when a native app handed over a session."""

    @property
    def user_id(self) -> str | None:
        """Id of the user that it was issued for."""


class Request(RequestFacts, Protocol):
    """The HTTP request that began the login."""

    @property
    def asn(self) -> str | int | None:
        """Autonomous system of the end user's network, e.g. `AS3320`."""

    @property
    def query(self) -> dict[str, Any] | None:
        """Parameters of the request's query."""


class ResourceServer(Record, Protocol):
    """The API that the access token is meant for."""

    @property
    def identifier(self) -> str | None:
        """The API's identifier: the token's audience."""


class Actor(Record, Protocol):
    """The party that acts for the user (RFC 8693, section 4.1)."""

    @property
    def sub(self) -> str | None:
        """Id of the acting party."""

    @property
    def act(self) -> "Actor | None":
        """The party that acts for the acting party, if any."""


class SessionClient(Record, Protocol):
    """An application of a session."""

    @property
    def client_id(self) -> str | None:
        """Id of the application."""


class SessionCookie(Record, Protocol):
    """The cookie that holds a session."""

    @property
    def mode(self) -> str | None:
        """`persistent`, or `non-persistent` when the cookie ends with the browser."""


class Session(Record, Protocol):
    """The user's session at the auth server."""

    @property
    def id(self) -> str | None:
        """Id of the session."""

    @property
    def actor(self) -> Actor | None:
        """The party that acts for the user, if any."""

    @property
    def authenticated_at(self) -> str | None:
        """When the user last proved themselves, ISO 8601."""

    @property
    def clients(self) -> list[SessionClient] | None:
        """The applications used in the session."""

    @property
    def cookie(self) -> SessionCookie | None:
        """The cookie that holds the session."""

    @property
    def created_at(self) -> str | None:
        """When the session began, ISO 8601."""

    @property
    def device(self) -> Device | None:
        """Which device was used, at the beginning and most recently."""

    @property
    def expires_at(self) -> str | None:
        """When the session ends in any case, ISO 8601."""

    @property
    def idle_expires_at(self) -> str | None:
        """When the session ends unless used, ISO 8601."""

    @property
    def last_interacted_at(self) -> str | None:
        """When the session was last used, ISO 8601."""

    @property
    def metadata(self) -> dict[str, Any] | None:
        """Metadata of the session."""

    @property
    def session_transfer(self) -> SessionTransfer | None:
        """Where it came from when a native app handed over a session."""

    @property
    def updated_at(self) -> str | None:
        """When the session last changed, ISO 8601."""

    @property
    def user_id(self) -> str | None:
        """Id of the session's user."""


class TransferRequest(Record, Protocol):
    """The request with which a native app asked for a session transfer token."""

    @property
    def asn(self) -> str | int | None:
        """Autonomous system of the app's network."""

    @property
    def geoip(self) -> GeoIp | None:
        """Where the app's IP address is thought to be."""

    @property
    def ip(self) -> str | None:
        """IP address of the app, v4 or v6."""

    @property
    def user_agent(self) -> str | None:
        """The app's `User-Agent` header."""


class SessionTransferToken(Record, Protocol):
    """The token with which a native app hands its session to the web; no anonymous session."""

    @property
    def client_id(self) -> str | None:
        """Id of the native app."""

    @property
    def scope(self) -> list[str] | None:
        """Scopes of the native app."""

    @property
    def request(self) -> TransferRequest | None:
        """The request with which the app asked for the token."""


class Stats(Record, Protocol):
    """Counters of the user."""

    @property
    def logins_count(self) -> int | None:
        """How often the user has logged in, this one included."""


class Transaction(TransactionFacts, Protocol):
    """The transaction that the login belongs to."""

    @property
    def id(self) -> str | None:
        """Id of the transaction."""

    @property
    def actor(self) -> Actor | None:
        """The party that acts for the user (token exchange)."""

    @property
    def actor_token_type(self) -> str | None:
        """Type of the actor's token, a URI (token exchange, RFC 8693)."""

    @property
    def linking_id(self) -> str | None:
        """Id that links the transaction to one that the application began."""

    @property
    def metadata(self) -> dict[str, Any] | None:
        """Metadata that actions set in this transaction, by key."""

    @property
    def requested_authorization_details(self) -> list[dict[str, Any]] | None:
        """Authorization details asked for (RFC 9396)."""

    @property
    def subject_token_type(self) -> str | None:
        """Type of the user's token, a URI (token exchange, RFC 8693)."""


class EnrolledFactor(Record, Protocol):
    """A second factor that the user has enrolled."""

    @property
    def type(self) -> str | None:
        """Kind of the factor, e.g. `otp`, `phone`, `webauthn-roaming`."""

    @property
    def options(self) -> dict[str, Any] | None:
        """Options of the factor."""


class Identity(Record, Protocol):
    """An account at a connection that belongs to the user."""

    @property
    def connection(self) -> str | None:
        """Name of the connection."""

    @property
    def isSocial(self) -> bool | None:
        """Whether the connection is a social provider."""

    @property
    def profileData(self) -> dict[str, Any] | None:
        """The profile as the connection sent it."""

    @property
    def provider(self) -> str | None:
        """Kind of the connection, e.g. `auth0`, `google-oauth2`."""

    @property
    def user_id(self) -> str | None:
        """Id of the account at the connection."""


class User(UserFacts, Protocol):
    """The user who logs in."""

    @property
    def app_metadata(self) -> dict[str, Any]:
        """Metadata that the user cannot edit, e.g. roles or plans."""

    @property
    def user_metadata(self) -> dict[str, Any]:
        """Metadata that the user may edit, e.g. preferences."""

    @property
    def user_id(self) -> str:
        """Id of the user, unique for the auth server."""

    @property
    def email_verified(self) -> bool | None:
        """Whether the email address is verified."""

    @property
    def phone_verified(self) -> bool | None:
        """Whether the phone number is verified."""

    @property
    def created_at(self) -> str | None:
        """When the user was created, ISO 8601."""

    @property
    def updated_at(self) -> str | None:
        """When the user last changed, ISO 8601."""

    @property
    def last_password_reset(self) -> str | None:
        """When the password last changed, ISO 8601."""

    @property
    def multifactor(self) -> list[str] | None:
        """Providers of second factors in use."""

    @property
    def enrolledFactors(self) -> list[EnrolledFactor] | None:
        """Second factors that the user has enrolled."""

    @property
    def identities(self) -> list[Identity] | None:
        """The accounts that belong to the user."""


class PostLoginEvent(Record, Protocol):
    """A login that succeeded, before its tokens are issued."""

    @property
    def agent(self) -> Agent | None:
        """The automated agent that acts for the user, if any."""

    @property
    def anonymous_session(self) -> AnonymousSession | None:
        """The anonymous session that this login continues, if any. Withheld from actions in device code, CIBA, token
        exchange, refresh token and password reset flows.
        """

    @property
    def authentication(self) -> Authentication | None:
        """How the user was authenticated."""

    @property
    def authorization(self) -> Authorization | None:
        """What the user is allowed to do."""

    @property
    def client(self) -> LoginClient | None:
        """The application that asked for the login."""

    @property
    def connection(self) -> Connection | None:
        """The connection that the user came through."""

    @property
    def custom_domain(self) -> CustomDomain | None:
        """The custom domain through which the request came, if any."""

    @property
    def organization(self) -> Organization | None:
        """The organization that the user logs in to, if any."""

    @property
    def prompt(self) -> Prompt | None:
        """The form that the user filled in, if any."""

    @property
    def refresh_token(self) -> RefreshToken | None:
        """The refresh token that is issued or exchanged, if any."""

    @property
    def request(self) -> Request | None:
        """The HTTP request that began the login."""

    @property
    def resource_server(self) -> ResourceServer | None:
        """The API that the access token is meant for, if any."""

    @property
    def security_context(self) -> SecurityContext | None:
        """Fingerprints of the TLS client."""

    @property
    def session(self) -> Session | None:
        """The user's session at the auth server, if any."""

    @property
    def session_transfer_token(self) -> SessionTransferToken | None:
        """The token with which a native app hands its session to the web, if any."""

    @property
    def stats(self) -> Stats | None:
        """Counters of the user."""

    @property
    def tenant(self) -> Tenant | None:
        """The auth server's tenant."""

    @property
    def transaction(self) -> Transaction | None:
        """The transaction that the login belongs to, if any."""

    @property
    def user(self) -> User:
        """The user who logs in."""

    @property
    def secrets(self) -> Secrets:
        """The action's own secrets."""
