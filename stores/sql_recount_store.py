"""Orders to count deadlines anew, in SQLite or PostgreSQL."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import cast

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from cases.recounting import Recount
from stores.calendar_tables import NOT_DONE, CalendarRecountRow
from stores.claims import any_waits, claimed
from stores.database import reading

RECOUNTS = cast(sa.Table, CalendarRecountRow.__table__)


class SqlRecountStore:
    """One transaction per step."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def ask(self, *, at: datetime) -> None:
        """Keep an order."""
        async with self._engine.begin() as connection:
            await ask_for_recount(connection, at)

    async def claim(self, *, now: datetime, until: datetime) -> Recount | None:
        """Take the order that is to be worked on now, and hold it until ``until``."""
        due = (
            sa.select(RECOUNTS.c.id)
            .where(NOT_DONE, RECOUNTS.c.next_at <= now)
            .order_by(RECOUNTS.c.id.desc())
            .limit(1)
        )
        if not await any_waits(self._engine, due):
            return None
        async with self._engine.begin() as connection:
            row = await claimed(connection, due, next_at=until)
            return None if row is None else _recount(row)

    async def go_on(self, one: Recount, *, at: datetime) -> bool:
        """Keep how far it is; False when a newer one came."""
        async with self._engine.begin() as connection:
            kept = await connection.execute(
                sa.update(RECOUNTS)
                .where(RECOUNTS.c.id == one.id, NOT_DONE)
                .values(**asdict(one), next_at=at)
            )
            return kept.rowcount == 1

    async def latest(self) -> Recount | None:
        """Return the newest order."""
        newest = sa.select(RECOUNTS).order_by(RECOUNTS.c.id.desc()).limit(1)
        async with reading(self._engine, snapshot=False) as connection:
            row = (await connection.execute(newest)).mappings().one_or_none()
        return None if row is None else _recount(row)


async def ask_for_recount(connection: AsyncConnection, at: datetime) -> None:
    """Keep an order in the transaction of the change that makes it necessary."""
    await connection.execute(sa.update(RECOUNTS).where(NOT_DONE).values(done_at=at))
    added = {"asked_at": at, "next_at": at, "seen": 0, "moved": 0, "passes": 0}
    await connection.execute(sa.insert(RECOUNTS).values(added))


def _recount(row: sa.RowMapping) -> Recount:
    return Recount(**{name: value for name, value in row.items() if name != "next_at"})
