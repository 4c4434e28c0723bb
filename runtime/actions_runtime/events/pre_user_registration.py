"""The event of the trigger ``pre-user-registration``.

Runs in: server / developer's machine.

Fields as Auth0 documents them ("Actions Triggers: pre-user-registration - Event Object"); the rules of
:mod:`actions_runtime.events.facts` hold. There is no user yet, hence no ``user_id`` and nothing required.
"""

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from actions_runtime.events.facts import (
    AnonymousSession,
    Client,
    Connection,
    CustomDomain,
    RequestFacts,
    SecurityContext,
    Tenant,
    TransactionFacts,
    UserFacts,
    documented,
)
from actions_runtime.events.risk import SupplementalRisk


@documented
class RegistrationAuthentication(TypedDict, total=False):
    """What is known of the sign-up's risk."""

    riskAssessment: Annotated[SupplementalRisk | None, Field(description="How risky the sign-up looks.")]


@documented
class PreUserRegistrationEvent(TypedDict, total=False):
    """A sign-up at a database or passwordless connection, before the user is created."""

    anonymous_session: Annotated[
        AnonymousSession | None,
        Field(
            description="The anonymous session that this sign-up continues, if any. Withheld from actions in"
            " device code, CIBA, token exchange, refresh token and password reset flows."
        ),
    ]
    authentication: Annotated[
        RegistrationAuthentication | None, Field(description="What is known of the sign-up's risk.")
    ]
    client: Annotated[Client | None, Field(description="The application that asked for the sign-up, if any.")]
    connection: Annotated[Connection | None, Field(description="The connection in which the user is to be created.")]
    custom_domain: Annotated[
        CustomDomain | None, Field(description="The custom domain through which the request came, if any.")
    ]
    request: Annotated[RequestFacts | None, Field(description="The HTTP request that began the sign-up.")]
    security_context: Annotated[SecurityContext | None, Field(description="Fingerprints of the TLS client.")]
    tenant: Annotated[Tenant | None, Field(description="The auth server's tenant.")]
    transaction: Annotated[
        TransactionFacts | None, Field(description="The transaction that the sign-up belongs to, if any.")
    ]
    user: Annotated[UserFacts | None, Field(description="The user who is to be created.")]
