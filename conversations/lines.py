"""Lines of our own in a conversation: they tell a person what happens to a message."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from conversations.model import Button, MessageState, Sender
from conversations.ports import NewMessage
from kernel.language import Language
from phrases.catalogue import Catalogue

LONGEST_TEXT = 4_000
"""In characters; a longer message is kept but not answered."""

EMPTY, TOO_LONG, TOO_FAST = "empty", "too_long", "too_fast"
MASKED, ONE_MOMENT, NOT_ANSWERED = "masked", "one_moment", "not_answered"
HANDED_OVER, GIVEN_BACK, CLOSED = "handed_over", "given_back", "closed"
CALLBACK = "callback"

_TO_A_PERSON = "/talk_to_human"


class Lines:
    """Says the phrases ``message_<reason>``."""

    def __init__(self, phrases: Catalogue, *, new_id: Callable[[], str]) -> None:
        self._phrases = phrases
        self._new_id = new_id

    def sentence(self, reason: str, language: Language, **facts: str | int) -> str:
        """Return the sentence for a reason."""
        facts = {"most": f"{LONGEST_TEXT:,}", **facts}
        return self._phrases.say(f"message_{reason}", language, **facts)

    def line(self, reason: str, language: Language, at: datetime, **facts: str | int) -> NewMessage:
        """Return the sentence as a message to be sent; an apology offers a person."""
        offers = reason == NOT_ANSWERED
        button = Button(self._phrases.say("choice_talk_to_human", language), _TO_A_PERSON)
        return NewMessage(
            id=self._new_id(),
            sender=Sender.SYSTEM,
            text=self.sentence(reason, language, **facts),
            language=language,
            state=MessageState.PENDING,
            reason=reason,
            buttons=(button,) if offers else (),
            at=at,
            sent_at=at,
        )
