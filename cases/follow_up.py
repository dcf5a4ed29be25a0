"""What a person's further words make of their open case."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from cases.model import Case, CaseState, Due, EventKind
from cases.opening import OpeningRules, keepable
from cases.ports import Change
from cases.timeline import changed, differences


def followed_up(
    case: Case, words: str, rules: OpeningRules, *, at: datetime, actor: str, caused_by: str
) -> Change:
    """Return ``case`` with the words on its timeline, and with what they change.

    Words may make a case more urgent or confidential, never less; a more urgent clock
    runs from now, and the earlier promise counts. A case that waits for its person does
    not wait any more.
    """
    kept = keepable(words)
    heard = rules.priorities.assess(
        case.kind, kept, segment=case.segment, has_overdue_case=case.overdue(at)
    )
    after = replace(
        case,
        confidential=case.confidential or bool(heard.confidential),
        state=CaseState.OPEN if case.state is CaseState.WAITING_CITIZEN else case.state,
    )
    if heard.priority < case.priority:
        fresh = rules.clocks.due(case.kind, heard.priority, at, rules.calendar)
        after = replace(after, priority=heard.priority, clocks=earlier(case.clocks, fresh))
    was, now = _told(case), _told(after)
    before, told = differences(was, now)
    return changed(
        after,
        EventKind.FOLLOWED_UP,
        at=at,
        actor=actor,
        before=before,
        after=told | {"anger": heard.anger, "priority_reasons": list(heard.reasons)},
        note=kept,
        caused_by=caused_by,
    )


def _told(case: Case) -> dict[str, object]:
    return {
        "state": case.state.value,
        "priority": case.priority.value,
        "confidential": case.confidential,
    }


def earlier(one: Due, other: Due) -> Due:
    """Return the earlier of each two promises."""
    return Due(
        contact_due_at=_first(one.contact_due_at, other.contact_due_at),
        resolve_due_at=_first(one.resolve_due_at, other.resolve_due_at),
    )


def _first(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((at for at in (one, other) if at is not None), default=None)
