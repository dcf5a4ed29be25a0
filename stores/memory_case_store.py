"""Cases in memory, for tests and for trying things out; gone when the process ends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from cases.errors import CaseChanged, CaseNotFound
from cases.model import Case, CaseEvent, CaseKind
from cases.ports import CaseQuery, Change


class MemoryCaseStore:
    """Nothing here awaits, so each call is one transaction of its own."""

    def __init__(self) -> None:
        self._cases: dict[str, Case] = {}
        self._events: dict[str, list[CaseEvent]] = {}
        self._sequences: dict[int, int] = {}

    async def save_all(self, changes: Sequence[Change]) -> Sequence[Case]:
        """Save each, all or nothing; raises CaseNotFound or CaseChanged."""
        for change in changes:
            if (await self.get(change.case.number)).version != change.case.version:
                raise CaseChanged(number=change.case.number)
        return [await self.save(change) for change in changes]

    async def open_beside(
        self, year: int, make: Callable[[int], tuple[Change, Sequence[Change]]]
    ) -> Case:
        """Open a case and save others, all or nothing; the same cause opens one only."""
        opening, others = make(self._sequences.get(year, 0) + 1)
        before = await self.find_caused(opening.case.caused_by, opening.case.kind)
        if before is not None:
            return before
        await self.save_all(others)
        return await self.open(year, lambda _: opening)

    async def to_chase(self, at: datetime, *, limit: int) -> Sequence[Case]:
        """Return the cases whose next step is due, the longest due first."""
        due = [
            (case.course.next_at, case.number, case)
            for case in self._cases.values()
            if case.course.next_at is not None and case.course.next_at <= at
        ]
        return [case for _, _, case in sorted(due, key=lambda one: one[:2])][:limit]

    async def merged_into(self, number: str) -> Sequence[Case]:
        """Return the cases in whose place this one goes on, oldest first."""
        ended = [case for case in self._cases.values() if case.merged_into == number]
        return sorted(ended, key=_age)

    async def open(self, year: int, make: Callable[[int], Change]) -> Case:
        """Keep a new case, or return the one that the same message opened before."""
        sequence = self._sequences.get(year, 0) + 1
        change = make(sequence)
        before = await self.find_caused(change.case.caused_by, change.case.kind)
        if before is not None:
            return before
        self._sequences[year] = sequence
        self._cases[change.case.number] = change.case
        self._events[change.case.number] = [change.event]
        return change.case

    async def save(self, change: Change) -> Case:
        """Replace the case, once per message; raises CaseNotFound or CaseChanged."""
        stored = await self.get(change.case.number)
        cause = change.event.caused_by
        if cause and any(event.caused_by == cause for event in self._events[stored.number]):
            return stored
        if stored.version != change.case.version:
            raise CaseChanged(number=stored.number)
        saved = replace(change.case, version=stored.version + 1)
        self._cases[saved.number] = saved
        self._events[saved.number].append(change.event)
        return saved

    async def get(self, number: str) -> Case:
        """Return the case; raises CaseNotFound."""
        if number not in self._cases:
            raise CaseNotFound(number=number)
        return self._cases[number]

    async def find_caused(self, caused_by: str, kind: CaseKind) -> Case | None:
        """Return the case that this message opened, if it did."""
        cause = (caused_by, kind)
        return next((c for c in self._cases.values() if (c.caused_by, c.kind) == cause), None)

    async def cases_of(self, person_id: str, *, limit: int = 50) -> Sequence[Case]:
        """Return a person's cases, newest first."""
        theirs = [case for case in self._cases.values() if case.person_id == person_id]
        return sorted(theirs, key=_age, reverse=True)[:limit]

    async def list(self, query: CaseQuery) -> Sequence[Case]:
        """Return one page of cases; raises CaseNotFound for an unknown ``after``."""
        found = [case for case in self._cases.values() if _asked_for(case, query)]
        if query.after is not None:
            last = _age(await self.get(query.after))
            found = [c for c in found if (_age(c) > last if query.oldest_first else _age(c) < last)]
        return sorted(found, key=_age, reverse=not query.oldest_first)[: query.limit]

    async def count(self, query: CaseQuery) -> int:
        """Return how many cases there are, on all pages together."""
        return sum(_asked_for(case, query) for case in self._cases.values())

    async def timeline(self, number: str) -> Sequence[CaseEvent]:
        """Return what happened to a case, oldest first; raises CaseNotFound."""
        await self.get(number)
        return list(self._events[number])


def _age(case: Case) -> tuple[datetime, str]:
    return (case.opened_at, case.number)


def _asked_for(case: Case, query: CaseQuery) -> bool:
    return (
        (not query.states or case.state in query.states)
        and (not query.departments or case.department in query.departments)
        and (not query.kinds or case.kind in query.kinds)
        and not (query.unfinished and case.finished)
        and (query.due_before is None or _due_before(case, query.due_before))
        and (query.with_confidential or not case.confidential)
    )


def _due_before(case: Case, at: datetime) -> bool:
    due, still = case.clocks.resolve_due_at, case.course.paused_since
    return due is not None and due < min(at, still or at)
