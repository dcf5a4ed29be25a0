"""Wake a worker of the same process at once; workers elsewhere poll."""

from __future__ import annotations

import asyncio


class Wakeup:
    """An event that is used up by waiting for it."""

    def __init__(self) -> None:
        self._event = asyncio.Event()
        self.calls = 0
        """How often somebody woke."""

    def wake(self) -> None:
        """Let the worker look for work now."""
        self.calls += 1
        self._event.set()

    def reset(self) -> None:
        """Forget earlier calls; do it before looking for work, so that none is lost."""
        self._event.clear()

    async def wait(self, at_most_s: float) -> None:
        """Return when woken, or after ``at_most_s`` seconds."""
        try:
            async with asyncio.timeout(at_most_s):
                await self._event.wait()
        except TimeoutError:
            return
