"""What watching needs from elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from watch.model import Incident, Problem, ServiceHealth


class HealthReader(Protocol):
    """Reads how the service does."""

    async def read(self, now: datetime) -> ServiceHealth:
        """Return it as it is now."""


class IncidentStore(Protocol):
    """Keeps incidents: one of a kind and subject is open at most."""

    async def see(self, problem: Problem, *, at: datetime) -> None:
        """Keep that a problem was seen: a new incident, or the open one goes on."""

    async def open(self) -> Sequence[Incident]:
        """Return the incidents that go on, oldest first."""

    async def told(self, incident_id: int, to: Sequence[tuple[str, str]], *, at: datetime) -> None:
        """Keep who was told of it."""

    async def end(self, incident_id: int, *, at: datetime) -> None:
        """Keep that it is over."""

    async def to_be_cleared(self) -> Sequence[Incident]:
        """Return those that are over, that people heard of, and whose end they did not hear."""

    async def cleared(self, incident_id: int, *, at: datetime) -> None:
        """Keep that people heard of its end."""

    async def recent(self, *, limit: int = 20) -> Sequence[Incident]:
        """Return the newest incidents first."""


class Teller(Protocol):
    """Tells people. Telling the same twice is heard once."""

    async def raised(self, incident: Incident) -> Sequence[tuple[str, str]]:
        """Tell those responsible; return who that is: pairs of address and language."""

    async def over(self, incident: Incident) -> None:
        """Tell those who were told that it is over."""
