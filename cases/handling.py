"""What staff do so that a case gets finished: take it, promise a date, answer it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from cases.calendar import WorkingCalendar
from cases.errors import CaseChanged, CaseFinished, DateNotAhead, QuestionMissing
from cases.law import Law
from cases.model import Case, CaseState, EventKind
from cases.opening import keepable
from cases.ports import CaseStore
from cases.timeline import ASKED, begun, changed


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
        return await self._store.save(
            changed(
                case,
                EventKind.TAKEN,
                at=self._now(),
                actor=actor,
                before=owner,
                after={"owner": actor},
            )
        )

    async def give_back(self, number: str, *, actor: str, note: str | None, seen: int) -> Case:
        """Return a case to the queue of its unit; raises as ``take`` does."""
        case = await self._open_case(number, seen)
        owner = {"owner": case.course.owner or None}
        return await self._store.save(
            changed(
                case,
                EventKind.RETURNED,
                at=self._now(),
                actor=actor,
                before=owner,
                note=_kept(note),
            )
        )

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
        return await self._store.save(
            changed(
                case,
                EventKind.PROMISED,
                at=now,
                actor=actor,
                before={"promised_for": was.isoformat() if was else None},
                after={"promised_for": until.isoformat()},
                note=_kept(words),
            )
        )

    async def ask(self, number: str, words: str, *, actor: str, seen: int) -> Case:
        """Ask the person for something; the clock stands still until they answer.

        Raises:
            CaseNotFound, CaseChanged: see ``take``.
            QuestionMissing: nothing was asked.
            MoveNotAllowed: it is finished, or waits already.
        """
        case, now, kept = await self._seen(number, seen), self._now(), keepable(words).strip()
        if not kept:
            raise QuestionMissing(number=number)
        return await self._store.save(
            changed(
                begun(case, at=now).move_to(CaseState.WAITING_CITIZEN, at=now),
                EventKind.MOVED,
                at=now,
                actor=actor,
                before={"state": case.state.value},
                after={"state": CaseState.WAITING_CITIZEN.value, ASKED: True},
                note=kept,
            )
        )

    async def resolve(
        self, number: str, outcome: str, answer: str, *, actor: str, seen: int
    ) -> Case:
        """Answer a case as the law of its kind wants it; a new one is begun with it.

        Raises:
            CaseNotFound, CaseChanged: see ``take``.
            OutcomeMissing, AnswerMissing: see ``Law.check_closing``.
            MoveNotAllowed: it is finished already.
        """
        case = await self._seen(number, seen)
        self.law.check_closing(number, case.kind, outcome, answer)
        now = self._now()
        return await self._store.save(
            changed(
                begun(case, at=now).move_to(CaseState.RESOLVED, at=now),
                EventKind.MOVED,
                at=now,
                actor=actor,
                before={"state": case.state.value},
                after={"state": CaseState.RESOLVED.value, "outcome": outcome},
                note=_kept(answer) or None,
            )
        )

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
