"""Shapes of an event that both triggers share.

Runs in: developer's machine.

Generated from ``actions_runtime.events.facts``; do not edit, run ``python -m actions_sdk.generate``.
"""

# ruff: noqa: N802 - names of the wire

from typing import Any, Protocol

from actions_sdk.types.records import Record


class AnonymousSession(Record, Protocol):
    """The anonymous session that this sign-up or login continues.

    Everything in ``metadata`` was written by somebody who was not logged in: validate it before copying.
    """

    @property
    def user_id(self) -> str | None:
        """Id of the anonymous user, e.g. `anon|abc123`; not an id of a user's account."""

    @property
    def session_id(self) -> str | None:
        """Id of the anonymous session, e.g. `sess_123`."""

    @property
    def created_at(self) -> str | int | float | None:
        """When the session began: ISO 8601 text, or a number that is a Unix timestamp."""

    @property
    def expires_at(self) -> str | int | float | None:
        """When the session ends: ISO 8601 text, or a number that is a Unix timestamp."""

    @property
    def metadata(self) -> dict[str, Any]:
        """What the application stored during the anonymous session; `{}` when missing or null. Controlled by whoever
        held the session, so an attacker may have written it.

        Check types, sizes and meaning before copying any of it to a user or a token.
        """


class Client(Record, Protocol):
    """The application that asked for the sign-up or login."""

    @property
    def client_id(self) -> str | None:
        """Id of the application."""

    @property
    def name(self) -> str | None:
        """Name of the application, as its owner sees it."""

    @property
    def metadata(self) -> dict[str, Any] | None:
        """Metadata of the application."""


class Connection(Record, Protocol):
    """The source of users: a database, a passwordless channel, a social or an enterprise provider."""

    @property
    def id(self) -> str | None:
        """Id of the connection, e.g. `con_fpe5kj482KO1eOzQ`."""

    @property
    def name(self) -> str | None:
        """Name of the connection, e.g. `Username-Password-Authentication`."""

    @property
    def strategy(self) -> str | None:
        """Kind of the connection: `auth0` for a database, else e.g. `google-oauth2`, `waad`."""

    @property
    def metadata(self) -> dict[str, Any] | None:
        """Metadata of the connection."""


class CustomDomain(Record, Protocol):
    """The custom domain through which the request came."""

    @property
    def domain(self) -> str | None:
        """Host name of the custom domain."""

    @property
    def domain_metadata(self) -> dict[str, Any] | None:
        """Metadata of the custom domain."""


class GeoIp(Record, Protocol):
    """Where the IP address of a request is thought to be."""

    @property
    def cityName(self) -> str | None:
        """City."""

    @property
    def continentCode(self) -> str | None:
        """Continent, two letters, e.g. `EU`."""

    @property
    def countryCode(self) -> str | None:
        """Country, ISO 3166-1 alpha-2, e.g. `DE`."""

    @property
    def countryCode3(self) -> str | None:
        """Country, ISO 3166-1 alpha-3, e.g. `DEU`."""

    @property
    def countryName(self) -> str | None:
        """Country in words."""

    @property
    def latitude(self) -> int | float | None:
        """Latitude in degrees, north is positive."""

    @property
    def longitude(self) -> int | float | None:
        """Longitude in degrees, east is positive."""

    @property
    def subdivisionCode(self) -> str | None:
        """Region within the country, its code."""

    @property
    def subdivisionName(self) -> str | None:
        """Region within the country, in words."""

    @property
    def timeZone(self) -> str | None:
        """Time zone, IANA name, e.g. `Europe/Berlin`."""


class RequestFacts(Record, Protocol):
    """The HTTP request that began the transaction."""

    @property
    def body(self) -> dict[str, Any] | None:
        """Fields of the request's body."""

    @property
    def geoip(self) -> GeoIp | None:
        """Where the request's IP address is thought to be."""

    @property
    def hostname(self) -> str | None:
        """Host name that the request was sent to."""

    @property
    def ip(self) -> str | None:
        """IP address of the end user, v4 or v6."""

    @property
    def language(self) -> str | None:
        """Languages that the user agent asks for, e.g. `de-DE`."""

    @property
    def method(self) -> str | None:
        """HTTP method, e.g. `POST`."""

    @property
    def user_agent(self) -> str | None:
        """The `User-Agent` header."""


class SecurityContext(Record, Protocol):
    """Fingerprints of the TLS client."""

    @property
    def ja3(self) -> str | None:
        """JA3 fingerprint."""

    @property
    def ja4(self) -> str | None:
        """JA4 fingerprint."""


class Tenant(Record, Protocol):
    """The auth server's tenant in which the transaction runs."""

    @property
    def id(self) -> str | None:
        """Name of the tenant at the auth server; the caller's word, no authority."""


class TransactionFacts(Record, Protocol):
    """The transaction that the sign-up or login belongs to."""

    @property
    def acr_values(self) -> list[str] | None:
        """Values of the OIDC parameter `acr_values`, most wanted first."""

    @property
    def correlation_id(self) -> str | None:
        """Id with which the application follows the transaction in its own logs."""

    @property
    def locale(self) -> str | None:
        """Language of the transaction's pages, e.g. `de`."""

    @property
    def login_hint(self) -> str | None:
        """The OIDC parameter `login_hint`."""

    @property
    def prompt(self) -> list[str] | None:
        """Values of the OIDC parameter `prompt`."""

    @property
    def protocol(self) -> str | None:
        """Protocol of the transaction, e.g. `oidc-basic-profile`, `oidc-implicit-profile`, `oidc-hybrid-profile`,
        `oauth2-password`, `samlp`, `wsfed`. At `oauth2-device-code`, `oidc-ciba`, `oauth2-token-exchange` and
        `oauth2-refresh-token` the anonymous session is withheld.
        """

    @property
    def redirect_uri(self) -> str | None:
        """URL to which the user agent is sent back at the end."""

    @property
    def requested_scopes(self) -> list[str] | None:
        """Scopes that the application asked for."""

    @property
    def response_mode(self) -> str | None:
        """How the answer travels: `query`, `fragment`, `form_post`, `web_message`."""

    @property
    def response_type(self) -> list[str] | None:
        """What the application asked for: `code`, `token`, `id_token`."""

    @property
    def state(self) -> str | None:
        """The application's opaque `state`."""

    @property
    def ui_locales(self) -> list[str] | None:
        """Languages wanted for the pages, most wanted first (BCP 47)."""


class UserFacts(Record, Protocol):
    """What is known of a user from the moment of sign-up."""

    @property
    def username(self) -> str | None:
        """Name chosen for signing in, unique in a connection."""

    @property
    def name(self) -> str | None:
        """Full name."""

    @property
    def given_name(self) -> str | None:
        """Given name."""

    @property
    def family_name(self) -> str | None:
        """Family name."""

    @property
    def nickname(self) -> str | None:
        """Nickname."""

    @property
    def email(self) -> str | None:
        """Email address."""

    @property
    def phone_number(self) -> str | None:
        """Phone number, E.164, e.g. `+4930123456`."""

    @property
    def picture(self) -> str | None:
        """URL of a picture."""

    @property
    def app_metadata(self) -> dict[str, Any] | None:
        """Metadata that the user cannot edit, e.g. roles or plans."""

    @property
    def user_metadata(self) -> dict[str, Any] | None:
        """Metadata that the user may edit, e.g. preferences."""
