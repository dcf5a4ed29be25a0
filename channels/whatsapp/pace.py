"""How fast we may send: to one person, and from our number.

One message in 6 seconds to a person, up to 45 of them borrowed from the future; 80 a second
from a number, what comes in counted as well.
Source: W/about-the-platform#rate-limits, W/throughput.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable

from channels.errors import DeliveryFailed
from channels.whatsapp.accounts import NAME

PAIR_S, PAIR_BURST = 6.0, 45
MOST_PEOPLE = 20_000
MOST_REFUSALS = 6
PACED = "own_pair_rate"


class PairRate:
    """One allowance per person; ``now_s`` counts seconds from anywhere."""

    def __init__(
        self,
        *,
        now_s: Callable[[], float],
        every_s: float = PAIR_S,
        burst: int = PAIR_BURST,
    ) -> None:
        self._now_s = now_s
        self._every_s = every_s
        self._ahead_s = every_s * (burst - 1)
        self._free_at: OrderedDict[str, float] = OrderedDict()
        self._refusals: dict[str, int] = {}

    def take(self, person: str) -> None:
        """Use one message of a person's allowance; raises DeliveryFailed with the wait."""
        now = self._now_s()
        free_at = max(self._free_at.get(person, now), now)
        wait = free_at - now - self._ahead_s
        if wait > 0:
            raise DeliveryFailed(
                retryable=True, retry_after_s=wait, provider_code=PACED, channel=NAME
            )
        self._free_at[person] = free_at + self._every_s
        self._free_at.move_to_end(person)
        while len(self._free_at) > MOST_PEOPLE:
            self._refusals.pop(self._free_at.popitem(last=False)[0], None)

    def refused(self, person: str) -> float:
        """Note that the service refused, whatever we counted; return how long to wait.

        4 seconds, and four times as long each time after that.
        """
        self._refusals[person] = min(self._refusals.get(person, 0) + 1, MOST_REFUSALS)
        wait_s = float(4 ** self._refusals[person])
        self._free_at[person] = self._now_s() + self._ahead_s + wait_s
        return wait_s

    def taken(self, person: str) -> None:
        """Note that the service took a message."""
        self._refusals.pop(person, None)


class Throughput:
    """Lets ``per_second`` through, evenly after a second's worth at once."""

    def __init__(self, per_second: float, *, now_s: Callable[[], float]) -> None:
        self._gap_s = 1.0 / per_second
        self._now_s = now_s
        self._free_at = float("-inf")

    async def take(self) -> None:
        """Wait for our turn."""
        now = self._now_s()
        self._free_at = max(self._free_at, now - 1.0) + self._gap_s
        if self._free_at > now:
            await asyncio.sleep(self._free_at - now)

    def heard(self, messages: int) -> None:
        """Note what came in: it uses the same allowance."""
        self._free_at = max(self._free_at, self._now_s() - 1.0) + messages * self._gap_s
