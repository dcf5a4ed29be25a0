"""The board and the flow count what the cases and events themselves say, on both databases."""

import asyncio
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from app.demo_wiring import play_house
from app.follow_up_wiring import kept_cases
from cases.board import (
    Age,
    BoardFilter,
    By,
    ClockState,
    Line,
    Pair,
    Pairs,
    age,
    clock_state,
    of_first,
    of_second,
)
from cases.calendar import WorkingCalendar
from cases.departments import DEPARTMENTS
from cases.flow import Day
from cases.history import CaseHistory
from cases.model import Case, CaseKind, CaseState, EventKind, Priority
from cases.shared_board import CLOCKS_MOVE, DAYS_OVER, SharedBoard, SharedFlow
from cases.timeline import moved
from demo.people import staff
from stores.case_writes import CASES
from stores.sql_board import SqlBoard, conditions
from stores.sql_case_histories import SqlCaseHistories
from stores.sql_case_joins import SqlCaseJoins
from stores.sql_flow import FINISHED, SqlFlow

NOW = datetime(2026, 11, 25, 8, 30, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Dubai")
WANTED = BoardFilter(
    now=NOW, day_end=NOW + timedelta(hours=11, minutes=30), confidential_of=frozenset(DEPARTMENTS)
)
FILTERS = (
    WANTED,
    replace(WANTED, confidential_of=frozenset()),
    replace(WANTED, clocks=frozenset({ClockState.LATE, ClockState.PAUSED})),
    replace(WANTED, departments=frozenset({"REV", "DPS"}), kinds=frozenset({CaseKind.COMPLAINT})),
    replace(WANTED, ages=frozenset({Age.TODAY, Age.DAYS_3_7}), no_segment=True),
    replace(WANTED, priorities=frozenset({Priority.P1, Priority.P2})),
)
PAIRS = ((By.AGE, By.CLOCK), (By.OWNER, By.CLOCK), (By.KIND, By.CHANNEL), (By.SEGMENT, By.SEGMENT))


def meant(case: Case, wanted: BoardFilter) -> bool:
    return (
        not case.finished
        and (not case.confidential or case.department in wanted.confidential_of)
        and (not wanted.departments or case.department in wanted.departments)
        and (not wanted.kinds or case.kind in wanted.kinds)
        and (not wanted.priorities or case.priority in wanted.priorities)
        and (not wanted.clocks or clock_state(case, wanted) in wanted.clocks)
        and (not wanted.ages or age(case, wanted.now) in wanted.ages)
        and (not wanted.no_segment or case.segment is None)
    )


def value(case: Case, wanted: BoardFilter, by: By) -> str:
    match by:
        case By.CLOCK:
            return clock_state(case, wanted).value
        case By.AGE:
            return age(case, wanted.now).value
        case By.OWNER:
            return case.course.owner
        case _:
            return str(getattr(case, by.value) or "")


async def lived_in(engine: AsyncEngine) -> Sequence[CaseHistory]:
    house = await play_house(engine, list(staff()), random.Random(5), 160, NOW)
    histories = await house.play()
    await SqlCaseHistories(engine).keep(histories)
    return histories


def line_of(case: Case, wanted: BoardFilter) -> Line:
    return Line(
        number=case.number,
        kind=case.kind,
        state=case.state,
        department=case.department,
        channel=case.channel,
        opened_at=case.opened_at,
        resolve_due_at=case.clocks.resolve_due_at,
        clock=clock_state(case, wanted),
    )


class Counting(SqlBoard):
    """Counts how often it is read."""

    read = 0

    async def tally(self, wanted: BoardFilter, *pairs: Pair) -> Sequence[Pairs]:
        self.read += 1
        return await super().tally(wanted, *pairs)


async def test_one_reading_counts_what_the_cases_say(engine: AsyncEngine) -> None:
    cases = [one.case for one in await lived_in(engine)]
    board = SqlBoard(engine)
    for wanted in FILTERS:
        found = [case for case in cases if meant(case, wanted)]
        tables = await board.tally(wanted, *PAIRS)
        for (one, two), table in zip(PAIRS, tables, strict=True):
            told = Counter((value(c, wanted, one), value(c, wanted, two)) for c in found)
            assert table == told, (one, two)
        assert await board.count(wanted) == len(found)
        assert of_first(tables[0]) == await board.count_by(wanted, By.AGE)
        assert of_second(tables[0]) == await board.count_by(wanted, By.CLOCK)
        listed = await board.list(wanted, limit=500)
        far = datetime.max.replace(tzinfo=UTC)
        assert listed == sorted(found, key=lambda c: (c.clocks.resolve_due_at or far, c.number))
        lines = [line async for part in board.lines(wanted, at_once=7) for line in part]
        assert lines == [line_of(case, wanted) for case in listed]
    assert {meant(case, WANTED) for case in cases} == {True, False}


async def test_lines_go_on_behind_the_last_whatever_changes_meanwhile(engine: AsyncEngine) -> None:
    await lived_in(engine)
    async with engine.begin() as connection:
        undated = sa.select(CASES.c.number).where(*conditions(WANTED)).limit(20)
        await connection.execute(
            sa.update(CASES).where(CASES.c.number.in_(undated)).values(resolve_due_at=None)
        )
    board = SqlBoard(engine)
    listed = [one.number for one in await board.list(WANTED, limit=500)]
    assert None in {one.clocks.resolve_due_at for one in await board.list(WANTED, limit=500)}
    told: list[str] = []
    async for part in board.lines(WANTED, at_once=9):
        if not told:  # the first ones go: who counts places would leave nine out now
            gone = sa.update(CASES).where(CASES.c.number.in_([one.number for one in part]))
            async with engine.begin() as connection:
                await connection.execute(gone.values(state="closed"))
        told += [one.number for one in part]
    assert told == listed


async def test_one_reading_serves_all_until_a_case_changes_or_clocks_move(
    engine: AsyncEngine,
) -> None:
    histories = await lived_in(engine)
    board = Counting(engine)
    shared = SharedBoard(board)
    first, *_ = await asyncio.gather(*(shared.tally(WANTED, *PAIRS) for _ in range(9)))
    assert board.read == 1
    later = replace(WANTED, now=NOW + CLOCKS_MOVE / 2)
    assert await shared.tally(later, *PAIRS) is first
    # who may see less has a reading of their own
    fewer = await shared.tally(replace(later, confidential_of=frozenset()), *PAIRS)
    assert (board.read, sum(fewer[0].values()) < sum(first[0].values())) == (2, True)
    kept = kept_cases(SqlCaseJoins(engine), WorkingCalendar.load())
    case = next(one.case for one in histories if one.case.state is CaseState.OPEN)
    await kept.save(moved(case, CaseState.RESOLVED, at=NOW, actor="agent:mona"))
    anew = await shared.tally(later, *PAIRS)
    assert (board.read, sum(anew[0].values())) == (3, sum(first[0].values()) - 1)
    assert await shared.tally(replace(WANTED, now=NOW + CLOCKS_MOVE * 2), *PAIRS)
    assert board.read == 4


async def test_days_that_are_over_are_counted_once_a_minute(engine: AsyncEngine) -> None:
    await lived_in(engine)
    last = NOW.astimezone(ZONE).date()
    flow, asked = SqlFlow(engine, zone=ZONE), list[date]()

    class Noting:
        async def days(
            self, first: date, until: date, *, departments: frozenset[str], seen: frozenset[str]
        ) -> Sequence[Day]:
            asked.append(first)
            return await flow.days(first, until, departments=departments, seen=seen)

    now = NOW
    shared = SharedFlow(Noting(), now=lambda: now)
    every = frozenset(DEPARTMENTS)
    first = last - timedelta(days=13)
    days = partial(shared.days, first, last, departments=frozenset(), seen=every)
    whole = await flow.days(first, last, departments=frozenset(), seen=every)
    assert await days() == whole
    assert await days() == whole
    assert asked == [first, last, last]
    now += DAYS_OVER
    assert await days() == whole
    assert len(asked) == 5
    assert await shared.days(last, last, departments=frozenset(), seen=every) == whole[-1:]


async def test_the_flow_counts_what_the_events_say(engine: AsyncEngine) -> None:
    histories = await lived_in(engine)
    last = NOW.astimezone(ZONE).date()
    first = last - timedelta(days=60)
    days = await SqlFlow(engine, zone=ZONE).days(
        first, last, departments=frozenset(), seen=frozenset(DEPARTMENTS)
    )
    came = Counter(one.case.opened_at.astimezone(ZONE).date() for one in histories)
    went = Counter(
        event.at.astimezone(ZONE).date()
        for one in histories
        for event in one.events
        if event.kind is not EventKind.MERGED
        and event.after.get("state") in FINISHED
        and event.before.get("state") not in (None, *FINISHED)
    )
    assert [(one.received, one.finished) for one in days] == [
        (came[one.date], went[one.date]) for one in days
    ]
    assert [one.date for one in days] == [first + timedelta(days=n) for n in range(61)]
    assert sum(one.finished for one in days) > 20
