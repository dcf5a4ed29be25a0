"""Work that comes in rounds: begin, again and again, stop after the round that is on."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from conversations.wakeup import Wakeup

AFTER_ERROR_S = 1.0

log = logging.getLogger(__name__)


class Rounds:
    """Makes a round every ``every_s`` seconds, and whenever ``wakeup`` wakes it.

    A round returns whether there may be more to do at once. One that breaks is logged; the
    next comes after ``after_error_s``. With ``rest_first`` the first round comes after
    ``every_s`` too, or when woken. Without ``finish`` a stop breaks the round off, which
    suits work that is simply done again.
    """

    def __init__(
        self,
        name: str,
        make_round: Callable[[], Awaitable[bool]],
        *,
        every_s: float,
        wakeup: Wakeup | None = None,
        after_error_s: float = AFTER_ERROR_S,
        rest_first: bool = False,
        finish: bool = True,
    ) -> None:
        self.name = name
        self._make_round = make_round
        self._every_s = every_s
        self._woken = wakeup or Wakeup()
        self._rest_first = rest_first
        self._finish = finish
        self._after_error_s = after_error_s
        self._closing = False
        self._loop: asyncio.Task[None] | None = None

    @property
    def running(self) -> bool:
        """Tell whether rounds are made."""
        return self._loop is not None and not self._loop.done()

    def start(self) -> None:
        """Begin; needs a running event loop."""
        self._loop = asyncio.create_task(self._run(), name=self.name)

    async def stop(self, patience_s: float = 5.0) -> None:
        """Finish the round that is on within ``patience_s``, and make no other."""
        self._closing = True
        self._woken.wake()
        if self._loop is not None:
            await asyncio.wait({self._loop}, timeout=patience_s if self._finish else 0.0)
            self._loop.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)

    async def _run(self) -> None:
        if self._rest_first:
            await self._woken.wait(self._every_s)
        while not self._closing:
            self._woken.reset()
            try:
                more = await self._make_round()
            except Exception:
                log.exception("%s: a round broke off", self.name)
                await self._rest(self._after_error_s)
                continue
            if not more:
                await self._woken.wait(self._every_s)

    async def _rest(self, seconds: float) -> None:
        """Wait whatever happens, but not once it is to stop."""
        clock = asyncio.get_running_loop().time
        until = clock() + seconds
        while not self._closing and (left := until - clock()) > 0:
            self._woken.reset()
            await self._woken.wait(left)
