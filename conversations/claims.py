"""Claims of one worker, each in a name of its own, so that none is taken for an earlier one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from conversations.ports import LEASE_S, Claim, Lease, Task
from conversations.sending import SendingStore


class Claims:
    """Asks for the right to work at conversations, and holds on to it."""

    def __init__(
        self,
        store: SendingStore,
        task: Task,
        *,
        owner: str,
        now: Callable[[], datetime],
        lease_s: float = LEASE_S,
    ) -> None:
        self._store = store
        self._task = task
        self._owner = owner
        self._now = now
        self._lease = timedelta(seconds=lease_s)
        self._count = 0

    def next(self) -> Claim:
        """Return in whose name the next lease is asked for."""
        self._count += 1
        return Claim(f"{self._owner}:{self._count}", self._now() + self._lease)

    async def lease(self) -> Lease | None:
        """Take the conversation whose message waits longest."""
        claim = self.next()
        now = claim.until - self._lease
        return await self._store.claim(self._task, owner=claim.owner, now=now, until=claim.until)

    async def renew(self) -> None:
        """Hold on to what is being worked at."""
        await self._store.renew(self._owner, until=self._now() + self._lease)
