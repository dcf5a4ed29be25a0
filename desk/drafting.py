"""The draft as pages ask of it: one at a time, and never on the loop that serves chats."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from content.draft import Draft
from content.folder import ContentFolder

Result = TypeVar("Result")


class Drafting:
    """Reads and changes the draft in a thread; the first to ask makes the working copy."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self._turn = asyncio.Lock()

    async def ask(self, do: Callable[[ContentFolder], Result]) -> Result:
        """Return what ``do`` makes of the draft's folder."""
        return await self.about(lambda draft: do(draft.folder))

    async def about(self, do: Callable[[Draft], Result]) -> Result:
        """Return what ``do`` makes of the draft and what is live."""
        async with self._turn:
            return await asyncio.to_thread(self._prepared, do)

    def _prepared(self, do: Callable[[Draft], Result]) -> Result:
        self.draft.prepare()
        return do(self.draft)
