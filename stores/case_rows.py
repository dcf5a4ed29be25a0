"""Cases and events to the values of their rows, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from cases.model import (
    Case,
    CaseEvent,
    CaseKind,
    CaseState,
    Due,
    EventKind,
    Priority,
    Segment,
)
from kernel.language import Language
from stores.course_rows import course_from, course_values


def case_values(case: Case) -> dict[str, Any]:
    """Return the columns of ``cases`` for a case."""
    return {
        "number": case.number,
        "kind": case.kind.value,
        "state": case.state.value,
        "department": case.department,
        "segment": case.segment.value if case.segment else None,
        "priority": case.priority.value,
        "language": case.language.value,
        "channel": case.channel,
        "person_id": case.person_id,
        "conversation_id": case.conversation_id,
        "contact": case.contact,
        "text": case.text,
        "reference": case.reference,
        "amount": case.amount,
        "confidential": case.confidential,
        "refer_to": case.refer_to,
        "opened_at": case.opened_at,
        "changed_at": case.changed_at,
        "contact_due_at": case.clocks.contact_due_at,
        "resolve_due_at": case.clocks.resolve_due_at,
        "caused_by": case.caused_by,
        "version": case.version,
        "subject": case.subject,
        "merged_into": case.merged_into,
        "split_from": case.split_from,
        "related": list(case.related),
        "reopened_at": case.reopened_at,
        **course_values(case.course),
    }


def case_from(row: Mapping[str, Any] | sa.RowMapping) -> Case:
    """Return the case that a row of ``cases`` keeps."""
    values = dict(row)
    clocks = Due(
        contact_due_at=values.pop("contact_due_at"), resolve_due_at=values.pop("resolve_due_at")
    )
    course = course_from(values)
    segment = values.pop("segment")
    return Case(
        kind=CaseKind(values.pop("kind")),
        state=CaseState(values.pop("state")),
        segment=Segment(segment) if segment else None,
        priority=Priority(values.pop("priority")),
        language=Language(values.pop("language")),
        clocks=clocks,
        course=course,
        related=tuple(values.pop("related") or ()),
        **values,
    )


def event_values(event: CaseEvent) -> dict[str, Any]:
    """Return the columns of ``case_event`` for an event, but for its audit row."""
    return {
        "case_number": event.case_number,
        "version": event.version,
        "kind": event.kind.value,
        "at": event.at,
        "actor": event.actor,
        "before": dict(event.before),
        "after": dict(event.after),
        "note": event.note,
        "caused_by": event.caused_by,
    }


def event_from(row: sa.RowMapping) -> CaseEvent:
    """Return the event that a row of ``case_event`` keeps."""
    values = dict(row)
    del values["audit_id"]
    return CaseEvent(kind=EventKind(values.pop("kind")), **values)
