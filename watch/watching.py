"""Look at the service, and tell people what goes wrong, once, and when it is over, once."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from watch.model import Limits, problems
from watch.ports import HealthReader, IncidentStore, Teller

HOLDS_FOR = timedelta(seconds=30)
"""What is over sooner is nobody's mail."""

GONE_FOR = timedelta(minutes=3)
"""Not seen for so long, by no process: over. What comes back sooner is the same incident."""

log = logging.getLogger(__name__)


class Watch:
    """Several processes keep one list of incidents.

    Args:
        rasa: tells whether the assistant answers.
        working: tells whether a moment is working time.
    """

    def __init__(
        self,
        reader: HealthReader,
        store: IncidentStore,
        teller: Teller,
        *,
        rasa: Callable[[], Awaitable[bool]],
        working: Callable[[datetime], bool],
        limits: Limits,
        now: Callable[[], datetime],
    ) -> None:
        self._reader = reader
        self._store = store
        self._teller = teller
        self._rasa = rasa
        self._working = working
        self._limits = limits
        self._now = now

    async def look(self) -> None:
        """Look once, and tell what is to be told."""
        now = self._now()
        health = await self._reader.read(now)
        found = problems(
            health, self._limits, rasa=await self._rasa(), working=self._working(now), now=now
        )
        for problem in found:
            await self._store.see(problem, at=now)
        for incident in await self._store.open():
            if now - incident.seen_at >= GONE_FOR:
                await self._store.end(incident.id, at=now)
                log.warning("over: %s %s", incident.trouble, incident.subject)
            elif incident.told_at is None and incident.seen_at - incident.began_at >= HOLDS_FOR:
                log.error("%s %s %s", incident.trouble, incident.subject, dict(incident.facts))
                told = await self._teller.raised(incident)
                await self._store.told(incident.id, told, at=now)
        for incident in await self._store.to_be_cleared():
            await self._teller.over(incident)
            await self._store.cleared(incident.id, at=now)
