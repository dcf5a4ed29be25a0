"""What reports count is what one finds by hand in the timelines, and what the screens count."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncEngine

from bench.quarter import END, Quarter
from cases.board import BoardFilter, By, ClockState
from cases.departments import DEPARTMENTS
from cases.model import UNFINISHED, Case, CaseEvent, CaseKind, EventKind
from cases.ports import CaseQuery
from reports.figures import (
    GROUPS,
    REPEAT_DAYS,
    PeriodFigures,
    Scope,
    Slice,
    read_backlog,
    whole_filter,
)
from reports.periods import Period, Rhythm, Span
from reports.shares import Share
from stores.sql_board import SqlBoard
from stores.sql_case_joins import SqlCaseJoins
from stores.sql_flow import SqlFlow
from stores.sql_report_figures import SqlReportFigures
from tests.contracts.case_store import opening

DUBAI = ZoneInfo("Asia/Dubai")
CASES = 28
WHOLE = Scope()
OPEN_STATES = {state.value for state in UNFINISHED}
Lives = Sequence[tuple[Case, Sequence[CaseEvent]]]


async def lived_through(engine: AsyncEngine) -> Lives:
    quarter = Quarter(SqlCaseJoins(engine), CASES, chase_every=timedelta(days=4))
    await quarter.run()
    cases = await quarter.cases.list(CaseQuery(limit=500, with_confidential=True))
    return [(case, await quarter.cases.timeline(case.number)) for case in cases]


def turns(events: Sequence[CaseEvent]) -> list[tuple[CaseEvent, bool]]:
    """Return the events that ended a case (True) or began it anew (False)."""
    found = []
    for event in events:
        before, after = event.before.get("state"), event.after.get("state")
        if before is None or after is None or (before in OPEN_STATES) == (after in OPEN_STATES):
            continue
        found.append((event, before in OPEN_STATES))
    return found


def standing(lives: Lives, at: datetime) -> int:
    count = 0
    for case, events in lives:
        if case.opened_at >= at:
            continue
        last = [ended for event, ended in turns(events) if event.at < at][-1:]
        count += last != [True]
    return count


def by_hand(lives: Lives, span: Span, scope: Scope) -> dict[str, Any]:
    everybody = [case for case, _ in lives if case.kind is CaseKind.COMPLAINT]
    lives = [one for one in lives if scope.department in (None, one[0].department)]

    def within(at: datetime | None) -> bool:
        return at is not None and span.since <= at < span.until

    kept = decided = 0
    for case, _ in lives:
        due, done = case.clocks.resolve_due_at, case.course.resolved_at or case.course.closed_at
        if not within(due) or case.merged_into is not None:
            continue
        assert due is not None
        if done is None and case.course.paused_since and case.course.paused_since <= due:
            continue
        kept += done is not None and done <= due
        decided += (done is not None) or due < END
    complaints = [case for case, _ in lives if case.kind is CaseKind.COMPLAINT]
    asked = [case for case in complaints if within(case.opened_at) and case.split_from is None]
    again = [
        case
        for case in asked
        if any(
            one.person_id == case.person_id
            and timedelta() < case.opened_at - one.opened_at <= timedelta(days=REPEAT_DAYS)
            for one in everybody
        )
    ]
    all_turns = [(event, ended) for _, events in lives for event, ended in turns(events)]
    return {
        "received": sum(within(case.opened_at) for case, _ in lives),
        "finished": sum(
            ended and within(event.at) and event.kind is not EventKind.MERGED
            for event, ended in all_turns
        ),
        "joined": sum(
            ended and within(event.at) and event.kind is EventKind.MERGED
            for event, ended in all_turns
        ),
        "reopened": sum(not ended and within(event.at) for event, ended in all_turns),
        "standing": standing(lives, span.until),
        "standing_before": standing(lives, span.since),
        "resolve": Share(kept, decided),
        "repeated": Share(len(again), len(asked)),
    }


def as_told(found: PeriodFigures) -> dict[str, Any]:
    return {
        "received": found.total.received,
        "finished": found.total.finished,
        "joined": found.joined,
        "reopened": found.reopened,
        "standing": found.standing,
        "standing_before": found.standing_before,
        "resolve": found.total.resolve,
        "repeated": found.repeated,
    }


async def test_every_figure_is_what_one_counts_by_hand(engine: AsyncEngine) -> None:
    lives = await lived_through(engine)
    figures, flow = SqlReportFigures(engine), SqlFlow(engine, zone=DUBAI)
    [(most, _)] = Counter(case.department for case, _ in lives).most_common(1)
    seen = []
    for rhythm, key in (
        (Rhythm.QUARTERLY, "2027-Q1"),
        (Rhythm.MONTHLY, "2027-02"),
        (Rhythm.MONTHLY, "2027-03"),
        (Rhythm.WEEKLY, "2027-W12"),
        (Rhythm.DAILY, "2027-02-18"),
        (Rhythm.MONTHLY, "2026-12"),
    ):
        period = Period.read(rhythm, key)
        for scope in (WHOLE, Scope(most)):
            span = period.span(DUBAI)
            found = await figures.read(span, scope, at=END)
            assert as_told(found) == by_hand(lives, span, scope), (key, scope)
            for by in GROUPS:
                assert sum(found.by[by].values(), Slice()) == found.total
            days = await flow.days(
                period.first,
                period.last,
                departments=scope.departments,
                seen=frozenset(DEPARTMENTS),
            )
            assert sum(day.received for day in days) == found.total.received
            assert sum(day.finished for day in days) == found.total.finished
            seen.append(found)
    april = Period.read(Rhythm.MONTHLY, "2027-04").span(DUBAI)
    found = await figures.read(april, WHOLE, at=END)
    assert found.standing == sum(not case.finished for case, _ in lives), "counted up to now"
    assert any(one.reopened for one in seen)
    assert any(one.total.resolve.part for one in seen)
    assert any(one.contact.whole for one in seen)
    assert any(one.days for one in seen)


async def test_confidential_cases_are_counted_and_their_words_never_read(
    engine: AsyncEngine,
) -> None:
    store, now = SqlCaseJoins(engine), datetime(2026, 10, 20, 8, tzinfo=UTC)
    for n, hidden in enumerate((False, True, True)):
        await store.open(
            2026,
            opening(
                opened_at=now + timedelta(hours=n),
                confidential=hidden,
                caused_by=f"m-{n}",
                text="سرّ" if hidden else "انخصم المبلغ مرتين",
            ),
        )
    figures, span = SqlReportFigures(engine), Period.read(Rhythm.MONTHLY, "2026-10").span(DUBAI)
    found = await figures.read(span, WHOLE, at=now + timedelta(days=1))
    assert (found.total.received, found.confidential) == (3, 2)
    said = await figures.said(span, WHOLE, limit=10)
    assert said == ["انخصم المبلغ مرتين"]
    board = SqlBoard(engine)
    later = now + timedelta(days=1)
    backlog = await read_backlog(board, whole_filter(WHOLE, at=later, day_end=later))
    assert backlog.total() == 3
    own = BoardFilter(now=later, day_end=later, confidential_of=frozenset({"DPS"}))
    assert backlog.total() == await board.count(own), "as the unit's own screen counts"
    assert sum(backlog.of(By.DEPARTMENT, one) for one in DEPARTMENTS) == 3
    assert backlog.clock(ClockState.LATE) == backlog.late_of(By.DEPARTMENT, "DPS")
