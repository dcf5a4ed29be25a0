"""Count deadlines anew after the calendar changed: in the background, and whole whatever stops.

The order to count is kept with the change, in its transaction. Going over cases again changes
nothing, so whoever goes on after a stop begins where the last part ended.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from cases.calendar_store import CalendarOffice
from cases.chasing import Chasing

PART = 50
HELD_FOR = timedelta(seconds=60)
"""Longer than a part takes: a process that died gives its order back after that."""

SETTLED_AFTER = timedelta(seconds=15)
"""By then every process counts by the new calendar (each looks every five seconds)."""

PASSES = 2
"""The second finds what another process kept by the old calendar meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recount:
    """How far it is. ``last`` is the case that was looked at last, ``total`` how many there are."""

    id: int
    asked_at: datetime
    total: int | None = None
    seen: int = 0
    moved: int = 0
    last: str | None = None
    passes: int = 0
    done_at: datetime | None = None

    @property
    def running(self) -> bool:
        """Tell whether there are deadlines that nobody has counted anew yet."""
        return self.passes == 0 and self.done_at is None


class RecountStore(Protocol):
    """Keeps orders to count; a newer one takes the place of those before it."""

    async def ask(self, *, at: datetime) -> None:
        """Keep an order, as a change of the calendar does in its own transaction."""

    async def claim(self, *, now: datetime, until: datetime) -> Recount | None:
        """Take the order that is to be worked on now, and hold it until ``until``."""

    async def go_on(self, one: Recount, *, at: datetime) -> bool:
        """Keep how far it is, to be taken again from ``at`` on; False when a newer one came."""

    async def latest(self) -> Recount | None:
        """Return the newest order, done or not."""


class Recounting:
    """Works orders off, a part at a time; several processes never hold the same one."""

    def __init__(
        self,
        store: RecountStore,
        chasing: Chasing,
        office: CalendarOffice,
        *,
        now: Callable[[], datetime],
        wake: Callable[[], None],
        part: int = PART,
    ) -> None:
        self.store = store
        self._chasing = chasing
        self._office = office
        self._now = now
        self._wake = wake
        self._part = part

    async def followed(self) -> None:
        """Take note that a new calendar counts here from now on.

        A process that heard of it late may have kept cases by the old one until now.
        """
        latest = await self.store.latest()
        if latest is None or latest.asked_at < self._now() - SETTLED_AFTER:
            await self.store.ask(at=self._now())
        self._wake()

    async def turn(self) -> bool:
        """Count a part; return whether there is more to do at once."""
        now = self._now()
        order = await self.store.claim(now=now, until=now + HELD_FOR)
        if order is None:
            return False
        await self._office.refresh()  # what was announced before the order counts here as well
        if order.total is None:
            order = replace(order, total=await self._chasing.running())
        part = await self._chasing.recount_after(order.last, limit=self._part)
        order = replace(
            order, seen=order.seen + part.seen, moved=order.moved + part.moved, last=part.last
        )
        return await self._kept(order)

    async def _kept(self, order: Recount) -> bool:
        now = self._now()
        if order.last is not None:
            await self.store.go_on(order, at=now)
            return True
        order = replace(order, passes=order.passes + 1)
        if order.passes == PASSES:
            order = replace(order, done_at=now)
        again = max(now, order.asked_at + SETTLED_AFTER)
        await self.store.go_on(order, at=again)
        return again <= now
