"""Correct what a case was taken for, without giving anybody more time."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from cases.model import Case, CaseKind, EventKind, Priority
from cases.opening import OpeningRules
from cases.ports import Change
from cases.timeline import changed, differences


def reclassified(
    case: Case,
    rules: OpeningRules,
    *,
    kind: CaseKind,
    department: str,
    priority: Priority,
    at: datetime,
    actor: str,
    note: str | None = None,
) -> Change:
    """Return ``case`` as of another kind, unit or priority.

    The clocks are those of the new kind and priority, counted from the opening, or from the
    opening again: passing a case on never makes it younger.
    """
    clocks = case.clocks
    if (kind, priority) != (case.kind, case.priority):
        clocks = rules.clocks.due(kind, priority, case.counted_from, rules.calendar)
    after = replace(case, kind=kind, department=department, priority=priority, clocks=clocks)
    before, told = differences(_told(case), _told(after))
    return changed(
        after, EventKind.RECLASSIFIED, at=at, actor=actor, before=before, after=told, note=note
    )


def _told(case: Case) -> dict[str, object]:
    return {
        "kind": case.kind.value,
        "department": case.department,
        "priority": case.priority.value,
    }
