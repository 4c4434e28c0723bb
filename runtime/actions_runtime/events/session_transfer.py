"""Where the transfer of an anonymous session stops.

Runs in: server / developer's machine.
"""

from enum import StrEnum
from typing import Any, Final


class LoginFlow(StrEnum):
    """How the user came to the login, as the auth server says beside the event.

    A name is also taken as a command line writes it: ``LoginFlow("device-code")``.
    """

    INTERACTIVE = "INTERACTIVE"
    DEVICE_CODE = "DEVICE_CODE"
    CIBA = "CIBA"
    TOKEN_EXCHANGE = "TOKEN_EXCHANGE"  # noqa: S105 - the name of a flow
    REFRESH_TOKEN = "REFRESH_TOKEN"  # noqa: S105 - the name of a flow
    PASSWORD_RESET = "PASSWORD_RESET"  # noqa: S105 - the name of a flow

    @classmethod
    def _missing_(cls, value: object) -> "LoginFlow":
        found = cls.__members__.get(value.upper().replace("-", "_")) if isinstance(value, str) else None
        if found is None:
            raise ValueError(f"there is no login flow {value!r}; there are: {', '.join(cls)}")
        return found


WITHHOLDING_PROTOCOLS: Final = frozenset(
    {"oauth2-device-code", "oidc-ciba", "oauth2-token-exchange", "oauth2-refresh-token"}
)
"""Values of ``event.transaction.protocol`` at which no anonymous session reaches an action.

Where the request and the login happen on different devices, for another user, or long after the login, the
session may be somebody else's (Auth0, "Anonymous session transfer", unsupported flows).
"""


def withhold(event: dict[str, Any], login_flow: LoginFlow | None) -> bool:
    """Take the anonymous session out of an event whose flow does not transfer it.

    Either word suffices: a flow that the caller calls interactive is not when the event's protocol says
    otherwise, and the other way round.

    Args:
        event: A parsed event; loses ``anonymous_session`` in place when it is withheld.
        login_flow: What the caller said beside the event; ``None`` when it said nothing.

    Returns:
        Whether a session was there and is withheld, which the caller is told by a warning.
    """
    if event.get("anonymous_session") is None or not _withholds(event, login_flow):
        return False
    del event["anonymous_session"]
    return True


def _withholds(event: dict[str, Any], login_flow: LoginFlow | None) -> bool:
    if login_flow not in (None, LoginFlow.INTERACTIVE):
        return True
    transaction = event.get("transaction") or {}
    protocol = transaction.get("protocol") or ""
    return protocol.strip().lower() in WITHHOLDING_PROTOCOLS
