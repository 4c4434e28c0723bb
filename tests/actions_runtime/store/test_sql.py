import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from actions_runtime.errors import Unavailable
from actions_runtime.management.records import (
    Action,
    ActionVersion,
    ApiKey,
    AuditEntry,
    Binding,
    Bindings,
    Credential,
    Scope,
    SealedSecret,
    Tenant,
)
from actions_runtime.store.interface import Store
from actions_runtime.store.migrations import migrate
from actions_runtime.store.sql import SqlStore, open_store
from actions_sandbox.contract import Isolation, OnError, Trigger

NOW = datetime(2026, 11, 24, 12, 0, 0, 123456, tzinfo=UTC)
LOGIN = Trigger.POST_LOGIN


@pytest.fixture
async def store(url: str) -> AsyncIterator[SqlStore]:
    """An empty store."""
    await migrate(url)
    store = open_store(url)
    yield store
    await store.close()


def fits(store: SqlStore) -> Store:
    """Hold the implementation to the interface; the type checker does the work."""
    return store


async def add_tenant(store: SqlStore, tenant: str) -> None:
    """Keep a tenant in a transaction of its own."""
    async with store.transaction() as tx:
        await tx.add_tenant(Tenant(tenant, "", None, NOW, tx.revision))


async def test_every_transaction_has_the_next_revision(store: SqlStore) -> None:
    """Revisions count from the first change, and a reader knows which it sees."""
    assert await store.revision() == 0
    for expected in (1, 2, 3):
        async with store.transaction() as tx:
            assert tx.revision == expected
    async with store.snapshot() as reader:
        assert reader.revision == await store.revision() == 3


async def test_a_tenant_is_written_in_place_of_the_one_before(store: SqlStore) -> None:
    """Its name, isolation and revision change, its creation does not, and other tenants stay as they are."""
    await add_tenant(store, "acme")
    await add_tenant(store, "other")
    for isolation in (Isolation.EXECUTION, Isolation.WORKER, None):
        async with store.transaction() as tx:
            changed = Tenant("acme", "A", isolation, NOW, tx.revision)
            await tx.put_tenant(changed)
        async with store.snapshot() as reader:
            assert await reader.tenant("acme") == changed
            assert await reader.tenants_since(changed.revision - 1) == [changed]
            assert await reader.tenant("other") == Tenant("other", "", None, NOW, 2)


async def test_an_exception_leaves_nothing(store: SqlStore) -> None:
    """Neither rows nor the revision of a transaction that was left by an exception are there afterwards."""

    async def fail() -> None:
        async with store.transaction() as tx:
            await tx.add_tenant(Tenant("acme", "", None, NOW, tx.revision))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()

    async with store.snapshot() as reader:
        assert (await reader.tenant("acme"), reader.revision) == (None, 0)


async def test_a_cancelled_transaction_leaves_nothing(store: SqlStore) -> None:
    """A caller who goes away in the middle leaves no half of a change and no lock."""
    written = asyncio.Event()

    async def change() -> None:
        async with store.transaction() as tx:
            await tx.add_tenant(Tenant("acme", "", None, NOW, tx.revision))
            written.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(change())
    await written.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    await add_tenant(store, "other")
    async with store.snapshot() as reader:
        assert (await reader.tenant("acme"), reader.revision) == (None, 1)


async def test_a_process_that_dies_leaves_nothing(store: SqlStore, url: str) -> None:
    """A transaction that a dead process never ended is not there for those who live."""
    program = (
        "import asyncio, os, sys\n"
        "from datetime import UTC, datetime\n"
        "from actions_runtime.management.records import Tenant\n"
        "from actions_runtime.store.sql import open_store\n"
        "async def change():\n"
        "    async with open_store(sys.argv[1]).transaction() as tx:\n"
        "        await tx.add_tenant(Tenant('acme', '', None, datetime.now(UTC), tx.revision))\n"
        "        assert await tx.tenant('acme')\n"
        "        os._exit(9)\n"
        "asyncio.run(change())\n"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, url, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL
    )
    _, complaint = await process.communicate()
    assert process.returncode == 9, complaint.decode()

    await add_tenant(store, "other")
    async with store.snapshot() as reader:
        assert (await reader.tenant("acme"), reader.revision) == (None, 1)


async def test_a_restart_keeps_everything(store: SqlStore, url: str) -> None:
    """Every kind of record comes back as it was written, to the microsecond, after all connections closed."""
    key = ApiKey("k1", None, frozenset(Scope), "label €", "ak_operator_k1", NOW, NOW, None, 1)
    action = Action("acme", "a", LOGIN, "# é\n", ("S",), 1, 1, NOW, NOW, 1)
    version = ActionVersion("acme", "a", 1, "key", "# é\n", 7, "label", ("T",), NOW)
    bindings = Bindings("acme", LOGIN, (Binding("a", OnError.SKIP),), 1)
    entry = AuditEntry(1, NOW, "acme", "actor", "verb", "resource", "detail")
    async with store.transaction() as tx:
        await tx.add_tenant(Tenant("acme", "Acme", None, NOW, 1))
        await tx.add_key(Credential(key, b"h" * 32))
        await tx.add_action(action)
        await tx.put_draft_secrets("acme", "a", [SealedSecret("S", "k", b"\0\xff")])
        await tx.add_version(version, [SealedSecret("T", "k", b"\1")])
        await tx.put_bindings(bindings)
        await tx.record(entry)
    await store.close()

    again = open_store(url)
    async with again.snapshot() as reader:
        assert await reader.tenants("", 9) == [Tenant("acme", "Acme", None, NOW, 1)]
        assert await reader.credentials_since(0) == [Credential(key, b"h" * 32)]
        assert await reader.action("acme", "a") == action
        assert await reader.draft_secrets("acme", "a") == [SealedSecret("S", "k", b"\0\xff")]
        assert await reader.version("acme", "a", 1) == version
        assert await reader.bindings("acme", LOGIN) == bindings
        assert await reader.audit(None, 9, 9) == [entry]
        (bound,) = await reader.bound_versions("acme")
        assert (bound.version, bound.on_error, bound.secrets) == (
            version,
            OnError.SKIP,
            (SealedSecret("T", "k", b"\1"),),
        )
    await again.close()


async def test_transactions_run_one_after_another(store: SqlStore, url: str) -> None:
    """What one read stays true until it ends, also against another process's connections."""
    other = open_store(url)
    running = 0

    async def change(side: SqlStore) -> int:
        nonlocal running
        async with side.transaction() as tx:
            running += 1
            assert running == 1
            await tx.tenants("", 10)
            await asyncio.sleep(0)
            running -= 1
            return tx.revision

    revisions = await asyncio.gather(*(change(side) for side in [store, other] * 4))

    assert sorted(revisions) == list(range(1, 9))
    await other.close()


async def test_a_snapshot_is_one_state(store: SqlStore) -> None:
    """What is committed while somebody reads does not show in what they read."""
    async with store.snapshot() as reader:
        await add_tenant(store, "acme")

        assert (await reader.tenant("acme"), reader.revision) == (None, 0)
    assert await store.revision() == 1


async def test_a_store_stays_locked_only_so_long(store: SqlStore, url: str) -> None:
    """A database that cannot be had is Unavailable with a time to retry, and says nothing of the inside."""
    other = open_store(url)
    async with other._engine.connect() as connection:
        await connection.exec_driver_sql("PRAGMA busy_timeout=1")
    async with store.transaction():
        with pytest.raises(Unavailable) as refused:
            async with other.transaction():
                pass

    assert refused.value.retry_after_ms == 1_000
    assert "sqlite" not in refused.value.message.lower()
    await other.close()


async def test_a_database_without_tables_is_unavailable(url: str) -> None:
    """A server pointed at the wrong file does not pretend to know nobody."""
    store = open_store(url)
    with pytest.raises(Unavailable):
        await store.revision()
    await store.close()


async def test_rows_of_nobody_are_refused(store: SqlStore) -> None:
    """The database itself holds every row to an owner that exists."""
    from sqlalchemy.exc import IntegrityError

    with pytest.raises(IntegrityError):
        async with store.transaction() as tx:
            await tx.add_action(Action("nobody", "a", LOGIN, "", (), None, 0, NOW, NOW, 1))


async def test_what_changed_since_is_told_by_tenant_and_key(store: SqlStore) -> None:
    """Only what changed after the revision that the asker has seen."""
    await add_tenant(store, "a")
    await add_tenant(store, "b")
    async with store.transaction() as tx:
        assert await tx.touch_tenant("a")
        assert not await tx.touch_tenant("nobody")

    async with store.snapshot() as reader:
        assert [t.id for t in await reader.tenants_since(2)] == ["a"]
        assert {t.id for t in await reader.tenants_since(1)} == {"a", "b"}
        assert await reader.tenants_since(3) == []
