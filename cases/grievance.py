"""A person objects to what came of their case: it goes back to its unit, with a new clock."""

from __future__ import annotations

from datetime import datetime

from cases.calendar import WorkingCalendar
from cases.errors import GrievanceTooLate, MoveNotAllowed, ReasonMissing
from cases.law import Law
from cases.model import Case, EventKind
from cases.opening import OpeningRules, keepable
from cases.ports import Change
from cases.reopening import again, told_again
from cases.timeline import changed, differences


def objection_until(case: Case, law: Law, calendar: WorkingCalendar) -> datetime | None:
    """Return until when the person may object; None where there is nothing to object to."""
    if not case.finished or case.merged_into is not None or not law.closing[case.kind].appeal:
        return None
    since = case.course.resolved_at or case.changed_at or case.opened_at
    return case.course.grievance_until or calendar.add_working_days(since, law.grievance_days)


def grieved(
    case: Case,
    words: str,
    rules: OpeningRules,
    law: Law,
    *,
    at: datetime,
    actor: str,
    caused_by: str | None = None,
) -> Change:
    """Return ``case`` open again with the objection on its timeline.

    It returns to its unit, so that not only who answered looks at it. The clock for resolving
    runs anew, of a complaint with the time of ``cases.reopening.AGAIN`` at most.

    Raises:
        MoveNotAllowed: it is not finished, or nobody objects to this kind.
        GrievanceTooLate: the days are over.
        ReasonMissing: nothing was said.
    """
    until = objection_until(case, law, rules.calendar)
    if until is None:
        raise MoveNotAllowed(number=case.number, was=case.state.value, wanted="open")
    kept = keepable(words).strip()
    if not kept:
        raise ReasonMissing(number=case.number)
    if at > until:
        raise GrievanceTooLate(number=case.number)
    after = again(case, rules, at=at)
    before, now = differences(told_again(case), told_again(after))
    return changed(
        after,
        EventKind.GRIEVED,
        at=at,
        actor=actor,
        before=before,
        after=now,
        note=kept,
        caused_by=caused_by,
    )
