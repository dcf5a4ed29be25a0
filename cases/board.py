"""What is not finished, as managers ask for it: counts and lists by everything they filter by."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from cases.model import Case, CaseKind, CaseState, Priority, Segment


class ClockState(StrEnum):
    """How an unfinished case stands at a moment; each is in one state only.

    ``LATE``: past its deadline, and was so before its clock stood still, if it does.
    ``PAUSED``: waits for the person or for others, and is not late. ``DUE``: due before the
    end of the day that was asked for. ``IN_TIME``: all others.
    """

    LATE = "late"
    PAUSED = "paused"
    DUE = "due"
    IN_TIME = "in_time"


class Age(StrEnum):
    """How old an unfinished case is, in whole days since it was opened."""

    TODAY = "0"
    DAYS_1_2 = "1-2"
    DAYS_3_7 = "3-7"
    DAYS_8_14 = "8-14"
    DAYS_15_30 = "15-30"
    OVER_30 = "31+"


AGE_DAYS: Mapping[Age, int] = {
    Age.TODAY: 0,
    Age.DAYS_1_2: 1,
    Age.DAYS_3_7: 3,
    Age.DAYS_8_14: 8,
    Age.DAYS_15_30: 15,
    Age.OVER_30: 31,
}
"""From how many days on a case is in each."""


class By(StrEnum):
    """What cases can be counted by."""

    DEPARTMENT = "department"
    OWNER = "owner"
    AGE = "age"
    CLOCK = "clock"
    KIND = "kind"
    CHANNEL = "channel"
    SEGMENT = "segment"
    PRIORITY = "priority"
    STATE = "state"
    LANGUAGE = "language"


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardFilter:
    """Which unfinished cases are meant. An empty set means any.

    ``now`` and ``day_end`` decide the clock states; ``day_end`` is the end of today where
    the department is. Confidential cases are counted only of ``confidential_of`` units.
    ``no_segment`` also finds the cases whose segment was not told.
    """

    now: datetime
    day_end: datetime
    departments: frozenset[str] = frozenset()
    owners: frozenset[str] = frozenset()
    clocks: frozenset[ClockState] = frozenset()
    ages: frozenset[Age] = frozenset()
    kinds: frozenset[CaseKind] = frozenset()
    priorities: frozenset[Priority] = frozenset()
    channels: frozenset[str] = frozenset()
    segments: frozenset[Segment] = frozenset()
    no_segment: bool = False
    confidential_of: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Line:
    """What a file tells of an unfinished case."""

    number: str
    kind: CaseKind
    state: CaseState
    department: str
    channel: str
    opened_at: datetime
    resolve_due_at: datetime | None
    clock: ClockState


Pair = tuple[By, By]
Pairs = Mapping[tuple[str, str], int]
"""How many there are of each pair of values."""


class Board(Protocol):
    """Counts and lists the same cases for the same filter, always."""

    async def tally(self, wanted: BoardFilter, *pairs: Pair) -> Sequence[Pairs]:
        """Return how many there are of each pair of values, for every pair that is asked for.

        All of it is one reading of one moment, so that the parts of each table add up to the
        same number. Keys are the values of the enums, codes of units, names of channels,
        owners; "" stands for what is not known. Nothing is said of what there is none of.
        """

    async def count(self, wanted: BoardFilter) -> int:
        """Return how many there are."""

    async def count_by(self, wanted: BoardFilter, by: By) -> Mapping[str, int]:
        """Return how many there are of each, as ``tally`` does."""

    async def list(
        self, wanted: BoardFilter, *, limit: int = 50, offset: int = 0
    ) -> Sequence[Case]:
        """Return one page: the earliest deadline first, those without one last."""

    def lines(self, wanted: BoardFilter, *, at_once: int) -> AsyncIterator[Sequence[Line]]:
        """Yield all of them in the order of ``list``, so many at once; none of them twice."""

    async def newest(self) -> int:
        """Return what is another number once any case was changed."""


def of_first(pairs: Pairs) -> Mapping[str, int]:
    """Return how many there are of each first value of the pairs."""
    found: Counter[str] = Counter()
    for (one, _), count in pairs.items():
        found[one] += count
    return found


def of_second(pairs: Pairs) -> Mapping[str, int]:
    """Return how many there are of each second value of the pairs."""
    return of_first({(two, one): count for (one, two), count in pairs.items()})


def clock_state(case: Case, wanted: BoardFilter) -> ClockState:
    """Return how an unfinished case stands; what ``Board`` must agree with."""
    if case.overdue(wanted.now):
        return ClockState.LATE
    if case.course.paused_since is not None:
        return ClockState.PAUSED
    due = case.clocks.resolve_due_at
    return ClockState.DUE if due is not None and due <= wanted.day_end else ClockState.IN_TIME


def age(case: Case, now: datetime) -> Age:
    """Return how old a case is; what ``Board`` must agree with."""
    days = (now - case.opened_at).days
    return max((one for one in Age if AGE_DAYS[one] <= max(days, 0)), key=lambda one: AGE_DAYS[one])
