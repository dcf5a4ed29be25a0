"""What agents see: queues, a conversation with all that belongs to it, and who looks at it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from conversations.agents import Agent
from conversations.floor import Note, Spell, UnsentLine
from conversations.model import Conversation, Message
from conversations.ports import Event
from conversations.ratings import Rating


class Queue(StrEnum):
    """A list of conversations with people. All but the last hold open ones only."""

    MINE = "mine"
    UNASSIGNED = "unassigned"
    DEPARTMENT = "department"
    ALL = "all"
    WAITING = "waiting"  # for the person: we said the last word
    SNOOZED = "snoozed"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueEntry:
    """One row of a queue. ``unread``: messages of the person the viewer has not seen, at most 100.

    ``last`` is the newest message, whoever said it; ``owner`` who holds the conversation.
    """

    spell: Spell
    conversation: Conversation
    owner: Agent | None
    last: Message | None
    unread: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Somebody looks at a conversation, perhaps typing, until they are heard of no more."""

    agent: Agent
    typing: bool
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """A page of a conversation, oldest message first, with the notes that stand in it.

    ``earlier``: more was said before. ``unsent`` and ``looks`` are as of now. ``spells``:
    every time people had it, newest first; the first may be open. ``cursor``: follow the
    events from here on, and nothing is missed. ``ratings``: what the person was asked about
    spells, by spell, and what they said.
    """

    conversation: Conversation
    messages: Sequence[Message]
    notes: Sequence[Note]
    unsent: Sequence[UnsentLine]
    spells: Sequence[Spell]
    looks: Sequence[Look]
    earlier: bool
    cursor: int
    ratings: Mapping[str, Rating] = field(default_factory=dict)

    @property
    def spell(self) -> Spell | None:
        """Return the open spell."""
        first = self.spells[0] if self.spells else None
        return first if first is not None and first.closed_at is None else None


@dataclass(frozen=True, slots=True)
class Sight:
    """Whose business a conversation is: its department (None: everybody's) and who had it.

    ``open``: people have it now, so that it stands in a queue.
    """

    department: str | None
    owners: frozenset[str]
    open: bool = False

    def of(self, viewer: Agent) -> bool:
        """Whether the viewer may see the conversation."""
        return viewer.supervises or viewer.id in self.owners or concerns(viewer, self.department)


def concerns(viewer: Agent, department: str | None) -> bool:
    """Whether what belongs to a department is the viewer's business; no one's is everybody's."""
    return department is None or not viewer.departments or department in viewer.departments


class QueueReader(Protocol):
    """Reads from the database each time; nothing here rests on events having been heard."""

    async def list(
        self, queue: Queue, viewer: Agent, *, offset: int = 0, limit: int = 50
    ) -> Sequence[QueueEntry]:
        """Return a page of a queue: urgent first, then who waits longest; closed: newest first."""

    async def counts(self, viewer: Agent) -> Mapping[Queue, int]:
        """Return how many each queue of the viewer holds, the closed ones left out."""

    async def alerts(self, viewer: Agent, *, limit: int = 50) -> Sequence[QueueEntry]:
        """Return what nobody acknowledged yet: nobody's, or the viewer's own."""

    async def transcript(
        self, conversation_id: str, *, at: datetime, before: int | None = None, limit: int = 50
    ) -> Transcript:
        """Return the page of a conversation that ends before the place ``before``.

        Raises:
            ConversationNotFound: no conversation has this id.
        """

    async def may_see(self, viewer: Agent, conversation_id: str) -> bool:
        """Whether a conversation is the viewer's business; without a spell, a supervisor's."""

    async def sights(self, conversation_ids: Sequence[str]) -> Mapping[str, Sight]:
        """Return whose business conversations are; those that people never had are left out."""

    async def newest(self) -> int:
        """Return the cursor of the newest event."""

    async def events_after(self, cursor: int, *, limit: int = 500) -> Sequence[Event]:
        """Return the events after ``cursor``, in order, for whoever may see them."""


class LookStore(Protocol):
    """Keeps who looks at what, and up to where they have seen it."""

    async def look(
        self, conversation_id: str, agent: Agent, *, typing: bool, at: datetime, until: datetime
    ) -> bool:
        """Keep that an agent looks; a first look is audited.

        Returns:
            Whether others see something change.
        """

    async def look_away(self, conversation_id: str, agent: Agent, *, at: datetime) -> None:
        """Keep that an agent looks no more."""

    async def seen(self, conversation_id: str, agent_id: str, seq: int) -> None:
        """Keep up to which place an agent has seen a conversation; never goes back."""
