"""What SQLite is asked is asked where it is wanted, and what takes long goes to a thread."""

import asyncio
import os
import sqlite3
import subprocess
import sys
import threading
from time import perf_counter, sleep

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from stores import wal
from stores.case_tables import CaseSequenceRow
from stores.database import reading
from stores.sqlite_connection import SqliteConnection

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

YEAR = 2026
LONG = sa.text(
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000000)"
    " SELECT max(i) FROM n"
)
HOLDER = """
import sqlite3, sys, time
held = sqlite3.connect(sys.argv[1], isolation_level=None)
held.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.readline()
held.execute("COMMIT")
"""


async def add(engine: AsyncEngine, year: int) -> None:
    async with engine.begin() as connection:
        await connection.execute(sa.insert(CaseSequenceRow).values(year=year, last=0))


async def years(engine: AsyncEngine) -> list[int]:
    async with reading(engine) as connection:
        found = await connection.scalars(sa.select(CaseSequenceRow.year))
        return sorted(found)


async def test_a_commit_returns_once_the_disk_has_it(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_go_on, reached = threading.Event(), threading.Event()

    def slowly(log: int) -> None:
        reached.set()
        assert may_go_on.wait(10)
        os.fsync(log)

    monkeypatch.setattr(wal, "SYNC", slowly)
    adding = asyncio.create_task(add(engine, YEAR))
    assert await asyncio.to_thread(reached.wait, 10)
    await asyncio.sleep(0.05)
    assert not adding.done()
    async with asyncio.timeout(5), engine.begin():
        may_go_on.set()  # the next writer had its turn while the first waited for the disk
    await adding


async def test_many_commits_share_a_way_to_the_disk(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    ways: list[int] = []

    def counted(log: int) -> None:
        ways.append(log)
        sleep(0.02)  # a disk of its time: the databases of tests may lie in memory
        os.fsync(log)

    monkeypatch.setattr(wal, "SYNC", counted)
    await asyncio.gather(*(add(engine, YEAR + n) for n in range(20)))
    assert await years(engine) == [YEAR + n for n in range(20)]
    assert 0 < len(ways) < 20


async def test_a_disk_that_refuses_is_told_to_the_writer(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(_log: int) -> None:
        raise OSError(5, "القرص لا يكتب /dev/vda")

    monkeypatch.setattr(wal, "SYNC", refused)
    with pytest.raises(OSError, match="vda"):
        await add(engine, YEAR)
    monkeypatch.undo()
    await add(engine, YEAR + 1)
    assert YEAR + 1 in await years(engine)


async def test_the_log_is_taken_over_into_the_database(
    engine: AsyncEngine, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wal, "TAKEN_OVER_EVERY", 5)
    for n in range(6):
        await add(engine, YEAR + n)
    path = sa.make_url(database_url).database or ""
    with sqlite3.connect(f"file:{path}?immutable=1", uri=True) as without_log:
        [[kept]] = without_log.execute("SELECT count(*) FROM case_sequence").fetchall()
    assert kept >= 5


async def test_a_long_query_holds_nobody_up(engine: AsyncEngine) -> None:
    longest, last, done = 0.0, perf_counter(), False

    async def others() -> None:
        nonlocal longest, last
        while not done:
            await asyncio.sleep(0)
            longest, last = max(longest, perf_counter() - last), perf_counter()

    watching = asyncio.create_task(others())
    began = perf_counter()
    async with reading(engine) as connection:
        assert await connection.scalar(LONG) == 3_000_000
    took, done = perf_counter() - began, True
    await watching
    assert longest < took / 2


async def test_a_long_query_that_nobody_waits_for_any_more_ends(engine: AsyncEngine) -> None:
    async def ask() -> None:
        async with engine.begin() as connection:
            await connection.execute(sa.insert(CaseSequenceRow).values(year=YEAR, last=0))
            await connection.execute(LONG)

    asking = asyncio.create_task(ask())
    await asyncio.sleep(0.1)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    await add(engine, YEAR + 1)
    assert await years(engine) == [YEAR + 1]


async def test_a_long_query_leaves_the_transaction_as_it_was(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await connection.execute(sa.insert(CaseSequenceRow).values(year=YEAR, last=0))
        assert await connection.scalar(LONG) == 3_000_000
    assert await years(engine) == [YEAR]


async def test_another_process_that_writes_is_waited_for(
    engine: AsyncEngine, database_url: str
) -> None:
    path = sa.make_url(database_url).database or ""
    with subprocess.Popen(  # noqa: ASYNC220
        [sys.executable, "-c", HOLDER, path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        assert await asyncio.to_thread(other.stdout.readline) == b"held\n"
        adding = asyncio.create_task(add(engine, YEAR))
        await asyncio.sleep(0.2)
        assert not adding.done()
        other.stdin.write(b"\n")
        other.stdin.flush()
        await adding
    assert await years(engine) == [YEAR]


async def test_a_writer_that_gives_up_lets_the_next_one_write(engine: AsyncEngine) -> None:
    for fails in (sa.text("INSERT INTO nowhere VALUES (1)"), sa.text("SELECT * FROM nowhere")):
        with pytest.raises(sa.exc.OperationalError):
            async with engine.begin() as connection:
                await connection.execute(fails)
    writing = asyncio.Event()

    async def dawdle() -> None:
        async with engine.begin():
            writing.set()
            await asyncio.sleep(60)

    dawdling = asyncio.create_task(dawdle())
    await writing.wait()
    waiting = asyncio.create_task(add(engine, YEAR))
    await asyncio.sleep(0)
    dawdling.cancel()
    async with asyncio.timeout(5):
        await waiting
    assert await years(engine) == [YEAR]


async def test_statements_go_on_in_the_order_of_asking(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        raw = (await connection.get_raw_connection()).dbapi_connection
        assert isinstance(raw, SqliteConnection)
        seen: list[int] = []

        async def tick() -> None:
            while len(seen) < 3:
                seen.append(len(seen))
                await asyncio.sleep(0)

        ticking = asyncio.create_task(tick())
        for _ in range(200):  # each is quick; together they must not keep the others waiting
            await connection.execute(sa.text("SELECT count(*) FROM sqlite_master"))
        assert seen
        await ticking


async def test_words_are_found_in_the_thread(engine: AsyncEngine) -> None:
    async with reading(engine) as connection:
        found = await connection.scalar(
            sa.text("SELECT count(*) FROM search_fts WHERE search_fts MATCH :words"),
            {"words": '"شكوى" OR "DF"'},
        )
    assert found == 0
