"""What handing over needs from the outside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from conversations.floor import Change, Changed, Floor, Spell, UnsentLine
from conversations.model import Conversation

Decide = Callable[[Floor], Change | None]
"""Decides inside the transaction; raises to change nothing, None leaves all as it is."""


class HandoverStore(Protocol):
    """Keeps spells with people. A change is one transaction with its events and audit row."""

    async def change(
        self, conversation_id: str, decide: Decide, *, at: datetime, seen_seq: int | None = None
    ) -> Changed | None:
        """Lock a conversation, let ``decide`` look at it, keep what it wants.

        Args:
            seen_seq: fill ``Floor.since`` with what people said after this place.

        Raises:
            ConversationNotFound: no conversation has this id.
        """

    async def find(self, conversation_id: str) -> Spell | None:
        """Return the open spell of a conversation."""

    async def conversation(self, conversation_id: str) -> Conversation:
        """Return a conversation; raises ConversationNotFound."""

    async def find_line(self, line_id: str) -> UnsentLine | None:
        """Return an agent's line, on hold or sent."""

    async def last_words(self, conversation_id: str) -> str | None:
        """Return what the person wrote last."""

    async def due(self, at: datetime, *, limit: int = 100) -> Sequence[Spell]:
        """Return open spells whose clock or snooze is due, longest first."""

    async def to_send(self, at: datetime, *, limit: int = 100) -> Sequence[UnsentLine]:
        """Return lines whose time on hold is over, oldest first."""

    async def waiting(self, *, limit: int = 500) -> Sequence[tuple[Spell, Conversation]]:
        """Return open spells that nobody holds and nobody snoozed, next in turn first."""

    async def held_by_absent(self, present: Sequence[str], *, limit: int = 500) -> Sequence[Spell]:
        """Return open spells in which a person waits for an owner not among ``present``."""
