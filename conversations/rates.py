"""How often something may happen from one network address. Kept in memory, per process."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

MOST_ADDRESSES = 50_000


class Deed(StrEnum):
    """What is counted."""

    SESSION = "session"
    MESSAGE = "message"
    UPLOAD = "upload"


@dataclass(frozen=True, slots=True)
class Rate:
    """At most ``most`` in ``within``."""

    most: int
    within: timedelta


class AddressRates:
    """Sliding windows. Who is over a limit is not counted on, so that a wait is enough."""

    def __init__(self, rates: Mapping[Deed, Rate], *, now: Callable[[], datetime]) -> None:
        self._rates = rates
        self._now = now
        self._seen: OrderedDict[tuple[Deed, str], deque[datetime]] = OrderedDict()

    def allow(self, deed: Deed, network: str) -> bool:
        """Count one deed, if it is within the limit; tell whether it is."""
        rate, now = self._rates[deed], self._now()
        times = self._seen.setdefault((deed, network), deque())
        self._seen.move_to_end((deed, network))
        while times and times[0] <= now - rate.within:
            times.popleft()
        if len(times) >= rate.most:
            return False
        times.append(now)
        while len(self._seen) > MOST_ADDRESSES:
            self._seen.popitem(last=False)
        return True
