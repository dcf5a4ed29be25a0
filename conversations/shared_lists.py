"""The queues of many screens from one reading: two hundred screens ask when one event is told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from conversations.agents import Agent
from conversations.feed import Feed
from conversations.floor import Spell
from conversations.queues import Queue, QueueEntry, QueueReader, concerns

STALE_S = 2.0
"""What changes without an event, such as a name, is seen after this long."""


@dataclass(frozen=True, slots=True)
class OpenEntry:
    """An open row of the queues whoever looks.

    ``heard``: the places of what the person wrote last; ``seen``: up to where each agent has
    seen the conversation.
    """

    entry: QueueEntry
    heard: tuple[int, ...]
    seen: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Lists:
    """What the list of a screen shows. ``available``: the viewer takes conversations."""

    entries: Sequence[QueueEntry]
    counts: Mapping[Queue, int]
    alerts: Sequence[QueueEntry]
    available: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """All that is open, in the order of the queues, and who takes conversations."""

    entries: Sequence[OpenEntry]
    available: frozenset[str]


class OpenReader(QueueReader, Protocol):
    """Reads also what is the same for every viewer."""

    async def every_open(self) -> Reading:
        """Return what the lists of all viewers are made from."""


class SharedLists:
    """Reads again once the feed has told of something in a conversation with people."""

    def __init__(self, reader: OpenReader, feed: Feed, *, now_s: Callable[[], float]) -> None:
        self._reader = reader
        self._feed = feed
        self._now_s = now_s
        self._lock = asyncio.Lock()
        self._begun = 0
        self._known: tuple[int, float, Reading] | None = None
        self._saw: dict[tuple[str, str], int] = {}

    def saw(self, conversation_id: str, agent_id: str, seq: int) -> None:
        """Hear that an agent has seen a conversation, of which no event tells."""
        self._saw[conversation_id, agent_id] = seq

    async def of(
        self,
        queue: Queue,
        viewer: Agent,
        *,
        limit: int = 50,
        alerts: int = 50,
        fresh: bool = False,
    ) -> Lists:
        """Return what the queue reader would, at most a moment old; ``fresh``: as of now."""
        now = await self._reading_of_now(self._begun if fresh else None)
        everything = now.entries
        spells = [one.entry.spell for one in everything]
        counts: dict[Queue, int] = {
            one: sum(belongs(one, spell, viewer) for spell in spells)
            for one in Queue
            if one is not Queue.CLOSED
        }
        listed = (
            await self._reader.list(queue, viewer, limit=limit)
            if queue is Queue.CLOSED
            else self._for(viewer, everything, lambda spell: belongs(queue, spell, viewer), limit)
        )
        called = self._for(viewer, everything, lambda spell: calls(spell, viewer), alerts)
        return Lists(listed, counts, called, viewer.id in now.available)

    async def _reading_of_now(self, begun_before: int | None) -> Reading:
        """Return a reading; it is not one of the first ``begun_before`` ones."""
        async with self._lock:
            changes, now = self._feed.changes, self._now_s()
            if self._known is not None:
                known_changes, at, reading = self._known
                told_all = known_changes == changes and now - at < STALE_S
                if begun_before is not None:
                    if self._begun > begun_before:  # begun while we waited for our turn
                        return reading
                elif self._feed.running and told_all:
                    return reading
            await asyncio.sleep(0)  # who asks at the same moment shares it
            self._begun += 1
            self._saw = {}  # what was said until now, the reading finds; the rest it may miss
            reading = await self._reader.every_open()
            self._known = (changes, now, reading)
            return reading

    def _for(
        self,
        viewer: Agent,
        everything: Sequence[OpenEntry],
        wanted: Callable[[Spell], bool],
        limit: int,
    ) -> list[QueueEntry]:
        found: list[QueueEntry] = []
        for one in everything:
            if len(found) == limit:
                break
            if wanted(one.entry.spell):
                saw = self._saw.get((one.entry.conversation.id, viewer.id), 0)
                since = max(one.seen.get(viewer.id, 0), saw)
                found.append(replace(one.entry, unread=sum(seq > since for seq in one.heard)))
        return found


def belongs(queue: Queue, spell: Spell, viewer: Agent) -> bool:
    """Whether an open spell is in a queue of the viewer; the same conditions as in SQL."""
    awake = spell.snoozed_at is None
    match queue:
        case Queue.MINE:
            return awake and spell.owner_id == viewer.id
        case Queue.UNASSIGNED:
            return awake and spell.owner_id is None and visible(spell, viewer)
        case Queue.DEPARTMENT:
            return awake and (not viewer.departments or spell.department in viewer.departments)
        case Queue.WAITING:
            said = spell.owner_id is not None and spell.waits_since is None
            return awake and said and visible(spell, viewer)
        case Queue.SNOOZED:
            return not awake and visible(spell, viewer)
        case Queue.ALL:
            return visible(spell, viewer)
        case Queue.CLOSED:
            return False


def visible(spell: Spell, viewer: Agent) -> bool:
    """Whether an open spell is the viewer's business."""
    mine = spell.owner_id == viewer.id
    return viewer.supervises or mine or concerns(viewer, spell.department)


def calls(spell: Spell, viewer: Agent) -> bool:
    """Whether an open spell calls for the viewer until somebody comes."""
    unanswered = spell.acknowledged_at is None and spell.snoozed_at is None
    return unanswered and visible(spell, viewer) and spell.owner_id in (None, viewer.id)
