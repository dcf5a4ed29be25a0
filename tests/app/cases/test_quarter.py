"""The simulated quarter in its short form; the whole is ``python -m bench quarter``."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncEngine

from bench.quarter import END, MOON_TOLD_AT, RAIN_TOLD_AT, UNITS, Quarter
from bench.quarter_check import Checker
from cases.board import Age, BoardFilter, By, ClockState, age, clock_state
from cases.model import Case, CaseEvent, CaseKind, CaseState, Priority, Segment
from cases.ports import CaseQuery, Change
from stores.case_writes import open_case
from stores.memory_case_store import MemoryCaseStore
from stores.sql_board import SqlBoard
from stores.sql_case_joins import SqlCaseJoins

CASES = 160
EVERYWHERE = frozenset({"CUST", "BUD", "ACC", "REV", "DPS", "POL", "PROC", "STRAT", "CORP", "IA"})


async def all_cases(quarter: Quarter) -> Sequence[Case]:
    return await quarter.cases.list(CaseQuery(limit=500, with_confidential=True))


async def keep_all(engine: AsyncEngine, cases: Sequence[Case], opened: CaseEvent) -> None:
    """Keep cases as they are in one transaction, each with an event of its version."""
    async with engine.begin() as connection:
        for case in cases:
            event = replace(opened, case_number=case.number, version=case.version)
            await open_case(connection, Change(case, event))


def board_filter(**wanted: object) -> BoardFilter:
    return BoardFilter(now=END, day_end=END + timedelta(hours=20), **wanted)  # type: ignore[arg-type]


async def test_nobody_is_forgotten_and_every_clock_is_right(engine: AsyncEngine) -> None:
    quarter = Quarter(MemoryCaseStore(), CASES, chase_every=timedelta(hours=6))
    await quarter.run()
    cases = await all_cases(quarter)
    assert len(cases) == CASES
    timelines = {case.number: await quarter.cases.timeline(case.number) for case in cases}
    checker = Checker(MOON_TOLD_AT, RAIN_TOLD_AT)
    late = set()
    for case in cases:
        told = checker.read(timelines[case.number], timelines, END)
        assert told.state == case.state.value
        dues = (case.clocks.contact_due_at, case.clocks.resolve_due_at)
        assert dues == checker.dues(told), case.number
        if case.state is CaseState.CLOSED:
            assert case.course.next_at is None
            continue
        assert case.course.owner
        assert case.course.next_at is not None
        assert case.course.next_at > END - timedelta(hours=6)
        if not case.finished and is_late(dues[1], told.waits):
            late.add(case.number)
    await keep_all(engine, cases, timelines[cases[0].number][0])
    board = SqlBoard(engine)
    wanted = board_filter(clocks=frozenset({ClockState.LATE}), confidential_of=EVERYWHERE)
    assert {case.number for case in await board.list(wanted, limit=CASES)} == late
    assert late
    # What happened was rich enough to mean something.
    assert {"nudge", "late", "supervisor", "head", "ask_again", "go_on", "close"} <= set(
        quarter.steps
    )
    assert quarter.recounted > 0
    kinds = Counter(event.kind.value for events in timelines.values() for event in events)
    assert {"reclassified", "followed_up", "reopened", "returned", "promised"} <= set(kinds)
    await the_board_agrees(board, [case for case in cases if not case.finished])


def is_late(due: datetime | None, waits: Sequence[Sequence[object]]) -> bool:
    if due is None:
        return False
    still = waits[-1][1] if waits and waits[-1][2] is None else None
    late_at = (
        END.timestamp() / 60 if still is None else min(END.timestamp() / 60, float(str(still)))
    )
    return due.timestamp() / 60 < late_at


async def the_board_agrees(board: SqlBoard, unfinished: Sequence[Case]) -> None:
    """Whatever is asked for, the board counts and lists what one finds by hand."""
    pick = random.Random(4)  # filters, no secrets
    for _ in range(25):
        wanted = board_filter(
            departments=some(pick, UNITS),
            clocks=some(pick, ClockState),
            ages=some(pick, Age),
            kinds=some(pick, CaseKind),
            channels=some(pick, ("webchat", "whatsapp", "phone")),
            segments=some(pick, Segment),
            priorities=some(pick, Priority),
            no_segment=pick.random() < 0.5,
            confidential_of=some(pick, UNITS),
        )
        found = {case.number for case in unfinished if by_hand(case, wanted)}
        assert {case.number for case in await board.list(wanted, limit=CASES)} == found
        assert await board.count(wanted) == len(found)
        for by in By:
            assert sum((await board.count_by(wanted, by)).values()) == len(found)
        [crossed] = await board.tally(wanted, (By.DEPARTMENT, By.CLOCK))
        assert sum(crossed.values()) == len(found)


def some[T](pick: random.Random, values: Sequence[T] | type[T]) -> frozenset[T]:
    """Choose some of the values, mostly none of them: any."""
    those = list(values)  # type: ignore[arg-type]
    return frozenset(pick.sample(those, pick.choice((0, 0, 1, 2))))


def by_hand(case: Case, wanted: BoardFilter) -> bool:
    told_segment = not wanted.segments and not wanted.no_segment
    return (
        (not wanted.departments or case.department in wanted.departments)
        and (not wanted.clocks or clock_state(case, wanted) in wanted.clocks)
        and (not wanted.ages or age(case, wanted.now) in wanted.ages)
        and (not wanted.kinds or case.kind in wanted.kinds)
        and (not wanted.channels or case.channel in wanted.channels)
        and (not wanted.priorities or case.priority in wanted.priorities)
        and (
            told_segment
            or case.segment in wanted.segments
            or (wanted.no_segment and case.segment is None)
        )
        and (not case.confidential or case.department in wanted.confidential_of)
    )


async def test_the_same_seed_lives_the_same_quarter_in_memory_and_in_sql(
    engine: AsyncEngine,
) -> None:
    lived = []
    for store in (MemoryCaseStore(), SqlCaseJoins(engine)):
        quarter = Quarter(store, 8, seed=3, chase_every=timedelta(days=1))
        await quarter.run()
        lived.append(await all_cases(quarter))
    assert lived[0] == lived[1]
