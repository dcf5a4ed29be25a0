"""What can be announced about working time: looked at before it is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Protocol

from cases.calendar import WorkingCalendar
from cases.calendar_store import CalendarOffice, RuleNotFound
from cases.keeping import Keeping
from cases.model import Case, Due
from cases.ports import CaseQuery, CaseStore
from cases.timetable import Announced, DayRule, Season, Spans, Timetable, Week, WeekFrom

AT_ONCE = 100


class CalendarChange(Protocol):
    """One announcement, or the taking back of one."""

    def on(self, announced: Announced) -> Announced:
        """Return what would be in force with it; raises ValueError where it cannot be."""

    async def keep(self, office: CalendarOffice, *, by: str) -> None:
        """Keep it; raises what the office does."""


@dataclass(frozen=True, slots=True)
class MonthBegins:
    """A Hijri month really begins on a date; None: the table counts again."""

    year: int
    month: int
    begins: date | None

    def on(self, announced: Announced) -> Announced:
        """Return what would be in force."""
        months = {k: v for k, v in announced.months.items() if k != (self.year, self.month)}
        if self.begins is not None:
            months[self.year, self.month] = self.begins
        return replace(announced, months=months)

    async def keep(self, office: CalendarOffice, *, by: str) -> None:
        """Keep it."""
        await office.set_month(self.year, self.month, self.begins, by=by)


@dataclass(frozen=True, slots=True)
class DaysAnnounced:
    """A holiday, a closure, special hours or working days."""

    rule: DayRule

    def on(self, announced: Announced) -> Announced:
        """Return what would be in force."""
        return replace(announced, days=(*announced.days, self.rule))

    async def keep(self, office: CalendarOffice, *, by: str) -> None:
        """Keep it."""
        await office.add_days(self.rule, by=by)


@dataclass(frozen=True, slots=True)
class DaysWithdrawn:
    """An announcement of days is taken back."""

    rule_id: int

    def on(self, announced: Announced) -> Announced:
        """Return what would be in force; raises RuleNotFound."""
        left = tuple(one for one in announced.days if one.id != self.rule_id)
        if len(left) == len(announced.days):
            raise RuleNotFound(rule_id=self.rule_id)
        return replace(announced, days=left)

    async def keep(self, office: CalendarOffice, *, by: str) -> None:
        """Keep it."""
        await office.withdraw_days(self.rule_id, by=by)


@dataclass(frozen=True, slots=True)
class HoursFrom:
    """The hours of a season from a date on; None takes back what begins there."""

    season: Season
    since: date
    week: Week | None

    def on(self, announced: Announced) -> Announced:
        """Return what would be in force."""
        here = (self.season, self.since)
        weeks = [one for one in announced.weeks if (one.season, one.since) != here]
        if self.week is not None:
            weeks.append(WeekFrom(self.season, self.since, self.week))
        weeks.sort(key=lambda one: (one.since, one.season))
        return replace(announced, weeks=tuple(weeks))

    async def keep(self, office: CalendarOffice, *, by: str) -> None:
        """Keep it."""
        await office.set_week(self.season, self.since, self.week, by=by)


@dataclass(frozen=True, slots=True)
class ChangedDay:
    """A day that people work otherwise, and its hours before and after."""

    day: date
    before: Spans
    after: Spans


@dataclass(frozen=True, slots=True)
class MovedDeadline:
    """A case that is not finished, and when it would be due instead."""

    case: Case
    due: Due

    @property
    def later(self) -> bool:
        """Whether it would have more time for what is due first."""
        return _first(self.due) > _first(self.case.clocks)


def changed_days(
    before: Timetable, after: Timetable, first: date, days: int
) -> Sequence[ChangedDay]:
    """Return the days from ``first`` on whose hours differ."""
    every = (first + timedelta(days=n) for n in range(days))
    return [
        ChangedDay(day, before.spans_on(day), after.spans_on(day))
        for day in every
        if before.spans_on(day) != after.spans_on(day)
    ]


async def moved_deadlines(
    store: CaseStore, keeping: Keeping, timetable: Timetable
) -> Sequence[MovedDeadline]:
    """Return the deadlines that would move if ``timetable`` counted, the earliest first.

    Counts as ``Chasing.recount`` does when it is kept, and saves nothing.
    """
    there = replace(keeping, calendar=WorkingCalendar(timetable))
    moved, last = [], None
    while page := await store.list(
        CaseQuery(unfinished=True, with_confidential=True, after=last, limit=AT_ONCE)
    ):
        for case in page:
            due = there.due(case.course) if case.course.promises else case.clocks
            if due != case.clocks:
                moved.append(MovedDeadline(case, due))
        last = page[-1].number
    return sorted(moved, key=lambda one: _first(one.due))


def _first(due: Due) -> float:
    moments = [at.timestamp() for at in (due.contact_due_at, due.resolve_due_at) if at is not None]
    return min(moments, default=float("inf"))
