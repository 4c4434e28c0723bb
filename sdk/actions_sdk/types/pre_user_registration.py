"""The event of the trigger ``pre-user-registration``.

Runs in: developer's machine.

Generated from ``actions_runtime.events.pre_user_registration``; do not edit, run ``python -m actions_sdk.generate``.
"""

# ruff: noqa: N802 - names of the wire

from typing import Protocol

from actions_sdk.types.facts import (
    AnonymousSession,
    Client,
    Connection,
    CustomDomain,
    RequestFacts,
    SecurityContext,
    Tenant,
    TransactionFacts,
    UserFacts,
)
from actions_sdk.types.records import Record, Secrets
from actions_sdk.types.risk import SupplementalRisk


class RegistrationAuthentication(Record, Protocol):
    """What is known of the sign-up's risk."""

    @property
    def riskAssessment(self) -> SupplementalRisk | None:
        """How risky the sign-up looks."""


class PreUserRegistrationEvent(Record, Protocol):
    """A sign-up at a database or passwordless connection, before the user is created."""

    @property
    def anonymous_session(self) -> AnonymousSession | None:
        """The anonymous session that this sign-up continues, if any. Withheld from actions in device code, CIBA, token
        exchange, refresh token and password reset flows.
        """

    @property
    def authentication(self) -> RegistrationAuthentication | None:
        """What is known of the sign-up's risk."""

    @property
    def client(self) -> Client | None:
        """The application that asked for the sign-up, if any."""

    @property
    def connection(self) -> Connection | None:
        """The connection in which the user is to be created."""

    @property
    def custom_domain(self) -> CustomDomain | None:
        """The custom domain through which the request came, if any."""

    @property
    def request(self) -> RequestFacts | None:
        """The HTTP request that began the sign-up."""

    @property
    def security_context(self) -> SecurityContext | None:
        """Fingerprints of the TLS client."""

    @property
    def tenant(self) -> Tenant | None:
        """The auth server's tenant."""

    @property
    def transaction(self) -> TransactionFacts | None:
        """The transaction that the sign-up belongs to, if any."""

    @property
    def user(self) -> UserFacts | None:
        """The user who is to be created."""

    @property
    def secrets(self) -> Secrets:
        """The action's own secrets."""
