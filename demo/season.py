"""When people come: fewer on days off, most in the morning, more from month to month."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate

from cases.calendar import WorkingCalendar
from demo.ports import Chance
from demo.words import Topic

DAYS = 182
"""Two quarters."""

HOURS = (2, 1, 1, 1, 1, 2, 4, 10, 16, 18, 18, 16, 13, 10, 8, 6, 5, 5, 6, 7, 7, 6, 5, 3)
"""How many come in each hour of a day, beside the others."""

RUSH = 4.0


def arrivals(
    size: int, until: datetime, calendar: WorkingCalendar, chance: Chance
) -> list[datetime]:
    """Return ``size`` moments of the ``DAYS`` before ``until``, in order, at whole minutes."""
    last = until.astimezone(calendar.zone).date()
    days = [last - timedelta(days=back) for back in reversed(range(DAYS + 1))]
    weights = list(accumulate(_weight(day, number, calendar) for number, day in enumerate(days)))
    found: list[datetime] = []
    while len(found) < size:
        day = days[_pick(weights, chance)]
        hour = chance.choices(range(24), HOURS)[0]
        at = datetime.combine(day, time(hour, chance.randrange(0, 60)), calendar.zone)
        if until - timedelta(days=DAYS) <= at < until:
            found.append(at.astimezone(UTC))
    return sorted(found)


def topic_at(topics: Sequence[Topic], at: datetime, until: datetime, chance: Chance) -> Topic:
    """Return what somebody comes with at a moment."""
    week = (until - at) // timedelta(days=7)
    weights = [one.weight * (RUSH if one.rush == week else 1.0) for one in topics]
    return chance.choices(topics, weights)[0]


def _weight(day: date, number: int, calendar: WorkingCalendar) -> float:
    busy = 1.0 if calendar.timetable.spans_on(day) else 0.3
    monday = 1.25 if day.isoweekday() == 1 else 1.0
    return busy * monday * (0.75 + 0.5 * number / DAYS)


def _pick(weights: Sequence[float], chance: Chance) -> int:
    wanted = chance.random() * weights[-1]
    return next(number for number, weight in enumerate(weights) if wanted < weight)
