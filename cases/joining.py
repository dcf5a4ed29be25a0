"""Several cases that belong together: made one, made two, or linked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from cases.contact import same_contact
from cases.errors import (
    CaseFinished,
    MoveNotAllowed,
    NotTheSamePerson,
    ReasonMissing,
    SameCase,
)
from cases.follow_up import earlier
from cases.model import Case, CaseEvent, CaseKind, CaseState, EventKind, Priority
from cases.opening import OpeningRules
from cases.ports import Change
from cases.timeline import changed, differences, opened


def same_person(one: Case, other: Case) -> bool:
    """Whether two cases are one person's: the same visitor, or the same contact."""
    if one.person_id == other.person_id:
        return True
    return same_contact(one.contact or "", other.contact or "")


def merged(
    stays: Case, ends: Case, *, at: datetime, actor: str, note: str | None = None
) -> tuple[Change, Change]:
    """Return ``stays`` as it goes on for both, and ``ends`` closed and pointing at it.

    What goes on takes the more urgent priority, the earlier promises, and secrecy.

    Raises:
        SameCase, CaseFinished, NotTheSamePerson: see there.
    """
    if stays.number == ends.number:
        raise SameCase(number=stays.number)
    for case in (stays, ends):
        if case.finished:
            raise CaseFinished(number=case.number)
    if not same_person(stays, ends):
        raise NotTheSamePerson(number=ends.number)
    goes_on = replace(
        stays,
        priority=min(stays.priority, ends.priority),
        clocks=earlier(stays.clocks, ends.clocks),
        confidential=stays.confidential or ends.confidential,
        contact=stays.contact or ends.contact,
    )
    closed = replace(ends, state=CaseState.CLOSED, merged_into=stays.number)
    before, after = differences(_told(stays), _told(goes_on))
    return (
        changed(
            goes_on,
            EventKind.MERGED,
            at=at,
            actor=actor,
            before=before,
            after={**after, "took_in": ends.number},
        ),
        changed(
            closed,
            EventKind.MERGED,
            at=at,
            actor=actor,
            before={"state": ends.state.value},
            after={"state": closed.state.value, "merged_into": stays.number},
            note=note,
        ),
    )


def unmerged(
    stays: Case,
    ends: Case,
    merging: Sequence[CaseEvent],
    *,
    at: datetime,
    actor: str,
    reason: str,
) -> tuple[Change, Change]:
    """Return both as two again: ``stays`` without what it took, ``ends`` as it stood.

    The promises made in ``ends`` are its own again, its clocks counted from when it was
    opened. The priority that ``stays`` took goes back unless somebody has set it since;
    secrecy that it took stays, because what was written since may need it.

    Args:
        merging: the two events of the merge, ``stays``'s first.

    Raises:
        MoveNotAllowed: ``ends`` does not go on in ``stays``.
        ReasonMissing: it says why.
    """
    if ends.merged_into != stays.number:
        raise MoveNotAllowed(number=ends.number, was=ends.state.value, wanted="open")
    if not reason.strip():
        raise ReasonMissing(number=ends.number)
    took, closed = merging
    state = CaseState(str(closed.before["state"]))
    left = stays
    if took.after.get("priority") == stays.priority.value:
        left = replace(stays, priority=Priority(str(took.before["priority"])))
    before, after = differences(_told(stays), _told(left))
    return (
        changed(
            left,
            EventKind.UNMERGED,
            at=at,
            actor=actor,
            before=before,
            after={**after, "gave_back": ends.number},
        ),
        changed(
            replace(ends, state=state, merged_into=None),
            EventKind.UNMERGED,
            at=at,
            actor=actor,
            before={"state": ends.state.value, "merged_into": stays.number},
            after={"state": state.value},
            note=reason,
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Words of a case that shall be a case of their own; ``cause`` makes it one only once."""

    text: str
    kind: CaseKind
    department: str
    cause: str


def split(
    case: Case, part: Part, rules: OpeningRules, number: str, *, at: datetime, actor: str
) -> tuple[Change, Change]:
    """Return the new case of this number, and ``case`` as it knows of it.

    Nobody waits any longer for it: the new case is as old as the first one.

    Raises:
        CaseFinished: of what is finished nothing is split off.
    """
    if case.finished:
        raise CaseFinished(number=case.number)
    heard = rules.priorities.assess(part.kind, part.text, segment=case.segment)
    fresh = Case(
        number=number,
        kind=part.kind,
        department=part.department,
        segment=case.segment,
        priority=heard.priority,
        language=case.language,
        channel=case.channel,
        person_id=case.person_id,
        conversation_id=case.conversation_id,
        contact=case.contact,
        text=part.text,
        confidential=case.confidential or bool(heard.confidential),
        opened_at=case.opened_at,
        reopened_at=case.reopened_at,
        clocks=rules.clocks.due(part.kind, heard.priority, case.counted_from, rules.calendar),
        caused_by=part.cause,
        split_from=case.number,
        related=(case.number,),
    )
    opening = opened(
        fresh,
        actor=actor,
        why={"split_from": case.number, "priority_reasons": list(heard.reasons)},
    )
    knows = replace(case, related=_with(case.related, number))
    told = {"split_into": number, "to": part.department}
    return (
        Change(fresh, replace(opening.event, at=at)),
        changed(knows, EventKind.SPLIT, at=at, actor=actor, after=told),
    )


def linked(one: Case, other: Case, *, at: datetime, actor: str) -> Sequence[Change]:
    """Return both cases related to each other; none when they are already.

    Raises:
        SameCase: a case is not related to itself.
    """
    if one.number == other.number:
        raise SameCase(number=one.number)
    pairs = ((one, other), (other, one))
    return [
        changed(
            replace(case, related=_with(case.related, to.number)),
            EventKind.LINKED,
            at=at,
            actor=actor,
            after={"case": to.number},
        )
        for case, to in pairs
        if to.number not in case.related
    ]


def unlinked(one: Case, other: Case, *, at: datetime, actor: str) -> Sequence[Change]:
    """Return both cases related no more; none when they were not."""
    return [
        changed(
            replace(case, related=tuple(n for n in case.related if n != to.number)),
            EventKind.UNLINKED,
            at=at,
            actor=actor,
            before={"case": to.number},
        )
        for case, to in ((one, other), (other, one))
        if to.number in case.related
    ]


def _with(numbers: Sequence[str], number: str) -> tuple[str, ...]:
    return tuple(sorted({*numbers, number}))


def _told(case: Case) -> dict[str, object]:
    return {"priority": case.priority.value, "confidential": case.confidential}
