"""Counting in working time: pure functions over a timetable.

Moments are aware and of any zone; all results are in UTC. A span of working hours includes
its start and not its end: at 15:30 sharp the department is closed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from cases.timetable import Timetable

LONGEST_CLOSURE_DAYS = 366

Span = tuple[datetime, datetime]


def is_open(table: Timetable, at: datetime) -> bool:
    """Whether people work at that moment."""
    return any(start <= at < end for start, end in _spans_on(table, local_date(table, at)))


def next_opening(table: Timetable, at: datetime) -> datetime:
    """Return the first moment of working time from ``at`` on: ``at`` itself if open.

    Raises:
        ValueError: the department stays closed for a year.
    """
    start, _ = next(_spans_from(table, at))
    return start


def add_time(table: Timetable, start: datetime, amount: timedelta) -> datetime:
    """Return when ``amount`` of working time has passed since ``start``.

    Time out of hours does not count. When the last of it ends a span, that end is the
    answer, not the next opening. No time at all gives ``next_opening(start)``.

    Raises:
        ValueError: ``amount`` is negative.
    """
    if amount < timedelta():
        raise ValueError("cannot add a negative time")
    left = amount
    for opening, end in _spans_from(table, start):
        if opening + left <= end:
            return opening + left
        left -= end - opening
    raise AssertionError("spans never end")


def add_days(table: Timetable, start: datetime, days: int) -> datetime:
    """Return the end of the last working hour of the ``days``-th working day after ``start``.

    The day of ``start`` is day 0 and does not count, as in law; what arrives out of hours
    arrives at the next opening. So Monday 10:00, Monday 6:00 and the Sunday before all have
    1 working day until Tuesday 15:30, and Monday 16:00 has until Wednesday 15:30. Friday is
    a whole working day and ends at 12:00.

    Raises:
        ValueError: ``days`` is negative.
    """
    if days < 0:
        raise ValueError("cannot add negative days")
    day = local_date(table, next_opening(table, start))
    for _ in range(days):
        day = _next_working_day(table, day)
    return _spans_on(table, day)[-1][1]


def time_between(table: Timetable, start: datetime, end: datetime) -> timedelta:
    """Return the working time from ``start`` to ``end``, never below 0."""
    total = timedelta()
    for opening, closing in _spans_from(table, start):
        if opening >= end:
            break
        total += min(closing, end) - opening
    return total


def local_date(table: Timetable, at: datetime) -> date:
    """Return the date in the zone of the table.

    Raises:
        ValueError: ``at`` is naive.
    """
    if at.tzinfo is None:
        raise ValueError("a time must be aware")
    return at.astimezone(table.zone).date()


def _spans_on(table: Timetable, day: date) -> list[Span]:
    """Return the working spans of a local date, in UTC."""
    return [
        (_instant(table, day, start), _instant(table, day, end))
        for start, end in table.spans_on(day)
    ]


def _instant(table: Timetable, day: date, at: time) -> datetime:
    return datetime.combine(day, at, table.zone).astimezone(UTC)


def _next_working_day(table: Timetable, day: date) -> date:
    for ahead in range(1, LONGEST_CLOSURE_DAYS):
        if table.spans_on(later := day + timedelta(days=ahead)):
            return later
    raise ValueError(f"closed for a year from {day}")


def _spans_from(table: Timetable, at: datetime) -> Iterator[Span]:
    """Yield the working spans that end after ``at``, the first cut to begin at ``at``."""
    day = local_date(table, at)
    spans = _spans_on(table, day)
    while True:
        yield from ((max(start, at.astimezone(UTC)), end) for start, end in spans if end > at)
        day = _next_working_day(table, day)
        spans = _spans_on(table, day)
