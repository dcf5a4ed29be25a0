"""The board over the table of cases: one condition for count, list and groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from cases.board import AGE_DAYS, Age, BoardFilter, By, ClockState, Pair, Pairs, of_first
from cases.model import Case
from stores.case_rows import case_from
from stores.case_tables import UNFINISHED_ROWS
from stores.case_writes import CASES
from stores.database import one_of, reading

COLUMNS: Mapping[By, sa.Column[Any]] = {
    By.DEPARTMENT: CASES.c.department,
    By.OWNER: CASES.c.owner,
    By.KIND: CASES.c.kind,
    By.CHANNEL: CASES.c.channel,
    By.SEGMENT: CASES.c.segment,
    By.PRIORITY: CASES.c.priority,
    By.STATE: CASES.c.state,
    By.LANGUAGE: CASES.c.language,
}


class SqlBoard:
    """Reads only."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def tally(self, wanted: BoardFilter, *pairs: Pair) -> Sequence[Pairs]:
        """Return how many there are of each pair of values, for every pair that is asked for."""
        asked = sorted({by for pair in pairs for by in pair})
        found = sa.select(*(_key(wanted, by).label(by.value) for by in asked))
        cases = found.where(*conditions(wanted)).cte("found")
        parts = [_grouped(cases, number, pair) for number, pair in enumerate(pairs)]
        async with reading(self._engine, snapshot=False) as connection:
            rows = (await connection.execute(sa.union_all(*parts))).all()
        tables: list[dict[tuple[str, str], int]] = [{} for _ in pairs]
        for number, one, two, count in rows:
            tables[number][one or "", two or ""] = count
        return tables

    async def count(self, wanted: BoardFilter) -> int:
        """Return how many there are."""
        found = sa.select(sa.func.count()).select_from(CASES).where(*conditions(wanted))
        async with reading(self._engine, snapshot=False) as connection:
            return int(await connection.scalar(found) or 0)

    async def count_by(self, wanted: BoardFilter, by: By) -> Mapping[str, int]:
        """Return how many there are of each."""
        return of_first((await self.tally(wanted, (by, by)))[0])

    async def list(
        self, wanted: BoardFilter, *, limit: int = 50, offset: int = 0
    ) -> Sequence[Case]:
        """Return one page: the earliest deadline first.

        Which ones is read from the index alone, so that only a page of the wide rows is.
        """
        order = (CASES.c.resolve_due_at.nulls_last(), CASES.c.number)
        page = sa.select(CASES.c.number).where(*conditions(wanted)).order_by(*order)
        async with reading(self._engine, snapshot=False) as connection:
            numbers = (await connection.scalars(page.limit(limit).offset(offset))).all()
            found = sa.select(CASES).where(one_of(connection, CASES.c.number, numbers))
            rows = (await connection.execute(found)).mappings()
            cases = {row["number"]: case_from(row) for row in rows}
        return [cases[number] for number in numbers if number in cases]


def conditions(wanted: BoardFilter) -> list[sa.ColumnElement[bool]]:
    """Return what a row must fulfil."""
    found: list[sa.ColumnElement[bool]] = [
        sa.literal_column(UNFINISHED_ROWS.text),
        sa.or_(
            CASES.c.confidential.is_(False),
            CASES.c.department.in_(sorted(wanted.confidential_of)),
        ),
    ]
    chosen: list[tuple[By, frozenset[Any]]] = [
        (By.DEPARTMENT, wanted.departments),
        (By.OWNER, wanted.owners),
        (By.KIND, wanted.kinds),
        (By.PRIORITY, wanted.priorities),
        (By.CHANNEL, wanted.channels),
    ]
    found += [COLUMNS[by].in_(sorted(values)) for by, values in chosen if values]
    if wanted.segments or wanted.no_segment:
        told = CASES.c.segment.in_(sorted(wanted.segments))
        found.append(sa.or_(told, CASES.c.segment.is_(None)) if wanted.no_segment else told)
    if wanted.clocks:
        found.append(_clock(wanted).in_(sorted(wanted.clocks)))
    if wanted.ages:
        found.append(_age(wanted).in_(sorted(wanted.ages)))
    return found


def _grouped(cases: sa.CTE, number: int, pair: Pair) -> sa.Select[Any]:
    one, two = (cases.c[by.value] for by in pair)
    keys = (one.label("one"), two.label("two"))
    told = sa.select(sa.literal(number).label("part"), *keys, sa.func.count())
    return told.group_by(*({one, two} if one is two else (one, two)))


def _key(wanted: BoardFilter, by: By) -> sa.ColumnElement[Any]:
    if by is By.CLOCK:
        return _clock(wanted)
    return _age(wanted) if by is By.AGE else COLUMNS[by]


def _clock(wanted: BoardFilter) -> sa.ColumnElement[str]:
    due, still = CASES.c.resolve_due_at, CASES.c.paused_since
    late = sa.and_(due < wanted.now, sa.or_(still.is_(None), due < still))
    return sa.case(
        (late, ClockState.LATE.value),
        (still.is_not(None), ClockState.PAUSED.value),
        (due <= wanted.day_end, ClockState.DUE.value),
        else_=ClockState.IN_TIME.value,
    )


def _age(wanted: BoardFilter) -> sa.ColumnElement[str]:
    at = CASES.c.opened_at
    older = sorted(AGE_DAYS, key=lambda one: -AGE_DAYS[one])
    return sa.case(
        *((at <= wanted.now - timedelta(days=AGE_DAYS[one]), one.value) for one in older),
        else_=Age.TODAY.value,
    )
