"""What surveys need from the outside; the implementations live in ``stores/`` and ``app/``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from conversations.model import Conversation
from conversations.ports import NewMessage
from conversations.ratings import Rating
from kernel.language import Language
from surveys.answering import Answers
from surveys.campaigns import Campaign, Group, Version, Wave
from surveys.invitations import Invitation, Seen, Skip, Way
from surveys.questions import Questionnaire
from surveys.sampling import Candidate


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A campaign that asks: what counts of it, how many askings there were, when the last ends."""

    version: Version
    waves: int
    closes_at: datetime | None


class CampaignStore(Protocol):
    """Keeps campaigns. Every change is one transaction with its audit row."""

    async def all(self) -> Sequence[Campaign]:
        """Return every campaign, newest first."""

    async def get(self, campaign_id: str) -> Campaign:
        """Return a campaign; raises CampaignNotFound."""

    async def add(self, campaign: Campaign) -> None:
        """Keep a new draft; the same id twice is once."""

    async def save(self, campaign: Campaign, *, actor: str, at: datetime) -> Campaign:
        """Keep what was written; ``changes`` is what the writer had seen.

        Raises:
            CampaignNotFound: there is none.
            CampaignChanged: somebody saved it meanwhile.
            CampaignOver: it was stopped or has ended.
        """

    async def publish(self, campaign_id: str, *, seen: int, actor: str, at: datetime) -> Campaign:
        """Freeze what is written as the next version, which counts from now on.

        Raises as ``save`` does. Whether it may be published was asked before.
        """

    async def stop(self, campaign_id: str, *, actor: str, at: datetime) -> Campaign:
        """Ask nobody more, also of those who were drawn; raises CampaignNotFound."""

    async def versions(self, campaign_id: str) -> Sequence[Version]:
        """Return what was published, newest first."""

    async def waves(self, campaign_id: str) -> Sequence[Wave]:
        """Return the askings, newest first."""


class DrawStore(Protocol):
    """Knows who may be drawn, and keeps who was."""

    async def running(self) -> Sequence[Running]:
        """Return every campaign that asks."""

    async def candidates(
        self, group: Group, *, since: datetime, until: datetime
    ) -> Sequence[Candidate]:
        """Return everybody of a group with a case that was finished in that time, once each.

        Of several cases the newest counts. Only people with a conversation of ours are known;
        confidential cases, merged ones, call-backs and follow-ups do not count.
        """

    async def barred(self, *, since: datetime, times: int) -> Mapping[str, Skip]:
        """Return who is not to be asked: they opted out, or were asked so often since then."""

    async def keep_wave(self, wave: Wave, invitations: Sequence[Invitation]) -> bool:
        """Keep an asking and whom it asks; False when there is one of this number already."""

    async def end(self, campaign_id: str, *, at: datetime) -> None:
        """Note that a campaign asks nobody more, by itself."""
