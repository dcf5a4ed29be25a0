"""Open a finished case again: who may, until when, and what its clocks do then."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from cases.errors import MoveNotAllowed, ReasonMissing, ReopenNotYours, ReopenTooLate
from cases.model import Case, CaseKind, CaseState, Due, EventKind, Priority
from cases.opening import OpeningRules
from cases.ports import Change
from cases.timeline import changed, differences

CLOSED_DAYS = 5
"""Working days in which a closed case can be opened again; later a new one is linked with it."""

AGAIN = Priority.P2
"""A complaint that comes back is at least so urgent."""


def reopened(
    case: Case,
    rules: OpeningRules,
    *,
    reason: str,
    at: datetime,
    actor: str,
    supervises: bool,
    closed_at: datetime | None = None,
) -> Change:
    """Return ``case`` open again.

    What was answered, its unit opens again; what was closed, a supervisor, and within
    ``CLOSED_DAYS``. The clock for resolving runs anew from now on, of a complaint with the
    time of ``AGAIN``; an earlier promise that is not over yet still counts. The clock for
    the first contact stays as it was: that was kept or missed.

    Args:
        closed_at: when it was closed, if it was.

    Raises:
        MoveNotAllowed: it is not finished, or goes on in another case.
        ReasonMissing, ReopenNotYours, ReopenTooLate: see there.
    """
    if not case.finished or case.merged_into is not None:
        raise MoveNotAllowed(number=case.number, was=case.state.value, wanted="open")
    if not reason.strip():
        raise ReasonMissing(number=case.number)
    if case.state is CaseState.CLOSED:
        if not supervises:
            raise ReopenNotYours(number=case.number)
        since = closed_at or case.changed_at or case.opened_at
        if at > rules.calendar.add_working_days(since, CLOSED_DAYS):
            raise ReopenTooLate(number=case.number)
    after = again(case, rules, at=at)
    before, told = differences(told_again(case), told_again(after))
    return changed(
        after, EventKind.REOPENED, at=at, actor=actor, before=before, after=told, note=reason
    )


def again(case: Case, rules: OpeningRules, *, at: datetime) -> Case:
    """Return a finished case as it goes on, with its clock for resolving."""
    priority = min(case.priority, AGAIN) if case.kind is CaseKind.COMPLAINT else case.priority
    due = rules.clocks.due(case.kind, priority, at, rules.calendar).resolve_due_at
    promised = case.clocks.resolve_due_at
    if due is not None and promised is not None and at < promised < due:
        due = promised
    return replace(
        case,
        state=CaseState.OPEN,
        priority=priority,
        clocks=Due(contact_due_at=case.clocks.contact_due_at, resolve_due_at=due),
        reopened_at=at,
    )


def told_again(case: Case) -> dict[str, object]:
    """Return what changes of a case that goes on."""
    return {"state": case.state.value, "priority": case.priority.value}
