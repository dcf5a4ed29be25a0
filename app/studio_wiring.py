"""Wire the content studio: what it gathers, and its screens."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from app.release_figures import CONVERSATIONS
from app.settings import Settings
from app.tryout_process import TryoutProcess
from content.draft import Draft
from content.releases import Releases
from content.story_titles import StoryTitles
from conversations.improving import Improving
from conversations.queues import QueueReader
from conversations.understanding import Understanding
from conversations.workers import Running
from desk.application import Pages
from desk.bulk_pages import BulkPages
from desk.drafting import Drafting
from desk.entry_pages import EntryPages
from desk.improvement_pages import ImprovementPages
from desk.intent_pages import IntentPages
from desk.release_pages import ReleasePages
from desk.rendering import Rendering
from desk.try_pages import TryPages
from phrases.days import ZONE
from stores.sql_answer_counts import SqlAnswerCounts
from stores.sql_improvement_store import SqlImprovementStore
from stores.sql_transcripts import SqlTranscripts

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

PROJECT = Path(__file__).resolve().parents[1]


class Studio:
    """The parts of the studio on one database.

    Args:
        live: the content that the live model was made from.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        settings: Settings,
        live: Path,
        releases: Releases,
        *,
        now: Callable[[], datetime],
    ) -> None:
        self._now = now
        self._releases = releases
        self._settings = settings
        self.trying = TryoutProcess(PROJECT, settings.logs / "tryout.log", monotonic=time.monotonic)
        self.drafting = Drafting(Draft(settings.data_dir / "studio" / "draft", live))
        self.improvements = SqlImprovementStore(engine)
        self._transcripts = SqlTranscripts(engine)
        self._answer_counts = SqlAnswerCounts(engine)

    def workers(self) -> Sequence[Running]:
        """Return what works for the studio besides its pages."""
        return [Improving(self._transcripts, self.improvements, now=self._now), self.trying]

    def pages(
        self,
        understanding: Understanding,
        queues: QueueReader,
        rendering: Rendering,
    ) -> Sequence[Pages]:
        """Return the screens."""
        return [
            EntryPages(
                self.drafting,
                self.improvements,
                self._releases.repository,
                self._answer_counts,
                rendering,
                now=self._now,
            ),
            ReleasePages(
                self._releases,
                self.drafting,
                rendering,
                now=self._now,
                zone=ZONE,
                titles=StoryTitles(PROJECT / CONVERSATIONS),
            ),
            IntentPages(self.drafting, rendering),
            BulkPages(
                self.drafting,
                rendering,
                self._settings.data_dir / "studio" / "tables",
                new_token=lambda: secrets.token_urlsafe(24),
            ),
            TryPages(self.trying, self.drafting, rendering),
            ImprovementPages(
                self.improvements,
                self.drafting,
                understanding,
                queues,
                rendering,
                now=self._now,
            ),
        ]
