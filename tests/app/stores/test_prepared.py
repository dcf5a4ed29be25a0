"""Statements that go in prepared are what SQLAlchemy makes of them, on both databases."""

import asyncio
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from stores.conversation_rows import CONVERSATIONS, EVENTS, PEOPLE
from stores.database import reading
from stores.prepared import Prepared

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SECRET = "سرّي INV-9"
_ADDED = Prepared(sa.insert(EVENTS))
_TOLD = Prepared(
    sa.select(EVENTS)
    .where(EVENTS.c.cursor > sa.bindparam("after"), EVENTS.c.kind == "message")
    .order_by(EVENTS.c.cursor)
    .limit(sa.bindparam("most", type_=sa.Integer))
)
_RENAMED = Prepared(
    sa.update(EVENTS)
    .where(EVENTS.c.kind == sa.bindparam("was"))
    .values(kind=sa.bindparam("becomes"))
    .returning(EVENTS.c.cursor, EVENTS.c.data)
)
_PERSON = Prepared(sa.insert(PEOPLE))
_PEOPLE = Prepared(sa.select(PEOPLE))


def an_event(**changes: object) -> dict[str, Any]:
    data = {"text": SECRET, "seq": 7, "lines": ["أ", "b"]}
    return {"at": NOON, "kind": "message", "conversation_id": "c-1", "data": data} | changes


async def test_values_come_out_as_they_went_in(engine: AsyncEngine) -> None:
    dubai = NOON.astimezone(timezone(timedelta(hours=4)))
    async with engine.begin() as connection:
        assert await _ADDED.changed(connection, an_event(at=dubai)) == 1
        mine = await _TOLD.rows(connection, {"after": 0, "most": 5})
    [row] = await _TOLD.read(engine, {"after": 0, "most": 5})
    async with reading(engine) as connection:
        [theirs] = (await connection.execute(sa.select(EVENTS))).mappings()
    assert dict(row) == dict(mine[0]) == dict(theirs)
    assert (row["at"], row["at"].tzinfo, row["data"]["text"]) == (NOON, UTC, SECRET)


async def test_a_change_tells_what_it_changed(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        for n in range(3):
            await _ADDED.changed(connection, an_event(data={"seq": n}))
        given = {"was": "message", "becomes": "look"}
        changed = await _RENAMED.rows(connection, given)
        assert sorted(row["data"]["seq"] for row in changed) == [0, 1, 2]
        assert await _RENAMED.row(connection, given) is None
    assert await _TOLD.read(engine, {"after": 0, "most": 5}) == []


async def test_what_was_rolled_back_was_never_there_and_nobody_saw_it(
    engine: AsyncEngine,
) -> None:
    async with engine.connect() as connection, connection.begin() as transaction:
        await _PERSON.changed(connection, {"id": "p-1", "created_at": NOON})
        assert len(await _PEOPLE.rows(connection, {})) == 1
        assert await _PEOPLE.read(engine, {}) == []
        await transaction.rollback()
    assert await _PEOPLE.read(engine, {}) == []
    async with engine.begin() as connection:
        await _PERSON.changed(connection, {"id": "p-1", "created_at": NOON})
    assert len(await _PEOPLE.read(engine, {})) == 1


async def test_errors_are_those_of_sqlalchemy_and_keep_people_s_words_to_themselves(
    engine: AsyncEngine,
) -> None:
    async with engine.begin() as connection:
        await _PERSON.changed(connection, {"id": SECRET, "created_at": NOON})
    with pytest.raises(IntegrityError) as refused:
        async with engine.begin() as connection:
            await _PERSON.changed(connection, {"id": SECRET, "created_at": NOON})
    assert SECRET not in str(refused.value)


async def test_foreign_keys_hold(engine: AsyncEngine) -> None:
    values = {one.name: None for one in CONVERSATIONS.c if one.name != "assistant_stale"}
    values |= {"id": "c-9", "identity_id": 99, "person_id": "nobody", "language": "ar"}
    values |= {"language_pinned": False, "controller": "bot", "control_version": 0}
    values |= {"last_seq": 0, "created_at": NOON}
    with pytest.raises(IntegrityError):
        async with engine.begin() as connection:
            await Prepared(sa.insert(CONVERSATIONS)).changed(connection, values)


COUNTING = """
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :most)
    SELECT COUNT(*) AS many FROM n
"""


@ON_SQLITE
async def test_a_query_that_takes_long_does_not_hold_up_the_others(engine: AsyncEngine) -> None:
    counting = Prepared(sa.text(COUNTING).columns(many=sa.Integer))
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    other = asyncio.create_task(others())
    try:
        for ask in (counting.read, _within(counting)):
            turns = 0
            assert [row["many"] for row in await ask(engine, {"most": 400_000})] == [400_000]
            assert turns > 10
    finally:
        other.cancel()


def _within(statement: Prepared) -> Any:
    async def ask(engine: AsyncEngine, given: dict[str, int]) -> Any:
        async with engine.begin() as connection:
            return await statement.rows(connection, given)

    return ask


@ON_SQLITE
async def test_reading_by_itself_never_writes(engine: AsyncEngine) -> None:
    with pytest.raises(DBAPIError):
        await _PERSON.read(engine, {"id": "p-1", "created_at": NOON})
    await engine.dispose()
    assert await _PEOPLE.read(engine, {}) == []  # it begins anew


@ON_SQLITE
async def test_what_sqlalchemy_would_have_to_fill_in_is_refused(engine: AsyncEngine) -> None:
    table = sa.Table("t", sa.MetaData(), sa.Column("a"), sa.Column("b", default=lambda: 1))
    with pytest.raises(ValueError, match="SQLAlchemy"):
        async with engine.begin() as connection:
            await Prepared(sa.insert(table)).changed(connection, {"a": 1})


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_connection_that_broke_is_not_used_again(engine: AsyncEngine) -> None:
    with pytest.raises(DBAPIError) as broke:
        await _broken_off(engine)
    assert broke.value.connection_invalidated
    assert await _PEOPLE.read(engine, {}) == []


async def _broken_off(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        assert await _PEOPLE.rows(connection, {}) == []
        mine = await connection.scalar(sa.text("SELECT pg_backend_pid()"))
        async with engine.connect() as other:
            await other.execute(sa.text("SELECT pg_terminate_backend(:mine)"), {"mine": mine})
        await asyncio.sleep(0.1)
        await _PEOPLE.rows(connection, {})


async def test_nothing_is_written_without_a_transaction(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        with pytest.raises(ValueError, match="begin"):
            await _PERSON.changed(connection, {"id": "p-1", "created_at": NOON})
