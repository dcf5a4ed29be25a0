"""What a person thinks of our service: asked once at the end, with three faces and a free line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

OPEN_FOR = timedelta(days=3)
"""So long a question may be answered."""
PAUSE = timedelta(hours=24)
"""Nobody is asked twice within it."""
WORDS_FOR = timedelta(minutes=10)
"""So long after asking to, the next message is taken as the free line."""
LONGEST_WORDS = 1_000
SPELL = "spell"


class Face(StrEnum):
    """The three faces of the happiness question. The value is what stores keep."""

    HAPPY = "happy"
    NEUTRAL = "neutral"
    UNHAPPY = "unhappy"


class Answered(StrEnum):
    """What became of an answer."""

    FIRST = "first"
    CHANGED = "changed"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """One question asked, and what came of it. ``words`` are masked like all that people write.

    ``subject_kind`` and ``subject_id`` say what it is about; each subject is asked about once.
    """

    id: str
    conversation_id: str
    subject_kind: str
    subject_id: str
    asked_at: datetime
    expires_at: datetime
    face: Face | None = None
    rated_at: datetime | None = None
    words: str | None = None


class RatingStore(Protocol):
    """Keeps ratings. An answer is one transaction with its event and audit row."""

    async def rate(
        self, rating_id: str, conversation_id: str, face: Face, *, message_id: str, at: datetime
    ) -> Answered | None:
        """Keep a face; the same message twice is the same answer. None: never asked here."""

    async def want_words(
        self, rating_id: str, conversation_id: str, *, message_id: str, at: datetime
    ) -> Answered | None:
        """Keep that the person wants to write a line; ``CHANGED``: there is one already."""

    async def add_words(
        self, conversation_id: str, text: str, *, message_id: str, at: datetime
    ) -> bool:
        """Keep a line that is waited for; False when none is."""

    async def opt_out(
        self, conversation_id: str, *, after: frozenset[str] | None, at: datetime
    ) -> bool:
        """Ask the person of a conversation never again; done twice is done once.

        ``after``: only where our newest message there has one of these reasons; False else.
        """
