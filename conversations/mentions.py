"""Notes in which a colleague is named, until they have looked at the conversation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Mention:
    """A note that names somebody: where it stands, and the id of who wrote it."""

    note_id: str
    conversation_id: str
    author_id: str
    at: datetime


class MentionReader(Protocol):
    """Reads from the database each time."""

    async def unseen(self, agent_id: str, *, since: datetime, limit: int = 20) -> Sequence[Mention]:
        """Return the notes that name somebody who has not looked there since, newest first."""
