"""What is counted of a period, and what reads it. Every number of a report comes from here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from cases.board import Age, Board, BoardFilter, By, ClockState
from cases.departments import DEPARTMENTS
from reports.periods import Period, Span
from reports.shares import NONE, Share
from reports.subjects import Subject

GROUPS = (By.DEPARTMENT, By.KIND, By.CHANNEL, By.SEGMENT)
REPEAT_DAYS = 90
"""A complaint within so many days of another of the same person is a repeated one."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose cases a report is about: one unit's, or everybody's."""

    department: str | None = None

    @property
    def departments(self) -> frozenset[str]:
        """Return the units; empty means any, as in ``BoardFilter``."""
        return frozenset() if self.department is None else frozenset({self.department})


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """What one group of cases did in a period."""

    received: int = 0
    finished: int = 0
    resolve: Share = NONE

    def __add__(self, other: Slice) -> Slice:
        return Slice(
            received=self.received + other.received,
            finished=self.finished + other.finished,
            resolve=self.resolve + other.resolve,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Faces:
    """What people said of us: answers of the period, and how many were asked in it."""

    asked: int = 0
    answered_of_asked: int = 0
    happy: int = 0
    neutral: int = 0
    unhappy: int = 0

    @property
    def answers(self) -> int:
        """Return how many answered."""
        return self.happy + self.neutral + self.unhappy

    @property
    def satisfied(self) -> Share:
        """Return the share of happy faces."""
        return Share(self.happy, self.answers)

    @property
    def responded(self) -> Share:
        """Return the share of those asked who answered."""
        return Share(self.answered_of_asked, self.asked)


@dataclass(frozen=True, slots=True, kw_only=True)
class Talks:
    """Conversations in which somebody wrote to us, and which of them went to people, and why."""

    held: int = 0
    escalated: int = 0
    reasons: Mapping[str, int] = field(default_factory=dict)

    @property
    def alone(self) -> Share:
        """Return the share that the assistant finished alone."""
        return Share(self.held - self.escalated, self.held)


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodFigures:
    """All that is counted of one period, read at one moment.

    ``standing`` are the unfinished at the end. ``by`` has one entry for each of ``GROUPS``;
    the parts of each add up to ``total``. ``days`` are the days that each case took which was
    resolved in the period.
    """

    total: Slice
    by: Mapping[By, Mapping[str, Slice]]
    standing_before: int
    standing: int
    reopened: int
    joined: int
    contact: Share
    days: Sequence[float]
    repeated: Share
    confidential: int
    faces: Faces
    talks: Talks


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """What was unfinished when the report was made: counted as the managers' screen counts."""

    by: Mapping[By, Mapping[tuple[str, str], int]]
    oldest: Sequence[tuple[str, int]] = ()

    def total(self) -> int:
        """Return how many there are."""
        return sum(self.by[By.AGE].values())

    def clock(self, state: ClockState) -> int:
        """Return how many stand so."""
        return sum(count for (_, clock), count in self.by[By.AGE].items() if clock == state.value)

    def of(self, by: By, key: str) -> int:
        """Return how many there are of one group."""
        return sum(count for (one, _), count in self.by[by].items() if one == key)

    def late_of(self, by: By, key: str) -> int:
        """Return how many of one group are late."""
        return self.by[by].get((key, ClockState.LATE.value), 0)

    def aged(self, age: Age, clock: ClockState) -> int:
        """Return how many are of an age and stand so."""
        return self.by[By.AGE].get((age.value, clock.value), 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a report says. ``earlier`` are the periods before, oldest first."""

    period: Period
    scope: Scope
    at: datetime
    day_end: datetime
    now: PeriodFigures
    earlier: Sequence[tuple[Period, PeriodFigures]]
    backlog: Backlog
    subjects: Sequence[Subject]

    @property
    def last(self) -> PeriodFigures | None:
        """Return the period before, if it was read."""
        return self.earlier[-1][1] if self.earlier else None


class FigureStore(Protocol):
    """Counts what happened to cases. Groups are those that cases belong to now."""

    async def read(self, span: Span, scope: Scope, *, at: datetime) -> PeriodFigures:
        """Return the figures of a span, all of one moment.

        Args:
            at: when it is asked; what lies after it has not happened.
        """

    async def said(self, span: Span, scope: Scope, *, limit: int) -> Sequence[str]:
        """Return what people wrote in the newest cases of a span, confidential ones left out."""


def whole_filter(scope: Scope, *, at: datetime, day_end: datetime) -> BoardFilter:
    """Return what is asked of the managers' board: confidential cases are counted too."""
    return BoardFilter(
        now=at,
        day_end=day_end,
        departments=scope.departments,
        confidential_of=frozenset(DEPARTMENTS),
    )


async def read_backlog(board: Board, wanted: BoardFilter) -> Backlog:
    """Return what is unfinished, by the queries of the managers' screen."""
    groups = (By.AGE, *GROUPS, By.PRIORITY)
    tables = await board.tally(wanted, *((by, By.CLOCK) for by in groups))
    return Backlog(by=dict(zip(groups, tables, strict=True)))
