"""Several cases in one transaction, in SQLite or PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

import sqlalchemy as sa

from cases.model import Case
from cases.ports import Change
from stores.case_rows import case_from
from stores.case_writes import CASES, caused, next_in_sequence, open_case, save_case
from stores.database import reading
from stores.sql_case_store import SqlCaseStore


class SqlCaseJoins(SqlCaseStore):
    """Locks in the order of numbers, so that two who join the same cases wait for each other."""

    async def save_all(self, changes: Sequence[Change]) -> Sequence[Case]:
        """Save each, all or nothing; raises CaseNotFound or CaseChanged."""
        saved: dict[str, Case] = {}
        async with self._engine.begin() as connection:
            for change in sorted(changes, key=lambda one: one.case.number):
                saved[change.case.number] = await save_case(connection, change)
        return [saved[change.case.number] for change in changes]

    async def open_beside(
        self, year: int, make: Callable[[int], tuple[Change, Sequence[Change]]]
    ) -> Case:
        """Open a case and save others, all or nothing; the same cause opens one only."""
        async with self._engine.connect() as connection, connection.begin() as transaction:
            opening, others = make(await next_in_sequence(connection, year))
            before = await caused(connection, opening.case.caused_by, opening.case.kind)
            if before is not None:
                await transaction.rollback()
                return before
            fresh = await open_case(connection, opening)
            for change in sorted(others, key=lambda one: one.case.number):
                await save_case(connection, change)
            return fresh

    async def to_chase(self, at: datetime, *, limit: int) -> Sequence[Case]:
        """Return the cases whose next step is due, the longest due first."""
        wanted = sa.select(CASES).where(CASES.c.next_at <= at)
        wanted = wanted.order_by(CASES.c.next_at, CASES.c.number).limit(limit)
        async with reading(self._engine) as connection:
            return [case_from(row) for row in (await connection.execute(wanted)).mappings()]

    async def merged_into(self, number: str) -> Sequence[Case]:
        """Return the cases in whose place this one goes on, oldest first."""
        wanted = sa.select(CASES).where(CASES.c.merged_into == number)
        async with reading(self._engine) as connection:
            rows = await connection.execute(wanted.order_by(CASES.c.opened_at, CASES.c.number))
            return [case_from(row) for row in rows.mappings()]
