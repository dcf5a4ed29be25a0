"""Who is on duty: there, willing, with room, and in working hours."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from conversations.agents import Agent, Attendance
from kernel.language import Language

FRESH_S = 60.0
"""A desk that is open gives a sign of life every 15 to 20 seconds."""


class Duty(Protocol):
    """Tells whether a person could take a conversation now."""

    async def anybody(self, language: Language, department: str | None) -> bool:
        """Whether an agent with room serves this language and department at this moment."""


class Hours(Protocol):
    """Working time; ``cases.calendar.WorkingCalendar`` is the one in use."""

    def is_open(self, at: datetime) -> bool:
        """Whether people work at that moment."""

    def next_opening(self, at: datetime) -> datetime:
        """Return the first moment of working time from ``at`` on."""

    def add_working_minutes(self, start: datetime, minutes: int) -> datetime:
        """Return when ``minutes`` of working time have passed since ``start``."""


class AgentStore(Protocol):
    """Keeps agents and their signs of life."""

    async def enrol(self, agent: Agent) -> None:
        """Keep what the desk says of an agent; their presence stays as it is."""

    async def beat(self, agent_id: str, *, at: datetime, available: bool | None = None) -> bool:
        """Keep a sign of life; False for an unknown agent. ``available`` None stays as it is."""

    async def beat_all(self, agent_ids: Sequence[str], *, at: datetime) -> None:
        """Keep signs of life of several agents at once; unknown ones are left out."""

    async def is_available(self, agent_id: str) -> bool:
        """Whether an agent takes conversations; False for an unknown one."""

    async def find(self, agent_id: str) -> Agent | None:
        """Return an agent."""

    async def all(self) -> Sequence[Attendance]:
        """Return every active agent, by name, with what they hold."""


class Roster:
    """Answers from the signs of life. With nobody ever enrolled, nobody is on duty."""

    def __init__(
        self,
        store: AgentStore,
        *,
        hours: Hours,
        now: Callable[[], datetime],
        fresh_s: float = FRESH_S,
    ) -> None:
        self._store = store
        self._hours = hours
        self._now = now
        self._fresh = timedelta(seconds=fresh_s)

    async def anybody(self, language: Language, department: str | None) -> bool:
        """Whether an agent with room serves this language and department at this moment."""
        return bool(await self.on_duty(language, department))

    async def on_duty(
        self, language: Language, department: str | None, *, with_room: bool = True
    ) -> Sequence[Agent]:
        """Return who may be given a conversation now, whoever holds least first."""
        if not self._hours.is_open(self._now()):
            return ()
        fitting = [
            one
            for one in await self.present()
            if one.agent.serves(language, department) and (one.has_room or not with_room)
        ]
        return [one.agent for one in sorted(fitting, key=lambda one: one.holds)]

    async def present(self) -> Sequence[Attendance]:
        """Return who is there and willing, in hours or out of them."""
        since = self._now() - self._fresh
        return [
            one
            for one in await self._store.all()
            if one.available and one.beat_at is not None and one.beat_at > since
        ]
