"""Which reports are due by themselves, and for whom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.model import Account, Role
from cases.calendar import WorkingCalendar
from kernel.language import Language
from mail.model import is_address
from reports.figures import Scope
from reports.periods import Period, Rhythm

CATCH_UP = timedelta(days=7)
"""What was due longer ago comes no more by itself; that is also how a new house begins."""

USUAL: Mapping[Rhythm, bool] = {
    Rhythm.DAILY: False,
    Rhythm.WEEKLY: True,
    Rhythm.MONTHLY: True,
    Rhythm.QUARTERLY: True,
}
"""What managers get until they decide otherwise. Supervisors get what they ask for."""
KEPT_ANYWAY = frozenset({Rhythm.MONTHLY, Rhythm.QUARTERLY})
"""Made of the whole for the archive also when nobody wants it by mail."""

Wishes = Mapping[str, Mapping[Rhythm, bool]]


@dataclass(frozen=True, slots=True)
class Due:
    """A report that is due, and who gets it; nobody: it is for the archive."""

    period: Period
    scope: Scope
    language: Language
    account_id: str | None = None


def due_periods(calendar: WorkingCalendar, now: datetime) -> Iterator[Period]:
    """Yield the periods whose report is due, oldest first of each rhythm.

    A report is due when work begins again after its period. A day without working hours has
    no report of its own.
    """
    today = now.astimezone(calendar.zone).date()
    for rhythm in Rhythm:
        found = []
        period = Period.holding(rhythm, today).before()
        while period.span(calendar.zone).until >= now - CATCH_UP - timedelta(days=14):
            span = period.span(calendar.zone)
            due_at = calendar.next_opening(span.until)
            worked = rhythm is not Rhythm.DAILY or calendar.working_time_between(
                span.since, span.until
            )
            if worked and now - CATCH_UP <= due_at <= now:
                found.append(period)
            period = period.before()
        yield from reversed(found)


def due_reports(
    calendar: WorkingCalendar,
    now: datetime,
    accounts: Sequence[Account],
    wishes: Wishes,
    *,
    default_language: Language,
) -> Sequence[Due]:
    """Return what is due: to managers that of their units, or of the whole if all are theirs."""
    found = []
    for period in due_periods(calendar, now):
        for account in accounts:
            if not wants(account, period.rhythm, wishes):
                continue
            units: list[str | None] = [*sorted(account.departments)] or [None]
            found += [Due(period, Scope(unit), account.language, account.id) for unit in units]
        if period.rhythm in KEPT_ANYWAY and not any(
            one.period == period and one.scope == Scope() for one in found
        ):
            found.append(Due(period, Scope(), default_language))
    return found


def wants(account: Account, rhythm: Rhythm, wishes: Wishes) -> bool:
    """Tell whether somebody gets the reports of a rhythm."""
    may = account.may(Role.MANAGER) or account.may(Role.SUPERVISOR)
    if not may or not is_address(account.email):
        return False
    usual = account.may(Role.MANAGER) and USUAL[rhythm]
    return wishes.get(account.id, {}).get(rhythm, usual)
