"""Build what keeps the course of cases and climbs the ladder."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from app.calendar_wiring import follow_calendar
from cases.calendar import WorkingCalendar
from cases.calendar_store import CalendarOffice
from cases.chasing import Chasing, Messenger
from cases.clocks import ServiceClocks
from cases.join_ports import ChaseStore
from cases.keeping import Keeping
from cases.kept_store import KeptCases
from cases.law import Law
from cases.ports import CaseStore
from cases.priority import PriorityRules
from cases.routing import RoutingRules
from cases.service import CaseService
from conversations.rounds import Rounds

EVERY_S = 5.0


def kept_cases(store: ChaseStore, calendar: WorkingCalendar) -> KeptCases:
    """Return the store that all who change cases share."""
    keeping = Keeping(calendar=calendar, clocks=ServiceClocks.load(), law=Law.load())
    return KeptCases(store, keeping)


def case_service(
    store: CaseStore, calendar: WorkingCalendar, *, now: Callable[[], datetime]
) -> CaseService:
    """Return the case service with the rules of the department."""
    return CaseService(
        store,
        calendar=calendar,
        clocks=ServiceClocks.load(),
        priorities=PriorityRules.load(),
        routes=RoutingRules.load(),
        now=now,
    )


def build_chasing(
    cases: KeptCases,
    office: CalendarOffice,
    messenger: Messenger,
    *,
    now: Callable[[], datetime],
) -> Chasing:
    """Return what takes the steps that are due, tells staff of them, and follows the calendar."""
    chasing = Chasing(cases, cases.keeping, now=now, messenger=messenger)
    office.when_changed(chasing.recount)
    return chasing


def follow_up_workers(office: CalendarOffice, chasing: Chasing) -> tuple[Rounds, Rounds]:
    """Return what follows the calendar, and what climbs the ladder."""

    async def make_round() -> bool:
        return bool(await chasing.chase())

    return follow_calendar(office), Rounds("ladder", make_round, every_s=EVERY_S)
