"""Files that a service keeps for us for a while: what is to be fetched, and how it went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class WantedMedia:
    """One file that a message came with; ``attempts`` were made before."""

    message_id: str
    conversation_id: str
    media_id: str
    file_name: str | None
    attempts: int


class MediaQueue(Protocol):
    """What is to be fetched, in the database, so that no stop forgets it."""

    async def next_wanted(
        self, channel: str, *, now: datetime, until: datetime
    ) -> WantedMedia | None:
        """Take the file that waits longest; nobody else gets it before ``until``."""

    async def fetched(self, message_id: str) -> None:
        """Note that the file is ours now."""

    async def postpone(self, message_id: str, *, until: datetime, reason: str) -> None:
        """Try again later."""

    async def give_up(self, message_id: str, *, reason: str, at: datetime) -> None:
        """Note for good that the file did not come; its message says so."""
