"""How often an answer was given, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class AnswerFigures:
    """One question's answers in a time.

    ``given``: the answer was said; ``not_current``: asked for while it was out of its time.
    ``helped`` and ``not_helped``: the person said so of it. ``taken_over``: the conversation went
    to people soon behind it, before another answer.
    """

    given: int = 0
    not_current: int = 0
    helped: int = 0
    not_helped: int = 0
    taken_over: int = 0

    @property
    def share_helped(self) -> float | None:
        """Return how many of those who said so were helped, 0 to 1; None where nobody said."""
        told = self.helped + self.not_helped
        return self.helped / told if told else None


class AnswerCounts(Protocol):
    """Counts answers."""

    async def of(self, topic: str, *, since: datetime) -> AnswerFigures:
        """Return the figures of one question since a moment."""
