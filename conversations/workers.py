"""Run claimed and handed work side by side, and stop without dropping it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Protocol

from conversations.places import Place, Places
from conversations.ports import Claim, Lease

POLL_S = 0.5
RENEW_EVERY_S = 3.0
LET_PASS_S = 0.01
MOST_PATIENCE_S = 0.25
AFTER_ERROR_S = 1.0

log = logging.getLogger(__name__)


class Running(Protocol):
    """What the servers start and stop, and ask whether it runs."""

    name: str

    @property
    def running(self) -> bool:
        """Tell whether it does its work."""

    def start(self) -> None:
        """Begin to work; needs a running event loop."""

    async def stop(self, patience_s: float = 5.0) -> None:
        """Stop within ``patience_s``."""


class Worker[Work]:
    """Claims and works, at most ``slots`` conversations at once.

    ``work`` gets what was handed with a lease, or None for a claimed one, and returns whether
    nothing of it is left. ``claims`` says in whose name work is leased that is handed to us;
    without it none is. While ``rush`` says so, what somebody outside waits for goes first.
    ``renew`` holds on to what is worked at. ``on_stop`` lets work in progress know that it
    should come to an end. Woken by ``wakeup``, and looks by itself every ``poll_s`` seconds,
    for what other processes stored.
    """

    def __init__(
        self,
        name: str,
        *,
        claim: Callable[[], Awaitable[Lease | None]],
        work: Callable[[Lease, Work | None], Awaitable[bool]],
        wakeup: Places[Work],
        slots: int,
        claims: Callable[[], Claim] | None = None,
        poll_s: float = POLL_S,
        on_stop: Callable[[], None] | None = None,
        renew: Callable[[], Awaitable[None]] | None = None,
        renew_every_s: float = RENEW_EVERY_S,
        rush: Callable[[], bool] | None = None,
    ) -> None:
        self.name = name
        self._claim = claim
        self._work = work
        self._wakeup = wakeup
        self._free = asyncio.Semaphore(slots)
        self._claims = claims
        self._poll_s = poll_s
        self._on_stop = on_stop
        self._renew = renew
        self._renew_every_s = renew_every_s
        self._rush = rush
        self._renewing: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop: asyncio.Task[None] | None = None
        self._closing = False

    @property
    def running(self) -> bool:
        """Tell whether it looks for work."""
        return self._loop is not None and not self._loop.done()

    def start(self) -> None:
        """Begin to work; needs a running event loop."""
        self._loop = asyncio.create_task(self._run(), name=self.name)
        self._wakeup.kept_by(self._place)
        if self._renew is not None:
            self._renewing = asyncio.create_task(self._renew_in_time(self._renew))

    async def stop(self, patience_s: float = 5.0) -> None:
        """Claim nothing more, let what runs finish within ``patience_s``, cancel the rest."""
        self._closing = True
        if self._on_stop is not None:
            self._on_stop()
        self._wakeup.wake()
        if self._loop is None:
            return
        await asyncio.wait({self._loop, *self._tasks}, timeout=patience_s)
        while self._tasks:  # the loop may have begun one more
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._loop
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._renewing is not None:
            self._renewing.cancel()
            await asyncio.gather(self._renewing, return_exceptions=True)

    async def _let_pass(self) -> None:
        """Begin nothing while a rush is on, but never wait long: answers are wanted too."""
        waited_s = 0.0
        while self._rush is not None and self._rush() and waited_s < MOST_PATIENCE_S:
            await asyncio.sleep(LET_PASS_S)
            waited_s += LET_PASS_S

    async def _renew_in_time(self, renew: Callable[[], Awaitable[None]]) -> None:
        while True:
            await asyncio.sleep(self._renew_every_s)
            if not self._tasks:
                continue
            try:
                await renew()
            except Exception:
                log.exception("%s: could not hold on to its work", self.name)

    async def _run(self) -> None:
        while True:
            await self._free.acquire()
            await self._let_pass()
            self._wakeup.reset()
            if self._closing:
                return
            try:
                lease = await self._claim()
            except Exception:
                log.exception("%s: could not look for work", self.name)
                self._free.release()
                await asyncio.sleep(AFTER_ERROR_S)
                continue
            if lease is None:
                self._free.release()
                await self._wakeup.wait(self._poll_s)
                continue
            self._begin(self._finish(lease))

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _place(self) -> Place[Work] | None:
        """Keep a place free for work that is being stored, if nobody waits for one."""
        if self._claims is None or self._closing or self._free.locked():
            return None
        if self._rush is not None and self._rush():
            return None
        await self._free.acquire()  # at once, for it is not locked
        place = Place[Work](self._claims())
        self._begin(self._finish_handed(place))
        return place

    async def _finish_handed(self, place: Place[Work]) -> None:
        woken = self._wakeup.calls
        try:
            handed = await place.handed
        except asyncio.CancelledError:
            self._free.release()
            raise
        if handed is None:
            self._free.release()
            return
        await self._finish(*handed, woken=woken)

    async def _finish(
        self, lease: Lease, given: Work | None = None, *, woken: int | None = None
    ) -> None:
        """Do the work, then look for what came in while the conversation was held.

        Handed work was the only one of its conversation. If it is done, and nobody woke since
        it was ``woken`` times, there is nothing to look for; what another process stored
        meanwhile, the next look finds.
        """
        done = False
        try:
            done = await self._work(lease, given)
        except Exception:
            log.exception("%s: broke off in conversation %s", self.name, lease.conversation_id)
            await asyncio.sleep(AFTER_ERROR_S)
        finally:
            self._free.release()
            if not done or woken != self._wakeup.calls:
                self._wakeup.wake()
