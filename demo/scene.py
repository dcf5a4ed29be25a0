"""The simulated clock: what is still to happen, one thing after the other."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from cases.calendar import WorkingCalendar
from cases.errors import CaseError
from demo.ports import Chance

MINUTE = timedelta(minutes=1)
Happens = Callable[[], Awaitable[object]]


class Scene:
    """Begins at ``begin``. Everything happens at whole minutes."""

    def __init__(self, begin: datetime, calendar: WorkingCalendar, chance: Chance) -> None:
        self.now = begin
        self.chance = chance
        self._calendar = calendar
        self._order = itertools.count()
        self._heap: list[tuple[datetime, int, Happens]] = []
        self.refused = 0

    def at(self, moment: datetime, happens: Happens) -> None:
        """Let something happen at a moment."""
        heapq.heappush(self._heap, (moment, next(self._order), happens))

    def later(self, hours: float, happens: Happens) -> None:
        """Let something happen in about so many hours, by day or night."""
        self.at(self.now + self._about(hours), happens)

    def at_work(self, hours: float, happens: Happens) -> None:
        """Let something happen in about so many hours of working time."""
        self.at(self._calendar.add_working_time(self.now, self._about(hours)), happens)

    async def play(self, until: datetime) -> None:
        """Let everything happen that begins before ``until``."""
        while self._heap and self._heap[0][0] < until:
            self.now, _, happens = heapq.heappop(self._heap)
            try:
                await happens()
            except CaseError:
                self.refused += 1  # somebody else was there first, or the time is over
        self.now = until

    def _about(self, hours: float) -> timedelta:
        return max(1, round(self.chance.expovariate(1 / hours) * 60)) * MINUTE
