"""Build what keeps the course of cases and climbs the ladder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
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
from cases.recounting import Recounting, RecountStore
from cases.routing import RoutingRules
from cases.service import CaseService
from conversations.rounds import Rounds
from conversations.wakeup import Wakeup

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


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What takes the steps that are due, tells staff of them, and follows the calendar."""

    office: CalendarOffice
    chasing: Chasing
    recounting: Recounting
    changed: Wakeup

    def workers(self) -> tuple[Rounds, Rounds, Rounds]:
        """Return what follows the calendar, counts anew, and climbs the ladder."""

        async def make_round() -> bool:
            return bool(await self.chasing.chase())

        return (
            follow_calendar(self.office),
            Rounds("recount", self.recounting.turn, every_s=EVERY_S, wakeup=self.changed),
            Rounds("ladder", make_round, every_s=EVERY_S),
        )


def build_follow_up(
    cases: KeptCases,
    office: CalendarOffice,
    recounts: RecountStore,
    messenger: Messenger,
    *,
    now: Callable[[], datetime],
) -> FollowUp:
    """Return it; from now on a change of the calendar wakes what counts anew."""
    chasing = Chasing(cases, cases.keeping, now=now, messenger=messenger)
    changed = Wakeup()
    recounting = Recounting(recounts, chasing, office, now=now, wake=changed.wake)
    office.when_changed(recounting.followed)
    return FollowUp(office, chasing, recounting, changed)
