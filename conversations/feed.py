"""Tell screens what happened, from a cursor on: each only what its viewer may see."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field

from conversations.agents import Agent
from conversations.ports import Event
from conversations.queues import QueueReader, Sight, concerns
from conversations.rounds import Rounds

POLL_S = 0.25
KEPT = 2_000
MOST_CAUGHT_UP = 1_000
PAGE = 500
HANDOVER = "handover"
IN_NO_LIST = frozenset(
    {
        "attachment",
        "delivery",
        "failure_cleared",
        "look",
        "message_postponed",
        "message_state",
        "note",
        "rating",
        "survey",
        "unsent",
    }
)
"""Kinds of events after which every queue shows what it showed before."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What a viewer may know of, and from which cursor to go on.

    ``reload``: too much happened to tell it one by one; draw the screen anew. ``lists``: a
    queue of open conversations may look different now. ``named``: a note names the viewer.
    """

    events: Sequence[Event]
    cursor: int
    reload: bool = False
    lists: bool = False
    named: bool = False


@dataclass(frozen=True, slots=True)
class _Seen:
    event: Event
    sight: Sight | None

    @property
    def lists(self) -> bool:
        """Whether the queues of open conversations may show something else after it."""
        if self.event.kind == HANDOVER:
            return True
        here = self.sight is not None and self.sight.open
        return here and self.event.kind not in IN_NO_LIST


@dataclass(slots=True, eq=False)
class _Follower:
    """A screen that follows, and what it was not told yet."""

    viewer: Agent
    news: asyncio.Event = field(default_factory=asyncio.Event)
    untold: list[_Seen] = field(default_factory=list)
    too_much: bool = False

    def tell(self, seen: Sequence[_Seen]) -> None:
        """Keep what the viewer may know until it is taken, unless it is too much."""
        known = [one for one in seen if _may_know(self.viewer, one)]
        if not known:
            return
        self.untold += known
        if len(self.untold) > MOST_CAUGHT_UP:
            self.untold, self.too_much = [], True
        self.news.set()

    def take(self, cursor: int, newest: int) -> Batch:
        """Return what happened after ``cursor`` and until ``newest``."""
        untold = [one for one in self.untold if one.event.cursor > cursor]
        reload = self.too_much
        self.news.clear()
        self.untold, self.too_much = [], False
        return _batch(self.viewer, () if reload else untold, max(cursor, newest), reload=reload)

    async def heard(self, most_s: float) -> bool:
        """Wait for something; False when nothing came in time."""
        try:
            async with asyncio.timeout(most_s):
                await self.news.wait()
        except TimeoutError:
            return False
        return True


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
        """How often something happened that the queues may show."""
        self._followers: set[_Follower] = set()
        self._ready = asyncio.Event()

    @property
    def cursor(self) -> int:
        """Return up to where the log was read."""
        return self._cursor

    async def stop(self, patience_s: float = 0.0) -> None:
        """Stop reading; whoever follows is let go."""
        await super().stop(patience_s)
        self._ready.set()
        for follower in self._followers:
            follower.news.set()

    async def after(self, viewer: Agent, cursor: int) -> Batch:
        """Return what happened after ``cursor``, at once, from the database."""
        newest = await self._reader.newest()
        found: list[_Seen] = []
        while cursor < newest:
            page = await self._reader.events_after(cursor, limit=PAGE)
            if not page:
                break
            cursor = page[-1].cursor
            found += [one for one in await self._seen(page) if _may_know(viewer, one)]
            if len(found) > MOST_CAUGHT_UP:
                return _batch(viewer, (), max(newest, cursor), reload=True)
        return _batch(viewer, found, cursor)

    async def follow(
        self, viewer: Agent, cursor: int, *, beat_s: float = 15.0
    ) -> AsyncGenerator[Batch]:
        """Yield what happens after ``cursor``; an empty batch every ``beat_s`` as a sign of life.

        Ends when the feed is stopped. Who follows is woken by what concerns them, not by all
        that happens: hundreds do.
        """
        await self._ready.wait()
        follower = _Follower(viewer)
        self._followers.add(follower)
        try:
            missed = (
                self._from_memory(viewer, cursor)
                if cursor >= self._from
                else await self.after(viewer, cursor)
            )
            cursor = missed.cursor
            if missed.events or missed.reload:
                yield missed
            while self.running:
                heard = await follower.heard(beat_s)
                batch = follower.take(cursor, self._cursor)
                cursor = batch.cursor
                if batch.events or batch.reload or not heard:
                    yield batch
        finally:
            self._followers.discard(follower)

    def _from_memory(self, viewer: Agent, cursor: int) -> Batch:
        known = [one for one in self._kept if one.event.cursor > cursor and _may_know(viewer, one)]
        return _batch(viewer, known, max(cursor, self._cursor))

    async def _read(self) -> bool:
        if self._from < 0:
            self._from = self._cursor = await self._reader.newest()
            self._ready.set()
        page = await self._reader.events_after(self._cursor, limit=PAGE)
        seen = await self._seen(page)
        if seen:
            self._keep(seen)
            for follower in self._followers:
                follower.tell(seen)
        return len(page) == PAGE

    def _keep(self, seen: Sequence[_Seen]) -> None:
        self._kept.extend(seen)
        self.changes += any(one.lists for one in seen)
        self._cursor = seen[-1].event.cursor
        if len(self._kept) == KEPT:
            self._from = self._kept[0].event.cursor

    async def _seen(self, events: Sequence[Event]) -> list[_Seen]:
        if not events:
            return []
        sights = await self._reader.sights(sorted({one.conversation_id for one in events}))
        return [_Seen(one, sights.get(one.conversation_id)) for one in events]


def _batch(viewer: Agent, seen: Sequence[_Seen], cursor: int, *, reload: bool = False) -> Batch:
    return Batch(
        [one.event for one in seen],
        cursor,
        reload,
        lists=reload or any(one.lists for one in seen),
        named=reload or any(viewer.id in one.event.data.get("mentions", ()) for one in seen),
    )


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
