"""The board over the table of cases: one condition for count, list and groups."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from cases.board import (
    AGE_DAYS,
    Age,
    BoardFilter,
    By,
    ClockState,
    Line,
    Pair,
    Pairs,
    of_first,
)
from cases.model import Case, CaseKind, CaseState
from stores.case_rows import case_from
from stores.case_tables import UNFINISHED_ROWS
from stores.case_writes import CASES, EVENTS
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

LINE = (
    CASES.c.number,
    CASES.c.kind,
    CASES.c.state,
    CASES.c.department,
    CASES.c.channel,
    CASES.c.opened_at,
    CASES.c.resolve_due_at,
)
OF_OWNERS = frozenset({By.OWNER, By.DEPARTMENT})


class SqlBoard:
    """Reads only."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def tally(self, wanted: BoardFilter, *pairs: Pair) -> Sequence[Pairs]:
        """Return how many there are of each pair of values, for every pair that is asked for.

        Read once per family of pairs, not once per pair; the rest is added up here.
        """
        families = _families(pairs)
        wide = max(len(family) for family in families)
        parts = [_grouped(wanted, number, family, wide) for number, family in enumerate(families)]
        async with reading(self._engine, snapshot=False) as connection:
            rows = (await connection.execute(sa.union_all(*parts))).all()
        found: list[Counter[tuple[str, str]]] = [Counter() for _ in pairs]
        places = [
            [
                (found[n], family.index(one), family.index(two))
                for n, (one, two) in enumerate(pairs)
                if {one, two} <= set(family) and _owned(one, two) == _owned(*family)
            ]
            for family in families
        ]
        for number, *keys, count in rows:
            for table, one, two in places[number]:
                table[keys[one] or "", keys[two] or ""] += count
        return [dict(sorted(table.items())) for table in found]

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

    async def lines(self, wanted: BoardFilter, *, at_once: int) -> AsyncIterator[Sequence[Line]]:
        """Yield all of them in the order of ``list``, from the index alone.

        Each part begins behind the last line of the part before, whatever changed meanwhile.
        """
        due, number = CASES.c.resolve_due_at, CASES.c.number
        found = sa.select(*LINE, _clock(wanted).label("clock")).where(*conditions(wanted))
        for dated in (True, False):
            of_these = found.where(due.is_not(None) if dated else due.is_(None))
            of_these = of_these.order_by(*((due, number) if dated else (number,))).limit(at_once)
            part = of_these
            while True:
                async with reading(self._engine, snapshot=False) as connection:
                    rows = (await connection.execute(part)).all()
                if rows:
                    yield [_line(row) for row in rows]
                if len(rows) < at_once:
                    break
                last = rows[-1]
                here = sa.tuple_(due, number) if dated else number
                there = sa.tuple_(*_bound(last)) if dated else last.number
                part = of_these.where(here > there)

    async def newest(self) -> int:
        """Return what is another number once any case was changed."""
        last = sa.select(sa.func.max(EVENTS.c.audit_id))
        async with reading(self._engine, snapshot=False) as connection:
            return int(await connection.scalar(last) or 0)


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


def _owned(*keys: By) -> bool:
    return not OF_OWNERS.isdisjoint(keys)


def _families(pairs: Sequence[Pair]) -> list[list[By]]:
    """Return what to group by so that every pair can be added up from one of the groups.

    Owners and departments go together, as owners belong to departments, and everything else;
    all at once would be as many groups as there are cases.
    """
    of_owners = {by for pair in pairs if _owned(*pair) for by in pair}
    others = {by for pair in pairs if not _owned(*pair) for by in pair}
    return [sorted(family) for family in (of_owners, others) if family]


def _grouped(wanted: BoardFilter, number: int, family: Sequence[By], wide: int) -> sa.Select[Any]:
    keys = [_key(wanted, by).label(f"key_{n}") for n, by in enumerate(family)]
    nothing = [sa.null().label(f"key_{n}") for n in range(len(family), wide)]
    told = sa.select(sa.literal(number).label("part"), *keys, *nothing, sa.func.count())
    return told.where(*conditions(wanted)).group_by(*(key.name for key in keys))


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


def _bound(row: Any) -> tuple[sa.ColumnElement[Any], ...]:
    due = sa.literal(row.resolve_due_at, CASES.c.resolve_due_at.type)
    return due, sa.literal(row.number)


def _line(row: Any) -> Line:
    number, kind, state, department, channel, opened_at, due, clock = row
    return Line(
        number, CaseKind(kind), CaseState(state), department, channel, opened_at, due,
        ClockState(clock),
    )  # fmt: skip
