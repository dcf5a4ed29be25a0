"""Announcements about working time in SQLite or PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from cases.calendar_store import RuleNotFound
from cases.timetable import (
    Announced,
    DayKind,
    DayRule,
    Season,
    Week,
    WeekFrom,
    spans_from,
    spans_told,
)
from stores.audit_tables import record
from stores.calendar_tables import CalendarDaysRow, CalendarMonthRow, CalendarWeekRow
from stores.database import reading
from stores.sql_recount_store import ask_for_recount

MONTHS = cast(sa.Table, CalendarMonthRow.__table__)
DAYS = cast(sa.Table, CalendarDaysRow.__table__)
WEEKS = cast(sa.Table, CalendarWeekRow.__table__)


class SqlCalendarStore:
    """One transaction per change, with its audit row and the order to count deadlines anew."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def read(self) -> Announced:
        """Return all that is in force."""
        in_force = sa.select(DAYS).where(DAYS.c.withdrawn_at.is_(None)).order_by(DAYS.c.id)
        by_date = sa.select(WEEKS).order_by(WEEKS.c.since, WEEKS.c.season)
        async with reading(self._engine) as connection:
            months = (await connection.execute(sa.select(MONTHS))).all()
            days = (await connection.execute(in_force)).mappings().all()
            weeks = (await connection.execute(by_date)).all()
        return Announced(
            months={(year, month): begins for year, month, begins in months},
            days=tuple(_rule_from(row) for row in days),
            weeks=tuple(
                WeekFrom(Season(season), since, tuple(spans_from(day) for day in week))
                for season, since, week in weeks
            ),
        )

    async def set_month(
        self, year: int, month: int, begins: date | None, *, by: str, at: datetime
    ) -> None:
        """Keep when a Hijri month begins; None: the table counts again."""
        here = (MONTHS.c.year == year, MONTHS.c.month == month)
        async with self._engine.begin() as connection:
            was = await connection.scalar(sa.delete(MONTHS).where(*here).returning(MONTHS.c.begins))
            if begins is not None:
                added = {"year": year, "month": month, "begins": begins}
                await connection.execute(sa.insert(MONTHS).values(added))
            told = (_told(was), _told(begins))
            await _record(connection, f"month:{year}-{month:02}", by, at, *told)

    async def add_days(self, rule: DayRule, *, by: str, at: datetime) -> DayRule:
        """Keep a rule; returns it with its id."""
        values = {
            "kind": rule.kind.value,
            "first": rule.first,
            "last": rule.last,
            "name_ar": rule.name_ar,
            "name_en": rule.name_en,
            "spans": spans_told(rule.spans),
        }
        async with self._engine.begin() as connection:
            added = sa.insert(DAYS).values(values).returning(DAYS.c.id)
            rule_id = int(await connection.scalar(added) or 0)
            told = {name: _plain(value) for name, value in values.items()}
            await _record(connection, f"days:{rule_id}", by, at, {}, told)
        return replace(rule, id=rule_id)

    async def withdraw_days(self, rule_id: int, *, by: str, at: datetime) -> None:
        """Take a rule back; raises RuleNotFound."""
        async with self._engine.begin() as connection:
            done = await connection.execute(
                sa.update(DAYS)
                .where(DAYS.c.id == rule_id, DAYS.c.withdrawn_at.is_(None))
                .values(withdrawn_at=at)
            )
            if done.rowcount != 1:
                raise RuleNotFound(rule_id=rule_id)
            told = {"withdrawn_at": at.isoformat()}
            await _record(connection, f"days:{rule_id}", by, at, {}, told)

    async def set_week(
        self, season: Season, since: date, week: Week | None, *, by: str, at: datetime
    ) -> None:
        """Keep the hours of a season from a date on; None takes back what begins there."""
        if week is not None:
            WeekFrom(season, since, week)  # refuses an impossible one
        here = (WEEKS.c.season == season.value, WEEKS.c.since == since)
        hours = None if week is None else [spans_told(day) for day in week]
        async with self._engine.begin() as connection:
            was = await connection.scalar(sa.delete(WEEKS).where(*here).returning(WEEKS.c.week))
            if hours is not None:
                added = {"season": season.value, "since": since, "week": hours}
                await connection.execute(sa.insert(WEEKS).values(added))
            subject = f"week:{season.value}:{since.isoformat()}"
            await _record(connection, subject, by, at, {"hours": was}, {"hours": hours})


def _rule_from(row: sa.RowMapping) -> DayRule:
    return DayRule(
        id=row["id"],
        kind=DayKind(row["kind"]),
        first=row["first"],
        last=row["last"],
        name_ar=row["name_ar"],
        name_en=row["name_en"],
        spans=spans_from(row["spans"]),
    )


def _told(begins: date | None) -> dict[str, Any]:
    return {"begins": _plain(begins)}


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


async def _record(
    connection: AsyncConnection,
    subject_id: str,
    by: str,
    at: datetime,
    before: dict[str, Any],
    after: dict[str, Any],
) -> None:
    await ask_for_recount(connection, at)
    await record(
        connection,
        at=at,
        actor=by,
        action="calendar_changed",
        subject_kind="calendar",
        subject_id=subject_id,
        before=before,
        after=after,
    )
