"""Announcements on both systems, and the office that lets them count."""

from datetime import UTC, date, datetime, time

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from cases.calendar import WorkingCalendar
from cases.calendar_store import CalendarOffice, RuleNotFound
from cases.timetable import Announced, DayKind, DayRule, Season
from stores.audit_tables import AuditRow
from stores.sql_calendar_store import SqlCalendarStore

NOW = datetime(2026, 2, 17, 16, tzinfo=UTC)
BY = "agent:a-1"
RAIN = DayRule(
    kind=DayKind.HOURS,
    first=date(2026, 2, 25),
    last=date(2026, 2, 26),
    name_ar="أمطار غزيرة",
    name_en="Heavy rain",
    spans=((time(9), time(11)), (time(12), time(13))),
)
WEEK = (*(((time(8), time(14)),),) * 5, (), ())


async def test_what_is_announced_is_read_back(engine: AsyncEngine) -> None:
    store = SqlCalendarStore(engine)
    assert await store.read() == Announced()
    await store.set_month(1447, 9, date(2026, 2, 19), by=BY, at=NOW)
    rain = await store.add_days(RAIN, by=BY, at=NOW)
    await store.set_week(Season.RAMADAN, date(2026, 2, 18), WEEK, by=BY, at=NOW)
    kept = await store.read()
    assert kept.months == {(1447, 9): date(2026, 2, 19)}
    assert kept.days == (rain,)
    assert [(one.season, one.since, one.week) for one in kept.weeks] == [
        (Season.RAMADAN, date(2026, 2, 18), WEEK)
    ]
    await store.set_month(1447, 9, date(2026, 2, 18), by=BY, at=NOW)
    await store.set_week(Season.RAMADAN, date(2026, 2, 18), None, by=BY, at=NOW)
    await store.withdraw_days(rain.id or 0, by=BY, at=NOW)
    assert await store.read() == Announced(months={(1447, 9): date(2026, 2, 18)})
    with pytest.raises(RuleNotFound):
        await store.withdraw_days(rain.id or 0, by=BY, at=NOW)
    async with engine.connect() as connection:
        audit = (await connection.execute(sa.select(AuditRow.subject_id, AuditRow.actor))).all()
    assert len(audit) == 6
    assert {actor for _, actor in audit} == {BY}


async def test_a_late_announcement_counts_at_once_here_and_soon_elsewhere(
    engine: AsyncEngine,
) -> None:
    told: list[str] = []

    async def changed() -> None:
        told.append("changed")

    here = CalendarOffice(
        SqlCalendarStore(engine), WorkingCalendar.load(), now=lambda: NOW, changed=changed
    )
    there = CalendarOffice(SqlCalendarStore(engine), WorkingCalendar.load(), now=lambda: NOW)
    wednesday = datetime(2026, 2, 18, 11, tzinfo=UTC)  # 15:00 in Dubai
    assert not here.calendar.is_open(wednesday)
    await here.set_month(1447, 9, date(2026, 2, 19), by=BY)
    assert here.calendar.is_open(wednesday)
    assert told == ["changed"]
    assert not there.calendar.is_open(wednesday)
    assert await there.refresh()
    assert there.calendar.is_open(wednesday)
    assert not await there.refresh()


async def test_the_office_refuses_what_cannot_be(engine: AsyncEngine) -> None:
    office = CalendarOffice(SqlCalendarStore(engine), WorkingCalendar.load(), now=lambda: NOW)
    with pytest.raises(ValueError, match="1447-09"):
        await office.set_month(1447, 9, date(2026, 3, 1), by=BY)
    with pytest.raises(ValueError, match="spans"):
        await office.set_week(Season.USUAL, date(2026, 3, 1), (((time(9), time(8)),),) * 7, by=BY)
    assert await office.announced() == Announced()
