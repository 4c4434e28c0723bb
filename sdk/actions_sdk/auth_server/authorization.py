"""What a login has granted, as it is kept between the login and its tokens.

Runs in: developer's machine.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Authorization:
    """A user's login for an application, with what the actions decided of its tokens.

    Attributes:
        user_id: The user.
        client_id: The application.
        requested: The scopes that the application asked for and may have; each login runs its actions on them.
        scopes: The access token's scopes, after the actions.
        access_claims: Custom claims of the access token.
        id_claims: Custom claims of the ID token.
        auth_time: When the user proved who they are, seconds since the epoch.
        nonce: The application's nonce, for the ID token; None without one.
    """

    user_id: str
    client_id: str
    requested: tuple[str, ...]
    scopes: tuple[str, ...]
    access_claims: dict[str, Any] = field(default_factory=dict)
    id_claims: dict[str, Any] = field(default_factory=dict)
    auth_time: int = 0
    nonce: str | None = None

    def to_body(self) -> dict[str, Any]:
        """Return it as JSON can carry it."""
        return asdict(self)

    @classmethod
    def from_body(cls, body: Mapping[str, Any]) -> Self:
        """Return what :meth:`to_body` wrote."""
        return cls(**{**body, "requested": tuple(body["requested"]), "scopes": tuple(body["scopes"])})
