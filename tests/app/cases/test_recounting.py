"""Deadlines are counted anew in parts: whole after any stop, and by the newest calendar."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncEngine

from app.follow_up_wiring import kept_cases
from cases.calendar import WorkingCalendar
from cases.calendar_store import CalendarOffice
from cases.chasing import Chasing
from cases.kept_store import KeptCases
from cases.recounting import HELD_FOR, SETTLED_AFTER, Recount, Recounting
from cases.timetable import DayKind, DayRule
from stores.sql_calendar_store import SqlCalendarStore
from stores.sql_case_joins import SqlCaseJoins
from stores.sql_recount_store import SqlRecountStore
from tests.contracts.case_store import opening

CASES, PART = 7, 2
CLOSURE = DayRule(
    kind=DayKind.CLOSURE,
    first=datetime(2026, 11, 10, tzinfo=UTC).date(),
    last=datetime(2026, 11, 11, tzinfo=UTC).date(),
    name_ar="صيانة المبنى INV-9",
    name_en="Works",
)


class Town:
    """Some open cases, and processes that share their database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self.now = datetime(2026, 11, 9, 6, tzinfo=UTC)
        self.woken = 0
        self.numbers: list[str] = []
        self.recounts = SqlRecountStore(engine)

    async def process(self) -> tuple[CalendarOffice, KeptCases, Recounting]:
        store = SqlCalendarStore(self.engine)
        office = CalendarOffice(store, WorkingCalendar.load(), now=lambda: self.now)
        await office.refresh()
        cases = kept_cases(SqlCaseJoins(self.engine), office.calendar)
        chasing = Chasing(cases, cases.keeping, now=lambda: self.now)
        recounting = Recounting(
            self.recounts, chasing, office, now=lambda: self.now, wake=self.wake, part=PART
        )
        office.when_changed(recounting.followed)
        return office, cases, recounting

    def wake(self) -> None:
        self.woken += 1

    async def open(self, cases: KeptCases, cause: str) -> str:
        case = await cases.open(
            2026, opening(opened_at=self.now, caused_by=cause, text="انخصم المبلغ مرتين")
        )
        return case.number

    async def latest(self) -> Recount:
        found = await self.recounts.latest()
        assert found is not None
        return found

    async def stale(self, cases: KeptCases) -> list[str]:
        """Return the cases that a calendar with all announcements counts otherwise."""
        office, _, _ = await self.process()
        fresh = kept_cases(SqlCaseJoins(self.engine), office.calendar).keeping
        every = [await cases.get(number) for number in self.numbers]
        return [one.number for one in every if fresh.due(one.course) != one.clocks]


@pytest_asyncio.fixture
async def town(engine: AsyncEngine) -> Town:
    town = Town(engine)
    _, cases, _ = await town.process()
    town.numbers = [await town.open(cases, f"m-{n}") for n in range(CASES)]
    return town


async def test_a_change_is_counted_in_parts_and_progress_is_told(town: Town) -> None:
    office, cases, recounting = await town.process()
    await office.add_days(CLOSURE, by="agent:mona")
    assert town.woken == 1
    assert len(await town.stale(cases)) == CASES
    assert await recounting.turn()
    order = await town.latest()
    assert (order.running, order.total, order.seen, order.moved) == (True, CASES, PART, PART)
    while await recounting.turn():
        pass
    order = await town.latest()
    assert (order.running, order.moved) == (False, CASES)
    assert await town.stale(cases) == []


@pytest.mark.parametrize("parts", range(4))
async def test_another_process_goes_on_where_one_stopped(town: Town, parts: int) -> None:
    office, cases, recounting = await town.process()
    await office.add_days(CLOSURE, by="agent:mona")
    for _ in range(parts):
        await recounting.turn()
    # it takes the next part, and dies with it
    assert await town.recounts.claim(now=town.now, until=town.now + HELD_FOR)
    _, _, there = await town.process()
    assert not await there.turn()
    assert len(await town.stale(cases)) == max(0, CASES - parts * PART)
    town.now += HELD_FOR
    while await there.turn():
        pass
    assert await town.stale(cases) == []
    assert (await town.latest()).moved == CASES


async def test_a_newer_change_takes_the_place_of_one_that_is_counted(town: Town) -> None:
    office, cases, recounting = await town.process()
    rule = await office.add_days(CLOSURE, by="agent:mona")
    assert await recounting.turn()
    await office.withdraw_days(rule.id or 0, by="agent:mona")
    while await recounting.turn():
        pass
    order = await town.latest()
    assert (order.seen, order.moved) == (CASES, PART)  # only what had moved goes back
    assert await town.stale(cases) == []


async def test_what_another_process_kept_by_the_old_calendar_is_found(town: Town) -> None:
    office, cases, recounting = await town.process()
    _, late_cases, _ = await town.process()  # has not heard of the change
    await office.add_days(CLOSURE, by="agent:mona")
    while await recounting.turn():
        pass
    town.numbers.append(await town.open(late_cases, "m-late"))
    assert await town.stale(cases) == town.numbers[-1:]
    assert not await recounting.turn()
    town.now += SETTLED_AFTER
    while await recounting.turn():
        pass
    assert await town.stale(cases) == []
    assert (await town.latest()).done_at is not None


async def test_who_hears_of_a_change_late_has_it_counted_once_more(town: Town) -> None:
    office, cases, recounting = await town.process()
    late, late_cases, _ = await town.process()
    await office.add_days(CLOSURE, by="agent:mona")
    town.now += SETTLED_AFTER
    while await recounting.turn():
        pass
    town.now += timedelta(minutes=3)
    town.numbers.append(await town.open(late_cases, "m-late"))
    assert await late.refresh()
    while await recounting.turn():
        pass
    assert await town.stale(cases) == []
    assert not await late.refresh()
