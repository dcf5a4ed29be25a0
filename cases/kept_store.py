"""A case store that keeps the course of every case it saves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from cases.course import Promise
from cases.join_ports import ChaseStore
from cases.keeping import Keeping
from cases.model import Case, CaseEvent, CaseKind
from cases.ports import CaseQuery, Change


class KeptCases:
    """Stands before a store; nothing is written but through ``Keeping``."""

    def __init__(self, store: ChaseStore, keeping: Keeping) -> None:
        self._store = store
        self.keeping = keeping

    async def open(self, year: int, make: Callable[[int], Change]) -> Case:
        """Keep a new case, or return the one that the same message opened before."""
        return await self._store.open(year, lambda sequence: self.keeping.kept(make(sequence)))

    async def open_beside(
        self, year: int, make: Callable[[int], tuple[Change, Sequence[Change]]]
    ) -> Case:
        """Open a case and save others, all or nothing."""

        def kept(sequence: int) -> tuple[Change, Sequence[Change]]:
            opening, others = make(sequence)
            return self.keeping.kept(opening), [self.keeping.kept(one) for one in others]

        return await self._store.open_beside(year, kept)

    async def save(self, change: Change) -> Case:
        """Replace the case, once per message; raises CaseNotFound or CaseChanged."""
        return await self._store.save(self.keeping.kept(change))

    async def save_all(self, changes: Sequence[Change]) -> Sequence[Case]:
        """Save each of several cases, all or nothing; raises CaseNotFound or CaseChanged."""
        courses = {change.case.number: change.case.course for change in changes}

        def promises(change: Change, name: str) -> Sequence[Promise]:
            course = courses.get(str(change.event.after.get(name)))
            return course.promises if course else ()

        return await self._store.save_all(
            [
                self.keeping.kept(
                    change,
                    taken_in=promises(change, "took_in"),
                    given_back=promises(change, "gave_back"),
                )
                for change in changes
            ]
        )

    async def get(self, number: str) -> Case:
        """Return the case; raises CaseNotFound."""
        return await self._store.get(number)

    async def find_caused(self, caused_by: str, kind: CaseKind) -> Case | None:
        """Return the case that this message opened, if it did."""
        return await self._store.find_caused(caused_by, kind)

    async def cases_of(self, person_id: str, *, limit: int = 50) -> Sequence[Case]:
        """Return a person's cases, newest first."""
        return await self._store.cases_of(person_id, limit=limit)

    async def list(self, query: CaseQuery) -> Sequence[Case]:
        """Return one page of cases; raises CaseNotFound for an unknown ``after``."""
        return await self._store.list(query)

    async def count(self, query: CaseQuery) -> int:
        """Return how many cases there are, on all pages together."""
        return await self._store.count(query)

    async def timeline(self, number: str) -> Sequence[CaseEvent]:
        """Return what happened to a case, oldest first; raises CaseNotFound."""
        return await self._store.timeline(number)

    async def merged_into(self, number: str) -> Sequence[Case]:
        """Return the cases in whose place this one goes on, oldest first."""
        return await self._store.merged_into(number)

    async def to_chase(self, at: datetime, *, limit: int) -> Sequence[Case]:
        """Return the cases whose next step is due, the longest due first."""
        return await self._store.to_chase(at, limit=limit)
