"""What every store promises."""

import asyncio
import sqlite3
import stat
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from actions_runtime.errors import Unavailable
from actions_sdk.anonymous import SessionStore, SqlSessionStore, StoredSession

NOW = datetime(2026, 5, 14, 10, 30, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
SESSION = StoredSession(
    session_id="sess_1",
    user_id="anon|1",
    client_id="shop",
    metadata_json='{"n":9007199254740993,"text":"é\\ud83d\\ude00"}',
    created_at=NOW,
    updated_at=NOW,
    expires_at=NOW + timedelta(days=30),
)


async def test_a_session_comes_back_as_it_was_kept(store: SessionStore) -> None:
    await store.add(SESSION)
    assert await store.get("sess_1") == SESSION


async def test_there_is_no_session_that_nobody_added(store: SessionStore) -> None:
    assert await store.get("sess_1") is None
    assert not await store.replace("sess_1", "{}", NOW, LATER)
    assert not await store.end("sess_1", NOW)
    assert await store.get("sess_1") is None


async def test_replacing_writes_metadata_and_times_and_nothing_else(store: SessionStore) -> None:
    await store.add(SESSION)
    assert await store.replace("sess_1", '{"a":1}', LATER, LATER)
    assert await store.get("sess_1") == replace(SESSION, metadata_json='{"a":1}', updated_at=LATER, expires_at=LATER)


async def test_a_session_that_is_over_is_not_replaced(store: SessionStore) -> None:
    """At the very instant of its end it is over."""
    await store.add(SESSION)
    assert not await store.replace("sess_1", "{}", SESSION.expires_at, SESSION.expires_at + timedelta(days=1))
    assert await store.get("sess_1") == SESSION


async def test_an_ended_session_is_remembered_without_its_metadata(store: SessionStore) -> None:
    await store.add(SESSION)
    assert await store.end("sess_1", LATER)
    assert await store.get("sess_1") == replace(SESSION, metadata_json="{}", ended_at=LATER)


async def test_an_end_is_for_good(store: SessionStore) -> None:
    await store.add(SESSION)
    await store.end("sess_1", NOW)
    assert not await store.end("sess_1", LATER)
    assert not await store.replace("sess_1", '{"a":1}', LATER, LATER)
    assert await store.get("sess_1") == replace(SESSION, metadata_json="{}", ended_at=NOW)


async def test_purging_deletes_what_was_over_before_and_nothing_else(store: SessionStore) -> None:
    await store.add(SESSION)
    await store.add(replace(SESSION, session_id="sess_2", expires_at=LATER))
    await store.add(replace(SESSION, session_id="sess_3", expires_at=LATER, ended_at=NOW))
    assert await store.purge(LATER) == 0
    assert await store.purge(LATER + timedelta(seconds=1)) == 2
    assert await store.get("sess_1") == SESSION
    assert await store.get("sess_2") is None


async def test_of_many_ends_at_once_one_ends_it(store: SessionStore) -> None:
    await store.add(SESSION)
    ended = await asyncio.gather(*(store.end("sess_1", NOW) for _ in range(8)))
    assert sorted(ended) == [False] * 7 + [True]


async def test_of_many_writes_at_once_one_stays_whole(store: SessionStore) -> None:
    await store.add(SESSION)
    texts = [f'{{"all":"{number}","n":{number}}}' for number in range(8)]
    ends = [NOW + timedelta(days=number + 1) for number in range(8)]
    assert all(
        await asyncio.gather(*(store.replace("sess_1", *part) for part in zip(texts, [NOW] * 8, ends, strict=True)))
    )
    found = await store.get("sess_1")
    assert found is not None
    assert (found.metadata_json, found.expires_at) in set(zip(texts, ends, strict=True))


async def test_two_processes_share_one_file(url: str) -> None:
    first, second = SqlSessionStore(url), SqlSessionStore(url)
    await asyncio.gather(first.get("sess_1"), second.get("sess_1"))
    await first.add(SESSION)
    assert await second.end("sess_1", LATER)
    found = await first.get("sess_1")
    assert found is not None
    assert found.ended_at == LATER
    await first.close()
    await second.close()


async def test_sessions_outlive_the_process(url: str) -> None:
    first = SqlSessionStore(url)
    await first.add(SESSION)
    await first.close()
    second = SqlSessionStore(url)
    assert await second.get("sess_1") == SESSION
    await second.close()


async def test_the_file_is_its_owners_alone(url: str, tmp_path: Path) -> None:
    store = SqlSessionStore(url)
    await store.add(SESSION)
    assert stat.S_IMODE((tmp_path / "sessions.db").stat().st_mode) == 0o600
    await store.close()


async def test_a_database_that_cannot_be_used_is_unavailable_and_repeats_nothing(url: str, tmp_path: Path) -> None:
    (tmp_path / "sessions.db").write_bytes(b"no database at all, and long enough to be looked at" * 40)
    store = SqlSessionStore(url)
    with pytest.raises(Unavailable) as caught:
        await store.add(SESSION)
    assert "sess_1" not in str(caught.value)
    assert caught.value.__suppress_context__
    await store.close()


async def test_a_table_that_vanished_is_unavailable(url: str, tmp_path: Path) -> None:
    store = SqlSessionStore(url)
    await store.add(SESSION)
    with closing(sqlite3.connect(tmp_path / "sessions.db")) as connection:
        connection.execute("DROP TABLE anonymous_sessions")
    for call in (store.get("sess_1"), store.add(SESSION), store.end("sess_1", NOW), store.purge(NOW)):
        with pytest.raises(Unavailable):
            await call
    await store.close()


def test_only_databases_that_the_runtime_knows_are_opened() -> None:
    with pytest.raises(ValueError, match="no such kind of database"):
        SqlSessionStore("mysql://localhost/sessions")
