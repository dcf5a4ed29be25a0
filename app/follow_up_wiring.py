"""Build what keeps the course of cases and climbs the ladder."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from cases.calendar import WorkingCalendar
from cases.chasing import Chasing
from cases.clocks import ServiceClocks
from cases.join_ports import ChaseStore
from cases.keeping import Keeping
from cases.kept_store import KeptCases
from cases.law import Law
from conversations.rounds import Rounds

EVERY_S = 5.0


def kept_cases(store: ChaseStore, calendar: WorkingCalendar) -> KeptCases:
    """Return the store that all who change cases share."""
    keeping = Keeping(calendar=calendar, clocks=ServiceClocks.load(), law=Law.load())
    return KeptCases(store, keeping)


def build_chasing(cases: KeptCases, *, now: Callable[[], datetime]) -> Chasing:
    """Return what takes the steps that are due."""
    return Chasing(cases, cases.keeping, now=now)


def follow_ladder(chasing: Chasing) -> Rounds:
    """Return the worker."""

    async def make_round() -> bool:
        return bool(await chasing.chase())

    return Rounds("ladder", make_round, every_s=EVERY_S)
