"""Shapes of an event that both triggers share.

Runs in: server / developer's machine.

The fields are those of Auth0's event objects ("Actions Triggers: post-login", "pre-user-registration" and
"Anonymous sessions"). A shape is a ``TypedDict``: validation hands back plain dicts. Every field is optional
unless it says ``Required``; an explicit null counts as missing; a field that no shape names is kept as it is.
Nothing is coerced: the text "1" is no number, and 1 stays 1 where 1.0 would do as well.
"""

from typing import Annotated, Any, TypeVar

from pydantic import Field, with_config
from typing_extensions import TypedDict

documented = with_config(extra="allow", strict=True)
"""Marks a shape: unknown keys stay, and no value is converted."""

Number = int | float
"""A JSON number as it came: integers stay exact, fractions are doubles."""

FreeForm = dict[str, Any]
"""An object whose keys are the tenant's or the auth server's own."""

Item = TypeVar("Item")

Items = Annotated[list[Item], Field(fail_fast=True)]
"""A list of one kind of items; of wrong ones the first is told, so that a long list makes no long refusal."""


@documented
class AnonymousSession(TypedDict, total=False):
    """The anonymous session that this sign-up or login continues.

    Everything in ``metadata`` was written by somebody who was not logged in: validate it before copying.
    """

    user_id: Annotated[
        str | None,
        Field(description="Id of the anonymous user, e.g. `anon|abc123`; not an id of a user's account."),
    ]
    session_id: Annotated[str | None, Field(description="Id of the anonymous session, e.g. `sess_123`.")]
    created_at: Annotated[
        str | Number | None,
        Field(description="When the session began: ISO 8601 text, or a number that is a Unix timestamp."),
    ]
    expires_at: Annotated[
        str | Number | None,
        Field(description="When the session ends: ISO 8601 text, or a number that is a Unix timestamp."),
    ]
    metadata: Annotated[
        FreeForm | None,
        Field(
            description="What the application stored during the anonymous session; `{}` when missing or null."
            " Controlled by whoever held the session, so an attacker may have written it: check types, sizes"
            " and meaning before copying any of it to a user or a token."
        ),
    ]


@documented
class Client(TypedDict, total=False):
    """The application that asked for the sign-up or login."""

    client_id: Annotated[str | None, Field(description="Id of the application.")]
    name: Annotated[str | None, Field(description="Name of the application, as its owner sees it.")]
    metadata: Annotated[FreeForm | None, Field(description="Metadata of the application.")]


@documented
class Connection(TypedDict, total=False):
    """The source of users: a database, a passwordless channel, a social or an enterprise provider."""

    id: Annotated[str | None, Field(description="Id of the connection, e.g. `con_fpe5kj482KO1eOzQ`.")]
    name: Annotated[str | None, Field(description="Name of the connection, e.g. `Username-Password-Authentication`.")]
    strategy: Annotated[
        str | None,
        Field(description="Kind of the connection: `auth0` for a database, else e.g. `google-oauth2`, `waad`."),
    ]
    metadata: Annotated[FreeForm | None, Field(description="Metadata of the connection.")]


@documented
class CustomDomain(TypedDict, total=False):
    """The custom domain through which the request came."""

    domain: Annotated[str | None, Field(description="Host name of the custom domain.")]
    domain_metadata: Annotated[FreeForm | None, Field(description="Metadata of the custom domain.")]


@documented
class GeoIp(TypedDict, total=False):
    """Where the IP address of a request is thought to be."""

    cityName: Annotated[str | None, Field(description="City.")]
    continentCode: Annotated[str | None, Field(description="Continent, two letters, e.g. `EU`.")]
    countryCode: Annotated[str | None, Field(description="Country, ISO 3166-1 alpha-2, e.g. `DE`.")]
    countryCode3: Annotated[str | None, Field(description="Country, ISO 3166-1 alpha-3, e.g. `DEU`.")]
    countryName: Annotated[str | None, Field(description="Country in words.")]
    latitude: Annotated[Number | None, Field(description="Latitude in degrees, north is positive.")]
    longitude: Annotated[Number | None, Field(description="Longitude in degrees, east is positive.")]
    subdivisionCode: Annotated[str | None, Field(description="Region within the country, its code.")]
    subdivisionName: Annotated[str | None, Field(description="Region within the country, in words.")]
    timeZone: Annotated[str | None, Field(description="Time zone, IANA name, e.g. `Europe/Berlin`.")]


@documented
class RequestFacts(TypedDict, total=False):
    """The HTTP request that began the transaction."""

    body: Annotated[FreeForm | None, Field(description="Fields of the request's body.")]
    geoip: Annotated[GeoIp | None, Field(description="Where the request's IP address is thought to be.")]
    hostname: Annotated[str | None, Field(description="Host name that the request was sent to.")]
    ip: Annotated[str | None, Field(description="IP address of the end user, v4 or v6.")]
    language: Annotated[str | None, Field(description="Languages that the user agent asks for, e.g. `de-DE`.")]
    method: Annotated[str | None, Field(description="HTTP method, e.g. `POST`.")]
    user_agent: Annotated[str | None, Field(description="The `User-Agent` header.")]


@documented
class SecurityContext(TypedDict, total=False):
    """Fingerprints of the TLS client."""

    ja3: Annotated[str | None, Field(description="JA3 fingerprint.")]
    ja4: Annotated[str | None, Field(description="JA4 fingerprint.")]


@documented
class Tenant(TypedDict, total=False):
    """The auth server's tenant in which the transaction runs."""

    id: Annotated[
        str | None,
        Field(description="Name of the tenant at the auth server; the caller's word, no authority."),
    ]


@documented
class TransactionFacts(TypedDict, total=False):
    """The transaction that the sign-up or login belongs to."""

    acr_values: Annotated[
        Items[str] | None, Field(description="Values of the OIDC parameter `acr_values`, most wanted first.")
    ]
    correlation_id: Annotated[
        str | None,
        Field(description="Id with which the application follows the transaction in its own logs."),
    ]
    locale: Annotated[str | None, Field(description="Language of the transaction's pages, e.g. `de`.")]
    login_hint: Annotated[str | None, Field(description="The OIDC parameter `login_hint`.")]
    prompt: Annotated[Items[str] | None, Field(description="Values of the OIDC parameter `prompt`.")]
    protocol: Annotated[
        str | None,
        Field(
            description="Protocol of the transaction, e.g. `oidc-basic-profile`, `oidc-implicit-profile`,"
            " `oidc-hybrid-profile`, `oauth2-password`, `samlp`, `wsfed`. At `oauth2-device-code`,"
            " `oidc-ciba`, `oauth2-token-exchange` and `oauth2-refresh-token` the anonymous session is"
            " withheld."
        ),
    ]
    redirect_uri: Annotated[str | None, Field(description="URL to which the user agent is sent back at the end.")]
    requested_scopes: Annotated[Items[str] | None, Field(description="Scopes that the application asked for.")]
    response_mode: Annotated[
        str | None,
        Field(description="How the answer travels: `query`, `fragment`, `form_post`, `web_message`."),
    ]
    response_type: Annotated[
        Items[str] | None, Field(description="What the application asked for: `code`, `token`, `id_token`.")
    ]
    state: Annotated[str | None, Field(description="The application's opaque `state`.")]
    ui_locales: Annotated[
        Items[str] | None, Field(description="Languages wanted for the pages, most wanted first (BCP 47).")
    ]


@documented
class UserFacts(TypedDict, total=False):
    """What is known of a user from the moment of sign-up."""

    username: Annotated[str | None, Field(description="Name chosen for signing in, unique in a connection.")]
    name: Annotated[str | None, Field(description="Full name.")]
    given_name: Annotated[str | None, Field(description="Given name.")]
    family_name: Annotated[str | None, Field(description="Family name.")]
    nickname: Annotated[str | None, Field(description="Nickname.")]
    email: Annotated[str | None, Field(description="Email address.")]
    phone_number: Annotated[str | None, Field(description="Phone number, E.164, e.g. `+4930123456`.")]
    picture: Annotated[str | None, Field(description="URL of a picture.")]
    app_metadata: Annotated[
        FreeForm | None, Field(description="Metadata that the user cannot edit, e.g. roles or plans.")
    ]
    user_metadata: Annotated[FreeForm | None, Field(description="Metadata that the user may edit, e.g. preferences.")]
