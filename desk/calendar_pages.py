"""Working hours, holidays and Ramadan on screen: what a change moves is shown before it is kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from http import HTTPStatus
from typing import Any

from aiohttp import web

from accounts.model import Role
from cases.calendar_changes import (
    CalendarChange,
    changed_days,
    moved_deadlines,
)
from cases.calendar_store import CalendarOffice, RuleNotFound
from cases.kept_store import KeptCases
from cases.recounting import RecountStore
from cases.timetable import WEEKDAYS, Announced, DayKind, Season, Spans, Timetable, WeekFrom
from desk.access import ACCOUNT, Routes
from desk.calendar_form import FORMS, NotUnderstood, read_change
from desk.rendering import Rendering
from desk.viewer import agent_of

PLACE = "/administration/calendar"
AHEAD_DAYS = 400
LOOKED_BACK_DAYS = 60
SHOWN_CASES, SHOWN_DAYS = 20, 40
TOLD_MONTHS = frozenset({1, 3, 9, 10, 12})
"""Hijri months that begin with, or hold, a feast or Ramadan."""


@dataclass(frozen=True, slots=True)
class DaysOff:
    """Days off in a row under one name; ``by_moon`` until the month was announced."""

    first: date
    last: date
    name: str
    announced: bool
    by_moon: bool


class CalendarPages:
    """For admins only."""

    def __init__(
        self,
        office: CalendarOffice,
        cases: KeptCases,
        recounts: RecountStore,
        rendering: Rendering,
        *,
        now: Callable[[], datetime],
    ) -> None:
        self._office = office
        self._cases = cases
        self._recounts = recounts
        self._rendering = rendering
        self._now = now

    def add(self, routes: Routes) -> None:
        """Add the routes."""
        routes.get(PLACE, self.show, Role.ADMIN)
        routes.get(f"{PLACE}/recount", self.recount, Role.ADMIN)
        for what in FORMS:
            routes.post(f"{PLACE}/{what}", self.change, Role.ADMIN)

    async def show(self, request: web.Request) -> web.StreamResponse:
        """Show what counts, and the forms."""
        return await self._page(request, {})

    async def recount(self, request: web.Request) -> web.StreamResponse:
        """Show how far the counting of deadlines is, drawn anew."""
        facts = {"recount": await self._recounts.latest()}
        return self._rendering.page(request, "calendar_recount.html", facts)

    async def change(self, request: web.Request) -> web.StreamResponse:
        """Show what a change would move; keep it once somebody has seen that."""
        what = request.path.rpartition("/")[2]
        form = {name: str(value) for name, value in (await request.post()).items()}
        try:
            change = read_change(what, form)
            would_be = self._wanted(change, await self._office.announced())
            if form.get("step") != "keep":
                return await self._look(request, what, form, would_be)
            await change.keep(self._office, by=agent_of(request[ACCOUNT]).actor)
        except NotUnderstood as error:
            return await self._page(request, {**form, "what": what, "problem": error.code})
        except RuleNotFound:
            raise web.HTTPNotFound from None
        except ValueError:
            problem = f"calendar_{'month' if what == 'month' else 'week'}_wrong"
            return await self._page(request, {**form, "what": what, "problem": problem})
        raise web.HTTPSeeOther(f"/desk{PLACE}")

    def _wanted(self, change: CalendarChange, announced: Announced) -> Timetable:
        return self._office.calendar.would_be(change.on(announced))

    async def _look(
        self, request: web.Request, what: str, form: Mapping[str, str], would_be: Timetable
    ) -> web.StreamResponse:
        first = self._today() - timedelta(days=LOOKED_BACK_DAYS)
        before = self._office.calendar.timetable
        days = changed_days(before, would_be, first, LOOKED_BACK_DAYS + AHEAD_DAYS)
        moved = await moved_deadlines(self._cases, self._cases.keeping, would_be)
        language = self._rendering.language(request)
        facts = {
            "what": what,
            "form": {k: v for k, v in form.items() if k not in ("csrf", "step")},
            "days": days[:SHOWN_DAYS],
            "more_days": max(0, len(days) - SHOWN_DAYS),
            "moved": moved[:SHOWN_CASES],
            "moved_count": len(moved),
            "later_count": sum(1 for one in moved if one.later),
            "name_of": lambda day: (found := would_be.holiday_on(day)) and found.name(language),
            "hours": hours,
        }
        return self._rendering.page(request, "calendar_look.html", facts)

    async def _page(self, request: web.Request, given: Mapping[str, str]) -> web.StreamResponse:
        calendar, today = self._office.calendar, self._today()
        announced = await self._office.announced()
        facts = {
            "open_now": calendar.is_open(self._now()),
            "next_opening": calendar.next_opening(self._now()),
            "today": today,
            "weeks": weeks_in_force(calendar.timetable, today),
            "weeks_to_come": [one for one in announced.weeks if one.since > today],
            "announced": announced,
            "days_off": days_off(
                calendar.timetable, today, self._rendering.language(request), announced
            ),
            "months": months(calendar.timetable, today, announced),
            "weekdays": WEEKDAYS,
            "kinds": list(DayKind),
            "seasons": list(Season),
            "recount": await self._recounts.latest(),
            "given": given,
            "hours": hours,
        }
        status = HTTPStatus.UNPROCESSABLE_ENTITY if "problem" in given else HTTPStatus.OK
        return self._rendering.page(request, "calendar.html", facts, status=status)

    def _today(self) -> date:
        return self._now().astimezone(self._office.calendar.zone).date()


def hours(spans: Spans) -> str:
    """Return spans as they are typed, nothing for a day off."""
    return ", ".join(f"{start:%H:%M}-{end:%H:%M}" for start, end in spans)


def weeks_in_force(table: Timetable, day: date) -> Mapping[Season, WeekFrom]:
    """Return the week of each season that counts on a day."""
    found: dict[Season, WeekFrom] = {}
    for week in sorted(table.weeks, key=lambda one: one.since):
        if week.since <= day:
            found[week.season] = week
    return found


def days_off(
    table: Timetable, first: date, language: Any, announced: Announced
) -> Sequence[DaysOff]:
    """Return the holidays and closures of the days ahead."""
    found: list[DaysOff] = []
    for n in range(AHEAD_DAYS):
        day = first + timedelta(days=n)
        holiday = table.holiday_on(day)
        if holiday is None:
            continue
        rule, hijri = table.rule_on(day), table.moon.date_of(day)
        feast = rule is None and hijri is not None and hijri[1:] in table.hijri
        here = DaysOff(
            day,
            day,
            holiday.name(language),
            announced=rule is not None,
            by_moon=bool(feast and hijri and hijri[:2] not in announced.months),
        )
        last = found[-1] if found else None
        goes_on = last is not None and last.last + timedelta(days=1) == day
        if last and goes_on and (last.name, last.announced) == (here.name, here.announced):
            by_moon = last.by_moon or here.by_moon
            found[-1] = DaysOff(last.first, day, last.name, here.announced, by_moon)
        else:
            found.append(here)
    return found


def months(
    table: Timetable, first: date, announced: Announced
) -> Sequence[tuple[int, int, date, bool]]:
    """Return year, month, first day and whether it was announced, of the months that matter."""
    here = table.moon.date_of(first)
    if here is None:
        return []
    indices = (here[0] * 12 + here[1] - 1 + n for n in range(14))
    every = [(one // 12, one % 12 + 1) for one in indices]
    told = [one for one in every if one[1] in TOLD_MONTHS or one in announced.months]
    found = [(year, month, table.moon.begins(year, month)) for year, month in told]
    return [
        (year, month, begins, (year, month) in announced.months)
        for year, month, begins in found
        if begins is not None
    ]
