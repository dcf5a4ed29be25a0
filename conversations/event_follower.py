"""Follow the event log, so that what another process did is known here too."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from conversations.ports import Event
from conversations.rounds import Rounds
from conversations.wakeup import Wakeup

LOOK_S = 0.25
PAGE = 500

log = logging.getLogger(__name__)

Follower = Callable[[Sequence[Event]], Awaitable[None]]


class EventLog(Protocol):
    """The log of ``ConversationStore``, to be followed."""

    async def events_after(self, cursor: int, *, limit: int = PAGE) -> Sequence[Event]:
        """Return the events after ``cursor``, in order."""


class EventFollower(Rounds):
    """Tells its followers every event that is stored after the cursor ``after``, in order, once.

    Looks when ``news`` wakes it, which ``listen`` does where the database tells of news,
    and every ``look_s`` seconds in any case. What a follower cannot do is logged and not
    told again. ``after`` has to be read before anybody can wait for news here: what is newest
    at the first look may already be what somebody waits for.
    """

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
        super().__init__("echo", self._look, every_s=look_s, wakeup=news, finish=False)
        self._events = events
        self._followers = tuple(followers)
        self._listen = listen
        self._cursor = after
        self._listening: asyncio.Future[None] | None = None

    def start(self) -> None:
        """Begin to follow; needs a running event loop."""
        super().start()
        if self._listen is not None:
            self._listening = asyncio.ensure_future(self._listen())

    async def stop(self, patience_s: float = 5.0) -> None:
        """Follow no longer; what is missed is in the log."""
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.wait({self._listening}, timeout=patience_s)
        await super().stop(patience_s)

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
