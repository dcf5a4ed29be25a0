"""What the assistant did alone, what went to people, and how much each of them has to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Protocol

from cases.kept_counts import KeptCounts
from cases.shared_board import DAYS_OVER


@dataclass(frozen=True, slots=True)
class TalkDay:
    """One day where the department is, in conversations in which somebody wrote to us.

    ``escalated``: those that went to people that day; the assistant answered the others alone.
    ``unsure``: messages that it said it had not understood.
    """

    date: date
    held: int
    escalated: int
    unsure: int

    @property
    def alone(self) -> int:
        """Return in how many the assistant answered alone."""
        return self.held - self.escalated


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatLoad:
    """What somebody has to do in conversations.

    ``open_now``: held by them; ``unanswered``: of these, in which the person waits for us.
    ``first_answers``: conversations of today that they answered first, and ``first_answer_s``
    how long those people waited on average.
    """

    agent_id: str
    open_now: int = 0
    unanswered: int = 0
    first_answers: int = 0
    first_answer_s: float | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """Conversations that nobody has taken: how many, and since when the first one waits."""

    count: int
    since: datetime | None


class TalkFigures(Protocol):
    """Counts messages and spells; reports count by the same queries."""

    async def days(self, first: date, last: date) -> Sequence[TalkDay]:
        """Return every day from ``first`` to ``last``, also the empty ones."""

    async def waiting(self) -> Waiting:
        """Return what waits for somebody now, put-aside ones left out."""

    async def loads(self, since: datetime) -> Sequence[ChatLoad]:
        """Return what each agent holds now, and answered first since then; nobody idle."""


class SharedTalkFigures:
    """Counts the last day each time, and the days before it once a minute, for all who look."""

    def __init__(self, figures: TalkFigures, *, now: Callable[[], datetime]) -> None:
        self._figures = figures
        self._now = now
        self._kept = KeptCounts[Sequence[TalkDay]](DAYS_OVER)

    async def days(self, first: date, last: date) -> Sequence[TalkDay]:
        """Return every day from ``first`` to ``last``."""
        before = last - timedelta(days=1)
        count = partial(self._figures.days, first, before)
        over = await self._kept.of((first, before), count, now=self._now())
        return [*over, *await self._figures.days(last, last)]

    async def waiting(self) -> Waiting:
        """Return what waits for somebody now, put-aside ones left out."""
        return await self._figures.waiting()

    async def loads(self, since: datetime) -> Sequence[ChatLoad]:
        """Return what each agent holds now, and answered first since then; nobody idle."""
        return await self._figures.loads(since)
