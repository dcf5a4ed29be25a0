"""What staff do so that a case gets finished: take it, promise a date, answer it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from cases.calendar import WorkingCalendar
from cases.errors import CaseChanged, CaseFinished, DateNotAhead
from cases.law import Law
from cases.model import Case, CaseEvent, CaseState, EventKind
from cases.opening import keepable
from cases.ports import CaseStore, Change
from cases.timeline import moved


class Handling:
    """Who may do it was asked before. ``seen`` is the version that the actor had on screen."""

    def __init__(
        self,
        store: CaseStore,
        law: Law,
        calendar: WorkingCalendar,
        *,
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self.law = law
        self._calendar = calendar
        self._now = now

    async def take(self, number: str, *, actor: str, seen: int) -> Case:
        """Make a case one's own; raises CaseNotFound, CaseChanged, CaseFinished."""
        case = await self._open_case(number, seen)
        owner = {"owner": case.course.owner or None}
        event = _event(case, EventKind.TAKEN, self._now(), actor, owner, {"owner": actor})
        return await self._store.save(Change(replace(case, changed_at=event.at), event))

    async def give_back(self, number: str, *, actor: str, note: str | None, seen: int) -> Case:
        """Return a case to the queue of its unit; raises as ``take`` does."""
        case = await self._open_case(number, seen)
        owner = {"owner": case.course.owner or None}
        event = _event(case, EventKind.RETURNED, self._now(), actor, owner, {}, _kept(note))
        return await self._store.save(Change(replace(case, changed_at=event.at), event))

    async def promise(
        self, number: str, words: str, until: datetime, *, actor: str, seen: int
    ) -> Case:
        """Tell the person that it takes longer, and until when.

        The clock stays as it is: a late case is late. The ladder waits for the new date.

        Raises:
            CaseNotFound, CaseChanged, CaseFinished: see ``take``.
            DateNotAhead: the date is past, or no working time is left until then.
        """
        case, now = await self._open_case(number, seen), self._now()
        if until <= now or not self._calendar.working_minutes_between(now, until):
            raise DateNotAhead(number=number)
        was = case.course.promised_for
        told = {"promised_for": was.isoformat() if was else None}
        promised = {"promised_for": until.isoformat()}
        event = _event(case, EventKind.PROMISED, now, actor, told, promised, _kept(words))
        return await self._store.save(Change(replace(case, changed_at=now), event))

    async def resolve(
        self, number: str, outcome: str, answer: str, *, actor: str, seen: int
    ) -> Case:
        """Answer a case as the law of its kind wants it.

        Raises:
            CaseNotFound, CaseChanged: see ``take``.
            OutcomeMissing, AnswerMissing: see ``Law.check_closing``.
            MoveNotAllowed: it is finished already, or nobody has opened it.
        """
        case = await self._seen(number, seen)
        self.law.check_closing(number, case.kind, outcome, answer)
        change = moved(
            case, CaseState.RESOLVED, at=self._now(), actor=actor, note=_kept(answer) or None
        )
        told = {**change.event.after, "outcome": outcome}
        return await self._store.save(Change(change.case, replace(change.event, after=told)))

    async def _seen(self, number: str, seen: int) -> Case:
        case = await self._store.get(number)
        if case.version != seen:
            raise CaseChanged(number=number)
        return case

    async def _open_case(self, number: str, seen: int) -> Case:
        case = await self._seen(number, seen)
        if case.finished:
            raise CaseFinished(number=number)
        return case


def _kept(words: str | None) -> str | None:
    return None if words is None else keepable(words).strip()


def _event(
    case: Case,
    kind: EventKind,
    at: datetime,
    actor: str,
    before: Mapping[str, object],
    after: Mapping[str, object],
    note: str | None = None,
) -> CaseEvent:
    return CaseEvent(
        case_number=case.number,
        version=case.version + 1,
        kind=kind,
        at=at,
        actor=actor,
        before=before,
        after=after,
        note=note,
    )
