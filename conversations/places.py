"""Places that a worker keeps free for work that is just being stored.

Whoever stores work has it leased in the same transaction to a worker of this process with a
place free. Nobody then has to look for it, lease it and read it once more (decision 0026).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

from conversations.model import Conversation, Message, OutboundMessage
from conversations.ports import Claim, Lease
from conversations.wakeup import Wakeup


class Place[Work]:
    """A place kept free, until it is left or taken. Without a ``claim`` there is none."""

    def __init__(self, claim: Claim | None) -> None:
        self.claim = claim
        self.handed: asyncio.Future[tuple[Lease, Work] | None]
        self.handed = asyncio.get_running_loop().create_future()

    def take(self, lease: Lease | None, work: Work) -> bool:
        """Have the work done that a store leased; False when it leased none."""
        if lease is None or self.handed.done():
            return False
        self.handed.set_result((lease, work))
        return True

    def leave(self) -> None:
        """Let others have it, unless it was taken."""
        if not self.handed.done():
            self.handed.set_result(None)


class Places[Work](Wakeup):
    """Wakes a worker, and hands it work; without a worker here there is never a place."""

    def __init__(self) -> None:
        super().__init__()
        self._keep: Callable[[], Awaitable[Place[Work] | None]] = _none

    def kept_by(self, keep: Callable[[], Awaitable[Place[Work] | None]]) -> None:
        """Ask a worker for places from now on."""
        self._keep = keep

    @asynccontextmanager
    async def place(self) -> AsyncIterator[Place[Work]]:
        """Keep a place free while work is stored, if there is one."""
        place = await self._keep() or Place[Work](None)
        try:
            yield place
        finally:
            place.leave()


async def _none() -> None:
    return None


AnswerPlaces = Places[tuple[Conversation, Message]]
SendPlaces = Places[Sequence[OutboundMessage]]
