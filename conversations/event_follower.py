"""Follow the event log, so that what another process did is known here too."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from conversations.ports import Event
from conversations.wakeup import Wakeup

LOOK_S = 0.25
AFTER_ERROR_S = 1.0
PAGE = 500

log = logging.getLogger(__name__)

Follower = Callable[[Sequence[Event]], Awaitable[None]]


class EventLog(Protocol):
    """The log of ``ConversationStore``, to be followed."""

    async def events_after(self, cursor: int, *, limit: int = PAGE) -> Sequence[Event]:
        """Return the events after ``cursor``, in order."""


class EventFollower:
    """Tells its followers every event that is stored after the cursor ``after``, in order, once.

    Looks when ``news`` wakes it, which ``listen`` does where the database tells of news,
    and every ``look_s`` seconds in any case. What a follower cannot do is logged and not
    told again. ``after`` has to be read before anybody can wait for news here: what is newest
    at the first look may already be what somebody waits for.
    """

    name = "echo"

    def __init__(
        self,
        events: EventLog,
        *,
        news: Wakeup,
        followers: Sequence[Follower],
        after: int,
        listen: Callable[[], Awaitable[None]] | None = None,
        look_s: float = LOOK_S,
    ) -> None:
        self._events = events
        self._news = news
        self._followers = tuple(followers)
        self._listen = listen
        self._look_s = look_s
        self._cursor = after
        self._loop: asyncio.Task[None] | None = None
        self._listening: asyncio.Future[None] | None = None

    @property
    def running(self) -> bool:
        """Tell whether it follows."""
        return self._loop is not None and not self._loop.done()

    def start(self) -> None:
        """Begin to follow; needs a running event loop."""
        self._loop = asyncio.create_task(self._run(), name=self.name)
        if self._listen is not None:
            self._listening = asyncio.ensure_future(self._listen())

    async def stop(self, patience_s: float = 5.0) -> None:
        """Follow no longer; what is missed is in the log."""
        tasks: set[asyncio.Future[None]] = {
            one for one in (self._loop, self._listening) if one is not None
        }
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=patience_s)

    async def _run(self) -> None:
        while True:
            self._news.reset()
            try:
                more = await self._look()
            except Exception:
                log.exception("could not look for events")
                await asyncio.sleep(AFTER_ERROR_S)
                continue
            if not more:
                await self._news.wait(self._look_s)

    async def _look(self) -> bool:
        """Tell what is new; return whether there may be more at once."""
        events = await self._events.events_after(self._cursor, limit=PAGE)
        if not events:
            return False
        self._cursor = events[-1].cursor
        for follower in self._followers:
            try:
                await follower(events)
            except Exception:
                log.exception("a follower of the events failed")
        return len(events) == PAGE
