"""Tell screens what happened, from a cursor on: each only what its viewer may see."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass

from conversations.agents import Agent
from conversations.ports import Event
from conversations.queues import QueueReader, Sight, concerns
from conversations.rounds import Rounds

POLL_S = 0.25
KEPT = 2_000
MOST_CAUGHT_UP = 1_000
PAGE = 500


@dataclass(frozen=True, slots=True)
class Batch:
    """What a viewer may know of, and from which cursor to go on.

    ``reload``: too much happened to tell it one by one; draw the screen anew.
    """

    events: Sequence[Event]
    cursor: int
    reload: bool = False


@dataclass(frozen=True, slots=True)
class _Seen:
    event: Event
    sight: Sight | None


class Feed(Rounds):
    """Reads the event log once for all screens of this process, whoever wrote to it.

    Screens of other processes have their own; nothing is shared but the database.
    """

    def __init__(self, reader: QueueReader, *, poll_s: float = POLL_S) -> None:
        super().__init__("feed", self._read, every_s=poll_s, finish=False)
        self._reader = reader
        self._kept: deque[_Seen] = deque(maxlen=KEPT)
        self._from = self._cursor = -1
        self.changes = 0
        """How often something happened in a conversation that people have or had."""
        self._moved = asyncio.Condition()

    async def stop(self, patience_s: float = 0.0) -> None:
        """Stop reading; whoever follows is let go."""
        await super().stop(patience_s)
        async with self._moved:
            self._moved.notify_all()

    async def after(self, viewer: Agent, cursor: int) -> Batch:
        """Return what happened after ``cursor``, at once, from the database."""
        newest = await self._reader.newest()
        found: list[Event] = []
        while cursor < newest:
            page = await self._reader.events_after(cursor, limit=PAGE)
            if not page:
                break
            cursor = page[-1].cursor
            found += [one.event for one in await self._seen(page) if _may_know(viewer, one)]
            if len(found) > MOST_CAUGHT_UP:
                return Batch((), max(newest, cursor), reload=True)
        return Batch(found, cursor)

    async def follow(
        self, viewer: Agent, cursor: int, *, beat_s: float = 15.0
    ) -> AsyncGenerator[Batch]:
        """Yield what happens after ``cursor``; an empty batch every ``beat_s`` as a sign of life.

        Ends when the feed is stopped.
        """
        while self.running:
            if self._from < 0 or cursor < self._from:
                batch = await self.after(viewer, cursor)
            else:
                batch = self._from_memory(viewer, cursor)
            cursor = batch.cursor
            if batch.events or batch.reload:
                yield batch
                continue
            if await self._wait(cursor, beat_s):
                continue
            yield Batch((), cursor)

    def _from_memory(self, viewer: Agent, cursor: int) -> Batch:
        events = [
            one.event for one in self._kept if one.event.cursor > cursor and _may_know(viewer, one)
        ]
        return Batch(events, max(cursor, self._cursor))

    async def _wait(self, cursor: int, most_s: float) -> bool:
        """Wait for something after ``cursor``; False when nothing came in time."""
        async with self._moved:
            try:
                async with asyncio.timeout(most_s):
                    await self._moved.wait_for(lambda: self._cursor > cursor or not self.running)
            except TimeoutError:
                return False
        return True

    async def _read(self) -> bool:
        if self._from < 0:
            self._from = self._cursor = await self._reader.newest()
        page = await self._reader.events_after(self._cursor, limit=PAGE)
        seen = await self._seen(page)
        if seen:
            async with self._moved:
                self._keep(seen)
                self._moved.notify_all()
        return len(page) == PAGE

    def _keep(self, seen: Sequence[_Seen]) -> None:
        self._kept.extend(seen)
        self.changes += any(one.sight is not None for one in seen)
        self._cursor = seen[-1].event.cursor
        if len(self._kept) == KEPT:
            self._from = self._kept[0].event.cursor

    async def _seen(self, events: Sequence[Event]) -> list[_Seen]:
        if not events:
            return []
        sights = await self._reader.sights(sorted({one.conversation_id for one in events}))
        return [_Seen(one, sights.get(one.conversation_id)) for one in events]


def _may_know(viewer: Agent, seen: _Seen) -> bool:
    """Whether the viewer may know of an event; who loses a conversation must hear of it."""
    data = seen.event.data
    if viewer.supervises or (seen.sight is not None and seen.sight.of(viewer)):
        return True
    if viewer.id in (data.get("was_owner_id"), data.get("owner_id")):
        return True
    if viewer.id in data.get("mentions", ()):
        return True
    moved = "was_department" in data and data["was_department"] is not None
    return moved and concerns(viewer, data["was_department"])
