"""What is kept, as immutable records; the store's rows and the rules' answers are both of these.

Runs in: server.

A record's ``revision`` is the number of the change that wrote it last; the store gives every change its own.
Times are aware and in UTC.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from actions_sandbox.contract import Isolation, OnError, Trigger


class Scope(StrEnum):
    """What a credential may do."""

    EXECUTE = "execute"
    """Run flows."""
    READ = "read"
    """Read actions, versions and bindings."""
    AUTHOR = "author"
    """Change, deploy and bind actions."""
    OPERATOR = "operator"
    """Administer tenants and API keys and read the audit list; never given to a tenant's key."""


def utc_now() -> datetime:
    """Return the present instant."""
    return datetime.now(UTC)


def make_etag(*parts: str | int) -> str:
    """Return the etag of one state of a resource.

    A digest rather than the revision itself: the revision counts the changes of all tenants, and no tenant
    should read another's activity from it.
    """
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:24]


@dataclass(frozen=True, slots=True)
class Tenant:
    """The owner of actions.

    Attributes:
        id: Its name, unique for ever.
        display_name: For people; may be empty.
        isolation: How long its workers live; ``None`` leaves it to the server's setting.
        created_at: When it was created.
        revision: The last change of anything that the tenant owns.
    """

    id: str
    display_name: str
    isolation: Isolation | None
    created_at: datetime
    revision: int


@dataclass(frozen=True, slots=True)
class ApiKey:
    """What may be told about an API key; the token and its hash are not part of it.

    Attributes:
        id: Its public id, which is also part of the token.
        tenant: The tenant it belongs to; ``None`` for the operator.
        scopes: What its holder may do.
        label: For people; may be empty.
        prefix: The public beginning of the token, by which its holder finds it again.
        created_at: When it was created.
        expires_at: The first instant at which it no longer works; ``None`` for never.
        revoked_at: When it was revoked; ``None`` while it is not.
        revision: The change that wrote it last.
    """

    id: str
    tenant: str | None
    scopes: frozenset[Scope]
    label: str
    prefix: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    revision: int


@dataclass(frozen=True, slots=True)
class Credential:
    """An API key together with what proves it; stays between the store and the directory.

    Attributes:
        key: The key.
        token_hash: SHA-256 of the token, 32 bytes.
    """

    key: ApiKey
    token_hash: bytes


@dataclass(frozen=True, slots=True)
class Action:
    """A tenant's action with its draft.

    Attributes:
        tenant: The owner.
        name: Unique in the tenant.
        trigger: Where it may be bound; never changes.
        source: The draft's Python; empty in a list.
        secret_names: Names of the draft's secrets, sorted.
        deployed: Number of the version that runs; ``None`` before the first deployment.
        last_version: The highest number given so far, 0 for none; numbers are never given twice.
        created_at: When it was created.
        updated_at: When the draft or the deployed version last changed.
        revision: The change that wrote it last.
    """

    tenant: str
    name: str
    trigger: Trigger
    source: str
    secret_names: tuple[str, ...]
    deployed: int | None
    last_version: int
    created_at: datetime
    updated_at: datetime
    revision: int

    @property
    def etag(self) -> str:
        """Changes whenever the draft, its secrets or the deployed version do."""
        return make_etag("action", self.tenant, self.name, self.revision)


@dataclass(frozen=True, slots=True)
class ActionVersion:
    """An immutable copy of a draft.

    Attributes:
        tenant: The owner.
        action: The action's name.
        number: Its number in the action, from 1.
        key: Opaque id, unique for ever, also across actions of one name that were deleted in between.
        source: The author's Python; empty in a list.
        policy_version: The language policy under which the source was accepted.
        label: What the author called it, e.g. a git sha; may be empty.
        secret_names: Names of its secrets, sorted.
        created_at: When it was deployed.
    """

    tenant: str
    action: str
    number: int
    key: str
    source: str
    policy_version: int
    label: str
    secret_names: tuple[str, ...]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Binding:
    """One place in a trigger's list.

    Attributes:
        action: The bound action's name.
        on_error: What follows when it fails.
    """

    action: str
    on_error: OnError = OnError.DENY


@dataclass(frozen=True, slots=True)
class Bindings:
    """The ordered list of one trigger.

    Attributes:
        tenant: The owner.
        trigger: The trigger.
        items: The bindings in the order in which they run.
        revision: The change that wrote the list last; 0 when none ever did.
    """

    tenant: str
    trigger: Trigger
    items: tuple[Binding, ...]
    revision: int

    @property
    def etag(self) -> str:
        """Changes whenever the list is written; a list that never was has one as well."""
        return make_etag("bindings", self.tenant, self.trigger, self.revision)


@dataclass(frozen=True, slots=True)
class SealedSecret:
    """A secret as it is at rest.

    Attributes:
        name: The secret's name.
        key_id: Which key of the ring sealed it.
        data: Nonce and ciphertext.
    """

    name: str
    key_id: str
    data: bytes


@dataclass(frozen=True, slots=True)
class BoundVersion:
    """A binding resolved to the version that runs, its secrets still sealed.

    Attributes:
        trigger: The trigger it is bound to.
        on_error: What follows when it fails.
        version: The deployed version.
        secrets: That version's secrets.
    """

    trigger: Trigger
    on_error: OnError
    version: ActionVersion
    secrets: tuple[SealedSecret, ...]


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who changed what; one entry for each change.

    Attributes:
        revision: The change's own number.
        at: When it happened.
        tenant: Whose resource it was; ``None`` for the operator's.
        actor: Id of the credential that asked for it.
        verb: What was done, e.g. ``action.deploy``.
        resource: To what, e.g. ``tenants/acme/actions/merge-cart``.
        detail: What else is worth knowing, one line; never a secret's value.
    """

    revision: int
    at: datetime
    tenant: str | None
    actor: str
    verb: str
    resource: str
    detail: str
