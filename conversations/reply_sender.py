"""Say the answers from cases whose time to be taken back is over."""

from __future__ import annotations

import asyncio
import logging

from conversations.case_replies import CaseReplies

POLL_S = 0.5
AFTER_ERROR_S = 1.0

log = logging.getLogger(__name__)


class ReplySender:
    """Looks in its database every ``poll_s`` seconds, so that no stop forgets an answer."""

    def __init__(self, replies: CaseReplies, *, poll_s: float = POLL_S) -> None:
        self.name = "case replies"
        self._replies = replies
        self._poll_s = poll_s
        self._closing = False
        self._loop: asyncio.Task[None] | None = None

    @property
    def running(self) -> bool:
        """Tell whether it looks."""
        return self._loop is not None and not self._loop.done()

    def start(self) -> None:
        """Begin to work; needs a running event loop."""
        self._loop = asyncio.create_task(self._run(), name=self.name)

    async def stop(self, patience_s: float = 5.0) -> None:
        """Finish the round within ``patience_s`` and stop."""
        self._closing = True
        self._replies.held.wake()
        if self._loop is not None:
            await asyncio.wait({self._loop}, timeout=patience_s)
            self._loop.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)

    async def _run(self) -> None:
        while not self._closing:
            try:
                await self._replies.say_due()
            except Exception:
                log.exception("could not say the answers from cases")
                await asyncio.sleep(AFTER_ERROR_S)
            await self._replies.held.wait(self._poll_s)
