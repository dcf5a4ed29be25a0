"""One calendar for the whole process, and what keeps it in step with the database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from cases.calendar import WorkingCalendar
from cases.calendar_store import CalendarOffice, CalendarStore
from conversations.rounds import Rounds

EVERY_S = 5.0


async def open_office(store: CalendarStore, *, now: Callable[[], datetime]) -> CalendarOffice:
    """Return what changes the calendar, with all that was announced in force."""
    office = CalendarOffice(store, WorkingCalendar.load(), now=now)
    await office.refresh()
    return office


def follow_calendar(office: CalendarOffice) -> Rounds:
    """Return the worker that lets announcements count which another process kept."""
    return Rounds("calendar", office.refresh, every_s=EVERY_S)
