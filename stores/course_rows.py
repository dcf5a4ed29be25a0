"""The course of a case to the values of its row, and back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from cases.course import Course, Holding, Pause, Promise
from cases.model import CaseKind, CaseState, Priority

COLUMNS = (
    "next_at",
    "step",
    "acknowledged_at",
    "contacted_at",
    "resolved_at",
    "closed_at",
    "promised_for",
    "bounces",
    "outcome",
)
"""What screens and workers ask by has a column; the rest is in ``course``."""

MOMENTS = ("aim", "aim_since", "acknowledge_due_at", "grievance_until")


def course_values(course: Course) -> dict[str, Any]:
    """Return the columns of ``cases`` for a course."""
    values: dict[str, Any] = {name: getattr(course, name) for name in COLUMNS}
    rest: dict[str, Any] = {name: _told(getattr(course, name)) for name in MOMENTS}
    rest |= {
        "origin": [course.origin_kind, course.origin_department],
        "promises": [
            [one.kind.value, one.priority.value, _told(one.since), one.contact, one.resolve]
            for one in course.promises
        ],
        "pauses": [[one.state.value, _told(one.since), _told(one.until)] for one in course.pauses],
        "held": [[one.department, _told(one.since)] for one in course.held],
    }
    return values | {
        "owner": course.owner or None,
        "paused_since": course.paused_since,
        "course": rest if course.promises else None,
    }


def course_from(values: dict[str, Any]) -> Course:
    """Take the columns of a course out of ``values`` and return it.

    Of a case that was kept before there were courses only the owner and the next time are
    known; its first change makes the rest.
    """
    rest = values.pop("course") or {}
    values.pop("paused_since")
    found: dict[str, Any] = {name: values.pop(name) for name in COLUMNS}
    found |= {name: _moment(rest.get(name)) for name in MOMENTS}
    found["step"], found["bounces"] = found["step"] or 0, found["bounces"] or 0
    kind, department = rest.get("origin", (None, None))
    return Course(
        owner=values.pop("owner") or "",
        origin_kind=CaseKind(kind) if kind else None,
        origin_department=department,
        promises=tuple(
            Promise(
                kind=CaseKind(kind),
                priority=Priority(priority),
                since=datetime.fromisoformat(since),
                contact=contact,
                resolve=resolve,
            )
            for kind, priority, since, contact, resolve in rest.get("promises", ())
        ),
        pauses=tuple(
            Pause(state=CaseState(state), since=datetime.fromisoformat(since), until=_moment(until))
            for state, since, until in rest.get("pauses", ())
        ),
        held=tuple(
            Holding(department=unit, since=datetime.fromisoformat(since))
            for unit, since in rest.get("held", ())
        ),
        **found,
    )


def _told(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat()


def _moment(told: str | None) -> datetime | None:
    return None if told is None else datetime.fromisoformat(told)
