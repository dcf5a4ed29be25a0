"""Days, weeks, months and quarters, as the department counts them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

MONTHS_OF_A_QUARTER = 3
_KEYS = {
    "daily": re.compile(r"(\d{4})-(\d{2})-(\d{2})"),
    "weekly": re.compile(r"(\d{4})-W(\d{2})"),
    "monthly": re.compile(r"(\d{4})-(\d{2})"),
    "quarterly": re.compile(r"(\d{4})-Q([1-4])"),
}


class Rhythm(StrEnum):
    """How often a report comes. The value is what stores keep."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"


@dataclass(frozen=True, slots=True)
class Span:
    """From ``since`` up to but without ``until``; aware, in UTC."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Period:
    """One of them, named by its first day. A week goes from Monday to Sunday (ISO 8601)."""

    rhythm: Rhythm
    first: date

    @classmethod
    def holding(cls, rhythm: Rhythm, day: date) -> Period:
        """Return the period that ``day`` lies in."""
        match rhythm:
            case Rhythm.DAILY:
                return cls(rhythm, day)
            case Rhythm.WEEKLY:
                return cls(rhythm, day - timedelta(days=day.weekday()))
            case Rhythm.MONTHLY:
                return cls(rhythm, day.replace(day=1))
            case Rhythm.QUARTERLY:
                month = day.month - (day.month - 1) % MONTHS_OF_A_QUARTER
                return cls(rhythm, day.replace(month=month, day=1))

    @classmethod
    def read(cls, rhythm: Rhythm, key: str) -> Period:
        """Return the period that ``key`` names.

        Raises:
            ValueError: it names none, for example ``2026-13``.
        """
        found = _KEYS[rhythm.value].fullmatch(key) if key.isascii() else None
        if found is None:
            raise ValueError(f"no such period: {key!r}")
        year, *more = (int(one) for one in found.groups())
        match rhythm:
            case Rhythm.DAILY:
                return cls(rhythm, date(year, *more))
            case Rhythm.WEEKLY:
                return cls(rhythm, date.fromisocalendar(year, more[0], 1))
            case Rhythm.MONTHLY:
                return cls(rhythm, date(year, more[0], 1))
            case Rhythm.QUARTERLY:
                return cls(rhythm, date(year, 1 + (more[0] - 1) * MONTHS_OF_A_QUARTER, 1))

    @property
    def key(self) -> str:
        """Return its name: ``2026-10-05``, ``2026-W41``, ``2026-10`` or ``2026-Q4``."""
        match self.rhythm:
            case Rhythm.DAILY:
                return self.first.isoformat()
            case Rhythm.WEEKLY:
                year, week, _ = self.first.isocalendar()
                return f"{year}-W{week:02}"
            case Rhythm.MONTHLY:
                return f"{self.first:%Y-%m}"
            case Rhythm.QUARTERLY:
                return f"{self.first.year}-Q{self.quarter}"

    @property
    def quarter(self) -> int:
        """Return the quarter of its year that it begins in, 1 to 4."""
        return (self.first.month - 1) // MONTHS_OF_A_QUARTER + 1

    @property
    def last(self) -> date:
        """Return its last day."""
        return self.after().first - timedelta(days=1)

    def after(self) -> Period:
        """Return the next one."""
        steps = {Rhythm.DAILY: 1, Rhythm.WEEKLY: 7, Rhythm.MONTHLY: 31, Rhythm.QUARTERLY: 92}
        return Period.holding(self.rhythm, self.first + timedelta(days=steps[self.rhythm]))

    def before(self) -> Period:
        """Return the one before."""
        return Period.holding(self.rhythm, self.first - timedelta(days=1))

    def earlier(self, count: int) -> list[Period]:
        """Return the ``count`` periods before this one, oldest first."""
        found: list[Period] = []
        one = self
        for _ in range(count):
            one = one.before()
            found.insert(0, one)
        return found

    def span(self, zone: ZoneInfo) -> Span:
        """Return it as moments."""
        return Span(_midnight(self.first, zone), _midnight(self.after().first, zone))


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
