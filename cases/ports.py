"""What cases need from the outside; the implementations live in ``stores/``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from cases.model import Case, CaseEvent, CaseKind, CaseState, EventKind


@dataclass(frozen=True, slots=True)
class Change:
    """A case as it shall be, and the event that makes it so.

    ``case.version`` is the version that was read; ``event.version`` is the one it makes.
    """

    case: Case
    event: CaseEvent

    def __post_init__(self) -> None:
        opening = self.event.kind is EventKind.OPENED
        made = self.case.version if opening else self.case.version + 1
        if (self.event.case_number, self.event.version) != (self.case.number, made):
            raise ValueError(f"an event of another case or version: {self.event.case_number}")


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseQuery:
    """Which cases to list, a page at a time. An empty set means any.

    ``after`` is the number of the last case of the page before. Confidential cases are
    left out unless asked for. ``due_before``: only cases that must be resolved by then; one
    whose clock stands still is not due, unless it was late before.
    """

    states: frozenset[CaseState] = frozenset()
    departments: frozenset[str] = frozenset()
    kinds: frozenset[CaseKind] = frozenset()
    due_before: datetime | None = None
    unfinished: bool = False
    with_confidential: bool = False
    oldest_first: bool = False
    after: str | None = None
    limit: int = 50

    def __post_init__(self) -> None:
        if not 1 <= self.limit <= 500:
            raise ValueError("a page holds 1 to 500 cases")


class CaseStore(Protocol):
    """Keeps cases. ``tests/contracts/case_store.py`` is the other half of this contract."""

    async def open(self, year: int, make: Callable[[int], Change]) -> Case:
        """Keep a new case with its event and its audit row, all or nothing.

        Args:
            year: whose sequence the case is counted in.
            make: called with the next number of that sequence, perhaps more than once;
                it must not do anything but build.

        Returns:
            The new case, or the one that the same message (``caused_by``, ``kind``)
            opened before, also when both came at the same moment.
        """

    async def save(self, change: Change) -> Case:
        """Replace the case and keep its event and audit row, all or nothing.

        Returns:
            The case as stored, with ``version`` one higher; as it is, when the message
            that caused the event (``caused_by``) has made one of this case before.

        Raises:
            CaseNotFound: it was never opened.
            CaseChanged: the stored version is not ``change.case.version``.
        """

    async def get(self, number: str) -> Case:
        """Return the case as last saved.

        Raises:
            CaseNotFound: no case has this number.
        """

    async def find_caused(self, caused_by: str, kind: CaseKind) -> Case | None:
        """Return the case that this message opened, if it did."""

    async def cases_of(self, person_id: str, *, limit: int = 50) -> Sequence[Case]:
        """Return a person's cases, newest first."""

    async def list(self, query: CaseQuery) -> Sequence[Case]:
        """Return one page of cases, by time of opening.

        Raises:
            CaseNotFound: no case has the number ``query.after``.
        """

    async def count(self, query: CaseQuery) -> int:
        """Return how many cases there are, on all pages together."""

    async def timeline(self, number: str) -> Sequence[CaseEvent]:
        """Return what happened to a case, oldest first.

        Raises:
            CaseNotFound: no case has this number.
        """
