"""Who writes next: SQLite has one writer at a time, and lets those who wait poll for it.

Polling is unfair and slow (a waiter sleeps up to 100 ms), so inside a process writers queue up.
"""

from __future__ import annotations

import asyncio
from collections import deque

MOST_URGENT_IN_A_ROW = 8


class Turns:
    """One at a time, in the order of asking, but what is urgent before what is not.

    After ``MOST_URGENT_IN_A_ROW`` one that is not urgent gets its turn, so that nobody
    waits for ever.
    """

    def __init__(self) -> None:
        self._busy = False
        self._urgent: deque[asyncio.Future[None]] = deque()
        self._others: deque[asyncio.Future[None]] = deque()
        self._in_a_row = 0

    async def take(self, *, urgent: bool) -> None:
        """Wait for one's turn."""
        if not self._busy:
            self._busy = True
            return
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        (self._urgent if urgent else self._others).append(waiter)
        try:
            await waiter
        except asyncio.CancelledError:
            if waiter.done() and not waiter.cancelled():
                self.give()  # it came just now
            raise

    def give(self) -> None:
        """Let the next one have it."""
        others_first = self._in_a_row >= MOST_URGENT_IN_A_ROW
        queues = (self._urgent, self._others)
        for queue in reversed(queues) if others_first else queues:
            while queue:
                waiter = queue.popleft()
                if not waiter.done():
                    self._in_a_row = self._in_a_row + 1 if queue is self._urgent else 0
                    waiter.set_result(None)
                    return
        self._in_a_row = 0
        self._busy = False
