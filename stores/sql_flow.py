"""What came and what was finished, from the events of cases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

from cases.flow import Day
from cases.model import UNFINISHED, CaseState
from stores.case_tables import CaseEventRow, finishing
from stores.case_writes import CASES
from stores.database import reading

EVENTS = cast(sa.Table, CaseEventRow.__table__)
FINISHED = sorted(state.value for state in CaseState if state not in UNFINISHED)


def received_in(since: datetime, until: datetime) -> list[sa.ColumnElement[bool]]:
    """Return what a case fulfils that came in then; reports count by the same."""
    return [CASES.c.opened_at >= since, CASES.c.opened_at < until]


def finished_in(since: datetime, until: datetime) -> list[sa.ColumnElement[bool]]:
    """Return what an event fulfils that finished a case then; reports count by the same.

    An answer may finish a case as well as a move; one that goes on in another is not finished.
    """
    return [_Finishing(), EVENTS.c.at >= since, EVENTS.c.at < until]


class _Finishing(sa.ColumnElement[Any]):
    """The condition of ``ix_case_event_finishing`` in the words of the database at hand.

    It has no type, lest SQLAlchemy write ``= 1`` behind it for SQLite: other words.
    """

    inherit_cache = True
    type = sa.types.NullType()


@compiles(_Finishing)
def _finishing(_element: _Finishing, compiler: SQLCompiler, **_options: object) -> str:
    return f"({finishing(compiler.dialect.name, 'case_event.')})"


class SqlFlow:
    """Reads only. Days are those of ``zone``."""

    def __init__(self, engine: AsyncEngine, *, zone: ZoneInfo) -> None:
        self._engine = engine
        self._zone = zone

    async def days(
        self, first: date, last: date, *, departments: frozenset[str], seen: frozenset[str]
    ) -> Sequence[Day]:
        """Return every day from ``first`` to ``last``."""
        since, until = self._start(first), self._start(last + timedelta(days=1))
        whose = [
            sa.or_(CASES.c.confidential.is_(False), CASES.c.department.in_(sorted(seen))),
        ]
        if departments:
            whose.append(CASES.c.department.in_(sorted(departments)))
        dates = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        came, went = self._day(CASES.c.opened_at, dates), self._day(EVENTS.c.at, dates)
        received = sa.select(came, sa.func.count()).where(*received_in(since, until), *whose)
        finished = (
            sa.select(went, sa.func.count())
            .select_from(EVENTS.join(CASES, CASES.c.number == EVENTS.c.case_number))
            .where(*finished_in(since, until), *whose)
        )
        async with reading(self._engine) as connection:
            of_day = [
                dict((await connection.execute(found.group_by("day"))).all())
                for found in (received, finished)
            ]
        return [Day(one, *(counts.get(n, 0) for counts in of_day)) for n, one in enumerate(dates)]

    def _day(self, at: sa.Column[datetime], dates: Sequence[date]) -> sa.Label[int]:
        """Return which of the dates a moment is on, counted from 0."""
        if len(dates) == 1:  # a CASE needs something to choose between
            return sa.literal(0).label("day")
        ends = ((at < self._start(one), n) for n, one in enumerate(dates[1:]))
        return sa.case(*ends, else_=len(dates) - 1).label("day")

    def _start(self, day: date) -> datetime:
        return datetime.combine(day, time(), self._zone).astimezone(UTC)
