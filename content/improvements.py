"""What people wrote that the assistant did not serve well, for editors to look at."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from content.near_duplicates import alike_texts
from kernel.folding import fold_digits
from kernel.language import Language
from kernel.masking import BULLET, mask

LONGEST = 500
HIDDEN = BULLET * 3
AKIN = 0.35
"""Likeness from which two messages stand in one group: loose, for an editor sees them all."""

_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_NUMBER = re.compile(r"(?<![\w•])(?:[A-Za-z]{1,4}[-/]?)?\+?\d(?:[\d\s()/.-]*\d){5,}(?!\w)")


class Cause(StrEnum):
    """Why a message is here. The value is what stores keep."""

    UNSURE = "unsure"
    NOT_HELPED = "not_helped"
    TAKEN_OVER = "taken_over"
    CORRECTED = "corrected"
    SENT_BY_AGENT = "sent_by_agent"


class ImprovementState(StrEnum):
    """What became of it."""

    NEW = "new"
    ADDED = "added"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """A message that is worth an editor's look; ``text`` is not veiled yet."""

    message_id: str
    conversation_id: str
    seq: int
    cause: Cause
    text: str
    language: Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Improvement:
    """One message in the inbox, its text veiled; ``by`` and ``done_at`` tell who settled it."""

    id: int
    message_id: str
    conversation_id: str
    seq: int
    cause: Cause
    text: str
    language: Language
    state: ImprovementState
    at: datetime
    by: str | None = None
    done_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Messages that ask alike, the oldest first."""

    members: tuple[Improvement, ...]

    @property
    def first(self) -> Improvement:
        """Return the one that stands for all."""
        return self.members[0]

    @property
    def texts(self) -> tuple[str, ...]:
        """Return the different texts, in order."""
        return tuple(dict.fromkeys(one.text for one in self.members))

    @property
    def causes(self) -> tuple[Cause, ...]:
        """Return the different causes, in order."""
        return tuple(dict.fromkeys(one.cause for one in self.members))

    @property
    def people(self) -> int:
        """Return in how many conversations it was asked."""
        return len({one.conversation_id for one in self.members})


@dataclass(frozen=True, slots=True)
class Labelled:
    """A veiled text, and what an editor said that it means."""

    text: str
    language: Language
    meaning: str


class ImprovementStore(Protocol):
    """Keeps the inbox, and up to where the event log was read for it."""

    async def cursor(self) -> int | None:
        """Return up to where the log was read; None: never."""

    async def keep(self, noted: Collection[Noted], *, cursor: int, at: datetime) -> int:
        """Keep what is new, and the cursor, in one transaction; return how many are new.

        A message is kept once for each cause, however often it is noted.
        """

    async def send(self, noted: Noted, *, by: str, at: datetime) -> bool:
        """Keep what an agent sends; False when it lies there already, unsettled."""

    async def waiting(self, *, limit: int = 500) -> Sequence[Improvement]:
        """Return what nobody settled yet, newest first."""

    async def some(self, ids: Collection[int]) -> Sequence[Improvement]:
        """Return those of these that nobody settled yet, in their order."""

    async def count(self) -> int:
        """Return how many nobody settled yet."""

    async def settle(
        self,
        ids: Collection[int],
        state: ImprovementState,
        *,
        by: str,
        at: datetime,
        meaning: str | None = None,
    ) -> Sequence[Improvement]:
        """Settle those that nobody has; return them as they were.

        ``meaning`` is what the editor says that they mean, ``faq/<topic>`` or an intent.
        """

    async def labelled(self, *, since: datetime, limit: int) -> Sequence[Labelled]:
        """Return the newest texts that an editor gave a meaning since then, each once."""


def veiled(text: str) -> str:
    """Return a text that editors may read: nothing in it leads to a person by number or mail.

    On top of what is masked before anything is stored, telephone and case numbers and
    addresses of mail are hidden: the question reads the same without them. Short numbers
    (amounts, articles of law) stay.
    """
    text = " ".join(mask(text).text.split())
    text = _MAIL.sub(HIDDEN, text)
    pieces, done = [], 0
    for found in _NUMBER.finditer(fold_digits(text)):
        pieces += [text[done : found.start()], HIDDEN]
        done = found.end()
    return ("".join(pieces) + text[done:])[:LONGEST]


def grouped(waiting: Sequence[Improvement]) -> list[Group]:
    """Return groups of what asks alike in one language, those asked most first."""
    leader = list(range(len(waiting)))

    def lead(index: int) -> int:
        while leader[index] != index:
            leader[index] = leader[leader[index]]
            index = leader[index]
        return index

    texts = [one.text for one in waiting]
    for low, high, _ in alike_texts(texts, AKIN):
        if waiting[low].language is waiting[high].language:
            leader[lead(high)] = lead(low)
    members: dict[int, list[Improvement]] = {}
    for index, one in enumerate(waiting):
        members.setdefault(lead(index), []).append(one)
    groups = [
        Group(tuple(sorted(found, key=lambda one: (one.at, one.id)))) for found in members.values()
    ]
    return sorted(groups, key=lambda group: (-group.people, -group.members[-1].id))


def counted(waiting: Sequence[Improvement]) -> Mapping[Cause, int]:
    """Return how many there are of each cause."""
    return {cause: sum(one.cause is cause for one in waiting) for cause in Cause}
