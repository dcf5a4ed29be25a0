"""Get the trainer ready while somebody edits, so that a release begins with what it has read."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path

from app.trainer_process import TrainerFailed

log = logging.getLogger(__name__)


class WarmingUp:
    """Looks at the draft's files; once they changed and rest again, ``warm_up`` is called.

    What was there at the first look is not worked on: nobody may be editing.
    """

    def __init__(self, draft: Path, warm_up: Callable[[], Awaitable[None]]) -> None:
        self._draft = draft
        self._warm_up = warm_up
        self._done: int | None = None
        self._seen: int | None = None

    async def round(self) -> bool:
        """Return whether something was done; a change is worked on when it is a look old."""
        stamp = await asyncio.to_thread(self._stamp)
        before, self._seen = self._seen, stamp
        if self._done is None:
            self._done = stamp
        if stamp in (self._done, 0) or stamp != before:
            return False
        self._done = stamp
        try:
            await self._warm_up()
        except TrainerFailed as error:
            log.warning("the trainer cannot be got ready: %s", error)
        return True

    def _stamp(self) -> int:
        """Return when a file of the draft was changed last; 0 while there is no draft."""
        files = [*self._draft.glob("data/*/*.yml"), self._draft / "domain.yml"]
        return max((path.stat().st_mtime_ns for path in files if path.exists()), default=0)
