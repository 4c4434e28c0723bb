"""A server's management side on a real SQLite file, as the tests use it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from actions_runtime.management.actions import ActionRules
from actions_runtime.management.bindings import BindingRules
from actions_runtime.management.changes import Changes
from actions_runtime.management.directory import Directory
from actions_runtime.management.keys import KeyRules
from actions_runtime.management.limits import ManagementLimits
from actions_runtime.management.notice import Notices
from actions_runtime.management.principals import Principal
from actions_runtime.management.records import ActionVersion, Binding, Bindings, Scope
from actions_runtime.management.secrets import SecretBox
from actions_runtime.management.tenants import TenantRules
from actions_runtime.management.versions import VersionRules
from actions_runtime.store.sql import SqlStore, open_store
from actions_sandbox.contract import Diagnostic, OnError, Trigger

SOURCE = "def on_execute_post_login(event, api):\n    pass\n"
AUTHOR = Principal("author-key", "acme", frozenset({Scope.AUTHOR, Scope.READ}))
OPERATOR = Principal("operator-key", None, frozenset(Scope))
LOGIN = Trigger.POST_LOGIN
SIGN_UP = Trigger.PRE_USER_REGISTRATION
RING = {"key-1": bytes(range(32))}


@dataclass
class LineChecker:
    """Judges as a worker would: refuses each line that says ``forbidden``, and can be held up meanwhile.

    Attributes:
        rule: The word that a refused line contains; changing it stands for a new policy.
        meanwhile: Runs while a source is being judged, once.
        asked: The sources that were judged.
    """

    rule: str = "forbidden"
    meanwhile: Callable[[], Awaitable[object]] | None = None
    asked: list[str] = field(default_factory=list)

    async def check(self, tenant: str, action: str, trigger: Trigger, source: str) -> tuple[Diagnostic, ...]:
        """Return a diagnostic for each refused line."""
        self.asked.append(source)
        hook, self.meanwhile = self.meanwhile, None
        if hook is not None:
            await hook()
        return tuple(
            Diagnostic("line-not-allowed", f"'{self.rule}' is not allowed.", "Remove it.", number, 1, line)
            for number, line in enumerate(source.splitlines(), 1)
            if self.rule in line
        )


class Clock:
    """A clock that tests move by hand."""

    def __init__(self) -> None:
        self.instant = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)

    def now(self) -> datetime:
        """Return the present instant."""
        return self.instant

    def seconds(self) -> float:
        """Return the present instant as seconds."""
        return self.instant.timestamp()

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.instant += timedelta(seconds=seconds)


class World:
    """One server process's view: its own connections and its own memory."""

    def __init__(
        self,
        url: str,
        *,
        limits: ManagementLimits | None = None,
        ring: dict[str, bytes] | None = None,
        policy_version: int = 7,
        clock: Clock | None = None,
        notices: Notices | None = None,
    ) -> None:
        limits = limits or ManagementLimits()
        self.url = url
        self.clock = clock or Clock()
        self.store: SqlStore = open_store(url)
        self.box = SecretBox(RING if ring is None else ring)
        self.directory = Directory(
            self.store, self.box, idle_s=600, now=self.clock.now, clock=self.clock.seconds, notices=notices
        )
        self.changes = Changes(self.store, self.directory.take_over_own, self.clock.now)
        self.checker = LineChecker()
        self.actions = ActionRules(self.changes, self.checker, self.box, limits)
        self.versions = VersionRules(self.changes, self.checker, self.box, policy_version, limits)
        self.bindings = BindingRules(self.changes, limits)
        self.tenants = TenantRules(self.changes, limits)
        self.keys = KeyRules(self.changes, limits)

    async def deployed(
        self, name: str, trigger: Trigger = LOGIN, secrets: dict[str, str] | None = None, tenant: str = "acme"
    ) -> ActionVersion:
        """Create an action and deploy it."""
        await self.actions.create(AUTHOR, tenant, name, trigger, SOURCE, secrets or {})
        return await self.versions.deploy(AUTHOR, tenant, name)

    async def bind(self, *names: str, trigger: Trigger = LOGIN, tenant: str = "acme") -> Bindings:
        """Write a trigger's list."""
        etag = (await self.bindings.get(tenant, trigger)).etag
        items = [Binding(name, OnError.DENY) for name in names]
        return await self.bindings.update(AUTHOR, tenant, trigger, items, etag)
