"""Signs of life of whoever has the desk open: those of a moment are kept with one write."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from conversations.duty import AgentStore
from conversations.rounds import Rounds

EVERY_S = 2.0


class Heartbeats(Rounds):
    """Two hundred desks give thirteen signs a second; each write is a turn of the writers."""

    def __init__(
        self, agents: AgentStore, *, now: Callable[[], datetime], every_s: float = EVERY_S
    ) -> None:
        super().__init__("heartbeats", self._keep, every_s=every_s)
        self._agents = agents
        self._now = now
        self._heard: set[str] = set()

    def note(self, agent_id: str) -> None:
        """Hear that an agent is there; it is kept with the next round."""
        self._heard.add(agent_id)

    async def _keep(self) -> bool:
        if self._heard:
            heard, self._heard = self._heard, set()
            await self._agents.beat_all(sorted(heard), at=self._now())
        return False
