"""What was announced about working time, and where it is kept."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Protocol

from cases.calendar import WorkingCalendar
from cases.errors import CaseError
from cases.timetable import Announced, DayRule, Season, Week


class RuleNotFound(CaseError):
    """No such rule of days, or it was withdrawn."""

    code = "calendar_rule_not_found"


class CalendarStore(Protocol):
    """Keeps announcements, each change with its audit row and the order to count anew."""

    async def read(self) -> Announced:
        """Return all that is in force, rules of days in the order in which they were added."""

    async def set_month(
        self, year: int, month: int, begins: date | None, *, by: str, at: datetime
    ) -> None:
        """Keep when a Hijri month begins; None: the table counts again."""

    async def add_days(self, rule: DayRule, *, by: str, at: datetime) -> DayRule:
        """Keep a rule; returns it with its id."""

    async def withdraw_days(self, rule_id: int, *, by: str, at: datetime) -> None:
        """Take a rule back; raises RuleNotFound."""

    async def set_week(
        self, season: Season, since: date, week: Week | None, *, by: str, at: datetime
    ) -> None:
        """Keep the hours of a season from a date on; None takes back what begins there."""


class CalendarOffice:
    """Changes the calendar for everybody: checks, keeps, and lets it count at once.

    Other processes follow within seconds (``refresh``). ``changed`` is awaited in each
    process once the new calendar counts there; deadlines are counted anew by ``Recounting``.
    """

    def __init__(
        self,
        store: CalendarStore,
        calendar: WorkingCalendar,
        *,
        now: Callable[[], datetime],
        changed: Callable[[], Awaitable[object]] | None = None,
    ) -> None:
        self._store = store
        self.calendar = calendar
        self._now = now
        self._changed = changed

    def when_changed(self, changed: Callable[[], Awaitable[object]]) -> None:
        """Await ``changed`` after every change from now on."""
        self._changed = changed

    async def announced(self) -> Announced:
        """Return all that is in force."""
        return await self._store.read()

    async def refresh(self) -> bool:
        """Let what is kept count in this process; True when something was new."""
        new = self.calendar.announce(await self._store.read())
        if new and self._changed is not None:
            await self._changed()
        return new

    async def set_month(self, year: int, month: int, begins: date | None, *, by: str) -> None:
        """Say when a Hijri month really begins, or take that back.

        Raises:
            ValueError: more than two days away from the table.
        """
        kept = await self._store.read()
        if begins is not None:
            months = {**kept.months, (year, month): begins}
            self.calendar.would_be(replace(kept, months=months))
        await self._store.set_month(year, month, begins, by=by, at=self._now())
        await self.refresh()

    async def add_days(self, rule: DayRule, *, by: str) -> DayRule:
        """Announce a holiday, a closure, special hours or a working day."""
        added = await self._store.add_days(rule, by=by, at=self._now())
        await self.refresh()
        return added

    async def withdraw_days(self, rule_id: int, *, by: str) -> None:
        """Take an announcement back; raises RuleNotFound."""
        await self._store.withdraw_days(rule_id, by=by, at=self._now())
        await self.refresh()

    async def set_week(self, season: Season, since: date, week: Week | None, *, by: str) -> None:
        """Set the hours of a season from a date on, or take that back.

        Raises:
            ValueError: a span overlaps or ends before it begins.
        """
        await self._store.set_week(season, since, week, by=by, at=self._now())
        await self.refresh()
