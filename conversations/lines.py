"""Lines of our own in a conversation: they tell a person what happens to a message."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from conversations.model import Button, MessageKind, MessageState, Sender
from conversations.ports import NewMessage
from kernel.language import Language
from phrases.catalogue import Catalogue

LONGEST_TEXT = 4_000
"""In characters; a longer message is kept but not answered."""

EMPTY, TOO_LONG, TOO_FAST = "empty", "too_long", "too_fast"
MASKED, ONE_MOMENT, NOT_ANSWERED = "masked", "one_moment", "not_answered"
HANDED_OVER, GIVEN_BACK, CLOSED = "handed_over", "given_back", "closed"
CALLBACK, RESUMED = "callback", "resumed"
NOT_READ = "not_read"
RATE_US, RATED, RATING_EXPIRED = "rate_us", "rated", "rating_expired"
WORDS_WANTED, WORDS_TAKEN = "rating_words_wanted", "rating_words_taken"
RATE_CASE, RATE_SURVEY = "rate_case", "rate_survey"
CASE_LINK, SURVEY_LINK = "survey_case_link", "survey_link"
SURVEYS_STOPPED = "surveys_stopped"
ASKING = frozenset({RATE_US, RATE_CASE, RATE_SURVEY, CASE_LINK, SURVEY_LINK})
"""Reasons of lines that ask what a person thinks of us."""
BLOCKED, LOOPING = "blocked", "looping"
ABUSE = frozenset({BLOCKED, LOOPING})
FILE_IN_FORM, FILE_FOR_CASE, FILE_KEPT = "file_in_form", "file_for_case", "file_kept"
INFECTED, UNSCANNABLE = "attachment_infected", "attachment_unscannable"

_LONGEST_NAME = 120

_A_PERSON = ("talk_to_human", "/talk_to_human")
_OFFERED = {
    NOT_ANSWERED: (_A_PERSON,),
    NOT_READ: (_A_PERSON,),
    FILE_KEPT: (
        ("complaint", '/choose{"choice": "complaint"}'),
        ("consultation", '/choose{"choice": "consultation"}'),
        ("track_case", "/track_case"),
        _A_PERSON,
    ),
}
"""The buttons under a line: their phrases and what they stand for."""


class Lines:
    """Says the phrases ``message_<reason>``."""

    def __init__(self, phrases: Catalogue, *, new_id: Callable[[], str]) -> None:
        self._phrases = phrases
        self._new_id = new_id

    def sentence(self, reason: str, language: Language, **facts: str | int) -> str:
        """Return the sentence for a reason."""
        facts = {"most": f"{LONGEST_TEXT:,}", **facts}
        return self._phrases.say(f"message_{reason}", language, **facts)

    def title(self, name: str, language: Language) -> str:
        """Return the words on a button."""
        return self._phrases.say(f"choice_{name}", language)

    def placeholder(self, kind: MessageKind, facts: Mapping[str, Any], language: Language) -> str:
        """Return the sentence that stands for a message without words."""
        key, told = f"shown_{kind.value}", _told(kind, facts)
        return self._phrases.say(f"{key}_named" if told else key, language, **told)

    def line(self, reason: str, language: Language, at: datetime, **facts: str | int) -> NewMessage:
        """Return the sentence as a message to be sent; an apology offers a person."""
        buttons = tuple(
            Button(self._phrases.say(f"choice_{name}", language), payload)
            for name, payload in _OFFERED.get(reason, ())
        )
        return NewMessage(
            id=self._new_id(),
            sender=Sender.SYSTEM,
            text=self.sentence(reason, language, **facts),
            language=language,
            state=MessageState.PENDING,
            reason=reason,
            buttons=buttons,
            at=at,
            sent_at=at,
        )


def _told(kind: MessageKind, facts: Mapping[str, Any]) -> dict[str, str]:
    """Return the fact that makes a placeholder more telling, if there is one."""
    match kind, facts:
        case MessageKind.DOCUMENT, {"media": {"file_name": str(name)}} if name.strip():
            return {"name": name[:_LONGEST_NAME]}
        case MessageKind.LOCATION, {"location": {"name": str(name)}} if name.strip():
            return {"name": name[:_LONGEST_NAME]}
        case MessageKind.CONTACTS, {"contacts": [{"name": str(name)}]} if name.strip():
            return {"name": name[:_LONGEST_NAME]}
        case MessageKind.REACTION, {"emoji": str(emoji)} if emoji:
            return {"name": emoji[:_LONGEST_NAME]}
    return {}
