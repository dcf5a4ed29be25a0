"""Engines behave alike on both databases."""

import asyncio
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.ext.asyncio import AsyncEngine

from stores.audit_tables import AuditRow, record
from stores.case_tables import CaseSequenceRow
from stores.database import engine_for, reading

DUBAI = timezone(timedelta(hours=4))


async def test_other_databases_are_refused() -> None:
    with pytest.raises(ValueError, match="mysql"):
        engine_for("mysql://localhost/x")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_sqlite_is_set_up_for_many_hands(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        wanted = {"journal_mode": "wal", "foreign_keys": 1, "synchronous": 1}
        for name, value in wanted.items():
            assert await connection.scalar(sa.text(f"PRAGMA {name}")) == value
        assert await connection.scalar(sa.text("PRAGMA busy_timeout")) >= 10_000


async def test_writers_that_read_first_wait_for_each_other(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await connection.execute(sa.insert(CaseSequenceRow).values(year=2026, last=0))

    async def count_up() -> None:
        async with engine.begin() as connection:
            last = await connection.scalar(
                sa.select(CaseSequenceRow.last)
                .where(CaseSequenceRow.year == 2026)
                .with_for_update()
            )
            await asyncio.sleep(0.002)
            await connection.execute(sa.update(CaseSequenceRow).values(last=(last or 0) + 1))

    await asyncio.gather(*(count_up() for _ in range(20)))
    async with reading(engine) as connection:
        assert await connection.scalar(sa.select(CaseSequenceRow.last)) == 20


async def test_a_reader_does_not_wait_for_a_writer(engine: AsyncEngine) -> None:
    async with engine.begin() as writer:
        await writer.execute(sa.insert(CaseSequenceRow).values(year=2026, last=7))
        async with asyncio.timeout(5), reading(engine) as connection:
            assert await connection.scalar(sa.select(CaseSequenceRow.last)) is None


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_who_finds_no_connection_free_waits_for_one(database_url: str) -> None:
    engine = engine_for(database_url, connections=2)
    count = sa.text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND backend_type = 'client backend'"
    )

    async def ask() -> int:
        async with engine.connect() as connection:
            await asyncio.sleep(0.01)
            return int(await connection.scalar(count) or 0)

    try:
        assert max(await asyncio.gather(*(ask() for _ in range(12)))) == 2
    finally:
        await engine.dispose()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_postgresql_refuses_a_write_while_reading(engine: AsyncEngine) -> None:
    with pytest.raises(DBAPIError, match="read-only"):
        async with reading(engine) as connection:
            await connection.execute(sa.insert(CaseSequenceRow).values(year=2026, last=7))


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_connection_that_died_while_it_lay_idle_harms_nobody(
    engine: AsyncEngine, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with reading(engine, snapshot=False) as connection:
        mine = await connection.scalar(sa.text("SELECT pg_backend_pid()"))
    other = engine_for(database_url)
    async with other.begin() as connection:
        await connection.execute(sa.text("SELECT pg_terminate_backend(:it)"), {"it": mine})
    await other.dispose()
    await asyncio.sleep(0.1)
    monkeypatch.setattr("stores.database.IDLE_S", 0.05)
    async with reading(engine, snapshot=False) as connection:
        assert await connection.scalar(sa.text("SELECT pg_backend_pid()")) != mine


async def a_row(engine: AsyncEngine, at: datetime, **after: object) -> sa.Row[AuditRow]:
    async with engine.begin() as connection:
        await record(
            connection,
            at=at,
            actor="system:test",
            action="test",
            subject_kind="test",
            subject_id="1",
            before={},
            after=after,
        )
    async with reading(engine) as connection:
        return (await connection.execute(sa.select(AuditRow))).one()


async def test_times_survive_with_their_microseconds(engine: AsyncEngine) -> None:
    at = datetime(2026, 11, 23, 1, 2, 3, 456789, tzinfo=DUBAI)
    row = await a_row(engine, at)
    assert row.at == at
    assert row.at.tzinfo is UTC


async def test_a_naive_time_is_refused(engine: AsyncEngine) -> None:
    with pytest.raises(StatementError, match="aware"):
        await a_row(engine, datetime(2026, 11, 23))  # noqa: DTZ001  # the point of the test


async def test_arabic_in_json_stays_readable_in_the_database(
    engine: AsyncEngine, database_url: str, tmp_path: Path
) -> None:
    row = await a_row(engine, datetime(2026, 11, 23, tzinfo=UTC), كلمة="شكوى عن INV-9")
    assert row.after == {"كلمة": "شكوى عن INV-9"}
    async with reading(engine) as connection:
        stored = await connection.scalar(sa.text('SELECT CAST("after" AS TEXT) FROM audit'))
    assert "شكوى عن INV-9" in stored
