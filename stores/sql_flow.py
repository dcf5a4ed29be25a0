"""What came and what was finished, from the events of cases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import cast
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from cases.flow import Day
from cases.model import UNFINISHED, CaseState, EventKind
from stores.case_tables import CaseEventRow
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
    return [
        EVENTS.c.kind != EventKind.MERGED.value,
        EVENTS.c.at >= since,
        EVENTS.c.at < until,
        EVENTS.c.after["state"].as_string().in_(FINISHED),
        EVENTS.c.before["state"].as_string().not_in(FINISHED),
    ]


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
        received = sa.select(CASES.c.opened_at).where(*received_in(since, until), *whose)
        finished = (
            sa.select(EVENTS.c.at)
            .join(CASES, CASES.c.number == EVENTS.c.case_number)
            .where(*finished_in(since, until), *whose)
        )
        async with reading(self._engine) as connection:
            came = self._counted((await connection.execute(received)).scalars())
            went = self._counted((await connection.execute(finished)).scalars())
        span = (last - first).days + 1
        dates = [first + timedelta(days=n) for n in range(span)]
        return [Day(one, came[one], went[one]) for one in dates]

    def _start(self, day: date) -> datetime:
        return datetime.combine(day, time(), self._zone).astimezone(UTC)

    def _counted(self, times: sa.ScalarResult[datetime]) -> Counter[date]:
        return Counter(at.astimezone(self._zone).date() for at in times)
