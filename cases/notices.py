"""Which changes of a case its person is told of, and which word of theirs the owner is told of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cases.chasing import LADDER, Step
from cases.course import AGENT
from cases.model import Case, CaseEvent, CaseState, EventKind
from cases.ports import Change
from cases.replies import BY_PHONE
from cases.timeline import ASKED

VOID = "void"
"""The outcome of what was no case: nobody is told of it."""


class NoticeKind(StrEnum):
    """What somebody is told. The value is what stores keep and settings name."""

    OPENED = "opened"
    SENT_ON = "sent_on"
    RECLASSIFIED = "reclassified"
    LATE = "late"
    NEW_DATE = "new_date"
    ASKED = "asked"
    ASKED_AGAIN = "asked_again"
    GOES_ON = "goes_on"
    ENTITY = "entity"
    RESOLVED = "resolved"
    CLOSED = "closed"
    REOPENED = "reopened"
    GRIEVANCE = "grievance"
    MERGED = "merged"
    ANSWERED = "answered"
    OBJECTED = "objected"


TO_STAFF = frozenset({NoticeKind.ANSWERED, NoticeKind.OBJECTED})
"""These go to whoever owns the case; all others to its person."""

WITH_WORDS = frozenset({NoticeKind.ASKED, NoticeKind.NEW_DATE, NoticeKind.RESOLVED})
"""These pass on what staff wrote for the person, in the note of the event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One change that somebody is to be told of, once: ``id`` names case and version."""

    id: str
    case_number: str
    version: int
    kind: NoticeKind
    at: datetime


def notice_of(change: Change) -> Notice | None:
    """Return what a change has somebody told; None for most."""
    kind = _kind(change.case, change.event)
    if kind is None:
        return None
    event = change.event
    return Notice(
        id=f"{event.case_number}:{event.version}",
        case_number=event.case_number,
        version=event.version,
        kind=kind,
        at=event.at,
    )


def words_for(kind: NoticeKind, event: CaseEvent) -> str:
    """Return what staff wrote for the person; empty where there is nothing, or it was said."""
    if kind not in WITH_WORDS or event.kind is EventKind.REPLIED:
        return ""
    if kind is NoticeKind.ASKED and not event.after.get(ASKED):
        return ""
    return (event.note or "").strip()


def still_so(notice: Notice, case: Case, events: Sequence[CaseEvent]) -> bool:
    """Tell whether a change is still worth telling: later ones may have overtaken it."""
    later = [event for event in events if event.version > notice.version]
    match notice.kind:
        case NoticeKind.SENT_ON | NoticeKind.RECLASSIFIED:
            return not case.finished and not any(
                event.kind is EventKind.RECLASSIFIED
                and event.before.keys() & {"department", "kind"}
                for event in later
            )
        case NoticeKind.NEW_DATE | NoticeKind.LATE:
            told = any(event.kind is EventKind.PROMISED for event in later)
            return not case.finished and not told
        case NoticeKind.ASKED | NoticeKind.ASKED_AGAIN:
            return case.state is CaseState.WAITING_CITIZEN
        case NoticeKind.ENTITY:
            return case.state is CaseState.WAITING_ENTITY
        case NoticeKind.RESOLVED | NoticeKind.CLOSED:
            return case.finished and case.merged_into is None
        case NoticeKind.REOPENED | NoticeKind.GRIEVANCE | NoticeKind.GOES_ON:
            return not case.finished
    return True


def _kind(case: Case, event: CaseEvent) -> NoticeKind | None:
    if case.course.outcome == VOID:
        return None
    by_staff = event.actor.startswith(AGENT)
    match event.kind:
        case EventKind.OPENED:
            return NoticeKind.OPENED if by_staff and case.conversation_id else None
        case EventKind.FOLLOWED_UP:
            waited = event.before.get("state") == CaseState.WAITING_CITIZEN.value
            return NoticeKind.ANSWERED if waited else None
        case EventKind.GRIEVED:
            return NoticeKind.GRIEVANCE if by_staff else NoticeKind.OBJECTED
        case EventKind.RECLASSIFIED if not case.finished:
            if "department" in event.before:
                return NoticeKind.SENT_ON
            return NoticeKind.RECLASSIFIED if "kind" in event.before else None
        case EventKind.PROMISED:
            return NoticeKind.NEW_DATE
        case EventKind.REOPENED:
            return NoticeKind.REOPENED
        case EventKind.MERGED:
            return NoticeKind.MERGED if "merged_into" in event.after else None
        case EventKind.UNMERGED:
            return NoticeKind.REOPENED if "state" in event.after else None
        case EventKind.CHASED:
            return _chased(case, event)
        case EventKind.MOVED:
            return _moved(case, event)
        case EventKind.REPLIED if event.after.get("way") != BY_PHONE:
            resolves = event.after.get("state") == CaseState.RESOLVED.value
            return NoticeKind.RESOLVED if resolves else None
    return None


def _chased(case: Case, event: CaseEvent) -> NoticeKind | None:
    if event.after["step"] == Step.LATE.value:  # with the answer, not with the first contact
        due = case.clocks.resolve_due_at
        return NoticeKind.LATE if due is not None and due <= event.at else None
    waits = case.state is CaseState.WAITING_CITIZEN
    asks = event.after["step"] == Step.ASK_AGAIN.value and waits
    return NoticeKind.ASKED_AGAIN if asks else None


def _moved(case: Case, event: CaseEvent) -> NoticeKind | None:
    match case.state:
        case CaseState.WAITING_CITIZEN:
            return NoticeKind.ASKED
        case CaseState.WAITING_ENTITY:
            return NoticeKind.ENTITY
        case CaseState.RESOLVED:
            return NoticeKind.RESOLVED
        case CaseState.CLOSED:
            return NoticeKind.CLOSED
    waited = event.before.get("state") == CaseState.WAITING_CITIZEN.value
    return NoticeKind.GOES_ON if waited and event.actor == LADDER else None
