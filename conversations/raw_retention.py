"""Raw webhooks are kept for a time: what was in them stands in the messages."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from conversations.rounds import Rounds

EVERY_S = 3600.0
AT_ONCE = 500
ASIDE_TIMES = 3
"""What could not be read waits for people, and is kept so many times as long."""

log = logging.getLogger(__name__)


class RawWebhooks(Protocol):
    """The bodies that services sent."""

    async def forget(self, *, kept_before: datetime, aside_before: datetime, limit: int) -> int:
        """Delete old bodies, the oldest first, and return how many."""


class RawRetention(Rounds):
    """Deletes in small transactions, so that nobody waits long for one."""

    def __init__(
        self, raw: RawWebhooks, *, days: int, now: Callable[[], datetime], at_once: int = AT_ONCE
    ) -> None:
        super().__init__("raw_retention", self.once, every_s=EVERY_S)
        self._raw = raw
        self._keep = timedelta(days=days)
        self._now = now
        self._at_once = at_once

    async def once(self) -> bool:
        """Forget some; return whether there may be more."""
        now = self._now()
        gone = await self._raw.forget(
            kept_before=now - self._keep,
            aside_before=now - ASIDE_TIMES * self._keep,
            limit=self._at_once,
        )
        if gone:
            log.info("%d raw webhooks forgotten", gone)
        return gone == self._at_once
