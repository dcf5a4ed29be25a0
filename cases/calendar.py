"""The department's working calendar: one per process, read by clocks, assistant and desk.

Counting is in ``cases.working_time``, what is counted in ``cases.timetable``. This object
only holds the timetable that counts now: a late announcement replaces it for everybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from cases import working_time
from cases.packaged import read_data
from cases.timetable import Announced, Holiday, Timetable


class WorkingCalendar:
    """Answers from the timetable in force."""

    def __init__(self, base: Timetable) -> None:
        """Begin with ``base``, the tables that announcements stand above."""
        self._base = base
        self._announced = Announced()
        self.timetable = base

    @classmethod
    def load(cls) -> WorkingCalendar:
        """Read ``calendar.toml`` beside this module."""
        return cls.from_data(read_data("calendar.toml"))

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> WorkingCalendar:
        """Build a calendar from the shape of ``calendar.toml``.

        Raises:
            KeyError, ValueError: the data is not of that shape.
        """
        return cls(Timetable.from_data(data))

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which hours are meant."""
        return self.timetable.zone

    def announce(self, announced: Announced) -> bool:
        """Let ``announced`` stand above the tables; False when it did already.

        Raises:
            ValueError: it cannot be, for example a month that begins a week late.
        """
        if announced == self._announced:
            return False
        self.timetable = self.would_be(announced)
        self._announced = announced
        return True

    def would_be(self, announced: Announced) -> Timetable:
        """Return the timetable that ``announced`` would make, without letting it count.

        Raises:
            ValueError: it cannot be.
        """
        return self._base.with_announced(announced)

    def holiday_on(self, day: date) -> Holiday | None:
        """Return the holiday on a local date, if it is one."""
        return self.timetable.holiday_on(day)

    def is_open(self, at: datetime) -> bool:
        """Whether people work at that moment."""
        return working_time.is_open(self.timetable, at)

    def next_opening(self, at: datetime) -> datetime:
        """Return the first moment of working time from ``at`` on: ``at`` itself if open."""
        return working_time.next_opening(self.timetable, at)

    def add_working_minutes(self, start: datetime, minutes: int) -> datetime:
        """Return when ``minutes`` of working time have passed, see ``working_time.add_time``."""
        return working_time.add_time(self.timetable, start, timedelta(minutes=minutes))

    def add_working_time(self, start: datetime, amount: timedelta) -> datetime:
        """Return when ``amount`` of working time has passed, see ``working_time.add_time``."""
        return working_time.add_time(self.timetable, start, amount)

    def add_working_days(self, start: datetime, days: int) -> datetime:
        """Return the end of the ``days``-th working day, see ``working_time.add_days``."""
        return working_time.add_days(self.timetable, start, days)

    def working_time_between(self, start: datetime, end: datetime) -> timedelta:
        """Return the working time from ``start`` to ``end``, never below 0."""
        return working_time.time_between(self.timetable, start, end)

    def working_minutes_between(self, start: datetime, end: datetime) -> int:
        """Return the whole minutes of working time from ``start`` to ``end``, never below 0."""
        return self.working_time_between(start, end) // timedelta(minutes=1)
