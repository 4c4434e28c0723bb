"""Types of ``api``: what an action may ask for. Calls only record; the auth server carries out.

Runs in: developer's machine.

Every call exists under its Auth0 name and its snake_case twin and returns ``api``, so that calls chain. A call that
is refused raises at its own line: ValueError for a name or value that is not allowed or goes over a limit, TypeError
for one of the wrong kind. A script may catch it; nothing is recorded then.
"""

# ruff: noqa: N802, N815 - authors know the calls by their camelCase names

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NotRequired, Protocol, TypeAlias, TypedDict, TypeVar

from actions_sdk.types.records import Record

Json: TypeAlias = str | int | float | bool | Sequence[Any] | Mapping[str, Any] | Record | None
"""A value that JSON can carry, down to its last part; a tuple becomes a list. The call itself looks at the parts."""

_Api = TypeVar("_Api", covariant=True)


class Factor(TypedDict):
    """A factor of authentication, e.g. ``{"type": "otp"}``; at most 10 in one call."""

    type: str
    options: NotRequired[Mapping[str, Any]]


class FactorOptions(TypedDict, total=False):
    """Options of a challenge or enrollment: factors that the user may choose instead."""

    additionalFactors: Sequence[Factor]
    additional_factors: Sequence[Factor]


class AccessApi(Protocol[_Api]):
    """``api.access``: whether the user may go on."""

    def deny(self, reason: str, user_message: str | None = None) -> _Api:
        """Refuse the user; the rest of this script still runs, later actions do not. The first denial stands.

        A denied login keeps its metadata commands and issues no token; a denied registration keeps nothing.

        Args:
            reason: For the tenant's logs, 1 to 1 000 characters.
            user_message: What the end user may be shown, 1 to 1 000 characters; nothing when left out.
        """


class ValidationApi(Protocol[_Api]):
    """``api.validation``: errors that the end user can mend."""

    def error(self, code: str, message: str) -> _Api:
        """Refuse the user with a code and a message; otherwise as ``api.access.deny``.

        Args:
            code: A code for the login page, 1 to 256 characters.
            message: For the end user, 1 to 1 000 characters.
        """


class UserApi(Protocol[_Api]):
    """``api.user``: the metadata of the user's account."""

    def set_app_metadata(self, key: str, value: Json) -> _Api:
        """Replace a top-level key of the app metadata, which users cannot edit, whole.

        This action does not see the change in ``event.user.app_metadata``; later ones of the flow do.

        Args:
            key: 1 to 256 characters without ``.`` and ``$``, and none of the auth server's own names
                (``email``, ``user_id``, ...).
            value: Copied at the call; None removes the key. All that one flow sets has at most 32 kB.
        """

    def set_user_metadata(self, key: str, value: Json) -> _Api:
        """Replace a top-level key of the user metadata, which users may edit, whole.

        This action does not see the change in ``event.user.user_metadata``; later ones of the flow do.

        Args:
            key: 1 to 256 characters without ``.`` and ``$``.
            value: Copied at the call; None removes the key. All that one flow sets has at most 32 kB.
        """

    def setAppMetadata(self, key: str, value: Json) -> _Api:
        """Replace a top-level key of the app metadata, which users cannot edit, whole; see :meth:`set_app_metadata`."""

    def setUserMetadata(self, key: str, value: Json) -> _Api:
        """Replace a top-level key of the user metadata, which users may edit, whole; see :meth:`set_user_metadata`."""


class IdTokenApi(Protocol):
    """``api.idToken``: the claims of the ID token."""

    def set_custom_claim(self, name: str, value: Json) -> "PostLoginApi":
        """Set a claim of the ID token; the last call for a name wins.

        Args:
            name: 1 to 256 characters; none of the token's own claims (``sub``, ``aud``, ``scope``, ...) and none in
                a namespace of Auth0.
            value: Copied at the call; None is a claim with the value null. All of one token has at most 100 kB.
        """

    def setCustomClaim(self, name: str, value: Json) -> "PostLoginApi":
        """Set a claim of the ID token; see :meth:`set_custom_claim`."""


class AccessTokenApi(Protocol):
    """``api.accessToken``: the claims and scopes of the access token."""

    def set_custom_claim(self, name: str, value: Json) -> "PostLoginApi":
        """Set a claim of the access token; the last call for a name wins.

        Args:
            name: 1 to 256 characters; none of the token's own claims (``sub``, ``aud``, ``scope``, ...) and none in
                a namespace of Auth0.
            value: Copied at the call; None is a claim with the value null. All of one token has at most 100 kB.
        """

    def add_scope(self, scope: str) -> "PostLoginApi":
        """Add a scope.

        Args:
            scope: One scope token (RFC 6749 section 3.3), 1 to 256 characters without spaces.
        """

    def remove_scope(self, scope: str) -> "PostLoginApi":
        """Remove a scope.

        Args:
            scope: One scope token (RFC 6749 section 3.3), 1 to 256 characters without spaces.
        """

    def setCustomClaim(self, name: str, value: Json) -> "PostLoginApi":
        """Set a claim of the access token; see :meth:`set_custom_claim`."""

    def addScope(self, scope: str) -> "PostLoginApi":
        """Add a scope; see :meth:`add_scope`."""

    def removeScope(self, scope: str) -> "PostLoginApi":
        """Remove a scope; see :meth:`remove_scope`."""


class TransactionApi(Protocol):
    """``api.transaction``: facts about this login, gone with it."""

    def set_metadata(self, key: str, value: str | int | float | bool | None) -> "PostLoginApi":
        """Set a key of the transaction's metadata, visible in ``event.transaction.metadata`` at once.

        Args:
            key: 1 to 64 characters.
            value: At most 8 KiB; None removes the key. Keys and values together have at most 16 KiB.
        """

    def setMetadata(self, key: str, value: str | int | float | bool | None) -> "PostLoginApi":
        """Set a key of the transaction's metadata, visible at once; see :meth:`set_metadata`."""


class MultifactorApi(Protocol):
    """``api.multifactor``: a second factor at the end of the flow."""

    def enable(
        self,
        provider: Literal["any", "duo", "google-authenticator", "guardian", "none"],
        options: Mapping[str, Any] | None = None,
    ) -> "PostLoginApi":
        """Ask for a second factor; the last call wins.

        Args:
            provider: Who checks it.
            options: E.g. ``{"allowRememberBrowser": False}``.
        """


class AuthenticationApi(Protocol):
    """``api.authentication``: challenge the user with a factor, or enroll the user in one."""

    def challenge_with(self, factor: Factor, options: FactorOptions | None = None) -> "PostLoginApi":
        """Challenge the user with a factor.

        Args:
            factor: The factor that is asked for first.
            options: Factors that the user may choose instead.
        """

    def challenge_with_any(self, factors: Sequence[Factor]) -> "PostLoginApi":
        """Challenge the user with one of several factors, at the user's choice.

        Args:
            factors: 1 to 10 factors.
        """

    def enroll_with(self, factor: Factor, options: FactorOptions | None = None) -> "PostLoginApi":
        """Enroll the user in a factor.

        Args:
            factor: The factor that is offered first.
            options: Factors that the user may choose instead.
        """

    def enroll_with_any(self, factors: Sequence[Factor]) -> "PostLoginApi":
        """Enroll the user in one of several factors, at the user's choice.

        Args:
            factors: 1 to 10 factors.
        """

    def challengeWith(self, factor: Factor, options: FactorOptions | None = None) -> "PostLoginApi":
        """Challenge the user with a factor; see :meth:`challenge_with`."""

    def challengeWithAny(self, factors: Sequence[Factor]) -> "PostLoginApi":
        """Challenge the user with one of several factors, at the user's choice; see :meth:`challenge_with_any`."""

    def enrollWith(self, factor: Factor, options: FactorOptions | None = None) -> "PostLoginApi":
        """Enroll the user in a factor; see :meth:`enroll_with`."""

    def enrollWithAny(self, factors: Sequence[Factor]) -> "PostLoginApi":
        """Enroll the user in one of several factors, at the user's choice; see :meth:`enroll_with_any`."""


class PreUserRegistrationApi(Protocol):
    """``api`` before a user is registered."""

    access: AccessApi["PreUserRegistrationApi"]
    user: UserApi["PreUserRegistrationApi"]
    validation: ValidationApi["PreUserRegistrationApi"]


class PostLoginApi(Protocol):
    """``api`` after a login, before tokens are issued."""

    access: AccessApi["PostLoginApi"]
    user: UserApi["PostLoginApi"]
    validation: ValidationApi["PostLoginApi"]
    accessToken: AccessTokenApi
    access_token: AccessTokenApi
    idToken: IdTokenApi
    id_token: IdTokenApi
    authentication: AuthenticationApi
    multifactor: MultifactorApi
    transaction: TransactionApi


class Console(Protocol):
    """``console``: log lines of the result; secrets are masked, and one execution has at most 16 KiB of them."""

    def log(self, *values: object) -> None:
        """Write a line."""

    def info(self, *values: object) -> None:
        """Write a line of the level ``info``."""

    def warn(self, *values: object) -> None:
        """Write a line of the level ``warn``."""

    def error(self, *values: object) -> None:
        """Write a line of the level ``error``."""


console: Console
"""The name that every action finds; imported for type checkers only."""
