"""What the rest of the house asks of cases."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from cases.calendar import WorkingCalendar
from cases.clocks import ServiceClocks
from cases.contact import same_contact
from cases.errors import CaseChanged, CaseNotFound
from cases.follow_up import followed_up
from cases.grievance import grieved, objection_until
from cases.law import Law
from cases.model import Case, CaseEvent, CaseKind, CaseState, Priority
from cases.number import format_number, read_number
from cases.opening import OpeningRules, OpenRequest, keepable
from cases.ports import CaseQuery, CaseStore, Change
from cases.priority import PriorityRules
from cases.reclassify import reclassified
from cases.routing import RoutingRules
from cases.timeline import moved, noted

__all__ = ["CaseService", "OpenRequest"]

SAVE_ATTEMPTS = 5


class CaseService:
    """Opens, finds and moves cases. ``now`` gives the present moment, aware."""

    def __init__(
        self,
        store: CaseStore,
        *,
        calendar: WorkingCalendar,
        clocks: ServiceClocks,
        priorities: PriorityRules,
        routes: RoutingRules,
        now: Callable[[], datetime],
        law: Law | None = None,
    ) -> None:
        self.law = law or Law.load()
        self._store = store
        self._calendar = calendar
        self.rules = OpeningRules(
            calendar=calendar, clocks=clocks, priorities=priorities, routes=routes
        )
        self._now = now

    async def open(self, request: OpenRequest) -> Case:
        """Open a case, or return the one that the same message opened, of the same kind.

        What is kept of it is masked first, whatever the caller did.
        """
        before = await self._store.find_caused(request.caused_by, request.kind)
        if before is not None:
            return before
        now = self._now()
        others = await self._store.cases_of(request.person_id)
        has_overdue = any(case.overdue(now) for case in others)
        year = now.astimezone(self._calendar.zone).year
        numbered = self.rules.draft(request, now, has_overdue=has_overdue)
        return await self._store.open(
            year, lambda sequence: numbered(format_number(year, sequence))
        )

    async def find_for(self, typed: str, *, person_id: str, contact: str | None = None) -> Case:
        """Return the case whose number a person typed, if it is theirs.

        It is theirs when they opened it, or give the contact that was given then. A case
        that was merged answers as the one that goes on in its place.

        Raises:
            NumberNotUnderstood, NumberMistyped: see ``read_number``.
            CaseNotFound: there is no such case, or it is somebody else's: the same answer.
        """
        number = read_number(typed)
        case = await self._store.get(number)
        theirs = case.person_id == person_id
        known = bool(contact and case.contact) and same_contact(contact or "", case.contact or "")
        if not (theirs or known):
            raise CaseNotFound(number=number)
        return await self._going_on(case)

    async def cases_of(self, person_id: str, *, limit: int = 50) -> Sequence[Case]:
        """Return a person's cases, newest first."""
        return await self._store.cases_of(person_id, limit=limit)

    async def get(self, number: str) -> Case:
        """Return the case with this canonical number; raises CaseNotFound."""
        return await self._store.get(number)

    async def list(self, query: CaseQuery | None = None) -> Sequence[Case]:
        """Return one page of cases; raises CaseNotFound for an unknown ``after``."""
        return await self._store.list(query or CaseQuery())

    async def count(self, query: CaseQuery) -> int:
        """Return how many cases there are, on all pages together."""
        return await self._store.count(query)

    async def timeline(self, number: str) -> Sequence[CaseEvent]:
        """Return what happened to a case, oldest first; raises CaseNotFound."""
        return await self._store.timeline(number)

    async def move(
        self,
        number: str,
        to: CaseState,
        *,
        actor: str,
        note: str | None = None,
        seen: int | None = None,
    ) -> Case:
        """Move a case to another state.

        Args:
            seen: the version that the actor had on screen, if that counts.

        Raises:
            CaseNotFound: no case has this number.
            MoveNotAllowed: it cannot go there from where it is now.
            CaseChanged: it is not ``seen`` any more, or others kept changing it meanwhile.
            ValueError: ``actor`` is empty.
        """
        kept = None if note is None else keepable(note)
        return await self._change(
            number,
            lambda case: moved(case, to, at=self._now(), actor=actor, note=kept),
            seen=seen,
        )

    async def add_note(self, number: str, note: str, *, actor: str) -> Case:
        """Put a note on a case's timeline.

        Raises:
            CaseNotFound: no case has this number.
            CaseChanged: others kept changing it meanwhile.
            ValueError: ``actor`` is empty.
        """
        kept = keepable(note)
        return await self._change(
            number, lambda case: noted(case, kept, at=self._now(), actor=actor)
        )

    async def reclassify(
        self,
        number: str,
        *,
        kind: CaseKind,
        department: str,
        priority: Priority,
        actor: str,
        note: str | None = None,
        seen: int | None = None,
    ) -> Case:
        """Correct kind, unit or priority; the clocks keep their origin.

        Raises:
            CaseNotFound: no case has this number.
            CaseChanged: it is not ``seen`` any more, or others kept changing it meanwhile.
            ValueError: ``actor`` is empty.
        """
        kept = None if note is None else keepable(note)
        return await self._change(
            number,
            lambda case: reclassified(
                case,
                self.rules,
                kind=kind,
                department=department,
                priority=priority,
                at=self._now(),
                actor=actor,
                note=kept,
            ),
            seen=seen,
        )

    async def follow_up(
        self,
        number: str,
        words: str,
        *,
        person_id: str,
        caused_by: str,
        added_by: str | None = None,
    ) -> Case:
        """Keep what a person says about a case on its timeline, once per message.

        The words may raise its priority, see ``cases.follow_up``. Whether the case is this
        person's to speak of was asked before (``find_for``). Words about a case that was
        merged are kept on the one that goes on in its place. ``added_by`` names the employee
        who put a message there, as ``agent:<id>``.

        Raises:
            CaseNotFound: no case has this number.
            CaseChanged: others kept changing it meanwhile.
        """
        return await self._change(
            number,
            lambda case: followed_up(
                case,
                words,
                self.rules,
                at=self._now(),
                actor=added_by or f"person:{person_id}",
                caused_by=caused_by,
            ),
            going_on=True,
        )

    async def waiting_for(self, person_id: str) -> Sequence[Case]:
        """Return a person's cases that wait for an answer of theirs, newest first."""
        theirs = await self._store.cases_of(person_id)
        return [case for case in theirs if case.state is CaseState.WAITING_CITIZEN]

    def objection_until(self, case: Case) -> datetime | None:
        """Return until when its person may object; None where there is nothing to object to."""
        return objection_until(case, self.law, self._calendar)

    def may_object(self, case: Case) -> bool:
        """Tell whether its person may object to the outcome now."""
        until = self.objection_until(case)
        return until is not None and self._now() <= until

    async def grieve(
        self, number: str, words: str, *, actor: str, caused_by: str, seen: int | None = None
    ) -> Case:
        """Take a person's objection to what came of their case, once per message.

        Raises:
            CaseNotFound, CaseChanged: see ``move``.
            MoveNotAllowed, GrievanceTooLate, ReasonMissing: see ``cases.grievance``.
        """
        if any(event.caused_by == caused_by for event in await self._store.timeline(number)):
            return await self._store.get(number)
        return await self._change(
            number,
            lambda case: grieved(
                case,
                words,
                self.rules,
                self.law,
                at=self._now(),
                actor=actor,
                caused_by=caused_by,
            ),
            seen=seen,
        )

    async def _going_on(self, case: Case) -> Case:
        while case.merged_into is not None:  # no circles: what is merged takes nothing in
            case = await self._store.get(case.merged_into)
        return case

    async def _change(
        self,
        number: str,
        change: Callable[[Case], Change],
        *,
        seen: int | None = None,
        going_on: bool = False,
    ) -> Case:
        for attempt in range(SAVE_ATTEMPTS):
            case = await self._store.get(number)
            if going_on:
                case = await self._going_on(case)
            if seen is not None and case.version != seen:
                raise CaseChanged(number=number)
            try:
                return await self._store.save(change(case))
            except CaseChanged:
                if attempt == SAVE_ATTEMPTS - 1:
                    raise
        raise AssertionError("unreachable")
