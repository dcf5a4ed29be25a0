"""Do something again and again, and go on after an error."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

log = logging.getLogger(__name__)


class Periodic:
    """A worker that the servers start and stop; ``every_s`` seconds lie between two turns."""

    def __init__(self, name: str, do: Callable[[], Awaitable[object]], *, every_s: float) -> None:
        self.name = name
        self._do = do
        self._every_s = every_s
        self._loop: asyncio.Task[None] | None = None
        self._closing = asyncio.Event()

    @property
    def running(self) -> bool:
        """Tell whether it does its work."""
        return self._loop is not None and not self._loop.done()

    def start(self) -> None:
        """Begin; needs a running event loop."""
        self._closing.clear()
        self._loop = asyncio.create_task(self._run(), name=self.name)

    async def stop(self, patience_s: float = 5.0) -> None:
        """Let the turn in progress end within ``patience_s``."""
        self._closing.set()
        if self._loop is not None:
            await asyncio.wait({self._loop}, timeout=patience_s)
            self._loop.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)

    async def _run(self) -> None:
        while not self._closing.is_set():
            try:
                await self._do()
            except Exception:
                log.exception("%s failed, and goes on", self.name)
            try:
                await asyncio.wait_for(self._closing.wait(), self._every_s)
            except TimeoutError:
                continue
