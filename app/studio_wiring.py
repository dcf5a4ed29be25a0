"""Wire the content studio: what it gathers, and its screens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from content.draft import Draft
from conversations.improving import Improving
from conversations.queues import QueueReader
from conversations.understanding import Understanding
from conversations.workers import Running
from desk.application import Pages
from desk.drafting import Drafting
from desk.entry_pages import EntryPages
from desk.improvement_pages import ImprovementPages
from desk.rendering import Rendering
from stores.sql_improvement_store import SqlImprovementStore
from stores.sql_transcripts import SqlTranscripts

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine


class Studio:
    """The parts of the studio on one database.

    Args:
        folder: where the editors' working copy lies.
        live: the content that the live model was made from.
    """

    def __init__(
        self, engine: AsyncEngine, folder: Path, live: Path, *, now: Callable[[], datetime]
    ) -> None:
        self._now = now
        self.drafting = Drafting(Draft(folder / "draft", live))
        self.improvements = SqlImprovementStore(engine)
        self._transcripts = SqlTranscripts(engine)

    def workers(self) -> Sequence[Running]:
        """Return what works for the studio besides its pages."""
        return [Improving(self._transcripts, self.improvements, now=self._now)]

    def pages(
        self, understanding: Understanding, queues: QueueReader, rendering: Rendering
    ) -> Sequence[Pages]:
        """Return the screens."""
        return [
            EntryPages(self.drafting, self.improvements, rendering, now=self._now),
            ImprovementPages(
                self.improvements,
                self.drafting,
                understanding,
                queues,
                rendering,
                now=self._now,
            ),
        ]
