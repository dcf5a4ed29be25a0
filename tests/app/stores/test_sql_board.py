"""The board and the flow count what the cases and events themselves say, on both databases."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncEngine

from app.demo_wiring import play_house
from cases.board import Age, BoardFilter, By, ClockState, age, clock_state, of_first, of_second
from cases.departments import DEPARTMENTS
from cases.history import CaseHistory
from cases.model import Case, CaseKind, EventKind, Priority
from demo.people import staff
from stores.sql_board import SqlBoard
from stores.sql_case_histories import SqlCaseHistories
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
    assert {meant(case, WANTED) for case in cases} == {True, False}


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
