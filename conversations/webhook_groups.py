"""Webhooks that come at the same time share a transaction: in a flood, one commit for many."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from conversations.arrivals import (
    JudgedArrival,
    RawWebhook,
    Rename,
    StatusNote,
    Unreadable,
    WebhookKept,
    WebhookStore,
)

MOST_TOGETHER = 40
FEW = 5
"""A body with more messages than that is a batch by itself."""

Body = tuple[RawWebhook, Sequence[JudgedArrival]]


class GroupingStore(WebhookStore, Protocol):
    """A store that can keep several bodies at once."""

    async def keep_group(self, bodies: Sequence[Body]) -> bool:
        """Keep bodies of one channel in one transaction, if all that is in them is new.

        Returns:
            False when something was known before: nothing is kept then.
        """


@dataclass(frozen=True, slots=True)
class _Waiting:
    body: Body
    kept: asyncio.Future[WebhookKept]


class GroupedWebhooks:
    """Keeps the first body at once; what comes meanwhile goes together after it.

    Who waits gets the same answer as alone: when a group cannot be kept as a whole, each
    of it is kept, or refused, by itself.
    """

    def __init__(self, store: GroupingStore) -> None:
        self._store = store
        self._waiting: deque[_Waiting] = deque()
        self._working: asyncio.Task[None] | None = None

    @property
    def busy(self) -> bool:
        """Tell whether somebody waits to be acknowledged."""
        return self._working is not None and not self._working.done()

    async def keep(
        self,
        raw: RawWebhook,
        arrivals: Sequence[JudgedArrival],
        *,
        renames: Sequence[Rename] = (),
        unreadable: Sequence[Unreadable] = (),
    ) -> WebhookKept:
        """Store a body and everything in it; returns after the commit."""
        if renames or unreadable or len(arrivals) > FEW:
            return await self._store.keep(raw, arrivals, renames=renames, unreadable=unreadable)
        loop = asyncio.get_running_loop()
        waiting = _Waiting((raw, arrivals), loop.create_future())
        self._waiting.append(waiting)
        if not self.busy:
            self._working = loop.create_task(self._work())
        return await waiting.kept

    async def keep_statuses(self, raw: RawWebhook, notes: Sequence[StatusNote]) -> WebhookKept:
        """Store a body of statuses and note them."""
        return await self._store.keep_statuses(raw, notes)

    async def quarantine(self, raw: RawWebhook, reason: str) -> WebhookKept:
        """Store a body that cannot be read, once, for people to look at."""
        return await self._store.quarantine(raw, reason)

    async def _work(self) -> None:
        while self._waiting:
            group = [self._waiting.popleft() for _ in range(min(MOST_TOGETHER, len(self._waiting)))]
            if len(group) == 1 or not await self._together(group):
                for one in group:
                    await self._alone(one)

    async def _together(self, group: Sequence[_Waiting]) -> bool:
        if len({one.body[0].channel for one in group}) > 1:
            return False
        try:
            if not await self._store.keep_group([one.body for one in group]):
                return False
        except Exception:  # who of them is to blame, each by itself tells
            return False
        for one in group:
            if not one.kept.done():
                one.kept.set_result(WebhookKept(repeated=False, stored=len(one.body[1])))
        return True

    async def _alone(self, one: _Waiting) -> None:
        try:
            kept = await self._store.keep(*one.body)
        except Exception as error:
            if not one.kept.done():
                one.kept.set_exception(error)
        else:
            if not one.kept.done():
                one.kept.set_result(kept)
