"""The parts of the server that its endpoints work with.

Runs in: developer's machine.
"""

from dataclasses import dataclass
from typing import Final

from joserfc.jwk import ECKey, RSAKey

from actions_sdk.anonymous import AnonymousSessions
from actions_sdk.auth_server.database import Database
from actions_sdk.auth_server.forms import Browsers
from actions_sdk.auth_server.journal import Journal
from actions_sdk.auth_server.logins import Logins
from actions_sdk.auth_server.outbox import Outbox
from actions_sdk.auth_server.passwords import Passwords
from actions_sdk.auth_server.settings import ServerSettings
from actions_sdk.auth_server.signing import Signer
from actions_sdk.auth_server.users import User, find_user, normalize_email
from actions_sdk.flows import AsyncFlowClient

_KEPT: Final = 1_000


@dataclass(frozen=True, slots=True)
class Services:
    """What every endpoint may need.

    Attributes:
        settings: The server's settings.
        database: Users and grants.
        sessions: Anonymous sessions.
        logins: Sign-ups and logins.
        passwords: Hashes passwords.
        browsers: Knows browsers again.
        signer: Signs tokens.
        outbox: Where mails go.
        journal: What the runtime answered.
    """

    settings: ServerSettings
    database: Database
    sessions: AnonymousSessions
    logins: Logins
    passwords: Passwords
    browsers: Browsers
    signer: Signer
    outbox: Outbox
    journal: Journal

    @classmethod
    def build(
        cls,
        settings: ServerSettings,
        database: Database,
        sessions: AnonymousSessions,
        runtime: AsyncFlowClient,
        signing_key: ECKey | RSAKey,
    ) -> "Services":
        """Put the parts together.

        Args:
            settings: The server's settings.
            database: An open database.
            sessions: The anonymous sessions.
            runtime: The client of the runtime.
            signing_key: Signs tokens.
        """
        journal = Journal(_KEPT if settings.test_views else 0)
        return cls(
            settings,
            database,
            sessions,
            Logins(settings, database, runtime, sessions, journal),
            Passwords(settings.password_work),
            Browsers(settings.issuer, secure=settings.secure),
            Signer(settings, signing_key),
            Outbox(),
            journal,
        )

    async def check_credentials(self, email: str, password: str) -> User | None:
        """Return the user of an address and password; None for a wrong one of either, after the same work."""
        normalized = normalize_email(email)
        async with self.database.transaction() as connection:
            user = await find_user(connection, email=normalized or "")
        fits = await self.passwords.check(password, user.password if user is not None else None)
        return user if fits else None
