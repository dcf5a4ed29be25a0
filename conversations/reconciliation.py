"""Count what came against what became of it: nothing may stay unseen."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from conversations.rounds import Rounds

DAY = timedelta(days=1)
STILL_COMING = timedelta(minutes=10)
"""What is younger may still be on its way."""

LOOK_EVERY_S = 600.0
AFTER_ERROR_S = 60.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """The counts of one span of time.

    ``told``: messages that services said they brought; ``stored``: those of them that are
    in conversations; ``aside``: bodies and parts that could not be read. ``states`` counts
    people's messages by what became of them, ``unfinished`` those of them, and of ours,
    that still wait.
    """

    since: datetime
    until: datetime
    told: int
    stored: int
    aside: int
    states: Mapping[str, int]
    unfinished: int

    @property
    def missing(self) -> int:
        """Return how many messages were told and are not there; a repeated one counts twice."""
        return max(0, self.told - self.stored)

    @property
    def in_order(self) -> bool:
        """Tell whether everything that came was shown and dealt with."""
        return not (self.missing or self.unfinished or self.aside)


class ReconciliationStore(Protocol):
    """Counts, and keeps that it was counted."""

    async def count(self, since: datetime, until: datetime) -> Reconciliation:
        """Return the counts of a span."""

    async def last(self) -> datetime | None:
        """Return when the last daily count was kept."""

    async def note(self, found: Reconciliation, *, at: datetime) -> None:
        """Keep a count as an event, for screens and alarms."""


class Reconciler(Rounds):
    """Counts the last day once a day, whichever process comes first."""

    def __init__(self, store: ReconciliationStore, *, now: Callable[[], datetime]) -> None:
        super().__init__(
            "reconciler",
            self._look,
            every_s=LOOK_EVERY_S,
            after_error_s=AFTER_ERROR_S,
            finish=False,
        )
        self._store = store
        self._now = now

    async def if_due(self) -> Reconciliation | None:
        """Count and keep the last day, if nobody did for a day; None when somebody did."""
        now = self._now()
        last = await self._store.last()
        if last is not None and now - last < DAY:
            return None
        found = await self._store.count(now - STILL_COMING - DAY, now - STILL_COMING)
        await self._store.note(found, at=now)
        if not found.in_order:
            log.error(
                "reconciliation: %d missing, %d unfinished, %d put aside",
                found.missing,
                found.unfinished,
                found.aside,
            )
        return found

    async def _look(self) -> bool:
        await self.if_due()
        return False
