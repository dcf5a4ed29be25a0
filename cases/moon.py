"""Hijri months: the Umm al-Qura table, and above it what was really announced."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from hijridate import Gregorian, Hijri

MONTHS = 12
SHORTEST, LONGEST = 29, 30
MOST_DAYS_OFF_TABLE = 2
RAMADAN = 9

HijriMonth = tuple[int, int]
"""Year and month: ``(1447, 9)`` is Ramadan 1447."""


@dataclass(frozen=True, slots=True)
class Moon:
    """On which dates the Hijri months begin.

    An announced beginning moves the month, and the ones after it as far as a month of 29 or
    30 days allows. What lies before it stays, because those days are past: the month before may
    so be told longer than months are, which moves no feast.

    Raises:
        ValueError: an announced beginning is more than two days away from the table.
    """

    announced: Mapping[HijriMonth, date] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for (year, month), begins in self.announced.items():
            usual = _usual(year * MONTHS + month - 1)
            if usual is None or abs((begins - usual).days) > MOST_DAYS_OFF_TABLE:
                raise ValueError(f"{year}-{month:02} cannot begin on {begins}")

    def date_of(self, day: date) -> tuple[int, int, int] | None:
        """Return Hijri year, month and day; None where the table ends (1924, 2077)."""
        try:
            hijri = Gregorian(day.year, day.month, day.day).to_hijri()
        except OverflowError:
            return None
        index = hijri.year * MONTHS + hijri.month - 1
        for one in (index + 1, index, index - 1):
            begins = self._begins(one)
            if begins is not None and begins <= day:
                return (one // MONTHS, one % MONTHS + 1, (day - begins).days + 1)
        return None

    def begins(self, year: int, month: int) -> date | None:
        """Return the first day of a month; None where the table ends."""
        return self._begins(year * MONTHS + month - 1)

    def _begins(self, index: int) -> date | None:
        known = [year * MONTHS + month - 1 for year, month in self.announced]
        nearest = max((one for one in known if index - MONTHS < one <= index), default=None)
        if nearest is None:
            return _usual(index)
        begins = self.announced[nearest // MONTHS, nearest % MONTHS + 1]
        for one in range(nearest + 1, index + 1):
            usual = _usual(one)
            if usual is None:
                return None
            shortest, longest = (begins + timedelta(days=days) for days in (SHORTEST, LONGEST))
            begins = min(max(usual, shortest), longest)
        return begins


def _usual(index: int) -> date | None:
    try:
        first = Hijri(index // MONTHS, index % MONTHS + 1, 1).to_gregorian()
    except (OverflowError, ValueError):
        return None
    return date(first.year, first.month, first.day)
