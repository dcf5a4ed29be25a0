"""Conversations with all that was said in them, kept whole: made elsewhere, taken in at once."""

from __future__ import annotations

from dataclasses import dataclass

from conversations.floor import Spell
from conversations.model import Conversation
from conversations.ports import NewMessage
from conversations.ratings import Rating


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationHistory:
    """A conversation as it is now, its messages in order, and its spells with people."""

    conversation: Conversation
    messages: tuple[NewMessage, ...]
    spells: tuple[Spell, ...] = ()
    ratings: tuple[Rating, ...] = ()
