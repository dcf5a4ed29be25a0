"""Take away what is over, a little at a time, and finish erasures that were broken off."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime

from privacy.model import Kind, Period
from privacy.ports import ErasureStore, RetentionStore, Trackers

AT_ONCE = 200
MOST_ROUNDS = 250
"""Of one turn: fifty thousand of a kind. The rest is for the next turn."""

log = logging.getLogger(__name__)


class Keeping:
    """What the worker ``retention`` does, and what the desk shows before it does."""

    def __init__(
        self,
        store: RetentionStore,
        erasures: ErasureStore,
        trackers: Trackers,
        *,
        now: Callable[[], datetime],
        at_once: int = AT_ONCE,
    ) -> None:
        self.store = store
        self._erasures = erasures
        self._trackers = trackers
        self._now = now
        self._at_once = at_once

    async def counts(self, periods: Mapping[Kind, Period]) -> Mapping[Kind, int]:
        """Return how many of each kind would go with these periods. Nothing is changed."""
        found = {}
        for kind, period in periods.items():
            cutoff = period.cutoff(self._now())
            found[kind] = 0 if cutoff is None else await self.store.count(kind, cutoff)
        return found

    async def turn(self) -> Mapping[Kind, int]:
        """Do what is due; return how many of each kind went."""
        await self.finish_erasures()
        gone: dict[Kind, int] = {}
        for kind, period in (await self.store.periods()).items():
            now = self._now()
            cutoff = period.cutoff(now)
            if cutoff is None:
                continue
            for _ in range(MOST_ROUNDS):
                went = await self.store.take_away(kind, cutoff, limit=self._at_once, at=now)
                gone[kind] = gone.get(kind, 0) + went
                if went < self._at_once:
                    break
        if any(gone.values()):
            await self.store.note_taken(gone, at=self._now())
            log.info("over and gone: %s", {kind.value: count for kind, count in gone.items()})
        return gone

    async def turn_through(self) -> bool:
        """Do a turn; return whether there may be more to do at once."""
        return any(count >= MOST_ROUNDS * self._at_once for count in (await self.turn()).values())

    async def finish_erasures(self) -> None:
        """Make the assistant forget whom we erased; what fails is tried again next time."""
        for erasure_id, conversation_ids in await self._erasures.with_trackers():
            try:
                await self._trackers.forget(conversation_ids)
            except Exception:
                log.exception("the assistant's memory of erasure %d is not gone yet", erasure_id)
                continue
            await self._erasures.tracker_gone(erasure_id, at=self._now())
