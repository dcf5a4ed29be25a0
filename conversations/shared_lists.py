"""The queues of many screens from one reading: two hundred screens ask when one event is told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from conversations.agents import Agent
from conversations.feed import Feed
from conversations.floor import Spell
from conversations.queues import Queue, QueueEntry, QueueReader, concerns

STALE_S = 2.0
"""What changes without an event, such as a name, is seen after this long."""


@dataclass(frozen=True, slots=True)
class OpenEntry:
    """An open row of the queues whoever looks, and the places of what the person wrote last."""

    entry: QueueEntry
    heard: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Lists:
    """What the list of a screen shows."""

    entries: Sequence[QueueEntry]
    counts: Mapping[Queue, int]
    alerts: Sequence[QueueEntry]


class OpenReader(QueueReader, Protocol):
    """Reads also what is the same for every viewer."""

    async def every_open(self) -> Sequence[OpenEntry]:
        """Return all that is open, in the order of the queues."""

    async def seen_by(self, agent_id: str) -> Mapping[str, int]:
        """Return the place up to which an agent has seen each conversation that is open."""


class SharedLists:
    """Reads again once the feed has told of something in a conversation with people."""

    def __init__(self, reader: OpenReader, feed: Feed, *, now_s: Callable[[], float]) -> None:
        self._reader = reader
        self._feed = feed
        self._now_s = now_s
        self._reading = asyncio.Lock()
        self._known: tuple[int, float, Sequence[OpenEntry]] | None = None

    async def of(self, queue: Queue, viewer: Agent, *, limit: int = 50, alerts: int = 50) -> Lists:
        """Return what the queue reader would, at most a moment old."""
        everything = await self._everything()
        seen = await self._reader.seen_by(viewer.id)
        spells = [one.entry.spell for one in everything]
        counts: dict[Queue, int] = {
            one: sum(belongs(one, spell, viewer) for spell in spells)
            for one in Queue
            if one is not Queue.CLOSED
        }
        listed = (
            await self._reader.list(queue, viewer, limit=limit)
            if queue is Queue.CLOSED
            else _for(seen, everything, lambda spell: belongs(queue, spell, viewer), limit)
        )
        called = _for(seen, everything, lambda spell: calls(spell, viewer), alerts)
        return Lists(listed, counts, called)

    async def _everything(self) -> Sequence[OpenEntry]:
        async with self._reading:
            changes, now = self._feed.changes, self._now_s()
            if self._feed.running and self._known is not None:
                known_changes, at, entries = self._known
                if known_changes == changes and now - at < STALE_S:
                    return entries
            entries = await self._reader.every_open()
            self._known = (changes, now, entries)
            return entries


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


def _for(
    seen: Mapping[str, int],
    everything: Sequence[OpenEntry],
    wanted: Callable[[Spell], bool],
    limit: int,
) -> list[QueueEntry]:
    found: list[QueueEntry] = []
    for one in everything:
        if len(found) == limit:
            break
        if wanted(one.entry.spell):
            since = seen.get(one.entry.conversation.id, 0)
            found.append(replace(one.entry, unread=sum(seq > since for seq in one.heard)))
    return found
