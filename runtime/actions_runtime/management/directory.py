"""Everything a login needs, in memory: who calls, which tenants there are, what runs for them.

Runs in: server.

The store is read when a tenant is first asked for and when its revision moved; never on the way of a login
whose tenant is warm. A changed tenant's flows are built aside and put in place by one assignment, so that an
execution sees the old flow or the new one and nothing in between. While the store cannot be reached, the last
view goes on.
"""

import asyncio
import hmac
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final
from weakref import WeakValueDictionary

import structlog

from actions_runtime.errors import FailedPrecondition, Unauthenticated
from actions_runtime.management.changes import tenant_not_found
from actions_runtime.management.keys import TOKEN, hash_token
from actions_runtime.management.notice import Notices
from actions_runtime.management.principals import Principal
from actions_runtime.management.records import BoundVersion, Credential, Tenant, utc_now
from actions_runtime.management.secrets import SecretBox, SecretPlace
from actions_runtime.store.interface import Reader, Store
from actions_sandbox.contract import OnError, Trigger, Version

_log = structlog.get_logger(__name__)

_NEVER_READ: Final = -1
"""The revision of a directory that has read nothing; a store's first revision is 0."""

_SWEEP_S: Final = 60.0
"""Seconds between two looks for idle tenants."""

_NO_HASH: Final = bytes(32)


@dataclass(frozen=True, slots=True)
class ResolvedStep:
    """One place in a flow.

    Attributes:
        version: The deployed version with its secrets in clear.
        on_error: What follows when it fails.
    """

    version: Version
    on_error: OnError


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Flow:
    """What runs at a trigger of a tenant; what others keep of it goes when the directory lets go of it.

    Attributes:
        tenant: The tenant.
        trigger: The trigger.
        steps: The bound, deployed versions in order; empty when nothing is bound.
        revision: The state of the store that it was read from.
    """

    tenant: str
    trigger: Trigger
    steps: tuple[ResolvedStep, ...]
    revision: int


def _not_known() -> Unauthenticated:
    return Unauthenticated("The API key is missing or not valid. Send one as 'authorization: Bearer <key>'.")


@dataclass(slots=True)
class _View:
    """A warm tenant."""

    flows: Mapping[Trigger, Flow]
    revision: int
    used_at: float


@dataclass(frozen=True, slots=True)
class _Known:
    """A key that is not revoked, made ready for the comparison."""

    principal: Principal
    token_hash: bytes
    expires_at: datetime | None


class Directory:
    """The view from memory; belongs to one event loop.

    Args:
        store: Where everything is kept.
        box: Opens the secrets of deployed versions.
        idle_s: Seconds without an execution after which a tenant's flows are forgotten.
        recheck_s: Seconds between two looks into the store on behalf of callers or tenants not known here.
        now: Tells the present instant, for keys that expire.
        clock: Tells monotonic seconds.
        notices: Word of the changes that other processes of this server make; None when there are no others.
    """

    def __init__(
        self,
        store: Store,
        box: SecretBox,
        *,
        idle_s: float = 3_600.0,
        recheck_s: float = 0.25,
        now: Callable[[], datetime] = utc_now,
        clock: Callable[[], float] = time.monotonic,
        notices: Notices | None = None,
    ) -> None:
        self._store = store
        self._box = box
        self._notices = notices
        self._idle_s = idle_s
        self._recheck_s = recheck_s
        self._now = now
        self._clock = clock
        self._revision = _NEVER_READ
        self._tenants: dict[str, Tenant] = {}
        self._known: dict[str, _Known] = {}
        self._views: dict[str, _View] = {}
        self._refreshing = asyncio.Lock()
        self._reading = asyncio.Lock()
        self._rechecking = asyncio.Lock()
        self._warming: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._rechecked_at = -recheck_s
        self._swept_at = clock()

    def authenticate(self, token: str) -> Principal:
        """Return who holds a token.

        Args:
            token: What came after ``Bearer``.

        Raises:
            Unauthenticated: It is malformed, unknown, expired or revoked; which one is not told.
        """
        if self._notices is not None and self._notices.unread:
            raise _not_known()  # whoever asks for a fresh answer gets it
        return self._identify(token)

    def _identify(self, token: str) -> Principal:
        shape = TOKEN.fullmatch(token)
        known = self._known.get(shape[1]) if shape else None
        matches = hmac.compare_digest(hash_token(token) if shape else _NO_HASH, known.token_hash if known else _NO_HASH)
        if known is None or not matches or (known.expires_at is not None and known.expires_at <= self._now()):
            raise _not_known()
        return known.principal

    async def authenticate_fresh(self, token: str) -> Principal:
        """Return who holds a token that may have been created elsewhere since the last poll.

        Raises:
            Unauthenticated: As :meth:`authenticate`, after a look into the store where one is due.
            Unavailable: The key is not known here and the store cannot be reached.
        """
        await self._read_notices()
        shape = TOKEN.fullmatch(token)
        if shape and shape[1] not in self._known:
            await self._recheck()
        return self._identify(token)  # what another process changes from here on came after this call

    def require_tenant(self, tenant: str) -> Tenant:
        """Return a tenant.

        Raises:
            NotFound: There is no such tenant.
        """
        found = self._tenants.get(tenant)
        if found is None:
            raise tenant_not_found(tenant)
        return found

    def cached_flow(self, tenant: str, trigger: Trigger) -> Flow | None:
        """Return a flow when its tenant is warm."""
        view = self._views.get(tenant)
        if view is None or (self._notices is not None and self._notices.unread):
            return None
        view.used_at = self._clock()
        return view.flows[trigger]

    async def flow(self, tenant: str, trigger: Trigger) -> Flow:
        """Return a flow, from the store when its tenant is not warm.

        Raises:
            NotFound: There is no such tenant.
            FailedPrecondition: A secret of a deployed version cannot be decrypted.
            Unavailable: The tenant is not warm and the store cannot be reached.
        """
        await self._read_notices()
        flow = self.cached_flow(tenant, trigger)
        if flow is not None:
            return flow
        if tenant not in self._tenants:
            await self._recheck()
        self.require_tenant(tenant)
        lock = self._warming.setdefault(tenant, asyncio.Lock())
        async with lock:
            view = self._views.get(tenant) or await self._warm(tenant)
        return view.flows[trigger]

    async def refresh(self) -> None:
        """Take over what changed since the last time; cheap when nothing did.

        Raises:
            Unavailable: The store cannot be reached; the last view goes on.
        """
        async with self._refreshing:
            self._forget_idle()
            revision = await self._store.revision()
            if revision != self._revision:
                await self._take_over(rewound=revision < self._revision)

    async def take_over_own(self) -> None:
        """Take over a change that this process has committed, and tell the other ones.

        Raises:
            Unavailable: As :meth:`refresh`; the others are told all the same.
        """
        try:
            await self.refresh()
        finally:
            if self._notices is not None:
                self._notices.give()

    async def _read_notices(self) -> None:
        """Take over what other processes have changed, once for everybody who waits.

        Nobody may pass while the store is being read: the view is the old one until then. A look that fails is left
        to the watch, and the last view goes on.
        """
        notices = self._notices
        if notices is None or not notices.unread:
            return
        async with self._reading:
            if notices.unread:
                counts = notices.look()
                try:
                    await self.refresh()
                except Exception:
                    _log.exception("refresh_failed")
                notices.note(counts)

    async def watch(self, interval_s: float = 1.0) -> None:
        """Refresh for ever; a failure is logged and the next round tries again.

        Args:
            interval_s: Seconds between two looks.
        """
        while True:
            try:
                await self.refresh()
            except Exception:
                _log.exception("refresh_failed")
            await asyncio.sleep(interval_s)

    async def _recheck(self) -> None:
        """Look into the store once for everybody who waits, and not more often than allowed."""
        async with self._rechecking:
            if self._clock() - self._rechecked_at >= self._recheck_s:
                await self.refresh()
                self._rechecked_at = self._clock()

    async def _take_over(self, *, rewound: bool) -> None:
        """Read the changes from one state of the store and put them in place.

        Args:
            rewound: The store is older than this view, e.g. restored from a copy: nothing of the view holds.
        """
        since = _NEVER_READ if rewound else self._revision
        async with self._store.snapshot() as reader:
            tenants = await reader.tenants_since(since)
            credentials = await reader.credentials_since(since)
            views = {} if rewound else await self._reread(reader, tenants)
            revision = reader.revision
        if rewound:
            self._tenants, self._known, self._views = {}, {}, {}
        for tenant in tenants:
            self._tenants[tenant.id] = tenant
            self._replace(tenant, views.get(tenant.id))
        for credential in credentials:
            self._learn(credential)
        self._revision = revision

    async def _reread(self, reader: Reader, tenants: Sequence[Tenant]) -> dict[str, _View]:
        """Build the new views of those changed tenants that are warm."""
        views = {}
        for tenant in tenants:
            view = self._views.get(tenant.id)
            if view is None or view.revision >= tenant.revision:
                continue
            try:
                views[tenant.id] = await self._read(reader, tenant.id)
            except FailedPrecondition as error:
                # One tenant's fault must not stop the others' changes: it turns cold and meets it itself.
                _log.error("flow_unreadable", tenant=tenant.id, reason=error.reason, error=error.message)
        return views

    def _replace(self, tenant: Tenant, fresh: _View | None) -> None:
        """Put a view in place unless a newer one was read meanwhile; drop one that is too old."""
        present = self._views.get(tenant.id)
        if present is None or present.revision >= tenant.revision:
            return
        if fresh is None:
            del self._views[tenant.id]
        else:
            fresh.used_at = present.used_at
            self._views[tenant.id] = fresh

    def _learn(self, credential: Credential) -> None:
        key = credential.key
        if key.revoked_at is not None:
            self._known.pop(key.id, None)
            return
        principal = Principal(key.id, key.tenant, key.scopes)
        self._known[key.id] = _Known(principal, credential.token_hash, key.expires_at)

    async def _warm(self, tenant: str) -> _View:
        """Read a tenant's flows, again when a refresh has overtaken the reading."""
        while True:
            async with self._store.snapshot() as reader:
                view = await self._read(reader, tenant)
            if view.revision >= self.require_tenant(tenant).revision:
                self._views[tenant] = view
                return view

    async def _read(self, reader: Reader, tenant: str) -> _View:
        bound = await reader.bound_versions(tenant)
        flows = {
            trigger: Flow(
                tenant,
                trigger,
                tuple(self._resolve(item) for item in bound if item.trigger is trigger),
                reader.revision,
            )
            for trigger in Trigger
        }
        return _View(MappingProxyType(flows), reader.revision, self._clock())

    def _resolve(self, bound: BoundVersion) -> ResolvedStep:
        version = bound.version
        place = SecretPlace(version.tenant, version.action, version.number)
        secrets = MappingProxyType(self._box.open(place, bound.secrets))
        resolved = Version(version.key, version.action, version.number, version.source, secrets)
        return ResolvedStep(resolved, bound.on_error)

    def _forget_idle(self) -> None:
        """Forget the flows of tenants that nobody logs in to; keys and tenants are kept, being small."""
        now = self._clock()
        if now - self._swept_at < min(_SWEEP_S, self._idle_s):
            return
        self._swept_at = now
        for tenant in [name for name, view in self._views.items() if now - view.used_at >= self._idle_s]:
            del self._views[tenant]
