"""Counts that several people ask for within seconds, counted once."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

MOST = 256


@dataclass(slots=True)
class _Counted[Found]:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    of: tuple[datetime, Hashable, Found] | None = None


class KeptCounts[Found]:
    """Keeps each count for ``kept_for``, and no longer than ``state`` stays the same.

    Whatever decides what somebody may see must be in ``key``. Who asks while it is being
    counted waits for it.
    """

    def __init__(self, kept_for: timedelta) -> None:
        self._kept_for = kept_for
        self._counted: OrderedDict[Hashable, _Counted[Found]] = OrderedDict()

    async def of(
        self,
        key: Hashable,
        count: Callable[[], Awaitable[Found]],
        *,
        now: datetime,
        state: Hashable = None,
    ) -> Found:
        """Return the count of ``key`` that is there, or ``count`` anew."""
        one = self._counted.setdefault(key, _Counted())
        self._counted.move_to_end(key)
        while len(self._counted) > MOST:
            self._counted.popitem(last=False)
        async with one.lock:
            if one.of is not None:
                at, then, found = one.of
                if then == state and timedelta() <= now - at < self._kept_for:
                    return found
            found = await count()
            one.of = (now, state, found)
            return found
