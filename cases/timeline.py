"""What happens to a case, each time as the case that comes of it and the event that made it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from cases.model import Case, CaseEvent, CaseState, EventKind
from cases.ports import Change

ASKED = "asked"
"""In the event that asks the person for something: ``note`` says for what."""
NOTHING: Mapping[str, object] = MappingProxyType({})


def event_of(
    case: Case,
    kind: EventKind,
    *,
    at: datetime,
    actor: str,
    before: Mapping[str, object] = NOTHING,
    after: Mapping[str, object] = NOTHING,
    note: str | None = None,
    caused_by: str | None = None,
) -> CaseEvent:
    """Return the event that brings ``case`` to its next version."""
    return CaseEvent(
        case_number=case.number,
        version=case.version + 1,
        kind=kind,
        at=at,
        actor=actor,
        before=dict(before),
        after=dict(after),
        note=note,
        caused_by=caused_by,
    )


def changed(
    case: Case,
    kind: EventKind,
    *,
    at: datetime,
    actor: str,
    before: Mapping[str, object] = NOTHING,
    after: Mapping[str, object] = NOTHING,
    note: str | None = None,
    caused_by: str | None = None,
) -> Change:
    """Return ``case`` as it shall be, changed ``at`` this moment, with the event that says so."""
    event = event_of(
        case,
        kind,
        at=at,
        actor=actor,
        before=before,
        after=after,
        note=note,
        caused_by=caused_by,
    )
    return Change(replace(case, changed_at=at), event)


def differences(
    before: Mapping[str, object], after: Mapping[str, object]
) -> tuple[dict[str, object], dict[str, object]]:
    """Return what was and what is now, of the fields that are not as they were."""
    other = [name for name in before if before[name] != after[name]]
    return {name: before[name] for name in other}, {name: after[name] for name in other}


def opened(case: Case, *, actor: str, why: Mapping[str, object]) -> Change:
    """Return the first version of ``case``; ``why`` says what decided its route and priority."""
    event = CaseEvent(
        case_number=case.number,
        version=case.version,
        kind=EventKind.OPENED,
        at=case.opened_at,
        actor=actor,
        before={},
        after={
            "state": case.state.value,
            "kind": case.kind.value,
            "department": case.department,
            "priority": case.priority.value,
            **why,
        },
    )
    return Change(case, event)


def moved(
    case: Case, to: CaseState, *, at: datetime, actor: str, note: str | None = None
) -> Change:
    """Return ``case`` moved to another state.

    Raises:
        MoveNotAllowed: it cannot go there.
    """
    return changed(
        case.move_to(to, at=at),
        EventKind.MOVED,
        at=at,
        actor=actor,
        before={"state": case.state.value},
        after={"state": to.value},
        note=note,
    )


def begun(case: Case, *, at: datetime) -> Case:
    """Return ``case`` as one that somebody works at: what is done with a new one opens it."""
    return case.move_to(CaseState.OPEN, at=at) if case.state is CaseState.NEW else case


def noted(case: Case, note: str, *, at: datetime, actor: str) -> Change:
    """Return ``case`` with a note on its timeline and nothing else changed."""
    return changed(case, EventKind.NOTED, at=at, actor=actor, note=note)
