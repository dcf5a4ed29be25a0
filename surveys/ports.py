"""What surveys need from the outside; the implementations live in ``stores/`` and ``app/``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from conversations.model import Conversation
from conversations.ports import NewMessage
from conversations.ratings import Rating
from kernel.language import Language
from surveys.answering import Answers
from surveys.invitations import Invitation, Seen, Skip, Way
from surveys.questions import Questionnaire


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What is said to somebody, and what is kept of it: all in one transaction."""

    lines: Sequence[NewMessage]
    way: Way
    token_hash: str | None = None


Decide = Callable[[Seen], Ask | Skip | datetime]
"""Decides inside the transaction; a time says when to look again."""


class Answered(StrEnum):
    """What became of an answer from the page."""

    KEPT = "kept"
    ALREADY = "already"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a link leads to. ``asked`` is None for the closing of a case."""

    rating: Rating
    kind: str
    subject: str
    person_id: str
    language: Language
    asked: Questionnaire | None
    opted_out: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LowScore:
    """A rating that somebody should see to. ``case_number`` is what it is about, if a case."""

    rating_id: str
    person_id: str
    conversation_id: str
    channel: str
    language: Language
    department: str | None
    case_number: str | None
    confidential: bool
    words: str | None


class AskingStore(Protocol):
    """Asks people, once each. Every change is one transaction with its audit row."""

    async def closings(
        self,
        *,
        since: datetime,
        until: datetime,
        at: datetime,
        open_for: timedelta,
        limit: int,
    ) -> Sequence[Invitation]:
        """Return the closings of cases that nobody was asked about and that may be now.

        Each is as if it were planned at ``at``; ``ask`` keeps it. Cases without a conversation,
        cases that were merged, and follow-ups of low scores are left out.
        """

    async def planned(self, *, at: datetime, limit: int) -> Sequence[Invitation]:
        """Return those that wait to be asked, and whose time has come."""

    async def conversation(self, conversation_id: str) -> Conversation | None:
        """Return where somebody is to be asked, if there is such a conversation."""

    async def ask(self, invitation: Invitation, decide: Decide, *, at: datetime) -> bool:
        """Ask, or keep why not or until when to wait; False when nobody was asked.

        What was asked or skipped before, by whomever, is left as it is.
        """


class AnswerStore(Protocol):
    """What links lead to. A token is only ever looked for by its digest."""

    async def find(self, token_hash: str) -> Asked | None:
        """Return what a link leads to."""

    async def answer(self, token_hash: str, answers: Answers, *, at: datetime) -> Answered:
        """Keep an answer: the first, while there is time."""

    async def opt_out(self, person_id: str, *, way: str, at: datetime) -> bool:
        """Ask somebody never again; False when that was so already."""


class FollowUpStore(Protocol):
    """Which low scores were seen to."""

    async def low_scores(
        self, *, since: datetime, until: datetime, limit: int
    ) -> Sequence[LowScore]:
        """Return those without a follow-up that were given in that time, oldest first."""

    async def followed_up(self, rating_id: str, case_number: str | None, *, at: datetime) -> None:
        """Keep which case follows a low score up; None: none is needed. Once each."""


class FollowUps(Protocol):
    """Makes somebody see to a low score; once for each, however often it is asked."""

    async def open(self, score: LowScore) -> str | None:
        """Return the number of the case that follows it up."""
